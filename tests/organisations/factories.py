"""Small makers of regions, units and party organisations. What a test does not say does not matter to it."""

from datetime import date
from itertools import count
from typing import Any

from jiceng.organisations.actions.party_orgs import found_party_org
from jiceng.organisations.actions.regions import found_region
from jiceng.organisations.actions.units import found_unit
from jiceng.organisations.codes import uscc_check_character
from jiceng.organisations.models import PartyOrg, Region, Unit
from jiceng.protection.actors import Actor

CLERK = Actor("user:1", "办事员")
START = date(2012, 1, 1)
_numbers = count(1)


def region(
    code: str,
    name: str,
    kind: str = "village",
    parent: Region | None = None,
    day: date = START,
    **values: Any,
) -> Region:
    return found_region(by=CLERK, code=code, name=name, kind=f"core:{kind}", parent=parent, day=day, **values)


def uscc(number: int, area: str = "990121") -> str:
    """A valid code of a made-up registration office."""
    first = f"91{area}{number:09d}"
    return first + uscc_check_character(first)


def unit(region: Region, name: str = "", day: date = START, **values: Any) -> Unit:
    number = next(_numbers)
    values.setdefault("kind", "core:enterprise")
    values.setdefault("code", uscc(number))
    return found_unit(by=CLERK, day=day, region=region, name=name or f"演示企业{number}号有限公司", **values)


def org(
    region: Region, superior: PartyOrg | None = None, name: str = "", day: date = START, **values: Any
) -> PartyOrg:
    number = next(_numbers)
    fields = {
        "code": f"D{number:06d}",
        "form": "core:branch",
        "mode": "core:single",
        "nature": "core:entity",
        "sector": "core:enterprise",
    } | values
    return found_party_org(
        by=CLERK, day=day, region=region, superior=superior, name=name or f"演示党支部{number}", **fields
    )
