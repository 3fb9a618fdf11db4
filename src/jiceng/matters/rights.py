"""Who may take which step: a role, held where the matter lies or by the unit that holds the dispatch."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from django.db.models import F
from django.utils.translation import gettext as _

from jiceng.accounts.permissions import Permission
from jiceng.accounts.roles import Node
from jiceng.accounts.scoping import Access, Held, covers
from jiceng.matters.models import Dispatch, Event, Matter, MatterLink
from jiceng.matters.sections import DoerSpec, StepSpec
from jiceng.organisations.models import Region
from jiceng.organisations.terms import vocabulary
from jiceng.protection.scopes import SEGMENT, Scope


@dataclass(frozen=True, slots=True)
class Office:
    """The role and place by which someone acts, as the timeline names it."""

    role: str
    label: str
    place: str
    unit: int | None = None


class Standing:
    """What a visitor is to a matter and its dispatches. Asks the database once for all of a matter's steps, however
    many dispatches it has.
    """

    def __init__(self, access: Access, matter: Matter) -> None:
        self.access, self.matter = access, matter
        self._covered: dict[int, bool] = {}
        self._reached: dict[int, frozenset[int]] = {}

    def office_for(self, doers: Iterable[DoerSpec], dispatch: Dispatch | None = None) -> Office | None:
        """The first of the visitor's grants by which one of `doers` holds for the matter, or for the dispatch (then
        the receiver's own people are meant); None where there is none.
        """
        for doer in doers:
            for held in self.access.held:
                if held.role.key == doer.role and self._stands(held, doer, dispatch):
                    return _office(held, self._places)
        return None

    def may(self, step: StepSpec, dispatch: Dispatch | None = None) -> Office | None:
        """The office by which the visitor may take `step`, conditions and states aside; None without one, and for
        one who took a step that another person must have taken.
        """
        office = self.entitled(step, dispatch)
        return None if office is None or self.took(step) else office

    def entitled(self, step: StepSpec, dispatch: Dispatch | None = None) -> Office | None:
        """The same, whatever the visitor has done in the matter before."""
        if step.by != "person":
            return None
        receiver = dispatch if step.on == "dispatch" and step.side == "receiver" else None
        return self.office_for(step.who, receiver)

    def took(self, step: StepSpec) -> str:
        """Which of the steps that another person must have taken the visitor took; empty where none."""
        return next((key for key in step.not_by if self._took(key)), "")

    def _took(self, named: str) -> bool:
        kind, apart, key = named.rpartition(":")
        if not apart:
            return key in self._taken
        found = self._taken_there.get(kind, frozenset())
        return bool(found) if key == "*" else key in found

    def _stands(self, held: Held, doer: DoerSpec, dispatch: Dispatch | None) -> bool:
        if not _of_kind(held.place, doer.at, self._places):
            return False
        if dispatch is not None:
            if held.role.node == Node.AUTHORITY:
                return held.unit == dispatch.unit_id
            if held.role.node == Node.REGION:  # the body that sits there, not those further down
                return held.place == dispatch.region_path and dispatch.unit.kind in governing()
            return self._reaches(held, dispatch)
        if doer.own:
            return self.matter.raised_by == f"user:{self.access.user.pk}"
        if doer.shares is not None:
            return _share(held.place, self.matter.region_path, doer.shares)
        if held.role.node == Node.REGION:
            return _below(held.scope, self.matter.region_path)
        if held.grant not in self._covered:
            self._covered[held.grant] = covers(held.scope, self.matter)
        return self._covered[held.grant]

    def _reaches(self, held: Held, dispatch: Dispatch) -> bool:
        if held.grant not in self._reached:
            rows = Dispatch.visible_to(held.scope).filter(matter=self.matter)
            self._reached[held.grant] = frozenset(rows.values_list("pk", flat=True))
        return dispatch.pk in self._reached[held.grant]

    @cached_property
    def _places(self) -> dict[str, tuple[str, str]]:
        return places_of(self.access)

    @cached_property
    def _taken(self) -> frozenset[str]:
        rows = Event.objects.filter(matter=self.matter, actor=f"user:{self.access.user.pk}")
        return frozenset(rows.values_list("step", flat=True))

    @cached_property
    def _taken_there(self) -> dict[str, frozenset[str]]:
        """The steps by which the visitor moved the matters that this one hangs on, by how it does. Raising one is
        no decision in it.
        """
        links = dict(MatterLink.objects.filter(matter=self.matter).values_list("other", "kind"))
        rows = Event.objects.filter(matter__in=links, actor=f"user:{self.access.user.pk}")
        found: dict[str, set[str]] = {}
        for other, step in rows.exclude(before=F("after")).exclude(before="").values_list("matter", "step"):
            found.setdefault(links[other], set()).add(step)
        return {kind: frozenset(steps) for kind, steps in found.items()}


def may(access: Access, step: StepSpec, matter: Matter, dispatch: Dispatch | None = None) -> Office | None:
    """The office by which the visitor may take `step` now (see `Standing.may`)."""
    return Standing(access, matter).may(step, dispatch)


def office_at(access: Access, doers: Iterable[DoerSpec], region: Region) -> Office | None:
    """The grant by which one of `doers` may raise a matter at `region`; None where there is none."""
    places = places_of(access)
    for doer in doers:
        for held in access.held:
            if held.role.key != doer.role or not _of_kind(held.place, doer.at, places):
                continue
            # who works by trade, party hierarchy or post raises where that work leads
            if held.role.node != Node.REGION or any(region.path.startswith(p) for p in held.scope.territory):
                return _office(held, places)
    return None


def places_of(access: Access) -> dict[str, tuple[str, str]]:
    """Name and kind of the regions where the visitor's grants stand, by territory path."""
    if "places" not in access.remembered:
        rows = Region.objects.current().filter(path__in={held.place for held in access.held if held.place})
        found = {path: (name, kind) for path, name, kind in rows.values_list("path", "name", "kind")}
        access.remembered["places"] = found
    places: dict[str, tuple[str, str]] = access.remembered["places"]
    return places


def governing() -> list[str]:
    """The kinds of units that are the body of their own region, so that the region's people act for them: the
    street's for the street office, never for a firm that sits there.
    """
    return [key for key, kind in vocabulary("unit_kinds").items() if kind.attr("governs")]


def _share(place: str, path: str, kind: str) -> bool:
    """Whether both territory paths lie in one and the same region of `kind`."""
    kinds = vocabulary("region_kinds").below(kind)
    above = [path[:end] for end in range(SEGMENT, len(path) + 1, SEGMENT) if place.startswith(path[:end])]
    return Region.objects.current().filter(path__in=above, kind__in=kinds).exists()


def _below(scope: Scope, path: str) -> bool:
    return scope.everything or any(path.startswith(mine) for mine in scope.territory)


def _of_kind(place: str, kind: str | None, places: dict[str, tuple[str, str]]) -> bool:
    """Whether the region at the territory path `place` is of `kind` (or a kind below it)."""
    if kind is None:
        return True
    return place in places and places[place][1] in vocabulary("region_kinds").below(kind)


def _office(held: Held, places: dict[str, tuple[str, str]]) -> Office:
    name, _kind = places.get(held.place, ("", ""))
    return Office(held.role.key, str(held.role.label), name, held.unit)


def seat_of(doer: DoerSpec, region: Region, above: Mapping[str, Region] | None = None) -> Region | None:
    """The region where the office of `doer` for a matter at `region` sits: the nearest of the kind asked for,
    itself included; the matter's own region where no kind is asked for. `above` are the living regions on its path,
    where they are known.
    """
    if doer.at is None:
        return region
    kinds = vocabulary("region_kinds").below(doer.at)
    paths = [region.path[:end] for end in range(len(region.path), 0, -SEGMENT)]
    rows = (
        above if above is not None else {r.path: r for r in Region.objects.current().filter(path__in=paths)}
    )
    return next((rows[p] for p in paths if p in rows and rows[p].kind in kinds), None)


def refused_because(step: StepSpec) -> str:
    """Who may take the step, in words, for a refusal."""
    roles = "、".join(dict.fromkeys(doer.role_label for doer in step.who))
    return _("这一步由%(roles)s办理") % {"roles": roles} if roles else _("这一步不由人办理")


def held_over(access: Access, permission: Permission, matter: Matter) -> Held | None:
    """The grant by which the visitor has `permission` in an area that `matter` lies in. What one sees as its receiver,
    or because it is about somebody in one's charge, is no area.
    """
    entrusted = (h for h in access.held if permission in h.role.permissions and h.role.node == Node.REGION)
    return next((held for held in entrusted if _below(held.scope, matter.region_path)), None)


def office_of(held: Held) -> str:
    """The role and place of a grant, as the timeline names it."""
    name = Region.objects.current().filter(path=held.place).values_list("name", flat=True).first()
    return f"{name or ''}{held.role.label}"
