"""A cluster of a master and two workers says of one snapshot what DuckDB says: values, parts, records."""

import random
from dataclasses import replace
from datetime import date

import pytest
from django.test import override_settings

from jiceng.indicators.answering.declared import Declared
from jiceng.indicators.answering.question import Question
from jiceng.indicators.engine import engine
from jiceng.indicators.figures import list_records
from jiceng.indicators.snapshot.refreshing import rebuild, refresh
from jiceng.packs.catalogue import of_folders, shipped
from jiceng.protection.scopes import Scope
from jiceng.records.writing import write
from tests.indicators import factories as make
from tests.indicators.answers.test_oracle import DECLARED, PERIODS, question
from tests.indicators.answers.test_visibility import some_scope
from tests.indicators.cluster.conftest import both
from tests.indicators.conftest import LAST, declared, of
from tests.indicators.vocabularies import catalogue

pytestmark = [
    pytest.mark.spark,
    pytest.mark.filterwarnings(
        "ignore:unclosed <socket:ResourceWarning"
    ),  # PySpark leaves them to the collector
]


def test_whatever_is_declared_and_whoever_asks(county, asked_of_spark):
    chance = random.Random("both engines")
    for number, (name, written) in enumerate(DECLARED.items()):
        indicator = declared(written)
        one = Declared("core:one", indicator, catalogue())
        who = Scope.all() if number % 3 else some_scope(chance, county)
        asked = replace(question(indicator, chance, county), scope=who)
        first, second = both(one, asked, listed=number % 4 == 0)
        assert first == second, (name, asked)


def test_every_indicator_that_comes_with_the_program(demonstration, db, settings, asked_of_spark):
    settings.HOME = demonstration
    packs = of_folders(*shipped())
    for number, (key, indicator) in enumerate(packs.section("indicators").items()):
        asked = Question(scope=Scope.all(), as_of=LAST, period=PERIODS[-1], by="territory", steps=2)
        first, second = both(Declared(key, indicator, packs), asked, listed=False)
        assert first == second, (number, key)


def test_records_are_paged_and_narrowed_alike(county, asked_of_spark):
    pages = []
    one = of({"fact": "unit", "measure": "share", "part": {"above_scale": True}})
    for engines in ("duckdb", "spark"):
        with override_settings(ENGINE=engines):
            asked = Question(scope=Scope.all(), as_of=LAST, by="kind")
            told = {"counted": True, "after": 3, "limit": 4}
            pages.append([list_records(one, asked, part=part, **told) for part in ("core:market", None)])
            pages[-1].append(list_records(one, asked, **told))
    assert pages[0] == pages[1]
    assert any(page.more for page in pages[0])


@pytest.mark.parametrize("name", ["村's", 'the "old" town', "a\\b", "100% :as_of $day `x`", "--"])
def test_what_a_declaration_holds_is_never_taken_for_sql(county, asked_of_spark, name):
    for spans in county.spans["region"].values():
        spans[-1]["name"] = "another"
    county.spans["region"][county.towns[1]][-1]["name"] = name
    county.publish()
    first, second = both(
        of({"fact": "region", "where": {"name": name}}), Question(scope=Scope.all(), as_of=LAST)
    )
    assert first == second
    assert first[0][0] == 1


def test_what_changed_is_laid_over_the_files_alike(transactional_db, asked_of_spark):
    """The overlay of a snapshot that followed: changed rows, new ones and those that are gone."""
    village = make.region("511602101201", make.region("511602101", kind="core:town"))
    shop = make.unit(village, employees=12)
    make.membership(make.person(village), make.party_org(village, host_unit=shop))
    rebuild()
    make.respan(shop, date(2022, 1, 1), employees=40)
    make.unit(village, employees=7)
    with write(by=make.BY, action="test.delete"):
        make.Membership._base_manager.get().delete()
    refresh()
    asked = Question(scope=Scope.all(), as_of=LAST, by="territory")
    for written, value in (
        ({"fact": "unit", "measure": "sum", "of": "employees"}, 47),
        ({"fact": "membership"}, 0),
    ):
        first, second = both(of(written), asked)
        assert first == second
        assert second[0][0] == value
    assert engine().manifest.relations["unit"].overlay
