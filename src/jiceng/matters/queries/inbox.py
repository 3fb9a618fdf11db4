"""Whose turn it is, read for one person."""

from collections.abc import Iterable, Mapping, Sequence

from django.db.models import Exists, F, Max, OuterRef, Q, QuerySet

from jiceng.accounts.roles import Node
from jiceng.accounts.scoping import Access, Held
from jiceng.matters.enums import WORKING, Phase
from jiceng.matters.models import Dispatch, Event, Matter, Turn
from jiceng.matters.rights import governing
from jiceng.organisations.models import Region
from jiceng.organisations.terms import vocabulary
from jiceng.protection.scopes import Scope, within

NUDGE = "nudge"
"""The step by which the timeline keeps that somebody was urged."""

TOLD = 99
"""So many at most are counted where a number only says that there are many."""


def turns_of(access: Access) -> QuerySet[Turn]:
    """The turns that are the person's own or her office's and unit's: what she may act on now."""
    if "turns" not in access.remembered:
        access.remembered["turns"] = _turns_for(access)
    rows = Turn.objects.filter(access.remembered["turns"])
    return rows.select_related("matter", "dispatch", "dispatch__unit", "region")


def _turns_for(access: Access) -> Q:
    found = Q(pk__in=[]) | Q(user=access.user.pk)
    kinds = _kinds(access.held)
    for held in access.held:
        found |= _of(held, kinds.get(held.place, ""))
    return found


def waiting(access: Access) -> int:
    """How many turns wait for the person, told up to one more than `TOLD`: for the frame of every page."""
    return turns_of(access).select_related(None)[: TOLD + 1].count()


def taken_by(access: Access) -> QuerySet[Turn]:
    """The turns that the person has taken upon herself."""
    return turns_of(access).filter(user=access.user.pk)


def of_office(access: Access) -> QuerySet[Turn]:
    """The turns of the person's office or unit that she has not taken: nobody has, or a colleague."""
    return turns_of(access).exclude(user=access.user.pk)


def open_at(scope: Scope) -> QuerySet[Matter]:
    """The open matters that `scope` sees."""
    rows: QuerySet[Matter] = Matter.visible_to(scope).exclude(phase=Phase.DONE)
    return rows


def with_others(access: Access) -> QuerySet[Matter]:
    """The open matters that the person raised or sent out and that somebody else has now."""
    me = f"user:{access.user.pk}"
    sent = Dispatch._base_manager.filter(sent_by=me, ended_on__isnull=True, state__in=WORKING)
    raised = Matter._base_manager.filter(raised_by=me).exclude(phase=Phase.DONE)
    mine = (
        raised.order_by().values("pk").union(sent.order_by().values("matter"))
    )  # each by an index of its own
    rows: QuerySet[Matter] = Matter._base_manager.filter(pk__in=mine).exclude(phase=Phase.DONE)
    return rows.exclude(Exists(turns_of(access).select_related(None).filter(matter=OuterRef("pk"))))


def holders(matters: Iterable[int]) -> Mapping[int, Sequence[Turn]]:
    """Matter → the turns in it, their units and regions joined: who has it now."""
    found: dict[int, list[Turn]] = {}
    rows = Turn.objects.filter(matter__in=list(matters)).select_related("region", "unit", "dispatch__unit")
    for turn in rows.order_by("matter", "pk"):
        found.setdefault(turn.matter_id, []).append(turn)
    return found


def nudges(matters: Iterable[int]) -> Mapping[int, int]:
    """Matter → how often it has been urged since it last moved on."""
    moved = Max("seq", filter=~Q(before=F("after")))
    rows = Event.objects.filter(matter__in=list(matters))
    last = dict(rows.values("matter").annotate(moved=moved).values_list("matter", "moved"))
    urged = rows.filter(step=NUDGE).values_list("matter", "seq")
    found: dict[int, int] = {}
    for matter, seq in urged:
        if seq > (last[matter] or 0):
            found[matter] = found.get(matter, 0) + 1
    return found


def _of(held: Held, kind: str) -> Q:
    """The turns that a grant gives: by role, where the office stands."""
    mine = Q(role=held.role.key)
    if held.role.node == Node.AUTHORITY:
        return mine & (Q(unit=held.unit) | Q(unit__isnull=True, matter__unit=held.unit))
    if held.role.node == Node.REGION:
        places = Q(pk__in=[])
        for path in held.scope.territory:
            places |= within("region_path", path)
        # a part is for the receiver's own people: here for those of the region whose body it is
        part = Q(dispatch__isnull=True) | Q(region_path=held.place, unit__kind__in=governing())
        return mine & places & part & Q(at__in=["", *_at(kind)])
    # by party hierarchy or post: what the matter or its receiver is about
    held_units = held.scope.held.get("organisations.unit", frozenset())
    held_orgs = held.scope.held.get("organisations.partyorg", frozenset())
    about = Q(matter__unit__in=held_units) | Q(matter__party_org__in=held_orgs) | Q(unit__in=held_units)
    for path in held.scope.party:
        about |= within("matter__party_org__path", path)
    return mine & about


def _at(kind: str) -> list[str]:
    """The kinds of region by which a turn may be meant for an office in a region of `kind`: itself and above."""
    terms = vocabulary("region_kinds")
    return [key for key in terms if kind and kind in terms.below(key)]


def _kinds(held: Iterable[Held]) -> dict[str, str]:
    """Territory path → kind of region, for the places where grants stand."""
    rows = Region.objects.current().filter(path__in={h.place for h in held if h.place})
    return dict(rows.values_list("path", "kind"))
