"""Where on the map the demonstration's matters lie: about a spot of each town's own, inside its county's outline."""

import json
from collections.abc import Mapping, Sequence
from random import Random

from jiceng.demo.chance import stream
from jiceng.demo.making.territory import COUNTY, TOWN, Territory

SCATTERED = 0.008
"""Degrees by which the matters of a town lie apart from its spot, as a rule: under a kilometre."""

TRIES = 200

Point = tuple[float, float]
Ring = Sequence[Sequence[float]]


class Spots:
    """The spots of one place. `outlines`: the rings of counties by their six digits."""

    def __init__(self, pack: str, territory: Territory, outlines: Mapping[str, Sequence[Ring]]) -> None:
        self.pack, self.territory, self.outlines = pack, territory, outlines
        self._centres: dict[int, Point | None] = {}

    def near(self, rng: Random, region: int) -> Point | None:
        """A longitude and latitude at the region; None where no outline of its county is known."""
        rings, town = self._rings(region), self.territory.at(region, TOWN)
        centre = self._centre(town if town >= 0 else region, rings) if rings else None
        if rings is None or centre is None:
            return None
        for _again in range(TRIES):
            found = rng.gauss(centre[0], SCATTERED), rng.gauss(centre[1], SCATTERED)
            if inside(rings, found):
                return round(found[0], 6), round(found[1], 6)
        return centre

    def _rings(self, region: int) -> Sequence[Ring] | None:
        county = self.territory.at(region, COUNTY)
        return self.outlines.get(self.territory.areas[county].code[:6]) if county >= 0 else None

    def _centre(self, region: int, rings: Sequence[Ring]) -> Point | None:
        """The region's spot: invented, and always the same."""
        if region not in self._centres:
            rng = stream(self.pack, "spot", self.territory.areas[region].code)
            across, up = zip(*(corner[:2] for ring in rings for corner in ring), strict=True)
            tried = (
                (round(rng.uniform(min(across), max(across)), 6), round(rng.uniform(min(up), max(up)), 6))
                for _again in range(TRIES)
            )
            self._centres[region] = next((point for point in tried if inside(rings, point)), None)
        return self._centres[region]


def read_outlines(text: str) -> dict[str, list[Ring]]:
    """The rings of every feature of a pack's GeoJSON, by its code."""
    found: dict[str, list[Ring]] = {}
    for feature in json.loads(text)["features"]:
        shape = feature["geometry"]
        many = shape["coordinates"] if shape["type"] == "MultiPolygon" else [shape["coordinates"]]
        found[str(feature["properties"]["adcode"])] = [ring for rings in many for ring in rings]
    return found


def inside(rings: Sequence[Ring], point: Point) -> bool:
    """Whether the point lies inside: a line from it to the east crosses the rings an odd number of times."""
    return sum(_crossings(ring, *point) for ring in rings) % 2 == 1


def _crossings(ring: Ring, x: float, y: float) -> int:
    found = 0
    for (x1, y1, *_), (x2, y2, *_) in zip(ring, [*ring[1:], ring[0]], strict=True):
        if (y1 > y) != (y2 > y) and x < x1 + (y - y1) / (y2 - y1) * (x2 - x1):
            found += 1
    return found
