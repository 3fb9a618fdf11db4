"""What an import may change about records that are there: dates, places in trees, ends, and what is
emptied.
"""

from datetime import date

import pytest

from jiceng.exchange.applying import apply
from jiceng.organisations.actions.units import change_unit, found_unit
from jiceng.organisations.models import PartyOrg, PartyOrgSpan, Region, RegionSpan, Unit, UnitSpan
from jiceng.people.models import Appointment, Membership, Person
from jiceng.records.audit.verifying import verify
from jiceng.records.uids import new_uid
from tests.exchange.conftest import AS_OF, CLERK, START, faults, uscc, verdicts
from tests.exchange.ledgers import HEADER, ROLL, citizen_id, line, member
from tests.exchange.workbooks import xlsx


def unit(number: int = 1) -> Unit:
    return Unit._base_manager.get(code=uscc(number))


def spans(number: int = 1) -> list[tuple]:
    rows = UnitSpan._base_manager.filter(unit=unit(number)).order_by("valid_from")
    return list(rows.values_list("valid_from", "valid_to", "authority_path"))


@pytest.fixture
def office(county) -> Unit:
    """A second department."""
    return found_unit(
        by=CLERK,
        day=START,
        name="演示县民政局",
        kind="core:government_agency",
        code=uscc(901),
        region=county["990121"],
    )


# ------------------------------------------------------------------------------------- units, their trees
def test_another_authority_from_the_day_of_the_file_on(imported, staged, bureau, office):
    header = [*HEADER, "主管部门"]
    imported("units", xlsx([header, line(1, bureau.name)]), as_of=date(2020, 1, 1))
    run = staged("units", xlsx([header, line(1, office.name)]))
    assert run.rows.get().changes() == [
        {"field": "authority", "label": "行业主管部门", "old": bureau.name, "new": office.name}
    ]
    apply(run, by=CLERK)
    bureau.refresh_from_db()
    office.refresh_from_db()
    assert (unit().authority, unit().authority_path) == (office, office.authority_path)
    assert spans() == [
        (date(2020, 1, 1), AS_OF, bureau.authority_path),
        (AS_OF, None, office.authority_path),
    ]
    assert verify().whole


def test_no_authority_any_more(imported, bureau):
    header = [*HEADER, "主管部门"]
    imported("units", xlsx([header, line(1, bureau.name)]), as_of=date(2020, 1, 1))
    imported("units", xlsx([header, line(1, "（清空）")]))
    assert (unit().authority, unit().authority_path) == (None, "")


def test_a_unit_older_than_the_last_move_of_its_authority(imported, bureau, office):
    imported("units", xlsx([[*HEADER, "主管部门"], line(9, bureau.name)]), as_of=date(2016, 1, 1))
    change_unit(by=CLERK, unit=bureau, day=date(2018, 1, 1), authority=office)
    header = [*HEADER, "主管部门", "成立时间"]
    imported("units", xlsx([header, line(1, bureau.name, "2015-05-01")]))
    bureau.refresh_from_db()
    first, second = spans()
    assert (first[0], first[1], second[1]) == (date(2015, 5, 1), date(2018, 1, 1), None)
    assert second[2] == bureau.authority_path != first[2]
    assert unit().authority_path == bureau.authority_path


def test_a_founding_day_is_corrected_on_row_and_span(imported, staged):
    imported("units", xlsx([HEADER, line(1)]))
    run = staged("units", xlsx([[*HEADER, "成立时间"], line(1, "2015.6")]))
    assert [d["label"] for d in run.rows.get().changes()] == ["成立日期"]
    apply(run, by=CLERK)
    assert unit().valid_from == date(2015, 6, 1)
    assert [row[:2] for row in spans()] == [(date(2015, 6, 1), None)]


def test_founding_name_and_end_in_one_row(imported):
    imported("units", xlsx([HEADER, line(1)]), as_of=date(2020, 1, 1))
    header = [*HEADER, "成立时间", "注销时间"]
    imported(
        "units", xlsx([header, line(1, "2015.6", "2021-11-30", name="新名公司")]), as_of=date(2021, 11, 1)
    )
    assert (unit().name, unit().valid_from, unit().valid_to) == (
        "新名公司",
        date(2015, 6, 1),
        date(2021, 11, 30),
    )
    assert [row[:2] for row in spans()] == [
        (date(2015, 6, 1), date(2021, 11, 1)),
        (date(2021, 11, 1), date(2021, 11, 30)),
    ]


def test_what_is_not_dated_changes_at_once(imported):
    imported("units", xlsx([[*HEADER, "负责人", "地址"], line(1, "张三", "一号")]), as_of=date(2020, 1, 1))
    imported("units", xlsx([[*HEADER, "负责人", "地址"], line(1, "李四", "二号")]))
    assert (unit().principal, unit().address) == ("李四", "二号")
    assert len(spans()) == 1


def test_a_system_number_finds_its_record_whatever_else_changed(imported, staged):
    imported("units", xlsx([HEADER, line(1)]))
    number = unit().uid
    header = [*HEADER, "系统编号"]
    run = staged("units", xlsx([header, line(2, str(number), name="全新名字公司", village="红星村")]))
    assert {d["label"] for d in run.rows.get().changes()} == {"统一社会信用代码", "单位名称", "所在区域"}
    apply(run, by=CLERK)
    assert unit(2).uid == number
    told = faults(staged("units", xlsx([header, line(3, str(new_uid())), line(4, "不是编号")])))
    assert "没有这个系统编号" in told[2][0]
    assert "系统编号不对" in told[3][0]


# --------------------------------------------------------------------------------- party organisations
def test_a_party_organisation_that_ends_keeps_its_position(imported, committee):
    header = ["党组织编码", "党组织名称", "领域", "上级党组织", "村（社区）", "撤销日期"]
    row = ["B1", "甲村党支部", "农村", committee.name, "甲村", ""]
    imported("party-orgs", xlsx([header, row]), as_of=date(2020, 1, 1))
    imported("party-orgs", xlsx([header, [*row[:5], "2021-06-30"]]))
    ended = PartyOrg._base_manager.get(code="B1")
    assert ended.valid_to == date(2021, 6, 30)
    living = (
        PartyOrgSpan._base_manager.filter(party_org=ended)
        .order_by("valid_from")
        .values_list("living", flat=True)
    )
    assert list(living) == [True, False]


def test_a_former_party_organisation_is_entered_late(imported, committee):
    header = ["党组织编码", "党组织名称", "领域", "上级党组织", "村（社区）", "成立日期", "撤销日期"]
    imported(
        "party-orgs", xlsx([header, ["B1", "甲村党支部", "农村", committee.name, "甲村", "2013.1", "2019.1"]])
    )
    former = PartyOrg._base_manager.get(code="B1")
    assert (former.valid_from, former.valid_to) == (date(2013, 1, 1), date(2019, 1, 1))
    assert PartyOrgSpan._base_manager.filter(party_org=former).count() == 2


def test_a_region_that_changes_its_kind(imported):
    header = ["区划代码", "名称", "类型"]
    imported("regions", xlsx([header, ["990121100201", "甲村", "社区"]]))
    region = Region._base_manager.get(code="990121100201")
    assert (region.kind, region.level) == ("core:community", 5)
    assert RegionSpan._base_manager.filter(region=region).count() == 2


# --------------------------------------------------------------------------------------------- people
def test_a_membership_is_corrected_in_place(imported, branch):
    imported("memberships", xlsx([ROLL, member(1, "张三", branch.name)]), as_of=date(2020, 1, 1))
    imported("memberships", xlsx([ROLL, member(1, "张三", branch.name, "2009.7.1", "2010.7.1")]))
    made = Membership._base_manager.get()
    assert (made.admitted_on, made.valid_from, made.valid_to) == (date(2009, 7, 1), date(2020, 1, 1), None)


def test_a_membership_that_ends(imported, branch):
    header = [*ROLL, "转出日期", "离开方式"]
    imported("memberships", xlsx([header, [*member(1, "张三", branch.name), "", ""]]), as_of=date(2020, 1, 1))
    imported("memberships", xlsx([header, [*member(1, "张三", branch.name), "2021-05-01", "去世"]]))
    ended = Membership._base_manager.get()
    assert (ended.valid_to, ended.exit) == (date(2021, 5, 1), "core:death")


def test_a_post_that_ends_and_is_held_again(imported, staged, branch):
    header = ["姓名", "身份证号", "职务", "党组织名称", "任职日期", "离任日期"]
    row = ["张三", citizen_id(1), "支部书记", branch.name]
    imported("appointments", xlsx([header, [*row, "2018.1", ""]]), as_of=date(2019, 1, 1))
    imported("appointments", xlsx([header, [*row, "2018.1", "2020.1"]]), as_of=date(2020, 6, 1))
    imported("appointments", xlsx([header, [*row, "2021.1", ""]]))
    held = Appointment._base_manager.order_by("valid_from").values_list("valid_from", "valid_to")
    assert list(held) == [(date(2018, 1, 1), date(2020, 1, 1)), (date(2021, 1, 1), None)]


def test_a_person_moves_and_loses_a_number(imported, county):
    header = ["姓名", "身份证号", "联系电话", "村（社区）"]
    imported("people", xlsx([header, ["张三", citizen_id(1), "10012345678", "甲村"]]))
    imported("people", xlsx([header, ["张三", citizen_id(1), "（清空）", "丁社区"]]))
    moved = Person._base_manager.get()
    assert (moved.region, moved.region_path) == (county["990121001001"], county["990121001001"].path)
    assert (bytes(moved.phone), moved.phone_index) == (b"", "")


def test_nothing_but_a_blank_row_of_a_known_unit_is_no_change(imported, staged):
    imported("units", xlsx([HEADER, line(1)]))
    run = staged("units", xlsx([HEADER, line(1, name="", kind="", town="", village="", n="")]))
    assert verdicts(run) == {"unchanged": 1}
