"""What a pack's author looks up: the JSON Schema for editors and the page of facts, terms and fields.

    packreference.py     writes packs/schema.json and docs/packs-reference.md anew

Both are made from the program's own declarations; tests hold them equal.
"""

import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
SCHEMA = ROOT / "packs" / "schema.json"
PAGE = ROOT / "docs" / "packs-reference.md"

HEAD = """\
# What packs may name · 做法包可用的名称

Made by `tools/packreference.py` from the program's own declarations; do not edit. How to write a pack:
`packs.md` (English), `packs.zh-CN.md` (中文).
"""


FACTS = """\
What filters, `of` and `breakdowns` may name. A reference leads to another fact: `region.kind`. Columns marked
(d) are read as of the day asked for. Every fact also has the dates between which its rows hold.
"""


def page() -> str:
    """The whole page."""
    from jiceng.packs.catalogue import of_folders, shipped  # noqa: PLC0415 - after Django is set up
    from jiceng.packs.loading import read_folder  # noqa: PLC0415 - after Django is set up

    bases = [folder for folder in shipped() if (found := read_folder(folder)[0]) and found.manifest.base]
    lines = [HEAD, *_facts(), *_effects(), *_sources(), *_terms(of_folders(*bases)), *_fields()]
    return "\n".join(lines).rstrip() + "\n"


def _facts() -> Iterator[str]:
    from jiceng.records.facts import Reference, Years, all_facts  # noqa: PLC0415 - after Django is set up

    yield "## Facts and their columns · 事实表与列\n"
    yield FACTS
    for fact in all_facts().values():
        dates = f"`{fact.begins}`" + (f" – `{fact.ends}`" if fact.ends else "")
        note = "" if getattr(fact, "countable", True) else " Only for rules; indicators cannot count it."
        yield f"### `{fact.key}` {fact.label}\n\nDates: {dates}.{note}\n"
        yield "| column | holds | 中文 |\n|---|---|---|"
        for column in fact.columns:
            if isinstance(column, Reference):
                holds = f"→ `{column.to}`"
            elif isinstance(column, Years):
                holds = f"years since `{column.since}`"
            else:
                holds = f"`{column.vocabulary}`" if column.vocabulary else column.kind
            mark = " (d)" if getattr(column, "dated", False) else ""
            yield f"| `{column.name}`{mark} | {holds} | {column.label} |"
        yield ""


EFFECTS = """\
What a step may bring about (`does`), or a clock that has run out (`late`): `do` names it, the rest are its settings.
What names a field, a step or a state means one of the type itself.
"""


def _effects() -> Iterator[str]:
    from jiceng.matters.sections import EffectSpec  # noqa: PLC0415 - after Django is set up

    yield "## Effects of steps · 步骤的动作\n"
    yield EFFECTS
    for effect in EffectSpec.model_json_schema()["oneOf"]:
        do = effect["properties"].pop("do")
        yield f"### `{do['const']}` {effect['description']}\n"
        rows, _further = _rows(effect)
        yield "\n".join(
            ["| setting | holds | 说明 |\n|---|---|---|", *rows, ""] if rows else ["No settings.\n"]
        )


def _sources() -> Iterator[str]:
    from jiceng.reports.sources import COMMON, SERIAL, all_sources  # noqa: PLC0415 - after Django is set up

    yield "## What documents may be about · 文书可写的名称\n"
    common = "、".join(f"`{key}` {name.label}" for key, name in COMMON.items())
    yield f"In every document · 各种文书都有: {common}. In the rows of a list · 清单每行都有: `{SERIAL}` 序号.\n"
    for source in all_sources().values():
        yield f"### `{source.key}` {source.label}\n"
        yield "| list | name | holds | 中文 |\n|---|---|---|---|"
        yield from (f"| | `{key}` | {name.kind} | {name.label} |" for key, name in source.names.items())
        for key, rows in source.lists.items():
            yield f"| `{key}` | | | {rows.label} |"
            yield from (
                f"| `{key}` | `{k}` | {name.kind} | {name.label} |" for k, name in rows.columns.items()
            )
        yield ""


def _terms(catalogue: Any) -> Iterator[str]:
    yield "## Terms of the base pack · 基础包词条\n"
    yield "Written without a colon in any pack. Attributes stand in brackets.\n"
    for vocabulary in catalogue.vocabularies.values():
        yield f"### `{vocabulary.name}` {vocabulary.label}\n"
        yield from _branch(vocabulary, "", 0)
        yield ""


def _branch(vocabulary: Any, parent: str, depth: int) -> Iterator[str]:
    for term in vocabulary.children(parent):
        attrs = ", ".join(f"{key}: {_yaml(value)}" for key, value in term.attrs.items())
        bare = term.key.partition(":")[2]
        yield f"{'  ' * depth}- `{bare}` {term.label} · {term.en}" + (f" [{attrs}]" if attrs else "")
        yield from _branch(vocabulary, term.key, depth + 1)


def _yaml(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _fields() -> Iterator[str]:
    from jiceng.packs.schema import schema  # noqa: PLC0415 - after Django is set up

    whole = schema()
    definitions = whole["$defs"]
    yield "## Fields of sections · 各分节的字段\n\nRequired fields are marked *.\n"
    for name, section in whole["properties"].items():
        listed = section.get("type") == "array"
        form = " (list)" if listed else " (key → item)" if "additionalProperties" in section else ""
        yield f"### `{name}`{form} {section.get('title', '')}".rstrip() + "\n"
        yield f"{section['description']}\n"
        item = section.get("items") or section.get("additionalProperties") or section
        shown: set[str] = set()
        queue = [str(item["$ref"].rpartition("/")[2])]
        while queue:
            title = queue.pop(0)
            if title in shown or title not in definitions or title.startswith("Filter"):
                continue
            shown.add(title)
            rows, further = _rows(definitions[title])
            if rows:
                yield "\n".join([f"{title}:\n\n| field | holds | 说明 |\n|---|---|---|", *rows, ""])
            queue += further


def _rows(definition: dict[str, Any]) -> tuple[list[str], list[str]]:
    """The rows of one model's fields, and the models that they name."""
    required = set(definition.get("required", ()))
    rows: list[str] = []
    further: list[str] = []
    for name, field in definition.get("properties", {}).items():
        kind = _kind(field, further)
        rows.append(
            f"| `{name}`{'*' if name in required else ''} | {kind} | {field.get('description', '')} |"
        )
    return rows, further


def _kind(field: dict[str, Any], further: list[str]) -> str:
    """What a field holds, in a few words; models it names are added to `further`."""
    if "$ref" in field:
        name = str(field["$ref"].rpartition("/")[2])
        further.append(name)
        return {"Filter": "filter", "EffectSpec": "effect"}.get(name, name)
    if choices := field.get("anyOf") or field.get("oneOf"):
        kinds = [_kind(one, further) for one in choices if one.get("type") != "null"]
        return " or ".join(dict.fromkeys(kinds))
    if "enum" in field:
        return " / ".join(f"`{one}`" for one in field["enum"])
    if "const" in field:
        return f"`{field['const']}`"
    if field.get("type") == "array":
        inner: dict[str, Any] = field.get("items") or next(iter(field.get("prefixItems", ())), {})
        return f"list of {_kind(inner, further)}" if inner else "list"
    if field.get("type") == "object":
        values = field.get("additionalProperties")
        return f"key → {_kind(values, further)}" if isinstance(values, dict) else "mapping"
    return str(field.get("format") or field.get("type", "anything"))


def main() -> int:
    sys.path[:0] = [str(ROOT / "src")]
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jiceng.settings")
    import django  # noqa: PLC0415 - only when the files are to be written

    django.setup()
    from jiceng.packs.schema import schema_text  # noqa: PLC0415 - after Django is set up

    SCHEMA.write_text(schema_text(), encoding="utf-8")
    PAGE.write_text(page(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
