"""Units, and the tree of industry authorities over them."""

from datetime import date

import pytest

from jiceng.organisations.actions.standings import designate
from jiceng.organisations.actions.ties import cover
from jiceng.organisations.actions.units import (
    change_unit,
    close_unit,
    drafted_unit,
    found_units,
    redate_unit,
)
from jiceng.organisations.models import Designation, PartyOrgCover, Unit
from jiceng.organisations.queries import card, history
from jiceng.organisations.spans import UNITS, span_on
from jiceng.protection.scopes import Scope, scoped
from jiceng.records.models import AuditEntry
from jiceng.records.refusals import Refusal, Refusals
from tests.organisations.factories import CLERK, START, org, unit, uscc
from tests.organisations.invariants import assert_whole


def fresh(one: Unit) -> Unit:
    return Unit._base_manager.get(pk=one.pk)


# ------------------------------------------------------------------------------------------------ founding
def test_a_unit_is_stored_clean_and_in_its_place(county):
    firm = unit(county["甲村"], " 演示 食品(集团)有限公司", code="９１350100m000100y43")
    assert firm.name == "演示食品（集团）有限公司"
    assert firm.code == "91350100M000100Y43"
    assert firm.initials == "ysspjtyxgs"
    assert firm.region_path == county["甲村"].path
    assert_whole(UNITS)


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"code": "91350100M000100Y44"}, "校验码不符"),
        ({"kind": "core:castle"}, "不在词表"),
        ({"kind": ""}, "缺少单位类型"),
        ({"employees": -1}, "不能小于零"),
        ({"status": "core:sleepy"}, "不在词表"),
    ],
)
def test_a_unit_that_cannot_be_is_refused(county, fields, said):
    with pytest.raises(Refusal, match=said):
        unit(county["甲村"], **fields)
    assert Unit._base_manager.count() == 0


def test_a_failing_code_passes_with_a_note(county):
    firm = unit(county["甲村"], code="91350100M000100Y44", code_note="执照如此")
    assert (firm.code_note, firm.code_noted_by) == ("执照如此", CLERK.name)


def test_a_code_belongs_to_one_living_unit(county):
    first = unit(county["甲村"], "演示一厂", code=uscc(7))
    with pytest.raises(Refusal, match="已有：演示一厂"):
        unit(county["乙村"], "演示二厂", code=uscc(7))
    close_unit(by=CLERK, unit=first, day=date(2020, 1, 1))
    assert unit(county["乙村"], "演示二厂", code=uscc(7)).pk


def test_units_without_a_code_are_many(county):
    assert unit(county["甲村"], code="").pk != unit(county["甲村"], code="").pk


def test_many_are_stored_together_or_not_at_all(county):
    drafts = [
        drafted_unit(
            by=CLERK, day=START, name=f"演示{n}厂", kind="core:enterprise", region=county["甲村"], code=code
        )
        for n, code in enumerate((uscc(1), uscc(2), uscc(1)))
    ]
    with pytest.raises(Refusals) as refused:
        found_units(by=CLERK, units=drafts)
    assert [r.where for r in refused.value.refusals] == ["第1条", "第3条"]
    assert Unit._base_manager.count() == 0
    found_units(by=CLERK, units=drafts[:2])
    assert Unit._base_manager.count() == 2
    assert AuditEntry.objects.filter(action="unit.found").count() == 1
    assert_whole(UNITS)


def test_units_are_read_under_scope_only(county):
    unit(county["甲村"])
    with scoped(Scope(territory=(county["西乡"].path,))):
        assert Unit.objects.count() == 0
    with scoped(Scope(territory=(county["东镇"].path,))):
        assert Unit.objects.count() == 1


# ------------------------------------------------------------------------------------------------ changing
def test_what_is_dated_changes_from_its_day_what_is_not_changes_at_once(county):
    firm = unit(county["甲村"], employees=8)
    change_unit(
        by=CLERK, unit=firm, day=date(2020, 1, 1), employees=12, principal="演示甲", region=county["丙村"]
    )
    assert card(firm, date(2019, 12, 31))["employees"] == 8
    assert card(firm, date(2020, 1, 1))["employees"] == 12
    assert card(firm, date(2019, 12, 31))["region_id"] == county["甲村"].pk
    assert fresh(firm).principal == "演示甲"
    assert fresh(firm).region_path == county["丙村"].path
    assert len(history(firm)) == 2
    assert_whole(UNITS)


def test_another_units_code_is_refused(county):
    first, second = unit(county["甲村"], code=uscc(1)), unit(county["甲村"], code=uscc(2))
    with pytest.raises(Refusals):
        change_unit(by=CLERK, unit=second, day=date(2020, 1, 1), code=uscc(1))
    assert change_unit(by=CLERK, unit=first, day=date(2020, 1, 1), code=uscc(1)).code == uscc(1)


def test_a_founding_day_is_put_right(county):
    firm = unit(county["甲村"], day=date(2015, 1, 1))
    assert redate_unit(by=CLERK, unit=firm, founded=date(1998, 5, 1)).valid_from == date(1998, 5, 1)
    assert card(firm, date(1998, 5, 1)) is not None
    assert card(firm, date(1998, 4, 30)) is None


def test_closing_ends_who_covers_it_and_what_it_was_designated(county):
    firm, branch = unit(county["甲村"]), org(county["甲村"])
    cover(by=CLERK, party_org=branch, unit=firm, kind="core:own", day=START)
    designate(by=CLERK, kind="core:key_enterprise", unit=firm, day=START)
    closed = close_unit(by=CLERK, unit=firm, day=date(2021, 1, 1), status="core:closed", reason="注销")
    assert (closed.valid_to, closed.status) == (date(2021, 1, 1), "core:closed")
    assert PartyOrgCover._base_manager.get().valid_to == date(2021, 1, 1)
    assert Designation._base_manager.get().valid_to == date(2021, 1, 1)


# ---------------------------------------------------------------------------------------------- authorities
@pytest.fixture
def bureau(county) -> Unit:
    return unit(county["演示县"], "演示县市场监管局", kind="core:government_agency")


def test_units_stand_at_their_authoritys_path_without_a_segment_of_their_own(county, bureau):
    one, two = (unit(county["甲村"], authority=bureau) for _ in range(2))
    assert one.authority_path == two.authority_path == fresh(bureau).authority_path != ""
    assert_whole(UNITS)
    with scoped(Scope(industry=(fresh(bureau).authority_path,))):
        assert set(Unit.objects.all()) == {one, two, bureau}


def test_an_authority_under_an_authority_has_a_segment_below(county, bureau):
    office = unit(county["东镇"], "东镇所", kind="core:local_office", authority=bureau)
    shop = unit(county["甲村"], authority=fresh(office))
    assert fresh(office).authority_path[:-4] == fresh(bureau).authority_path
    assert shop.authority_path == fresh(office).authority_path
    assert span_on(UNITS, office, START).authority_path == fresh(office).authority_path
    assert_whole(UNITS)


def test_an_authority_that_moves_takes_its_units_along(county, bureau):
    office = unit(county["东镇"], "东镇所", kind="core:local_office", authority=bureau)
    shop = unit(county["甲村"], authority=office)
    other = unit(county["演示县"], "演示县商务局", kind="core:government_agency")
    change_unit(by=CLERK, unit=office, day=date(2020, 1, 1), authority=other)
    assert fresh(shop).authority_path == fresh(office).authority_path
    assert fresh(shop).authority_path.startswith(fresh(other).authority_path)
    assert card(shop, date(2019, 12, 31))["authority_path"].startswith(fresh(bureau).authority_path)
    assert_whole(UNITS)


def test_one_entered_late_stood_where_its_authority_stood_then(county, bureau):
    office = unit(county["东镇"], "东镇所", kind="core:local_office", authority=bureau)
    unit(county["甲村"], authority=office)
    change_unit(by=CLERK, unit=office, day=date(2020, 1, 1), authority=None)
    late = unit(county["乙村"], day=date(2018, 1, 1), authority=fresh(office))
    assert card(late, date(2019, 12, 31))["authority_path"].startswith(fresh(bureau).authority_path)
    assert card(late, date(2020, 1, 1))["authority_path"] == fresh(office).authority_path
    assert_whole(UNITS)


def test_an_authority_below_itself_is_refused(county, bureau):
    office = unit(county["东镇"], "东镇所", kind="core:local_office", authority=bureau)
    unit(county["甲村"], authority=office)
    with pytest.raises(Refusal, match="不能作它的上级"):
        change_unit(by=CLERK, unit=fresh(bureau), day=date(2020, 1, 1), authority=fresh(office))
    with pytest.raises(Refusal, match="不能作它的上级"):
        change_unit(by=CLERK, unit=fresh(bureau), day=date(2020, 1, 1), authority=fresh(bureau))


def test_an_authority_does_not_close_while_units_answer_to_it(county, bureau):
    shop = unit(county["甲村"], authority=bureau)
    with pytest.raises(Refusal, match="仍是1家单位的行业主管部门"):
        close_unit(by=CLERK, unit=bureau, day=date(2020, 1, 1))
    change_unit(by=CLERK, unit=shop, day=date(2019, 1, 1), authority=None)
    assert fresh(shop).authority_path == ""
    assert close_unit(by=CLERK, unit=bureau, day=date(2020, 1, 1)).valid_to
