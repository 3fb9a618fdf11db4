"""Reading documents of restructuring: YAML, tables of steps, workbooks, and the command."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from jiceng.organisations.models import Region, Restructuring
from jiceng.organisations.queries import regions_on
from jiceng.organisations.region_loading import load_file
from jiceng.organisations.restructuring import steps as s
from jiceng.organisations.restructuring.documents import documents_of
from jiceng.organisations.restructuring.files import apply_file, documents_in
from jiceng.organisations.restructuring.sheets import documents_of_rows
from jiceng.organisations.spans import PARTY_ORGS, REGIONS
from jiceng.records.refusals import Refusal, Refusals
from tests.organisations.factories import CLERK

pytestmark = pytest.mark.django_db
DOCUMENT = {"document": "演示〔2020〕1号", "effective": "2020-06-10", "name": "村级建制调整"}
REGIONS_CSV = """code,name,kind,parent,valid_from,valid_to,tags
99,演示省,province,,2012-01-01,,
9901,演示市,prefecture,99,2012-01-01,,
990121,演示县,county,9901,2012-01-01,,
990121100,东镇,town,990121,2012-01-01,,
990121100201,甲村,village,990121100,2012-01-01,,
990121100202,乙村,village,990121100,2012-01-01,,
990121100203,丙村,village,990121100,2012-01-01,,
"""


def steps_of(*steps: Any, folder: Path = Path()) -> list[s.Step]:
    (document,) = documents_of(
        {"operations": [{**DOCUMENT, "steps": list(steps)}]}, folder=folder, file="o.yaml"
    )
    return [o.step for o in document.steps]


# ------------------------------------------------------------------------------------------------ YAML
@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ({"merge": {"into": "1", "from": ["2", "3"]}}, s.Merge("1", ("2", "3"))),
        ({"merge": {"into": 990121, "from": 990122}}, s.Merge("990121", ("990122",))),
        ({"rename": {"region": "1", "name": "甲"}}, s.Rename("1", "甲")),
        ({"recode": {"region": "1", "code": "2"}}, s.Recode("1", "2")),
        ({"reparent": {"region": "1", "parent": "2"}}, s.Reparent("1", "2")),
        ({"convert": {"region": "1", "kind": "街道"}}, s.Convert("1", "core:street")),
        (
            {"convert": {"region": "1", "kind": "core:street", "name": "甲"}},
            s.Convert("1", "core:street", "甲"),
        ),
        ({"dissolve": {"region": "1"}}, s.Dissolve("1")),
        ({"dissolve": {"region": "1", "into": "2"}}, s.Dissolve("1", "2")),
        (
            {"found": {"code": "1", "name": "甲", "kind": "town", "parent": "2"}},
            s.Found("1", "甲", "2", "core:town"),
        ),
        (
            {"split": {"region": "1", "into": ["2", {"code": "3", "name": "甲"}], "children": {"4": "2"}}},
            s.Split("1", ("2", s.Found("3", "甲", "")), {"4": "2"}),
        ),
        ({"party_org": {"merge": {"into": "1", "from": ["2"]}}}, s.Merge("1", ("2",))),
        (
            {"party_org": {"convert": {"party_org": "1", "mode": "joint"}}},
            s.Convert("1", values={"mode": "core:joint"}),
        ),
    ],
)
def test_every_verb_is_read(written, meant):
    assert steps_of(written) == [meant]


def test_steps_of_party_organisations_come_after_those_of_regions():
    written = [
        {"party_org": {"merge": {"into": "1", "from": ["2"]}}},
        {"rename": {"region": "1", "name": "甲"}},
    ]
    (document,) = documents_of({"operations": [{**DOCUMENT, "steps": written}]}, folder=Path(), file="o.yaml")
    assert [dating for dating, _steps, _where in document.by_tree()] == [REGIONS, PARTY_ORGS]
    assert document.effective == date(2020, 6, 10)


@pytest.mark.parametrize(
    ("content", "where", "said"),
    [
        ({}, "o.yaml", "没有 operations"),
        ({"operations": []}, "o.yaml", "没有 operations"),
        ({"operations": ["x"]}, "o.yaml: 1", "这里应是映射"),
        ({"operations": [{**DOCUMENT, "step": []}]}, "o.yaml: 1", "不认识的字段 step"),
        ({"operations": [{"document": "x"}]}, "o.yaml: 1", "缺少字段 effective"),
        ({"operations": [{**DOCUMENT, "effective": "六月"}]}, "o.yaml: 1", "没有步骤"),
        (
            {"operations": [{**DOCUMENT, "effective": "六月", "steps": [{"dissolve": {"region": "1"}}]}]},
            "o.yaml: 1",
            "不是日期",
        ),
        ({"operations": [DOCUMENT]}, "o.yaml: 1", "没有步骤"),
    ],
)
def test_a_document_that_is_not_one_says_where(content, where, said):
    with pytest.raises(Refusal, match=said) as refused:
        documents_of(content, folder=Path(), file="o.yaml")
    assert refused.value.where == where


@pytest.mark.parametrize(
    ("step", "said"),
    [
        ({"marry": {"into": "1"}}, "不认识的动作 marry"),
        ({"merge": {"into": "1"}}, "缺少字段 from"),
        ({"merge": {"into": "1", "from": []}}, "缺少字段 from"),
        ({"merge": {"into": "1", "from": ["2"], "why": "x"}}, "不认识的字段 why"),
        ({"merge": "1"}, "这里应是映射"),
        ({"merge": {}, "rename": {}}, "一个步骤写一个动作"),
        ("merge", "一个步骤写一个动作"),
        ({"convert": {"region": "1", "kind": "城堡"}}, "“城堡”不是“区域类型”里的词条"),
        ({"steps_file": "../secret.csv"}, "没有步骤文件"),
        ({"steps_file": "missing.csv"}, "没有步骤文件"),
    ],
)
def test_a_step_that_is_not_one_says_where(tmp_path, step, said):
    with pytest.raises(Refusal, match=said) as refused:
        steps_of({"rename": {"region": "1", "name": "甲"}}, step, folder=tmp_path)
    assert "演示〔2020〕1号" in refused.value.where
    assert "第2步" in refused.value.where


def test_tables_of_steps_are_told_by_their_columns(tmp_path):
    (tmp_path / "merges.csv").write_text("into,from,name,code\n1,2;3,甲,9\n4,,乙,\n", encoding="utf-8")
    (tmp_path / "moves.csv").write_text("region,parent\n1,2\n", encoding="utf-8")
    (tmp_path / "codes.csv").write_text("region,code\n1,2\n", encoding="utf-8-sig")
    (tmp_path / "odd.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    read = [
        steps_of({"steps_file": name}, folder=tmp_path) for name in ("merges.csv", "moves.csv", "codes.csv")
    ]
    assert read == [
        [s.Merge("1", ("2", "3")), s.Rename("1", "甲"), s.Recode("1", "9"), s.Rename("4", "乙")],
        [s.Reparent("1", "2")],
        [s.Recode("1", "2")],
    ]
    with pytest.raises(Refusal, match="认不出步骤表的列") as refused:
        steps_of({"steps_file": "odd.csv"}, folder=tmp_path)
    assert refused.value.where == "odd.csv:2"


# -------------------------------------------------------------------------------------------- workbooks
def row(**cells: Any) -> tuple[str, dict[str, Any]]:
    return "表.xlsx 第2行", cells


def read_rows(*rows: tuple[str, dict[str, Any]]) -> list[s.Step]:
    (document,) = documents_of_rows(rows, number="演示〔2020〕1号", effective=date(2020, 6, 10))
    return [o.step for o in document.steps]


@pytest.mark.parametrize(
    ("cells", "meant"),
    [
        ({"操作": "合并", "区域": "2、3", "目标": "1"}, s.Merge("1", ("2", "3"))),
        ({"操作": "撤并", "区域": "2，3 4", "目标": "1"}, s.Merge("1", ("2", "3", "4"))),
        ({"操作": "拆分", "区域": "1", "目标": "2;3"}, s.Split("1", ("2", "3"))),
        ({"操作": "更名", "区域": "1", "名称": "甲"}, s.Rename("1", "甲")),
        ({"操作": "变更代码", "区域": "1", "代码": "2"}, s.Recode("1", "2")),
        ({"操作": "划归", "区域": "1", "上级": "2"}, s.Reparent("1", "2")),
        ({"操作": "调整上级", "区域": "1", "目标": "2"}, s.Reparent("1", "2")),
        (
            {"操作": "改建", "区域": "1", "类型": "社区", "名称": "甲社区"},
            s.Convert("1", "core:community", "甲社区"),
        ),
        (
            {"操作": "设立", "代码": "1", "名称": "甲", "类型": "镇", "上级": "2"},
            s.Found("1", "甲", "2", "core:town"),
        ),
        ({"操作": "撤销", "区域": "1"}, s.Dissolve("1")),
        ({"操作": "撤销", "区域": "1", "目标": "2"}, s.Dissolve("1", "2")),
        ({"操作": "更名", "党组织": "1", "名称": "甲支部"}, s.Rename("1", "甲支部")),
    ],
)
def test_every_operation_of_a_workbook_is_read(cells, meant):
    assert read_rows(row(**cells)) == [meant]


def test_documents_of_a_workbook_are_told_by_number_and_day():
    rows = [
        row(文号="演示〔2020〕2号", 生效日期="2020-12-15", 操作="撤销", 区域="1"),
        row(操作="撤销", 区域="2"),
        row(文号="演示〔2020〕1号", 生效日期=date(2020, 6, 10), 事项="调整", 操作="撤销", 区域="3"),
        row(),
    ]
    first, second = documents_of_rows(rows)
    assert (first.number, first.name, len(first.steps)) == ("演示〔2020〕1号", "调整", 1)
    assert (second.number, second.effective, len(second.steps)) == ("演示〔2020〕2号", date(2020, 12, 15), 2)


def test_every_row_that_cannot_be_read_is_named_at_once():
    rows = [
        ("第2行", {"操作": "吞并", "区域": "1"}),
        ("第3行", {"区域": "1"}),
        ("第4行", {"操作": "合并", "区域": "1"}),
        ("第5行", {"操作": "更名"}),
        ("第6行", {"操作": "设立", "党组织": "1"}),
    ]
    with pytest.raises(Refusals) as refused:
        documents_of_rows(rows, number="演示〔2020〕1号", effective=date(2020, 6, 10))
    assert [r.where for r in refused.value.refusals] == [f"第{n}行" for n in range(2, 7)]
    with pytest.raises(Refusals, match="缺少“文号”"):
        documents_of_rows(rows[:1], effective=date(2020, 6, 10))
    with pytest.raises(Refusals, match="缺少“生效日期”"):
        documents_of_rows(rows[:1], number="x")


# -------------------------------------------------------------------------------------------------- files
@pytest.fixture
def loaded(tmp_path) -> Path:
    path = tmp_path / "regions.csv"
    path.write_text(REGIONS_CSV, encoding="utf-8")
    load_file(path, by=CLERK, as_of=date(2012, 1, 1))
    return tmp_path


def write_yaml(folder: Path, *documents: dict[str, Any]) -> Path:
    path = folder / "operations.yaml"
    path.write_text(json.dumps({"operations": list(documents)}, ensure_ascii=False), encoding="utf-8")
    return path


MERGE = {**DOCUMENT, "steps": [{"merge": {"into": "990121100202", "from": ["990121100201"]}}]}
BAD = {
    "document": "演示〔2021〕1号",
    "effective": "2021-01-01",
    "steps": [{"dissolve": {"region": "990121100201"}}],
}


def test_a_file_is_carried_out_whole_or_not_at_all(loaded):
    with pytest.raises(Refusal, match="已于 2020-06-10 撤销"):
        apply_file(write_yaml(loaded, MERGE, BAD), by=CLERK)
    assert not Restructuring.objects.exists()
    assert Region.objects.filter(valid_to=None).count() == 7
    ((document, outcome),) = apply_file(write_yaml(loaded, MERGE), by=CLERK)
    assert (document.number, len(outcome.ended)) == ("演示〔2020〕1号", 1)


def test_documents_of_a_file_take_effect_in_the_order_of_their_days(loaded):
    later = {**BAD, "steps": [{"rename": {"region": "990121100202", "name": "大乙村"}}]}
    done = apply_file(write_yaml(loaded, later, MERGE), by=CLERK)
    assert [d.effective.year for d, _outcome in done] == [2020, 2021]


def test_a_dry_run_of_a_file_writes_nothing(loaded):
    done = apply_file(write_yaml(loaded, MERGE), by=CLERK, dry_run=True)
    assert len(done[0][1].ended) == 1
    assert not Restructuring.objects.exists()
    assert Region.objects.get(name="甲村").valid_to is None


def test_a_packs_own_kinds_come_first(loaded):
    (loaded / "pack.yaml").write_text("pack: {id: nowhere}\n", encoding="utf-8")
    convert = {**DOCUMENT, "steps": [{"convert": {"region": "990121100201", "kind": "community"}}]}
    (document,) = documents_in(write_yaml(loaded, convert))
    assert document.steps[0].step.kind == "core:community"


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("o.yaml", b"operations: [", "不是合格的 YAML"),
        ("o.yaml", "操作".encode("gbk"), "不是 UTF-8"),
        ("o.xlsx", b"\x00\x01\x02" * 50, "不是表格文件"),
        ("o.csv", "甲,乙\n1,2\n".encode(), "找不到“操作”列"),
    ],
)
def test_a_file_that_is_something_else_is_refused(tmp_path, name, content, said):
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(Refusal, match=said):
        documents_in(path)
    with pytest.raises(Refusal, match="没有文件"):
        documents_in(tmp_path / "nothing.yaml")


def write_workbook(path: Path, *rows: list[Any]) -> Path:
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("调整表")
        sheet.merge_range(0, 0, 0, 8, "演示县行政区划调整表")
        for number, cells in enumerate(rows, start=1):
            for column, cell in enumerate(cells):
                sheet.write(number, column, cell)
    return path


def test_a_workbook_as_an_office_keeps_it_is_carried_out(loaded):
    path = write_workbook(
        loaded / "调整.xlsx",
        ["序号", "文号", "生效日期", "操作", "区域", "目标", "名称", "代码", "类型", "上级"],
        [1, "演示〔2020〕1号", "2020-06-10", "撤并", "990121100201", 990121100202, "", "", "", ""],
        [2, "", "", "更名", 990121100202, "", "大乙村", "", "", ""],
        ["填表人：某某"],
    )
    apply_file(path, by=CLERK)
    names = {s.name for s in regions_on(date(2020, 6, 10), kind="core:village")}
    assert names == {"大乙村", "丙村"}


def test_a_bad_row_of_a_workbook_is_named(loaded):
    path = write_workbook(loaded / "调整.xlsx", ["操作", "区域", "名称"], ["改名", "990121100299", "甲"])
    with pytest.raises(Refusal, match="没有代码为 990121100299") as refused:
        apply_file(path, by=CLERK, number="演示〔2020〕1号", effective=date(2020, 6, 10))
    assert refused.value.where == "调整.xlsx 调整表 第3行"


# ---------------------------------------------------------------------------------------------- the command
def test_the_command_carries_out_and_tells(jiceng, tmp_path):
    (tmp_path / "regions.csv").write_text(REGIONS_CSV, encoding="utf-8")
    loaded = json.loads(
        jiceng("import", "regions", str(tmp_path / "regions.csv"), "--as-of", "2012-01-01", "--json")
    )
    assert loaded["applied"]
    path = write_yaml(tmp_path, MERGE)
    said = json.loads(jiceng("restructure", str(path), "--json"))
    assert said["documents"] == [
        {
            "document": "演示〔2020〕1号", "name": "村级建制调整", "effective": "2020-06-10",
            "steps": 1, "founded": 0, "ended": 1, "changed": 0,
        }
    ]  # fmt: skip
    refused = jiceng("restructure", str(path), code=1)
    assert "已经执行过" in refused
    assert len(refused.strip().splitlines()) == 1
