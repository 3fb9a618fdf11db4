"""The JSON Schema of a pack's files, for editors: every field with its Chinese description."""

import json
from typing import Any

from pydantic.json_schema import models_json_schema

from jiceng.packs.filters.nodes import ColumnPath
from jiceng.packs.filters.parsing import LOGIC, MAX_CHOICES, OPERATORS
from jiceng.packs.loading.manifest import KEY, Manifest
from jiceng.packs.merging import VOCABULARIES
from jiceng.packs.references import COLUMN, FILTER
from jiceng.packs.sections import PackModel, all_sections
from jiceng.packs.vocabulary import VocabularySpec

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def schema() -> dict[str, Any]:
    """The schema of every YAML file of a pack: `pack`, `vocabularies` and all registered sections."""
    models: list[type[PackModel]] = [Manifest, VocabularySpec, *(s.model for s in all_sections().values())]
    unique = list(dict.fromkeys(models))
    refs, definitions = models_json_schema([(model, "validation") for model in unique], by_alias=True)
    reference = {model: refs[model, "validation"] for model in unique}
    properties: dict[str, Any] = {
        "pack": {"description": "本包是什么：只写在 pack.yaml 里", **reference[Manifest]},
        VOCABULARIES: {
            "description": "词表：名称 → 词条树",
            "type": "object",
            "additionalProperties": reference[VocabularySpec],
        },
    }
    for section in all_sections().values():
        item = reference[section.model]
        keyed = {"type": "object", "propertyNames": {"pattern": KEY}, "additionalProperties": item}
        described = {"title": section.label, "description": section.description}
        properties[section.key] = described | (keyed if section.keyed else {"type": "array", "items": item})
    return {
        "$schema": DIALECT,
        "title": "Jiceng 做法包",
        "description": "见 docs/packs.zh-CN.md",
        "type": "object",
        "additionalProperties": False,
        "properties": properties,
        "$defs": {**_of_models(definitions.get("$defs", {})), **_filters()},
    }


def schema_text() -> str:
    """The schema as it is published in `packs/schema.json`."""
    return json.dumps(schema(), ensure_ascii=False, indent=2, sort_keys=True) + "\n"


def _of_models(definitions: dict[str, Any]) -> dict[str, Any]:
    """The models' schemas without their docstrings, which are English and for programmers."""
    models = {
        name: {key: _with_filters(value) for key, value in model.items() if key != "description"}
        for name, model in definitions.items()
    }
    # where a field may be a column or something else, pydantic describes the resolved column
    return {name: COLUMN if name == ColumnPath.__name__ else model for name, model in models.items()}


def _with_filters(part: Any) -> Any:
    """`part` with the grammar wherever a model says that a filter stands there; a filter's default is no
    filter.
    """
    if isinstance(part, list):
        return [_with_filters(item) for item in part]
    if not isinstance(part, dict):
        return part
    if FILTER in part:
        kept = {key: value for key, value in part.items() if key not in (FILTER, "type", "default")}
        return {"$ref": "#/$defs/Filter", **kept}
    # a title that is text is made from the Python name; one that is a mapping is a field called so
    return {
        key: _with_filters(value)
        for key, value in part.items()
        if key != "title" or not isinstance(value, str)
    }


def _filters() -> dict[str, Any]:
    """The filter grammar. Columns depend on the fact, so their names stay open; the loader checks them."""
    value, comparison = {"$ref": "#/$defs/FilterValue"}, {"$ref": "#/$defs/FilterComparison"}
    condition = {
        "description": "值、若干值之一，或比较",
        "anyOf": [value, {"type": "array", "items": value, "minItems": 1}, comparison],
    }
    return {
        "Filter": {
            "type": "object",
            "description": "过滤条件：各项都要成立；列名可以用点沿引用走",
            "properties": _logic({"$ref": "#/$defs/Filter"}, {"$ref": "#/$defs/FilterHas"}),
            "additionalProperties": condition,
        },
        "FilterValue": {"type": ["string", "number", "boolean"]},
        "FilterComparison": {
            "type": "object",
            "minProperties": 1,
            "additionalProperties": False,
            "properties": _comparisons(value),
        },
        "FilterHas": _has({"$ref": "#/$defs/Filter"}),
    }


def _comparisons(value: dict[str, Any]) -> dict[str, Any]:
    """What may stand after a column."""
    found: dict[str, Any] = dict.fromkeys(OPERATORS, value)
    found |= {name: {"type": "array", "items": value, "maxItems": MAX_CHOICES} for name in ("in", "not_in")}
    found["empty"] = {"type": "boolean", "description": "是否没有值"}
    found["rank_gte"] = {"type": "string", "description": "词条的 rank 不低于该词条"}
    return found


def _logic(filter_: dict[str, Any], has: dict[str, Any]) -> dict[str, Any]:
    """What may stand beside columns."""
    several = {"type": "array", "items": filter_, "minItems": 1}
    found: dict[str, Any] = {
        "any": several | {"description": "至少一个成立"},
        "all": several | {"description": "全部成立"},
        "not": filter_ | {"description": "不成立"},
        "has": {
            "description": "至少有一行别的事实与本行相配",
            "anyOf": [has, {"type": "array", "items": has}],
        },
        "within_days": {
            "type": "object",
            "description": "日期在所问之日起若干天内",
            "required": ["column", "days"],
            "additionalProperties": False,
            "properties": {"column": {"type": "string"}, "days": {"type": "integer", "minimum": 0}},
        },
    }
    assert set(found) == set(LOGIC)
    return found


def _has(filter_: dict[str, Any]) -> dict[str, Any]:
    """The mapping under `has`."""
    return {
        "type": "object",
        "required": ["fact"],
        "additionalProperties": False,
        "properties": {
            "fact": {"type": "string", "description": "事实表"},
            "by": {"type": "string", "description": "对方指向本行的列"},
            "match": {
                "type": "object",
                "description": "逐列相配：对方的列 → 本行的列；id 是本行自己",
                "additionalProperties": {"type": "string"},
            },
            "where": filter_,
            "day": {"enum": ["same", "before", "any"], "description": "同一天有效、前一天有效，或任何一天"},
            "at_least": {
                "type": "number",
                "exclusiveMinimum": 0,
                "description": "至少几行；写了 total 则是至少合计",
            },
            "total": {"type": "string", "description": "合计哪一列"},
        },
    }
