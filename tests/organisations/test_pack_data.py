"""The data files of a pack are checked without a database: what loading would refuse is said beforehand."""

import json

import pytest

from jiceng.packs.installing import check, shipped_bases
from jiceng.records.refusals import Refusals

LIST = """code,name,kind,parent,valid_from,valid_to,tags
99,样省,province,,2018-01-01,,
9901,样市,prefecture,99,2018-01-01,,
990102,江湾县,county,9901,2018-01-01,,
990102101,渡口镇,town,990102,2018-01-01,,
990102101201,上渡村,village,990102101,2018-01-01,,
990102F1,江湾工业园,functional_area,990102,2018-01-01,,
"""
OPERATIONS = """operations:
  - document: 样〔2020〕1号
    effective: 2020-06-10
    steps:
      - rename: {region: '990102101201', name: 下渡村}
      - recode: {region: '990102101201', code: '990102101202'}
"""
STEPS = OPERATIONS[OPERATIONS.index("steps:") :]
SECTIONS = """reference:
  - {id: f-1, quote: 村1个, value: 1, region: '990102101202'}
identities:
  clerk: {label: 村文书, role: village_clerk, region: '990102101202'}
scenario:
  shops: {label: 店, make: unit, count: 7, in: {kind: village}, with: {kind: enterprise, name: 某店}}
"""
FILES = {
    "regions.csv": LIST,
    "operations.yaml": OPERATIONS,
    "holdings.csv": "holder,held,valid_from\n990102F1,990102101202,2020-07-01\n",
    "map.json": json.dumps({"features": [{"type": "Feature", "properties": {"adcode": "990102"}}]}),
    "all.yaml": SECTIONS,
}


@pytest.fixture
def said(tmp_path):
    """What is wrong with the pack when in one of its files one text stands for another."""

    def say(name: str = "", old: str = "", new: str = "") -> list[str]:
        data = "regions: regions.csv, operations: operations.yaml, holdings: holdings.csv, geo: map.json"
        (tmp_path / "pack.yaml").write_text(
            "pack: {id: ferry, name: 渡口, version: 1.0.0, binds: [{region: '990102', from: 2018-01-01}],"
            f" day: 2022-12-31, data: {{{data}}}}}"
        )
        for file, text in FILES.items():
            assert file != name or old in text
            (tmp_path / file).write_text(text.replace(old, new, 1) if file == name else text)
        try:
            check([tmp_path], shipped_bases([tmp_path]))
        except Refusals as found:
            return [str(fault).replace(f"{tmp_path}/", "") for fault in found.refusals]
        return []

    return say


def test_sound_files_pass(said):
    assert said() == []


@pytest.mark.parametrize(
    ("old", "new", "where", "what", "remedy"),
    [
        (",kind,", ",sort,", "regions.csv:1", "不认识的列“sort”", "kind"),
        (",tags", ",code", "regions.csv:1", "“code”写了两遍", "删去"),
        ("code,name", "code,title", "regions.csv:1", "不认识的列“title”", "name"),
        ("990102101,渡", "99010210,渡", "regions.csv 第5行", "应为2、4、6、9或12位，这里是8位", "更正"),
        ("9901,样市", "99,样市", "regions.csv 第2行", "代码 99 出现两次", "更正"),
        ("town,990102,", "town,990103,", "regions.csv 第5行", "上级 990103 不在清单里", "补上上级"),
        ("province,,2018", "province,990102,2018", "regions.csv 第2行", "又在它自己之下", "更正上级"),
        ("town,990102,2018", "town,990102,2011", "regions.csv 第5行", "设立日期早于上级", "更正设立日期"),
        (",town,", ",twon,", "regions.csv 第5行", "“twon”不是“区域类型”里的词条", "可用的有"),
        ("village,990102101,2018-01-01", "village,990102101,2018-02-30", "第6行", "不是日期", "写成"),
    ],
)
def test_a_faulty_list_of_regions(said, old, new, where, what, remedy):
    found = next((line for line in said("regions.csv", old, new) if what in line), "")
    assert where in found
    assert remedy in found


@pytest.mark.parametrize(
    ("file", "old", "new", "where", "what"),
    [
        ("operations.yaml", "rename:", "renam:", "operations.yaml:5", "不认识的动作 renam"),
        ("operations.yaml", "code: '990102101202'", "kode: '1'", "operations.yaml:6", "不认识的字段 kode"),
        ("operations.yaml", "2020-06-10", "2020-06-31", "operations.yaml:2", "不是日期"),
        ("operations.yaml", "operations:", "operation:", "operations.yaml:1", "没有 operations 列表"),
        ("operations.yaml", "effective: ", "effective: [", "operations.yaml:4", "不是合格的 YAML"),
        ("operations.yaml", STEPS, "steps: 5\n", "operations.yaml:2", "steps 应为列表"),
        ("holdings.csv", "held", "holds", "holdings.csv:1", "认不出表头：holder,holds,valid_from"),
        ("holdings.csv", "990102101202", "990102101203", "holdings.csv:2", "没有区域 990102101203"),
        ("holdings.csv", "2020-07-01", "2020-7-1", "holdings.csv:2", "不是日期"),
        ("map.json", '"adcode"', '"code"', "map.json:1", "第1个边界没有 adcode"),
        ("map.json", "{", "", "map.json:1", "不是合格的 JSON"),
        ("all.yaml", "region: '990102101202'}\nid", "region: '990102101209'}\nid", "all.yaml:2", "没有区域"),
        ("all.yaml", "count: 7", "count: {share: 1, of: stores}", "all.yaml:6", "没有名为 stores 的批次"),
    ],
)
def test_faults_of_other_files_and_of_what_sections_say_of_them(said, file, old, new, where, what):
    found = next((line for line in said(file, old, new) if what in line), "")
    assert where in found


def test_every_document_tells_its_own_fault(said):
    more = OPERATIONS.replace("operations:\n", "").replace("rename", "renam")
    found = said("operations.yaml", OPERATIONS, OPERATIONS.replace("rename", "nam") + more)
    assert [line.partition(": ")[0] for line in found] == ["operations.yaml:5", "operations.yaml:10"]


def test_codes_are_not_asked_for_where_a_pack_has_no_regions_of_its_own(said, tmp_path):
    said()
    (tmp_path / "operations.yaml").unlink()
    manifest = tmp_path / "pack.yaml"
    manifest.write_text(manifest.read_text().partition(", day")[0] + "}")
    check([tmp_path], shipped_bases([tmp_path]))
