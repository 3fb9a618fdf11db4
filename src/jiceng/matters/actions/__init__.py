"""Writes: raising a matter, taking a step in it, and what is done beside its flow."""

from jiceng.matters.actions.beside import join, link, nudge, take
from jiceng.matters.actions.context import Acting, Turning
from jiceng.matters.actions.raising import Report, raise_matter
from jiceng.matters.actions.stepping import act
from jiceng.matters.actions.unlinking import unlink

__all__ = ["Acting", "Report", "Turning", "act", "join", "link", "nudge", "raise_matter", "take", "unlink"]
