"""What goes out: the columns that come in, the rows one may see, nothing that runs, and back again
unchanged.
"""

from datetime import date
from io import BytesIO

import openpyxl
import pytest
from django.db.models import Q
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from jiceng.exchange.reading import values
from jiceng.exchange.receiving import receive
from jiceng.exchange.staging import stage
from jiceng.exchange.tables import all_tables, table_of
from jiceng.exchange.words import Words
from jiceng.exchange.workbooks.exporting import export, rows_of, size_of
from jiceng.exchange.workbooks.templates import template
from jiceng.organisations.actions.units import found_units
from jiceng.organisations.models import Unit
from jiceng.organisations.naming import clean_name
from jiceng.protection.scopes import Scope
from jiceng.records.models import AuditEntry, AuditRow
from jiceng.records.refusals import Refusal
from jiceng.records.writing import write
from tests.exchange.conftest import AS_OF, CLERK, faults, uscc, verdicts
from tests.exchange.ledgers import HEADER, ROLL, citizen_id, line, member
from tests.exchange.workbooks import cells, saved, xlsx


def taken_out(table: str, scope: Scope | None = None, **options) -> bytes:
    out = BytesIO()
    export(table_of(table), out, by=CLERK, scope=scope or Scope.all(), **options)
    return out.getvalue()


def brought_back(table: str, content: bytes):
    run = receive(by=CLERK, table=table, data=content, name="导出.xlsx", as_of=AS_OF)
    return stage(run, by=CLERK)


def test_units_come_back_unchanged(imported, bureau):
    header = [*HEADER, "是否规上", "成立时间", "负责人", "行业", "行业主管部门", "所在园区", "代码说明"]
    rows = [
        line(1, "是", "2018.3", "张三", "建材", bureau.name, "演示园", ""),
        line(2, "", "", "", "", "", "", "", name="演示园", kind="园区"),
        line(3, "否", "1850-01-01", "李四", "", "", "", "", code=""),
    ]
    imported("units", xlsx([header, *rows]))
    assert verdicts(brought_back("units", taken_out("units"))) == {"unchanged": 4}


def test_every_table_comes_back_unchanged(imported, branch, bureau):
    imported(
        "memberships",
        xlsx([ROLL, member(1, "张三", branch.name), member(2, "李四", branch.name, "2020.7.1", "")]),
    )
    imported("covers", xlsx([["党组织名称", "单位名称", "覆盖方式"], [branch.name, bureau.name, "联建"]]))
    imported("designations", xlsx([["认定", "区域"], ["示范单位", "甲村"]]))
    imported("households", xlsx([["户编号", "户主", "村（社区）"], ["H1", "张三", "甲村"]]))
    imported(
        "appointments",
        xlsx([["姓名", "身份证号", "职务", "党组织名称"], ["张三", citizen_id(1), "支部书记", branch.name]]),
    )
    imported("charges", xlsx([["姓名", "身份证号", "联系企业"], ["张三", citizen_id(1), bureau.name]]))
    imported("employments", xlsx([["姓名", "身份证号", "工作单位"], ["张三", citizen_id(1), bureau.name]]))
    imported("teams", xlsx([["队伍名称", "队伍类型", "党组织名称"], ["先锋队", "党员先锋队", branch.name]]))
    imported(
        "standings",
        xlsx([["身份", "姓名", "身份证号", "村（社区）"], ["致富带头人", "张三", citizen_id(1), "甲村"]]),
    )
    counted = {}
    for key, table in all_tables().items():
        there = table.model._base_manager.count()
        if there:
            run = brought_back(key, taken_out(key))
            assert faults(run) == {}, key
            counted[key] = (there, run.counts["unchanged"])
    assert len(counted) >= 12
    assert all(there == same for there, same in counted.values()), counted


LETTERS = "演示宏达盛泰和兴隆建材食品有限公司=+-@'\"&<>,;（）%0123456789ＡＢａ ·"
NAMES = st.text(st.sampled_from(LETTERS), min_size=1, max_size=24).map(clean_name)
NAMES = NAMES.filter(lambda name: values.text(name) == name)


@settings(
    max_examples=12,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    st.lists(
        st.tuples(
            NAMES,
            st.none() | st.integers(0, 10**6),
            st.none() | st.booleans(),
            st.dates(date(1900, 3, 1), AS_OF),
            NAMES,
        ),
        min_size=1,
        max_size=8,
    )
)
def test_whatever_was_stored_comes_back_unchanged(county, made):
    """Any names, counts and days that the ledgers hold survive the way out and in again."""
    with write(by=CLERK, action="test.empty"):
        for unit in Unit._base_manager.all():
            unit.delete()
    kinds = list(Words().terms("unit_kinds"))
    with_rows = [
        Unit(
            code=uscc(n),
            name=name,
            kind=kinds[n % len(kinds)],
            employees=count,
            above_scale=big,
            valid_from=day,
            principal=person[:60],
            region=county["990121100201"],
            region_path=county["990121100201"].path,
        )
        for n, (name, count, big, day, person) in enumerate(made, start=1)
    ]
    found_units(by=CLERK, units=with_rows)
    run = brought_back("units", taken_out("units"))
    assert faults(run) == {}
    assert [row.changes() for row in run.rows.filter(verdict="changed")] == []
    assert verdicts(run) == {"unchanged": len(made)}


# -------------------------------------------------------------------------------------------- what runs
@pytest.mark.parametrize(
    "evil", ['=HYPERLINK("http://x","y")', "=cmd|'/c calc'!A0", "+1+1", "-2+3", "@SUM(A1)"]
)
def test_no_text_becomes_a_formula(imported, evil):
    imported("units", xlsx([[*HEADER, "负责人"], line(1, evil, name=evil)]))
    sheet = openpyxl.load_workbook(BytesIO(taken_out("units"))).active
    found = [cell for row in sheet.iter_rows() for cell in row if cell.value == Unit._base_manager.get().name]
    assert [(cell.data_type, cell.quotePrefix) for cell in found] == [("s", True)] * len(found)
    assert found


# ---------------------------------------------------------------------------------------- who sees what
def test_exactly_the_rows_of_scope_and_filter(imported, county):
    imported("units", xlsx([HEADER, line(1), line(2, town="西乡", village="丙村"), line(3, kind="园区")]))
    east = Scope(territory=(county["990121100"].path,))
    table = table_of("units")
    assert rows_of(table, east).count() == 2
    assert [row[1] for row in cells(taken_out("units", east, filters=Q(kind="core:park")))[1:]] == [
        "演示3号公司"
    ]
    assert rows_of(table, Scope()).count() == 0
    assert size_of(table, east).rows == 2
    assert size_of(table_of("memberships"), east).sensitive


def test_tables_without_a_place_of_their_own_obey_scope_through_what_they_name(
    imported, county, branch, bureau
):
    imported("covers", xlsx([["党组织名称", "单位名称", "覆盖方式"], [branch.name, bureau.name, "联建"]]))
    imported("designations", xlsx([["认定", "区域"], ["示范单位", "丙村"]]))
    east, west = (Scope(territory=(county[code].path,)) for code in ("990121100", "990121200"))
    assert [rows_of(table_of("covers"), scope).count() for scope in (east, west)] == [1, 0]
    assert [rows_of(table_of("designations"), scope).count() for scope in (east, west)] == [0, 1]
    narrowed = Scope(party=(branch.path,), area=(county["990121200"].path,))
    assert rows_of(table_of("covers"), narrowed).count() == 0


def test_an_export_is_audited(imported):
    imported("units", xlsx([HEADER, line(1)]))
    taken_out("units", watermark="办事员 2021-12-31")
    entry = AuditEntry.objects.get(action="export.units")
    row = AuditRow.objects.get(entry=entry.uid)
    assert (row.table, row.verb) == ("organisations_unit", "read")
    assert '"rows":1' in row.after
    assert "办事员 2021-12-31" in row.after


def test_a_watermark_above_the_header_and_on_every_page(imported, staged):
    imported("units", xlsx([HEADER, line(1)]))
    content = taken_out("units", watermark="办事员 & 科室")
    sheet = openpyxl.load_workbook(BytesIO(content)).active
    assert sheet["A1"].value == "水印：办事员 & 科室"
    assert "办事员" in sheet.oddHeader.center.text
    assert verdicts(staged("units", content)) == {"unchanged": 1}


def test_personal_numbers_are_masked_unless_asked_for_with_a_reason(imported, branch):
    imported("memberships", xlsx([ROLL, member(1, "张三", branch.name)]))
    masked = cells(taken_out("memberships"))
    assert citizen_id(1) not in str(masked)
    assert f"{citizen_id(1)[:6]}***" in str(masked)
    with pytest.raises(Refusal, match="事由"):
        taken_out("memberships", unmasked=True)
    assert citizen_id(1) in str(cells(taken_out("memberships", unmasked=True, reason="党内统计")))
    assert AuditEntry.objects.filter(action="export.memberships", reason="党内统计").exists()
    assert verdicts(brought_back("memberships", taken_out("memberships"))) == {"unchanged": 1}


# ------------------------------------------------------------------------------------------- templates
@pytest.mark.parametrize(
    "key", ["units", "party-orgs", "memberships", "regions", "appointments", "standings"]
)
def test_a_template_is_recognised_without_help(county, key):
    out = BytesIO()
    template(table_of(key), out)
    book = openpyxl.load_workbook(BytesIO(out.getvalue()))
    sheet = book.worksheets[0]
    labels = [cell.value for cell in sheet[3]]
    assert [label.lstrip("*") for label in labels] == [f.label for f in table_of(key).offered()]
    sheet.append(["x"])
    run = receive(by=CLERK, table=key, data=saved(book), name="模板.xlsx", as_of=AS_OF)
    fields = [column["field"] for column in run.sheets[0]["columns"]]
    assert fields == [f.key for f in table_of(key).offered()]


def test_a_template_offers_lists_and_keeps_codes_as_text(db):
    out = BytesIO()
    template(table_of("units"), out)
    book = openpyxl.load_workbook(BytesIO(out.getvalue()))
    sheet = book.worksheets[0]
    rules = {
        str(rule.sqref).split(":")[0][0]: rule.formula1 for rule in sheet.data_validations.dataValidation
    }
    labels = [cell.value.lstrip("*") for cell in sheet[3]]
    column = chr(ord("A") + labels.index("规上"))
    assert rules[column] == '"是,否"'
    kinds = chr(ord("A") + labels.index("单位类型"))
    assert rules[kinds].startswith("='可选值'!") or rules[kinds].startswith("可选值") or "$" in rules[kinds]
    assert book["可选值"].sheet_state == "hidden"
    assert sheet.column_dimensions["A"].number_format == "@" or sheet["A4"].number_format in ("@", "General")
    assert labels[0] == "统一社会信用代码"
