"""Lists of divisions: kinds told, paths given out, what is there is left alone, faults named by row."""

import gzip
from datetime import date
from pathlib import Path

import pytest

from jiceng.organisations.actions.regions import change_region, end_region
from jiceng.organisations.models import Region, RegionSpan
from jiceng.organisations.queries import path_on, region_by_code, regions_on
from jiceng.organisations.region_loading import Loaded, is_list, load_file, load_regions
from jiceng.organisations.spans import REGIONS
from jiceng.organisations.terms import KindsByCode
from jiceng.records.audit.verifying import verify
from jiceng.records.models import AuditEntry, AuditRow
from jiceng.records.refusals import Refusal, Refusals
from tests.organisations.factories import CLERK, START
from tests.organisations.invariants import assert_tree, assert_whole

pytestmark = pytest.mark.django_db
AS_OF = date(2023, 6, 30)
COLUMNS = ["code", "level", "parent", "name"]
COUNTRY = """
90,1,,演示省
91,1,,演示自治区
92,1,,演示市
9001,2,90,甲市
9002,2,90,乙族自治州
9003,2,90,丙地区
9201,2,92,市辖区
900101,3,9001,东区
900121,3,9001,丁县
900122,3,9001,戊族自治县
900171,3,9001,甲高新技术产业开发区
900181,3,9001,己市
900100,3,9001,甲市
900121001,4,900121,城关街道
900121100,4,900121,东镇
900121200,4,900121,西乡
900121201,4,900121,南族乡
900121400,4,900121,丁县农场
900121001001,5,900121001,解放路居委会
900121001200,5,900121001,城郊社区
900121100201,5,900121100,甲村委会
900121100202,5,900121100,乙村民委员会
900121100203,5,900121100,丙嘎查
900121100004,5,900121100,莫𡐓第四
900121100498,5,900121100,开发区虚拟社区
900121400001,5,900121400,一分场社区
"""


def rows(text: str = COUNTRY) -> list[list[str]]:
    return [line.split(",") for line in text.strip().splitlines()]


def load(text: str = COUNTRY, as_of: date = AS_OF, columns: list[str] = COLUMNS, **options) -> Loaded:
    return load_regions(columns, rows(text), by=CLERK, as_of=as_of, **options)


def faults(text: str, columns: list[str] = COLUMNS) -> dict[str, str]:
    with pytest.raises((Refusals, Refusal)) as refused:
        load(text, columns=columns)
    found = getattr(refused.value, "refusals", [refused.value])
    assert not Region.objects.exists()
    assert not AuditEntry.objects.exists()
    return {r.where: r.what for r in found}


# ------------------------------------------------------------------------------------------------- a load
def test_a_country_is_loaded_with_its_positions():
    assert load() == Loaded(new=26, changed=0, unchanged=0)
    assert Region.objects.count() == RegionSpan.objects.count() == 26
    assert_whole(REGIONS)
    assert_tree(AS_OF)
    village = region_by_code("900121100201")
    assert (village.name, village.level, village.parent.name) == ("甲村委会", 5, "东镇")
    assert village.path.startswith(region_by_code("900121").path)
    assert village.initials == "jcwh"
    assert path_on(village, date(2023, 6, 29)) == ""


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("90", "province"), ("91", "autonomous_region"), ("92", "municipality"), ("9001", "prefecture"),
        ("9002", "autonomous_prefecture"), ("9003", "prefecture_area"), ("9201", "statistical"),
        ("900101", "district"), ("900121", "county"), ("900122", "autonomous_county"), ("900171", "statistical"),
        ("900181", "county_city"), ("900100", "statistical"), ("900121001", "street"), ("900121100", "town"),
        ("900121200", "township"), ("900121201", "ethnic_township"), ("900121400", "statistical"),
        ("900121001001", "community"), ("900121001200", "community"), ("900121100201", "village"),
        ("900121100202", "village"), ("900121100203", "village"), ("900121100004", "community"),
        ("900121100498", "statistical"), ("900121400001", "statistical"),
    ],
)  # fmt: skip
def test_kinds_are_told_by_code_and_name(code, kind):
    load()
    assert region_by_code(code).kind == f"core:{kind}"


def test_a_load_is_one_write_with_a_row_for_each_run():
    load(file="divisions.csv")
    entry = AuditEntry.objects.get()
    assert (entry.action, entry.reason, entry.rows) == ("region.load", "divisions.csv", 2)
    runs = AuditRow.objects.filter(entry=entry.uid).order_by("id")
    assert [(r.table, r.verb, r.last - r.record + 1) for r in runs] == [
        ("organisations_region", "load", 26),
        ("organisations_regionspan", "load", 26),
    ]
    assert verify().whole


def test_loading_again_changes_nothing():
    load()
    before = list(Region.objects.order_by("id").values())
    assert load() == Loaded(new=0, changed=0, unchanged=26)
    assert load(as_of=date(2024, 1, 1)) == Loaded(new=0, changed=0, unchanged=26)
    assert list(Region.objects.order_by("id").values()) == before
    assert AuditEntry.objects.count() == 1


def test_the_order_of_rows_does_not_matter():
    turned = "\n".join(reversed(COUNTRY.strip().splitlines()))
    assert load(turned).new == 26
    assert_tree(AS_OF)
    assert load().unchanged == 26


def test_codes_that_do_not_begin_like_their_parents_find_them_too():
    text = "90,1,,演示省\n9001,2,90,甲市\n9001F1,3,900ZZ,功能区\n900ZZ,3,9001,丁县"
    assert load(text).new == 4
    assert region_by_code("9001F1").parent.name == "丁县"
    assert_tree(AS_OF)


def test_without_a_parent_column_the_code_tells():
    text = "90,演示省\n9001,甲市\n900121,丁县\n900121100,东镇"
    assert load(text, columns=["code", "name"]).new == 4
    assert region_by_code("900121100").parent.name == "丁县"


# ------------------------------------------------------------------------------------ upon what is there
def test_what_is_new_comes_under_what_is_there(county):
    text = "990121100,4,990121,东镇\n990121100209,5,990121100,新村委会\n990121100210,5,990121100,又新村"
    assert load(text) == Loaded(new=2, changed=0, unchanged=1)
    assert region_by_code("990121100209").parent == county["东镇"]
    assert_tree(AS_OF)
    assert_whole(REGIONS)


def test_what_differs_changes_on_the_day_of_the_list(county):
    text = "990121100,4,990121,东新镇\n990121100201,5,990121200,甲村"
    assert load(text) == Loaded(new=0, changed=2, unchanged=0)
    assert {s.name for s in regions_on(date(2023, 6, 29), under=county["演示县"], kind="core:town")} == {
        "东镇"
    }
    assert {s.name for s in regions_on(AS_OF, under=county["演示县"], kind="core:town")} == {"东新镇"}
    assert region_by_code("990121100201").parent == county["西乡"]
    assert Region.objects.get(name="东新镇").initials == "dxz"
    assert_tree(AS_OF)
    assert_whole(REGIONS)


def test_a_new_region_may_take_an_old_one_along(county):
    text = "990121101,4,990121,新镇\n990121100201,5,990121101,甲村"
    assert load(text) == Loaded(new=1, changed=1, unchanged=0)
    assert Region.objects.get(name="甲一组").path.startswith(Region.objects.get(name="新镇").path)
    assert_tree(AS_OF)


def test_another_way_of_writing_a_name_is_no_change(county):
    text = "990121100201,5,990121100,甲村委会\n990121200001,5,990121200,丁社区居委会"
    assert load(text) == Loaded(new=0, changed=0, unchanged=2)
    assert load("990121100201,村,甲村委会\n", columns=["code", "kind", "name"]).changed == 1


def test_a_list_speaks_only_of_what_it_names(county):
    load("99,1,,演示省")
    assert Region.objects.filter(valid_to=None).count() == len(county)


def test_a_parent_that_has_moved_since_gives_its_children_a_history(county):
    change_region(by=CLERK, region=county["甲村"], day=date(2023, 9, 1), parent=county["西乡"])
    load("990121100201009,6,990121100201,三组")
    late = region_by_code("990121100201009")
    assert path_on(late, AS_OF).startswith(county["东镇"].path)
    assert path_on(late, date(2023, 9, 1)).startswith(county["西乡"].path)
    assert_whole(REGIONS)


def test_a_list_of_before_a_merge_still_knows_the_merged(county):
    end_region(by=CLERK, region=county["甲村"], day=date(2023, 9, 1), into=county["乙村"])
    assert load("990121100201,5,990121100,甲村").unchanged == 1
    assert load("990121100201,5,990121100,甲新村", as_of=date(2023, 12, 1)).new == 1


def test_a_list_older_than_the_ledger_is_refused(county):
    with pytest.raises(Refusals, match="自 2012-01-01 起才有，晚于数据日期 2010-01-01"):
        load("99,1,,演示省", as_of=date(2010, 1, 1))
    with pytest.raises(Refusal, match="还没有到"):
        load(as_of=date(2999, 1, 1))


# --------------------------------------------------------------------------------- a pack's own columns
PACK = ["code", "name", "kind", "parent", "valid_from", "valid_to", "tags"]


def test_a_packs_list_gives_kinds_days_and_levels():
    text = (
        "90,演示省,province,,2012-01-01,,\n9001,甲市,prefecture,90,2012-01-01,,\n900121,丁县,县,9001,2012-01-01,,\n"
        "900121F1,经开区,functional_area,900121,2016-05-01,,\n900121400,农场,statistical,900121,2012-01-01,,level:town\n"
        "900121100,旧镇,town,900121,2012-01-01,2015-01-01,"
    )
    assert load(text, columns=PACK, as_of=START).new == 6
    assert {s.name for s in regions_on(date(2014, 1, 1), under=region_by_code("900121"))} == {
        "丁县",
        "农场",
        "旧镇",
    }
    assert {s.name for s in regions_on(date(2016, 5, 1), under=region_by_code("900121"))} == {
        "丁县",
        "农场",
        "经开区",
    }
    assert region_by_code("900121400").level == 4
    assert region_by_code("900121").kind == "core:county"
    assert load(text, columns=PACK, as_of=START).new == 0
    assert_whole(REGIONS)


# ------------------------------------------------------------------------------------------------ faults
def test_a_parent_that_is_nowhere_is_named():
    found = faults("90,1,,演示省\n9101,2,91,乙市\n910121,3,9101,丙县")
    assert found == {"第3行": "乙市 的上级 91 既不在清单里，也不在库里"}


def test_codes_given_twice_are_named():
    assert faults("90,1,,演示省\n9001,2,90,甲市\n9001,2,90,乙市") == {
        "第3行": "代码 9001 出现两次",
        "第4行": "代码 9001 出现两次",
    }


def test_a_cycle_is_named():
    found = faults("90,1,,演示省\n9001,2,900121,甲市\n900121,3,9001,丁县")
    assert set(found) == {"第3行", "第4行"}
    assert "又在它自己之下" in found["第3行"]


@pytest.mark.parametrize(
    ("text", "where", "said"),
    [
        ("90,1,,", "第2行", "缺少名称"),
        ("9,1,,演示省", "第2行", "这里是1位"),
        (",1,,演示省", "第2行", "缺少区划代码"),
        ("90,一,,演示省", "第2行", "层级应为数字"),
        ("90,1,,演示省\n9001,2,90", "第3行", "列数与表头不同"),
    ],
)
def test_a_faulty_row_is_named(text, where, said):
    assert said in faults(text)[where]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("90,演示省,城堡,,2012-01-01,,", "不是“区域类型”里的词条"),
        ("90,演示省,province,,去年,,", "不是日期"),
        ("90,演示省,province,,2012-01-01,,\n9001,甲市,prefecture,90,2011-01-01,,", "早于上级"),
    ],
)
def test_a_faulty_row_of_a_packs_list_is_named(text, said):
    assert said in "".join(faults(text, columns=PACK).values())


def test_a_missing_column_is_named():
    assert "缺少列：name" in "".join(faults("90,1", columns=["code", "level"]).values())


def test_a_failing_write_leaves_nothing(monkeypatch):
    def broken(*_arguments):
        raise OSError("disk full")

    monkeypatch.setattr("jiceng.records.writing._seal", broken)
    with pytest.raises(OSError, match="disk full"):
        load()
    assert not Region.objects.exists()


# ------------------------------------------------------------------------------------------------- files
def write(path: Path, content: bytes) -> Path:
    path.write_bytes(gzip.compress(content) if path.suffix == ".gz" else content)
    return path


@pytest.mark.parametrize("name", ["divisions.csv", "divisions.csv.gz"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_files_of_any_packing_and_encoding_are_read(tmp_path, name, encoding):
    path = write(tmp_path / name, (",".join(COLUMNS) + COUNTRY).encode(encoding))
    said: list[str] = []
    assert load_file(path, by=CLERK, as_of=AS_OF, progress=said.append).new == 26
    assert said == ["读取清单", "核对清单", "写入"]
    assert Region.objects.filter(name="莫𡐓第四").exists()


def test_a_dry_run_writes_nothing(tmp_path):
    path = write(tmp_path / "d.csv", (",".join(COLUMNS) + COUNTRY).encode())
    assert load_file(path, by=CLERK, as_of=AS_OF, dry_run=True).new == 26
    assert not Region.objects.exists()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "文件是空的"),
        (b"\x1f\x8b\x08broken", "已损坏"),
        (b"\xff\xfe\x00\x01\x81", "编码"),
        (b"code,name\n", ""),
    ],
)
def test_a_file_that_is_no_list_is_refused(tmp_path, content, said):
    path = tmp_path / "d.csv"
    path.write_bytes(content)
    if said:
        with pytest.raises(Refusal, match=said):
            load_file(path, by=CLERK, as_of=AS_OF)
    else:
        assert load_file(path, by=CLERK, as_of=AS_OF) == Loaded(0, 0, 0)


@pytest.mark.parametrize(
    ("name", "header", "is_one"),
    [
        ("d.csv", "code,level,parent,name", True),
        ("d.csv.gz", "code,name,kind,parent,valid_from,valid_to,tags", True),
        ("d.csv", "区划代码,区域名称", False),
        ("d.csv", "code,name,remarks", False),
        ("d.xlsx", "code,name", False),
    ],
)
def test_a_list_is_told_by_name_and_header(tmp_path, name, header, is_one):
    assert is_list(write(tmp_path / name, f"{header}\n".encode())) is is_one
    assert not is_list(tmp_path / "nothing.csv")


def test_names_have_a_stem_that_says_nothing_of_their_kind():
    stem = KindsByCode().stem
    assert stem("西津路社区居委会") == stem("西津路社区") == "西津路"
    assert stem("甲村村民委员会") == stem("甲村") == "甲"
    assert stem("村") == "村"
