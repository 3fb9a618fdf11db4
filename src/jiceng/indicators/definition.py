"""What a figure means, in words made from its declaration: the definition (口径) that stands beside it.

Chinese or English, by the active language. The labels are those of the facts' columns and of the packs'
terms, so the words cannot say anything else than what is counted.
"""

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext as _

from jiceng.indicators.answering.declared import Declared, find
from jiceng.indicators.sections import Earlier, Indicator
from jiceng.packs.catalogue import Catalogue
from jiceng.packs.filters.nodes import (
    EVERYTHING,
    AllOf,
    AnyOf,
    AskedDay,
    ColumnPath,
    Compare,
    Empty,
    Has,
    Node,
    Not,
    RankAtLeast,
    TermIn,
    Value,
    WithinDays,
)
from jiceng.records.facts import Column, Fact, all_facts


def definition(key: str) -> str:
    """The definition of the indicator `key`, a sentence a line. Raises Refusal where there is no such
    indicator.
    """
    return "\n".join(sentences(find(key)))


def sentences(asked: Declared) -> Iterator[str]:
    """The sentences of an indicator's definition."""
    indicator, words = asked.indicator, Words(asked.catalogue)
    if indicator.measure == "change":
        yield words.change(asked)
        yield from _note(indicator)
        yield from sentences(asked.other(str(indicator.of)))
        return
    fact = all_facts()[indicator.fact]
    yield words.counted_rows(indicator, fact)
    if indicator.where != EVERYTHING:
        yield _("条件：%(condition)s。") % {"condition": words.condition(indicator.where, fact)}
    yield words.measure(indicator, fact)
    yield words.place(fact)
    yield from _note(indicator)
    yield VISIBLE[indicator.scope]()


def _note(indicator: Indicator) -> Iterator[str]:
    """What the pack adds of its own, as far as it says it in the active language."""
    note = indicator.note_en or indicator.note if english() else indicator.note
    if note:
        yield note


def english() -> bool:
    """Whether the reader's language is English: packs write both."""
    return (get_language() or "").startswith("en")


def name_of(indicator: Indicator) -> str:
    """The indicator's name in the active language."""
    return indicator.name_en if english() and indicator.name_en else indicator.name


MEASURE_WORDS = {
    "个": pgettext_lazy("measure word", "个"),
    "家": pgettext_lazy("measure word", "家"),
    "支": pgettext_lazy("measure word", "支"),
    "名": pgettext_lazy("measure word", "名"),
    "人": pgettext_lazy("measure word", "人"),
    "户": pgettext_lazy("measure word", "户"),
    "岁": pgettext_lazy("measure word", "岁"),
}
"""The words that packs count with, for languages that count otherwise; a blank where they need none."""


def measured(unit: str) -> str:
    """The unit of a figure in the reader's language; as the pack says it where nobody has translated it."""
    return str(MEASURE_WORDS.get(unit, unit)).strip()


VISIBLE = {
    "scope": lambda: _("数值只含查看人权限内的记录。"),
    "place": lambda: _("在当地有权限的人看到当地的全部数值；背后的记录按权限查看。"),
    "public": lambda: _("数值公开；背后的记录按权限查看。"),
}

CHANGES = {
    "difference": lambda: _("增加"),
    "reduction": lambda: _("减少"),
    "growth_share": lambda: _("增幅"),
    "reduction_share": lambda: _("减幅"),
    "points": lambda: _("变化的百分点"),
}


class Words:
    """Declarations in words; terms are called what the catalogue calls them."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue

    # ------------------------------------------------------------------------------------ the whole
    def counted_rows(self, indicator: Indicator, fact: Fact) -> str:
        """Which rows are counted at all."""
        what = {"fact": _(fact.label)}
        if indicator.time == "stock":
            return _("统计截至统计日有效的“%(fact)s”。") % what
        event = {fact.begins: "begins", fact.ends: "ends"}.get(indicator.event, indicator.event)
        if event == "begins":
            return _("统计在时期内（含首末两日）开始的“%(fact)s”，内容按开始当日。") % what
        if event == "ends":
            return _("统计在时期内（含首末两日）结束的“%(fact)s”，内容按结束前一日。") % what
        what["event"] = _(fact.column(event).label)
        return _("统计“%(event)s”在时期内（含首末两日）的“%(fact)s”，内容按当日。") % what

    def measure(self, indicator: Indicator, fact: Fact) -> str:
        """How the figure follows from the rows."""
        if indicator.part is not None:
            part = self.condition(indicator.part, fact)
            return _("计算：其中%(part)s的记录数 ÷ 全部记录数。") % {"part": part}
        said = {"column": self.column(indicator.column, fact) if indicator.column else ""}
        return {
            "count": _("计算：记录数。"),
            "distinct": _("计算：按%(column)s去重计数。"),
            "sum": _("计算：%(column)s合计。"),
            "average": _("计算：%(column)s合计 ÷ 有数的记录数。"),
            "minimum": _("计算：%(column)s的最小值。"),
        }[indicator.measure] % said

    def place(self, fact: Fact) -> str:
        """By what a row belongs to a region."""
        if fact.territory is None:
            return _("不分区域。")
        if not fact.territory:
            return _("归属：按其本身在区划树中的位置。")
        ways = [self._route(fact, route) for route in (fact.territory, *fact.or_territory)]
        return _("归属：按%(way)s。") % {"way": _("，没有时按").join(ways)}

    def change(self, asked: Declared) -> str:
        """What is compared with what."""
        other = asked.other(str(asked.indicator.of))
        earlier = asked.indicator.earlier
        assert earlier is not None
        said = {
            "name": name_of(other.indicator),
            "when": self._earlier(earlier),
            "how": CHANGES[asked.indicator.change](),
        }
        return _("计算：“%(name)s”与%(when)s相比的%(how)s。") % said

    def _earlier(self, earlier: Earlier) -> str:
        if earlier.as_of is not None:
            return earlier.as_of.isoformat()
        if earlier.years is not None:
            return _("%(years)d 年前") % {"years": earlier.years}
        return f"{earlier.since}–{earlier.until}"

    # -------------------------------------------------------------------------------------- columns
    def column(self, path: ColumnPath, fact: Fact) -> str:
        """A column with the references that lead to it: 所在党组织的领域."""
        return self._route(fact, tuple(str(path).split(".")))

    def _route(self, fact: Fact, names: tuple[str, ...]) -> str:
        labels = []
        for name in names:
            column = fact.column(name)
            labels.append(_(column.label))
            fact = all_facts().get(getattr(column, "to", ""), fact)
        if english():
            return " of the ".join(reversed(labels))
        return "的".join(labels)

    # ----------------------------------------------------------------------------------- conditions
    def condition(self, node: Node, fact: Fact) -> str:
        """A filter in words."""
        match node:
            case AllOf(parts):
                return _("，且").join(self.condition(part, fact) for part in parts)
            case AnyOf(parts):
                either = _("，或").join(self._bracketed(part, fact) for part in parts)
                return _("（%(conditions)s）") % {"conditions": either}
            case Not(Empty(column)):
                return _("%(column)s已填") % {"column": self.column(column, fact)}
            case Not(part):
                return _("不符合（%(condition)s）") % {"condition": self.condition(part, fact)}
            case Has():
                return self._has(node, fact)
            case _:
                return self._on_column(node, fact)

    def _bracketed(self, node: Node, fact: Fact) -> str:
        """A condition that stands beside alternatives: one of several parts is kept together."""
        said = self.condition(node, fact)
        return _("（%(conditions)s）") % {"conditions": said} if isinstance(node, AllOf) else said

    def _on_column(self, node: Compare | TermIn | RankAtLeast | Empty | WithinDays, fact: Fact) -> str:
        said: dict[str, object] = {"column": self.column(node.column, fact)}
        match node:
            case Empty():
                return _("%(column)s未填") % said
            case TermIn(_column, terms):
                said["terms"] = _("或").join(f"“{self._label(term, node.column)}”" for term in terms)
                return _("%(column)s为%(terms)s") % said
            case RankAtLeast(_column, term, _rank):
                said["term"] = self._label(term, node.column)
                return _("%(column)s在“%(term)s”及以上") % said
            case WithinDays(_column, days):
                said["days"] = days
                return _("%(column)s在统计日起 %(days)d 天内") % said
            case Compare():
                said["value"] = _("或").join(self._value(value, node.column, fact) for value in node.values)
                compared = COMPARED_DAYS if node.column.kind == "date" else COMPARED
                return compared.get(node.operator, COMPARED[node.operator])() % said

    def _label(self, key: str, column: ColumnPath) -> str:
        """What the term, or the item of a pack's section, is called that the column holds under `key`."""
        return self._catalogue.label(key, vocabulary=column.vocabulary)

    def _value(self, value: Value, column: ColumnPath, fact: Fact) -> str:
        if isinstance(value, AskedDay):
            return _("统计日")
        if isinstance(value, bool):
            return _("是") if value else _("否")
        if isinstance(value, date):
            return value.isoformat()
        words = _words_of(column, fact)
        return words(str(value), self._catalogue) if words is not None else self._label(str(value), column)

    def _has(self, node: Has, fact: Fact) -> str:
        theirs = all_facts()[node.fact]
        said: dict[str, object] = {
            "fact": _(theirs.label),
            "when": {"same": _("当日有效的"), "before": _("前一日有效的"), "any": _("任何时候的")}[node.day],
            "by": _("、").join(self._matched(their, our, theirs, fact) for their, our in node.match),
            "where": "",
            "n": f"{node.at_least:g}",
        }
        if node.where != EVERYTHING:
            said["where"] = _("，其%(condition)s") % {"condition": self.condition(node.where, theirs)}
        if node.total is not None:
            said["total"] = self.column(node.total, theirs)
            return _("%(when)s“%(fact)s”（%(by)s%(where)s）的%(total)s合计不少于 %(n)s") % said
        if node.at_least > 1:
            return _("有至少 %(n)s 条%(when)s“%(fact)s”（%(by)s%(where)s）") % said
        return _("有%(when)s“%(fact)s”（%(by)s%(where)s）") % said

    def _matched(self, their: ColumnPath, our: ColumnPath | None, theirs: Fact, ours: Fact) -> str:
        said = {"theirs": self.column(their, theirs)}
        if our is None:
            return _("%(theirs)s为其本身") % said
        return _("%(theirs)s与%(ours)s相同") % {**said, "ours": self.column(our, ours)}


COMPARED = {
    "eq": lambda: _("%(column)s：%(value)s"),
    "in": lambda: _("%(column)s：%(value)s"),
    "gt": lambda: _("%(column)s大于 %(value)s"),
    "gte": lambda: _("%(column)s不小于 %(value)s"),
    "lt": lambda: _("%(column)s小于 %(value)s"),
    "lte": lambda: _("%(column)s不大于 %(value)s"),
}

COMPARED_DAYS = {
    "gt": lambda: _("%(column)s晚于%(value)s"),
    "gte": lambda: _("%(column)s不早于%(value)s"),
    "lt": lambda: _("%(column)s早于%(value)s"),
    "lte": lambda: _("%(column)s不晚于%(value)s"),
}


def _words_of(column: ColumnPath, fact: Fact) -> Callable[[str, Any], str] | None:
    """How the column that a path leads to says its values, where it has a way of its own."""
    owner = all_facts()[column.through[-1][1]] if column.through else fact
    found = next((one for one in owner.columns if one.name == column.name), None)
    return found.words if isinstance(found, Column) else None
