"""Party organisations: form, mode and nature; one superior; elections; covers and ties; standings;
competence.
"""

from datetime import date

import pytest

from jiceng.organisations.actions.party_orgs import (
    change_party_org,
    dissolve_party_org,
    drafted_party_org,
    found_party_orgs,
    record_election,
    redate_party_org,
)
from jiceng.organisations.actions.standings import designate, end_designation, give_competence, hand_over
from jiceng.organisations.actions.ties import cover, end_cover, end_tie, tie
from jiceng.organisations.models import Competence, PartyOrg, PartyOrgCover, PartyOrgTie
from jiceng.organisations.queries import card, covered_units, joint_sizes, subordinates, superiors
from jiceng.organisations.spans import PARTY_ORGS
from jiceng.protection.scopes import Scope, scoped
from jiceng.records.models import AuditEntry
from jiceng.records.refusals import Refusal, Refusals
from tests.organisations.factories import CLERK, START, org, unit
from tests.organisations.invariants import assert_whole

DAY = date(2020, 1, 1)


def fresh(one: PartyOrg) -> PartyOrg:
    return PartyOrg._base_manager.get(pk=one.pk)


@pytest.fixture
def tree(county) -> dict[str, PartyOrg]:
    """县委 > 东镇党委 > 甲村党支部; 县委 > 西乡党委."""
    top = org(county["演示县"], name="县委", form="core:local_committee", sector="core:town_street")
    east = org(county["东镇"], top, "东镇党委", form="core:committee", sector="core:town_street")
    west = org(county["西乡"], top, "西乡党委", form="core:committee", sector="core:town_street")
    branch = org(county["甲村"], east, "甲村党支部", sector="core:rural")
    return {"县委": top, "东镇党委": east, "西乡党委": west, "甲村党支部": branch}


# ------------------------------------------------------------------------------------------------ founding
def test_paths_follow_the_hierarchy(tree):
    assert tree["甲村党支部"].path[:-4] == tree["东镇党委"].path
    assert tree["东镇党委"].path[:-4] == tree["县委"].path
    assert [s.name for s in superiors(tree["甲村党支部"])] == ["东镇党委", "县委"]
    assert {s.name for s in subordinates(tree["县委"])} == {"东镇党委", "西乡党委"}
    assert_whole(PARTY_ORGS)


def test_they_are_seen_by_territory_and_by_hierarchy(tree, county):
    with scoped(Scope(party=(tree["东镇党委"].path,))):
        assert PartyOrg.objects.count() == 2
    with scoped(Scope(territory=(county["西乡"].path,))):
        assert PartyOrg.objects.get() == tree["西乡党委"]


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"form": "core:club"}, "不在词表"),
        ({"nature": ""}, "缺少组织性质"),
        ({"code": " "}, "缺少党组织编码"),
        ({"elected_on": date(2011, 1, 1)}, "早于批复成立日期"),
        ({"term_from": DAY, "term_until": DAY}, "应晚于起始"),
    ],
)
def test_one_that_cannot_be_is_refused(county, fields, said):
    with pytest.raises(Refusal, match=said):
        org(county["甲村"], **fields)


def test_a_code_belongs_to_one_living_organisation(county):
    first = org(county["甲村"], name="甲支部", code="d1")
    with pytest.raises(Refusal, match="D1 已有：甲支部"):
        org(county["甲村"], code="Ｄ１")
    dissolve_party_org(by=CLERK, party_org=first, day=DAY)
    assert org(county["甲村"], code="D1").pk


def test_many_are_stored_together_or_not_at_all(county, tree):
    ended = dissolve_party_org(by=CLERK, party_org=tree["西乡党委"], day=DAY)
    common = {
        "form": "core:branch", "mode": "core:single", "nature": "core:entity", "sector": "core:rural",
        "region": county["丙村"],
    }  # fmt: skip
    drafts = [
        drafted_party_org(by=CLERK, day=START, code=code, name=code, superior=superior, **common)
        for code, superior in (("A1", tree["东镇党委"]), ("A2", ended), ("A1", None))
    ]
    before = PartyOrg._base_manager.count()
    with pytest.raises(Refusals) as refused:
        found_party_orgs(by=CLERK, party_orgs=drafts)
    assert sorted(r.where for r in refused.value.refusals) == ["第1条", "第2条", "第3条"]
    assert PartyOrg._base_manager.count() == before


def test_one_older_than_its_superior_is_taken_for_the_predecessors(county):
    superior = org(county["东镇"], name="新党委", day=DAY, form="core:committee")
    branch = org(county["甲村"], superior, "老支部", day=date(1995, 7, 1))
    assert card(branch, date(1995, 7, 1))["path"].startswith(superior.path)


# ------------------------------------------------------------------------------------------------ changing
def test_another_superior_takes_everything_below_along_from_its_day(tree, county):
    below = org(county["甲村"], tree["甲村党支部"], "甲一组党小组", form="core:group")
    change_party_org(by=CLERK, party_org=tree["甲村党支部"], day=DAY, superior=tree["西乡党委"])
    assert fresh(below).path.startswith(fresh(tree["甲村党支部"]).path)
    assert fresh(below).path.startswith(tree["西乡党委"].path)
    assert card(below, date(2019, 12, 31))["path"].startswith(tree["东镇党委"].path)
    assert [s.name for s in superiors(below, date(2019, 12, 31))] == ["甲村党支部", "东镇党委", "县委"]
    assert_whole(PARTY_ORGS)


@pytest.mark.parametrize("superior", ["县委", "甲村党支部"])
def test_a_superior_below_is_refused(tree, superior):
    with pytest.raises(Refusal, match=r"就是|在其之下"):
        change_party_org(by=CLERK, party_org=tree["县委"], day=DAY, superior=tree[superior])


def test_a_superior_that_does_not_live_on_the_day_is_refused(tree, county):
    later = org(county["西乡"], tree["县委"], "新党委", day=date(2021, 1, 1), form="core:committee")
    with pytest.raises(Refusal, match="自 2021-01-01 起才有"):
        change_party_org(by=CLERK, party_org=tree["甲村党支部"], day=DAY, superior=later)


def test_form_and_mode_change_apart_from_each_other(tree):
    changed = change_party_org(
        by=CLERK, party_org=tree["甲村党支部"], day=DAY, form="core:general_branch", mode="core:joint"
    )
    assert (changed.form, changed.mode, changed.nature) == (
        "core:general_branch",
        "core:joint",
        "core:entity",
    )
    assert card(changed, date(2019, 12, 31))["form"] == "core:branch"


def test_what_is_not_dated_changes_at_once(tree, county):
    host = unit(county["甲村"])
    changed = change_party_org(
        by=CLERK, party_org=tree["甲村党支部"], day=DAY, host_unit=host, approval="演示〔2020〕1号"
    )
    assert (changed.host_unit, changed.approval) == (host, "演示〔2020〕1号")
    assert changed.valid_from == START


def test_an_election_follows_the_approval(tree):
    elected = record_election(
        by=CLERK, party_org=tree["甲村党支部"], elected_on=DAY, term_until=date(2025, 1, 1)
    )
    assert (elected.elected_on, elected.term_from, elected.term_until) == (DAY, DAY, date(2025, 1, 1))
    with pytest.raises(Refusal, match="早于批复"):
        record_election(by=CLERK, party_org=elected, elected_on=date(2011, 1, 1), term_until=date(2025, 1, 1))


def test_a_founding_day_is_put_right(tree):
    assert (
        redate_party_org(by=CLERK, party_org=tree["甲村党支部"], founded=date(1995, 7, 1)).valid_from.year
        == 1995
    )


# ------------------------------------------------------------------------------------------------- ending
def test_a_merged_one_leads_under_its_successor(tree):
    merged = dissolve_party_org(by=CLERK, party_org=tree["东镇党委"], day=DAY, into=tree["西乡党委"])
    assert merged.path.startswith(tree["西乡党委"].path)
    assert fresh(tree["甲村党支部"]).superior_id == tree["西乡党委"].pk
    assert card(merged, DAY)["living"] is False
    assert card(merged, date(2019, 12, 31))["living"] is True
    assert {s.name for s in subordinates(tree["西乡党委"], DAY)} == {"甲村党支部"}
    assert_whole(PARTY_ORGS)


def test_one_with_others_below_is_not_simply_dissolved(tree):
    with pytest.raises(Refusal, match="还有1个下级"):
        dissolve_party_org(by=CLERK, party_org=tree["东镇党委"], day=DAY)


def test_dissolving_ends_covers_and_ties(tree, county):
    firm = unit(county["甲村"])
    cover(by=CLERK, party_org=tree["甲村党支部"], unit=firm, kind="core:own", day=START)
    tie(by=CLERK, party_org=tree["甲村党支部"], other=tree["西乡党委"], kind="core:guidance", day=START)
    dissolve_party_org(by=CLERK, party_org=tree["甲村党支部"], day=DAY)
    assert PartyOrgCover._base_manager.get().valid_to == DAY
    assert PartyOrgTie._base_manager.get().valid_to == DAY


# ------------------------------------------------------------------------------------------ covers and ties
def test_a_cover_is_of_one_unit_or_one_region(tree, county):
    branch, firm = tree["甲村党支部"], unit(county["甲村"])
    for wrong in ({}, {"unit": firm, "region": county["甲村"]}):
        with pytest.raises(Refusal, match="一个单位或一个区域"):
            cover(by=CLERK, party_org=branch, kind="core:own", day=START, **wrong)
    assert cover(by=CLERK, party_org=branch, kind="core:own", day=START, region=county["甲村"]).pk


@pytest.mark.parametrize(
    ("day", "fits"), [(date(2018, 12, 31), False), (date(2019, 6, 1), False), (DAY, True)]
)
def test_covers_do_not_overlap(tree, county, day, fits):
    branch, firm = tree["甲村党支部"], unit(county["甲村"])
    first = cover(by=CLERK, party_org=branch, unit=firm, kind="core:joint", day=date(2019, 1, 1))
    end_cover(by=CLERK, cover=first, day=DAY)
    if fits:
        assert cover(by=CLERK, party_org=branch, unit=firm, kind="core:own", day=day).pk
    else:
        with pytest.raises(Refusal, match="时间重叠"):
            cover(by=CLERK, party_org=branch, unit=firm, kind="core:own", day=day)


def test_covered_units_are_counted_as_of_a_day(tree, county):
    branch = tree["甲村党支部"]
    firms = [unit(county["甲村"]) for _ in range(3)]
    for n, firm in enumerate(firms):
        cover(by=CLERK, party_org=branch, unit=firm, kind="core:joint", day=date(2018 + n, 1, 1))
    assert list(covered_units(branch, date(2019, 6, 1))) == firms[:2]
    sizes = {o.pk: o.units for o in joint_sizes(date(2019, 6, 1), tree["东镇党委"].path)}
    assert sizes == {tree["东镇党委"].pk: 0, branch.pk: 2}


def test_a_cover_needs_both_to_live(tree, county):
    firm = unit(county["甲村"], day=DAY)
    with pytest.raises(Refusal, match="不存在"):
        cover(by=CLERK, party_org=tree["甲村党支部"], unit=firm, kind="core:own", day=START)


def test_a_tie_stands_beside_the_superior(tree):
    branch, west = tree["甲村党支部"], tree["西乡党委"]
    made = tie(by=CLERK, party_org=branch, other=west, kind="core:dual_leadership", day=DAY)
    assert fresh(branch).superior_id == tree["东镇党委"].pk
    with pytest.raises(Refusal, match="时间重叠"):
        tie(by=CLERK, party_org=branch, other=west, kind="core:dual_leadership", day=date(2021, 1, 1))
    with pytest.raises(Refusal, match="不能与自己"):
        tie(by=CLERK, party_org=branch, other=branch, kind="core:guidance", day=DAY)
    end_tie(by=CLERK, tie=made, day=date(2021, 1, 1))
    assert tie(by=CLERK, party_org=branch, other=west, kind="core:dual_leadership", day=date(2021, 1, 1)).pk


# --------------------------------------------------------------------------- standings and competences
def test_a_designation_is_held_once_at_a_time(county):
    village = county["甲村"]
    first = designate(
        by=CLERK, kind="core:poor_village", region=village, day=date(2014, 1, 1), document="演示〔2014〕1号"
    )
    with pytest.raises(Refusal, match="时间重叠"):
        designate(by=CLERK, kind="core:poor_village", region=village, day=date(2015, 1, 1))
    end_designation(by=CLERK, designation=first, day=date(2018, 1, 1), reason="退出")
    assert designate(by=CLERK, kind="core:poor_village", region=village, day=date(2018, 1, 1)).pk
    with pytest.raises(Refusal, match="一个区域、单位或党组织"):
        designate(by=CLERK, kind="core:poor_village", day=START)


def test_a_ledger_is_handed_over_on_a_day_with_a_document(county):
    department = unit(county["演示县"], "县委组织部", kind="core:party_agency")
    society = unit(county["演示县"], "县委社会工作部", kind="core:party_agency")
    give_competence(by=CLERK, ledger="two_new", region=county["演示县"], body=department, day=START)
    ended, begun = hand_over(
        by=CLERK,
        ledger="two_new",
        region=county["演示县"],
        to=society,
        day=date(2024, 3, 1),
        document="演示〔2024〕2号",
    )
    assert (ended.body, ended.valid_to) == (department, date(2024, 3, 1))
    assert (begun.body, begun.valid_from, begun.document) == (society, date(2024, 3, 1), "演示〔2024〕2号")
    assert AuditEntry.objects.latest("seq").action == "competence.hand_over"


@pytest.mark.parametrize(
    ("to", "document", "day", "said"),
    [
        ("same", "演示〔2024〕2号", DAY, "本来就主管"),
        ("other", " ", DAY, "文号"),
        ("other", "演示〔2024〕2号", START, "应晚于"),
    ],
)
def test_a_handover_that_cannot_be_is_refused_whole(county, to, document, day, said):
    bodies = {"same": unit(county["演示县"], "甲部"), "other": unit(county["演示县"], "乙部")}
    give_competence(by=CLERK, ledger="two_new", region=county["演示县"], body=bodies["same"], day=START)
    with pytest.raises(Refusal, match=said):
        hand_over(
            by=CLERK, ledger="two_new", region=county["演示县"], to=bodies[to], day=day, document=document
        )
    assert Competence._base_manager.get().valid_to is None


def test_a_ledger_nobody_keeps_cannot_be_handed_over(county):
    with pytest.raises(Refusal, match="还没有主管机构"):
        hand_over(
            by=CLERK,
            ledger="two_new",
            region=county["演示县"],
            to=unit(county["演示县"]),
            day=DAY,
            document="x",
        )
