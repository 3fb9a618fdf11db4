"""Restructuring by document: both sides of the date, today's map, and what is refused."""

from datetime import date

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jiceng.organisations.models import PartyOrg, Region, RegionSpan, Restructuring, Unit
from jiceng.organisations.queries import card, path_on, region_by_code
from jiceng.organisations.spans import PARTY_ORGS, REGIONS, UNITS
from jiceng.protection.scopes import Scope, scoped
from jiceng.records.audit.verifying import verify
from jiceng.records.models import AuditEntry
from jiceng.records.refusals import Refusal
from tests.organisations.factories import START, org, region, unit
from tests.organisations.invariants import assert_tree, assert_whole, spans_of
from tests.organisations.restructuring.ordering import (
    BEFORE,
    DAY,
    EAST,
    LATER,
    WEST,
    A,
    B,
    C,
    D,
    names_on,
    restructure,
)


def named(name: str) -> Region:
    return Region.objects.get(name=name)


def lies_under(region: Region, other: Region, day: date) -> bool:
    return path_on(region, day).startswith(path_on(other, day))


@pytest.fixture(autouse=True)
def _whole(county):
    """After every test of this module the tree is whole on every day at which something happened."""
    yield
    for day in {START, *RegionSpan.objects.values_list("valid_from", flat=True)}:
        assert_tree(day)
    for dating in (REGIONS, UNITS, PARTY_ORGS):
        assert_whole(dating)
    assert verify().whole


# --------------------------------------------------------------------------------------------- the verbs
def test_a_merged_village_is_there_before_and_part_of_its_successor_after(county):
    outcome = restructure({"merge": {"into": B, "from": [A]}})
    assert {"甲村", "乙村"} <= names_on(BEFORE)
    assert "甲村" not in names_on(DAY)
    assert outcome.ended == [county["甲村"].pk]
    assert lies_under(county["甲村"], county["乙村"], DAY)
    assert not lies_under(county["甲村"], county["乙村"], BEFORE)
    assert named("甲村").valid_to == DAY


def test_what_hung_below_moves_below_the_successor(county):
    restructure({"merge": {"into": B, "from": [A]}})
    assert named("甲一组").parent == county["乙村"]
    assert {"甲一组", "甲二组"} <= names_on(DAY, "core:resident_group")


def test_what_a_step_has_moved_away_before_does_not_follow(county):
    restructure({"reparent": {"region": "990121100201001", "parent": C}}, {"merge": {"into": B, "from": [A]}})
    assert named("甲一组").parent == county["丙村"]
    assert named("甲二组").parent == county["乙村"]


def test_a_merge_of_towns_into_a_new_one(county):
    restructure(
        {"found": {"code": "990121117", "name": "新镇", "kind": "town", "parent": "990121"}},
        {"merge": {"into": "990121117", "from": [EAST, WEST]}},
    )
    new = named("新镇")
    assert new.valid_from == DAY
    assert names_on(DAY, "core:village") == {"甲村", "乙村", "丙村"}
    assert all(named(n).parent == new for n in ("甲村", "乙村", "丙村", "丁社区"))
    assert names_on(BEFORE, "core:town") == {"东镇"}
    assert names_on(DAY, "core:town") == {"新镇"}
    assert all(lies_under(county[n], new, DAY) for n in ("东镇", "西乡"))


def test_a_merge_of_merges_leads_to_the_last_successor(county):
    restructure({"merge": {"into": B, "from": [A]}})
    restructure({"merge": {"into": C, "from": [B]}}, day=LATER, number="演示〔2020〕1号")
    assert lies_under(county["甲村"], county["乙村"], LATER)
    assert lies_under(county["甲村"], county["丙村"], LATER)
    assert not lies_under(county["甲村"], county["丙村"], date(2020, 6, 9))
    assert named("甲一组").parent == county["丙村"]


def test_merging_on_the_same_day_by_two_documents(county):
    restructure({"merge": {"into": B, "from": [A]}})
    restructure({"merge": {"into": C, "from": [B]}}, number="演示〔2019〕2号")
    assert lies_under(county["甲村"], county["丙村"], DAY)
    assert names_on(DAY, "core:village") == {"丙村"}


def test_rename_recode_and_convert(county):
    restructure(
        {"rename": {"region": A, "name": "甲新村"}},
        {"recode": {"region": B, "code": "990121100299"}},
        {"convert": {"region": C, "kind": "community", "name": "丙社区", "code": "990121200003"}},
        {"convert": {"region": WEST, "kind": "street"}},
    )
    assert region_by_code(A, DAY).spans.get(valid_from=DAY).name == "甲新村"
    assert region_by_code(B, BEFORE) == region_by_code("990121100299", DAY) == county["乙村"]
    assert region_by_code(B, DAY) is None
    converted = named("丙社区")
    assert (converted.kind, converted.code, converted.initials) == ("core:community", "990121200003", "bsq")
    assert card(converted, BEFORE)["kind"] == "core:village"
    assert named("西乡").kind == "core:street"


def test_codes_may_pass_from_one_region_to_the_next(county):
    restructure(
        {"recode": {"region": B, "code": "990121100203"}},
        {"recode": {"region": A, "code": B}},
        {"found": {"code": A, "name": "戊村", "kind": "village", "parent": EAST}},
    )
    assert region_by_code(A, DAY).name == "戊村"
    assert region_by_code(B, DAY) == county["甲村"]
    assert region_by_code(A, BEFORE) == county["甲村"]


def test_a_code_may_pass_from_a_merged_region_to_another(county):
    restructure({"merge": {"into": B, "from": [A]}}, {"recode": {"region": B, "code": A}})
    assert region_by_code(A, DAY) == county["乙村"]
    assert region_by_code(A, BEFORE) == county["甲村"]
    assert named("甲村").code == A


def test_a_dissolved_region_without_successor_keeps_its_place(county):
    outcome = restructure({"dissolve": {"region": C}})
    assert outcome.ended == [county["丙村"].pk]
    assert path_on(county["丙村"], DAY) == path_on(county["丙村"], BEFORE)
    assert "丙村" not in names_on(DAY)
    assert lies_under(county["丙村"], county["西乡"], DAY)


def test_a_dissolved_region_with_a_successor_is_merged(county):
    restructure({"dissolve": {"region": A, "into": C}})
    assert lies_under(county["甲村"], county["丙村"], DAY)
    assert named("甲一组").parent == county["丙村"]


def test_a_renamed_region_may_be_merged_in_the_same_document(county):
    restructure({"rename": {"region": B, "name": "乙新村"}}, {"merge": {"into": B, "from": [A]}})
    assert named("甲村").parent == named("乙新村")


def test_a_moved_region_takes_positions_along(county):
    restructure({"merge": {"into": B, "from": [A]}})
    restructure({"reparent": {"region": B, "parent": WEST}}, day=LATER, number="演示〔2020〕1号")
    assert lies_under(county["甲村"], county["西乡"], LATER)
    assert lies_under(county["甲村"], county["东镇"], DAY)


# -------------------------------------------------------------------------------------- records, maps
def test_no_record_moves_but_every_copied_path_does(county):
    firm, branch = unit(county["甲村"]), org(county["甲村"])
    restructure({"merge": {"into": C, "from": [A]}})
    for model, one in ((Unit, firm), (PartyOrg, branch)):
        kept = model._base_manager.get(pk=one.pk)
        assert kept.region == county["甲村"]
        assert kept.region_path == named("甲村").path
        with scoped(Scope(territory=(named("西乡").path,))):
            assert model.objects.count() == 1
        with scoped(Scope(territory=(named("东镇").path,))):
            assert model.objects.count() == 0
    assert len(spans_of(UNITS, firm)) == 1


def test_copied_paths_elsewhere_stay_untouched(county):
    firm = unit(county["丁社区"])
    before = AuditEntry.objects.count()
    restructure({"rename": {"region": A, "name": "甲新村"}})
    assert Unit._base_manager.get(pk=firm.pk).region_path == county["丁社区"].path
    assert AuditEntry.objects.count() == before + 1


def test_a_flow_of_an_earlier_year_is_answered_on_both_maps(county):
    """Firms founded in 2015: counted where they were, and where that place belongs today."""
    firms = [unit(county[name], day=date(2015, 5, 1)) for name in ("甲村", "甲村", "乙村", "丙村")]
    restructure({"merge": {"into": C, "from": [A]}})

    def counted(where: Region, tree_of: date) -> int:
        return sum(lies_under(f.region, where, tree_of) for f in firms)

    assert [counted(county[n], date(2015, 5, 1)) for n in ("东镇", "西乡", "演示县")] == [3, 1, 4]
    assert [counted(county[n], DAY) for n in ("东镇", "西乡", "演示县")] == [1, 3, 4]


def test_a_document_leaves_one_record_and_one_link_of_the_chain(county):
    before = AuditEntry.objects.count()
    outcome = restructure({"merge": {"into": B, "from": [A]}}, {"rename": {"region": B, "name": "乙新村"}})
    assert AuditEntry.objects.count() == before + 1
    record = Restructuring.objects.get()
    assert record == outcome.restructuring
    assert record.steps == [{"merge": {"into": B, "from": [A]}}, {"rename": {"region": B, "name": "乙新村"}}]
    assert set(record.spans.values_list("region__name", flat=True)) == {"甲村", "乙新村", "甲一组", "甲二组"}


def test_a_dry_run_says_the_same_and_writes_nothing(county):
    steps = ({"merge": {"into": B, "from": [A]}},)
    said = restructure(*steps, dry_run=True)
    assert not Restructuring.objects.exists()
    assert named("甲村").valid_to is None
    done = restructure(*steps)
    assert (said.ended, said.changed) == (done.ended, done.changed)


# ---------------------------------------------------------------------------------------------- refusals
@pytest.mark.parametrize(
    ("steps", "said"),
    [
        ([{"merge": {"into": B, "from": ["990121100777"]}}], "没有代码为 990121100777"),
        ([{"merge": {"into": B, "from": [A]}}, {"rename": {"region": A, "name": "甲"}}], "已不存在"),
        ([{"merge": {"into": "990121100201001", "from": [A]}}], "在其之下"),
        ([{"merge": {"into": A, "from": [A]}}], "就是 甲村"),
        ([{"reparent": {"region": EAST, "parent": "990121100201002"}}], "在其之下"),
        ([{"recode": {"region": A, "code": B}}], "正由乙村使用"),
        ([{"found": {"code": A, "name": "戊村", "kind": "village", "parent": EAST}}], "正由甲村使用"),
        ([{"found": {"code": "99", "name": "戊村", "kind": "village", "parent": "998"}}], "没有代码为 998"),
        ([{"found": {"code": "990121100203", "name": " ", "kind": "village", "parent": EAST}}], "缺少名称"),
        ([{"rename": {"region": A, "name": " "}}], "缺少名称"),
        ([{"dissolve": {"region": A}}], "还有2个下级"),
        (
            [
                {"found": {"code": "990121100203", "name": "戊村", "kind": "village", "parent": EAST}},
                {"dissolve": {"region": "990121100203"}},
            ],
            "当天才设立",
        ),
        ([{"rename": {"region": A, "name": "很" * 81}}], "名称超过80个字"),
    ],
)
def test_a_step_that_cannot_be_takes_the_whole_document_back(county, steps, said):
    good = {"rename": {"region": C, "name": "丙新村"}}
    with pytest.raises(Refusal, match=said) as refused:
        restructure(good, *steps)
    assert refused.value.where.endswith(f"第{len(steps) + 1}步")
    assert refused.value.remedy
    assert named("丙村").valid_to is None
    assert not Restructuring.objects.exists()


def test_a_region_dissolved_by_an_earlier_document_is_refused_with_its_day(county):
    restructure({"merge": {"into": B, "from": [A]}})
    with pytest.raises(Refusal, match="990121100201 甲村 已于 2019-12-20 撤销"):
        restructure({"rename": {"region": A, "name": "甲"}}, day=LATER, number="演示〔2020〕1号")


def test_a_document_is_carried_out_once(county):
    restructure({"rename": {"region": A, "name": "甲新村"}})
    with pytest.raises(Refusal, match="已经执行过"):
        restructure({"rename": {"region": A, "name": "甲新新村"}})
    restructure({"rename": {"region": A, "name": "甲新新村"}}, day=LATER)


@pytest.mark.parametrize(
    ("day", "said"),
    [
        (date(2011, 1, 1), "自 2012-01-01 起才有"),
        (date(2018, 1, 1), "2019-12-20 另有变更"),
        (date(2999, 1, 1), "还没有到"),
    ],
)
def test_a_day_that_cannot_be_is_refused(county, day, said):
    restructure({"rename": {"region": A, "name": "甲新村"}})
    with pytest.raises(Refusal, match=said):
        restructure({"rename": {"region": A, "name": "甲村"}}, day=day, number="演示〔2018〕1号")


def test_a_town_is_not_moved_before_a_later_change_of_what_is_in_it(county):
    restructure({"rename": {"region": A, "name": "甲新村"}})
    with pytest.raises(Refusal, match="另有变更"):
        restructure({"merge": {"into": WEST, "from": [EAST]}}, day=date(2018, 1, 1), number="演示〔2018〕1号")


def test_a_town_is_not_moved_before_the_founding_of_what_is_in_it(county):
    region("990121100203", "戊村", "village", county["东镇"], date(2020, 1, 1))
    with pytest.raises(Refusal, match="戊村 2020-01-01 另有变更"):
        restructure({"merge": {"into": WEST, "from": [EAST]}})


def test_an_earlier_document_about_other_regions_is_welcome(county):
    restructure({"rename": {"region": A, "name": "甲新村"}})
    restructure({"rename": {"region": C, "name": "丙新村"}}, day=date(2018, 1, 1), number="演示〔2018〕1号")
    assert names_on(date(2018, 6, 1), "core:village") == {"甲村", "乙村", "丙新村"}


def test_a_failing_audit_takes_everything_back(county, monkeypatch):
    firm = unit(county["甲村"])

    def broken(*_arguments):
        raise OSError("disk full")

    with monkeypatch.context() as patched:
        patched.setattr("jiceng.records.writing._seal", broken)
        with pytest.raises(OSError, match="disk full"), transaction.atomic():
            restructure({"merge": {"into": C, "from": [A]}})
    assert not Restructuring.objects.exists()
    assert named("甲村").path == county["甲村"].path
    assert Unit._base_manager.get(pk=firm.pk).region_path == county["甲村"].path


# --------------------------------------------------------------------------------- party organisations
def test_party_organisations_are_restructured_by_the_same_verbs(county):
    top = org(county["演示县"], name="县委", code="P0")
    east = org(county["东镇"], top, "东镇党委", code="P1", form="core:committee")
    west = org(county["西乡"], top, "西乡党委", code="P2", form="core:committee")
    branch = org(county["甲村"], east, "甲村党支部", code="P3")
    restructure(
        {"merge": {"into": EAST, "from": [WEST]}},
        {"party_org": {"merge": {"into": "P1", "from": ["P2"]}}},
        {"party_org": {"rename": {"party_org": "P1", "name": "新镇党委"}}},
        {"party_org": {"convert": {"party_org": "P3", "form": "general_branch", "mode": "联合"}}},
        {"party_org": {"recode": {"party_org": "P3", "code": "P33"}}},
        {"party_org": {"found": {
            "code": "P4", "name": "丙村党支部", "parent": "P1", "region": C, "form": "branch", "mode": "single",
            "nature": "entity", "sector": "rural",
        }}},
    )  # fmt: skip
    fresh = {o.code: o for o in PartyOrg._base_manager.all()}
    assert fresh["P2"].path.startswith(fresh["P1"].path)
    assert [card(west, day)["living"] for day in (BEFORE, DAY)] == [True, False]
    assert (fresh["P33"].form, fresh["P33"].mode) == ("core:general_branch", "core:joint")
    assert card(branch, BEFORE)["form"] == "core:branch"
    assert fresh["P4"].superior_id == east.pk
    assert fresh["P4"].region_path == named("丙村").path
    assert fresh["P1"].name == "新镇党委"


def test_a_merge_of_party_organisations_renews_the_copies_of_their_paths(county):
    top = org(county["演示县"], name="县委", code="P0")
    east, west = org(county["东镇"], top, code="P1"), org(county["西乡"], top, code="P2")
    with pytest.raises(Refusal, match="在其之下"):
        restructure({"party_org": {"reparent": {"party_org": "P0", "parent": "P1"}}})
    restructure({"party_org": {"reparent": {"party_org": "P2", "parent": "P1"}}})
    assert PartyOrg._base_manager.get(pk=west.pk).path.startswith(PartyOrg._base_manager.get(pk=east.pk).path)


@pytest.mark.parametrize("into", [A, "990121100201001"])
def test_a_document_of_before_another_cannot_merge_into_what_that_one_took_away(county, into):
    restructure({"merge": {"into": EAST, "from": [A]}}, day=date(2013, 1, 2), number="演示〔2013〕2号")
    with pytest.raises(Refusal, match="另有变更"):
        restructure({"merge": {"into": into, "from": [WEST]}}, day=date(2013, 1, 1), number="演示〔2013〕1号")
    assert_tree(date(2013, 1, 2))


# ----------------------------------------------------------------------------------------- whatever is done
CODES = st.sampled_from([EAST, WEST, A, B, C, D, "990121100201001", "990121300", "990121300201"])
STEPS = st.one_of(
    st.builds(lambda a, b: {"merge": {"into": a, "from": [b]}}, CODES, CODES),
    st.builds(lambda a, b: {"reparent": {"region": a, "parent": b}}, CODES, CODES),
    st.builds(lambda a, n: {"rename": {"region": a, "name": n}}, CODES, st.sampled_from("春夏秋冬")),
    st.builds(lambda a, b: {"recode": {"region": a, "code": b}}, CODES, CODES),
    st.builds(lambda a: {"dissolve": {"region": a}}, CODES),
    st.builds(lambda a, b: {"dissolve": {"region": a, "into": b}}, CODES, CODES),
    st.builds(
        lambda a, b: {"found": {"code": a, "name": "新", "kind": "village", "parent": b}}, CODES, CODES
    ),
    st.builds(
        lambda a, b, c: {"split": {"region": a, "into": [b, {"code": c, "name": "分"}]}}, CODES, CODES, CODES
    ),
)
DOCUMENTS = st.lists(
    st.tuples(st.dates(date(2013, 1, 1), date(2023, 1, 1)), st.lists(STEPS, min_size=1, max_size=4)),
    max_size=5,
)


@given(DOCUMENTS)
@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_whatever_documents_order_the_tree_stays_whole(county, documents):
    with transaction.atomic():
        firms = {name: unit(county[name]) for name in ("甲村", "丁社区", "西乡")}
        for number, (day, steps) in enumerate(documents):
            try:
                with transaction.atomic():
                    restructure(*steps, day=day, number=f"演示〔{number}〕1号")
            except Refusal:
                continue
        days = set(RegionSpan.objects.values_list("valid_from", flat=True))
        for day in days:
            assert_tree(day)
        assert_whole(REGIONS)
        for one in firms.values():
            kept = Unit._base_manager.select_related("region").get(pk=one.pk)
            assert kept.region_path == kept.region.path
            # no reform loses a record: it still counts in the province
            assert kept.region_path.startswith(county["演示省"].path)
        transaction.set_rollback(True)
