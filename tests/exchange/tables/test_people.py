"""Persons, households and members' rolls in workbooks: numbers sealed, one membership a day."""

from datetime import date

import pytest

from jiceng.exchange.applying import apply
from jiceng.exchange.models import ImportRow
from jiceng.organisations.actions.party_orgs import found_party_org
from jiceng.people.models import Household, Membership, Participation, Person
from jiceng.people.sealing import clear, index_of
from jiceng.records.audit.verifying import verify
from jiceng.records.models import AuditRow
from tests.exchange.conftest import AS_OF, CLERK, START, faults, verdicts
from tests.exchange.ledgers import ROLL, citizen_id, member
from tests.exchange.workbooks import xlsx

HEADER = ["姓名", "身份证号", "联系电话", "性别", "出生年月", "村（社区）"]


def person(name: str) -> Person:
    return Person._base_manager.get(name=name)


@pytest.fixture
def other_branch(county, committee):
    return found_party_org(
        by=CLERK,
        day=START,
        code="B2",
        name="中共丁社区支部委员会",
        form="core:branch",
        mode="core:single",
        nature="core:entity",
        sector="core:urban_community",
        region=county["990121001001"],
        superior=committee,
    )


# ---------------------------------------------------------------------------------------------- persons
def test_numbers_are_sealed_and_found_by_index(imported, county):
    imported("people", xlsx([HEADER, ["张　三", citizen_id(1), "100 1234 5678", "", "", "甲村"]]))
    made = person("张三")
    assert (clear(made, "citizen_id"), clear(made, "phone")) == (citizen_id(1), "10012345678")
    assert made.citizen_id_index == index_of("citizen_id", citizen_id(1))
    assert (made.sex, made.birth_date, made.initials) == ("core:male", date(1980, 2, 15), "zs")
    assert made.region == county["990121100201"]
    kept = "".join(row.after + row.before for row in AuditRow.objects.all())
    assert citizen_id(1) not in kept
    assert "10012345678" not in kept


def test_nothing_personal_lies_open_in_the_workshop(staged):
    run = staged(
        "people",
        xlsx(
            [
                HEADER,
                ["张三", citizen_id(1), "10012345678", "", "", "甲村"],
                ["李四", "1234567890123456", "", "", "", "甲村"],
            ]
        ),
    )
    kept = "".join(r.raw + r.values + r.errors + r.differences for r in ImportRow.objects.all()) + str(
        run.sheets
    )
    assert citizen_id(1) not in kept
    assert "10012345678" not in kept
    assert "1234567890123456" not in kept
    assert citizen_id(1).encode() not in run.path.read_bytes()
    assert citizen_id(1)[6:14] not in str(faults(run))


def test_an_import_of_the_same_persons_changes_nothing(imported, staged):
    content = xlsx(
        [
            HEADER,
            ["张三", citizen_id(1), "10012345678", "男", "1980.2.15", "甲村"],
            ["李四", "", "10012345679", "", "", "甲村"],
            ["王五", "", "", "男", "1970.3", "甲村"],
            ["赵六", "", "", "", "", "甲村"],
        ]
    )
    imported("people", content)
    run = staged("people", content)
    assert verdicts(run) == {"unchanged": 4}
    entries = verify().entries
    apply(run, by=CLERK)
    assert verify().entries == entries


@pytest.mark.parametrize(
    ("cell", "what"),
    [
        ("110105194912310021", "校验位"),
        ("1234", "18位"),
        ("9901211980023000１1", "只含数字|出生日期|校验"),
        ("99012119801315001X", "出生日期"),
    ],
)
def test_numbers_that_cannot_be(staged, cell, what):
    run = staged("people", xlsx([HEADER, ["张三", cell, "", "", "", "甲村"]]))
    (told,) = faults(run)[2]
    assert any(part in told for part in what.split("|"))
    assert cell not in told


def test_a_number_that_excel_cut_short(staged):
    run = staged("people", xlsx([HEADER, ["张三", 990121198002150000, "", "", "", "甲村"]]))
    assert "文本格式" in faults(run)[2][0]


def test_an_x_in_any_writing(imported):
    number = next(citizen_id(n) for n in range(1, 99) if citizen_id(n).endswith("X"))
    imported("people", xlsx([HEADER, ["张三", number[:-1] + "ｘ", "", "", "", "甲村"]]))
    assert clear(person("张三"), "citizen_id") == number


def test_what_contradicts_the_number(staged):
    rows = [
        ["张三", citizen_id(1), "", "女", "", "甲村"],
        ["李四", citizen_id(2), "", "", "1981.1.1", "甲村"],
    ]
    told = faults(staged("people", xlsx([HEADER, *rows])))
    assert told[2][0].startswith("性别")
    assert told[3][0].startswith("出生日期")


def test_a_failing_number_passes_with_a_note(imported):
    wrong = citizen_id(1)[:17] + ("0" if citizen_id(1)[17] != "0" else "1")
    imported("people", xlsx([[*HEADER, "证件说明"], ["张三", wrong, "", "", "", "甲村", "派出所证明"]]))
    made = person("张三")
    assert (made.citizen_id_note, made.citizen_id_noted_by) == ("派出所证明", "办事员")
    assert clear(made, "citizen_id") == wrong


def test_a_number_known_already_finds_its_person_under_a_new_name(imported, staged, county):
    imported("people", xlsx([HEADER, ["张三", citizen_id(1), "", "", "", "甲村"]]))
    run = staged("people", xlsx([HEADER, ["张三丰", citizen_id(1), "10012345678", "", "", "丁社区"]]))
    told = {d["label"]: (d["old"], d["new"]) for d in run.rows.get().changes()}
    assert told["姓名"] == ("张三", "张三丰")
    assert told["联系电话"] == ("", "（新值）")
    apply(run, by=CLERK)
    assert clear(person("张三丰"), "phone") == "10012345678"
    assert clear(person("张三丰"), "citizen_id") == citizen_id(1)


def test_the_same_name_in_one_place_is_told_and_never_merged(imported, staged):
    imported("people", xlsx([HEADER, ["张三", citizen_id(1), "", "", "", "甲村"]]))
    run = staged("people", xlsx([HEADER, ["张三", citizen_id(3, "19900101"), "", "", "", "甲村"]]))
    assert verdicts(run) == {"new": 1}
    assert [s["code"] for s in run.rows.get().alike()] == ["1980-02-15"]
    apply(run, by=CLERK)
    assert Person._base_manager.filter(name="张三").count() == 2
    again = staged("people", xlsx([HEADER, ["张三", "", "", "", "", "甲村"]]))
    assert "有 2 条记录都符合" in faults(again)[2][0]


def test_two_persons_with_one_number_in_a_file(staged):
    run = staged(
        "people",
        xlsx(
            [HEADER, ["张三", citizen_id(1), "", "", "", "甲村"], ["李四", citizen_id(1), "", "", "", "甲村"]]
        ),
    )
    assert "与第 2 行是同一条" in faults(run)[3][0]


def test_households_and_their_members(imported, staged, county):
    imported("households", xlsx([["户编号", "户主", "住址", "村（社区）"], ["H1", "张三", "一号", "甲村"]]))
    imported(
        "people",
        xlsx(
            [
                [*HEADER, "户编号", "与户主关系"],
                ["张三", "", "", "男", "", "甲村", "H1", "本人"],
                ["李四", "", "", "女", "", "甲村", "H1", "妻"],
            ]
        ),
    )
    household = Household._base_manager.get()
    assert household.region_path == county["990121100201"].path
    assert {p.relation for p in Person._base_manager.filter(household=household)} == {
        "core:head",
        "core:spouse",
    }
    assert (
        "没有户编号"
        in faults(staged("people", xlsx([[*HEADER, "户号"], ["王五", "", "", "", "", "甲村", "H9"]])))[2][0]
    )


def test_who_is_dead_stays_so(imported, staged):
    imported(
        "people",
        xlsx([[*HEADER, "离开日期"], ["张三", citizen_id(1), "", "", "", "甲村", ""]]),
        as_of=date(2020, 1, 1),
    )
    imported(
        "people", xlsx([[*HEADER, "离开日期"], ["张三", citizen_id(1), "", "", "", "甲村", "2021-01-01"]])
    )
    run = staged("people", xlsx([HEADER, ["张三", citizen_id(1), "10012345678", "", "", "甲村"]]))
    assert "去世或离开" in faults(run)[2][0]


# ------------------------------------------------------------------------------------------- memberships
def membership(name: str) -> Membership:
    return Membership._base_manager.get(person__name=name, valid_to__isnull=True)


def test_a_roll_enters_persons_nobody_knew(imported, staged, branch):
    content = xlsx(
        [ROLL, member(1, "张三", branch.name), member(2, "李四", "甲村支部委员会", "2021.7.1", "")]
    )
    run = imported("memberships", content)
    assert verdicts(run) == {"new": 2}
    first = membership("张三")
    assert (first.party_org, first.entry, first.valid_from) == (branch, "core:initial", AS_OF)
    assert (first.admitted_on, first.full_on) == (date(2010, 7, 1), date(2011, 7, 1))
    assert (first.region_path, first.party_path) == (branch.region_path, branch.path)
    known = person("张三")
    assert (known.ethnicity, known.education, known.region) == (
        "core:han",
        "core:junior_college",
        branch.region,
    )
    assert clear(known, "citizen_id") == citizen_id(1)
    assert membership("李四").full_on is None
    assert verdicts(staged("memberships", content)) == {"unchanged": 2}
    assert verify().whole


def test_a_roll_finds_persons_who_are_there(imported, branch):
    imported("people", xlsx([HEADER, ["张三", citizen_id(1), "", "", "", "丁社区"]]))
    imported("memberships", xlsx([ROLL, member(1, "张三", branch.name)]))
    assert Person._base_manager.count() == 1
    assert membership("张三").person.region.name == "丁社区"


def test_another_branch_is_a_transfer(imported, staged, branch, other_branch):
    imported("memberships", xlsx([ROLL, member(1, "张三", branch.name)]), as_of=date(2020, 1, 1))
    run = staged("memberships", xlsx([ROLL, member(1, "张三", other_branch.name)]))
    assert verdicts(run) == {"changed": 1}
    told = {d["label"]: (d["old"], d["new"]) for d in run.rows.get().changes()}
    assert told == {"所在党组织": (branch.name, other_branch.name)}
    apply(run, by=CLERK)
    old, new = Membership._base_manager.order_by("valid_from")
    assert (old.valid_from, old.valid_to, old.exit) == (date(2020, 1, 1), AS_OF, "core:transfer_out")
    assert (new.valid_from, new.valid_to, new.entry) == (AS_OF, None, "core:transfer_in")
    assert (new.party_org, new.admitted_on, new.party_path) == (
        other_branch,
        old.admitted_on,
        other_branch.path,
    )


def test_a_transfer_on_the_day_it_happened_not_before_the_last(imported, staged, branch, other_branch):
    imported("memberships", xlsx([ROLL, member(1, "张三", branch.name)]), as_of=date(2020, 1, 1))
    header = [*ROLL, "转入日期"]
    run = staged("memberships", xlsx([header, [*member(1, "张三", other_branch.name), "2019-05-01"]]))
    assert "应晚于" in faults(run)[2][0]
    imported("memberships", xlsx([header, [*member(1, "张三", other_branch.name), "2021-05-01"]]))
    assert membership("张三").valid_from == date(2021, 5, 1)


def test_one_person_twice_in_a_roll(staged, imported, branch):
    rows = [ROLL, member(1, "张三", branch.name), member(1, "张三", branch.name)]
    assert "与第 2 行是同一人" in faults(staged("memberships", xlsx(rows)))[3][0]
    imported("memberships", xlsx(rows[:2]))
    assert "与第 2 行是同一条" in faults(staged("memberships", xlsx(rows)))[3][0]


def test_a_stretch_that_overlaps_an_earlier_membership(imported, staged, branch, other_branch):
    header = [*ROLL, "转入日期", "转出日期", "离开方式"]
    imported(
        "memberships", xlsx([header, [*member(1, "张三", branch.name), "2015-01-01", "2018-01-01", "转出"]])
    )
    run = staged("memberships", xlsx([header, [*member(1, "张三", other_branch.name), "2017-01-01", "", ""]]))
    assert "时间重叠" in faults(run)[2][0]


def test_a_temporary_branch_takes_no_membership(staged, county, committee):
    found_party_org(
        by=CLERK,
        day=START,
        code="T1",
        name="演示项目临时党支部",
        form="core:branch",
        mode="core:single",
        nature="core:temporary",
        sector="core:enterprise",
        region=county["990121100"],
        superior=committee,
    )
    run = staged("memberships", xlsx([ROLL, member(1, "张三", "演示项目临时党支部")]))
    assert "不接转组织关系" in faults(run)[2][0]


def test_days_out_of_order(staged, branch):
    rows = [
        member(1, "张三", branch.name, "2011.7.1", "2010.7.1"),
        member(2, "李四", branch.name, "2022.7.1", ""),
    ]
    told = faults(staged("memberships", xlsx([ROLL, *rows])))
    assert "早于入党日期" in told[2][0]
    assert "晚于组织关系起始日期" in told[3][0]


def test_a_number_of_somebody_else(imported, staged, branch):
    imported("people", xlsx([HEADER, ["张三", citizen_id(1), "", "", "", "甲村"]]))
    run = staged("memberships", xlsx([ROLL, member(1, "李四", branch.name)]))
    assert "另一个姓名" in faults(run)[2][0]
    assert "张三" not in faults(run)[2][0]


def test_a_name_borne_twice_asks_for_the_number(imported, staged, branch):
    imported(
        "people",
        xlsx(
            [
                HEADER,
                ["张三", citizen_id(1), "", "", "", "甲村"],
                ["张三", citizen_id(3, "19700101"), "", "", "", "丁社区"],
            ]
        ),
    )
    run = staged("memberships", xlsx([["姓名", "所在党支部"], ["张三", branch.name]]))
    assert "有 2 个“张三”" in faults(run)[2][0]


def test_the_national_members_list_is_a_known_layout(imported, staged, branch):
    header = [
        "序号",
        "姓名",
        "性别",
        "公民身份号码",
        "民族",
        "出生日期",
        "学历",
        "人员类别",
        "所在党支部",
        "加入党组织日期",
        "转为正式党员日期",
        "工作岗位",
        "联系电话",
        "固定电话",
        "家庭住址",
        "党籍状态",
        "是否为失联党员",
        "是否为流动党员",
    ]
    row = [
        "1",
        "张三",
        "男",
        citizen_id(1),
        "汉族",
        "1980-02-15",
        "大学",
        "正式党员",
        branch.name,
        "20100701",
        "20110701",
        "其他",
        "10012345678",
        "",
        "东镇",
        "正常",
        "否",
        "否",
    ]
    run = staged("memberships", xlsx([header, row]))
    assert run.sheets[0]["layout"] == "全国党员管理信息系统 党员信息"
    apply(run, by=CLERK)
    assert membership("张三").full_on == date(2011, 7, 1)
    assert clear(person("张三"), "phone") == "10012345678"


def test_taking_part_is_no_membership(imported, branch, other_branch):
    imported("memberships", xlsx([ROLL, member(1, "张三", branch.name)]))
    header = ["姓名", "身份证号", "报到社区党组织", "类别", "报到时间"]
    imported("participations", xlsx([header, ["张三", citizen_id(1), other_branch.name, "双报到", "2021.6"]]))
    assert Membership._base_manager.count() == 1
    made = Participation._base_manager.get()
    assert (made.party_org, made.kind, made.valid_from) == (
        other_branch,
        "core:double_registration",
        date(2021, 6, 1),
    )
