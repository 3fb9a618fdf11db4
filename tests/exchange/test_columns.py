"""Columns are proposed from the packs' words, corrected once, and remembered for the layout."""

import pytest
from django.utils.translation import override

from jiceng.exchange.columns import SheetLayout, signature
from jiceng.exchange.models import Layout
from jiceng.exchange.receiving import correct, receive
from jiceng.exchange.sections import table_in_pack
from jiceng.exchange.staging import stage
from jiceng.exchange.tables import all_tables, table_of
from jiceng.exchange.words import Words, forms
from jiceng.organisations.models import Unit
from jiceng.packs.catalogue import of_folders
from jiceng.records.refusals import Refusal, Refusals
from tests.exchange.conftest import AS_OF, CLERK, uscc
from tests.exchange.workbooks import xlsx

STRANGE = ["编码", "招牌", "怎么个性质", "坐落何处", "多少号人"]
ROW = [uscc(1), "演示公司", "私营企业", "甲村", "约30人"]


def received(data: bytes, table: str = "units"):
    return receive(by=CLERK, table=table, data=data, name="生人的表.xlsx", as_of=AS_OF)


def proposed(titles: list[str], row: list, table: str = "units") -> dict[str, str]:
    (layout,) = (SheetLayout.from_json(kept) for kept in received(xlsx([titles, row, row]), table).sheets)
    return {column.title: column.field for column in layout.columns if column.field}


def test_exact_titles_then_contents_then_likeness(county):
    titles = ["企业名称（全称）", "登记码", "企业职工总人数", "法定代表人姓名及电话", "所属乡镇街道", "心情"]
    found = proposed(titles, ["演示公司", uscc(1), 30, "张三", "东镇", "好"])
    assert found == {
        "企业名称（全称）": "name",
        "登记码": "code",
        "企业职工总人数": "employees",
        "法定代表人姓名及电话": "principal",
        "所属乡镇街道": "region_above",
    }


def test_titles_of_a_joined_header_are_known_by_their_last_part(county):
    assert forms("基本情况-企业名称（全称）")[-1] == "企业名称"
    found = proposed(["基本情况-单位名称", "属地-村（社区）", "人员-职工数"], ["甲", "甲村", 3])
    assert set(found.values()) == {"name", "region", "employees"}


def test_a_strangers_workbook_is_corrected_once(county):
    run = received(xlsx([STRANGE, ROW]))
    with pytest.raises(Refusal, match="缺少列"):
        stage(run, by=CLERK)
    correct(run, by=CLERK, matched={"Sheet1": ["code", "name", "kind", "region", "employees"]})
    stage(run, by=CLERK)
    assert run.counts["new"] == 1
    again = received(xlsx([["某表", "", "", "", ""], STRANGE, [uscc(2), "演示二公司", *ROW[2:]]]))
    assert again.sheets[0]["layout"] == "上次的对应"
    assert {c["how"] for c in again.sheets[0]["columns"]} == {"remembered"}
    assert stage(again, by=CLERK).counts["new"] == 1


def test_correcting_again_replaces_what_was_remembered(county):
    run = received(xlsx([STRANGE, ROW]))
    correct(run, by=CLERK, matched={"Sheet1": ["code", "name", "kind", "region", "employees"]})
    correct(run, by=CLERK, matched={"Sheet1": ["code", "name", "kind", "region", ""]})
    assert Layout.objects.get().fields == ["code", "name", "kind", "region", ""]
    assert Layout.objects.get().by == "办事员"


def test_a_matching_for_this_file_only(county):
    run = received(xlsx([STRANGE, ROW]))
    correct(run, by=CLERK, matched={"Sheet1": ["code", "name", "kind", "region", ""]}, keep=False)
    assert not Layout.objects.exists()
    assert stage(run, by=CLERK).counts["new"] == 1


def test_the_name_of_a_sheet_may_be_put_to_use_or_not(county):
    run = received(xlsx(西乡=[[*STRANGE[:3], "村"], [*ROW[:3], "红星村"]]))
    fields = ["code", "name", "kind", "region"]
    correct(run, by=CLERK, matched={"西乡": fields}, fills={"西乡": "region_above"})
    assert stage(run, by=CLERK).counts["new"] == 1


@pytest.mark.parametrize(
    ("matched", "what"), [({"Sheet1": ["没有的字段"]}, "没有字段"), ({"别的": ["name"]}, "工作表")]
)
def test_a_correction_that_makes_no_sense(county, matched, what):
    with pytest.raises(Refusal, match=what):
        correct(received(xlsx([STRANGE, ROW])), by=CLERK, matched=matched)


def test_a_signature_knows_a_layout_again():
    assert signature(["单位 名称：", "职工数"]) == signature(["单位名称", "*职工数"])
    assert signature(["单位名称", "职工数", "导入问题"]) == signature(["单位名称", "职工数"])
    assert signature(["单位名称", "职工数"]) != signature(["职工数", "单位名称"])


def test_samples_hide_personal_numbers(county):
    run = received(
        xlsx([["姓名", "号", "身份证号"], ["张三", "990121198002150018", "990121198002150018"]]), "people"
    )
    kept = str(run.sheets)
    assert "990121198002150018" not in kept
    assert "张三" in kept


@pytest.mark.parametrize(
    ("language", "said"),
    [("zh-hans", "市场监管部门 市场主体名单"), ("en", "Market regulation department, market entities")],
)
def test_a_known_system_s_layout_is_named_in_the_reader_s_language(county, language, said):
    (known,) = [layout for key, layout in Words().layouts(table_of("units")) if key == "core:market_register"]
    with override(language):
        run = received(xlsx([list(known.columns), ["x"] * len(known.columns)]))
    assert run.sheets[0]["layout"] == said


def test_the_area_decides_whose_words_hold_and_what_names_mean(county, imported):
    rows = [["企业名称", "企业类型", "村（社区）"], ["演示公司", "私营企业", "红星村"]]
    imported("units", xlsx(rows), region="990121200")
    assert Unit._base_manager.get().region == county["990121200201"]


def test_a_file_about_one_place_needs_no_column_for_it(county, imported):
    imported("units", xlsx([["企业名称", "企业类型"], ["演示公司", "私营企业"]]), region="990121001")
    assert Unit._base_manager.get().region == county["990121001"]


# ---------------------------------------------------------------------------------------- the base pack
def test_every_title_and_wording_of_the_base_pack_leads_somewhere(db):
    words = Words()
    for table in all_tables().values():
        assert words.titles(table)
    for key, item in words.catalogue.section("headers").items():
        table = table_in_pack(key.partition(":")[2])
        if table is not None:
            assert [name for name in item.columns if not table.has(name)] == []
            titles = [title for written in item.columns.values() for title in written]
            assert len(titles) == len(set(titles)), key
    for key, item in words.catalogue.section("wordings").items():
        terms = words.terms(key.partition(":")[2])
        bare = {term.partition(":")[2] for term in terms}
        assert not terms or set(item.terms) <= bare, key
    for _key, layout in words.layouts():
        assert set(layout.columns.values()) - {""} <= {f.key for f in table_of(layout.table).fields}


def test_what_counties_write_is_understood(db):
    words = Words()
    for vocabulary, written, term in (
        ("educations", "大学", "bachelor"),
        ("ethnicities", "汉", "han"),
        ("ethnicities", "01", "han"),
        ("unit_statuses", "存续（在营、开业、在册）", "operating"),
        ("sexes", "男", "male"),
        ("sexes", "1", "male"),
        ("party_org_modes", "联合组建", "joint"),
        ("posts", "村支书", "village_secretary"),
    ):
        assert words.term(vocabulary, written).endswith(f":{term}"), written


def test_a_pack_with_unknown_tables_fields_and_titles_is_refused(tmp_path):
    (tmp_path / "pack.yaml").write_text("pack: {id: trial, name: 试, version: 1.0.0, base: true}\n")
    (tmp_path / "headers.yaml").write_text(
        "headers:\n  units:\n    columns: {nmae: [名称]}\n"
        "layouts:\n  one: {label: 某系统, table: houses, columns: {甲: name, 乙: code}}\n"
        "  two: {label: 某系统, table: units, columns: {甲: name, 乙: nothing}}\n"
        "  three: {label: 某系统, table: units, columns: {甲: name, 乙: code}, needs: [丙]}\n"
    )
    with pytest.raises(Refusals) as caught:
        of_folders(tmp_path)
    said = str(caught.value)
    for part in (
        "headers.yaml:3",
        "没有字段“nmae”",
        "name",
        "没有叫“houses”的表",
        "“nothing”不存在",
        "needs 里的“丙”",
    ):
        assert part in said
