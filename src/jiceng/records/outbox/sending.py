"""Sending what was announced, at least once, signed as Standard Webhooks has it.

`webhook-id`, `webhook-timestamp` and the body, joined by dots, under HMAC-SHA256 with the subscription's secret. Who
receives an id twice has received it before.
"""

import base64
import hashlib
import hmac
import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from http.client import HTTPException

from django.db.models import F
from django.utils import timezone

from jiceng.protection.ciphers import seal, unseal
from jiceng.records.models.outbox import Delivery
from jiceng.records.outbox.targets import Target, post, target_of
from jiceng.records.refusals import Refusal

PURPOSE, PREFIX = "webhooks", "whsec_"

RETRIES = tuple(timedelta(minutes=m) for m in (1, 5, 30, 120, 360, 720, 1_440))
"""How long after each attempt that failed the next one follows; after the last it is given up."""

LEASE = timedelta(minutes=2)
"""So long nobody else sends what one process has begun to send."""

MOST, BUDGET = 50, 10.0
"""Deliveries, and about so many seconds, of one round: others wait for the process that sends."""

KEPT = timedelta(days=90)

Post = Callable[[Target, bytes, Mapping[str, str]], int]


@dataclass(frozen=True, slots=True)
class Round:
    """What one round did."""

    arrived: int = 0
    failed: int = 0


def new_secret() -> tuple[str, bytes]:
    """A secret as it is shown, this once, and as it is stored."""
    shown = PREFIX + base64.b64encode(secrets.token_bytes(24)).decode()
    return shown, seal(PURPOSE, shown)


def signed(delivery: Delivery, at: datetime) -> dict[str, str]:
    """The headers of a delivery that is sent at `at`. Raises UnreadableValueError where the secret cannot be read."""
    sent, message = str(int(at.timestamp())), f"msg_{delivery.uid.hex}"
    key = base64.b64decode(unseal(PURPOSE, bytes(delivery.subscription.secret)).removeprefix(PREFIX))
    digest = hmac.new(key, f"{message}.{sent}.{delivery.body}".encode(), hashlib.sha256).digest()
    return {
        "Content-Type": "application/json; charset=utf-8",
        "User-Agent": "Jiceng",
        "webhook-id": message,
        "webhook-timestamp": sent,
        "webhook-signature": f"v1,{base64.b64encode(digest).decode()}",
    }


def deliver(now: datetime | None = None, send: Post = post) -> Round:
    """Send what is due. Nothing is sent by two processes at once; one that dies in between has it sent again.

    A subscription that fails is left alone for the rest of the round.
    """
    moment, until = now or timezone.now(), time.monotonic() + BUDGET
    due = Delivery.objects.filter(next_at__lte=moment, subscription__ended_at__isnull=True)
    arrived, failing = 0, set()
    for delivery in due.select_related("subscription").order_by("next_at", "pk")[:MOST]:
        if delivery.subscription_id in failing or time.monotonic() > until:
            continue
        if not _claimed(delivery, moment):
            continue
        if _sent(delivery, moment, send):
            arrived += 1
        else:
            failing.add(delivery.subscription_id)
    return Round(arrived, len(failing))


def _claimed(delivery: Delivery, now: datetime) -> bool:
    """Whether the delivery is ours to send; counts the attempt."""
    rows = Delivery.objects.filter(pk=delivery.pk, next_at=delivery.next_at)
    claimed = rows.update(next_at=now + LEASE, attempts=F("attempts") + 1)
    delivery.attempts += 1
    return bool(claimed)


def _sent(delivery: Delivery, now: datetime, send: Post) -> bool:
    """Send a delivery and note what came of it."""
    status, trouble = None, ""
    try:
        target = target_of(delivery.subscription.url)
        status = send(target, delivery.body.encode(), signed(delivery, now))
    except Refusal as refusal:
        trouble = str(refusal)
    except (OSError, HTTPException, ValueError) as error:  # a secret that cannot be read is a ValueError, too
        trouble = f"{type(error).__name__}: {error}"
    arrived = status is not None and 200 <= status < 300
    delivery.status, delivery.trouble = status, trouble[:200]
    delivery.arrived_at = now if arrived else None
    waits = RETRIES[delivery.attempts - 1] if not arrived and delivery.attempts <= len(RETRIES) else None
    delivery.next_at = now + waits if waits is not None else None
    delivery.save(update_fields=["status", "trouble", "arrived_at", "next_at"])
    return arrived


def sweep_deliveries(now: datetime | None = None) -> int:
    """Forget what was done with long ago; gives how many."""
    old = Delivery.objects.filter(created_at__lt=(now or timezone.now()) - KEPT, next_at__isnull=True)
    return old.delete()[0]
