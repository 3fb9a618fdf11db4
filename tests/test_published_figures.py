"""What the articles say of the five places comes out of the demonstration's records."""

import json
import os
from pathlib import Path

import pytest
import yaml
from docx import Document

from tests.conftest import Installation

PACKS = Path(__file__).resolve().parent.parent / "packs"
ENTITIES = {
    "party_org",
    "member",
    "member_event",
    "person_appointment",
    "two_new_org",
    "enterprise",
    "social_org",
    "agency",
    "post",
    "station",
    "area",
    "village",
    "community",
    "resident_group",
    "residential_area",
    "grid",
    "resident",
    "household",
    "team",
    "qualification",
    "case",
    "case_dispatch",
    "application",
}
"""What this floor keeps records of; a published figure about anything else waits for its room."""

OTHERS = {
    "gh-034",
    "gh-035",
    "gz-046",
    "gz-048",
    "gz-050",
    "gz-051",
    "ga-065",
    "ga-035",
    "ga-052",
    "ga-072",
    "ga-074",
    "sh-005",
    "sh-026",
    "gh-020",
    "gh-025",
    "gz-077",
    "gz-078",
    "gz-080",
    "gz-083",
}
"""Figures about these that rest on points, income, loans, ties, services or activities: no flag stands in for them."""


SERVICES = {"ga-075"}
"""Of services those count that are wishes taken on and fulfilled: they are matters."""

YEARS = {
    "sh": ("441284", "2020-01-01..2020-09-30"),
    "gh": ("510681", "2022-01-01..2022-09-16"),
    "qw": ("511123", "2023-01-01..2023-04-14"),
    "ga": ("5116", "2021"),
    "gz": ("3607", "2022-01-01..2022-06-20"),
}
"""Of each place, by how its figures are numbered: its region, and the period of its year's brief."""

EXAMPLES = {"gz-055", "gz-056"}
"""One estate's pipes, which no brief of a year tells of."""

OF_MASSES = {"gz-060"}
"""Shares of masses: a fiftieth comes within a point of them."""


def published() -> dict[str, dict]:
    found = {}
    for file in sorted(PACKS.glob("*/reference.yaml")):
        for entry in yaml.safe_load(file.read_text(encoding="utf-8"))["reference"]:
            found[entry["id"]] = entry
    return found


def test_every_figure_about_the_registry_names_its_indicator_and_no_other_does():
    named = {key for key, entry in published().items() if entry.get("indicator")}
    wanted = {key for key, entry in published().items() if entry["entity"] in ENTITIES} - OTHERS | SERVICES
    assert named == wanted


def load(jiceng, *options: str) -> None:
    jiceng("demo", "--place", "all", "--no-serve", *options, timeout=3_000)


def check(jiceng, code: int) -> dict[str, dict]:
    """The figures of all places as `figures check` tells them, by their number."""
    told = jiceng("figures", "check", "--place", "all", "--json", code=code, timeout=1_200)
    answer = json.loads(told[: told.rindex("}") + 1])
    return {figure["id"]: figure for place in answer["places"] for figure in place["figures"]}


def test_a_fiftieth_leaves_every_other_figure_as_published_and_the_briefs_say_them(jiceng, tmp_path):
    load(jiceng, "--scale", "50")
    found, said = check(jiceng, 1), published()
    assert found.keys() == said.keys()
    for key, figure in found.items():
        if not said[key].get("indicator"):
            assert (figure["computed"], figure["ok"]) == (None, False)
        elif key in OF_MASSES:
            assert abs(figure["computed"] - said[key]["value"]) < 1, figure
        elif max(said[key]["value"], said[key].get("base_value", 0)) < 10_000:  # the masses are the others
            assert figure["ok"], figure
            assert figure["records"] > 0
    for place, (region, period) in YEARS.items():
        brief = jiceng(
            "report",
            "annual_brief",
            "--period",
            period,
            "--region",
            region,
            "--out",
            str(tmp_path / "b.docx"),
        )
        assert "待填" not in brief
        text = "".join(paragraph.text for paragraph in Document(tmp_path / "b.docx").paragraphs)
        for figure in (found[key] for key in found if key.startswith(place) and key not in EXAMPLES):
            if figure["indicator"] and figure["ok"] and isinstance(figure["computed"], int):
                assert f"{figure['computed']}" in text, figure


@pytest.fixture
def whole(jiceng):
    """All five places at full size: loaded, or on SQLite as `jiceng demo` left them in JICENG_TEST_DEMO."""
    loaded = os.environ.get("JICENG_TEST_DEMO")
    if loaded and jiceng.env["DATABASE_URL"].startswith("sqlite"):
        return Installation(Path(loaded), f"sqlite://{Path(loaded) / 'jiceng.sqlite3'}")
    load(jiceng)
    return jiceng


@pytest.mark.fullsize
def test_at_full_size_every_figure_of_the_registry_is_as_published(whole):
    found, said = check(whole, 0), published()
    wrong = [figure for key, figure in found.items() if said[key].get("indicator") and not figure["ok"]]
    assert wrong == []
