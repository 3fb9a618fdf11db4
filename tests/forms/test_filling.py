"""A form from its blank to the signed file: bound, gated, issued, filled, asked, answered, exported."""

from decimal import Decimal
from io import BytesIO

import pytest
from docx import Document
from openpyxl import load_workbook

from jiceng.accounts.scoping import Denied
from jiceng.forms.actions.asking import answer, ask_gaps
from jiceng.forms.actions.drafting import (
    amend_form,
    bind_cell,
    bind_rows,
    discard_form,
    draft_form,
    end_form,
    issue_form,
    new_version,
    unbind_rows,
)
from jiceng.forms.actions.signing import check, exported, sign, withdraw
from jiceng.forms.bindings import AREAS, Bindings, Rows, Source
from jiceng.forms.blanks.grid import place_of
from jiceng.forms.burden import Burden, board_of, burden_of
from jiceng.forms.filling import NOTHING
from jiceng.forms.known import tables
from jiceng.forms.models import Ask, Filing, Form
from jiceng.forms.periods import period_of
from jiceng.forms.queries import asked_of, forms_for, standing
from jiceng.forms.returning import return_answers, takes_back
from jiceng.organisations.models import PartyOrg, Region, Unit
from jiceng.protection.actors import Actor
from jiceng.protection.scopes import Scope
from jiceng.records.models import AuditEntry
from jiceng.records.refusals import Refusal, Refusals
from tests.accounts.cast import TODAY
from tests.forms.blanks import cross_table, list_form, narrative, with_broken_sheet, with_macros
from tests.forms.conftest import SAID

SITE = "是否愿意提供活动场地"


def stand(form, region, access):
    return standing(form, region=region, period=period_of(form, TODAY), access=access)


def sheet(stands):
    return load_workbook(BytesIO(exported(stands))).worksheets[0]


def bind(designer, form, at, kind, key, **more):
    bind_cell(access=designer, form=form, at=place_of(at), source=Source(kind, key, **more))
    form.refresh_from_db()


def test_a_cross_table_counts_every_area_it_names(told, designer, draft, access):
    county = told.qingshan
    form = draft(cross_table([county.town.name, "青田", "没有的镇"]))
    bind(designer, form, "0!E5", "figure", "core:two_new_organised_rate")
    bind(designer, form, "0!F5", "question", "需要说明的情况", optional=True)
    stands = stand(form, county.region, designer)
    assert stands.filled.unknown == ["没有的镇"]
    found = sheet(stands)
    assert [found[f"{c}5"].value for c in "ABE"] == [county.town.name, 1, 100]
    assert [found[f"{c}6"].value for c in "BCE"] == [3, 52, 0]
    assert [found[f"{c}7"].value for c in "BE"] == [None, None]
    assert [found[f"{c}8"].value for c in "BCF"] == [4, 82, "=SUM(B5:B7)"]
    assert (found["B2"].value, found["F2"].value) == (county.region.name, "2022-06-20")
    village = stand(form, county.village, access("qingshan.village_clerk"))
    assert sheet(village)["B8"].value == 1
    with pytest.raises(Denied):
        stand(form, county.other_town, access("qingshan.street_officer"))


def test_a_share_of_none_is_a_dash(told, designer, draft):
    form = draft(cross_table([told.qingshan.village.name, "甲"]))
    bind_rows(
        access=designer, form=form,
        rows=Rows(0, 5, 7, AREAS, {2: Source("figure", "core:two_new_organised_rate")}, names=1),
    )  # fmt: skip
    form.refresh_from_db()
    stands = stand(form, told.qingshan.town, designer)
    ((_village, entries), *_rest) = stands.filled.lists["0!A5"]
    assert entries[0].value in (Decimal(100), 100)
    assert NOTHING == "—"


def test_a_list_has_a_line_for_every_record_behind_a_figure(told, designer, draft):
    county = told.qingshan
    form = draft(list_form())
    rows = Bindings.of(form.bindings).rows[0]
    assert stand(form, county.region, designer).filled.counts()[0] > 0
    among = Rows(rows.page, rows.row, rows.last, "units", rows.columns, among="core:two_new_units")
    bind_rows(access=designer, form=form, rows=among)
    form.refresh_from_db()
    stands = stand(form, county.region, designer)
    found = sheet(stands)
    names = [found.cell(row, 2).value for row in range(4, 8)]
    assert set(names) == {county.firm.name, county.other_firm.name, "青加0公司", "青加1公司"}
    assert found["E8"].value == "=SUM(E4:E7)"
    assert {gap.field for gap in stands.filler.gaps(stands.filled)} == {"code", "principal"}
    bind_rows(
        access=designer, form=form,
        rows=Rows(0, 4, 7, "party-orgs", {2: Source("field", "name")}, among="core:two_new_units"),
    )  # fmt: skip
    form.refresh_from_db()
    with pytest.raises(Refusal, match="数的不是"):
        stand(form, county.region, designer)
    unbind_rows(access=designer, form=form, at="0!A4")
    form.refresh_from_db()
    assert Bindings.of(form.bindings).rows == ()


def test_what_the_ledgers_hold_is_not_asked_again(designer, draft):
    form = draft(list_form())
    with pytest.raises(Refusal, match="台账“单位”的“负责人”，不能重复"):
        bind(designer, form, "0!H4", "question", "法定代表人")
    with pytest.raises(Refusal, match="指标“两新组织”"):
        bind(designer, form, "0!C2", "question", "两新组织")
    with pytest.raises(Refusal, match="没有写要问什么"):
        bind(designer, form, "0!H4", "question", " ")
    bind(designer, form, "0!H4", "question", "法定代表人", despite="上级要求当面核对")
    assert burden_of(form, access=designer).despite == ("法定代表人：上级要求当面核对",)
    for at, kind, key, why in (
        ("0!H4", "figure", "core:two_new_units", "不能放汇总数"),
        ("0!H4", "field", "nothing", "没有字段"),
        ("0!C2", "field", "name", "没有字段"),
        ("0!C2", "figure", "core:no", "没有指标"),
    ):
        with pytest.raises(Refusal, match=why):
            bind(designer, form, at, kind, key)


def test_blanks_are_asked_of_who_can_answer_once_and_answers_go_into_the_records(
    told, designer, draft, access
):
    county, clerk = told.qingshan, access("qingshan.village_clerk")
    form = draft(list_form(), frequency="quarter")
    rows = Bindings.of(form.bindings).rows[0]
    columns = {2: rows.columns[2], 6: rows.columns[6], 8: Source("question", SITE)}
    bind_rows(access=designer, form=form, rows=Rows(0, 4, 7, "units", columns, among="core:two_new_units"))
    with pytest.raises(Refusal, match="没有在用"):
        ask_gaps(access=designer, form=form, region=county.region, period=period_of(form, TODAY))
    form.refresh_from_db()
    gate = burden_of(form, access=designer)
    assert (gate.held, gate.free, gate.blanks, gate.once) == (5, 1, 8, 4)
    assert gate.minutes == round(4 * gate.each / 3, 1)
    assert gate.people == sum(level.people for level in gate.levels)
    issue_form(access=designer, form=form)
    form.refresh_from_db()
    assert Burden.of(form.burden) == gate
    ask = {"access": designer, "form": form, "region": county.region, "period": period_of(form, TODAY)}
    assert (ask_gaps(**ask).new, ask_gaps(**ask).new) == (8, 0)

    mine = asked_of(clerk)
    assert {(one.text, one.record) for one in mine} == {("负责人", county.firm.pk), (SITE, county.firm.pk)}
    assert {one.record for one in asked_of(access("qingshan.instructor"))} == {county.firm.pk}
    assert asked_of(access("baishui.organisation_department")) == []
    with pytest.raises(Denied):
        answer(access=access("baishui.village_clerk"), said={mine[0].pk: "白某"})
    said = {one.pk: "青法人" if one.field else "愿意" for one in mine}
    assert answer(access=clerk, said=said) == {}
    assert Unit._base_manager.get(pk=county.firm.pk).principal == "青法人"
    assert asked_of(clerk) == []
    assert {one.kept for one in Ask.objects.filter(answered_at__isnull=False)} == {True, False}
    assert {"form.ask", "form.answer", "import.units"} <= set(
        AuditEntry.objects.values_list("action", flat=True)
    )

    found = sheet(stand(form, county.region, designer))
    line = next(row for row in range(4, 8) if found.cell(row, 2).value == county.firm.name)
    assert (found.cell(line, 6).value, found.cell(line, 8).value) == ("青法人", "愿意")
    board = board_of(forms_for(designer).filter(state=Form.State.ISSUED))
    assert (len(board.lines), board.free, board.minutes) == (1, 1, gate.minutes)
    end_form(access=designer, form=form)
    assert asked_of(designer) == []


def test_answers_go_into_party_organisations_and_areas_as_well(told):
    county, by = told.qingshan, Actor.system("tests")
    given = {"by": by, "scope": Scope.all(), "day": TODAY, "reason": "表"}
    orgs, regions = tables()["party-orgs"], tables()["regions"]
    assert return_answers(orgs, "approval", {county.branch.pk: "青组〔2018〕1号"}, **given) == {}
    assert PartyOrg._base_manager.get(pk=county.branch.pk).approval == "青组〔2018〕1号"
    assert return_answers(regions, "name", {county.village.pk: "青桥新村"}, **given) == {}
    assert Region.objects.get(pk=county.village.pk).name == "青桥新村"
    outside = {**given, "scope": Scope(territory=(told.baishui.region.path,))}
    assert set(return_answers(orgs, "approval", {county.branch.pk: "白组"}, **outside)) == {county.branch.pk}
    assert not takes_back(orgs, "nothing")


def test_an_answer_that_the_ledger_refuses_stays_open(told, designer, draft):
    county = told.qingshan
    form = draft(list_form())
    bind_rows(
        access=designer, form=form,
        rows=Rows(0, 4, 7, "units", {3: Source("field", "code")}, among="core:two_new_units"),
    )  # fmt: skip
    form.refresh_from_db()
    issue_form(access=designer, form=form)
    ask_gaps(access=designer, form=form, region=county.region, period=period_of(form, TODAY))
    one = Ask.objects.get(record=county.firm.pk)
    assert answer(access=designer, said={one.pk: "12345"})[one.pk].startswith("统一社会信用代码应为18位")
    one.refresh_from_db()
    assert one.answered_at is None
    assert Unit._base_manager.get(pk=county.firm.pk).code == ""


def test_a_narrative_is_filled_in_its_sentences_and_signed_by_two(told, designer, draft, access):
    county, second = told.qingshan, access("qingshan.two_new_office")
    form = draft(narrative(), name="报告.docx", second_person="1")
    bind(designer, form, "0!A3.3", "question", "存在的主要困难")
    bind(designer, form, "1!B2", "question", "下一步打算", optional=True)
    period = period_of(form, TODAY)
    with pytest.raises(Refusal, match="没有在用"):
        sign(access=designer, form=form, region=county.region, period=period)
    issue_form(access=designer, form=form)
    form.refresh_from_db()
    with pytest.raises(Refusal, match="还有 1 处空缺"):
        sign(access=designer, form=form, region=county.region, period=period)
    ask_gaps(access=designer, form=form, region=county.region, period=period)
    answer(access=designer, said={one.pk: "人手不足" for one in asked_of(designer)})
    filing = sign(access=designer, form=form, region=county.region, period=period)
    assert not filing.is_final
    with pytest.raises(Refusal, match="已经签报"):
        sign(access=designer, form=form, region=county.region, period=period)
    with pytest.raises(Denied):
        check(access=designer, filing=filing)
    with pytest.raises(Denied):
        withdraw(access=second, filing=filing)
    check(access=second, filing=filing)
    assert filing.is_final
    with pytest.raises(Refusal, match="不能撤回"):
        withdraw(access=designer, filing=filing)
    made = Document(BytesIO(exported(stand(form, county.region, designer))))
    assert made.paragraphs[1].text == "填报单位：青山县　报告期：2022年6月"
    assert made.paragraphs[2].text == "目前，两新组织4个，两新组织党组织3个。存在的主要困难是人手不足。"
    assert (filing.filled, filing.answered, filing.missing) == (9, 1, 0)


def test_a_signature_is_taken_back_before_it_is_checked(told, designer, draft):
    form = draft(cross_table([told.qingshan.town.name, told.qingshan.other_town.name]))
    issue_form(access=designer, form=form)
    form.refresh_from_db()
    filing = sign(access=designer, form=form, region=told.qingshan.region, period=period_of(form, TODAY))
    assert filing.is_final
    withdraw(access=designer, filing=filing)
    again = sign(access=designer, form=form, region=told.qingshan.region, period=period_of(form, TODAY))
    assert list(Filing.objects.filter(withdrawn_at=None)) == [again]
    assert filing.file.digest == again.file.digest


def test_an_issued_form_does_not_change_and_a_new_version_follows_it(told, designer, draft, access):
    form = draft(cross_table([told.qingshan.town.name, told.qingshan.other_town.name]))
    with pytest.raises(Refusal, match="已经有了"):
        draft(cross_table(["甲", "乙"]))
    issue_form(access=designer, form=form)
    form.refresh_from_db()
    for change in (
        lambda: bind(designer, form, "0!F5", "question", "说明"),
        lambda: bind_rows(access=designer, form=form, rows=Rows(0, 5, 6, AREAS, {})),
        lambda: unbind_rows(access=designer, form=form, at="0!A5"),
        lambda: issue_form(access=designer, form=form),
    ):
        with pytest.raises(Refusal):
            change()
    later = new_version(access=designer, form=form)
    assert (later.version, later.state, later.bindings) == (2, "draft", form.bindings)
    with pytest.raises(Refusal, match="在草拟"):
        new_version(access=designer, form=form)
    assert set(forms_for(access("qingshan.street_officer"))) == {form}
    assert set(forms_for(access("baishui.street_officer"))) == set()
    issue_form(access=designer, form=later)
    form.refresh_from_db()
    assert (form.state, form.ended_on) == (Form.State.ENDED, TODAY)
    with pytest.raises(Denied):
        end_form(access=access("qingshan.two_new_office"), form=later)


def test_a_draft_is_corrected_given_another_blank_and_thrown_away(told, designer, draft):
    form = draft(list_form())
    amend_form(access=designer, form=form, said=SAID | {"number": "组9表", "approval": "新〔2022〕2号"})
    assert (form.number, form.bindings["rows"][0]["each"]) == ("组9表", "units")
    names = [told.qingshan.town.name, told.qingshan.other_town.name]
    amend_form(access=designer, form=form, said=SAID, data=cross_table(names), name="新.xlsx")
    form.refresh_from_db()
    assert (form.number, form.bindings["rows"][0]["each"], form.blank.name) == ("组1表", AREAS, "新.xlsx")
    issue_form(access=designer, form=form)
    with pytest.raises(Refusal, match="不能再改"):
        amend_form(access=designer, form=form, said=SAID)
    later = new_version(access=designer, form=form)
    with pytest.raises(Refusal, match="须一致"):
        amend_form(access=designer, form=later, said=SAID | {"number": "组2表"})
    discard_form(access=designer, form=later)
    assert list(Form.objects.all()) == [form]


def test_a_form_says_who_asks_and_for_how_long(told, designer, access):
    given = {
        "access": designer, "region": told.qingshan.region, "data": list_form(), "name": "表.xlsx", "said": SAID,
    }  # fmt: skip
    with pytest.raises(Refusals) as wrong:
        draft_form(**given | {"said": {"expires": "2020-01-01", "frequency": "daily"}})
    assert {refusal.where for refusal in wrong.value.refusals} == set(SAID)
    with pytest.raises(Denied):
        draft_form(**given | {"access": access("qingshan.street_officer")})
    with pytest.raises(Refusal, match="含有宏"):
        draft_form(**given | {"data": with_macros(list_form())})
    with pytest.raises(Refusal, match="已损坏"):
        draft_form(**given | {"data": b"PK\x03\x04 no zip"})
    with pytest.raises(Refusal, match="已损坏"):
        draft_form(**given | {"data": with_broken_sheet(list_form())})
    assert not Form.objects.exists()
