"""A place on a drawn map: the outline of its county, where a pack brings it, and a mark. No tiles from anywhere."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import cos, radians
from typing import Any

from jiceng.matters.models import Matter
from jiceng.organisations.models import Region
from jiceng.organisations.queries import codes_upwards
from jiceng.packs.catalogue import Catalogue, current
from jiceng.web.coverage.boundaries import boundaries

WIDTH = 360.0
MARGIN = 0.04
"""Share of the map's width that stays free around the outline."""

Ring = Sequence[tuple[float, float]]


@dataclass(frozen=True, slots=True)
class Outline:
    """An area drawn to `WIDTH`: the corners of the map in degrees, its height, the drawn rings, and whose they are."""

    west: float
    south: float
    east: float
    north: float
    height: float
    rings: tuple[str, ...]
    source: str

    def at(self, longitude: float, latitude: float) -> tuple[float, float]:
        """Where a place stands on the map."""
        x = (longitude - self.west) / (self.east - self.west) * WIDTH
        return round(x, 1), round((self.north - latitude) / (self.north - self.south) * self.height, 1)

    def holds(self, longitude: float, latitude: float) -> bool:
        """Whether a place is on the map at all."""
        return self.west <= longitude <= self.east and self.south <= latitude <= self.north


@dataclass(frozen=True, slots=True)
class Place:
    """A mark on a map, or the words for it where there is no map of its county."""

    longitude: float
    latitude: float
    outline: Outline | None
    x: float = 0.0
    y: float = 0.0


def place_of(matter: Matter) -> Place | None:
    """Where the matter is; None where nobody has said it."""
    if matter.longitude is None or matter.latitude is None:
        return None
    outline = outline_of(matter.region)
    if outline is None or not outline.holds(matter.longitude, matter.latitude):
        return Place(matter.longitude, matter.latitude, None)
    return Place(matter.longitude, matter.latitude, outline, *outline.at(matter.longitude, matter.latitude))


def outline_of(region: Region) -> Outline | None:
    """The outline of the nearest area around `region` that a pack has boundaries of."""
    catalogue = current()
    codes = tuple(code for code in codes_upwards(region) if len(code) <= 6)
    return next((found for code in codes if (found := _outline(catalogue, code)) is not None), None)


@lru_cache(maxsize=64)
def _outline(catalogue: Catalogue, code: str) -> Outline | None:
    found = boundaries(catalogue, [code])
    rings = [
        ring for feature in found.get("geo", {}).get("features", ()) for ring in _rings(feature["geometry"])
    ]
    return drawn(rings, found.get("source", "")) if rings else None


def _rings(geometry: dict[str, Any]) -> Iterator[Ring]:
    """The outer and inner rings of a GeoJSON polygon or several."""
    polygons = [geometry["coordinates"]] if geometry["type"] == "Polygon" else geometry["coordinates"]
    for polygon in polygons:
        yield from polygon


def drawn(rings: Sequence[Ring], source: str) -> Outline:
    """The rings (longitude, latitude) drawn on a map that holds them all; a degree of longitude as long as it is at
    their middle latitude.
    """
    xs = [point[0] for ring in rings for point in ring]
    ys = [point[1] for ring in rings for point in ring]
    free = (max(xs) - min(xs)) * MARGIN or 0.01
    west, east, south, north = min(xs) - free, max(xs) + free, min(ys) - free, max(ys) + free
    height = WIDTH * (north - south) / ((east - west) * cos(radians((north + south) / 2)))
    bare = Outline(west, south, east, north, round(height, 1), (), source)
    paths = tuple("M" + "L".join("{} {}".format(*bare.at(p[0], p[1])) for p in ring) + "Z" for ring in rings)
    return Outline(west, south, east, north, bare.height, paths, source)
