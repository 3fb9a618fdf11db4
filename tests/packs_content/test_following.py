"""No figure is made up: each follows the scenario's parameters, and then whatever happens to the records.

One load a place, at a fiftieth of what is many, with some parameters that are not the published ones.
"""

import random
from datetime import date
from decimal import Decimal

import pytest

from jiceng.coverage.rebuilding import rebuild as rebuild_coverage
from jiceng.demo.places import install_packs, load_place
from jiceng.indicators.answering.declared import Declared, codes_at
from jiceng.indicators.answering.question import Question
from jiceng.indicators.checking import check
from jiceng.indicators.figures import answer, list_records
from jiceng.indicators.snapshot.refreshing import refresh
from jiceng.organisations.models import Region
from jiceng.packs.catalogue import current
from jiceng.protection.actors import Actor
from jiceng.protection.scopes import Scope
from tests.packs_content.ledger import Ledger, Walk
from tests.packs_content.upheaval import Upheaval
from tests.test_published_figures import OF_MASSES

BY = Actor("test:loader", "装入")
ALL = 10_000_000
SOME = 20
"""Figures that are also asked for as of an earlier day."""

PERTURBED = {
    "guangan": (
        {
            "guidance_stations.count": 61, "part_time_instructors.count": 650, "full_time_instructors.count": 31,
            "two_new_first_secretaries.count": 47, "admitted.count": 263, "returning_members.count": 180,
            "floating_declared.count": 900, "pioneer_posts.count": 500,
        },
        {"ga-003": 61, "ga-004": 650, "ga-005": 31, "ga-006": 47, "ga-008": 263, "ga-009": 180, "ga-010": 900,
         "ga-050": 500},
    ),
    "sihui": ({"jade_members.count": 125, "jade_admitted.count": 20}, {"sh-022": 145}),
    "guanghan": (
        {
            "financial_secretaries.count": 28, "vanguard_teams.count": 25, "comprehensive_committees.count": 14,
            "revitalisation_navigators.count": 40, "epidemic_navigators.count": 33, "poverty_relief_cadres.count": 150,
            "admitted.count": 1_600, "agency_volunteers.count": 60,
        },
        {"gh-001": 1_276, "gh-005": 14, "gh-009": 2_320, "gh-021": 28, "gh-060": 150, "gh-068": 40, "gh-070": 28,
         "gh-071": 33, "gh-075": 25, "gh-076": 181},
    ),
    "ganzhou": (
        {"recruited_instructors.count": 120, "revitalisation_secretaries.count": 1_800, "urban_cadres.count": 480},
        {"gz-031": 1_800, "gz-054": 480, "gz-063": 120},
    ),
    "qianwei": ({"red_guides.count": 80, "rider_teams.count": 20}, {"qw-005": 80, "qw-029": 20}),
}  # fmt: skip
"""By place: values of the scenario that are not as published, and what the figures must then come to."""


@pytest.fixture
def home(settings, tmp_path, transactional_db):
    """Snapshots of this test's own."""
    settings.HOME = tmp_path
    install_packs(by=BY)


@pytest.mark.parametrize("place", PERTURBED)
def test_figures_follow_the_scenario_and_then_the_records(home, place):
    overrides, wanted = PERTURBED[place]
    load_place(place, scale=50, overrides=overrides, by=BY)
    the_perturbed_figures_are_the_perturbed_numbers(place, wanted)
    figures = Figures(place)
    before = figures.values()
    happened = Upheaval(current(), random.Random(place), figures.day).happen()
    assert sum(happened.values()) >= 40, happened
    rebuild_coverage()
    manifest = refresh()
    assert any(files.overlay for files in manifest.relations.values()), "an overlay, not a new snapshot"
    figures.agree_with_a_walk_over_the_records()
    after = figures.values()
    assert sum(before[key] != after[key] for key in before) >= 10, happened


def the_perturbed_figures_are_the_perturbed_numbers(place, wanted):
    """Those whose records were asked for in other numbers say so; nothing else has moved."""
    published = {r.id: r for key, r in current().section("reference").items() if key.startswith(f"{place}:")}
    for figure in check(place).figures:
        if figure.id in wanted:
            assert (figure.computed, figure.ok) == (wanted[figure.id], False), figure
        elif figure.id in OF_MASSES:  # shares of what is many, of which a fiftieth is made
            assert abs(figure.computed - figure.expected) < 1, figure
        elif figure.indicator and max(published[figure.id].base_value or 0, figure.expected) < 10_000:
            assert figure.ok, figure


class Figures:
    """The figures that hold at a place: on its day for all of it and for one of its towns, and some for
    an earlier day."""

    def __init__(self, place):
        manifest = current().packs[place]
        assert manifest.day is not None
        self.day = manifest.day
        self.root = Region._base_manager.get(code=manifest.binds[0].region, valid_to=None)
        self.declared = [
            Declared(key, item, current())
            for key, item in current().section("indicators", codes_at("territory", self.root.pk)).items()
        ]
        below = Region._base_manager.filter(path__startswith=self.root.path, level=4, valid_to=None)
        chance = random.Random(place)
        town = chance.choice(sorted(below.values_list("pk", flat=True)))
        self.asked = [(self.root.pk, self.day), (town, self.day)]
        self.earlier = (self.root.pk, self.day.replace(day=1))
        self.some = chance.sample(range(len(self.declared)), SOME)

    def question(self, node, day):
        return Question(scope=Scope.all(), node=node, as_of=day, period=(date(day.year - 1, 1, 1), day))

    def values(self):
        """Every figure of the place on its day."""
        asked = self.question(self.root.pk, self.day)
        return {one.key: answer(one, asked).value for one in self.declared}

    def agree_with_a_walk_over_the_records(self):
        """The engine counts what stands in the database, and opens to exactly that."""
        walk = Walk(Ledger(), current().vocabularies)
        counted = 0
        for number, one in enumerate(self.declared):
            if one.indicator.measure == "change":
                continue
            for node, day in [*self.asked, *[self.earlier] * (number in self.some)]:
                asked = self.question(node, day)
                rows = list(walk.at_node(one.indicator, asked))
                value = answer(one, asked)
                told = (value.numerator, value.denominator, value.rows)
                assert told == walk.value(one.indicator, rows), (one.key, node, day)
                found = list_records(one, asked, limit=ALL)
                assert found.ids() == sorted(row["id"] for row, _day in rows), (one.key, node, day)
                opens_to_its_records(one, value, found.rows)
                counted += len(rows)
        assert counted > 5_000


def opens_to_its_records(one, value, records):
    """A count is as many as the records behind it; a quotient has its numerator's and its denominator's."""
    taken = [record.measured for record in records if record.counted]
    match one.indicator.measure:
        case "count":
            assert value.value == len(records), one.key
        case "distinct":
            assert value.value == len(set(taken)), one.key
        case "share":
            assert (value.numerator, value.denominator) == (len(taken), len(records)), one.key
        case "average":
            assert (value.numerator, value.denominator) == (sum(taken), len(taken)), one.key
        case "sum":
            assert Decimal(value.value) == sum(taken), one.key
        case "minimum":
            assert value.value == min(taken, default=None), one.key
