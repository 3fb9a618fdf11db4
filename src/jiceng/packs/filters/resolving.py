"""Names in filters: columns by their dotted path, and what to say when a name is wrong."""

from collections.abc import Iterable
from difflib import get_close_matches
from typing import Protocol

from django.utils.translation import gettext as _

from jiceng.packs.filters.nodes import ColumnPath
from jiceng.records.facts import Column, Fact, Reference, Years, all_facts

MAX_DOTS = 6


class Unresolved(Exception):
    """A name that leads nowhere: `what` is wrong and the `remedy`, both for people."""

    def __init__(self, what: str, remedy: str = "") -> None:
        super().__init__(what)
        self.what, self.remedy = what, remedy


class Keys(Protocol):
    """How a filter's keys are found: qualified and checked. Both raise Unresolved."""

    def term(self, vocabulary: str, written: str) -> str:
        """The qualified key of the term."""

    def stored(self, section: str, written: str) -> str:
        """The key by which records know a section's item: a place's own version of a base pack's item is
        still the base's."""

    def is_vocabulary(self, name: str) -> bool:
        """Whether there is a vocabulary of that name."""

    def is_section(self, name: str) -> bool:
        """Whether there is a keyed section of that name."""

    def rank(self, vocabulary: str, key: str) -> float | None:
        """The term's `rank` attribute."""


def meant(written: str, known: Iterable[str], *, most: int = 12) -> str:
    """The remedy for a misspelt name: the nearest known one, else what there is to choose from."""
    names = sorted(set(known))
    plain = {name.rpartition(":")[2]: name for name in names}
    near = get_close_matches(written.rpartition(":")[2], plain, n=1, cutoff=0.6)
    if near:
        return _("是不是“%(name)s”？") % {"name": plain[near[0]]}
    if not names:
        return ""
    shown = "、".join(names[:most]) + ("…" if len(names) > most else "")
    return _("可用的有：%(names)s") % {"names": shown}


def fact_of(key: str) -> Fact:
    """The declared fact. Raises Unresolved."""
    facts = all_facts()
    if key not in facts:
        raise Unresolved(_("没有事实表“%(name)s”") % {"name": key}, meant(key, facts))
    return facts[key]


def column_of(fact: Fact, written: str) -> ColumnPath:
    """The column that the dotted path `written` reaches from a row of `fact`. Raises Unresolved."""
    *steps, last = written.split(".")
    if len(steps) > MAX_DOTS:
        raise Unresolved(
            _("路径“%(path)s”太长") % {"path": written[:80]}, _("最多 %(n)d 个点") % {"n": MAX_DOTS}
        )
    through: list[tuple[str, str]] = []
    for step in steps:
        column = _named(fact, step)
        if not isinstance(column, Reference):
            what = _("“%(step)s”不是引用，后面不能再接点") % {"step": step}
            raise Unresolved(what, meant(step, (c.name for c in fact.columns if isinstance(c, Reference))))
        through.append((step, column.to))
        fact = fact_of(column.to)
    return _path(fact, _named(fact, last), tuple(through))


def _named(fact: Fact, name: str) -> Column | Reference | Years:
    """The declared column, or one of the dates between which a row holds."""
    try:
        return fact.column(name)
    except KeyError:
        if name == fact.begins:
            return Column(name, "date", _("起始日期"))
        if fact.ends and name == fact.ends:
            return Column(name, "date", _("终止日期"))
        what = _("%(fact)s（%(key)s）没有列“%(name)s”") % {"fact": fact.label, "key": fact.key, "name": name}
        raise Unresolved(what, meant(name, (c.name for c in fact.columns))) from None


def _path(fact: Fact, column: Column | Reference | Years, through: tuple[tuple[str, str], ...]) -> ColumnPath:
    if isinstance(column, Reference):
        return ColumnPath(column.name, "id", column.label, through, dated=column.dated, to=column.to)
    if isinstance(column, Years):
        since = _under(through, column_of(fact, column.since))
        until = _under(through, column_of(fact, column.until)) if column.until else None
        return ColumnPath(column.name, "integer", column.label, through, since=since, until=until)
    return ColumnPath(
        column.name, column.kind, column.label, through, vocabulary=column.vocabulary, dated=column.dated
    )


def _under(through: tuple[tuple[str, str], ...], path: ColumnPath) -> ColumnPath:
    return ColumnPath(
        path.name, path.kind, path.label, through + path.through, vocabulary=path.vocabulary, dated=path.dated
    )
