"""Queries are compiled once and stored; a request that finds them needs no Ibis, and changes make new ones."""

import os
import subprocess
import sys

import pytest
from django.conf import settings as configured
from django.db import connection

from jiceng.indicators import stored as storing
from jiceng.indicators.models import CompiledQuery
from jiceng.indicators.shapes import Compiled, Shape
from jiceng.indicators.stored import prepare, stored, usual_shapes
from jiceng.packs.vocabulary import Term, Vocabulary
from tests.indicators.conftest import ask, declared, of
from tests.indicators.vocabularies import VOCABULARIES, catalogue

UNITS = {"fact": "unit", "where": {"kind": "two_new"}, "breakdowns": ["kind", "industry"]}

REQUEST = """
import sys, django
django.setup()
from datetime import date
from django.conf import settings
from pathlib import Path
settings.HOME = Path({home!r})
from tests.indicators.conftest import ask, records_of
asked = {written!r}
print(ask(asked, node={node}, as_of=date(2022, 12, 31), by="territory").value, len(records_of(asked, node={node}).rows))
print("ibis" in sys.modules)
"""


@pytest.fixture(autouse=True)
def nothing_known(monkeypatch):
    monkeypatch.setattr(storing, "_known", {})


def test_a_query_is_compiled_once_and_found_again(db, monkeypatch):
    one = of(UNITS)
    shape = next(usual_shapes(one.indicator))
    first = stored(one.indicator, shape, one.catalogue)
    assert not CompiledQuery.objects.exists()  # a reader writes nothing
    assert stored(one.indicator, shape, one.catalogue) is first
    list(prepare(one.catalogue))
    monkeypatch.setattr(storing, "_known", {})
    monkeypatch.setattr(storing, "_compiled", None)  # would fail if it were called
    assert stored(one.indicator, shape, one.catalogue) == first


def test_what_a_query_follows_from_is_in_its_digest(db):
    one = of(UNITS)
    more = {**VOCABULARIES, "unit_kinds": _with_another_kind()}
    other_terms = catalogue()
    other_terms.vocabularies = more
    other_terms.digests = (("place", "changed"),)
    stored(one.indicator, Shape(), one.catalogue)
    stored(one.indicator, Shape("records"), one.catalogue)
    stored(declared({**UNITS, "where": {"kind": "market"}}), Shape(), one.catalogue)
    changed = stored(one.indicator, Shape(), other_terms)
    assert len(storing._known) == 4
    assert "place:stall" in changed.sql


def _with_another_kind() -> Vocabulary:
    kinds = VOCABULARIES["unit_kinds"]
    return Vocabulary(
        "unit_kinds", "", {**kinds, "place:stall": Term("place:stall", "摊位", "", parent="core:market")}
    )


def test_days_nodes_and_scope_are_parameters(db):
    one = of({**UNITS, "where": {"surveyed_on": {"lte": "$day"}}})
    whole = stored(one.indicator, Shape("value", "territory"), one.catalogue)
    assert whole.parameters == ("as_of",)
    assert '"asked_places"' in whole.sql
    scoped = stored(one.indicator, Shape("value", "territory", scoped=True), one.catalogue)
    assert set(scoped.parameters) - {"as_of"} == {
        "area_hi", "area_lo", "held_model", "held_record", "scope_hi", "scope_lo", "scope_tree",
    }  # fmt: skip


def test_preparing_compiles_what_pages_ask_for_and_forgets_the_rest(db):
    CompiledQuery.objects.create(
        pk="old", indicator="core:gone", shape="value", engine="duckdb", sql="SELECT 1"
    )
    found = of(UNITS, other={"fact": "unit", "time": "flow", "scope": "public"})
    steps = list(prepare(found.catalogue))
    assert steps[-1] == (len(steps), len(steps))
    assert not CompiledQuery.objects.filter(pk="old").exists()
    assert CompiledQuery.objects.count() == len(steps)
    shapes = [str(shape) for shape in usual_shapes(found.indicator)]
    assert {
        "value territory",
        "value territory scoped",
        "parts territory by kind",
        "records territory",
    } <= set(shapes)


def test_parts_of_figures_that_papers_ask_for_are_compiled_too(db, monkeypatch):
    found = of(UNITS)
    few = of({"fact": "unit", "where": {"employees": {"gte": 30}}}).indicator.where
    monkeypatch.setattr(storing, "_narrowers", [lambda _catalogue: [(found.key, few)] * 2])
    list(prepare(found.catalogue))
    monkeypatch.setattr(storing, "_known", {})
    monkeypatch.setattr(storing, "_compiled", lambda *asked: pytest.fail("compiled while somebody waits"))
    for shape in usual_shapes(found.indicator):
        if shape.what == "value":
            assert "30" in stored(found.indicator, shape, found.catalogue, few).sql


def test_what_a_list_of_figures_asks_for_comes_before_what_one_page_asks_for(db):
    found = of(UNITS, other={"fact": "unit", "scope": "place"})
    steps = prepare(found.catalogue, batch=2)
    for _step in range(4):
        next(steps)
    first = list(CompiledQuery.objects.values_list("indicator", "shape").order_by("shape", "indicator"))
    shapes = ("value territory", "value territory scoped")
    assert first == [(key, shape) for shape in shapes for key in ("core:one", "core:other")]


def test_preparing_that_is_stopped_keeps_what_it_has_compiled(db):
    steps = prepare(of(UNITS).catalogue)
    next(steps)
    next(steps)
    assert not CompiledQuery.objects.exists()
    steps.close()
    assert CompiledQuery.objects.count() == 2


def test_what_another_process_has_stored_is_not_compiled_again(db, monkeypatch):
    found = of(UNITS)
    list(prepare(found.catalogue))
    kept = set(CompiledQuery.objects.values_list("pk", flat=True))
    CompiledQuery.objects.filter(pk=min(kept)).delete()
    made = []
    monkeypatch.setattr(storing, "_compiled", lambda *asked: made.append(asked) or Compiled("SELECT 1", ()))
    list(prepare(found.catalogue))
    assert len(made) == 1
    assert set(CompiledQuery.objects.values_list("pk", flat=True)) == kept


def test_a_prepared_request_runs_without_ibis(recorded_county):
    """Compiled in one process, asked for in another, which must never import the compiler."""
    expected = ask(UNITS, node=1, by="territory").value
    list(prepare(of(UNITS).catalogue))
    script = REQUEST.format(home=str(_home()), written=UNITS, node=1)
    done = subprocess.run(
        [sys.executable, "-c", script], env=_environment(), capture_output=True, text=True, check=False
    )
    assert done.stdout.split() == [str(expected), str(expected), "False"], done.stderr


def _home():
    return configured.HOME


def _environment():
    name = connection.settings_dict["NAME"]
    url = f"sqlite://{name}" if connection.vendor == "sqlite" else f"postgresql:///{name}"
    settings = {
        "DJANGO_SETTINGS_MODULE": "jiceng.settings",
        "DATABASE_URL": url,
        "PYTHONPATH": f"src{os.pathsep}.",
    }
    return os.environ | settings | {"JICENG_HOME": str(_home())}
