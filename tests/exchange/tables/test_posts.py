"""Appointments, charges, teams, posts and careers in workbooks."""

from datetime import date

import pytest

from jiceng.organisations.actions.party_orgs import found_party_org
from jiceng.people.models import (
    Appointment,
    Charge,
    Employment,
    Experience,
    Person,
    PostSlot,
    Qualification,
    Standing,
    Team,
)
from tests.exchange.conftest import AS_OF, CLERK, START, faults, uscc, verdicts
from tests.exchange.ledgers import citizen_id
from tests.exchange.workbooks import xlsx

UNITS = ["统一社会信用代码", "企业名称", "企业类型", "村（社区）"]


@pytest.fixture
def firm(imported):
    imported("units", xlsx([UNITS, [uscc(1), "演示建材公司", "私营企业", "甲村"]]), as_of=date(2019, 1, 1))


def instructors(*rows: list[str]) -> bytes:
    return xlsx(
        [["姓名", "联系电话", "职务", "所在单位", "任职方式", "选派来源", "聘任时间", "聘期至"], *rows]
    )


WANG = ["王五", "10012345678", "党建指导员", "演示建材公司", "专职", "社会化选聘", "2020.3", "2022.3.1"]


def test_instructors_nobody_knew_and_where_they_sit(imported, staged, county, firm):
    imported("appointments", instructors(WANG))
    made = Appointment._base_manager.get()
    assert (made.post, made.mode, made.source) == (
        "core:party_building_instructor",
        "core:full_time",
        "core:open_recruitment",
    )
    assert (made.valid_from, made.term_until) == (date(2020, 3, 1), date(2022, 3, 1))
    assert (made.region, made.region_path) == (county["990121100201"], county["990121100201"].path)
    assert made.person.name == "王五"
    assert verdicts(staged("appointments", instructors(WANG))) == {"unchanged": 1}


def test_one_person_in_two_posts_is_entered_once(imported, firm):
    imported("appointments", instructors(WANG, [*WANG[:2], "党建联络员", *WANG[3:]]))
    assert Person._base_manager.count() == 1
    assert Appointment._base_manager.count() == 2


def test_an_appointment_without_a_place(staged, county):
    run = staged("appointments", instructors(["王五", "", "党建指导员", "", "", "", "", ""]))
    assert "至少填写一项" in faults(run)[2][0]


def test_a_term_that_ends_before_it_begins(staged, firm):
    run = staged("appointments", instructors([*WANG[:6], "2020.3", "2019.3.1"]))
    assert "任期届满应晚于" in faults(run)[2][0]


def test_whom_an_instructor_looks_after(imported, staged, firm):
    imported("appointments", instructors(WANG, [*WANG[:2], "网格员", *WANG[3:]]))
    header = ["指导员姓名", "职务", "联系企业", "起始日期"]
    imported("charges", xlsx([header, ["王五", "指导员", "演示建材公司", "2020.4"]]))
    charge = Charge._base_manager.get()
    assert (charge.unit.code, charge.valid_from) == (uscc(1), date(2020, 4, 1))
    assert charge.appointment.post == "core:party_building_instructor"
    rows = [
        ["王五", "", "演示建材公司", ""],
        ["王五", "书记", "演示建材公司", ""],
        ["无名", "", "演示建材公司", ""],
        ["王五", "指导员", "", ""],
    ]
    told = faults(staged("charges", xlsx([header, *rows])))
    assert "2 项任职" in told[2][0]
    assert "先导入任职" in told[3][0]
    assert "没有登记“无名”" in told[4][0]
    assert "至少填写一项" in told[5][0]


def test_teams_and_posts(imported, staged, county, committee, firm):
    imported(
        "teams",
        xlsx(
            [
                ["队伍名称", "队伍类型", "依托党组织", "成立时间"],
                ["东镇先锋队", "党员先锋队", committee.name, "2021.7.1"],
            ]
        ),
    )
    team = Team._base_manager.get()
    assert (team.party_org, team.region) == (committee, county["990121100"])
    header = ["岗位名称", "岗位类型", "村（社区）", "在岗人员"]
    imported(
        "post-slots",
        xlsx(
            [header, ["党员先锋岗1", "党员先锋岗", "甲村", "赵六"], ["党员先锋岗2", "党员先锋岗", "甲村", ""]]
        ),
    )
    held, vacant = PostSlot._base_manager.order_by("name")
    assert held.holder.name == "赵六"
    assert vacant.holder is None
    run = staged("post-slots", xlsx([header, ["党员先锋岗2", "党员先锋岗", "甲村", "赵六"]]))
    assert run.rows.get().changes()[0]["label"] == "在岗人员"


def test_work_titles_experience_and_standings(imported, staged, county, firm):
    header = ["姓名", "身份证号", "工作单位", "招聘渠道", "入职日期"]
    imported("employments", xlsx([header, ["张三", citizen_id(1), "演示建材公司", "公开招聘", "2020.5"]]))
    assert Employment._base_manager.get().channel == "core:open_hiring"
    imported(
        "qualifications",
        xlsx([["姓名", "身份证号", "技能等级", "行业"], ["张三", citizen_id(1), "高级工", "建材"]]),
    )
    assert Qualification._base_manager.get().title == "core:senior_worker"
    header = ["姓名", "经历类型", "开始时间", "结束时间"]
    imported("experiences", xlsx([header, ["张三", "乡镇工作经历", "2010.1", "2013.1"]]))
    assert Experience._base_manager.get().valid_to == date(2013, 1, 1)
    header = ["身份类别", "姓名", "身份证号", "户号", "村（社区）"]
    imported("households", xlsx([["户编号", "村（社区）"], ["H1", "甲村"]]))
    imported(
        "standings",
        xlsx([header, ["入党积极分子", "李四", citizen_id(2), "", "甲村"], ["贫困户", "", "", "H1", ""]]),
    )
    assert {(s.kind, s.person_id is None) for s in Standing._base_manager.all()} == {
        ("core:activist", False),
        ("core:registered_poor", True),
    }
    run = staged(
        "standings",
        xlsx([header, ["入党积极分子", "", "", "", ""], ["贫困户", "李四", citizen_id(2), "H1", ""]]),
    )
    assert all("且只填写一个" in told[0] for told in faults(run).values())
    assert len(faults(run)) == 2


def test_an_unknown_person_without_a_place_is_refused(staged, county):
    run = staged("qualifications", xlsx([["姓名", "职称"], ["无名", "高级工"]]))
    assert "缺少姓名" in faults(run)[2][0]


def test_the_place_of_a_post_may_be_a_party_organisation(imported, county, committee):
    branch = found_party_org(
        by=CLERK,
        day=START,
        code="B1",
        name="甲村党支部",
        form="core:branch",
        mode="core:single",
        nature="core:entity",
        sector="core:rural",
        region=county["990121100201"],
        superior=committee,
    )
    imported("appointments", xlsx([["书记姓名", "职务", "党组织名称"], ["张三", "支部书记", "甲村党支部"]]))
    made = Appointment._base_manager.get()
    assert (made.party_org, made.post, made.valid_from) == (branch, "core:branch_secretary", AS_OF)
    assert made.region == branch.region
