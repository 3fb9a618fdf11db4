"""Drafts that save themselves: what somebody has begun on one machine is there on the next.

A draft is nobody's record: it is not audited, only its owner reads it, and it goes when it is sent or forgotten. It
may say anything the form asks for, personal values too, so it is stored sealed.
"""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from jiceng.protection.actors import Actor
from jiceng.protection.ciphers import UnreadableValueError, seal, unseal
from jiceng.records.models import Draft
from jiceng.records.refusals import Refusal

MOST_BYTES = 64_000
MOST_DRAFTS = 100
KEPT_FOR = timedelta(days=90)

_PURPOSE = "drafts"


def keep_draft(*, by: Actor, kind: str, key: str = "", content: Mapping[str, Any]) -> datetime:
    """Keep `content` (what JSON can hold) as the actor's draft of `kind` and `key`, in place of an earlier one.

    Gives the moment it was kept. Beyond `MOST_DRAFTS` the ones untouched for longest give way. Raises Refusal for
    more than `MOST_BYTES`.
    """
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")
    if len(text) > MOST_BYTES:
        raise Refusal(_("草稿过长，没有保存"), remedy=_("删减，或先提交已写好的部分"))
    now = timezone.now()
    values = {"content": seal(_PURPOSE, text.decode()), "at": now}
    _kept, made = Draft.objects.update_or_create(owner=by.key, kind=kind, key=key, defaults=values)
    if made:
        ours = Draft.objects.filter(owner=by.key).order_by("-at", "-id")
        surplus = list(ours.values_list("pk", flat=True)[MOST_DRAFTS:])
        Draft.objects.filter(pk__in=surplus).delete()
    return now


def draft_of(*, by: Actor, kind: str, key: str = "") -> dict[str, Any] | None:
    """The actor's draft of `kind` and `key`; None where there is none (or none that can still be read)."""
    kept = Draft.objects.filter(owner=by.key, kind=kind, key=key).first()
    if kept is None:
        return None
    try:
        found: dict[str, Any] = json.loads(unseal(_PURPOSE, bytes(kept.content)))
    except UnreadableValueError:  # sealed under a key that this deployment no longer has
        return None
    return found


def drafts_of(*, by: Actor, kind: str = "") -> Sequence[tuple[str, str, datetime]]:
    """`(kind, key, at)` of the actor's drafts, of one kind or of all, the last touched first."""
    kept = Draft.objects.filter(owner=by.key)
    kept = kept.filter(kind=kind) if kind else kept
    return list(kept.order_by("-at", "-id").values_list("kind", "key", "at"))


def drop_draft(*, by: Actor, kind: str, key: str = "") -> bool:
    """Forget the actor's draft of `kind` and `key`: it was sent, or given up. Gives whether there was one."""
    gone, _what = Draft.objects.filter(owner=by.key, kind=kind, key=key).delete()
    return gone > 0


def sweep_drafts(now: datetime | None = None) -> int:
    """Forget the drafts that nobody has touched for `KEPT_FOR`; gives how many."""
    before = (now or timezone.now()) - KEPT_FOR
    gone, _what = Draft.objects.filter(at__lt=before).delete()
    return gone
