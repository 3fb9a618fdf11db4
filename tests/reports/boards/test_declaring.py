"""The section `boards`: what a pack may say, and what is refused with file, line and remedy."""

from dataclasses import replace
from textwrap import indent

import pytest
from django.utils import translation

from jiceng.packs.catalogue import build, of_folders, shipped
from jiceng.packs.installing import shipped_bases
from jiceng.packs.loading import read_folder
from jiceng.reports.boards.declaring import (
    BarsTile,
    FunnelTile,
    MapTile,
    NumberTile,
    TableTile,
    TrendTile,
)

WHOLE = """
label: 某县看板
en: A county's board
note: 说明
note_en: A note
span: month
fewest: 8
rows:
  - label: 党员
    label_en: Members
    tiles:
      - {number: members, against: year, title: 人数, title_en: People, width: 3}
      - {trend: members, points: 12}
      - {bars: members, by: party_org.sector, most: 5}
      - {bars: members}
      - {funnel: [two_new_units, two_new_in_scope]}
  - tiles:
      - {table: [members, two_new_organised_rate]}
      - {map: two_new_organised_rate}
"""

CHANGES = """
indicators:
  since_2019: {name: 变化, measure: change, of: members, from: {as_of: 2019-12-01}}
  in_a_year: {name: 变化, measure: change, of: members, from: {years: 1}}
  by_person:
    {name: 学习, unit: 次, fact: membership, measure: count, breakdowns: [person, party_org, party_org.host_unit]}
"""


@pytest.fixture(scope="module")
def bases():
    """The base packs, of which only the figures are read again for every test."""
    said = ("vocabularies", "indicators")
    return [
        replace(pack, sections={name: pack.sections[name] for name in said}) for pack in shipped_bases([])
    ]


@pytest.fixture
def read(tmp_path, bases):
    """`read(text)`: the catalogue with a pack `place` whose board `one` says so, and what is wrong with that."""

    def write(said: str):
        place = tmp_path / "place"
        place.mkdir(exist_ok=True)
        (place / "pack.yaml").write_text("pack: {id: place, name: 某县, version: 1.0.0}\n", encoding="utf-8")
        (place / "indicators.yaml").write_text(CHANGES, encoding="utf-8")
        text = f"boards:\n  one:\n{indent(said.strip(), '    ')}\n"
        (place / "boards.yaml").write_text(text, encoding="utf-8")
        catalogue, faults = build([*bases, read_folder(place)[0]])
        return catalogue, [fault for fault in faults if "/place/" in fault.where]

    return write


def tile(written: str) -> str:
    return f"label: 看板\nrows:\n  - tiles:\n      - {written}"


def test_everything_that_a_board_may_say_is_read(read):
    catalogue, faults = read(WHOLE)
    assert faults == []
    board = catalogue.item("boards", "place:one")
    assert (board.span, board.fewest, [row.label for row in board.rows]) == ("month", 8, ["党员", ""])
    kinds = [NumberTile, TrendTile, BarsTile, BarsTile, FunnelTile, TableTile, MapTile]
    tiles = list(board.tiles())
    assert [type(each) for each in tiles] == kinds
    assert tiles[0].indicators() == ("core:members",)
    assert (tiles[2].by, tiles[2].most, tiles[3].by) == ("party_org.sector", 5, "territory")
    assert tiles[5].indicators() == ("core:members", "core:two_new_organised_rate")


def test_it_is_called_what_the_reader_speaks(read):
    catalogue, _faults = read(WHOLE)
    board = catalogue.item("boards", "place:one")
    first, second, *_others = board.tiles()
    assert (board.heading, board.remark, board.rows[0].heading) == ("某县看板", "说明", "党员")
    assert (first.heading, second.heading) == ("人数", "")
    with translation.override("en"):
        assert (board.heading, board.remark, board.rows[0].heading) == (
            "A county's board",
            "A note",
            "Members",
        )
        assert first.heading == "People"


@pytest.mark.parametrize(
    "written",
    [
        "{number: since_2019}",
        "{number: in_a_year}",
        "{trend: in_a_year}",
        "{bars: in_a_year, by: party_org.sector}",
        "{map: since_2019}",
        "{bars: by_person, by: party_org}",
        "{bars: by_person, by: party_org.host_unit}",
        "{number: 'core:members', against: period}",
    ],
)
def test_what_fits_is_taken(read, written):
    assert read(tile(written))[1] == []


@pytest.mark.parametrize(
    ("written", "what"),
    [
        ("{number: membres}", "indicators里没有“membres”"),
        ("{table: [members, nothing]}", "indicators里没有“nothing”"),
        ("{number: in_a_year, against: year}", "“place:in_a_year”本身就是变化"),
        ("{trend: since_2019}", "与固定的日子相比，不能作走势"),
        ("{funnel: [members, since_2019]}", "与固定的日子相比，不能作漏斗"),
        ("{bars: members, by: colour}", "“core:members”不按“colour”分组"),
        ("{bars: by_person, by: person}", "区域可以比较，人不可以"),
        ("{funnel: [two_new_units, two_new_organised_rate]}", "是占比、平均或最小"),
        ("{funnel: [members, members_admitted]}", "time 不同"),
        ("{funnel: [members, two_new_units]}", "unit 不同"),
        ("{funnel: [members]}", ""),
        ("{gauge: members}", "看不出这是哪一种图块"),
        ("members", "看不出这是哪一种图块"),
        ("{number: members, colour: red}", "colour"),
        ("{number: members, width: 13}", ""),
        ("{trend: members, points: 2}", ""),
    ],
)
def test_what_does_not_fit_is_said_with_its_place(read, written, what):
    catalogue, faults = read(tile(written))
    assert len(faults) == 1
    assert what in faults[0].what
    assert "boards.yaml:6" in faults[0].where
    assert catalogue.section("boards") == {}


@pytest.mark.parametrize("written", ["label: 空\nrows: []", "label: 空\nrows:\n  - tiles: []", "label: 空"])
def test_an_empty_board_is_none(read, written):
    _catalogue, faults = read(written)
    assert len(faults) == 1


def test_every_place_has_a_board_and_there_is_one_for_any():
    catalogue = of_folders(*shipped())
    boards = catalogue.section("boards")
    with_board = {key.partition(":")[0] for key in boards}
    assert with_board == set(catalogue.packs)
    for key, board in boards.items():
        tiles = list(board.tiles())
        assert 10 <= len(tiles) <= 40, key
        assert board.en, key
        assert all(row.label_en for row in board.rows if row.label), key
        assert all(each.title_en for each in tiles if each.title), key
    overview = next(board for key, board in boards.items() if catalogue.packs[key.partition(":")[0]].base)
    assert len(list(overview.tiles())) >= 30
