"""Matters found by words, within what one may see."""

from contextlib import suppress
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from jiceng.matters.models import Matter
from jiceng.matters.queries import words
from jiceng.matters.queries.words import find
from jiceng.protection.scopes import Scope
from jiceng.records.refusals import Refusal
from tests.accounts.cast import keep
from tests.matters.conftest import TODAY


@pytest.fixture
def case(office):
    def raised(text: str, region=None, **more) -> Matter:
        return office.raised(text=text, category="qingshan:noise", region=region, **more)

    return raised


def said(text: str, scope: Scope | None = None, rows=None, **more) -> list[int]:
    scope = scope or Scope.all()
    return [
        m.pk for m in find(text, Matter.visible_to(scope) if rows is None else rows, scope, **more).matters
    ]


def test_all_words_in_title_text_or_number(case):
    matter = case("半夜施工噪音扰民，工地在东街")
    assert said("噪音 东街") == said("施工噪音") == said(matter.number) == [matter.pk]
    assert said("噪音 西街") == []


def test_pieces_that_do_not_make_the_word_are_no_hit(case):
    case("工地噪声，音扰邻居")
    assert said("噪音扰") == []
    case("上海关注此事")
    assert said("海关") != []
    case("山东路，西路东")
    assert said("东路东") == []


def test_one_finds_what_one_may_see(case, office):
    mine = case("凉亭漏雨")
    other = case("凉亭漏雨", office.here.other_town)
    for who, county, sees in [
        ("case_centre", "qingshan", [other.pk, mine.pk]),
        ("village_clerk", "qingshan", [mine.pk]),
        ("case_centre", "baishui", []),
        ("department_officer", "qingshan", []),
        ("unit_officer", "qingshan", []),
    ]:
        assert said("凉亭", office.access(who, county).scope()) == sees, who
    office.step(other, "send", given={"lead": office.here.bureau.pk})
    assert said("凉亭", office.access("department_officer").scope()) == [other.pk]


def test_what_was_sent_into_an_area_is_found_there_in_its_place(case, office, monkeypatch):
    """The other town's officer, whose firm has been given a matter of this town."""
    other = office.here.other_town
    first, sent, last = case("凉亭漏雨", other), case("凉亭漏雨"), case("凉亭漏雨", other)
    case("凉亭漏雨")
    office.step(sent, "send", given={"lead": office.here.other_firm.pk})
    scope = Scope(territory=(other.path,))
    assert said("凉亭", scope) == [last.pk, sent.pk, first.pk]
    monkeypatch.setattr(words, "FEW", 0)
    assert said("凉亭", scope) == [last.pk, sent.pk, first.pk]


def test_who_sees_by_dispatches_finds_the_same_with_many_in_sight_as_with_few(case, office, monkeypatch):
    for n in range(3):
        matter = case(f"第{n}盏凉亭漏雨")
        office.step(matter, "send", given={"lead": office.here.bureau.pk})
    case("凉亭漏雨")
    scope = office.access("department_officer").scope()
    few = said("凉亭", scope)
    monkeypatch.setattr(words, "FEW", 1)
    assert said("凉亭", scope) == few
    assert len(few) == 3


def test_an_area_that_was_picked_cuts_it_down(case, office):
    mine = case("凉亭漏雨")
    case("凉亭漏雨", office.here.other_town)
    scope = office.access("case_centre").scope().narrowed(office.here.town.path)
    assert said("凉亭", scope) == [mine.pk]
    assert said("凉亭", Scope.all().narrowed(office.here.town.path)) == [mine.pk]
    assert said("凉亭", Scope()) == []


def test_more_subtrees_than_the_index_is_told(case, office, monkeypatch):
    mine = case("凉亭漏雨")
    monkeypatch.setattr(words, "MOST_PLACES", 1)
    scope = Scope(territory=(office.here.village.path, office.here.other_town.path))
    assert said("凉亭", scope) == [mine.pk]


def test_other_conditions_hold_as_well(case, office):
    first, second = case("凉亭漏雨"), case("凉亭漏雨")
    office.step(second, "send", given={"lead": office.here.bureau.pk})
    assert said("凉亭", rows=Matter._base_manager.filter(state="received")) == [first.pk]
    second.raised_on = TODAY - timedelta(days=40)
    keep(second)
    assert said("凉亭", since=TODAY) == [first.pk]
    assert said("凉亭", until=date(2022, 5, 31)) == [second.pk]


def test_where_other_conditions_leave_few_of_many_hits_those_are_read(case, office, monkeypatch):
    monkeypatch.setattr(words, "FEW", 3)
    monkeypatch.setattr("jiceng.records.search.kept.PORTION", 2)
    keys = [case(f"第{n}盏凉亭漏雨").pk for n in range(12)]
    office.step(Matter._base_manager.get(pk=keys[1]), "send", given={"lead": office.here.bureau.pk})
    assert said("凉亭", rows=Matter._base_manager.filter(state="working")) == [keys[1]]
    assert said("凉亭", rows=Matter._base_manager.exclude(state="working")) == [keys[0], *keys[2:]][::-1]


def test_page_by_page_without_a_gap_or_a_repetition(case, office):
    keys = [case(f"第{n}盏凉亭漏雨").pk for n in range(7)]
    for scope in (Scope.all(), Scope(held={"matters.matter": frozenset(keys)})):
        seen, after = [], None
        for _page in range(4):
            page = find("凉亭", Matter.visible_to(scope), scope, after=after, most=2)
            seen += [m.pk for m in page.matters]
            after = page.after
            if after is None:
                break
        assert seen == keys[::-1]


def test_the_last_page_says_that_it_is(case):
    for n in range(2):
        case(f"第{n}盏凉亭漏雨")
    rows = Matter._base_manager.all()
    assert find("凉亭", rows, Scope.all(), most=2).after is None
    assert find("凉亭", rows, Scope.all(), most=1).after is not None


def test_what_is_too_short_is_refused(case):
    with pytest.raises(Refusal, match="太短"):
        said("灯")


def test_signs_of_the_engines_mean_nothing(case):
    case("凉亭漏雨")
    for text in ('凉亭" OR "井盖', "凉亭* NOT 漏雨", "凉亭' | '井盖", "凉亭 & !井盖", "凉亭%", "凉亭\\"):
        with suppress(Refusal):
            assert isinstance(said(text), list)
    assert len(said("凉亭%")) == 1


def test_few_queries(case):
    for n in range(30):
        case(f"第{n}盏凉亭漏雨")
    with CaptureQueriesContext(connection) as found:
        assert len(said("凉亭")) == 25
    assert len(found) <= 4
