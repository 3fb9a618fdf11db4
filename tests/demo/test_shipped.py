"""The shipped places at 1/50: what anyone from there would notice, and what nobody may be able to use."""

import re
from collections import Counter, defaultdict

import pytest
from django.conf import settings
from django.db import connection

from jiceng.demo import days
from jiceng.demo.generating import generate
from jiceng.demo.identities import unassigned_area
from jiceng.demo.making.schema import schema
from jiceng.demo.places import load_territory
from jiceng.packs.catalogue import shipped
from jiceng.packs.installing import install
from jiceng.protection.actors import Actor

BY = Actor("test:loader", "装入")
PLACES = sorted(path.parent.name for path in settings.PACKS.glob("*/scenario.yaml"))
AHEAD = {"term_until", "promised_on"}
MAY_BE_AHEAD = AHEAD | {"valid_to"}


@pytest.fixture(params=PLACES)
def world(request, db):
    """One place at 1/50, in the database as well."""
    install(folders=shipped(), by=BY)
    load_territory(request.param, by=BY)
    return generate(request.param, by=BY, scale=50)


def test_a_shipped_place_is_believable(world):
    """One load a place, looked at from every side: loading is what takes the time."""
    connection.check_constraints()
    dates_are_plausible(world)
    papers_follow_each_other(world)
    names_are_plausible(world)
    members_belong_plausibly(world)
    households_are_plausible(world)
    nothing_can_be_used(world)


def dates_are_plausible(world):
    for name, table in world.tables.items():
        for column in schema(name).days & set(table.columns):
            found = {d for d in table.get(column) if d is not None}
            eves = {d for d in found if days.nothing_happens(d)}
            assert not eves, (name, column, sorted(eves)[:3])
            if column not in MAY_BE_AHEAD:
                assert max(found, default=0) <= world.place.day, (name, column)
        for begun, ended in zip(table.get("valid_from"), table.get("valid_to"), strict=True):
            assert ended is None or ended > begun, name
    founded = Counter(world.table("unit").get("valid_from"))
    assert founded.most_common(1)[0][1] < 0.4 * world.table("unit").rows, "founding dates differ"
    staff = [n for n in world.table("unit").get("employees") if n is not None]
    assert len(set(staff)) > 25, "head counts differ"


def papers_follow_each_other(world):
    orgs = world.table("party_org")
    for begun, elected, until, approval in zip(
        *(orgs.get(c) for c in ("valid_from", "elected_on", "term_until", "approval")), strict=True
    ):
        assert re.fullmatch(r"演示〔\d{4}〕[1-9]\d*号", approval)
        assert elected is None or begun < elected <= world.place.day
        assert until is None or until > elected
    begins = world.table("unit").get("valid_from")
    for begun, host in zip(orgs.get("valid_from"), orgs.get("host_unit"), strict=True):
        assert host is None or begun >= begins[host]


def names_are_plausible(world):
    people = world.table("person").get("name")
    assert not set(people) & world.naming.never
    assert not set(world.table("unit").get("principal")) & world.naming.never
    assert all(2 <= len(name) <= 4 for name in people)
    surnames = Counter(name[0] for name in people)
    weights = world.naming.material["surnames"][world.naming.material["local"]["surnames"]]
    commonest = {name[0] for name in sorted(weights, key=weights.__getitem__, reverse=True)[:8]}
    assert len({name for name, _ in surnames.most_common(8)} & commonest) >= 6
    units, towns = world.table("unit"), defaultdict(list)
    for name, region, ended in zip(*(units.get(c) for c in ("name", "region", "valid_to")), strict=True):
        if ended is None:
            towns[world.territory.at(region, 4)].append(name)
    for town, names in towns.items():
        twice = [name for name, count in Counter(names).items() if count > 1]
        assert not twice, (world.territory.areas[town].name if town >= 0 else "", twice[:3])
    for name in world.table("party_org").get("name"):
        assert name.startswith("中共"), name
        assert not re.search(r"[{}]|None", name), name


def members_belong_plausibly(world):
    table, orgs = world.table("membership"), world.table("party_org")
    born = world.table("person").get("birth_date")
    living = [row for row, ended in enumerate(table.get("valid_to")) if ended is None]
    belongs = table.get("party_org")
    above = {
        s
        for s, e in zip(orgs.get("superior"), orgs.get("valid_to"), strict=True)
        if s is not None and e is None
    }
    assert not {belongs[row] for row in living} & above, (
        "members belong to branches, not to what leads branches"
    )
    for person, admitted in zip(table.get("person"), table.get("admitted_on"), strict=True):
        assert admitted is None or days.age_on(born[person], admitted) >= 18
    admission = world.term("membership_entries", "admission")
    entries = zip(table.get("entry"), table.get("valid_from"), strict=True)
    admissions = [days.date.fromordinal(d) for entry, d in entries if entry == admission]
    if len(admissions) > 40:
        summer = sum((6, 18) <= (d.month, d.day) <= (7, 8) for d in admissions)
        assert 0.4 < summer / len(admissions) < 0.95, "around the first of July, but not only"
    sexes = Counter(world.table("person").get("sex")[table.get("person")[row]] for row in living)
    assert 0.5 < sexes[world.term("sexes", "male")] / len(living) < 0.85


def households_are_plausible(world):
    homes = Counter(h for h in world.table("person").get("household") if h is not None)
    assert len(homes) == world.table("household").rows
    if len(homes) > 200:
        assert 2 < sum(homes.values()) / len(homes) < 4.5
        people = world.table("person")
        sexes = Counter(
            s for s, h in zip(people.get("sex"), people.get("household"), strict=True) if h is not None
        )
        assert 0.45 < sexes[world.term("sexes", "male")] / sum(sexes.values()) < 0.6


def nothing_can_be_used(world):
    area = unassigned_area(world.place.code)
    assert area[2:4] == "99"
    codes = [code for code in world.table("unit").get("code") if code]
    assert codes
    assert all(code[2:8] == area for code in codes)
    assert len(set(codes)) == len(codes)
