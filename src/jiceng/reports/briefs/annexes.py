"""The annex that says of every figure in a paper what it is and how it came about."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from jiceng.indicators.answering.declared import Declared
from jiceng.indicators.answering.values import Value
from jiceng.indicators.definition import Words, name_of, sentences
from jiceng.packs.filters.nodes import EVERYTHING, Node
from jiceng.records.facts import all_facts
from jiceng.reports.briefs.figures import Origin, shown
from jiceng.reports.numerals import chinese_day, chinese_period
from jiceng.reports.papers.blocks import ended
from jiceng.reports.papers.paper import Annex
from jiceng.reports.tables import Cell, Column, Table
from jiceng.reports.tracing import Traced

COLUMNS = (
    Column("序号", kind="serial"),
    Column("数据", width=9),
    Column("数值", kind="integer", decimals=2),
    Column("口径", width=24),
    Column("时点或时期", width=8),
    Column("分子", kind="integer", decimals=2),
    Column("分母", kind="integer", decimals=2),
    Column("记录数", kind="integer"),
)


def figures_annex(used: Sequence[Traced]) -> Annex | None:
    """The annex for the traced values that a paper writes, in the order in which they stand; of a list, each column
    once, as a whole. None where no figure stands in the paper.
    """
    found: dict[Any, Origin] = {}
    for traced in used:
        if isinstance(traced.origin, Origin):
            origin = traced.origin
            told = (origin.value.as_of, origin.value.period, origin.region.pk)
            found.setdefault((origin.asked.key, origin.spec.where, *told), origin)
    if not found:
        return None
    rows = tuple((number, *_row(origin)) for number, origin in enumerate(found.values(), start=1))
    return Annex("本件所用数据说明", (Table("", COLUMNS, rows),), landscape=True)


def _row(origin: Origin) -> Iterator[Cell]:
    value, indicator = origin.value, origin.asked.indicator
    yield origin.spec.label or name_of(indicator)
    yield shown(value)
    yield _defined(origin)
    yield when(value)
    yield value.numerator if value.ratio else None
    yield value.denominator
    yield value.rows


def _defined(origin: Origin) -> str:
    """The definition in words, the narrowing of the document, and the area."""
    said = list(sentences(origin.asked))[:-1]  # who may see it is no matter of a paper
    if origin.spec.where != EVERYTHING:
        said.insert(1, narrowed_in_words(origin.asked, origin.spec.where))
    said.append(_("区域：%(region)s。") % {"region": origin.region.name})
    return "".join(ended(sentence) for sentence in said)


def narrowed_in_words(asked: Declared, where: Node) -> str:
    """Which part of the indicator's records is counted."""
    words, fact = Words(asked.catalogue), all_facts()[counted(asked).indicator.fact]
    return _("其中：%(condition)s。") % {"condition": words.condition(where, fact)}


def counted(asked: Declared) -> Declared:
    """The indicator whose records are counted, through any changes of changes."""
    while asked.indicator.measure == "change":
        asked = asked.other(str(asked.indicator.of))
    return asked


def when(value: Value) -> str:
    """The day or the period of a figure."""
    if value.period:
        return chinese_period(*value.period)
    return chinese_day(value.as_of) if isinstance(value.as_of, date) else ""
