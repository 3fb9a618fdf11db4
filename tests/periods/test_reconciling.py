"""Another system's numbers and lists beside ours."""

from decimal import Decimal

import pytest

from jiceng.indicators.snapshot.refreshing import refresh
from jiceng.periods.models import Reconciled
from jiceng.periods.reconciling import compare_names, explain, keep_numbers, numbers_in
from jiceng.periods.returns import figures_of
from jiceng.protection.scopes import Scope
from jiceng.records.models import AuditRow
from jiceng.records.refusals import Refusal
from tests.accounts.cast import membership, person
from tests.exchange.workbooks import xlsx
from tests.periods.closings import CLERK, MAY

KEYS = ["core:members", "core:full_members", "core:party_orgs", "core:two_new_organised_rate"]


@pytest.mark.parametrize(
    ("label", "figure"),
    [
        ("党员", "core:members"),
        ("党员（名）", "core:members"),
        (" 党 员 数 ", "core:members"),
        ("Members", "core:members"),
        ("core:party_orgs", "core:party_orgs"),
        ("party_orgs", "core:party_orgs"),
        ("正式党员总数", "core:full_members"),
        ("两新组织党的组织覆盖率(%)", "core:two_new_organised_rate"),
        ("流动党员", ""),
    ],
)
def test_a_row_means_the_figure_that_is_called_so(ground, label, figure):
    (found,) = numbers_in(xlsx([["指标", "数"], [label, 7]]), "党统.xlsx", KEYS)
    assert (found.figure, found.value) == (figure, Decimal(7))


def test_rows_are_found_below_titles_behind_numbers_and_on_every_sheet(ground):
    book = xlsx(
        甲=[["某县党内统计"], ["序号", "项目", "本期"], [1, "党员", 12], [2, "备注", "无"], []],
        乙=[["党组织", 3.5]],
    )
    assert [(one.label, one.value) for one in numbers_in(book, "a.xlsx", KEYS)] == [
        ("党员", Decimal(12)), ("党组织", Decimal("3.5")),
    ]  # fmt: skip


@pytest.mark.parametrize("data", [xlsx([["只有", "文字"]]), xlsx([[1, 2, 3]]), b"", b"nothing"])
def test_a_file_without_numbers_is_refused(ground, data):
    with pytest.raises(Refusal):
        numbers_in(data, "a.xlsx", KEYS)


def test_numbers_are_kept_once_a_system_and_reasons_as_long_as_the_number_stays(ground):
    def keep(**figures):
        book = xlsx([[name, value] for name, value in figures.items()])
        numbers = numbers_in(book, "a.xlsx", figures_of(ground.qingshan.town, "month"))
        return keep_numbers(
            by=CLERK, region=ground.qingshan.town, period=MAY, system=" 党统 ", numbers=numbers
        )

    assert keep(党员=5, 正式党员=4, 别的=1) == 2
    row = Reconciled.objects.get(figure="core:members")
    assert (row.system, row.theirs, row.by) == ("党统", Decimal(5), "经办人")
    explain(by=CLERK, row=row, reason="一名党员转出，党统未减")
    assert keep(党员=5) == 1
    row.refresh_from_db()
    assert row.reason == "一名党员转出，党统未减"
    keep(党员=6)
    row.refresh_from_db()
    assert (row.theirs, row.reason) == (Decimal(6), "")
    assert Reconciled.objects.count() == 2
    with pytest.raises(Refusal, match="哪个系统"):
        keep_numbers(by=CLERK, region=ground.qingshan.town, period=MAY, system=" ", numbers=[])


def test_who_is_here_and_not_there(world):
    """The town's members beside a list: one is missing there, one here, two have the same name here."""
    town, people = world.qingshan.town, world.qingshan.people
    twin = membership(person("青水生", town), world.qingshan.branch)
    refresh()
    rows = [
        ["序号", "姓名", "支部"],
        [1, "青水生", "青松木业支部"],
        [2, "青云书记", "青松木业支部"],
        [3, "青外人", "某支部"],
    ]
    asked = {"figure": "core:members", "region": town, "period": MAY, "name": "名单.xlsx"}
    found = compare_names(data=xlsx(rows), scope=Scope.all(), **asked)
    commuter = world.qingshan.memberships["commuter"]
    assert people["member"].name == "青水生"
    assert (found.model, found.both, found.there_only) == ("people.membership", 2, ("青外人",))
    assert set(found.here_only) == {commuter.pk, twin.pk}
    assert compare_names(data=xlsx(rows), scope=Scope(), **asked).here_only == ()
    assert not AuditRow.objects.filter(after__contains="青外人").exists()
    orgs = compare_names(data=xlsx([["党组织名称"], ["青石镇党委"]]), scope=Scope.all(),
                         **{**asked, "figure": "core:party_orgs"})  # fmt: skip
    assert (orgs.both, orgs.there_only, orgs.here_only) == (1, (), (world.qingshan.branch.pk,))
    with pytest.raises(Refusal, match="没有名单"):
        compare_names(data=xlsx([[1], [2]]), scope=Scope.all(), **asked)
