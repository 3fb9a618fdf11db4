"""Thirty figures at two levels through the product, against the same questions written by hand in SQL: on
the same Parquet, and on the record database itself. All answers must agree.
"""

import re
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import yaml
from django.db import connection

from jiceng.bench.ground.prefecture import TODAY, Prefecture
from jiceng.bench.ground.scratch import scratch
from jiceng.bench.ground.terms import base, term
from jiceng.indicators.answering.declared import Declared
from jiceng.indicators.answering.question import Question
from jiceng.indicators.engine import Engine, engine
from jiceng.indicators.figures import answer
from jiceng.indicators.sections import Indicator
from jiceng.indicators.snapshot.declared import all_relations
from jiceng.indicators.snapshot.refreshing import rebuild
from jiceng.packs.catalogue import Catalogue
from jiceng.packs.references import Resolver
from jiceng.packs.vocabulary import Term, Vocabulary
from jiceng.protection.scopes import SEGMENT, Scope
from jiceng.records.facts import Column, all_facts

ROOT, LEVELS = "0001", (1, 2)
SINCE = TODAY.replace(month=1, day=1)
PASSES = 3

Answers = dict[tuple[str, int], dict[str, tuple[Any, Any]]]
"""By figure and level: by the path of each part, numerator and denominator."""


def run(scale: str = "prefecture") -> dict[str, Any]:
    """All three ways in one run: seconds of the quickest of three passes, and their ratios."""
    written = yaml.safe_load(Path(__file__).with_suffix(".yaml").read_text(encoding="utf-8"))
    with scratch():
        place = Prefecture(scale)
        place.store()
        rebuild()
        declared = _declared(written)
        seconds, ours = _timed(lambda: _by_product(declared))
        by_hand, theirs = _timed(lambda: _by_hand(written, engine()))
        in_database, third = _timed(lambda: _in_database(written), passes=1)
    for other in (theirs, third):
        if other != ours:
            different = sorted(key for key in ours if ours[key] != other.get(key))
            raise AssertionError(f"the answers differ: {different}")
    return {
        "name": "battery",
        "scale": scale,
        "rows": place.rows,
        "seconds": round(seconds, 3),
        "baseline": "the same by hand, DuckDB on the same Parquet",
        "baseline_seconds": round(by_hand, 3),
        "ratio": round(seconds / by_hand, 2),
        "parts": [
            {
                "name": "the same by hand, on the record database",
                "seconds": round(in_database, 3),
                "baseline_seconds": round(seconds, 3),  # the product's
                "ratio": round(in_database / seconds, 1),
            }
        ],
    }


def _timed(work: Callable[[], Answers], passes: int = PASSES) -> tuple[float, Answers]:
    """The quickest of several passes, after one that compiles and warms up, and what it answered."""
    answers = work()
    quickest = float("inf")
    for _pass in range(passes):
        engine().answers.clear()
        began = time.perf_counter()
        answers = work()
        quickest = min(quickest, time.perf_counter() - began)
    return quickest, answers


# ------------------------------------------------------------------------------------------ the product
def catalogue_of(written: Mapping[str, Any]) -> Catalogue:
    """Vocabularies that all have every term the queries name: here none has anything below it."""
    keys = {term(key) for key in re.findall(r"{base}:(\w+)", str(written))}
    terms = {key: Term(key, key, key) for key in keys}
    columns = [column for fact in all_facts().values() for column in fact.columns]
    names = {c.vocabulary for c in columns if isinstance(c, Column) and c.vocabulary}
    return Catalogue([], {name: Vocabulary(name, name, terms) for name in names}, {})


def _declared(written: Mapping[str, Any]) -> list[Declared]:
    catalogue = catalogue_of(written)
    resolver = Resolver(base(), (base(),), catalogue.vocabularies, {})
    return [
        Declared(key, Indicator.model_validate({"name": key, **item["of"]}, context=resolver), catalogue)
        for key, item in written.items()
    ]


def _by_product(declared: list[Declared]) -> Answers:
    paths = _paths()
    found: Answers = {}
    for asked in declared:
        for level in LEVELS:
            question = Question(
                scope=Scope.all(), node=1, as_of=TODAY, period=(SINCE, TODAY), by="territory", steps=level
            )
            parts = answer(asked, question).parts
            found[asked.key, level] = {
                paths[part.key]: _plain(part.numerator, part.denominator) for part in parts if part.rows
            }
    return found


def _paths() -> Mapping[Any, str]:
    rows = engine().rows("SELECT id, path FROM region")
    return dict(rows)


def _plain(numerator: Any, denominator: Any) -> tuple[Any, Any]:
    return int(numerator), None if denominator is None else int(denominator)


# ---------------------------------------------------------------------------------------------- by hand
def _by_hand(written: Mapping[str, Any], on: Engine) -> Answers:
    return {
        (key, level): {row[0]: _plain(row[1], row[2]) for row in on.rows(query(item, level, dates=True))}
        for key, item in written.items()
        for level in LEVELS
    }


def query(item: Mapping[str, str], level: int, *, dates: bool) -> str:
    """The query as it is written by hand, for one level; `dates`: the engine has a type for them."""
    length = len(ROOT) + SEGMENT * level
    on = item.get("event") or "{day}"
    text = (
        f"SELECT substr(r.path, 1, {length}) AS part, {item.get('numerator', 'COUNT(*)')}, "
        f"{item.get('denominator', 'NULL')} FROM {item['from']} "
        f'JOIN region_spans r ON r."of" = {item["node"]} AND {{then:r:{on}}} '
        f"WHERE r.path >= '{ROOT}' AND r.path < '0002' AND length(r.path) >= {length} "
        f"AND {item['where']} GROUP BY 1"
    )
    return _filled(text, dates)


def _filled(text: str, dates: bool) -> str:
    """The text with its days, and its few words of shorthand written out."""
    for word, said in SHORTHAND.items():
        found = re.compile(rf"\{{{word}:((?:[^{{}}]|\{{\w+\}})*)\}}")
        text = found.sub(lambda match, said=said: said(dates, *match[1].split(":")), text)  # type: ignore[misc]
    text = text.replace("{base}", base())
    days = {"{day}": TODAY, "{since}": SINCE, "{until}": TODAY}
    for name, day in days.items():
        text = text.replace(name, f"{'DATE ' if dates else ''}'{day}'")
    return text


def _before(dates: bool, day: str) -> str:
    return f"{day} - 1" if dates else f"date({day}, '-1 day')"


def _holds(_dates: bool, row: str, day: str = "{day}") -> str:
    return f"({row}.valid_from <= {day} AND ({row}.valid_to IS NULL OR {row}.valid_to > {day}))"


def _age(dates: bool, born: str) -> str:
    if dates:
        early = f"month({born}) * 100 + day({born}) > {TODAY.month * 100 + TODAY.day}"
        return f"({TODAY.year} - year({born}) - CASE WHEN {early} THEN 1 ELSE 0 END)"
    early = f"substr({born}, 6) > '{TODAY:%m-%d}'"
    return f"({TODAY.year} - CAST(substr({born}, 1, 4) AS INTEGER) - CASE WHEN {early} THEN 1 ELSE 0 END)"


SHORTHAND: dict[str, Callable[..., str]] = {"before": _before, "then": _holds, "on": _holds, "age": _age}


# ------------------------------------------------------------------------------------- in the database
def _in_database(written: Mapping[str, Any]) -> Answers:
    found: Answers = {}
    with connection.cursor() as cursor:
        _name_tables(cursor)
        dates = connection.vendor != "sqlite"
        for key, item in written.items():
            for level in LEVELS:
                cursor.execute(_spoken(query(item, level, dates=dates)))
                found[key, level] = {row[0]: _plain(row[1], row[2]) for row in cursor.fetchall()}
    return found


def _name_tables(cursor: Any) -> None:
    """Views by which the tables have the names that facts give them."""
    for name, relation in all_relations().items():
        columns = ", ".join(f'"{column.source}" AS "{column.name}"' for column in relation.columns)
        cursor.execute(f'DROP VIEW IF EXISTS "{name}"')
        cursor.execute(f'CREATE TEMP VIEW "{name}" AS SELECT {columns} FROM "{relation.table}"')


def _spoken(text: str) -> str:
    """What PostgreSQL calls differently."""
    if connection.vendor == "sqlite":
        return text
    return re.sub(r"\b(month|day|year)\(([^()]*)\)", r"EXTRACT(\1 FROM \2)", text)
