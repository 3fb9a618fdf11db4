"""Maps for everybody: the boundaries that packs bring, drawn by ourselves. No tiles, and no script to read them.

A map that everybody sees needs a map approval number (审图号). Boundaries are drawn where their source names one,
and in the demonstration, which says that it has none; anywhere else there are lists and no map.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.conf import settings

from jiceng.organisations.models import Region
from jiceng.organisations.queries import codes_upwards
from jiceng.packs.catalogue import Catalogue, current
from jiceng.residents.showing import Spot
from jiceng.web.coverage.boundaries import boundaries
from jiceng.web.matters.cards.locating import Outline, Ring, drawn

APPROVAL = "审图号"
"""What the source of boundaries says where they may be shown to everybody."""

CELL = 30.0
"""So far apart on the map, at least, are two marks that fingers are to tell apart."""

STEP = 2.0
"""Corners of a boundary are drawn to half a unit of the map's width: finer is nothing on a phone but slow."""


@dataclass(frozen=True, slots=True)
class Area:
    """One area as it is drawn: the code and name its boundary bears, its path, and where its name stands."""

    code: str
    name: str
    path: str
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Chart:
    """A map. `approved` says whether its source names an approval number."""

    outline: Outline
    areas: tuple[Area, ...]
    rings: tuple[tuple[Ring, ...], ...]

    @property
    def source(self) -> str:
        """Whose boundaries they are, as the pack says it."""
        return self.outline.source

    @property
    def approved(self) -> bool:
        """Whether they may be shown to everybody."""
        return APPROVAL in self.outline.source

    def holds(self, longitude: float, latitude: float) -> bool:
        """Whether a place lies in one of the areas, not only on the sheet."""
        return any(
            sum(_crossed(ring, longitude, latitude) for ring in rings) % 2 == 1 for rings in self.rings
        )


@dataclass(frozen=True, slots=True)
class Mark:
    """Public matters at one spot of the map; `key` names the spot in an address."""

    key: str
    x: float
    y: float
    r: float
    spots: Sequence[Spot]

    @property
    def uids(self) -> list[str]:
        """The matters that stand there."""
        return [spot.uid for spot in self.spots]


def chart_of(regions: Sequence[Region]) -> Chart | None:
    """The map of the counties that `regions` are or lie in; None where no pack has their boundaries, or where they may
    not be shown to everybody.
    """
    codes = {code for region in regions if (code := _county(region))}
    chart = _chart(current(), tuple(sorted(codes))) if codes else None
    return chart if chart is not None and (chart.approved or settings.DEMO) else None


def _county(region: Region) -> str:
    return next((code for code in codes_upwards(region) if len(code) <= 6), "")


@lru_cache(maxsize=64)
def _chart(catalogue: Catalogue, codes: tuple[str, ...]) -> Chart | None:
    found = boundaries(catalogue, codes)
    features = found.get("geo", {}).get("features", ())
    rings = tuple(tuple(_rings(feature["geometry"])) for feature in features)
    if not rings:
        return None
    outline = drawn([ring for each in rings for ring in each], found.get("source", ""))
    areas = tuple(_area(outline, feature, each) for feature, each in zip(features, rings, strict=True))
    return Chart(outline, areas, rings)


def _rings(geometry: dict[str, Any]) -> Iterator[Ring]:
    polygons = [geometry["coordinates"]] if geometry["type"] == "Polygon" else geometry["coordinates"]
    for polygon in polygons:
        yield from polygon


def _area(outline: Outline, feature: dict[str, Any], rings: Sequence[Ring]) -> Area:
    said = feature["properties"]
    paths = [_corners(outline, ring) for ring in rings]
    widest = max(paths, key=len)
    xs, ys = [x for x, _y in widest], [y for _x, y in widest]
    path = "".join("M" + " ".join(f"{x:g} {y:g}" for x, y in corners) + "Z" for corners in paths)
    middle = (min(xs) + max(xs)) / 2, (min(ys) + max(ys)) / 2
    return Area(str(said["adcode"]), str(said.get("name", "")), path, *middle)


def _corners(outline: Outline, ring: Ring) -> list[tuple[float, float]]:
    """The corners of a ring on the map, those left out that the eye does not tell from the one before."""
    found: list[tuple[float, float]] = []
    for point in ring:
        x, y = outline.at(point[0], point[1])
        corner = round(x * STEP) / STEP, round(y * STEP) / STEP
        if not found or found[-1] != corner:
            found.append(corner)
    return found


def _crossed(ring: Ring, x: float, y: float) -> bool:
    """Whether a line from the place eastwards leaves the ring an odd number of times."""
    inside, last = False, ring[-1]
    for point in ring:
        (x1, y1), (x2, y2) = (last[0], last[1]), (point[0], point[1])
        if (y1 > y) != (y2 > y) and x < (x2 - x1) * (y - y1) / (y2 - y1) + x1:
            inside = not inside
        last = point
    return inside


def areas_of(chart: Chart | None, regions: Sequence[Region]) -> list[tuple[Area, str]]:
    """The areas of a map, each with the code of the one of `regions` that it is, empty where it is none."""
    codes = {region.code[:6].ljust(6, "0"): region.code for region in regions}
    return [(area, codes.get(area.code, "")) for area in chart.areas] if chart is not None else []


def marks_on(chart: Chart, spots: Sequence[Spot]) -> list[Mark]:
    """The marks of `spots` on the map, those too near to be told apart by a finger in one; the most crowded first, so
    that no large one hides a small one.
    """
    cells: dict[str, list[tuple[float, float, Spot]]] = {}
    for spot in spots:
        if chart.outline.holds(spot.longitude, spot.latitude):
            x, y = chart.outline.at(spot.longitude, spot.latitude)
            cells.setdefault(f"{int(x // CELL)}-{int(y // CELL)}", []).append((x, y, spot))
    found = [
        Mark(
            key,
            round(sum(x for x, _y, _spot in there) / len(there), 1),
            round(sum(y for _x, y, _spot in there) / len(there), 1),
            9.0 if len(there) == 1 else min(15.0, 10.0 + len(str(len(there))) * 1.5),
            [spot for _x, _y, spot in there],
        )
        for key, there in cells.items()
    ]
    return sorted(found, key=lambda mark: -len(mark.spots))


def position_in(given: str) -> tuple[float, float] | None:
    """Longitude and latitude as the map writes them; None for anything else."""
    parts = given.split(",")
    try:
        longitude, latitude = (float(part) for part in parts)
    except ValueError:
        return None
    return (longitude, latitude) if abs(longitude) <= 180 and abs(latitude) <= 90 else None
