"""What goes elsewhere: petitions, discipline reports, lawsuits, emergencies. Shown, never silently dropped."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from jiceng.organisations.models import Region
from jiceng.packs.catalogue import current, name_of_item
from jiceng.residents.places import codes_at
from jiceng.residents.sections import DeskSpec, RedirectSpec


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """A channel by which a matter has to go, in the language asked for."""

    key: str
    label: str
    text: str
    telephones: Sequence[str]
    at_once: bool


@dataclass(frozen=True, slots=True)
class Desk:
    """Whom to call."""

    label: str
    telephone: str
    hours: str


def elsewhere(text: str, region: Region | None, day: date, *, english: bool = False) -> Sequence[Elsewhere]:
    """The channels that words of `text` hint at, emergencies first."""
    plain = "".join(unicodedata.normalize("NFKC", text).lower().split())
    found = [
        _said(key, spec, english)
        for key, spec in _redirects(region, day)
        if any("".join(word.lower().split()) in plain for word in spec.words)
    ]
    return sorted(found, key=lambda each: not each.at_once)


def channels(region: Region | None, day: date, *, english: bool = False) -> Sequence[Elsewhere]:
    """All of them, for the page that explains what is not taken here."""
    return sorted(
        (_said(key, spec, english) for key, spec in _redirects(region, day)), key=lambda e: not e.at_once
    )


def desks(region: Region | None, *, english: bool = False) -> Sequence[Desk]:
    """The telephones that answer at `region`."""
    found: list[DeskSpec] = list(current().section("desks", codes_at(region)).values())
    return [
        Desk(
            name_of_item(each, english=english),
            each.telephone,
            (each.hours_en if english else "") or each.hours,
        )
        for each in found
    ]


def _redirects(region: Region | None, day: date) -> Sequence[tuple[str, RedirectSpec]]:
    return list(current().section("redirects", codes_at(region), day).items())


def _said(key: str, spec: RedirectSpec, english: bool) -> Elsewhere:
    text = (spec.text_en if english else "") or spec.text
    return Elsewhere(key, name_of_item(spec, english=english), text, tuple(spec.telephones), spec.at_once)
