"""A pack's content as people read it."""

from typing import Any

from django.utils.translation import get_language

from jiceng.packs.catalogue import Catalogue, name_of_item
from jiceng.packs.loading.manifest import Manifest
from jiceng.packs.usages import stored


def section_items(catalogue: Catalogue, section: str, pack: str) -> list[dict[str, Any]]:
    """The items a pack brings to a section: key, name, and the basis or document it cites where it has
    one.
    """
    found = []
    for key, item in catalogue.section(section).items():
        owner, _colon, bare = key.partition(":")
        if owner != pack:
            continue
        said = name_of_item(item, english=english()) or bare
        basis = next((b for b in (getattr(item, n, "") for n in ("basis", "cites")) if b), "")
        found.append({"key": bare, "name": said, "basis": basis, "unit": getattr(item, "unit", "")})
    return found


def english() -> bool:
    """Whether the page is in English."""
    return (get_language() or "").startswith("en")


def name_of(manifest: Manifest) -> str:
    """What a pack is called in the active language."""
    return manifest.en if english() and manifest.en else manifest.name


def description_of(manifest: Manifest) -> str:
    """What a pack says of itself in the active language."""
    return manifest.description_en if english() and manifest.description_en else manifest.description


def vocabulary_trees(catalogue: Catalogue, pack: str, *, counts: bool) -> list[dict[str, Any]]:
    """The vocabularies a pack adds to, each with its terms in tree order and their depth; with `counts` also
    how many rows hold each (0: none), which asks every table.
    """
    language = get_language() or ""
    trees = []
    for name, vocabulary in catalogue.vocabularies.items():
        own: list[dict[str, Any]] = [
            {"key": key, "label": catalogue.label(key, language), "depth": len(vocabulary.ancestors(key)) - 1}
            for key, term in vocabulary.items()
            if term.pack == pack and not term.retired
        ]
        if own and counts:
            rows = stored([name], [term["key"] for term in own])
            own = [term | {"used": rows[term["key"]][1] if term["key"] in rows else 0} for term in own]
        if own:
            label = vocabulary.en if english() and vocabulary.en else vocabulary.label
            trees.append({"name": name, "label": label or name, "terms": own})
    return trees
