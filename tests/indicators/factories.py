"""Small records for the figures' tests: each call is one recorded write."""

from datetime import date
from itertools import count

from jiceng.organisations.models import (
    PartyOrg,
    PartyOrgCover,
    PartyOrgSpan,
    Region,
    RegionHolding,
    RegionSpan,
    Unit,
    UnitSpan,
)
from jiceng.people.models import Appointment, Household, Membership, Person, Standing
from jiceng.protection.actors import Actor
from jiceng.records.uids import new_uid
from jiceng.records.writing import write

__all__ = ["Membership", "Unit", "new_uid"]

BY = Actor("test:figures", "统计测试")
LONG_AGO = date(2010, 1, 1)
_numbers = count(1)


def stored(*records):
    """Save records in one recorded write; gives the first."""
    with write(by=BY, action="test.store"):
        for record in records:
            record.save()
    return records[0]


def region(code, parent=None, *, kind="core:village", name="", since=LONG_AGO, until=None, segment=None):
    above = parent.path if parent else ""
    path = f"{above}{segment or next(_numbers) % 9999 + 1:04d}"
    shared = {
        "code": code,
        "name": name or f"区域{code}",
        "kind": kind,
        "path": path,
        "level": len(path) // 4,
    }
    made = stored(Region(parent=parent, valid_from=since, valid_to=until, **shared))
    stored(RegionSpan(region=made, parent=parent, valid_from=since, **shared))
    return made


def respan(entity, day, *, living=True, **values):
    """From `day` on the entity is different: its open span ends, a new one begins, its row follows."""
    old = entity.spans.get(valid_to=None)
    old.valid_to = day
    new = type(old)(
        **{f.attname: getattr(old, f.attname) for f in old._meta.concrete_fields if f.name != "id"}
    )
    new.valid_from, new.valid_to = day, None
    for record in (new, entity):
        for name, value in values.items():
            setattr(record, name, value)
    if hasattr(new, "living"):
        new.living = living
        entity.valid_to = None if living else day
    return stored(old, new, entity)


def unit(where, *, kind="core:enterprise", since=LONG_AGO, until=None, authority_path="", **facts):
    shared = {
        "name": f"单位{next(_numbers)}",
        "kind": kind,
        "region": where,
        "authority_path": authority_path,
        **facts,
    }
    made = stored(Unit(valid_from=since, valid_to=until, region_path=where.path, **shared))
    shared.pop("surveyed_on", None)
    stored(UnitSpan(unit=made, valid_from=since, valid_to=until, **shared))
    return made


def party_org(where, *, superior=None, form="core:branch", since=LONG_AGO, until=None, **facts):
    number = next(_numbers)
    own = {"host_unit": facts.pop("host_unit", None), "elected_on": facts.pop("elected_on", None)}
    shared = {
        "name": f"党支部{number}", "form": form, "mode": "core:single", "nature": "core:entity",
        "sector": "core:village", "superior": superior, "region": where,
        "path": (superior.path if superior else "") + f"{number % 9999 + 1:04d}", **facts,
    }  # fmt: skip
    made = stored(
        PartyOrg(code=f"P{number}", valid_from=since, valid_to=until, region_path=where.path, **shared, **own)
    )
    stored(PartyOrgSpan(party_org=made, valid_from=since, **shared))
    return made


def person(where, **facts):
    return stored(Person(name="某某", region=where, region_path=where.path, valid_from=LONG_AGO, **facts))


def household(where):
    return stored(
        Household(code=f"H{next(_numbers)}", region=where, region_path=where.path, valid_from=LONG_AGO)
    )


def membership(who, org, *, since=LONG_AGO, until=None, entry="core:transfer", **facts):
    paths = {"region_path": org.region_path, "party_path": org.path}
    return stored(
        Membership(person=who, party_org=org, valid_from=since, valid_to=until, entry=entry, **paths, **facts)
    )


def appointment(who, where, *, post="core:secretary", since=LONG_AGO, until=None, **facts):
    return stored(
        Appointment(
            person=who,
            region=where,
            region_path=where.path,
            post=post,
            valid_from=since,
            valid_to=until,
            **facts,
        )
    )


def cover(org, what, *, kind="core:own", since=LONG_AGO, until=None):
    return stored(PartyOrgCover(party_org=org, unit=what, kind=kind, valid_from=since, valid_to=until))


def holding(holder, held, *, since=LONG_AGO, until=None):
    return stored(RegionHolding(holder=holder, held=held, valid_from=since, valid_to=until))


def standing(*, kind, since, until=None, **of):
    return stored(Standing(kind=kind, valid_from=since, valid_to=until, **of))
