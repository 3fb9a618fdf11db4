"""Where the demonstration's matters lie on the map, and what of them everybody may read."""

import json
from random import Random

from jiceng.demo.making.territory import COUNTY
from jiceng.demo.spots import Spots, inside, read_outlines
from jiceng.matters.actions.releasing import RELEASE
from jiceng.matters.models import Event, Matter
from jiceng.matters.publicity import personal_in

SQUARE = [[0.0, 0.0], [10.0, 0.0], [10.0, 10.0], [0.0, 10.0], [0.0, 0.0]]
HOLE = [[4.0, 4.0], [6.0, 4.0], [6.0, 6.0], [4.0, 6.0], [4.0, 4.0]]


class Areas:
    """Two towns of one county, and another county of which nobody knows the outline."""

    areas = tuple(
        type("Area", (), {"code": code})() for code in ("990101", "990101100", "990101101", "990102")
    )

    def at(self, region: int, level: int) -> int:
        if level == COUNTY:
            return 3 if region == 3 else 0
        return region if region in (1, 2) else -1


def spots(*rings):
    geo = {
        "features": [
            {"properties": {"adcode": "990101"}, "geometry": {"type": "Polygon", "coordinates": rings}}
        ]
    }
    return Spots("somewhere", Areas(), read_outlines(json.dumps(geo)))


def test_a_point_in_a_hole_is_outside():
    assert inside([SQUARE, HOLE], (2.0, 2.0))
    assert not inside([SQUARE, HOLE], (5.0, 5.0))
    assert not inside([SQUARE, HOLE], (11.0, 5.0))


def test_every_spot_lies_inside_its_county():
    found = [spots(SQUARE, HOLE).near(Random(seed), 1 + seed % 2) for seed in range(200)]
    assert all(inside([SQUARE, HOLE], point) for point in found)
    assert len(set(found)) == 200


def test_a_towns_matters_lie_about_a_spot_of_its_own():
    of = spots(SQUARE)
    first, second = ([of.near(Random(seed), town) for seed in range(50)] for town in (1, 2))
    for town in (first, second):
        assert max(x for x, _ in town) - min(x for x, _ in town) < 0.1
    assert abs(first[0][0] - second[0][0]) + abs(first[0][1] - second[0][1]) > 0.1
    assert spots(SQUARE).near(Random(1), 1) == first[1]  # and the next time, too


def test_where_no_outline_is_known_nothing_is_said():
    assert spots(SQUARE).near(Random(1), 3) is None


def test_what_is_released_tells_of_nobody_and_says_who_released_it(loaded):
    public = Matter._base_manager.filter(released_at__isnull=False)
    assert 5 < public.count() < Matter._base_manager.count() / 2
    for matter in public:
        line = Event.objects.get(matter=matter, step=RELEASE)
        assert line.at == matter.released_at
        assert line.office
        assert line.values() == {"title": matter.public_title, "text": matter.public_text}
        assert list(personal_in(matter.public_title + matter.public_text, (), about_people=False)) == []
