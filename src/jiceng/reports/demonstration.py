"""What tells a demonstration's papers from real ones: they carry 样张, and their numbers read 演示 (`numbering`)."""

from django.conf import settings

MARK = "样　张"
"""What stands in the header of every page of a demonstration's paper or workbook."""


def demonstrating() -> bool:
    """Whether this instance is a demonstration: whatever leaves it on paper says so."""
    return bool(settings.DEMO)
