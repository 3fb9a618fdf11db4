"""What documents come to: carried out, looked at, and taken back; who may order it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Model
from django.utils.translation import gettext as _

from jiceng.accounts.permissions import Permission as P
from jiceng.accounts.scoping import Access, covers, denied
from jiceng.organisations.models import PartyOrg, Region, RegionSpan
from jiceng.organisations.restructuring.applying import Outcome, apply_document
from jiceng.organisations.restructuring.documents import Document
from jiceng.organisations.restructuring.splits import left_over
from jiceng.organisations.restructuring.steps import mentioned
from jiceng.organisations.spans import PARTY_ORGS, REGIONS, Dating, chunks
from jiceng.organisations.terms import pinned
from jiceng.protection.actors import Actor
from jiceng.records.bases import valid_on
from jiceng.web.registry.listing.terms import Words

MOST_LINES = 200
"""So many regions a plan lists by name; the totals speak of all."""


@dataclass(frozen=True, slots=True)
class Line:
    """One region or party organisation: what becomes of it, what it was and what it will be."""

    what: str
    light: str
    before: str
    after: str
    waiting: int = 0


@dataclass(frozen=True, slots=True)
class Planned:
    """What one document comes to."""

    document: Document
    steps: int
    founded: int
    ended: int
    changed: int
    lines: tuple[Line, ...]
    more: int


def require_reach(access: Access, documents: Iterable[Document]) -> None:
    """Raise Denied where a document speaks of a region or party organisation out of the visitor's reach.

    A code counts for whoever ever bore it, so that no day named in a document opens another's area.
    """
    access.require(P.RESTRUCTURE)
    scope = access.scope(P.RESTRUCTURE)
    regions, orgs = _spoken_of(documents)
    for record in [*_bearers(REGIONS, regions), *_bearers(PARTY_ORGS, orgs)]:
        if not covers(scope, record):
            raise denied(P.RESTRUCTURE, str(record))


def _spoken_of(documents: Iterable[Document]) -> tuple[set[str], set[str]]:
    regions: set[str] = set()
    orgs: set[str] = set()
    for document in documents:
        for ordered in document.steps:
            territorial = ordered.dating is REGIONS
            (regions if territorial else orgs).update(code for code in mentioned(ordered.step) if code)
            seats = getattr(ordered.step, "values", {}) or {}
            if not territorial and seats.get("region"):
                regions.add(str(seats["region"]))
    return regions, orgs


def _bearers(dating: Dating, codes: set[str]) -> Iterator[Model]:
    for some in chunks(sorted(codes)):
        if dating is REGIONS:
            keys = RegionSpan._base_manager.filter(code__in=some).values("region")
            yield from Region._base_manager.filter(pk__in=keys)
        else:
            yield from PartyOrg._base_manager.filter(code__in=some)


def plan(by: Actor, documents: Iterable[Document], words: Words) -> list[Planned]:
    """What the documents come to, one after the other; nothing is kept. Raises as `apply_document` does."""
    found = []
    with pinned(), transaction.atomic():
        for document in documents:
            found.append(_planned(document, apply_document(by=by, document=document), words))
        transaction.set_rollback(True)
    return found


def carry_out(by: Actor, documents: Iterable[Document]) -> int:
    """Carry out all of the documents or none; gives how many. Raises as `apply_document` does."""
    with pinned(), transaction.atomic():
        return len([apply_document(by=by, document=document) for document in documents])


def _planned(document: Document, outcome: Outcome, words: Words) -> Planned:
    lines: list[Line] = []
    more = 0
    for dating in (REGIONS, PARTY_ORGS):
        keys = _touched(dating, outcome)
        room = MOST_LINES - len(lines)
        more += max(0, len(keys) - room)
        lines += _lines(dating, document, keys[:room], words)
    return Planned(
        document, len(document.steps), len(outcome.founded), len(outcome.ended), len(outcome.changed),
        tuple(lines), more,
    )  # fmt: skip


def _touched(dating: Dating, outcome: Outcome) -> list[int]:
    """The entities whose life the document changed in this tree; what only moved along is not among them."""
    spans = dating.span._base_manager.filter(restructuring=outcome.restructuring)
    keys = spans.order_by(dating.path).values_list(dating.key, flat=True)
    return list(dict.fromkeys(keys))


def _lines(dating: Dating, document: Document, keys: list[int], words: Words) -> Iterator[Line]:
    day = document.effective
    entity = dating.key.removesuffix("_id")
    spans = dating.span._base_manager.filter(**{f"{dating.key}__in": keys}).select_related(entity)
    before = {getattr(s, dating.key): s for s in spans.filter(valid_to=day)}
    after = {getattr(s, dating.key): s for s in spans.filter(valid_from=day)}
    above_before = _names(dating, before.values(), day - timedelta(days=1))
    above = _names(dating, after.values(), day)
    for key in keys:
        old, new = before.get(key), after.get(key)
        if new is None:
            continue
        lived = getattr(old, "living", getattr(new, entity).valid_from < day)
        lives = getattr(new, "living", True)
        if not lived and not lives:
            continue
        said = (
            _said(dating, old, above_before, words) if old is not None and lived else "",
            _said(dating, new, above, words) if lives else "",
        )
        if said[0] == said[1] and not getattr(new, "pending", False):
            continue
        waits = dating is REGIONS and getattr(new, "pending", False)
        waiting = sum(left_over(new.region).values()) if waits else 0
        if not lives:
            under = above.get(getattr(new, dating.above), "")
            yield Line(
                _("撤并"), "none", said[0], _("并入%(name)s") % {"name": under} if under else "", waiting
            )
        elif lived:
            yield Line(_("变更"), "warn", said[0], said[1], waiting)
        else:
            yield Line(_("设立"), "good", "", said[1])


def _said(dating: Dating, span: Any, above: dict[int, str], words: Words) -> str:
    """What a stretch of life was called, with its code, its kind and what it stood under."""
    code = getattr(span, "code", "") or getattr(span, dating.key.removesuffix("_id")).code
    under = above.get(getattr(span, dating.above), "")
    kind = words.label(span.kind if dating is REGIONS else span.form)
    return " · ".join(part for part in (under, f"{span.name} {code}", kind) if part)


def _names(dating: Dating, spans: Iterable[Any], day: date) -> dict[int, str]:
    """What the nodes above these spans were called on `day`."""
    keys = {getattr(span, dating.above) for span in spans} - {None}
    named = dating.span._base_manager.filter(valid_on(day), **{f"{dating.key}__in": keys})
    return dict(named.values_list(dating.key, "name"))
