"""Figures as they are answered: numbers for machines, words for people beside them."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from ninja import Schema

from jiceng.accounts.permissions import Permission as P
from jiceng.accounts.tables import permission_for
from jiceng.api.rest.answering import Number, number
from jiceng.api.rest.figures.asking import Posed
from jiceng.api.rest.tabular import Column
from jiceng.exchange.tables import all_tables
from jiceng.indicators.about import about, loaded
from jiceng.indicators.answering.declared import Declared
from jiceng.indicators.answering.values import written
from jiceng.indicators.definition import name_of, sentences
from jiceng.indicators.figures import Amount, Records, Value
from jiceng.indicators.sections import Indicator
from jiceng.organisations.models import Region
from jiceng.packs.catalogue import current
from jiceng.people.models import Person
from jiceng.protection.masking import masked_name
from jiceng.records.facts import all_facts


class IndicatorAbout(Schema):
    """An indicator: what it is called and what it means."""

    key: str
    name: str
    unit: str
    measure: str
    time: str
    definition: list[str]
    breakdowns: list[str]


class Figures(Schema):
    """Indicators in force at a place."""

    region: str | None
    items: list[IndicatorAbout]


class Measured(Schema):
    """A value with what it is made of; `rows` is the number of records behind it."""

    value: Number
    numerator: Number
    denominator: Number
    rows: int
    unit: str


class Share(Measured):
    """One part. `key` asks for its records; `code` is a region's. `beside`: counts what it holds elsewhere, so that
    parts overlap. `pending`: what a split has left open. `ended`: no longer exists on the map's day.
    """

    key: str
    label: str
    code: str | None
    beside: bool
    pending: bool
    ended: bool


class Figure(Measured):
    """A figure. A stock has `as_of`, a flow `since` and `until` (both included). `whole`: all records of the place are
    in it, else those that the token's scope shows. `snapshot`: when the data were as they are in it.
    """

    key: str
    name: str
    definition: list[str]
    region: str | None
    as_of: date | None
    since: date | None
    until: date | None
    map: str
    whole: bool
    snapshot: str
    by: str
    parts: list[Share]


class Point(Measured):
    """One point of a trend."""

    as_of: date | None
    since: date | None
    until: date | None


class Trend(Schema):
    """The course of a figure."""

    key: str
    name: str
    points: list[Point]


class Behind(Schema):
    """One record behind a figure. `counted`: the numerator counts it; `measured`: what it adds."""

    id: int
    uid: str | None
    table: str | None
    name: str
    region: str
    region_code: str
    begins: date | None
    ends: date | None
    counted: bool
    measured: Number


class BehindPage(Schema):
    """A page of them; `next` is the `after` of the following page."""

    key: str
    items: list[Behind]
    next: int | None


def described(key: str, indicator: Indicator) -> dict[str, Any]:
    """An indicator as lists tell it."""
    known = Declared(key, indicator, current())
    return {
        "key": key,
        "name": name_of(indicator),
        "unit": indicator.unit,
        "measure": indicator.measure,
        "time": "flow" if known.flow else "stock",
        "definition": list(sentences(known)),
        "breakdowns": [str(column) for column in indicator.breakdowns],
    }


def measured(amount: Amount) -> dict[str, Any]:
    """A value with what it is made of."""
    return {
        "value": number(amount.value),
        "numerator": number(amount.numerator),
        "denominator": number(amount.denominator),
        "rows": amount.rows,
        "unit": amount.unit,
    }


def when(value: Value) -> dict[str, Any]:
    """The day or the period that a value is for."""
    since, until = value.period or (None, None)
    return {"as_of": value.as_of, "since": since, "until": until}


def shaped(asked: Posed, value: Value) -> dict[str, Any]:
    """A figure with its parts."""
    question = asked.question
    return {
        **measured(value),
        **when(value),
        "key": value.key,
        "name": name_of(asked.indicator),
        "definition": list(sentences(asked.known)),
        "region": asked.region.code if asked.region is not None else None,
        "map": question.map,
        "whole": value.whole,
        "snapshot": value.created,
        "by": question.by,
        "parts": shares(value, question.by),
    }


def shares(value: Value, by: str) -> list[dict[str, Any]]:
    """The parts of a value."""
    keys = [part.key for part in value.parts if isinstance(part.key, int)] if by == "territory" else []
    codes: Mapping[Any, str] = dict(Region.objects.filter(pk__in=keys).values_list("pk", "code"))
    return [
        measured(part)
        | {"key": written(part.key), "label": part.label, "code": codes.get(part.key)}
        | {"beside": part.beside, "pending": part.pending, "ended": part.ended}
        for part in value.parts
    ]


def behind(found: Records, permissions: frozenset[P]) -> list[dict[str, Any]]:
    """Records behind a figure; names of persons only for who may see persons. One deleted since is left out."""
    fact = next(fact for fact in all_facts().values() if fact.model == found.model)
    records = loaded(found.model, found.ids())
    table = next(
        (t for t in all_tables().values() if t.model._meta.label_lower == found.model and t.ledger), None
    )
    opens = table is not None and permission_for(table.key) in permissions
    named = not permissions.isdisjoint({P.PEOPLE_VIEW, P.MEMBERS_VIEW})
    lines = []
    for row in found.rows:
        record = records.get(row.id)
        if record is None:
            continue
        subject = about(record)
        name = masked_name(str(subject)) if isinstance(subject, Person) and not named else str(subject)
        region = getattr(record, "region", None) or getattr(subject, "region", None)
        lines.append({
            "id": row.id,
            "uid": str(record.uid) if hasattr(record, "uid") else None,
            "table": table.key if table is not None and opens else None,
            "name": name,
            "region": region.name if region is not None else "",
            "region_code": region.code if region is not None else "",
            "begins": _local(getattr(record, fact.begins or "valid_from", None)),
            "ends": _local(getattr(record, fact.ends or "valid_to", None)),
            "counted": bool(row.counted),
            "measured": number(row.measured),
        })  # fmt: skip
    return lines


def _local(moment: Any) -> date | None:
    """The day of a date or a moment."""
    return moment.date() if hasattr(moment, "date") else moment


# ---------------------------------------------------------------------------------------------- columns
def value_columns(unit: str) -> Sequence[Column]:
    """The columns that every value has."""
    return (
        Column("value", _("数值"), "decimal", unit=unit),
        Column("numerator", _("分子"), "decimal"),
        Column("denominator", _("分母"), "decimal", _("只有比值有分母")),
        Column("rows", _("记录数"), "integer", _("数值背后的记录数")),
    )


def part_columns(unit: str) -> Sequence[Column]:
    """The columns of parts."""
    return (
        Column("key", _("键"), note=_("按它查这一部分的记录")),
        Column("label", _("名称")),
        Column("code", _("区域代码")),
        *value_columns(unit),
    )


def point_columns(unit: str) -> Sequence[Column]:
    """The columns of a trend."""
    return (
        Column("as_of", _("统计日"), "date"),
        Column("since", _("首日"), "date"),
        Column("until", _("末日"), "date"),
        *value_columns(unit),
    )


def record_columns() -> Sequence[Column]:
    """The columns of the records behind a figure."""
    return (
        Column("id", _("键"), "integer"),
        Column("uid", _("唯一标识")),
        Column("name", _("名称")),
        Column("region", _("区域")),
        Column("region_code", _("区域代码")),
        Column("begins", _("起始日期"), "date"),
        Column("ends", _("终止日期"), "date"),
        Column("counted", _("计入分子"), "boolean"),
        Column("measured", _("计入的量")),
    )


def picked(columns: Sequence[Column], lines: Sequence[Mapping[str, Any]]) -> list[list[Any]]:
    """The values of lines in the order of the columns."""
    return [[line.get(column.name) for column in columns] for line in lines]
