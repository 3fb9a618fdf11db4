"""Matters that were released (审核公开), as everybody may read them: the words of the release, a coarsened place, the
flow's public words for how far they have come. Nobody's name, no unit, nothing of what was first written.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Count, Q, QuerySet

from jiceng.matters.enums import Phase
from jiceng.matters.flows import spec_of
from jiceng.matters.models import Flow, Matter
from jiceng.matters.sections import MatterSpec
from jiceng.organisations.models import Region
from jiceng.packs.catalogue import Catalogue, current, name_of_item
from jiceng.protection.scopes import SEGMENT, within
from jiceng.residents.following import expected, state_told
from jiceng.residents.places import VILLAGE

ABOUT_PEOPLE = frozenset({"person", "household"})
TOWN = 4
GRID = 100.0
"""Positions are told to a hundredth of a degree: about a kilometre."""

MOST_SPOTS = 2_000
"""So many of the latest released matters a map shows."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A released matter in the language asked for. `uid` is how public addresses name it."""

    uid: str
    number: str
    type: str
    kind: str
    category_key: str
    category: str
    title: str
    text: str
    place: str
    place_code: str
    longitude: float | None
    latitude: float | None
    state: str
    phase: str
    raised_at: datetime
    raised_on: date
    released_at: datetime
    closed_at: datetime | None
    expected_at: datetime | None
    invites: bool


def released(
    region: Region | None = None, types: Sequence[str] | None = None, *, is_open: bool | None = None
) -> Any:
    """The released matters below `region` (None: anywhere), of `types`, open or done; the latest first."""
    rows: QuerySet[Matter] = Matter._base_manager.filter(released_at__isnull=False)
    if region is not None:
        rows = rows.filter(within("region_path", region.path))
    if types is not None:
        rows = rows.filter(type__in=types)
    if is_open is not None:
        done = Q(phase=Phase.DONE)
        rows = rows.filter(~done if is_open else done)
    return rows.select_related("flow", "region").order_by("-released_at", "-pk")


def shown(matters: Sequence[Matter], *, english: bool = False) -> Sequence[Shown]:
    """These released matters as everybody may read them; a few queries, however many they are."""
    flows = {matter.flow_id: matter.flow for matter in matters}
    specs, catalogue = {key: spec_of(flow) for key, flow in flows.items()}, current()
    places = _places({matter.pk: _coarse(matter, specs[matter.flow_id]) for matter in matters})
    due = expected([matter.pk for matter in matters if matter.phase != Phase.DONE])
    return [
        _shown(m, specs[m.flow_id], places.get(m.pk), due.get(m.pk), catalogue, english)
        for m in matters
        if m.released_at is not None
    ]


def _shown(
    matter: Matter,
    spec: MatterSpec,
    place: Region | None,
    due: datetime | None,
    catalogue: Catalogue,
    english: bool,
) -> Shown:
    assert matter.released_at is not None
    state = spec.states.get(matter.state)
    language = "en" if english else "zh-hans"
    longitude, latitude = None, None
    if spec.subject not in ABOUT_PEOPLE and matter.longitude is not None and matter.latitude is not None:
        longitude, latitude = _coarsened(matter.longitude, matter.latitude)
    return Shown(
        uid=str(matter.uid),
        number=matter.number,
        type=matter.type,
        kind=name_of_item(spec, english=english),
        category_key=matter.category,
        category=catalogue.label(matter.category, language, spec.categories) if matter.category else "",
        title=matter.public_title,
        text=matter.public_text,
        place=place.name if place is not None else "",
        place_code=place.code if place is not None else "",
        longitude=longitude,
        latitude=latitude,
        state=state_told(state, english=english),
        phase=matter.phase,
        raised_at=matter.raised_at,
        raised_on=matter.raised_on,
        released_at=matter.released_at,
        closed_at=matter.closed_at,
        expected_at=due,
        invites=state is not None and state.invites is not None,
    )


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a released matter lies, coarsened, and what it is called."""

    uid: str
    title: str
    longitude: float
    latitude: float
    done: bool


def spots(rows: Any) -> Sequence[Spot]:
    """The spots of these released matters (as `released` gives them), the latest `MOST_SPOTS` of them. What is about
    people has none.
    """
    named = ("uid", "public_title", "longitude", "latitude", "phase", "flow")
    placed = rows.filter(longitude__isnull=False, latitude__isnull=False).select_related(None)
    found = list(placed.values_list(*named)[:MOST_SPOTS])
    flows = Flow.objects.in_bulk({row[-1] for row in found})
    about = {key for key, flow in flows.items() if spec_of(flow).subject in ABOUT_PEOPLE}
    return [
        Spot(str(uid), title, *_coarsened(longitude, latitude), phase == Phase.DONE)
        for uid, title, longitude, latitude, phase, flow in found
        if flow not in about
    ]


def _coarsened(longitude: float, latitude: float) -> tuple[float, float]:
    return round(longitude * GRID) / GRID, round(latitude * GRID) / GRID


def _coarse(matter: Matter, spec: MatterSpec) -> tuple[str, int]:
    """The matter's path, and the narrowest level that is told of it: what is about people is told by the town."""
    return matter.region_path, TOWN if spec.subject in ABOUT_PEOPLE else VILLAGE


def _places(wanted: dict[int, tuple[str, int]]) -> dict[int, Region]:
    """Of each path its nearest living region that is no narrower than the level."""
    steps = {path[:end] for path, _level in wanted.values() for end in range(SEGMENT, len(path) + 1, SEGMENT)}
    rows = {region.path: region for region in Region.objects.current().filter(path__in=steps)}
    found = {}
    for key, (path, level) in wanted.items():
        ends = range(len(path), 0, -SEGMENT)
        near = (rows[path[:end]] for end in ends if path[:end] in rows and rows[path[:end]].level <= level)
        if (place := next(near, None)) is not None:
            found[key] = place
    return found


def wish_types() -> Sequence[str]:
    """The types in force of which some state invites residents to take a matter on."""
    items = current().section("matters")
    return sorted(
        key for key, spec in items.items() if any(state.invites is not None for state in spec.states.values())
    )


@dataclass(frozen=True, slots=True)
class Area:
    """How many released matters lie in an area, and how many of them are settled."""

    region: Region
    matters: int
    done: int


def by_area(region: Region) -> Sequence[Area]:
    """The areas directly below `region` that have released matters, in order of their codes."""
    length = len(region.path) + SEGMENT
    rows = released(region).order_by().values_list("region_path", "phase").annotate(n=Count("pk"))
    counted: dict[str, list[int]] = {}
    for path, phase, n in rows:
        both = counted.setdefault(path[:length], [0, 0])
        both[0] += n
        both[1] += n if phase == Phase.DONE else 0
    areas = Region.objects.current().filter(path__in=counted).exclude(pk=region.pk).order_by("code")
    return [Area(area, *counted[area.path]) for area in areas]


def within_each(regions: Sequence[Region]) -> Sequence[Area]:
    """The same for these regions themselves; those without any are left out."""
    found = []
    for region in regions:
        phases = dict(released(region).order_by().values_list("phase").annotate(n=Count("pk")))
        if phases:
            found.append(Area(region, sum(phases.values()), phases.get(Phase.DONE, 0)))
    return found
