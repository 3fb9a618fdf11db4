"""The reforms that the packs bring, carried out by the product: the territory adds up on both sides of every day."""

from collections import Counter
from datetime import date
from pathlib import Path

import pytest
import yaml

from jiceng.organisations.models import Region, RegionSpan
from jiceng.organisations.queries import path_on, region_by_code, regions_on
from jiceng.organisations.region_loading import load_file
from jiceng.organisations.restructuring.files import apply_file
from jiceng.organisations.spans import REGIONS
from jiceng.records.audit.verifying import verify
from tests.organisations.factories import CLERK
from tests.organisations.invariants import assert_tree, assert_whole

ROOT = Path(__file__).resolve().parents[3]
EXPECTED = yaml.safe_load((ROOT / "tools/packdata/expected/counts.yaml").read_text(encoding="utf-8"))
REFORMED = sorted(path.parent.name for path in (ROOT / "packs").glob("*/operations.yaml"))
FIRST_DAY = date(2012, 1, 1)


@pytest.mark.django_db
@pytest.mark.parametrize("place", REFORMED)
def test_a_places_reforms_add_up(place):
    folder = ROOT / "packs" / place
    load_file(folder / "regions.csv", by=CLERK, as_of=FIRST_DAY)
    before = {r.pk: r for r in Region.objects.all()}
    done = apply_file(folder / "operations.yaml", by=CLERK)
    days = {day: counts for day, counts in EXPECTED[place].items() if day != "same_as"}
    for day, wanted in days.items():
        counted = Counter(s.kind for s in regions_on(date.fromisoformat(str(day))))
        assert {kind: counted[f"core:{kind}"] for kind in wanted} == wanted, day
    for document, _outcome in done:
        assert_tree(document.effective)
    assert_tree(FIRST_DAY)
    assert_whole(REGIONS)
    assert verify().whole
    _nothing_is_lost(before, max(date.fromisoformat(str(day)) for day in days))


def _nothing_is_lost(before: dict[int, Region], after: date) -> None:
    """Whatever was in a county before is in it on today's map, under something that lives."""
    living = set(RegionSpan.objects.filter(valid_to=None, living=True).values_list("path", flat=True))
    for region in before.values():
        path = path_on(region, after)
        assert any(path[:end] in living for end in range(4, len(path) + 1, 4)), region.name


@pytest.mark.django_db
def test_a_region_of_before_the_reforms_is_found_by_its_old_code_and_its_new_one():
    folder = ROOT / "packs" / "guanghan"
    load_file(folder / "regions.csv", by=CLERK, as_of=FIRST_DAY)
    apply_file(folder / "operations.yaml", by=CLERK)
    old = region_by_code("510681104", date(2019, 12, 19))
    assert region_by_code("510681104", date(2019, 12, 20)) is None
    successor = region_by_code("510681117", date(2019, 12, 20))
    assert path_on(old, date(2019, 12, 20)).startswith(path_on(successor, date(2019, 12, 20)))
    converted = region_by_code("510681001")
    assert converted == region_by_code("510681100", date(2012, 1, 1))
    assert [s.kind for s in converted.spans.order_by("valid_from")] == ["core:town", "core:street"]
