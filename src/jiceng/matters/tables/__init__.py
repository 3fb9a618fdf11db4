"""Matters of other systems in workbooks."""

from jiceng.matters.tables import matters

__all__ = ["matters"]
