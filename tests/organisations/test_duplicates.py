"""Units that may be one, and making them one."""

from datetime import date

import pytest

from jiceng.organisations.actions.standings import designate
from jiceng.organisations.actions.ties import cover
from jiceng.organisations.actions.units import change_unit, close_unit
from jiceng.organisations.duplicates import merge_units, near_names, unit_duplicates
from jiceng.organisations.merging import references_to
from jiceng.organisations.models import Designation, PartyOrgCover, Unit, UnitSpan
from jiceng.organisations.spans import UNITS
from jiceng.people.actions.careers import employ
from jiceng.people.actions.persons import enter_person
from jiceng.people.models import Employment
from jiceng.records.models import AuditEntry, AuditRow
from jiceng.records.refusals import Refusal
from tests.organisations.factories import CLERK, START, org, region, unit, uscc
from tests.organisations.invariants import assert_whole


def pairs(under=None) -> set[tuple[str, str, str]]:
    name = dict(Unit._base_manager.values_list("pk", "name"))
    return {(name[p.first], name[p.second], p.why) for p in unit_duplicates(under)}


def fresh(one: Unit) -> Unit:
    return Unit._base_manager.get(pk=one.pk)


# ------------------------------------------------------------------------------------------------- finding
def test_the_same_name_in_one_county_is_found(county):
    unit(county["甲村"], "演示县宏达（食品）有限公司")
    unit(county["丙村"], "演示县宏达食品有限责任公司", code="")
    unit(county["甲村"], "演示县鸿运食品有限公司")
    assert pairs() == {("演示县宏达（食品）有限公司", "演示县宏达食品有限责任公司", "同一县内名称相同")}


def test_nearly_the_same_name_is_found_unless_both_have_codes_of_their_own(county):
    unit(county["甲村"], "演示县宏达食品厂")
    unit(county["甲村"], "演示县鸿达食品厂", code="")
    unit(county["甲村"], "演示县宏达食品二厂")
    found = pairs()
    assert ("演示县宏达食品厂", "演示县鸿达食品厂", "同一县内名称相近") in found
    assert not any("演示县宏达食品二厂" in (a, b) and "演示县宏达食品厂" in (a, b) for a, b, _why in found)


def test_other_counties_and_closed_units_are_none_of_it(county):
    other = region("990122", "邻县", "county", county["演示市"])
    closed = unit(county["甲村"], "演示宏达食品厂")
    close_unit(by=CLERK, unit=closed, day=date(2020, 1, 1))
    unit(other, "演示宏达食品厂")
    unit(county["乙村"], "演示宏达食品厂")
    assert pairs() == set()


def test_one_may_look_at_a_part_of_the_territory_only(county):
    unit(county["甲村"], "演示宏达食品厂")
    unit(county["乙村"], "演示宏达食品厂")
    assert len(pairs(county["东镇"])) == 1
    assert pairs(county["西乡"]) == set()


def test_short_names_differ_too_easily_to_be_near():
    records = [
        (1, "a", "甲乙丙"),
        (2, "a", "甲乙丁"),
        (3, "a", "甲乙丙丁"),
        (4, "a", "甲乙丙戊"),
        (5, "b", "甲乙丙己"),
    ]
    assert set(near_names(records)) == {(3, 4)}
    assert set(near_names(records, shortest=3)) == {(1, 2), (1, 3), (1, 4), (2, 3), (3, 4)} - {(2, 3)} | {
        (2, 3)
    }


# ------------------------------------------------------------------------------------------------- merging
@pytest.fixture
def two(county) -> tuple[Unit, Unit]:
    kept = unit(county["甲村"], "演示宏达食品厂", day=date(2015, 1, 1), code="", employees=9)
    return kept, unit(county["乙村"], "演示宏达（食品）厂", code=uscc(5), principal="演示甲", address="街1号")


def test_everything_that_points_to_the_one_points_to_the_other(county, two):
    kept, merged = two
    branch = org(county["甲村"])
    cover(by=CLERK, party_org=branch, unit=merged, kind="core:own", day=date(2016, 1, 1))
    designate(by=CLERK, kind="core:key_enterprise", unit=merged, day=date(2016, 1, 1))
    person = enter_person(by=CLERK, name="演示乙", region=county["甲村"], day=START)
    employ(by=CLERK, person=person, unit=merged, day=date(2016, 1, 1))
    gathered = unit(county["甲村"], gathered_in=merged)
    one = merge_units(by=CLERK, kept=kept, merged=merged, reason="同一家")
    assert not Unit._base_manager.filter(pk=merged.pk).exists()
    for model in (PartyOrgCover, Designation, Employment):
        assert model._base_manager.get().unit == one
    assert fresh(gathered).gathered_in == one
    assert UnitSpan._base_manager.get(unit=gathered).gathered_in == one
    assert_whole(UNITS)


def test_the_kept_one_takes_over_what_it_lacks(two):
    kept, merged = two
    one = merge_units(by=CLERK, kept=kept, merged=merged, reason="同一家")
    assert (one.code, one.principal, one.address) == (merged.code, "演示甲", "街1号")
    assert one.name == "演示宏达食品厂"
    assert one.employees == 9
    assert one.valid_from == START
    assert_whole(UNITS)


def test_two_records_that_say_the_same_become_one(county, two):
    kept, merged = two
    branch = org(county["甲村"])
    cover(by=CLERK, party_org=branch, unit=kept, kind="core:own", day=date(2018, 1, 1))
    cover(
        by=CLERK, party_org=branch, unit=merged, kind="core:own", day=date(2016, 1, 1), until=date(2019, 1, 1)
    )
    merge_units(by=CLERK, kept=kept, merged=merged, reason="同一家")
    only = PartyOrgCover._base_manager.get()
    assert (only.valid_from, only.valid_to) == (date(2016, 1, 1), None)


def test_the_audit_keeps_what_the_merged_record_said(two):
    kept, merged = two
    merge_units(by=CLERK, kept=kept, merged=merged, reason="同一家")
    entry = AuditEntry.objects.latest("seq")
    assert (entry.action, entry.reason) == ("unit.merge", "同一家")
    gone = AuditRow.objects.get(entry=entry.uid, table="organisations_unit", verb="delete")
    assert "演示宏达（食品）厂" in gone.before


def test_what_cannot_be_one_is_refused(county, two):
    kept, merged = two
    with pytest.raises(Refusal, match="不能与自己"):
        merge_units(by=CLERK, kept=kept, merged=kept, reason="x")
    with pytest.raises(Refusal, match="事由"):
        merge_units(by=CLERK, kept=kept, merged=merged, reason=" ")
    with pytest.raises(Refusal, match="代码不同"):
        merge_units(by=CLERK, kept=unit(county["甲村"]), merged=merged, reason="x")
    change_unit(by=CLERK, unit=unit(county["丙村"]), day=START, authority=merged)
    with pytest.raises(Refusal, match="行业主管部门"):
        merge_units(by=CLERK, kept=kept, merged=fresh(merged), reason="x")
    assert Unit._base_manager.filter(pk=merged.pk).exists()


def test_every_recorded_reference_is_known():
    found = {(m._meta.label, column) for m, column in references_to(Unit)}
    assert {
        ("organisations.UnitSpan", "unit"), ("organisations.UnitSpan", "gathered_in"),
        ("organisations.Unit", "authority"),
        ("organisations.PartyOrg", "host_unit"), ("people.Employment", "unit"), ("people.Appointment", "sent_by"),
        ("people.Charge", "unit"), ("people.Team", "sponsor"), ("organisations.Competence", "body"),
    } <= found  # fmt: skip
