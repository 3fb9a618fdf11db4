"""What is compiled for the cluster says the same in its own words, and needs no Spark to be there."""

import pytest
from django.test import override_settings

from jiceng.indicators.compile.asked import bindable
from jiceng.indicators.compile.dialects import DUCKDB, SPARK
from jiceng.indicators.engine import spoken
from jiceng.indicators.models import CompiledQuery
from jiceng.indicators.shapes import Shape
from jiceng.indicators.stored import prepare, stored, usual_shapes
from tests.indicators.conftest import of

UNITS = {"fact": "unit", "where": {"kind": "two_new", "surveyed_on": {"lte": "$day"}}}
SCOPED = {"area_hi", "area_lo", "held_model", "held_record", "scope_hi", "scope_lo", "scope_tree"}


@pytest.mark.parametrize("dialect", [DUCKDB, SPARK], ids=lambda dialect: dialect.name)
def test_each_engine_gets_the_query_in_its_own_words(db, dialect):
    one = of(UNITS)
    found = stored(one.indicator, Shape("value", "territory", scoped=True), one.catalogue, dialect=dialect)
    assert set(found.parameters) == {"as_of", *SCOPED}  # a term like core:market names none
    assert "core:market" in found.sql
    assert dialect.quoted("asked_places") in found.sql
    for name in found.parameters:
        assert dialect.bound(name) in found.sql
    other = SPARK if dialect is DUCKDB else DUCKDB
    assert f" {other.quote}" not in found.sql
    assert "asked_visible" not in found.sql


def test_they_are_stored_side_by_side(db):
    one = of(UNITS)
    shape = Shape("value", "territory")
    assert stored(one.indicator, shape, one.catalogue, dialect=SPARK) != stored(
        one.indicator, shape, one.catalogue
    )


def test_only_what_may_have_to_answer_is_prepared(db):
    assert spoken() == (DUCKDB,)
    one = of(UNITS)
    shapes = len(list(usual_shapes(one.indicator)))
    list(prepare(one.catalogue))
    assert CompiledQuery.objects.count() == shapes
    with override_settings(ENGINE="spark"):
        assert spoken() == (SPARK, DUCKDB)  # who answers while the cluster is away needs no Ibis either
        list(prepare(one.catalogue))
    assert (
        sorted(CompiledQuery.objects.values_list("engine", flat=True))
        == ["duckdb"] * shapes + ["spark"] * shapes
    )


@pytest.mark.parametrize("dialect", [DUCKDB, SPARK], ids=lambda dialect: dialect.name)
def test_only_what_was_asked_becomes_a_parameter(dialect):
    text = f"SELECT '{dialect.mark}until {dialect.mark}x' FROM t WHERE day <= ASKED_AS_OF()"
    found = bindable(text, dialect)
    assert found.parameters == ("as_of",)
    assert f"day <= CAST({dialect.bound('as_of')} AS DATE)" in found.sql
    assert bindable("SELECT 1", dialect) == type(found)("SELECT 1", ())
