"""The index beside a table: kept with every write, by the same cut in both databases, found in order."""

from datetime import date, timedelta

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jiceng.matters.models import Matter
from jiceng.matters.queries.words import INDEX
from jiceng.protection.scopes import upper_bound
from jiceng.records.bulk import set_where
from jiceng.records.engine import copy_rows, is_sqlite
from jiceng.records.search import Within, asked, hits, install, key_of, order_of, pieces, rebuild
from jiceng.records.search.kept import MASK, _stretches
from jiceng.records.writing import write
from tests.accounts.cast import SETTER, keep
from tests.conftest import triggers_lifted
from tests.matters.conftest import TODAY


def found(words: str, *places: str, **more) -> list[int]:
    """The keys of the hits, in the order in which they come."""
    return [key_of(at) for some in hits(INDEX, asked(words), Within(places=places, **more)) for at in some]


@pytest.fixture
def case(office):
    """Raises a case with a text, on a day."""

    def raised(text: str, region=None) -> Matter:
        return office.raised(text=text, category="qingshan:noise", region=region)

    return raised


def test_a_row_is_found_from_its_own_transaction_on(case):
    matter = case("半夜施工噪音扰民")
    assert found("噪音") == found("噪音扰民") == found("施工 扰民") == [matter.pk]
    assert found(matter.number.rpartition("-")[2]) == [matter.pk]
    assert found("供水") == []


def test_what_is_changed_is_found_by_what_it_says_now(case):
    matter = case("半夜施工噪音扰民")
    matter.text = matter.title = "水管爆裂"
    keep(matter)
    assert found("水管") == [matter.pk]
    assert found("噪音") == []
    matter.data = '{"a":1}'
    keep(matter)
    assert found("水管") == [matter.pk]


def test_what_is_rolled_back_was_never_there(case):
    with transaction.atomic():
        matter = case("半夜施工噪音扰民")
        assert found("噪音") == [matter.pk]
        transaction.set_rollback(True)
    assert found("噪音") == []


def delete(*, unseen: bool = False) -> None:
    """Delete all matters with their timelines, which the database refuses otherwise; `unseen` by any trigger."""
    with connection.cursor() as cursor:
        for table in ("turn", "clock", "reporter", "dispatch"):
            cursor.execute(f"DELETE FROM matters_{table}")
        with triggers_lifted():
            cursor.execute("DELETE FROM matters_event")
            if unseen:
                cursor.execute("DELETE FROM matters_matter")
        cursor.execute("DELETE FROM matters_matter")


def test_what_is_deleted_is_not_found(case):
    case("半夜施工噪音扰民")
    delete()
    assert found("噪音") == []


def test_writes_of_many_rows_are_kept_as_well(case, office):
    matter = case("半夜施工噪音扰民")
    columns = [f.attname for f in Matter._meta.concrete_fields if not f.primary_key]
    copies = []
    for n in range(3):
        values = {c: getattr(matter, c) for c in columns} | {
            "number": f"N{n}",
            "text": f"第{n}处井盖破损",
            "title": "井盖",
        }
        values["uid"] = type(matter.uid)(int=n + 1)
        copies.append([values[c] for c in columns])
    copy_rows(Matter, columns, copies)
    assert len(found("井盖")) == 3
    with write(by=SETTER, action="test.derive"):
        set_where(Matter._base_manager.filter(title="井盖"), {"region_path": "9999"}, "test")
    assert len(found("井盖", "9999")) == 3
    assert found("井盖", office.here.region.path) == []


def test_hits_come_by_day_the_last_first_whatever_their_keys(case, office):
    first, second, third = (case(f"第{n}处凉亭漏雨") for n in "一二三")
    second.raised_on = TODAY + timedelta(days=1)
    keep(second)
    assert found("凉亭") == [second.pk, third.pk, first.pk]


def test_within_an_area_and_a_time(case, office):
    here, there = office.here, office.world.baishui
    mine = case("凉亭漏雨")
    old = case("凉亭漏雨")
    old.raised_on = date(2020, 2, 29)
    keep(old)
    other = case("凉亭漏雨", here.town)
    assert found("凉亭", here.village.path) == [mine.pk, old.pk]
    assert found("凉亭", here.region.path) == [other.pk, mine.pk, old.pk]
    assert found("凉亭", there.region.path) == []
    assert found("凉亭", there.region.path, here.village.path) == [mine.pk, old.pk]
    assert found("凉亭", since=TODAY) == [other.pk, mine.pk]
    assert found("凉亭", until=TODAY - timedelta(days=1)) == [old.pk]
    assert found("凉亭", since=date(2020, 2, 29), until=date(2020, 2, 29)) == [old.pk]
    assert found("凉亭", after=order_of(TODAY, other.pk)) == [mine.pk, old.pk]
    assert upper_bound(here.village.path) not in (here.town.path, here.village.path)


def test_a_place_is_not_taken_for_a_word(case, office):
    matter = case(f"编号p{office.here.region.path}的凉亭")
    assert found("凉亭", office.world.baishui.region.path) == []
    assert found("凉亭", office.here.region.path) == [matter.pk]


def test_rebuilding_gives_the_same(case):
    for text in ("凉亭漏雨", "凉亭杆歪了", "井盖"):
        case(text)
    before = found("凉亭"), found("井盖")
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {INDEX.name} ({INDEX.name}) VALUES ('delete-all')"
            if is_sqlite()
            else f"TRUNCATE {INDEX.name}"
        )
    assert found("凉亭") == []
    with transaction.atomic():
        assert rebuild(INDEX) == Matter._base_manager.count()
    assert (found("凉亭"), found("井盖")) == before


def test_installing_again_leaves_it_and_installing_what_was_made_otherwise_makes_it_anew(case):
    matter = case("凉亭漏雨")
    install(INDEX)
    assert found("凉亭") == [matter.pk]
    with connection.cursor() as cursor:
        if is_sqlite():
            cursor.execute(f"DROP TRIGGER {INDEX.name}_mark")
        else:
            cursor.execute(f"COMMENT ON TABLE {INDEX.name} IS 'otherwise'")
    install(INDEX)
    assert found("凉亭") == [matter.pk]
    matter.title = matter.text = "井盖"
    keep(matter)
    assert (found("凉亭"), found("井盖")) == ([], [matter.pk])


def test_an_index_of_an_emptied_table_is_emptied(case):
    """As tests that commit empty the tables, and no trigger sees it."""
    case("凉亭漏雨")
    delete(unseen=True)
    assert len(found("凉亭")) == 1
    install(INDEX)
    assert found("凉亭") == []


# ------------------------------------------------------------------------------------------- by themselves
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None)
@given(st.text(alphabet="夜里施工噪音，。 \nabXYＺ０３Ａ0123-·（）😀é×𠮷", max_size=30))
def test_the_database_cuts_as_this_program_does(db, text):
    with connection.cursor() as cursor:
        if is_sqlite():
            cursor.execute("SELECT jiceng_words(%s, '00010002')", [text])
            words = set(cursor.fetchone()[0].split())
            assert words == pieces(text) | {"p0001", "p00010002"}
            return
        cursor.execute("SELECT tsvector_to_array(jiceng_words(%s, '00010002', DATE '2022-06-20'))", [text])
        words = set(cursor.fetchone()[0])
    assert words == pieces(text) | {"p0001", "p00010002", "m202206", "y2022"}


def test_orders_hold_day_and_key():
    assert order_of(date(2022, 6, 20), 5) & MASK == 5
    assert order_of(date(2022, 6, 20), MASK) < order_of(date(2022, 6, 21), 0)
    assert order_of(date(1969, 12, 31), 7) & MASK == 7
    assert order_of(date(1969, 12, 31), 7) < order_of(date(1970, 1, 1), 0)


@given(st.dates(date(2000, 1, 1), date(2030, 12, 31)), st.dates(date(2000, 1, 1), date(2030, 12, 31)))
def test_stretches_leave_no_day_out_and_have_none_twice(a, b):
    first, last = sorted((a, b))
    stretches = [stretch.replace("'", "").split(" | ") for stretch in _stretches(first, last)]
    words = [word for stretch in stretches for word in stretch]
    assert len(words) == len(set(words))
    for day in (first, last, first + (last - first) / 2):
        assert sum(word in (f"m{day:%Y%m}", f"y{day.year}") for word in words) == 1
    assert [f"y{last.year}"] not in stretches  # the year of the last day goes by months
