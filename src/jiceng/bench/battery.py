"""Thirty figures at two levels through the product, against the same questions written by hand in SQL: on the same
Parquet, and on the record database's engine; and some of them against pandas over workbooks. All answers must agree.
"""

import re
import time
from collections.abc import Callable, Iterable, Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import yaml
from django.db import connection

from jiceng.bench.ground.drawn import Drawn
from jiceng.bench.ground.prefecture import TODAY
from jiceng.bench.ground.scratch import scratch
from jiceng.bench.ground.terms import base, term
from jiceng.bench.ways import workbooks
from jiceng.bench.ways.by_hand import SINCE, for_postgresql, query
from jiceng.indicators.answering.declared import Declared
from jiceng.indicators.answering.question import Question
from jiceng.indicators.engine import engine
from jiceng.indicators.figures import answer
from jiceng.indicators.sections import Indicator
from jiceng.packs.catalogue import Catalogue
from jiceng.packs.references import Resolver
from jiceng.packs.vocabulary import Term, Vocabulary
from jiceng.protection.scopes import Scope
from jiceng.records.facts import Column, all_facts

LEVELS = (1, 2)
PASSES = 3
FACTORS = {"hundredth": 0.01, "county": 0.1, "prefecture": 1.0, "province": 10.0}
"""How many prefectures each scale is."""
SCALES = tuple(FACTORS)
DATABASE_UPTO, WORKBOOKS_UPTO = 1.0, 0.1
"""Up to how many prefectures the slower ways are tried at all; the workbooks hold a tenth of the rest at most."""

Answers = dict[tuple[str, int], dict[str, tuple[Any, Any]]]
"""By figure and level: by the path of each part, numerator and denominator."""


def run(scale: str = "prefecture") -> dict[str, Any]:
    """All ways in one run: seconds of the quickest of three passes, and their ratios."""
    written = yaml.safe_load(Path(__file__).with_suffix(".yaml").read_text(encoding="utf-8"))
    with scratch() as home:
        drawn = Drawn(FACTORS[scale])
        drawn.publish()
        figures = declared(written)
        seconds, ours = timed(lambda: by_product(figures))
        by_hand, theirs = timed(lambda: _by_hand(written))
        agree(ours, theirs)
        parts = []
        if FACTORS[scale] <= DATABASE_UPTO:
            parts.append(_on_database(written, drawn, seconds, ours))
        if find_spec("pandas"):
            share = min(FACTORS[scale] / 10, WORKBOOKS_UPTO)
            parts.append(_on_workbooks(share, {key: written[key] for key in workbooks.FIGURES}, home))
    return {
        "name": "battery",
        "scale": scale,
        "rows": drawn.rows,
        "seconds": round(seconds, 3),
        "baseline": "the same by hand, DuckDB on the same Parquet",
        "baseline_seconds": round(by_hand, 3),
        "ratio": round(seconds / by_hand, 2),
        "parts": parts,
    }


def agree(ours: Answers, theirs: Answers) -> None:
    """Raise AssertionError where two ways answer differently."""
    if ours != theirs:
        different = sorted(key for key in ours | theirs if ours.get(key) != theirs.get(key))
        raise AssertionError(f"the answers differ: {different}")


def timed(work: Callable[[], Answers], passes: int = PASSES) -> tuple[float, Answers]:
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


def declared(written: Mapping[str, Any]) -> list[Declared]:
    """The figures as a pack would declare them."""
    catalogue = catalogue_of(written)
    resolver = Resolver(base(), (base(),), catalogue.vocabularies, {})
    return [
        Declared(key, Indicator.model_validate({"name": key, **item["of"]}, context=resolver), catalogue)
        for key, item in written.items()
    ]


def by_product(figures: Iterable[Declared]) -> Answers:
    """The figures as the product answers them, from whatever engine is asked for."""
    paths: dict[Any, str] = dict(engine().rows("SELECT id, path FROM region"))
    found: Answers = {}
    for asked in figures:
        for level in LEVELS:
            question = Question(
                scope=Scope.all(), node=1, as_of=TODAY, period=(SINCE, TODAY), by="territory", steps=level
            )
            value = answer(asked, question)
            if value.trouble:
                raise RuntimeError(value.trouble)
            found[asked.key, level] = {
                paths[part.key]: _plain(part.numerator, part.denominator) for part in value.parts if part.rows
            }
    return found


def _plain(numerator: Any, denominator: Any) -> tuple[Any, Any]:
    return int(numerator), None if denominator is None else int(denominator)


# -------------------------------------------------------------------------------------- the other ways
def _by_hand(written: Mapping[str, Any]) -> Answers:
    return {
        (key, level): {
            row[0]: _plain(row[1], row[2]) for row in engine().rows(query(item, level, dates=True))
        }
        for key, item in written.items()
        for level in LEVELS
    }


def _on_database(written: Mapping[str, Any], drawn: Drawn, seconds: float, ours: Answers) -> dict[str, Any]:
    """The queries by hand on the database's engine, on the same rows with indexes: once, after one that warms up."""
    drawn.store()
    taken, theirs = timed(lambda: _in_database(written), passes=1)
    agree(ours, theirs)
    return {
        "name": f"the same by hand, on {connection.vendor}",
        "seconds": round(taken, 3),
        "baseline_seconds": round(seconds, 3),  # the product's
        "ratio": round(taken / seconds, 1),
    }


def _in_database(written: Mapping[str, Any]) -> Answers:
    found: Answers = {}
    dates = connection.vendor != "sqlite"
    with connection.cursor() as cursor:
        for key, item in written.items():
            for level in LEVELS:
                text = query(item, level, dates=dates)
                cursor.execute(for_postgresql(text) if dates else text)
                found[key, level] = {row[0]: _plain(row[1], row[2]) for row in cursor.fetchall()}
    return found


def _on_workbooks(share: float, written: Mapping[str, Any], home: Path) -> dict[str, Any]:
    """Some figures from workbooks that hold a share of a prefecture, and by the product from the same share. Nothing is
    scaled: both are measured as they are.
    """
    drawn = Drawn(share)
    drawn.publish()
    rows = workbooks.write(drawn, home)
    seconds, ours = timed(lambda: by_product(declared(written)))
    began = time.perf_counter()
    theirs = workbooks.answers(home, LEVELS)
    taken = time.perf_counter() - began
    agree(ours, theirs)
    return {
        "name": f"{len(written)} of them × {len(LEVELS)}, pandas + openpyxl, {rows} rows in workbooks",
        "seconds": round(taken, 3),
        "baseline_seconds": round(seconds, 3),  # the product's
        "ratio": round(taken / seconds, 1),
    }
