"""The demonstration's cohorts: nobody and no firm in them is real, and they add up to what the articles say."""

import json
import re
from functools import cache
from typing import Any

import pytest

from jiceng.demo.making.planning import in_order, read_cohorts
from jiceng.packs.catalogue import of_folders, shipped
from jiceng.packs.loading import read_folder

PLACES = [folder for folder in shipped() if (folder / "scenario.yaml").exists()]


@cache
def cohorts_of(folder) -> dict[str, Any]:
    """A place's cohorts as written, from all of its files."""
    pack, _faults = read_folder(folder)
    assert pack is not None
    return pack.sections["scenario"]


@pytest.fixture(params=PLACES, ids=lambda folder: folder.name)
def place(request):
    """Each of the five places' folders."""
    return request.param


@pytest.fixture(scope="module")
def names():
    """The name material: who must never come out."""
    whole = of_folders(*shipped())
    return {key.partition(":")[2]: item.value for key, item in whole.section("names").items()}


def test_all_five_places_have_a_scenario():
    assert len(PLACES) == 5


def test_cohorts_can_be_put_in_an_order(place):
    cohorts = read_cohorts(cohorts_of(place), {}, place.name)
    order = in_order(cohorts)
    assert sorted(order) == sorted(cohorts)


def test_nobody_named_in_the_articles_appears(place, names):
    text = json.dumps(cohorts_of(place), ensure_ascii=False, default=str)
    assert [name for name in names["excluded_persons"] if name in text] == []


def test_documents_are_marked_as_the_demonstrations(place):
    text = json.dumps(cohorts_of(place), ensure_ascii=False, default=str)
    numbers = re.findall(r"[一-鿿]{2}〔\d{4}〕\d+号", text)
    assert all(number.startswith("演示〔") for number in numbers)


def test_what_grows_with_the_scale_is_marked(place):
    """Tests run at a fraction of the size: a cohort of thousands that does not shrink says so by being needed whole."""
    cohorts = cohorts_of(place)
    large = {
        k: c["count"] for k, c in cohorts.items() if isinstance(c.get("count"), int) and c["count"] > 4_000
    }
    assert {key for key in large if not cohorts[key].get("bulk")} == set()


def test_a_membership_says_how_it_began(place):
    for key, cohort in cohorts_of(place).items():
        if cohort["make"] == "membership":
            said = {**cohort.get("with", {}), **cohort.get("draw", {})}
            assert "entry" in said, key


def test_every_organisation_has_form_mode_nature_and_sector(place):
    for key, cohort in cohorts_of(place).items():
        if cohort["make"] == "party_org":
            said = {**cohort.get("with", {}), **cohort.get("draw", {})}
            assert {"form", "mode", "nature", "sector"} <= set(said), key


def test_temporary_and_functional_branches_take_no_membership(place):
    cohorts = cohorts_of(place)
    loose = {
        key
        for key, c in cohorts.items()
        if c["make"] == "party_org" and c["with"]["nature"] in ("temporary", "functional")
    }
    for key, cohort in cohorts.items():
        if cohort["make"] == "membership":
            assert not loose & _named(cohort), key


def _named(cohort: dict[str, Any]) -> set[str]:
    """Every word of a cohort that could be the key of another."""
    return set(re.findall(r"[a-z_]+", json.dumps(cohort, default=str)))
