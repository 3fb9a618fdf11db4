"""docs/packs.md is enough to write a pack: its examples are checked, and its pack from nothing is built."""

import re
from datetime import date
from pathlib import Path

import pytest
import yaml

from jiceng.matters.registry import all_effects
from jiceng.matters.sections import (
    ClockSpec,
    DoerSpec,
    FieldSpec,
    LimitSpec,
    MatterSpec,
    RouteSpec,
    StateSpec,
    StepSpec,
)
from jiceng.packs.catalogue import of_folders, shipped
from jiceng.packs.filters.parsing import HAS_FIELDS, LOGIC, OPERATORS
from jiceng.packs.installing import check, shipped_bases
from jiceng.packs.loading import read_folder
from jiceng.packs.merging import VOCABULARIES
from jiceng.packs.sections import all_sections
from jiceng.records.refusals import Refusals

DOCS = Path(__file__).resolve().parents[2] / "docs"
PAGES = ("packs.md", "packs.zh-CN.md")
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def blocks(page: str, language: str) -> list[str]:
    text = (DOCS / page).read_text(encoding="utf-8")
    return [found[2] for found in BLOCK.finditer(text) if found[1] == language]


def files(page: str) -> dict[str, str]:
    """The files of the pack at the end of the page, by the name in each block's first line."""
    text = (DOCS / page).read_text(encoding="utf-8")
    last = text[text.rindex("\n## ") :]
    found = {}
    for block in BLOCK.finditer(last):
        first, _line, rest = block[2].partition("\n")
        found[first.removeprefix("# ")] = rest if first.endswith(".csv") else block[2]
    return found


def base() -> Path:
    (folder,) = [folder for folder in shipped() if read_folder(folder)[0].manifest.base]
    return folder


@pytest.fixture(params=PAGES)
def sixth(request, tmp_path) -> Path:
    """The documented pack, written out as the page says."""
    folder = tmp_path / "riverbend"
    folder.mkdir()
    for name, content in files(request.param).items():
        (folder / name).write_text(content, encoding="utf-8")
    return folder


def test_the_documented_pack_is_free_of_faults(sixth):
    assert [pack.id for pack in check([sixth], shipped_bases([sixth]))] == ["riverbend"]


def test_the_documented_pack_does_what_the_page_says(sixth):
    found = of_folders(base(), sixth)
    village = ["990102101201", "990102101", "990102", "9901", "99"]
    assert found.packs_at(village, date(2022, 12, 31))[0] == "riverbend"
    assert found.item("rules", "branch_size", village).at_most == 40
    assert found.item("rules", "branch_size", ["9901", "99"]).at_most == 50
    core = base().name
    assert "riverbend:ferry_guide" in found.descendants("posts", f"{core}:party_building_instructor")
    assert "riverbend:boat_crew" in found.descendants("unit_kinds", f"{core}:new_employment")
    rate = found.section("indicators")["riverbend:boat_crews_worked_rate"]
    assert [str(column) for column in rate.breakdowns] == ["unit.industry"]
    assert found.section("reference")["riverbend:rb-001"].indicator == "riverbend:boat_crews_worked_rate"


def test_the_error_that_the_page_promises_is_the_one_that_comes(sixth):
    practice = sixth / "practice.yaml"
    text = practice.read_text(encoding="utf-8")
    wrong = text.replace("instructor_posts: [ferry_guide]", "instructor_posts: [ferry_gide]")
    practice.write_text(wrong, encoding="utf-8")
    with pytest.raises(Refusals) as found:
        check([sixth], shipped_bases([sixth]))
    (fault,) = found.value.refusals
    said = str(fault).replace(str(sixth.parent), "packs")
    assert said in (DOCS / "packs.md").read_text(encoding="utf-8")
    assert said in (DOCS / "packs.zh-CN.md").read_text(encoding="utf-8")


def examples() -> list[str]:
    """Every YAML block of the English page that shows sections, the scenario's aside."""
    return [
        block
        for block in blocks("packs.md", "yaml")
        if not block.startswith("# ") and "scenario" not in yaml.safe_load(block)
    ]


@pytest.mark.parametrize("example", examples(), ids=lambda block: block.split(":")[0])
def test_every_example_is_free_of_faults(example, tmp_path):
    folder = tmp_path / "example"
    folder.mkdir()
    (folder / "pack.yaml").write_text(
        "pack: {id: example, name: 例, version: 1.0.0}\n" + example, encoding="utf-8"
    )
    check([folder], shipped_bases([folder]))


@pytest.mark.parametrize("page", PAGES)
def test_every_section_and_every_word_of_the_grammar_is_documented(page):
    text = (DOCS / page).read_text(encoding="utf-8")
    words = {VOCABULARIES, *all_sections(), *OPERATORS, *LOGIC, *HAS_FIELDS}
    assert [word for word in sorted(words) if not re.search(rf"\b{word}\b", text)] == []


@pytest.mark.parametrize("page", PAGES)
def test_every_word_of_a_matter_type_and_every_effect_is_documented(page):
    text = (DOCS / page).read_text(encoding="utf-8")
    models = (MatterSpec, FieldSpec, StateSpec, StepSpec, DoerSpec, ClockSpec, LimitSpec, RouteSpec)
    words = {info.alias or name for model in models for name, info in model.model_fields.items()}
    assert [word for word in sorted(words | set(all_effects())) if not re.search(rf"\b{word}\b", text)] == []


@pytest.mark.parametrize("page", PAGES)
def test_every_vocabulary_and_rule_of_the_base_pack_is_documented(page):
    text = (DOCS / page).read_text(encoding="utf-8")
    found = of_folders(base())
    keys = {*found.vocabularies, *(key.partition(":")[2] for key in found.section("rules"))}
    assert [key for key in sorted(keys) if f"`{key}`" not in text] == []
