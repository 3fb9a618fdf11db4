"""The year's brief of each place says what its article says, and not a figure of it is typed in."""

import re

import pytest
import yaml
from django.conf import settings

from jiceng.packs.catalogue import of_folders, shipped
from jiceng.reports.sections import Document
from jiceng.reports.templates import PLACEHOLDER

PLACES = sorted(path.parent.name for path in settings.PACKS.glob("*/reference.yaml"))

SAID = re.compile(r"20\d\d年|2018年底|10年间|35岁|“[^”]*”")
"""Numbers that a brief's fixed wording may have: years, ages that define a figure, and names in quotation marks."""


@pytest.fixture(scope="module")
def packs():
    return of_folders(*shipped())


def brief_of(packs, place) -> Document:
    return packs.item("documents", f"{place}:annual_brief")


def published(packs, place):
    """The article's figures that an indicator computes."""
    found = [item for key, item in packs.section("reference").items() if key.startswith(f"{place}:")]
    return [item for item in found if item.indicator]


def written(document):
    """Every text of the document's blocks."""
    yield document.title
    for use in document.uses():
        if use.what == "text":
            yield use.written


@pytest.mark.parametrize("place", PLACES)
def test_every_figure_of_the_article_that_is_computed_stands_in_the_brief(packs, place):
    document = brief_of(packs, place)
    asked = {(spec.indicator, repr(spec.where), spec.region) for spec in document.figures.values()}
    missing = [
        item.id
        for item in published(packs, place)
        if (item.indicator, repr(item.where), item.region) not in asked and item.id not in ABRIDGED
    ]
    assert missing == []


ABRIDGED = {"gz-055", "gz-056"}
"""One estate's pipes: an example, and no figure of a year."""


@pytest.mark.parametrize("place", PLACES)
def test_every_figure_of_the_brief_is_written_in_it(packs, place):
    document = brief_of(packs, place)
    names = {name for text in written(document) for name in PLACEHOLDER.findall(text)}
    assert [key for key in document.figures if key not in names] == []


@pytest.mark.parametrize("place", PLACES)
def test_no_figure_is_typed_in(packs, place):
    for text in written(brief_of(packs, place)):
        plain = SAID.sub("", PLACEHOLDER.sub("", text))
        assert not re.search(r"[0-9]", plain), text


@pytest.mark.parametrize("place", PLACES)
def test_fixed_days_are_those_of_the_article(packs, place):
    """A figure with days of its own has the days under which the article's figure was published."""
    days = {(item.indicator, item.as_of, item.since) for item in published(packs, place)} | {
        (item.indicator, None, None) for item in published(packs, place)
    }
    for key, spec in brief_of(packs, place).figures.items():
        if spec.as_of or spec.since:
            assert (spec.indicator, spec.as_of, spec.since) in days, key


def test_every_reference_of_the_briefs_is_a_place_that_has_one():
    assert PLACES == ["ganzhou", "guangan", "guanghan", "qianwei", "sihui"]
    for place in PLACES:
        text = (settings.PACKS / place / "briefs.yaml").read_text(encoding="utf-8")
        assert yaml.safe_load(text)["documents"]["annual_brief"]["about"] == "figures"
