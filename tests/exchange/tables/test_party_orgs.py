"""Party organisations in workbooks: the hierarchy, what names tell, what they cover, further ties."""

from datetime import date

import pytest

from jiceng.exchange.applying import apply
from jiceng.organisations.models import (
    Competence,
    Designation,
    PartyOrg,
    PartyOrgCover,
    PartyOrgSpan,
    PartyOrgTie,
    RegionHolding,
)
from tests.exchange.conftest import AS_OF, CLERK, faults, uscc, verdicts
from tests.exchange.workbooks import xlsx

HEADER = ["党组织编码", "党组织名称", "领域", "上级党组织", "村（社区）"]


def org(code: str) -> PartyOrg:
    return PartyOrg._base_manager.get(code=code)


def test_a_hierarchy_in_one_file_in_any_order(imported, committee):
    rows = [
        HEADER,
        ["B2", "中共甲村第二支部委员会", "农村", "中共甲村总支部委员会", "甲村"],
        ["G1", "中共甲村总支部委员会", "农村", "P1", "甲村"],
        ["B1", "中共甲村第一支部委员会", "农村", "G1", "甲村"],
    ]
    imported("party-orgs", xlsx(rows))
    assert org("G1").superior == committee
    assert {org("B1").superior, org("B2").superior} == {org("G1")}
    for made in (org("G1"), org("B1"), org("B2")):
        assert made.path.startswith(made.superior.path)
        assert len(made.path) == len(made.superior.path) + 4
        span = PartyOrgSpan._base_manager.get(party_org=made)
        assert (span.path, span.superior_id) == (made.path, made.superior_id)
    assert org("B1").path != org("B2").path


@pytest.mark.parametrize(
    ("name", "form", "mode", "nature"),
    [
        ("中共演示公司支部委员会", "branch", "single", "entity"),
        ("中共东镇建材行业联合支部委员会", "branch", "joint", "entity"),
        ("中共演示项目临时党支部", "branch", "single", "temporary"),
        ("演示公司党总支", "general_branch", "single", "entity"),
        ("中共演示集团党委", "committee", "single", "entity"),
        ("东镇两新组织综合党委", "comprehensive_committee", "single", "entity"),
    ],
)
def test_what_a_name_alone_tells(imported, committee, name, form, mode, nature):
    imported("party-orgs", xlsx([HEADER, ["X1", name, "两新组织", committee.name, "甲村"]]))
    made = org("X1")
    assert (made.form, made.mode, made.nature) == (f"core:{form}", f"core:{mode}", f"core:{nature}")


def test_without_a_code_one_is_made_up_until_there_is_one(imported, committee):
    rows = [HEADER[1:], ["演示公司党支部", "两新组织", committee.name, "甲村"]]
    imported("party-orgs", xlsx(rows))
    made = PartyOrg._base_manager.get(name="演示公司党支部")
    assert made.code.startswith("L")
    run = imported("party-orgs", xlsx([HEADER, ["Z9", *rows[1]]]))
    assert verdicts(run) == {"changed": 1}
    assert org("Z9").pk == made.pk


def test_a_name_that_tells_no_form(staged, committee):
    run = staged("party-orgs", xlsx([HEADER, ["X1", "演示公司", "两新组织", committee.name, "甲村"]]))
    assert "缺少组织形式" in faults(run)[2][0]


def test_a_superior_that_does_not_exist_and_a_circle(staged, committee):
    rows = [
        HEADER,
        ["X1", "甲党支部", "农村", "没有的党委", "甲村"],
        ["X2", "乙党总支", "农村", "丙党总支", "甲村"],
        ["X3", "丙党总支", "农村", "乙党总支", "甲村"],
    ]
    told = faults(staged("party-orgs", xlsx(rows)))
    assert "没有叫“没有的党委”的党组织" in told[2][0]
    assert "成了圈" in told[3][0]


def test_moving_takes_what_stands_below_along(imported, staged, committee):
    rows = [
        HEADER,
        ["G1", "甲村党总支", "农村", committee.name, "甲村"],
        ["G2", "丙村党总支", "农村", committee.name, "丙村"],
        ["B1", "甲村党支部", "农村", "甲村党总支", "甲村"],
    ]
    imported("party-orgs", xlsx(rows), as_of=date(2020, 1, 1))
    run = staged("party-orgs", xlsx([HEADER, ["G1", "甲村党总支", "农村", "丙村党总支", "甲村"]]))
    assert run.rows.get().changes()[0]["label"] == "上级党组织"
    apply(run, by=CLERK)
    assert org("G1").superior == org("G2")
    assert org("B1").path.startswith(org("G1").path)
    assert org("G1").path.startswith(org("G2").path)


def test_putting_one_below_itself(imported, staged, committee):
    rows = [
        HEADER,
        ["G1", "甲村党总支", "农村", committee.name, "甲村"],
        ["B1", "甲村党支部", "农村", "甲村党总支", "甲村"],
    ]
    imported("party-orgs", xlsx(rows))
    run = staged("party-orgs", xlsx([HEADER, ["G1", "甲村党总支", "农村", "甲村党支部", "甲村"]]))
    assert "不能作它的上级" in faults(run)[2][0]


def test_the_host_and_the_term(imported, committee, bureau):
    header = [*HEADER, "依托单位", "成立日期", "换届时间", "届满时间"]
    imported(
        "party-orgs",
        xlsx(
            [
                header,
                [
                    "X1",
                    "市场监管局党支部",
                    "机关",
                    committee.name,
                    "演示县",
                    bureau.name,
                    "2015.6",
                    "2020.6",
                    "2023.6",
                ],
            ]
        ),
    )
    made = org("X1")
    assert (made.host_unit, made.valid_from, made.term_until) == (bureau, date(2015, 6, 1), date(2023, 6, 1))


# ---------------------------------------------------------------------------------------- what hangs on it
def test_covers_of_units_and_regions(imported, staged, committee, bureau):
    header = ["党组织名称", "单位名称", "区域", "覆盖方式", "起始日期"]
    rows = [
        header,
        [committee.name, bureau.name, "", "联建", "2020.1"],
        [committee.name, "", "甲村", "单独", ""],
    ]
    imported("covers", xlsx(rows))
    by_unit = PartyOrgCover._base_manager.get(unit=bureau)
    assert (by_unit.kind, by_unit.valid_from) == ("core:joint", date(2020, 1, 1))
    assert PartyOrgCover._base_manager.get(region__name="甲村").valid_from == AS_OF
    assert verdicts(staged("covers", xlsx(rows))) == {"unchanged": 2}
    run = staged(
        "covers",
        xlsx(
            [header, [committee.name, "", "", "单独", ""], [committee.name, bureau.name, "甲村", "单独", ""]]
        ),
    )
    assert all("且只填写一个" in told[0] for told in faults(run).values())
    assert len(faults(run)) == 2


def test_the_way_of_covering_may_change(imported, committee, bureau):
    header = ["党组织名称", "单位名称", "覆盖方式"]
    imported("covers", xlsx([header, [committee.name, bureau.name, "联建"]]))
    imported("covers", xlsx([header, [committee.name, bureau.name, "挂靠"]]))
    assert PartyOrgCover._base_manager.get().kind == "core:attached"


def test_a_stretch_that_overlaps_an_ended_one(imported, staged, committee, bureau):
    header = ["党组织名称", "单位名称", "覆盖方式", "起始日期", "终止日期"]
    imported("covers", xlsx([header, [committee.name, bureau.name, "联建", "2018.1", "2020.6"]]))
    run = staged("covers", xlsx([header, [committee.name, bureau.name, "单独", "2019.5", ""]]))
    assert "时间重叠" in faults(run)[2][0]
    imported("covers", xlsx([header, [committee.name, bureau.name, "单独", "2020.6", ""]]))
    assert PartyOrgCover._base_manager.count() == 2


def test_designations_ties_holdings_and_competences(imported, committee, bureau, county):
    imported(
        "designations",
        xlsx([["认定", "区域", "文号"], ["软弱涣散基层党组织", "东镇/红星村", "演示〔2021〕1号"]]),
    )
    assert Designation._base_manager.get().region == county["990121100202"]
    imported("party-orgs", xlsx([HEADER, ["I1", "建材行业党委", "两新组织", committee.name, "演示县"]]))
    imported(
        "party-org-ties",
        xlsx([["党组织", "对方党组织", "关系"], ["中共东镇委员会", "建材行业党委", "业务指导"]]),
    )
    assert PartyOrgTie._base_manager.get().other == org("I1")
    imported("holdings", xlsx([["功能区", "托管区域"], ["南街道", "东镇"]]))
    assert RegionHolding._base_manager.get().held == county["990121100"]
    imported("competences", xlsx([["台账", "区域", "主管机构"], ["two_new", "演示县", bureau.name]]))
    assert Competence._base_manager.get().body == bureau


def test_a_unit_may_be_covered_by_a_party_organisation_of_its_code(imported, committee, bureau):
    imported("covers", xlsx([["党组织编码", "统一社会信用代码", "覆盖方式"], ["P1", uscc(900), "挂靠"]]))
    assert PartyOrgCover._base_manager.get().unit == bureau
