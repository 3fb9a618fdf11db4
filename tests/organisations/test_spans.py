"""The one mechanism of dated values: a row and its spans never part."""

from datetime import date, timedelta

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jiceng.organisations.models import Region, Unit, UnitSpan
from jiceng.organisations.spans import (
    PARTY_ORGS,
    REGIONS,
    UNITS,
    begin_many,
    by_column,
    change_many,
    dating_of,
    end_many,
    redate,
    span_on,
)
from jiceng.records.models import AuditEntry, AuditRow
from jiceng.records.refusals import Refusal
from jiceng.records.writing import write
from tests.organisations.factories import CLERK, START, org, unit
from tests.organisations.invariants import assert_whole, spans_of


def change(entity, day: date, keep_later: bool = False, **values) -> list:
    dating = dating_of(entity)
    with write(by=CLERK, action="test.change"):
        return change_many(dating, day, {entity.pk: by_column(dating, values)}, keep_later=keep_later)


def end(entity, day: date, **values) -> list:
    dating = dating_of(entity)
    with write(by=CLERK, action="test.end"):
        return end_many(dating, day, {entity.pk: by_column(dating, values)})


def told(entity, column: str) -> list[tuple[str, str | None, object]]:
    """Its history in one column: first day, end and value of every span."""
    return [
        (str(s.valid_from), s.valid_to and str(s.valid_to), getattr(s, column))
        for s in spans_of(dating_of(entity), entity)
    ]


@pytest.fixture
def firm(county) -> Unit:
    return unit(county["甲村"], "演示食品厂", employees=10)


# ----------------------------------------------------------------------------------------- forward in time
def test_a_later_change_closes_the_span_and_opens_one(firm):
    assert change(firm, date(2020, 5, 1), employees=30)
    assert told(firm, "employees") == [("2012-01-01", "2020-05-01", 10), ("2020-05-01", None, 30)]
    assert Unit._base_manager.get(pk=firm.pk).employees == 30
    assert_whole(UNITS)


def test_a_change_on_the_day_the_span_began_corrects_it(firm):
    change(firm, date(2020, 5, 1), employees=30)
    change(firm, date(2020, 5, 1), employees=31)
    assert told(firm, "employees") == [("2012-01-01", "2020-05-01", 10), ("2020-05-01", None, 31)]
    change(firm, START, industry="core:manufacturing", keep_later=True)
    assert_whole(UNITS)


def test_a_change_that_changes_nothing_leaves_no_trace(firm):
    before = AuditEntry.objects.count()
    assert change(firm, date(2020, 5, 1), employees=10) == []
    assert AuditEntry.objects.count() == before
    assert len(told(firm, "employees")) == 1


def test_a_change_keeps_in_the_audit_what_was_and_what_is(firm):
    change(firm, date(2020, 5, 1), employees=30)
    entry = AuditEntry.objects.latest("seq")
    verbs = sorted(AuditRow.objects.filter(entry=entry.uid).values_list("table", "verb"))
    assert verbs == [
        ("organisations_unit", "update"),
        ("organisations_unitspan", "insert"),
        ("organisations_unitspan", "update"),
    ]


# -------------------------------------------------------------------------------------- back into history
def test_a_correction_inside_history_is_carried_to_today_where_nothing_says_otherwise(firm):
    change(firm, date(2020, 5, 1), employees=30)
    change(firm, date(2016, 1, 1), industry="core:manufacturing")
    assert told(firm, "industry") == [
        ("2012-01-01", "2016-01-01", ""),
        ("2016-01-01", "2020-05-01", "core:manufacturing"),
        ("2020-05-01", None, "core:manufacturing"),
    ]
    assert [e for *_dates, e in told(firm, "employees")] == [10, 10, 30]
    assert_whole(UNITS)


def test_a_correction_that_a_later_span_contradicts_is_refused(firm):
    change(firm, date(2020, 5, 1), employees=30)
    with pytest.raises(Refusal, match="2020-05-01 另有变更"):
        change(firm, date(2016, 1, 1), employees=20)
    assert len(told(firm, "employees")) == 2


def test_a_correction_may_be_asked_to_end_where_a_later_span_says_otherwise(firm):
    change(firm, date(2020, 5, 1), employees=30)
    change(firm, date(2016, 1, 1), keep_later=True, employees=20)
    assert told(firm, "employees") == [
        ("2012-01-01", "2016-01-01", 10),
        ("2016-01-01", "2020-05-01", 20),
        ("2020-05-01", None, 30),
    ]
    assert Unit._base_manager.get(pk=firm.pk).employees == 30
    assert_whole(UNITS)


def test_a_corrected_name_takes_its_initials_along_only_if_it_is_todays(firm):
    change(firm, date(2020, 5, 1), name="演示新厂", initials="ysxc")
    change(firm, date(2016, 1, 1), keep_later=True, name="演示旧厂", initials="ysjc")
    assert Unit._base_manager.get(pk=firm.pk).initials == "ysxc"
    assert [n for *_dates, n in told(firm, "name")] == ["演示食品厂", "演示旧厂", "演示新厂"]


def test_the_place_in_a_tree_is_never_corrected_inside_history(county):
    village = county["甲村"]
    change(village, date(2020, 5, 1), name="甲新村")
    with pytest.raises(Refusal, match="另有变更"):
        change(village, date(2016, 1, 1), path="0001000100010009")


# --------------------------------------------------------------------------------------------- the ends
@pytest.mark.parametrize("day", [date(2011, 12, 31), date(1999, 1, 1)])
def test_nothing_changes_before_the_founding(firm, day):
    with pytest.raises(Refusal, match="早于"):
        change(firm, day, employees=5)


def test_nothing_takes_effect_ahead_of_time(firm):
    with pytest.raises(Refusal, match="还没有到"):
        change(firm, timezone.localdate() + timedelta(days=1), employees=5)


def test_a_unit_that_ends_has_no_open_span(firm):
    end(firm, date(2021, 1, 1), status="core:closed")
    row = Unit._base_manager.get(pk=firm.pk)
    assert row.valid_to == date(2021, 1, 1)
    assert span_on(UNITS, row, date(2020, 12, 31)).status == "core:closed"
    assert span_on(UNITS, row, date(2021, 1, 1)) is None
    with pytest.raises(Refusal, match="已于 2021-01-01 终止"):
        change(row, date(2021, 1, 1), employees=5)
    change(row, date(2020, 12, 31), employees=5)
    assert_whole(UNITS)


def test_a_change_of_the_day_on_which_a_unit_ends_never_held(firm):
    change(firm, date(2021, 1, 1), employees=30)
    end(firm, date(2021, 1, 1))
    assert told(firm, "employees") == [("2012-01-01", "2021-01-01", 10)]
    assert Unit._base_manager.get(pk=firm.pk).employees == 10


@pytest.mark.parametrize("day", [START, date(2011, 1, 1)])
def test_nothing_ends_before_it_has_lived_a_day(firm, day):
    with pytest.raises(Refusal):
        end(firm, day)


def test_nothing_ends_before_a_later_change(firm):
    change(firm, date(2020, 5, 1), employees=30)
    with pytest.raises(Refusal, match="2020-05-01 另有变更"):
        end(firm, date(2016, 1, 1))


def test_a_party_organisation_that_ends_keeps_its_position(county):
    branch = org(county["甲村"])
    end(branch, date(2021, 1, 1))
    assert [(s.valid_from, s.living) for s in spans_of(PARTY_ORGS, branch)] == [
        (START, True),
        (date(2021, 1, 1), False),
    ]
    assert_whole(PARTY_ORGS)


# ------------------------------------------------------------------------------------------ founding days
def test_history_entered_late_begins_and_ends_at_once(county):
    kept = Region(
        code="990121100299", name="旧村", kind="core:village", parent=county["东镇"], level=5,
        path=county["东镇"].path + "0099", valid_from=date(2001, 1, 1), valid_to=date(2005, 1, 1),
    )  # fmt: skip
    with write(by=CLERK, action="test.begin"):
        begin_many(REGIONS, [kept])
    assert [(s.valid_from, s.valid_to, s.living) for s in spans_of(REGIONS, kept)] == [
        (date(2001, 1, 1), date(2005, 1, 1), True),
        (date(2005, 1, 1), None, False),
    ]


@pytest.mark.parametrize("day", [date(1998, 6, 1), date(2019, 6, 1)])
def test_a_founding_day_may_be_put_right(firm, day):
    change(firm, date(2020, 5, 1), employees=30)
    with write(by=CLERK, action="test.redate"):
        redate(UNITS, firm, day)
    assert told(firm, "employees")[0] == (str(day), "2020-05-01", 10)
    assert Unit._base_manager.get(pk=firm.pk).valid_from == day
    assert_whole(UNITS)


def test_a_founding_day_may_not_swallow_a_change(firm):
    change(firm, date(2020, 5, 1), employees=30)
    with pytest.raises(Refusal, match="另有变更"), write(by=CLERK, action="test.redate"):
        redate(UNITS, firm, date(2020, 5, 1))


# ------------------------------------------------------------------------------------------ all or nothing
def test_a_failing_audit_takes_the_change_back(firm, monkeypatch):
    def broken(*_arguments):
        raise OSError("disk full")

    monkeypatch.setattr("jiceng.records.writing._seal", broken)
    with pytest.raises(OSError, match="disk full"), transaction.atomic():
        change(firm, date(2020, 5, 1), employees=30)
    assert UnitSpan._base_manager.filter(unit=firm).count() == 1
    assert Unit._base_manager.get(pk=firm.pk).employees == 10


def test_one_bad_change_among_many_takes_all_back(county):
    good, late = unit(county["甲村"]), unit(county["甲村"], day=date(2021, 1, 1))
    with pytest.raises(Refusal), write(by=CLERK, action="test.change"):
        change_many(UNITS, date(2020, 5, 1), {good.pk: {"employees": 3}, late.pk: {"employees": 3}})
    assert UnitSpan._base_manager.filter(unit=good).count() == 1


# ------------------------------------------------------------------------------------------ whatever is done
DAYS = st.dates(date(2012, 1, 1), date(2024, 12, 31))
CHANGES = st.tuples(
    st.just("change"), DAYS, st.booleans(),
    st.fixed_dictionaries({}, optional={
        "employees": st.integers(0, 3), "name": st.sampled_from("甲乙丙"),
        "status": st.sampled_from(["core:operating", "core:dormant"]), "above_scale": st.booleans(),
    }),
)  # fmt: skip
ENDS = st.tuples(st.just("end"), DAYS, st.booleans(), st.just({}))
REDATES = st.tuples(
    st.just("redate"), st.dates(date(2005, 1, 1), date(2024, 12, 31)), st.booleans(), st.just({})
)


@given(
    st.lists(st.one_of(CHANGES, CHANGES, CHANGES, ENDS, REDATES), max_size=6),
    st.sampled_from(["unit", "org"]),
)
@settings(
    max_examples=30,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_row_and_spans_never_part(county, steps, what):
    with transaction.atomic():
        entity = unit(county["甲村"]) if what == "unit" else org(county["甲村"])
        dating = dating_of(entity)
        for verb, day, keep_later, values in steps:
            known = {k: v for k, v in values.items() if k in dating.shared}
            try:
                with transaction.atomic():
                    if verb == "change":
                        change(entity, day, keep_later, **known)
                        span = span_on(dating, entity, day)
                        assert all(getattr(span, k) == v for k, v in known.items())
                    elif verb == "end":
                        end(entity, day)
                    else:
                        with write(by=CLERK, action="test.redate"):
                            redate(dating, entity, day)
            except Refusal:
                pass
            assert_whole(dating, [entity])
        transaction.set_rollback(True)


@given(st.lists(st.tuples(DAYS, st.integers(0, 5)), min_size=1, max_size=6))
@settings(
    max_examples=15,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_changes_entered_in_order_read_back_as_entered(county, changes):
    with transaction.atomic():
        firm = unit(county["甲村"], employees=9)
        history = {START: 9}
        for day, employees in sorted(changes, key=lambda c: c[0]):
            change(firm, day, employees=employees)
            history[day] = employees
        for day in {d + timedelta(days=n) for d in history for n in (-1, 0, 1)}:
            if day >= START:
                span = span_on(UNITS, firm, day)
                assert span.employees == history[max(d for d in history if d <= day)]
        transaction.set_rollback(True)


def test_regions_units_and_party_organisations_share_what_both_tables_have():
    assert set(REGIONS.shared) == {"parent_id", "code", "name", "kind", "path", "level"}
    assert "employees" in UNITS.shared
    assert "code" not in UNITS.shared
    assert "superior_id" in PARTY_ORGS.shared
