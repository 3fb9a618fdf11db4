"""What a practice pack may say: its sections, each declared by the room that reads it.

A room above puts its pydantic models and its `register_section(...)` calls into its own `sections` module
and imports that module in `AppConfig.ready`. `packs` itself knows only `vocabularies`, `rules` and
`calendar`.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from pydantic import BaseModel, ConfigDict


class PackModel(BaseModel):
    """Base of everything that stands in a pack: unknown fields are errors, values do not change once read.

    Fields that name something else in a pack say so with the annotations of `packs.references` (`TermRef`,
    `ItemRef`, `FilterOn`, `ColumnOf`), so that the loader qualifies and checks them with file and line.
    Every field carries a Chinese `description`: editors show it, and it is part of the published JSON
    Schema.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, arbitrary_types_allowed=True)


@dataclass(frozen=True, slots=True)
class Section:
    """One section of a pack.

    `model` describes one item. A `keyed` section is a mapping of key to item, stored as `pack:key`, where
    the nearest binding wins key by key; otherwise it is a list, and an item's key is its `id` (else its
    place in the list). `label` and `description` are Chinese.
    """

    key: str
    model: type[PackModel]
    keyed: bool
    label: str
    description: str


_sections: dict[str, Section] = {}


def register_section(section: Section) -> Section:
    """Let packs have this section. Raises ValueError where another declaration holds the key."""
    if _sections.get(section.key, section) != section:
        raise ValueError(f"pack section {section.key} is declared twice")
    _sections[section.key] = section
    return section


def all_sections() -> Mapping[str, Section]:
    """Every registered section by key."""
    return _sections
