"""Figures of a region's own: a pack like any other, a version at every change."""

import pytest
import yaml
from django.conf import settings as configured
from django.utils import translation

from jiceng.indicators import own
from jiceng.indicators.compile.dialects import DUCKDB
from jiceng.indicators.own import as_yaml, drop, keep, own_of, pack_of, tried
from jiceng.indicators.shapes import Shape, by_column
from jiceng.indicators.stored import _digest
from jiceng.organisations.models import Region
from jiceng.packs.catalogue import current
from jiceng.packs.filters.nodes import EVERYTHING
from jiceng.packs.installing import install
from jiceng.packs.models import PackVersion
from jiceng.protection.actors import Actor
from jiceng.records.refusals import Refusal, Refusals
from tests.accounts.cast import build_world
from tests.staging import in_force

CLERK = Actor("user:1", "张三")
FIRMS = {
    "name": "企业",
    "unit": "家",
    "fact": "unit",
    "where": {"kind": ["core:enterprise"]},
    "measure": "count",
}


@pytest.fixture
def county(db) -> Region:
    in_force(configured.PACKS / "core")
    return build_world().qingshan.region


def kept(county, **said):
    return keep(by=CLERK, region=county, written={**FIRMS, **said})


def test_it_is_in_force_where_it_was_made_and_nowhere_else(county):
    key = kept(county)
    assert key == f"{pack_of(county)}:figure_1"
    there = current().section("indicators", [county.code])
    assert there[key].name == "企业"
    assert key not in current().section("indicators", ["990000"])
    assert current().packs[pack_of(county)].en.startswith("Own figures of")
    assert current().packs[pack_of(county)].name == f"{county.name}自建指标"


def test_every_change_is_a_version_and_no_key_comes_back(county):
    first = kept(county).partition(":")[2]
    keep(by=CLERK, region=county, written={**FIRMS, "name": "改名"}, key=first)
    assert [item["name"] for item in own_of(county).values()] == ["改名"]
    drop(by=CLERK, region=county, key=first)
    assert own_of(county) == {}
    assert kept(county) == f"{pack_of(county)}:figure_4"
    versions = PackVersion.objects.filter(pack=pack_of(county)).order_by("pk")
    assert [version.version for version in versions] == ["1.0.1", "1.0.2", "1.0.3", "1.0.4"]
    assert [version.active for version in versions] == [False, False, False, True]
    assert {version.installed_by for version in versions} == {CLERK.key}


def test_what_is_kept_is_what_a_pack_holds(county, tmp_path):
    text = as_yaml("firms", FIRMS)
    assert yaml.safe_load(text)["indicators"]["firms"] == FIRMS
    (tmp_path / "pack.yaml").write_text("pack: {id: place, name: 某县, version: 1.0.0}\n", encoding="utf-8")
    (tmp_path / "indicators.yaml").write_text(text, encoding="utf-8")
    install(folders=[tmp_path], by=CLERK)
    mine = kept(county)
    figures = current().section("indicators")
    assert figures["place:firms"] == figures[mine]


def test_what_another_pack_names_is_not_taken_away(county, tmp_path):
    key = kept(county)
    (tmp_path / "pack.yaml").write_text("pack: {id: place, name: 某县, version: 1.0.0}\n", encoding="utf-8")
    board = f"boards: {{one: {{label: 看板, rows: [{{tiles: [{{number: '{key}'}}]}}]}}}}\n"
    (tmp_path / "boards.yaml").write_text(board, encoding="utf-8")
    install(folders=[tmp_path], by=CLERK)
    with pytest.raises(Refusals) as found:
        drop(by=CLERK, region=county, key="figure_1")
    assert "figure_1" in found.value.refusals[0].what
    assert key in current().section("indicators")


@pytest.mark.parametrize(
    ("said", "what"),
    [
        ({"fact": "units"}, "units"),
        ({"where": {"colour": "red"}}, "colour"),
        ({"where": {"kind": ["core:nothing"]}}, "nothing"),
        ({"where": {"employees": {"gte": "many"}}}, "many"),
        ({"measure": "sum"}, "of"),
        ({"name": ""}, ""),
        ({"fact": "membership", "where": {}, "scope": "place"}, "按查看人的权限"),
        ({"fact": "person", "where": {}, "scope": "public"}, "按查看人的权限"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_kept(county, said, what):
    with pytest.raises(Refusals) as found:
        kept(county, **said)
    assert what in " ".join(refusal.what for refusal in found.value.refusals)
    assert not PackVersion.objects.filter(pack=pack_of(county)).exists()


def test_a_person_is_counted_within_rights_and_a_draft_is_kept_nowhere(county):
    found = tried({**FIRMS, "fact": "membership", "where": {}, "scope": "scope"}, county)
    assert found.indicator.fact == "membership"
    assert own_of(county) == {}


def test_there_are_bounds(county, monkeypatch):
    monkeypatch.setattr(own, "MOST", 1)
    kept(county)
    with pytest.raises(Refusal, match="太多"):
        kept(county)
    with pytest.raises(Refusal, match="figure_9"):
        keep(by=CLERK, region=county, written=FIRMS, key="figure_9")
    with pytest.raises(Refusal, match="figure_9"):
        drop(by=CLERK, region=county, key="figure_9")
    with pytest.raises(Refusal, match="没有代码"):
        pack_of(Region(name="某小区", code=""))


def test_the_pack_is_called_alike_whoever_saves_it(county):
    with translation.override("en"):
        kept(county)
    assert current().packs[pack_of(county)].name == f"{county.name}自建指标"


def test_other_figures_stay_compiled(county):
    members, shape = current().section("indicators")["core:members"], Shape()
    before = _digest(members, shape, current(), EVERYTHING, DUCKDB)
    kept(county)
    assert _digest(members, shape, current(), EVERYTHING, DUCKDB) == before
    assert _digest(members, Shape("records"), current(), EVERYTHING, DUCKDB) != before


def test_a_column_called_like_a_tree_is_marked():
    assert by_column("industry") == "industry@"
    assert by_column("unit.industry") == "unit.industry"
