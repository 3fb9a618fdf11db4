"""What people write in matters: phrases from a pack's name material, filled with places, things and times."""

import re
from collections.abc import Mapping, Sequence
from functools import cached_property
from random import Random
from typing import Any

from jiceng.demo.making.texts import around
from jiceng.demo.making.world import World
from jiceng.demo.walking.files import File
from jiceng.packs.catalogue import Catalogue
from jiceng.records.refusals import Refusal

PART = "matters"
"""The part of the name material (`names`) that holds the phrases."""

NUMBERS = {"b": 18, "u": 4, "n": 12, "no": 320}
"""Placeholders for numbers of buildings, entrances, groups and houses, and how far they go."""

_PLACEHOLDER = re.compile(r"\{([a-z_]+)\}")
Phrases = Mapping[str, Any]


class Words:
    """The phrases as one place uses them.

    The material has `subjects`, by category (the nearest above that has any) or by a name of its own: titles, texts,
    answers, places; `places`, kinds of places by name, each with the kind of region that has such; `fills`, what
    stands for a placeholder; and `steps`, notes and fields by step and field key (`other` for all others).
    """

    def __init__(self, world: World, catalogue: Catalogue) -> None:
        self.world, self.catalogue = world, catalogue
        self.material: Phrases = world.naming.material.get(PART) or {}
        self._areas: dict[int, list[str]] = {}
        self._subjects: dict[str, Phrases] = {}
        self._around: dict[int, dict[str, str]] = {}

    # ---------------------------------------------------------------------------------- the subject
    def subject(self, category: str, named: str) -> Phrases:
        """The phrases for a category, or of that name. Raises Refusal where there are none."""
        key = named or category
        if key not in self._subjects:
            self._subjects[key] = self._found(category, named)
        return self._subjects[key]

    def _found(self, category: str, named: str) -> Phrases:
        subjects = self.material.get("subjects") or {}
        keys = [named] if named else [*self._upwards(category), "other"]
        for key in keys:
            if key in subjects:
                found: Phrases = subjects[key]
                return found
        raise Refusal(f"没有“{named or category}”的用语", f"names.{PART}.subjects", "在起名材料里补上")

    def _upwards(self, category: str) -> Sequence[str]:
        """The bare keys of a category and of those above it."""
        terms, found = self.catalogue.vocabularies.get("matter_categories"), list[str]()
        while category and terms is not None and category in terms:
            found.append(category.partition(":")[2])
            category = terms[category].parent
        return found

    def told(self, rng: Random, file: File, named: str) -> tuple[str, str]:
        """Title and text of a matter."""
        subject = self.subject(file.category, named)
        titles = subject["titles"]
        texts = subject.get("texts") or titles
        number = int(rng.random() * len(titles))
        known = self._known(file)
        known["place"] = self._place(rng, file.region, subject, known)
        title = self.filled(rng, str(titles[number]), file.region, known)
        known["title"] = title
        text = str(texts[number]) if len(texts) == len(titles) else _one(rng, texts)
        return title, self.filled(rng, text, file.region, known)

    def answer(self, rng: Random, file: File, named: str) -> str:
        """What a unit says it has done."""
        subject = self.subject(file.category, named)
        return self.filled(rng, _one(rng, subject["answers"]), file.region, self._known(file))

    def at_step(self, rng: Random, file: File, step: str, key: str) -> str:
        """What is written in a field of a step, or (`note`) beside it."""
        steps = self.material.get("steps") or {}
        for where in (f"{step}.{key}", key, "other"):
            if where in steps:
                return self.filled(rng, _one(rng, steps[where]), file.region, self._known(file))
        raise Refusal(f"没有“{step}.{key}”的用语", f"names.{PART}.steps", "在起名材料里补上")

    # ------------------------------------------------------------------------------------- filling in
    def filled(self, rng: Random, text: str, region: int, known: Mapping[str, str]) -> str:
        """`text` with its placeholders filled."""
        return _PLACEHOLDER.sub(lambda match: self._fill(rng, match[1], region, known), text)

    def _fill(self, rng: Random, name: str, region: int, known: Mapping[str, str]) -> str:
        if name in known:
            return known[name]
        fills = self.material.get("fills") or {}
        if name in fills:
            return self.filled(rng, _one(rng, fills[name]), region, known)
        if name in NUMBERS:
            return str(1 + int(rng.random() * NUMBERS[name]))
        if name == "area":
            return _one(rng, self._residential(region))
        if name == "road":
            return self.world.naming.street(rng)
        if region not in self._around:
            self._around[region] = around(self.world, region)
        return self._around[region].get(name, "")

    def _known(self, file: File) -> dict[str, str]:
        """What the matter itself is about, by placeholder."""
        found = {"households": str(file.households or 1)}
        for name, row in (("unit", file.unit), ("party_org", file.party_org), ("person", file.person)):
            if row is not None:
                found[name] = self.world.name_of(name, row).removeprefix("中共")
        return found

    def _place(self, rng: Random, region: int, subject: Phrases, known: Mapping[str, str]) -> str:
        if not subject.get("places"):
            return ""
        kinds, here = self.material["places"], self.world.territory.areas[region].kind
        fitting = {
            name: place["as"]
            for name, place in kinds.items()
            if here in self.world.below("region_kinds", str(place["in"]))
        }
        wanted = [name for name in subject["places"] if name in fitting] or list(fitting)
        return (
            self.filled(rng, _one(rng, fitting[_one(rng, wanted)]), region, known) if wanted else "{region}"
        )

    def _residential(self, region: int) -> list[str]:
        """The residential areas that people there speak of: those on record, else some of our invention."""
        if region not in self._areas:
            found = list(self._recorded.get(region, ()))
            rng = self.world.chance("areas", self.world.territory.areas[region].code)
            while len(found) < 6:
                found.append(self.world.naming.residential_area(rng))
            self._areas[region] = found
        return self._areas[region]

    @cached_property
    def _recorded(self) -> Mapping[int, list[str]]:
        """Names of residential areas by the region that they lie in."""
        kinds, found = self.world.below("region_kinds", "residential_area"), dict[int, list[str]]()
        for area in self.world.territory.areas:
            if area.kind in kinds:
                found.setdefault(area.parent, []).append(area.name)
        return found


def _one(rng: Random, options: Any) -> str:
    """One of several phrases; a single one may stand alone."""
    return options if isinstance(options, str) else str(options[int(rng.random() * len(options))])
