"""Matters, their dispatches, clocks and timeline."""

from jiceng.matters.models.dispatches import Dispatch
from jiceng.matters.models.flows import Flow, FlowKey
from jiceng.matters.models.marks import TickMark
from jiceng.matters.models.matters import Matter, MatterLink, Reporter
from jiceng.matters.models.timeline import Clock, Event
from jiceng.matters.models.turns import Turn

__all__ = [
    "Clock",
    "Dispatch",
    "Event",
    "Flow",
    "FlowKey",
    "Matter",
    "MatterLink",
    "Reporter",
    "TickMark",
    "Turn",
]
