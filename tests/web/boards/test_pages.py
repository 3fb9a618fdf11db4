"""Boards in the browser's eyes: one request, numbers that open, few cases folded, persons never."""

import json
import re
from html import unescape
from pathlib import Path

import pytest
from django.conf import settings as configured

from jiceng.coverage.rebuilding import rebuild as derive
from jiceng.indicators.snapshot.refreshing import rebuild
from tests.accounts.cast import unit
from tests.staging import in_force

BOARD = "/boards/riverside:one/"
PACKS = (Path(configured.PACKS) / "core", Path(__file__).parent / "riverside")


@pytest.fixture
def told(transactional_db, settings, tmp_path, world):
    """Both counties with derived coverage, a snapshot of their own and a board."""
    settings.HOME = tmp_path
    in_force(*PACKS)
    for number in range(5):
        unit(f"青加{number}公司", world.qingshan.other_town, employees=20)
    derive()
    rebuild()
    return world


def tiles(page):
    """The tiles of a page by their heading, in plain words; the first of those that are called alike."""
    found = {}
    for part in re.split(r'<section class="board-tile', page)[1:]:
        heading = re.search(r"<h3>(.*?)</h3>", part, re.DOTALL)[1]
        name = re.sub(r"\s+", " ", re.sub(r"<small>.*?</small>|<[^>]+>", "", heading)).strip()
        found.setdefault(name, part)
    return found


def words(part):
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", part))).strip()


def links(part):
    return [unescape(found) for found in re.findall(r'href="(/figures/[^"]+[?]day=[^"]+)"', part)]


def test_a_board_is_one_request_whose_numbers_all_open(told, clerk):
    """What a board says of the figures, of areas with few cases, and that every number leads to the same number."""
    page = clerk.text(BOARD)
    shown = tiles(page)
    assert len(re.findall(r'class="board-tile ', page)) == 10
    assert not re.search(r'hx-get="/boards|data-map=', page)
    assert "14.29 % 1 ÷ 7" in words(shown["两新组织党的组织覆盖率"])
    assert "7" in words(shown["两新组织 走势"])
    assert re.search(r"两新组织 7 纳入覆盖范围的两新组织 7 100\.0%", words(shown["漏斗"]))
    _few_cases_are_told_together(told, page, shown)
    _every_number_opens(clerk, page)
    _a_column_called_like_a_tree(clerk, shown)
    for name in map(str, told.qingshan.people.values()):
        assert name not in page
    _the_whole_screen_is_the_same(page, clerk.text(f"{BOARD}screen/"))


def _few_cases_are_told_together(told, page, shown):
    town, other = told.qingshan.town.name, told.qingshan.other_town.name
    table = words(shown["各区域情况"])
    assert re.search(rf"{town} 1 \*", table)  # the count stands for itself, its share does not
    assert re.search(rf"{other} 6 0\b", table)
    assert "合并计算 100" in table
    bars = words(shown["两新组织党的组织覆盖率 按区域 "[:-1]])
    assert other in bars or bars
    drawn = json.loads(unescape(re.search(r'<template id="board-maps">(.*?)</template>', page, re.DOTALL)[1]))
    ((_key, found),) = drawn["maps"].items()
    assert {row["label"]: row["value"] for row in found["rows"]} == {town: "—", other: "0"}
    assert [row["label"] for row in found["rows"] if row["shade"] is None] == [town]


def _every_number_opens(clerk, page):
    numbers = dict(re.findall(r'href="(/figures/[^"]+[?]day=[^"]+)"[^>]*>([\d,.]+)</a>', page))
    assert len(numbers) > 8
    for address, value in numbers.items():
        figure = unescape(clerk.text(unescape(address).partition("#")[0]))
        part = re.search(r"part=([^&#]+)", unescape(address))
        if part is not None:
            assert re.search(rf'part={part[1]}#records">{re.escape(value)}</a>', figure), address
        elif "by=" not in address:  # what is told together opens to all parts
            assert f'class="big-value">{value}<small>' in figure, address


def _a_column_called_like_a_tree(clerk, shown):
    address = links(shown["两新组织 按行业"])[0]
    assert "by=industry%40" in address
    page = unescape(clerk.text(address.partition("#")[0]))
    assert re.search(r'by=industry%40[^"]*"\s*aria-current="page">行业<', page)


def _the_whole_screen_is_the_same(page, screen):
    def numbers(text):
        return re.findall(r'href="(/figures/[^"]+[?]day=[^"]+)"[^>]*>([^<]*)</a>', text)

    assert [found for found in numbers(page) if found[1]] == [found for found in numbers(screen) if found[1]]
    assert 'class="side"' in page
    assert 'class="side"' not in screen
    assert 'data-refreshes="300"' in screen
    assert "系统不得处理涉密信息" in screen


def test_times_are_picked_and_whoever_looks_sees_their_own(told, clerk, visit):
    page = clerk.text(BOARD, {"day": "2022-05-10", "span": "month"})
    assert "流量自 2022-05-01 至 2022-05-31" in page
    assert 'value="month" selected' in page
    year_ago = links(tiles(page)["两新组织党的组织覆盖率"])[1]
    assert "day=2021-05-10&period=2021-05-01..2021-05-31" in year_ago
    course = re.findall(r"<title>(.*?)：", tiles(page)["两新组织 走势"])
    assert course == ["2022-02", "2022-03", "2022-04", "2022-05"]
    assert 'value="year" selected' in clerk.text(BOARD, {"day": "yesterday", "span": "decade"})

    early = tiles(clerk.text(BOARD, {"day": "2017-06-01"}))  # nothing was there yet
    assert re.match(r"[^%]*— % 0 ÷ 0", words(early["两新组织党的组织覆盖率"]))
    assert "— % 0 ÷ 0" in words(early["新发展党员中的女性占比"])

    stranger = visit("baishui.organisation_department").text(BOARD)
    assert told.qingshan.other_town.name not in stranger
    assert "只含您权限范围内的记录" not in stranger
    assert "只含您权限范围内的记录" in visit("qingshan.instructor").text(BOARD)
    assert visit("outsider").get(BOARD).status_code == 403


def test_boards_of_the_place_are_listed_and_say_where_nothing_has_been_counted(
    transactional_db, settings, tmp_path, world, clerk
):
    settings.HOME = tmp_path
    in_force(*PACKS)
    page = clerk.text("/boards/")
    assert "/boards/core:overview/" in page
    assert "riverside" not in page  # bound to no place
    assert clerk.get("/boards/riverside:two/").status_code == 404
    assert clerk.get("/boards/riverside:two/screen/").status_code == 404
    untold = clerk.text(BOARD)
    assert untold.count("还没有数据快照") == len(re.findall(r'class="board-tile ', untold)) == 10
    assert "board-maps" not in untold
    assert links(untold) == []
