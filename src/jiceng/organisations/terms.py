"""Terms of packs as writes need them: checked, found by what they say, found by an attribute.

No term is named in code. What an engine must know about one stands in the term's attributes: a region
kind's `level` and the codes and name endings it is known by, the sex that a digit of a citizen ID tells,
which nature of a party organisation takes no members.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from typing import Any

from django.utils.translation import gettext as _

from jiceng.packs import catalogue
from jiceng.packs.filters.resolving import meant
from jiceng.packs.installing import shipped_bases
from jiceng.packs.vocabulary import Term, Vocabulary
from jiceng.records.facts import Column, all_facts
from jiceng.records.refusals import Refusal


@cache
def _shipped() -> Mapping[str, Vocabulary]:
    """The vocabularies of the base packs that come with the program: for installations without packs."""
    built, _faults = catalogue.build(shipped_bases([]))
    return built.vocabularies


_pinned: ContextVar[catalogue.Catalogue | None] = ContextVar("catalogue", default=None)


@contextmanager
def pinned(packs: catalogue.Catalogue | None = None) -> Iterator[None]:
    """Keep to the packs in force at the beginning, for many writes one after the other: asks the database
    once. With `packs` keep to those, and ask it not at all.
    """
    token = _pinned.set(packs or _pinned.get() or catalogue.current())
    try:
        yield
    finally:
        _pinned.reset(token)


def vocabulary(name: str) -> Vocabulary:
    """The vocabulary as the installed packs have it."""
    packs = _pinned.get() or catalogue.current()
    return packs.vocabularies.get(name) or _shipped().get(name) or Vocabulary(name, name, {})


def require(name: str, key: str, label: str) -> None:
    """Raise Refusal where `key` is no term of the vocabulary `name`, or one that is no longer given out."""
    terms = vocabulary(name)
    if key not in terms:
        raise Refusal(
            _("%(label)s“%(key)s”不在词表“%(vocabulary)s”里")
            % {"label": label, "key": key, "vocabulary": terms.label},
            remedy=meant(key, terms),
        )
    if terms[key].retired:
        instead = terms[key].replaced_by
        remedy = _("改用“%(term)s”") % {"term": terms[instead].label} if instead in terms else _("另选词条")
        raise Refusal(
            _("%(label)s“%(term)s”已停用") % {"label": label, "term": terms[key].label}, remedy=remedy
        )


@cache
def _coded(fact: str) -> tuple[Column, ...]:
    columns = all_facts()[fact].columns
    return tuple(c for c in columns if isinstance(c, Column) and c.vocabulary)


def require_all(fact: str, values: Mapping[str, Any]) -> None:
    """Check every column of `values` that holds a term, by the vocabularies that the fact declares; empty
    ones pass.
    """
    for column in _coded(fact):
        key = values.get(column.source or column.name)
        if key:
            require(column.vocabulary, key, column.label)


def meaning(name: str, written: str, pack: str = "") -> str:
    """The key of the term that `written` says: its key, its key without the pack, or its Chinese or English
    name.

    Of several terms that `pack`'s own comes first, then that of the base packs. Raises Refusal for none.
    """
    terms, said = vocabulary(name), written.strip()
    if said in terms or f"{pack}:{said}" in terms:
        return said if said in terms else f"{pack}:{said}"
    by_key = [k for k in terms if k.partition(":")[2] == said]
    by_label = [k for k, t in terms.items() if said and said in (t.label, t.en)]
    found = [k for k in by_key or by_label if not terms[k].retired]
    if found:
        return next((k for k in found if k.startswith(f"{pack}:")), found[0])
    what = _("“%(text)s”不是“%(vocabulary)s”里的词条") % {"text": said, "vocabulary": terms.label}
    raise Refusal(what, remedy=meant(said, [t.label for t in terms.values()]))


def with_attr(name: str, attribute: str, value: Any = True) -> Term:
    """The first term of the vocabulary whose attribute has that value. Raises Refusal where the packs have
    none.
    """
    for term in vocabulary(name).values():
        if term.attr(attribute) == value and not term.retired:
            return term
    raise Refusal(
        _("词表“%(name)s”里没有 %(attribute)s 为 %(value)s 的词条")
        % {"name": name, "attribute": attribute, "value": value},
        remedy=_("安装基础包，或在做法包里补上该词条"),
    )


# -------------------------------------------------------------------------------------- kinds of region
def usual_status() -> str:
    """The status of a unit of which nothing else is said: the one that packs mark as active."""
    return with_attr("unit_statuses", "active").key


def level_of_kind(kind: str, above: int) -> int:
    """The level of a region of that kind: what the term says, else one below the region `above` it.

    Raises Refusal for an unknown kind.
    """
    require("region_kinds", kind, _("类型"))
    level = vocabulary("region_kinds")[kind].attr("level")
    return int(level) if level is not None else above + 1


class KindsByCode:
    """Tells a division's kind by its level, the number in its code and the ending of its name.

    What region kinds may say of themselves, as text: `endings` of names, parted by spaces, and `codes`, the
    numbers of their codes' last part as `level:from-to`, both bounds included. The codes of a `statistical`
    kind decide; else the longest ending of a kind of that level; else its codes; what nothing fits is
    statistical.
    """

    def __init__(self) -> None:
        self._codes: list[tuple[int, int, int, str]] = []
        self._statistical_codes: list[tuple[int, int, int, str]] = []
        self._endings: dict[int | None, list[tuple[str, str]]] = {}
        self.otherwise = with_attr("region_kinds", "statistical").key
        for key, term in vocabulary("region_kinds").items():
            if term.retired:
                continue
            level = term.attr("level")
            for text in str(term.attr("codes", "")).split():
                at, low, high = (int(n) for n in text.replace(":", "-").split("-"))
                listed = self._statistical_codes if term.attr("statistical") else self._codes
                listed.append((at, low, high, key))
            for ending in str(term.attr("endings", "")).split():
                self._endings.setdefault(level if level is None else int(level), []).append((ending, key))

    def of(self, level: int, number: int, name: str) -> str:
        """The kind of a division of that level, `number` being its own part of the code."""
        return self.teller(level)(number, name)

    def teller(self, level: int) -> Callable[[int, str], str]:
        """`of` for one level, prepared for many divisions."""
        decided = _by_number(self._statistical_codes, level)
        numbered = _by_number(self._codes, level)
        endings: dict[int, dict[str, str]] = {}
        for which in (None, level):
            for ending, key in self._endings.get(which, ()):
                endings.setdefault(len(ending), {}).setdefault(ending, key)
        longest_first = sorted(endings.items(), reverse=True)
        otherwise = self.otherwise

        def told(number: int, name: str) -> str:
            if number in decided:
                return decided[number]
            for length, kinds in longest_first:
                key = kinds.get(name[-length:])
                if key is not None:
                    return key
            return numbered.get(number, otherwise)

        return told

    def stem(self, name: str) -> str:
        """`name` without what only says its kind: 西津路社区居委会 and 西津路社区 have the same."""
        endings = {ending for of_level in self._endings.values() for ending, _key in of_level}
        while True:
            fitting = [e for e in endings if name.endswith(e) and len(name) > len(e)]
            if not fitting:
                return name
            name = name[: -len(max(fitting, key=len))]


def _by_number(codes: list[tuple[int, int, int, str]], level: int) -> dict[int, str]:
    found: dict[int, str] = {}
    for at, low, high, key in codes:
        if at == level:
            for number in range(low, high + 1):
                found.setdefault(number, key)
    return found
