"""The published JSON Schema and the page of names: equal to the program, and right about packs."""

import json

import jsonschema
import pytest

from jiceng.packs.catalogue import shipped
from jiceng.packs.loading import read_folder
from jiceng.packs.loading.reading import read_yaml
from jiceng.packs.schema import schema, schema_text
from jiceng.packs.sections import all_sections
from tools import packreference

AGAIN = "run tools/packreference.py"


@pytest.fixture(scope="module")
def validator():
    jsonschema.Draft202012Validator.check_schema(schema())
    return jsonschema.Draft202012Validator(schema())


def test_the_published_schema_is_the_program_s():
    assert packreference.SCHEMA.read_text(encoding="utf-8") == schema_text(), AGAIN


def test_the_published_page_is_the_program_s():
    assert packreference.PAGE.read_text(encoding="utf-8") == packreference.page(), AGAIN


def test_every_section_and_field_is_described_in_chinese():
    found = schema()
    assert set(found["properties"]) == {"pack", "vocabularies", *all_sections()}
    silent = [
        f"{name}.{field}"
        for name, model in found["$defs"].items()
        if not name.startswith("Filter")
        for field, said in model.get("properties", {}).items()
        if not any("\u4e00" <= letter <= "\u9fff" for letter in said.get("description", ""))
    ]
    silent += [name for name, section in found["properties"].items() if not section.get("description")]
    assert silent == []


def test_every_reference_inside_the_schema_leads_somewhere():
    text = schema_text()
    named = {part.split('"')[0] for part in text.split('"#/$defs/')[1:]}
    assert named <= set(json.loads(text)["$defs"])


@pytest.mark.parametrize("folder", shipped(), ids=lambda folder: folder.name)
def test_what_the_loader_accepts_the_schema_accepts(folder, validator):
    pack, _faults = read_folder(folder)
    for path in sorted(folder.glob("*.yaml")):
        if path.name in pack.manifest.data.values():
            continue
        root, _faults = read_yaml(path, path.name)
        errors = [
            f"{path.name} {list(e.absolute_path)}: {e.message[:200]}"
            for e in validator.iter_errors(root.plain())
        ]
        assert errors == []


@pytest.mark.parametrize(
    "written",
    [
        {"pack": {"id": "place", "name": "某市"}},
        {"pack": {"id": "place", "name": "某市", "version": "1.0.0", "nmae": "x"}},
        {"pack": {"id": "Place", "name": "某市", "version": "1.0.0"}},
        {"vocabularys": {}},
        {"vocabularies": {"posts": {"terms": {"a": {"en": "A"}}}}},
        {"rules": {"a": {"label": "甲", "value": "three"}}},
        {"rules": {"A b": {"label": "甲", "value": 3}}},
        {"rules": {"a": {"label": "甲", "value": 3, "cases": [{"where": {"any": {}}, "value": 1}]}}},
        {"rules": {"a": {"label": "甲", "cases": [{"where": {"form": {"between": [1, 2]}}, "value": 1}]}}},
    ],
)
def test_an_editor_shows_what_is_wrong(validator, written):
    assert list(validator.iter_errors(written)) != []


@pytest.mark.parametrize(
    "where",
    [
        {"form": "branch"},
        {"form": ["branch", "committee"], "living": True},
        {"region.kind": {"in": ["village"]}, "term_until": {"lt": "$day"}},
        {
            "any": [{"not": {"form": "branch"}}],
            "has": {"fact": "membership", "by": "party_org", "at_least": 3},
        },
        {"within_days": {"column": "term_until", "days": 180}},
    ],
)
def test_an_editor_lets_every_kind_of_filter_pass(validator, where):
    written = {"rules": {"a": {"label": "甲", "value": 3, "cases": [{"where": where, "value": 1}]}}}
    assert list(validator.iter_errors(written)) == []
