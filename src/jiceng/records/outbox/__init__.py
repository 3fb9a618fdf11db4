"""Events for other systems: announced inside the write that brings them about, sent afterwards, at least once."""

from jiceng.records.outbox.announcing import Event, announce, events, register_event

__all__ = ["Event", "announce", "events", "register_event"]
