"""The bulletin of matters by unit: what its paper may write, and the same as a workbook's table."""

from collections.abc import Mapping, Sequence
from typing import Any

from jiceng.accounts.days import moment_on
from jiceng.accounts.permissions import Permission
from jiceng.coverage.compiling import canonical
from jiceng.matters.queries.bulletin import Bulletin, UnitLine, lines, total
from jiceng.protection.scopes import active_scope
from jiceng.reports.asking import Asked
from jiceng.reports.numerals import chinese_period
from jiceng.reports.sources import Lists, Name, Rows, Source, Values, Wanted, register_source
from jiceng.reports.tables import Cell, Column, Share, Table

COUNT_NAMES: Mapping[str, str] = {
    "sent": "派件数", "on_time": "按时办结", "late": "超时办结", "open": "未办结", "dissatisfied": "不满意",
    "rated": "已评价", "satisfied": "满意", "judged": "已说明是否解决", "solved": "已解决", "unreached": "回访未联系上",
    "due": "应签收", "responded": "按时签收",
}  # fmt: skip
RATE_NAMES: Mapping[str, str] = {
    "closed": "办结率", "closed_on_time": "按时办结率", "dissatisfied_rate": "不满意率", "response": "响应率",
    "solution": "解决率", "satisfaction": "满意率",
}  # fmt: skip
NUMBERS = {
    **{key: Name(label, "integer") for key, label in COUNT_NAMES.items()},
    **{key: Name(label, "share") for key, label in RATE_NAMES.items()},
}
BASIS = (
    "同一件派给几个单位的，各计一件；退回、转出、剔除的不计。响应率＝按时签收÷应签收；解决率＝已解决÷回访中已说明的；"
    "满意率、不满意率的分母为回访中已评价的；回访未联系上的单列，不计入。分母为零的记为—。"
)
"""How the rates are made, under every table of them."""


def _gather(asked: Asked, wanted: Wanted) -> tuple[Values, Lists]:
    """The same of the area and period of a paper, of the matters of the wanted type (of all types without one)."""
    kind = canonical(asked.catalogue, "matters", wanted.of) if wanted.of else ""
    question = Bulletin(asked.first, asked.last, asked.paths, moment_on(asked.today), kind)
    units = lines(question, active_scope())
    label = asked.label(kind, "matters") if kind else "事项"
    return bulletin_values(question, units, total(units, "合计"), region=asked.region.name, kind=label)


def rates(line: UnitLine) -> dict[str, Share]:
    """The rates of a line, each with its two parts."""
    return {
        "closed": Share(*line.closed),
        "closed_on_time": Share(*line.closed_on_time),
        "dissatisfied_rate": Share(*line.dissatisfied),
        "response": Share(*line.responded),
        "solution": Share(*line.solved),
        "satisfaction": Share(*line.satisfied),
    }


def bulletin_values(
    asked: Bulletin, units: Sequence[UnitLine], total: UnitLine, *, region: str, kind: str
) -> tuple[dict[str, Any], dict[str, list[dict[str, Any]]]]:
    """Values and lists for `documents.filled`. `region` and `kind` are what the area and the type are called."""
    listed = [{"unit": line.name, **line.counts, **rates(line)} for line in units]
    values = {
        "region": region,
        "type": kind,
        "period": chinese_period(asked.first, asked.last),
        "first": asked.first,
        "last": asked.last,
        "units_count": len(units),
        "basis": BASIS,
        **total.counts,
        **rates(total),
    }
    return values, {"units": listed, "overdue_units": [row for row in listed if row["late"]]}


def bulletin_table(units: Sequence[UnitLine], total: UnitLine, *, title: str) -> Table:
    """The whole of it as one table: every rate beside its numerator and denominator."""
    plain = [
        ("sent", ""),
        ("on_time", ""),
        ("late", ""),
        ("open", ""),
        ("closed", ""),
        ("closed_on_time", ""),
    ]
    grouped = [
        ("dissatisfied", "不满意率"), ("rated", "不满意率"), ("dissatisfied_rate", "不满意率"),
        ("responded", "响应率"), ("due", "响应率"), ("response", "响应率"),
        ("solved", "解决率"), ("judged", "解决率"), ("solution", "解决率"),
        ("satisfied", "满意率"), ("rated", "满意率"), ("satisfaction", "满意率"),
        ("unreached", "回访"),
    ]  # fmt: skip
    wanted = [*plain, *grouped]
    columns = (
        Column("序号", kind="serial"),
        Column("承办单位", width=12),
        *(_column(*each) for each in wanted),
    )
    return Table(
        title=title,
        columns=columns,
        rows=tuple((place, *_cells(line, wanted)) for place, line in enumerate(units, start=1)),
        total=(None, *_cells(total, wanted)),
        notes=(BASIS,),
    )


def _column(key: str, group: str) -> Column:
    if key in RATE_NAMES:
        return Column("率" if group else RATE_NAMES[key], group, "share")
    return Column(COUNT_NAMES[key], group, "integer")


def _cells(line: UnitLine, wanted: Sequence[tuple[str, str]]) -> tuple[Cell, ...]:
    known: dict[str, Cell] = {**line.counts, **rates(line)}
    return (line.name, *(known[key] for key, _group in wanted))


BULLETIN = register_source(
    Source(
        key="bulletin",
        label="事项通报",
        names={
            "region": Name("区域"),
            "type": Name("事项类型"),
            "period": Name("时期"),
            "first": Name("起始日期", "day"),
            "last": Name("截止日期", "day"),
            "units_count": Name("承办单位数", "integer"),
            "basis": Name("口径"),
            **NUMBERS,
        },
        lists={
            "units": Rows("承办单位", {"unit": Name("承办单位"), **NUMBERS}),
            "overdue_units": Rows("有超时办结的单位", {"unit": Name("承办单位"), **NUMBERS}),
        },
        gather=_gather,
        permission=Permission.MATTERS_VIEW,
    )
)
