"""The published figures: which of them are answered, by what, and that no answer is typed in."""

from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from functools import cache
from typing import Any

import pytest
import yaml

from jiceng.packs.catalogue import of_folders, shipped

ENTITIES = {
    "party_org", "member", "member_event", "person_appointment", "two_new_org", "enterprise", "social_org", "agency",
    "post", "station", "area", "village", "community", "resident_group", "residential_area", "grid", "resident",
    "household", "team", "qualification", "case", "case_dispatch", "application",
}  # fmt: skip
"""What the registry and the matters know of: figures about these are answered from records."""

BESIDE = {"ga-075"}
"""Services that answer wishes: matters, too."""

NOT_YET = {
    "gh-034", "gh-035", "gz-046", "gz-048", "gz-050", "gz-051", "ga-065", "ga-035", "ga-052", "ga-072", "ga-074",
    "sh-005", "sh-026", "gh-020", "gh-025", "gz-077", "gz-078", "gz-080", "gz-083",
}  # fmt: skip
"""Figures about these that rest on points, income, loans, ties, services or activities."""


def places() -> list[Any]:
    """The folders of the packs that are bound to a place."""
    return [folder for folder in shipped() if (folder / "reference.yaml").exists()]


@pytest.fixture(scope="module")
def whole():
    """All shipped packs together, as they are in force."""
    return of_folders(*shipped())


@cache
def written(folder, section: str) -> Any:
    """A section as a pack writes it, from all of its files."""
    found: Any = None
    for path in sorted(folder.glob("*.yaml")):
        if f"{section}:" not in path.read_text():
            continue
        part = yaml.load(path.read_text(), yaml.CSafeLoader).get(section)
        if isinstance(part, list):
            found = [*(found or []), *part]
        elif part:
            found = {**(found or {}), **part}
    return found or {}


FIGURES = [(folder, figure) for folder in places() for figure in written(folder, "reference")]
ANSWERED = [
    (folder, figure)
    for folder, figure in FIGURES
    if figure["id"] in BESIDE or (figure["entity"] in ENTITIES and figure["id"] not in NOT_YET)
]


def numbers(value: Any) -> Iterator[Decimal]:
    """Every number in what is written, however deep."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from numbers(key)
            yield from numbers(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from numbers(inner)
    elif isinstance(value, int | float) and not isinstance(value, bool):
        yield Decimal(str(value))


def declared(folder, key: str) -> Iterator[dict[str, Any]]:
    """An indicator as the pack or else the base pack writes it, and those that it measures the change of."""
    (base,) = [f for f in shipped() if not (f / "reference.yaml").exists()]
    for source in (folder, base):
        found = written(source, "indicators").get(key)
        if found is not None:
            yield found
            if found["measure"] == "change":
                yield from declared(folder, found["of"])
            return
    raise AssertionError(key)


def test_every_observed_figure_of_the_articles_is_listed():
    """As they were counted in the articles themselves."""
    listed = Counter(folder.name for folder, _figure in FIGURES)
    assert listed == {"guangan": 62, "sihui": 32, "guanghan": 69, "ganzhou": 59, "qianwei": 14}


def test_a_hundred_and_fourteen_figures_are_answered_from_records():
    assert len(ANSWERED) == 114
    assert len({figure["id"] for _folder, figure in FIGURES}) == len(FIGURES)


@pytest.mark.parametrize(("folder", "figure"), ANSWERED, ids=lambda v: v["id"] if isinstance(v, dict) else "")
def test_a_figure_about_the_registry_names_its_indicator(folder, figure):
    assert figure["indicator"], figure["quote"]


def test_every_other_figure_is_listed_as_not_yet_computed():
    answered = {figure["id"] for _folder, figure in ANSWERED}
    early = [f["id"] for _folder, f in FIGURES if f["id"] not in answered and f["indicator"] is not None]
    assert early == []


@pytest.mark.parametrize(("folder", "figure"), ANSWERED, ids=lambda v: v["id"] if isinstance(v, dict) else "")
def test_no_declaration_holds_the_value_it_should_yield(folder, figure):
    published = {Decimal(str(figure[name])) for name in ("value", "base_value") if name in figure}
    said = {number for one in declared(folder, figure["indicator"]) for number in numbers(one)}
    said |= set(numbers(figure.get("where", {})))
    assert not published & said


def test_flows_are_published_for_a_period_and_stocks_for_a_day(whole):
    for key, figure in whole.section("reference").items():
        if figure.indicator is None:
            continue
        found = whole.item("indicators", figure.indicator)
        while found.measure == "change":
            found = whole.item("indicators", found.of)
        assert (figure.since is not None) == (found.time == "flow"), key
        assert (figure.as_of is None) or found.time == "stock", key


def test_periods_and_days_lie_before_the_places_own_day(whole):
    for key, figure in whole.section("reference").items():
        if figure.indicator is None:
            continue
        day = whole.packs[key.partition(":")[0]].day
        if figure.since:
            assert figure.since < figure.until <= day, key
        assert figure.as_of is None or figure.as_of <= day, key
