"""From a scenario to records: keys, paths, spans, sealed values; and a load that goes on where it was interrupted."""

from datetime import date

import pytest
from django.db import connection

from jiceng.demo import generating, loading
from jiceng.demo.generating import generate, is_marked, refuse_other_parameters
from jiceng.demo.places import load_territory
from jiceng.demo.sealing import sealed, sealer
from jiceng.organisations.models import (
    Designation,
    PartyOrg,
    PartyOrgCover,
    PartyOrgSpan,
    Region,
    RegionHolding,
    RegionSpan,
    Unit,
    UnitSpan,
)
from jiceng.organisations.spans import PARTY_ORGS, REGIONS, UNITS
from jiceng.packs.installing import install
from jiceng.people.codes import citizen_id_fault
from jiceng.people.models import Appointment, Charge, Household, Membership, Person
from jiceng.protection.actors import Actor
from jiceng.protection.ciphers import blind_index, decrypt
from jiceng.protection.scopes import Scope, scoped
from jiceng.records.audit.verifying import verify
from jiceng.records.models import AuditEntry, AuditRow
from jiceng.records.refusals import Refusal
from tests.demo import factories

BY = Actor("test:loader", "装入")


@pytest.fixture
def territory(db, settings, tmp_path):
    """The test place installed, its regions and its restructuring loaded."""
    packs = tmp_path / "packs"
    packs.mkdir()
    for source in (settings.PACKS / "core", factories.PLACE):
        (packs / ("core" if source.name == "core" else "testplace")).symlink_to(source)
    settings.PACKS = packs
    install(folders=[packs / "core", packs / "testplace"], by=BY)
    load_territory("testplace", by=BY)


@pytest.fixture
def loaded(territory):
    """The test place with its records, and the world that they were made from; everything may be read."""
    world = generate("testplace", by=BY)
    with scoped(Scope.all()):
        yield world


def refused_by_the_database():
    """What deferred constraints find, before the test's transaction is rolled back."""
    connection.check_constraints()


# -------------------------------------------------------------------------------------------- territory
def test_the_territory_is_as_it_is_today(territory):
    assert Region.objects.get(code="519801102203").valid_to == date(2020, 5, 20)
    assert RegionHolding.objects.get().held.code == "519801001"
    load_territory("testplace", by=BY)
    assert RegionHolding.objects.count() == 1, "loading it again changes nothing"


# ----------------------------------------------------------------------------------------------- rows
def test_as_many_rows_are_stored_as_were_made(loaded):
    for model, table in ((Unit, "unit"), (PartyOrg, "party_org"), (Household, "household"), (Person, "person"),
                         (Membership, "membership"), (Appointment, "appointment"), (Charge, "charge")):  # fmt: skip
        assert model.objects.count() == loaded.table(table).rows > 0, table
    grids = Region.objects.filter(kind="core:grid")
    assert grids.count() == loaded.made["grids"].count
    refused_by_the_database()


def test_rows_are_what_was_made(loaded):
    names = loaded.table("unit").get("name")
    assert list(Unit.objects.order_by("id").values_list("name", flat=True)) == names
    orgs = loaded.table("party_org")
    stored = list(PartyOrg.objects.order_by("id"))
    firms = list(Unit.objects.order_by("id"))
    for handle, org in enumerate(stored):
        assert org.name == orgs.get("name")[handle]
        assert org.valid_from.toordinal() == orgs.get("valid_from")[handle]
        superior, host = orgs.get("superior")[handle], orgs.get("host_unit")[handle]
        assert org.superior_id == (None if superior is None else stored[superior].pk)
        assert org.host_unit_id == (None if host is None else firms[host].pk)
        assert org.path == orgs.get("path")[handle]


def test_regions_that_ended_have_no_rows(loaded):
    gone = Region.objects.get(code="519801102203")
    for model in (Unit, PartyOrg, Household, Person, Appointment):
        assert not model.objects.filter(region=gone).exists()
    assert loaded.made["village_branches"].count == 59


@pytest.mark.parametrize("dating", [REGIONS, UNITS, PARTY_ORGS], ids=["regions", "units", "party_orgs"])
def test_the_open_span_equals_the_row(loaded, dating):
    rows = {row.pk: row for row in dating.model._base_manager.filter(valid_to__isnull=True)}
    spans = {getattr(s, dating.key): s for s in dating.span._base_manager.filter(valid_to__isnull=True)}
    assert len(rows) > 20
    for key, row in rows.items():
        assert all(getattr(spans[key], c) == getattr(row, c) for c in dating.shared), row
        if dating is not REGIONS:
            assert spans[key].valid_from == row.valid_from


def test_copies_of_paths_are_those_of_the_regions_and_organisations(loaded):
    for model in (Unit, PartyOrg, Household, Person, Appointment):
        for path, own in model.objects.values_list("region__path", "region_path"):
            assert path == own
    for row in Membership.objects.select_related("party_org__region"):
        assert row.region_path == row.party_org.region.path
        assert row.party_path == row.party_org.path


def test_initials_are_there_to_be_found_by(loaded):
    unit = Unit.objects.filter(name__endswith="有限公司").first()
    assert unit.initials.endswith("yxgs")
    assert not Person.objects.filter(initials="").exists()


# -------------------------------------------------------------------------------------------- personal
def test_members_and_office_holders_have_sealed_numbers_and_nobody_else(loaded):
    known = set(Membership.objects.values_list("person_id", flat=True))
    known |= set(Appointment.objects.values_list("person_id", flat=True))
    numbers = set()
    for person in Person.objects.all():
        if person.pk not in known:
            assert not person.sealed_key
            assert not person.citizen_id_index
            continue
        citizen_id = decrypt(bytes(person.sealed_key), bytes(person.citizen_id))
        assert citizen_id_fault(citizen_id, date(2022, 1, 1)) == ""
        assert citizen_id.startswith("519998")
        assert citizen_id[6:14] == f"{person.birth_date:%Y%m%d}"
        assert (int(citizen_id[16]) % 2 == 1) == (person.sex == "core:male")
        assert person.citizen_id_index == blind_index("citizen_id", citizen_id)
        numbers.add(decrypt(bytes(person.sealed_key), bytes(person.phone)))
    assert len(numbers) == len(known)
    assert {number[:2] for number in numbers} == {"12"}


def test_many_are_sealed_by_other_processes_as_few_are_here(db):
    people = [(f"51999819800506{serial:04d}", f"12{serial:09d}") for serial in range(30)]
    with sealer(10_000) as pool:
        pool.give(people[:20])
        pool.give(people[20:])
        found = pool.take() + pool.take()
    assert [decrypt(row[0], row[1]) for row in found] == [number for number, _ in people]
    assert [row[2] for row in found] == [row[2] for row in sealed(people)]


# ------------------------------------------------------------------------------------------ audit, once
def test_a_load_stands_in_the_chain_run_by_run(loaded):
    assert verify().whole
    entries = AuditEntry.objects.filter(action="demo.load")
    assert entries.count() >= 8
    rows = AuditRow.objects.filter(entry__in=entries.values("uid"), table="people_membership")
    assert [(r.verb, r.last - r.record + 1) for r in rows] == [("load", 900)]
    assert not AuditRow.objects.filter(table="people_person", after__contains="519998").exists()


def test_a_finished_load_stays_as_it_is(loaded):
    before = AuditEntry.objects.count(), list(Person.objects.values_list("pk", "uid", "citizen_id_index"))
    generate("testplace", by=BY)
    assert (
        AuditEntry.objects.count(),
        list(Person.objects.values_list("pk", "uid", "citizen_id_index")),
    ) == before


def test_other_parameters_are_refused_once_a_place_is_loaded(loaded):
    with pytest.raises(Refusal, match="按其他参数装入的 testplace"):
        generate("testplace", by=BY, scale=2)
    with pytest.raises(Refusal, match="按其他参数装入的 testplace"):
        refuse_other_parameters("testplace", overrides={"firms.count": "70"})
    refuse_other_parameters("testplace")


class Interrupted(Exception):
    pass


@pytest.mark.parametrize("writes", [1, 3, 5, 9])
def test_an_interrupted_load_goes_on_where_it_stopped(territory, monkeypatch, writes):
    monkeypatch.setattr(loading, "CHUNK", 300)
    done = []

    def interrupt(step, _done, _total):
        done.append(step)
        if done.count("装入") == writes:
            raise Interrupted

    with pytest.raises(Interrupted):
        generate("testplace", by=BY, progress=interrupt)
    with scoped(Scope.all()):
        kept = list(Person.objects.order_by("pk").values_list("pk", "name"))
        assert not is_marked("testplace", "done")
        world = generate("testplace", by=BY)
        assert is_marked("testplace", "done")
        assert list(Person.objects.order_by("pk").values_list("pk", "name"))[: len(kept)] == kept
        people, orgs = list(Person.objects.order_by("pk")), list(PartyOrg.objects.order_by("pk"))
        assert [p.name for p in people] == world.table("person").get("name")
        table = world.table("membership")
        stored = list(Membership.objects.order_by("pk").values_list("person_id", "party_org_id"))
        made = zip(table.get("person"), table.get("party_org"), strict=True)
        assert stored == [(people[p].pk, orgs[o].pk) for p, o in made]
        assert RegionSpan.objects.filter(kind="core:grid").count() == world.made["grids"].count
        assert verify().whole
    refused_by_the_database()


def test_a_pause_lets_others_write(territory, monkeypatch):
    rests = []
    monkeypatch.setattr(loading.time, "sleep", rests.append)
    generate("testplace", by=BY, pause=0.2)
    assert len(rests) >= 8
    assert set(rests) == {0.2}


# --------------------------------------------------------------------------------------------- wrong
def test_a_pack_without_a_scenario_or_that_is_not_there_is_refused(territory):
    with pytest.raises(Refusal, match="没有安装做法包 nowhere"):
        generate("nowhere", by=BY)
    with pytest.raises(Refusal, match="core 没有 scenario"):
        generate("core", by=BY)


def test_a_scenario_that_cannot_be_made_leaves_nothing_behind(territory):
    with pytest.raises(Refusal, match="firms"):
        generate("testplace", by=BY, overrides={"firms.subset.own.count": "900"})
    with scoped(Scope.all()):
        assert not Unit.objects.exists()
    assert UnitSpan.objects.count() == PartyOrgSpan.objects.count() == 0
    generate("testplace", by=BY)
    with scoped(Scope.all()):
        assert Unit.objects.exists()


def test_parameters_reach_the_records(territory):
    generate(
        "testplace", by=BY, scale=5, overrides={"admitted.subset.young.count": "31", "guides.count": "18"}
    )
    with scoped(Scope.all()):
        assert Appointment.objects.filter(post="testplace:test_guide").count() == 18
        young = [
            m for m in Membership.objects.filter(entry="core:admission").select_related("person")
            if (m.admitted_on.toordinal() - m.person.birth_date.toordinal()) / 365.2425 < 36
        ]  # fmt: skip
        assert len(young) == 31
        assert Household.objects.count() == 240
    assert Designation.objects.count() == 6
    assert PartyOrgCover._base_manager.count() > 90
    assert generating.is_marked("testplace", "done")
