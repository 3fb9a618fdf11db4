"""Whatever is declared and however it is asked for, the engine and a plain walk over the rows agree."""

import random
from datetime import date
from pathlib import Path

import pytest
import yaml

from jiceng.indicators.answering.declared import Declared
from jiceng.indicators.answering.question import Question
from jiceng.indicators.figures import answer, list_records
from jiceng.protection.scopes import Scope
from tests.indicators.answers.evaluator import Evaluator
from tests.indicators.conftest import declared
from tests.indicators.vocabularies import VOCABULARIES, catalogue

DECLARED = yaml.safe_load(Path(__file__).with_name("declared.yaml").read_text(encoding="utf-8"))
BREAKDOWNS = {
    "unit": ["kind", "kind@1", "industry", "above_scale", "region.kind", "authority", "employees"],
    "party_org": ["form", "mode", "host_unit.kind"],
    "appointment": ["post", "post@1", "person.sex", "region", "person.education"],
    "person": ["sex", "education", "age"],
    "region": ["kind", "parent"],
}
MAPS = [date(2018, 1, 1), date(2020, 3, 1), date(2020, 6, 9), date(2020, 6, 10), date(2022, 12, 31)]
DAYS = [*MAPS, date(2019, 7, 1), date(2021, 6, 30)]
PERIODS = [
    (date(2018, 1, 1), date(2018, 12, 31)),
    (date(2019, 6, 1), date(2021, 3, 1)),
    (date(2015, 1, 1), date(2023, 1, 1)),
]
PARTY = {"membership", "party_org", "cover", "appointment", "matter"}
INDUSTRY = {"unit", "employment", "appointment", "matter", "dispatch"}


def question(indicator, chance, world) -> Question:
    """One of the many ways in which it may be asked for."""
    trees = [
        "territory",
        *["party"] * (indicator.fact in PARTY),
        *["industry"] * (indicator.fact in INDUSTRY),
    ]
    tree = chance.choice(trees)
    regions = [world.county, world.county, *world.towns, world.zone, *world.villages]
    nodes = {"territory": regions, "party": range(1, 8), "industry": range(1, 5)}[tree]
    return Question(
        scope=Scope.all(),
        tree=tree,
        node=chance.choice([None, *nodes]),
        as_of=chance.choice(DAYS),
        period=chance.choice(PERIODS),
        map=chance.choice(["then", "today"]),
        today=chance.choice(MAPS),
        by=chance.choice(["", tree, tree, "territory", *BREAKDOWNS.get(indicator.fact, [])]),
        steps=chance.choice([1, 1, 2]),
    )


@pytest.mark.parametrize("county", [2, 3], indirect=True)
def test_the_engine_agrees_with_a_walk_over_the_rows(county, request):
    agree(county, random.Random(request.node.name))


@pytest.mark.parametrize("recorded_county", [1], indirect=True)
def test_so_it_does_on_a_snapshot_of_the_database(recorded_county, request):
    agree(recorded_county, random.Random(request.node.name))


def agree(county, chance):
    """Ask every declaration in some way, and compare."""
    evaluator = Evaluator(county, VOCABULARIES)
    for name, written in DECLARED.items():
        indicator = declared(written)
        one = Declared("core:one", indicator, catalogue())
        asked = question(indicator, chance, county)
        found = answer(one, asked)
        rows = list(evaluator.at_node(indicator, asked))
        assert amount(found) == evaluator.value(indicator, rows), (name, asked)
        assert list_records(one, asked).ids() == sorted(row["id"] for row, _ in rows), (name, asked)
        if asked.by:
            parts = {part.key: amount(part) for part in found.parts if part.rows}
            assert parts == evaluator.parts(indicator, asked), (name, asked)


def amount(found):
    return found.numerator, found.denominator, found.rows
