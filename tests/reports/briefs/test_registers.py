"""The papers everyone keeps: what stands in them, and that they come out to the standard and as workbooks."""

from datetime import date, datetime
from io import BytesIO

import pytest
from openpyxl import load_workbook

from jiceng.accounts.scoping import access_of
from jiceng.matters.actions import Acting, Report, raise_matter
from jiceng.organisations.models import PartyOrg
from jiceng.people.models import Membership
from jiceng.protection.scopes import Scope, scoped
from jiceng.records.calendar import SHANGHAI
from jiceng.records.refusals import Refusal
from jiceng.reports.briefs.issuing import as_word, as_workbook, made, paper_named, tables_in
from jiceng.reports.sources.party_orgs import EXPIRING, OVERDUE, RUNNING, term_on
from tests.accounts.cast import grant, keep, person, user
from tests.reports.briefs.conftest import MONTH, TODAY, asked, refresh
from tests.reports.geometry import deviations
from tests.reports.word import Word

REGISTERS = [
    "campaign_map", "strike_off_ledger", "two_new_survey", "party_org_table", "term_ledger", "organisation_tree",
    "member_roster", "problem_list", "sign_in_sheet", "meeting_minutes", "public_notice", "inspection_catalogue",
    "bulletin",
]  # fmt: skip


def paper(key, region, period=MONTH):
    question = asked(region, period)
    return made(paper_named(key, question), question)


def rows(key, region, period=MONTH):
    """The rows of the paper's first table as dictionaries by column."""
    (table, *_more) = tables_in(paper(key, region, period))
    return [dict(zip((column.title for column in table.columns), row, strict=True)) for row in table.rows]


def test_every_register_is_to_the_standard_and_a_workbook_where_it_has_a_table(told):
    for key in REGISTERS:
        found = paper(key, told.qingshan.region)
        word = Word(as_word(found))
        upright = found.kind != "register"  # a register lies across, as the annexes of an upright paper do
        assert not upright or deviations(word) == [], key
        assert upright or {section.landscape for section in word.sections} == {True}, key
        if tables := tables_in(found):
            book = load_workbook(BytesIO(as_workbook(found)))
            assert len(book.worksheets) == len(tables), key
        else:
            with pytest.raises(Refusal):
                as_workbook(found)


def test_the_campaign_map_has_a_line_for_every_gap_and_the_plan_for_it(told):
    county, firm = told.qingshan.region, told.qingshan.other_firm
    before = rows("campaign_map", county)
    assert {row["单位"] for row in before} >= {firm.name, "青加0公司", "青加3公司"}
    assert all(row["销号"] is None for row in before)
    officer = user("officer", "青两新")
    grant(officer, "two_new_office", county)
    with scoped(Scope.all()):
        raise_matter(
            by=Acting.person(access_of(officer, TODAY)), type="core:coverage_plan", region=firm.region,
            channel="core:inspection", at=datetime(2022, 5, 20, 9, tzinfo=SHANGHAI),
            report=Report(
                given={
                    "unit": firm.pk, "cause": "core:unwilling", "measures": "上门做工作", "leader": "青领导",
                    "person": person("青责任", firm.region).pk, "until": "2022-12-31",
                }
            ),
        )  # fmt: skip
    line = next(row for row in rows("campaign_map", county) if row["单位"] == firm.name)
    assert (line["责任领导"], line["时限"], line["销号"]) == ("青领导", date(2022, 12, 31), "未销号")
    (struck,) = rows("strike_off_ledger", county)
    assert (struck["单位"], struck["攻坚措施"], struck["销号日期"]) == (firm.name, "上门做工作", None)


def test_the_survey_ledger_lists_every_unit_and_the_gaps_none_that_is_organised(told):
    county = told.qingshan.region
    survey = {row["单位名称"]: row for row in rows("two_new_survey", county)}
    assert survey[told.qingshan.firm.name]["覆盖情况"] == "组织覆盖"
    assert survey[told.qingshan.firm.name]["党组织"] == told.qingshan.branch.name
    assert survey["青加1公司"]["覆盖情况"] == "未覆盖"
    assert told.baishui.firm.name not in survey
    assert told.qingshan.firm.name not in {row["单位"] for row in rows("campaign_map", county)}
    town = {row["单位名称"] for row in rows("two_new_survey", told.qingshan.town)}
    assert town < survey.keys()


def test_party_organisations_stand_below_their_superiors_with_their_people(kept):
    county = kept.qingshan.region
    table = {row["党组织名称"]: row for row in rows("party_org_table", county)}
    branch = table[kept.qingshan.branch.name]
    assert (
        branch["党员"]
        == Membership._base_manager.filter(party_org=kept.qingshan.branch, valid_to=None).count()
    )
    tree = [row["党组织"] for row in rows("organisation_tree", county)]
    assert tree[0].strip() == kept.qingshan.committee.name
    assert f"　{kept.qingshan.branch.name}" in tree
    assert kept.baishui.branch.name not in table


def test_terms_are_told_of_half_a_year_ahead(told):
    branch = PartyOrg._base_manager.get(pk=told.qingshan.branch.pk)
    branch.elected_on, branch.term_from, branch.term_until = (
        date(2019, 1, 1),
        date(2019, 1, 1),
        date(2022, 3, 1),
    )
    keep(branch)
    (line,) = rows("term_ledger", told.qingshan.region)
    assert (line["党组织名称"], line["换届情况"]) == (branch.name, OVERDUE)
    assert tables_in(paper("term_ledger", told.qingshan.region, (date(2020, 1, 1), date(2020, 1, 31)))) == []


@pytest.mark.parametrize(
    ("until", "said"),
    [
        (None, ""),
        (date(2022, 5, 30), OVERDUE),
        (date(2022, 5, 31), EXPIRING),
        (date(2022, 11, 30), EXPIRING),
        (date(2022, 12, 1), RUNNING),
    ],
)
def test_how_a_term_stands(until, said):
    assert term_on(until, date(2022, 5, 31)) == said


def test_the_roster_masks_what_identifies_a_person(kept):
    roster = rows("member_roster", kept.qingshan.region)
    known = Membership._base_manager.filter(valid_to=None, region_path__startswith=kept.qingshan.region.path)
    assert len(roster) == known.count()
    assert {row["姓名"] for row in roster} == {each.person.name for each in known.select_related("person")}
    assert all("*" in row["公民身份号码"] for row in roster if row["公民身份号码"])


def test_a_roster_shows_no_more_than_the_scope(kept):
    question = asked(kept.qingshan.region)
    narrow = Scope(territory=frozenset({kept.qingshan.town.path}))
    seen = made(
        paper_named("member_roster", question),
        type(question)(*(question.region, *MONTH, question.today), lambda _permission: narrow),
    )
    everyone = rows("member_roster", kept.qingshan.region)
    assert len(tables_in(seen)[0].rows if tables_in(seen) else ()) < len(everyone)


def test_the_list_of_problems_counts_what_records_show(told):
    orgs = [told.qingshan.branch]
    for org in orgs:
        org.term_until = date(2022, 3, 1)
        org.term_from = org.elected_on = date(2019, 3, 1)
        keep(org)
    refresh()
    found = {row["问题"]: row for row in rows("problem_list", told.qingshan.region)}
    assert found["届满未换届的党组织"]["条数"] == 1
    assert found["届满未换届的党组织"]["依据"].startswith("《")
