"""Small makers of persons and what hangs on them."""

from datetime import date
from itertools import count
from typing import Any

from jiceng.organisations.models import PartyOrg, Region
from jiceng.people.actions.memberships import enter_membership
from jiceng.people.actions.persons import enter_person
from jiceng.people.codes import check_character
from jiceng.people.models import Membership, Person
from tests.organisations.factories import CLERK, START

_numbers = count(1)


def citizen_id(number: int, born: date = date(1980, 5, 6)) -> str:
    """A number that passes its check, of an area that no county has."""
    first = f"990121{born:%Y%m%d}{number:03d}"
    return first + check_character(first)


def person(region: Region, name: str = "", day: date = START, **values: Any) -> Person:
    return enter_person(by=CLERK, name=name or f"演示人{next(_numbers)}", region=region, day=day, **values)


def member(region: Region, party_org: PartyOrg, day: date = START, **values: Any) -> Membership:
    fields = {"entry": "core:initial", "admitted_on": date(2010, 7, 1), "full_on": date(2011, 7, 1)} | values
    return enter_membership(by=CLERK, person=person(region), party_org=party_org, day=day, **fields)
