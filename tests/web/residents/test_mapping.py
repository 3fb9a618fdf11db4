"""Maps for everybody: drawn where they may be shown, coarsened in what is public, and nothing that only they say."""

import json
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from jiceng.packs.models import PackFile
from tests.accounts.cast import keep
from tests.residents.county import told
from tests.web.visiting import element

MATTERS = reverse("residents:matters", urlconf="tests.zones")
PLAIN, APPROVED = "天地图", "天地图 审图号：GS（2024）0650号"
WEST, SOUTH, EAST, NORTH = 106.0, 30.0, 107.0, 31.0


def square(code, name, west=WEST):
    corners = [[west, SOUTH], [west + 1, SOUTH], [west + 1, NORTH], [west, NORTH], [west, SOUTH]]
    return {
        "type": "Feature",
        "properties": {"adcode": code, "name": name},
        "geometry": {"type": "Polygon", "coordinates": [corners]},
    }


@pytest.fixture
def drawn(county, monkeypatch):
    """`drawn(source)`: packs bring the county's boundaries, a degree wide and high, from that source."""
    from jiceng.web.residents import mapping  # noqa: PLC0415 - patched where it is used

    def bring(source=APPROVED, features=None):
        found = features or [square(county.here.region.code[:6], county.here.region.name)]
        answer = {"source": source, "geo": {"type": "FeatureCollection", "features": found}}
        mapping._chart.cache_clear()
        monkeypatch.setattr(mapping, "boundaries", lambda _catalogue, codes: answer if codes else {})

    yield bring
    mapping._chart.cache_clear()


def placed(county, longitude=106.50678, latitude=30.49312, title="路灯不亮"):
    matter, _code = county.reported()
    matter.longitude, matter.latitude = longitude, latitude
    keep(matter)
    return county.released(matter, title=title)


def page_of(matter):
    return reverse("residents:matter", args=[matter.uid])


# ------------------------------------------------------------------------------------------ may it be shown
def test_without_an_approval_number_there_is_a_list_and_no_map(resident, county, drawn):
    drawn(PLAIN)
    matter = placed(county)
    html = resident.text(MATTERS, {"in": "all"})
    assert 'class="map"' not in html
    assert "示意图，不代表实际位置和边界" in html
    assert page_of(matter) in html, "the list has it all the same"


def test_with_one_the_map_says_whose_boundaries_they_are(resident, county, drawn):
    drawn(APPROVED)
    placed(county)
    html = resident.text(MATTERS, {"in": "all"})
    assert "边界：天地图 审图号：GS（2024）0650号" in html
    assert "没有审图号" not in html


def test_the_demonstration_draws_them_and_says_that_it_has_none(resident, county, drawn, settings):
    settings.DEMO = True
    drawn(PLAIN)
    placed(county)
    html = resident.text(MATTERS, {"in": "all"})
    assert 'class="map"' in html
    assert "没有审图号，不得公开使用" in html


# -------------------------------------------------------------------------------------------- the public map
def test_a_point_is_coarsened_and_opens_its_public_page(resident, county, drawn):
    drawn()
    matter = placed(county)
    html = resident.text(MATTERS, {"in": "all"})
    chart = html[html.index("<svg viewBox") : html.index("</figure>")]
    assert f'<a href="{page_of(matter)}">' in chart
    assert "<title>路灯不亮</title>" in chart
    exact = placed(county, longitude=106.51, latitude=30.49)
    again = resident.text(MATTERS, {"in": "all"})
    assert 'class="count"' in again, "both stand at the same coarsened spot"
    assert "106.50678" not in again + resident.text(page_of(matter))
    assert "30.49312" not in again + resident.text(page_of(matter))
    assert exact.number not in again


def test_what_lies_too_near_for_a_finger_opens_as_a_list(resident, county, drawn):
    drawn()
    near = [placed(county, longitude=106.5 + n / 100, title=f"路灯{n}") for n in range(3)]
    placed(county, longitude=106.9, latitude=30.9, title="远处的井盖")
    html = resident.text(MATTERS, {"in": "all"})
    link = re.search(r'href="(\?[^"]*spot=[^"#]+)#found" aria-label="这一带有 3 件"', html)[1]
    listed = element(resident.text(MATTERS + link.replace("&amp;", "&")), "found")
    for matter in near:
        assert page_of(matter) in listed
    assert "远处的井盖" not in listed
    assert "看全部" in listed


def test_what_is_about_people_has_no_point(resident, county, drawn):
    drawn()
    wish = county.wish()
    wish.longitude, wish.latitude = 106.5, 30.5
    keep(wish)
    html = resident.text(MATTERS, {"in": "all"})
    assert "<circle" not in html
    assert "想要一张书桌" in html
    assert 'class="map"' not in resident.text(page_of(wish))


def test_everything_on_the_map_is_in_the_list_too(resident, county, drawn):
    drawn()
    matters = [placed(county, longitude=106.1 + n / 10, title=f"第{n}件") for n in range(5)]
    html = resident.text(MATTERS, {"in": "all"})
    chart, listed = html[: html.index("</figure>")], element(html, "found")
    for matter in matters:
        assert page_of(matter) in chart
        assert page_of(matter) in listed


def test_many_points_cost_no_more_queries_than_one(resident, county, drawn):
    drawn()
    placed(county)
    resident.get(MATTERS, {"in": "all"})
    with CaptureQueriesContext(connection) as few:
        resident.get(MATTERS, {"in": "all"})
    for n in range(8):
        placed(county, longitude=106.1 + n / 10, title=f"第{n}件")
    with CaptureQueriesContext(connection) as many:
        resident.get(MATTERS, {"in": "all"})
    assert len(many) == len(few)


def test_a_page_of_one_matter_shows_released_words_only(resident, county, drawn):
    drawn()
    matter, _code = county.answered(text="青赵大妈家门口3栋2单元的路灯不亮")
    matter = county.released(matter)
    html = resident.text(page_of(matter))
    people = [str(who) for who in county.cast.values() if str(who)]
    hidden = [*county.here.names, *people, "青赵大妈", "3栋2单元", "13800001111", "青王科长"]
    assert [name for name in hidden if name in html] == []
    assert "某巷的路灯坏了" in html
    assert "<script" not in html


def test_what_is_not_released_has_no_page(resident, county):
    matter, _code = county.reported()
    assert resident.get(page_of(matter)).status_code == 404
    matter = county.released(matter)
    assert resident.get(page_of(matter)).status_code == 200
    matter.released_at = None
    keep(matter)
    assert resident.get(page_of(matter)).status_code == 404


def test_several_counties_are_drawn_and_each_opens(resident, county, drawn, monkeypatch):
    both = [county.here.region, county.world.baishui.region]
    monkeypatch.setattr("jiceng.web.residents.reading.roots", lambda: both)
    monkeypatch.setattr("jiceng.residents.places.roots", lambda: both)
    codes = [county.here.region.code[:6], county.world.baishui.region.code[:6]]
    drawn(features=[square(codes[0], "青山"), square(codes[1], "白水", west=107.0)])
    html = resident.text(MATTERS, {"in": "all"})
    for region in both:
        assert f'<a href="{MATTERS}?in={region.code}"><path' in html
    choose = resident.text(reverse("residents:choose"))
    assert "在地图上选" in choose
    assert f"?in={county.here.region.code}" in choose


# ---------------------------------------------------------------------------------------- marking a spot
def address(county):
    return reverse("residents:report", args=[county.village.code])


def sent(resident, county, **more):
    return resident.fill(address(county), {"type": "core:hotline", "text": "路灯不亮", **more})


def test_a_spot_marked_on_the_map_reaches_the_matter(resident, county, drawn):
    drawn()
    html = resident.text(address(county))
    assert "jiceng/spot.js" in html
    assert re.search(r"<div class=\"field\" data-spot hidden>", html), "nothing to tap without a script"
    assert sent(resident, county, position="106.50678,30.49312").status_code == 200
    (matter,) = told()
    assert (matter.longitude, matter.latitude) == (106.50678, 30.49312)


@pytest.mark.parametrize("position", ["105.5,30.5", "106.5,33", "x,y", "106.5", "nan,nan", "106.5,30.5,1"])
def test_a_spot_elsewhere_is_refused_beside_the_map_and_nothing_is_lost(resident, county, drawn, position):
    drawn()
    answer = sent(resident, county, position=position)
    html = answer.content.decode()
    assert answer.status_code == 422
    assert "地图上标的位置不在" in html
    assert f'name="position" value="{position}"' in html
    assert "路灯不亮" in html
    assert not told().exists()


def test_without_a_script_the_place_is_written_in_words(resident, county, drawn):
    drawn()
    assert 'name="address"' in resident.text(address(county))
    assert sent(resident, county, address="三号桥头").status_code == 200
    (matter,) = told()
    assert (matter.longitude, matter.values()["address"]) == (None, "三号桥头")


def test_without_a_map_no_spot_is_taken(resident, county):
    assert "data-spot" not in resident.text(address(county))
    assert sent(resident, county, position="106.5,30.5").status_code == 200
    assert told().get().longitude is None


def test_a_type_without_a_position_asks_for_none(resident, county, drawn):
    drawn()
    html = resident.text(address(county), {"type": "qingshan:snapshot"})
    assert "data-spot" not in html
    assert "spot.js" not in html


@pytest.mark.django_db
def test_the_boundaries_of_packs_are_read_as_they_stand():
    """The drawing takes what packs bring: it is tried on one of theirs."""
    from pathlib import Path  # noqa: PLC0415 - of this test alone

    from django.conf import settings  # noqa: PLC0415 - of this test alone

    from jiceng.web.residents import mapping  # noqa: PLC0415 - of this test alone

    data = json.loads((Path(settings.PACKS) / "ganzhou" / "geo.json").read_text("utf-8"))
    assert not PackFile.objects.exists()
    rings = [tuple(mapping._rings(feature["geometry"])) for feature in data["features"]]
    outline = mapping.drawn([ring for each in rings for ring in each], data["source"])
    areas = [mapping._area(outline, f, r) for f, r in zip(data["features"], rings, strict=True)]
    assert len(areas) == 18
    assert sum(len(area.path) for area in areas) < 40_000
    chart = mapping.Chart(outline, tuple(areas), tuple(rings))
    assert chart.holds(114.93, 25.83), "the middle of the city"
    assert not chart.holds(116.9, 27.5)
