"""Saying that something has happened. Which events there are, and what each may say, is declared."""

import json
from collections.abc import Mapping
from dataclasses import dataclass

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from jiceng.records.chain import current_writing
from jiceng.records.models.outbox import Delivery, Subscription

Said = str | int | bool | None


@dataclass(frozen=True, slots=True)
class Event:
    """A kind of event and the fields that it may say. None of them may hold anything about a person: who wants to know
    more asks the interface, within what a token may see.
    """

    key: str
    label: str | Promise
    fields: frozenset[str]


_events: dict[str, Event] = {}


def register_event(key: str, label: str | Promise, *fields: str) -> Event:
    """Let `key` be announced with `fields`. Raises ValueError for a key that is declared otherwise already."""
    event = Event(key, label, frozenset(fields))
    if key in _events and _events[key].fields != event.fields:
        raise ValueError(f"event {key} is declared twice")
    return _events.setdefault(key, event)


def events() -> Mapping[str, Event]:
    """Every kind of event by key."""
    return _events


PERIOD = ("period", "region")
"""What is said of a period: which, and of which region (its code)."""

register_event("period.closed", _("时期已关账"), *PERIOD)
register_event("period.submitted", _("时期已上报"), *PERIOD)
register_event("period.accepted", _("上报已审收"), *PERIOD)
register_event("period.returned", _("上报已退回"), *PERIOD)
TEST = register_event("webhook.test", _("试发"))


def announce(event: str, payload: Mapping[str, Said]) -> int:
    """Tell all who want to know that `event` has happened; gives how many. Inside a write: what is rolled back was
    never announced.

    Raises KeyError for an event that is not declared, ValueError for a field that it may not say.
    """
    current_writing()
    declared = events()[event]
    if undeclared := set(payload) - declared.fields:
        raise ValueError(f"event {event} may not say {', '.join(sorted(undeclared))}")
    told = [each for each in Subscription.objects.filter(ended_at__isnull=True) if event in each.events]
    for subscription in told:
        put_out(subscription, event, payload)
    return len(told)


def put_out(subscription: Subscription, event: str, payload: Mapping[str, Said]) -> Delivery:
    """Put one event into the outbox of one subscription."""
    now = timezone.now()
    said = {"type": event, "timestamp": now.isoformat(), "data": dict(payload)}
    body = json.dumps(said, ensure_ascii=False, separators=(",", ":"))
    return Delivery.objects.create(
        subscription=subscription, event=event, body=body, created_at=now, next_at=now
    )
