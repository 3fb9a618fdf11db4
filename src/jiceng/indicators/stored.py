"""Compiled queries, found or made: by the digest of everything that they follow from."""

import hashlib
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any
from weakref import WeakKeyDictionary

from jiceng.indicators.compile.dialects import DUCKDB, Dialect
from jiceng.indicators.engine import spoken
from jiceng.indicators.models import CompiledQuery
from jiceng.indicators.sections import Indicator
from jiceng.indicators.shapes import Compiled, Shape, by_column
from jiceng.indicators.snapshot.declared import all_relations
from jiceng.indicators.snapshot.relations import schema
from jiceng.packs.catalogue import Catalogue
from jiceng.packs.filters.nodes import EVERYTHING, Node
from jiceng.records.facts import all_facts


@dataclass(frozen=True, slots=True)
class Vocabularies:
    """A catalogue's vocabularies, as compiling asks for them."""

    catalogue: Catalogue

    def below(self, vocabulary: str, key: str) -> frozenset[str]:
        """The term and every term below it."""
        return self.catalogue.below(vocabulary, key)

    def ranked(self, vocabulary: str, at_least: float) -> frozenset[str]:
        """The terms whose rank is at least that."""
        return self.catalogue.ranked(vocabulary, at_least)

    def rolled(self, vocabulary: str, level: int) -> Mapping[str, str]:
        """Every term below that level (the roots are 1), and the term of that level above it."""
        terms = self.catalogue.vocabulary(vocabulary)
        above = {key: terms.ancestors(key) for key in terms}
        return {key: line[-level] for key, line in above.items() if len(line) > level}


def stored(
    indicator: Indicator,
    shape: Shape,
    catalogue: Catalogue,
    narrowed: Node = EVERYTHING,
    dialect: Dialect = DUCKDB,
) -> Compiled:
    """The query for an indicator in that shape and dialect: as it was stored, else compiled now and remembered.

    Nothing is written here: whoever asks for a figure should not wait for the database's one writer. What is
    asked for often is stored by `prepare`.
    """
    digest = _digest(indicator, shape, catalogue, narrowed, dialect)
    if len(_known) > MOST:
        _known.clear()
    if digest not in _known:
        kept = CompiledQuery.objects.filter(pk=digest).first()
        _known[digest] = (
            Compiled(kept.sql, tuple(kept.parameters))
            if kept is not None
            else _compiled(indicator, shape, catalogue, narrowed, dialect)
        )
    return _known[digest]


_known: dict[str, Compiled] = {}

MOST = 20_000
"""So many queries a process remembers: figures that are tried out come and go."""


def _compiled(
    indicator: Indicator, shape: Shape, catalogue: Catalogue, narrowed: Node, dialect: Dialect
) -> Compiled:
    made: Compiled = _compiler().compiled(indicator, shape, Vocabularies(catalogue), narrowed, dialect)
    return made


def _compiler() -> Any:
    """The compiler. Not imported with this module: Ibis takes a second and a hundred megabytes, and a request
    that finds its query stored needs neither.
    """
    return import_module("jiceng.indicators.compile.queries")


def _digest(
    indicator: Indicator, shape: Shape, catalogue: Catalogue, narrowed: Node, dialect: Dialect
) -> str:
    said = repr((indicator, shape, narrowed, dialect, _words_of(catalogue), _foundations()))
    return hashlib.sha256(said.encode()).hexdigest()


_words: WeakKeyDictionary[Catalogue, str] = WeakKeyDictionary()


def _words_of(catalogue: Catalogue) -> str:
    """A digest of the vocabularies, which is all that a compiled query takes from packs besides its own indicator: one
    figure more, or another paper, leaves every other query as it is.
    """
    if catalogue not in _words:
        said = repr([(name, list(terms.values())) for name, terms in sorted(catalogue.vocabularies.items())])
        _words[catalogue] = hashlib.sha256(said.encode()).hexdigest()
    return _words[catalogue]


@cache
def _foundations() -> str:
    """A digest of the facts and of the compiler itself: another version of the program may compile
    otherwise.
    """
    sources = sorted((Path(__file__).parent / "compile").glob("*.py"))
    parts = [schema(all_relations()), repr(sorted(all_facts().items())), *(s.read_text() for s in sources)]
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def usual_shapes(indicator: Indicator) -> Iterator[Shape]:
    """The shapes that pages and commands ask for: value and parts of a place, records under a scope.

    A value for the place is seen under their scope by those who have rights elsewhere: in the party
    hierarchy, in an industry, on single records.
    """
    if indicator.measure == "change":
        return
    then = indicator.time == "flow"
    yield Shape("value", "territory", "", then)
    if then:  # beside earlier periods, on the boundaries of one day
        yield Shape("value", "territory")
    if indicator.scope != "public":
        yield Shape("value", "territory", "", then, scoped=True)
    for scoped in (False, True) if indicator.scope == "scope" else (False,):
        for by in ("territory", *(by_column(str(column)) for column in indicator.breakdowns)):
            yield Shape("parts", "territory", by, then, scoped)
    for scoped in (True, False):
        yield Shape("records", "territory", "", then, scoped)


def _waited_for(shape: Shape) -> int:
    """How soon a shape should be there: a list of figures asks for every value, a figure's own page for the
    parts by the tree and a page of records, a click for anything else.
    """
    if shape.what == "value":
        return int(shape.scoped)
    return 2 if shape.by == "territory" or (shape.what == "records" and shape.scoped) else 3


@dataclass(frozen=True, slots=True)
class _Wanted:
    """A query that should be stored."""

    digest: str
    key: str
    indicator: Indicator
    shape: Shape
    dialect: Dialect
    narrowed: Node = EVERYTHING

    def made(self, catalogue: Catalogue) -> CompiledQuery:
        """The query, compiled."""
        found = _compiled(self.indicator, self.shape, catalogue, self.narrowed, self.dialect)
        return CompiledQuery(
            self.digest, self.key, str(self.shape), self.dialect.name, found.sql, list(found.parameters)
        )


def _usual(catalogue: Catalogue, key: str, narrowed: Node, dialect: Dialect) -> Iterator[_Wanted]:
    """What is usually asked of an indicator; narrowed, it is a number or numbers by area and not a list."""
    item = catalogue.item("indicators", key)
    for shape in usual_shapes(item):
        if narrowed == EVERYTHING or (shape.what != "records" and shape.by in ("", "territory")):
            yield _Wanted(
                _digest(item, shape, catalogue, narrowed, dialect), key, item, shape, dialect, narrowed
            )


Narrower = Callable[[Catalogue], Iterable[tuple[str, Node]]]
"""The parts of indicators that something of the packs asks for: keys, each with what narrows it."""

_narrowers: list[Narrower] = []


def register_narrower(narrower: Narrower) -> Narrower:
    """Let `prepare` compile these, too."""
    _narrowers.append(narrower)
    return narrower


BATCH = 50
"""Queries that are stored in one transaction: each waits for the database's writer."""


def prepare(catalogue: Catalogue, batch: int = BATCH) -> Generator[tuple[int, int], None, None]:
    """Compile and store what pages will ask for, what they ask for first before the rest, so that no request
    has to; gives (done, of how many) as it goes on. Closed early, it stores what it has compiled.

    For every engine that may have to answer. What other processes have stored is not made again. Queries
    that follow from another state of packs or program are deleted at the end.
    """
    asked: list[tuple[str, Node]] = [(key, EVERYTHING) for key in catalogue.section("indicators")]
    asked += [each for narrower in _narrowers for each in narrower(catalogue)]
    usual = (_usual(catalogue, key, where, dialect) for dialect in spoken() for key, where in asked)
    found = {one.digest: one for each in usual for one in each}
    wanted = sorted(found.values(), key=lambda one: _waited_for(one.shape) + (one.narrowed != EVERYTHING))
    there = set(CompiledQuery.objects.values_list("pk", flat=True))
    fresh: list[CompiledQuery] = []
    try:
        for done, one in enumerate(wanted, start=1):
            if one.digest not in there:
                fresh.append(one.made(catalogue))
            if len(fresh) == batch or done == len(wanted):
                _store(fresh)
            yield done, len(wanted)
    finally:
        _store(fresh)
    if gone := there - {one.digest for one in wanted}:
        CompiledQuery.objects.filter(pk__in=gone).delete()


def _store(queries: list[CompiledQuery]) -> None:
    """Store the queries that no other process has stored meanwhile, and empty the list."""
    if queries:
        CompiledQuery.objects.bulk_create(queries, ignore_conflicts=True)
        queries.clear()
