"""Regions in workbooks, and how rows name them."""

from datetime import date

import pytest

from jiceng.exchange.applying import apply
from jiceng.exchange.receiving import receive
from jiceng.exchange.staging import stage
from jiceng.exchange.words import Words
from jiceng.exchange.writing.references import Context, Found, Trouble, area_of
from jiceng.organisations.actions.regions import change_region, end_region, found_region
from jiceng.organisations.models import Region, RegionSpan
from jiceng.organisations.tables.places import RegionResolver, variants
from jiceng.protection.scopes import Scope
from jiceng.records.refusals import Refusal
from tests.exchange.conftest import AS_OF, CLERK, faults, verdicts
from tests.exchange.workbooks import text, xlsx


def resolve(*asked: tuple[str, str, str], area: str = "", day: date = AS_OF) -> list[str]:
    """Codes of the regions that the words mean, or what is wrong with them."""
    context = Context(day, CLERK, Scope.all(), Words(), area_of(area, day) if area else None)
    answers = RegionResolver(context).find(set(asked))
    return [a.values["code"] if isinstance(a, Found) else a.text for a in map(answers.__getitem__, asked)]


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("990121100201", "", ""), "990121100201"),
        (("990121100000", "", ""), "990121100"),
        (("", "", "甲村"), "990121100201"),
        (("", "", "甲村村民委员会"), "990121100201"),
        (("", "", "甲村委会"), "990121100201"),
        (("", "", "甲"), "990121100201"),
        (("", "", "丙村"), "990121200202"),
        (("", "", "丁社区居委会"), "990121001001"),
        (("", "东镇", "红星村"), "990121100202"),
        (("", "西乡人民政府", "红星村"), "990121200201"),
        (("", "演示县东镇", "红星村"), "990121100202"),
        (("", "", "东镇/红星村"), "990121100202"),
        (("", "", "西乡红星村"), "990121200201"),
        (("", "", "演示省演示市演示县西乡红星村"), "990121200201"),
        (("", "东镇", ""), "990121100"),
        (("", "南街道办事处", ""), "990121001"),
        (("", "", "南街道办"), "990121001"),
        (("", "演示县", "东镇"), "990121100"),
    ],
)
def test_places_as_ledgers_write_them(county, words, code):
    assert resolve(words) == [code]


def test_a_name_borne_twice_lists_the_candidates(county):
    (told,) = resolve(("", "", "红星村"))
    assert "有 2 个“红星村”" in told
    assert "东镇/红星村（990121100202）" in told
    assert resolve(("", "", "红星村"), area="990121200") == ["990121200201"]


def test_a_town_that_does_not_hold_the_village(county):
    (told,) = resolve(("", "南街道", "甲村"))
    assert "没有" in told


def test_names_are_those_of_the_day_the_file_speaks_of(county):
    change_region(by=CLERK, region=county["990121100201"], day=date(2020, 1, 1), name="新甲村")
    end_region(by=CLERK, region=county["990121100202"], day=date(2020, 6, 1), into=county["990121100201"])
    assert resolve(("", "", "甲村"), ("", "东镇", "红星村"), day=date(2019, 1, 1)) == [
        "990121100201",
        "990121100202",
    ]
    renamed, merged = resolve(("", "", "甲村"), ("", "东镇", "红星村"))
    assert "2012-01-01 至 2020-01-01" in renamed
    assert "2012-01-01 至 2020-06-01" in merged


def test_variants_begin_with_the_name_itself():
    assert variants("甲村")[0] == "甲村"
    assert "甲村村民委员会" in variants("甲村委会")
    assert variants("东镇人民政府") == ("东镇",)


def test_an_area_that_is_not_there(county):
    with pytest.raises(Refusal, match="999999"):
        area_of("999999", AS_OF)
    with pytest.raises(Refusal):
        area_of("990121", date(2000, 1, 1))


def test_troubles_tell_absence_apart(county):
    context = Context(AS_OF, CLERK, Scope.all(), Words())
    answers = RegionResolver(context).find({("", "", "无此村"), ("", "", "红星村")})
    absent, ambiguous = answers[("", "", "无此村")], answers[("", "", "红星村")]
    assert isinstance(absent, Trouble)
    assert absent.absent
    assert isinstance(ambiguous, Trouble)
    assert not ambiguous.absent


# ------------------------------------------------------------------------------------------- the table
HEADER = ["区划代码", "名称", "上级代码", "类型"]


def bring(data: bytes, as_of: date = AS_OF):
    run = receive(by=CLERK, table="regions", data=data, name="区划.xlsx", as_of=as_of)
    return stage(run, by=CLERK)


def test_a_tree_in_one_file_in_any_order(db):
    rows = [
        HEADER,
        ["980101100201", "甲村", "", ""],
        ["980101100", "一镇", "", ""],
        ["980101", "某县", "9801", "县"],
        ["98", "某省", "", "省"],
        ["9801", "某市", "98", ""],
    ]
    run = bring(xlsx(rows))
    assert faults(run) == {}
    apply(run, by=CLERK)
    village = Region._base_manager.get(code="980101100201")
    assert (village.kind, village.level, village.parent.code) == ("core:village", 5, "980101100")
    assert village.path.startswith(village.parent.path)
    assert len(village.path) == 20
    assert RegionSpan._base_manager.filter(valid_to__isnull=True, living=True).count() == 5
    assert verdicts(bring(xlsx(rows))) == {"unchanged": 5}


def test_a_county_alone_needs_nothing_above_it(db):
    run = bring(text([HEADER, ["980101", "某县", "", ""], ["980101100", "一镇", "", ""]]))
    assert faults(run) == {}
    apply(run, by=CLERK)
    assert Region._base_manager.get(code="980101").parent is None


def test_a_parent_that_does_not_exist(db):
    run = bring(xlsx([HEADER, ["980101100201", "甲村", "980101199", "村"], ["980102100201", "乙村", "", ""]]))
    assert set(faults(run)) == {2, 3}
    assert "980101199" in faults(run)[2][0]


def test_a_cycle_in_one_file(db):
    run = bring(xlsx([HEADER, ["980101", "甲县", "980102", "县"], ["980102", "乙县", "980101", "县"]]))
    assert all("成了圈" in told[0] for told in faults(run).values())
    assert set(faults(run)) == {2, 3}


def test_a_region_put_below_itself(county):
    run = bring(xlsx([HEADER, ["990121100", "东镇", "990121100201", ""]]))
    assert "不能作它的上级" in faults(run)[2][0]


def test_a_code_that_is_no_area_code(db):
    assert "2、4、6、9或12位" in faults(bring(xlsx([HEADER, ["9801011", "甲", "", "村"]])))[2][0]


def test_renaming_and_moving(county):
    run = bring(xlsx([HEADER, ["990121100202", "红光村", "990121200", ""]]))
    assert verdicts(run) == {"changed": 1}
    apply(run, by=CLERK)
    moved = Region._base_manager.get(code="990121100202")
    assert (moved.name, moved.initials, moved.parent.code) == ("红光村", "hgc", "990121200")
    assert moved.path.startswith(county["990121200"].path)
    spans = RegionSpan._base_manager.filter(region=moved).order_by("valid_from")
    assert [span.name for span in spans] == ["红星村", "红光村"]


def test_what_was_founded_meanwhile_spoils_the_preview(county):
    run = bring(xlsx([HEADER, ["990121100209", "新村", "", ""]]))
    found_region(
        by=CLERK,
        code="990121100209",
        name="别的村",
        kind="core:village",
        parent=county["990121100"],
        day=AS_OF,
    )
    with pytest.raises(Refusal, match="已有改动"):
        apply(run, by=CLERK)
    assert verdicts(stage(run, by=CLERK)) == {"changed": 1}
