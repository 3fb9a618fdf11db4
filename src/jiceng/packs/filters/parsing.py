"""From what a pack writes to the filter tree: every name checked, every fault found in one pass."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from jiceng.packs.filters.nodes import (
    AllOf,
    AnyOf,
    AskedDay,
    ColumnPath,
    Compare,
    Empty,
    Has,
    Node,
    Not,
    Operator,
    RankAtLeast,
    TermIn,
    Value,
    WithinDays,
    both,
)
from jiceng.packs.filters.resolving import Keys, Unresolved, column_of, fact_of, meant
from jiceng.records.facts import Fact

MAX_DEPTH = 8
MAX_NODES = 200
MAX_CHOICES = 500
MAX_WITHIN_DAYS = 36_600
LOGIC = ("any", "all", "not", "has", "within_days")
ORDERED = ("gt", "gte", "lt", "lte")
OPERATORS = ("eq", "ne", *ORDERED, "in", "not_in", "empty", "rank_gte")
HAS_FIELDS = ("fact", "by", "match", "where", "day", "at_least", "total")
ISO_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")

Place = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Problem:
    """One fault: the place inside the filter, what is wrong, what to do."""

    place: Place
    what: str
    remedy: str = ""


class FilterProblems(Exception):
    """All faults of one filter."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("; ".join(p.what for p in problems))
        self.problems = list(problems)


def parse_filter(written: Any, fact: str, keys: Keys) -> Node:
    """The filter `written` (plain mappings and lists) over rows of `fact`. Raises FilterProblems with all
    its faults.
    """
    parser = _Parser(keys)
    try:
        about = fact_of(fact)
    except Unresolved as found:
        raise FilterProblems([Problem((), found.what, found.remedy)]) from None
    node = parser.mapping(written, about, (), 0)
    if parser.problems:
        raise FilterProblems(parser.problems)
    return node


class _Parser:
    def __init__(self, keys: Keys) -> None:
        self.keys = keys
        self.problems: list[Problem] = []
        self.nodes = 0

    # ------------------------------------------------------------------------------------------ faults
    def fault(self, place: Place, what: str, remedy: str = "") -> AllOf:
        self.problems.append(Problem(place, what, remedy))
        return AllOf()

    def fits(self, place: Place, depth: int) -> bool:
        """Whether the filter is still within its bounds; says so once where it is not."""
        self.nodes += 1
        if depth > MAX_DEPTH:
            self.fault(place, _("条件嵌套太深"), _("最多 %(n)d 层") % {"n": MAX_DEPTH})
            return False
        if self.nodes == MAX_NODES + 1:
            self.fault(place, _("条件太长"), _("一个条件最多 %(n)d 项") % {"n": MAX_NODES})
        return self.nodes <= MAX_NODES

    # ------------------------------------------------------------------------------------------- logic
    def mapping(self, written: Any, fact: Fact, place: Place, depth: int) -> Node:
        if not self.fits(place, depth):
            return AllOf()
        if not isinstance(written, Mapping):
            return self.fault(place, _("条件应为“列: 值”的映射"), _("例如 kind: enterprise"))
        parts = [self.entry(str(k), v, fact, (*place, str(k)), depth) for k, v in written.items()]
        return both(*parts)

    def entry(self, key: str, value: Any, fact: Fact, place: Place, depth: int) -> Node:
        if key == "not":
            return Not(self.mapping(value, fact, place, depth + 1))
        if key in ("any", "all"):
            parts = self.several(value, fact, place, depth)
            return AnyOf(parts) if key == "any" else both(*parts)
        if key == "has":
            several = value if isinstance(value, list) else [value]
            marks: list[Place] = (
                [(*place, i) for i in range(len(several))] if isinstance(value, list) else [place]
            )
            return both(*(self.has(v, fact, p, depth) for v, p in zip(several, marks, strict=True)))
        if key == "within_days":
            return self.within_days(value, fact, place)
        try:
            column = column_of(fact, key)
        except Unresolved as found:
            return self.fault(place, found.what, found.remedy)
        return self.condition(column, value, place, depth)

    def several(self, value: Any, fact: Fact, place: Place, depth: int) -> tuple[Node, ...]:
        if not isinstance(value, list) or not value:
            self.fault(place, _("any、all 后面应为非空列表"), _("写成 any: [ {...}, {...} ]"))
            return ()
        return tuple(self.mapping(v, fact, (*place, i), depth + 1) for i, v in enumerate(value))

    # ------------------------------------------------------------------------------------- comparisons
    def condition(self, column: ColumnPath, value: Any, place: Place, depth: int) -> Node:
        if not self.fits(place, depth):
            return AllOf()
        if isinstance(value, list):
            return self.choice(column, value, place)
        if not isinstance(value, Mapping):
            return self.equal(column, value, place)
        if not value:
            return self.fault(place, _("缺少比较"), meant("", OPERATORS))
        return both(*(self.operation(column, str(op), v, (*place, str(op))) for op, v in value.items()))

    def operation(self, column: ColumnPath, operator: str, value: Any, place: Place) -> Node:
        if operator not in OPERATORS:
            return self.fault(
                place, _("未知的比较“%(name)s”") % {"name": operator}, meant(operator, OPERATORS)
            )
        if operator == "empty":
            if not isinstance(value, bool):
                return self.fault(place, _("empty 后面应为 true 或 false"))
            return Empty(column) if value else Not(Empty(column))
        if operator == "rank_gte":
            return self.rank(column, value, place)
        if operator in ORDERED:
            return self.ordered(column, operator, value, place)
        if operator in ("in", "not_in"):
            if not isinstance(value, list):
                return self.fault(place, _("%(name)s 后面应为列表") % {"name": operator})
            node = self.choice(column, value, place)
        else:
            node = self.equal(column, value, place)
        return Not(node) if operator in ("ne", "not_in") else node

    def ordered(self, column: ColumnPath, operator: str, value: Any, place: Place) -> Node:
        if column.kind not in ("integer", "number", "date"):
            what = _("“%(column)s”不是数字或日期，不能比大小") % {"column": column}
            return self.fault(place, what, _("用 eq、in，或词条的 rank_gte"))
        found = self.value(column, value, place)
        kind: dict[str, Operator] = {"gt": "gt", "gte": "gte", "lt": "lt", "lte": "lte"}
        return AllOf() if found is None else Compare(column, kind[operator], (found,))

    def equal(self, column: ColumnPath, value: Any, place: Place) -> Node:
        found = self.value(column, value, place)
        if found is None:
            return AllOf()
        if self.is_tree(column):
            return TermIn(column, (str(found),))
        return Compare(column, "eq", (found,))

    def choice(self, column: ColumnPath, value: list[Any], place: Place) -> Node:
        if not value or len(value) > MAX_CHOICES:
            what, remedy = _("可选值应有 1 到 %(n)d 个") % {"n": MAX_CHOICES}, _("要表示为空，写 empty: true")
            return self.fault(place, what, remedy)
        found = [self.value(column, v, (*place, i)) for i, v in enumerate(value)]
        kept = tuple(v for v in found if v is not None)
        if self.is_tree(column):
            return TermIn(column, tuple(str(v) for v in kept))
        return Compare(column, "in", kept)

    def is_tree(self, column: ColumnPath) -> bool:
        return column.kind == "code" and self.keys.is_vocabulary(column.vocabulary)

    def rank(self, column: ColumnPath, value: Any, place: Place) -> Node:
        if not self.is_tree(column):
            return self.fault(place, _("“%(column)s”不是词表列，没有高低") % {"column": column})
        key = self.value(column, value, place)
        if key is None:
            return AllOf()
        rank = self.keys.rank(column.vocabulary, str(key))
        if rank is None:
            return self.fault(
                place, _("词条“%(key)s”没有 rank 属性") % {"key": key}, _("在词表里给它 attrs: {rank: …}")
            )
        return RankAtLeast(column, str(key), rank)

    # ------------------------------------------------------------------------------------------ values
    def value(self, column: ColumnPath, value: Any, place: Place) -> Value | None:
        """The checked value for `column`, or None after a fault."""
        found = _READERS[column.kind](value)
        if found is None:
            self.fault(place, _unfit(column, value), _remedy(column, value))
            return None
        if column.kind != "code" or not column.vocabulary:
            return found
        try:
            if self.keys.is_vocabulary(column.vocabulary):
                return self.keys.term(column.vocabulary, str(found))
            if self.keys.is_section(column.vocabulary):
                return self.keys.stored(column.vocabulary, str(found))
        except Unresolved as unknown:
            self.fault(place, unknown.what, unknown.remedy)
            return None
        return found

    def within_days(self, value: Any, fact: Fact, place: Place) -> Node:
        if not isinstance(value, Mapping) or set(value) != {"column", "days"}:
            return self.fault(
                place, _("within_days 要写 column 和 days"), "within_days: {column: term_until, days: 180}"
            )
        try:
            column = column_of(fact, str(value["column"]))
        except Unresolved as found:
            return self.fault((*place, "column"), found.what, found.remedy)
        if column.kind != "date":
            return self.fault((*place, "column"), _("“%(column)s”不是日期") % {"column": column})
        days = value["days"]
        if isinstance(days, bool) or not isinstance(days, int) or not 0 <= days <= MAX_WITHIN_DAYS:
            return self.fault((*place, "days"), _("days 应为 0 到 %(n)d 的整数") % {"n": MAX_WITHIN_DAYS})
        return WithinDays(column, days)

    # --------------------------------------------------------------------------------------------- has
    def has(self, value: Any, fact: Fact, place: Place, depth: int) -> Node:
        if not self.fits(place, depth):
            return AllOf()
        if not isinstance(value, Mapping) or "fact" not in value:
            return self.fault(
                place, _("has 要写 fact，以及 by 或 match"), "has: {fact: appointment, by: region}"
            )
        for name in value:
            if name not in HAS_FIELDS:
                self.fault(
                    (*place, str(name)),
                    _("has 没有“%(name)s”") % {"name": name},
                    meant(str(name), HAS_FIELDS),
                )
        try:
            theirs = fact_of(str(value["fact"]))
        except Unresolved as found:
            return self.fault((*place, "fact"), found.what, found.remedy)
        day = value.get("day", "same")
        if day not in ("same", "before", "any"):
            self.fault((*place, "day"), _("day 应为 same、before 或 any"))
        where = (
            self.mapping(value["where"], theirs, (*place, "where"), depth + 1)
            if "where" in value
            else AllOf()
        )
        total = self.total(value, theirs, place)
        at_least = value.get("at_least", 1)
        if isinstance(at_least, bool) or not isinstance(at_least, int | float) or at_least <= 0:
            self.fault((*place, "at_least"), _("at_least 应为正数"))
            at_least = 1
        return Has(theirs.key, self.matched(value, theirs, fact, place), where, day, at_least, total)

    def total(self, value: Mapping[str, Any], theirs: Fact, place: Place) -> ColumnPath | None:
        if "total" not in value:
            return None
        try:
            column = column_of(theirs, str(value["total"]))
        except Unresolved as found:
            self.fault((*place, "total"), found.what, found.remedy)
            return None
        if column.kind not in ("integer", "number"):
            self.fault((*place, "total"), _("“%(column)s”不是数字，不能合计") % {"column": column})
        if "at_least" not in value:
            self.fault(place, _("total 要同时写 at_least"))
        return column

    def matched(
        self, value: Mapping[str, Any], theirs: Fact, ours: Fact, place: Place
    ) -> tuple[tuple[ColumnPath, ColumnPath | None], ...]:
        """The pairs of `by` or `match`, each pointing at the same kind of thing."""
        pairs = value.get("match")
        if ("by" in value) == (pairs is not None) or (
            pairs is not None and not (isinstance(pairs, Mapping) and pairs)
        ):
            self.fault(
                place, _("by 与 match 只写其一"), "by: region · match: {person: person, region: region}"
            )
            return ()
        found = []
        for their_name, our_name in (pairs or {str(value.get("by")): "id"}).items():
            at = (*place, "match", str(their_name)) if pairs else (*place, "by")
            try:
                their = column_of(theirs, str(their_name))
                our = None if our_name == "id" else column_of(ours, str(our_name))
            except Unresolved as unknown:
                self.fault(at, unknown.what, unknown.remedy)
                continue
            wanted = ours.key if our is None else our.to
            if their.to != wanted or (our is not None and our.kind != their.kind):
                self.fault(
                    at, _("“%(theirs)s”与“%(ours)s”指的不是同一种东西") % {"theirs": their, "ours": our_name}
                )
            found.append((their, our))
        return tuple(found)


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) else None


def _whole(value: Any) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _number(value: Any) -> float | None:
    return value if isinstance(value, int | float) and not isinstance(value, bool) else None


def _boolean(value: Any) -> bool | None:
    return value if isinstance(value, bool) else None


def _day(value: Any) -> date | AskedDay | None:
    if value == "$day":
        return AskedDay()
    if isinstance(value, date):
        return value
    if not isinstance(value, str) or not ISO_DAY.fullmatch(value):
        return None
    try:
        return date.fromisoformat(value)
    except ValueError:
        return None


_READERS: Mapping[str, Callable[[Any], Value | None]] = {
    "id": lambda value: None,
    "text": _text,
    "code": _text,
    "integer": _number,
    "number": _number,
    "boolean": _boolean,
    "date": _day,
}


def _unfit(column: ColumnPath, value: Any) -> str:
    """That `value` is not what the column holds."""
    said = {
        "id": _("“%(column)s”是引用，只能判断是否为空，写的是“%(value)s”"),
        "text": _("“%(column)s”应为文本，写的是“%(value)s”"),
        "code": _("“%(column)s”应为词条的键，写的是“%(value)s”"),
        "integer": _("“%(column)s”应为数字，写的是“%(value)s”"),
        "number": _("“%(column)s”应为数字，写的是“%(value)s”"),
        "boolean": _("“%(column)s”应为 true 或 false，写的是“%(value)s”"),
        "date": _("“%(column)s”应为日期，写的是“%(value)s”"),
    }[column.kind]
    return said % {"column": column, "value": str(value)[:60]}


def _remedy(column: ColumnPath, value: Any) -> str:
    if column.kind in ("text", "code") and isinstance(value, int | float):
        return _("给它加上引号")
    if column.kind == "date":
        return _("写成 2021-12-31，或 $day")
    if column.kind == "id":
        return _("写 empty: true，或用点接着写它的列")
    return ""
