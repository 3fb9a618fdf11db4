"""Installing versions: immutable, growing, never orphaning a record, and audited."""

import json

import pytest

from jiceng.organisations.models import Designation, Region
from jiceng.packs import usages
from jiceng.packs.catalogue import current
from jiceng.packs.installing import check, in_force, install
from jiceng.packs.models import CONTENT, PackFile, PackVersion
from jiceng.packs.usages import Usage, all_usages, stored
from jiceng.protection.actors import Actor
from jiceng.records.chain import UnrecordedWriteError
from jiceng.records.models import AuditEntry, AuditRow
from jiceng.records.refusals import Refusals
from jiceng.records.writing import write

pytestmark = pytest.mark.django_db
ACTOR = Actor("user:7", "组织部管理员")
KINDS = "vocabularies: {region_kinds: {terms: {%s}}}"


def manifest(version="1.0.0", **more):
    extra = "".join(f", {key}: {value}" for key, value in more.items())
    return f"pack: {{id: place, name: 某市, version: {version}{extra}}}"


@pytest.fixture
def based(ground):
    """A base pack in force."""
    install(folders=[ground], by=ACTOR)
    return ground


@pytest.fixture
def put(pack, based):
    """Installs the pack `place` with these sections."""

    def put(content, version="1.0.0"):
        (version_made,) = install(folders=[pack("place", manifest(version), practice=content)], by=ACTOR)
        return version_made

    return put


@pytest.fixture
def refused(put):
    def refused(content, version="1.0.0"):
        kept = list(PackVersion.objects.values_list("pk", "active"))
        entries = AuditEntry.objects.count()
        with pytest.raises(Refusals) as found:
            put(content, version)
        assert list(PackVersion.objects.values_list("pk", "active")) == kept
        assert AuditEntry.objects.count() == entries
        return found.value.refusals

    return refused


def region_of(kind):
    with write(by=ACTOR, action="test"):
        return Region.objects.create(
            code="511602", name="某区", kind=kind, path="00010001", level=3, valid_from="2012-01-01"
        )


# ------------------------------------------------------------------------------------------ versions
def test_a_version_keeps_what_was_written_and_who_installed_it(pack, based):
    folder = pack("place", manifest(data="{names: names.csv}"), practice=KINDS % "hamlet: {label: 屯}")
    (folder / "names.csv").write_text("名称\n甲\n")
    (version,) = install(folders=[folder], by=ACTOR)
    assert (version.pack, version.version, version.name) == ("place", "1.0.0", "某市")
    assert (version.installed_by, version.installed_by_name, version.active) == (
        "user:7",
        "组织部管理员",
        True,
    )
    assert version.content()["sections"]["vocabularies"]["region_kinds"]["terms"] == {
        "hamlet": {"label": "屯"}
    }
    assert version.file("names") == "名称\n甲\n"
    assert set(version.files.values_list("use", flat=True)) == {CONTENT, "names"}


def test_installing_is_one_audited_write(pack, based):
    before = AuditEntry.objects.count()
    install(folders=[pack("place", manifest())], by=ACTOR)
    entry = AuditEntry.objects.order_by("-seq").first()
    assert AuditEntry.objects.count() == before + 1
    assert (entry.action, entry.actor, entry.actor_name) == ("pack.install", "user:7", "组织部管理员")
    rows = AuditRow.objects.filter(entry=entry.uid)
    assert {row.verb for row in rows} == {"insert", "load"}
    noted = json.loads(rows.get(verb="insert").after)
    assert noted["digest"] == PackVersion.objects.get(pack="place").digest


def test_the_same_version_with_the_same_content_is_left_as_it_is(put):
    first = put(KINDS % "hamlet: {label: 屯}")
    entries = AuditEntry.objects.count()
    assert put(KINDS % "hamlet: {label: 屯}") == first
    assert AuditEntry.objects.count() == entries
    assert PackVersion.objects.filter(pack="place").count() == 1


def test_a_greater_version_takes_the_place_of_the_one_before(put):
    first = put(KINDS % "hamlet: {label: 屯}")
    second = put(KINDS % "hamlet: {label: 自然屯}", "1.1.0")
    first.refresh_from_db()
    assert (first.active, second.active) == (False, True)
    assert current().label("place:hamlet", "zh-hans") == "自然屯"
    assert first.content()["sections"]["vocabularies"]["region_kinds"]["terms"]["hamlet"] == {"label": "屯"}


@pytest.mark.parametrize("version", ["1.2.0", "1.1.9", "0.9.0"])
def test_changed_content_needs_a_greater_version(put, refused, version):
    put(KINDS % "hamlet: {label: 屯}", "1.2.0")
    (fault,) = refused(KINDS % "hamlet: {label: 自然屯}", version)
    assert fault.where.endswith("pack.yaml:1")
    assert "加大 version" in fault.remedy


def test_versions_compare_as_numbers(put):
    put(KINDS % "hamlet: {label: 屯}", "1.9.0")
    assert put(KINDS % "hamlet: {label: 自然屯}", "1.10.0").active


def test_an_old_version_does_not_come_back_over_a_newer_one(put, refused):
    put(KINDS % "hamlet: {label: 屯}", "1.0.0")
    put(KINDS % "hamlet: {label: 自然屯}", "1.1.0")
    (fault,) = refused(KINDS % "hamlet: {label: 屯}", "1.0.0")
    assert "1.1.0" in fault.what


def test_a_changed_data_file_is_changed_content(pack, based):
    folder = pack("place", manifest(data="{names: names.csv}"))
    (folder / "names.csv").write_text("甲\n")
    install(folders=[folder], by=ACTOR)
    (folder / "names.csv").write_text("乙\n")
    with pytest.raises(Refusals, match="内容变了"):
        install(folders=[folder], by=ACTOR)


def test_an_installed_version_can_be_neither_changed_nor_deleted(put):
    version = put(KINDS % "hamlet: {label: 屯}")
    version.name = "别的名称"
    with write(by=ACTOR, action="test"), pytest.raises(UnrecordedWriteError):
        version.save()
    with write(by=ACTOR, action="test"), pytest.raises(UnrecordedWriteError):
        version.delete()
    with pytest.raises(UnrecordedWriteError):
        PackFile.objects.update(text="{}")


# ---------------------------------------------------------------------------------------- all or none
def test_of_several_packs_all_are_installed_or_none(pack, based):
    good, bad = pack("good"), pack("bad", practice="rules: {x: {lable: 甲}}")
    with pytest.raises(Refusals):
        install(folders=[good, bad], by=ACTOR)
    assert not PackVersion.objects.filter(pack__in=["good", "bad"]).exists()


def test_a_new_base_that_breaks_another_pack_is_refused(put, based):
    put("vocabularies: {unit_kinds: {terms: {market: {label: 市场, parent: enterprise}}}}")
    text = (based / "pack.yaml").read_text()
    kept = "".join(line for line in text.splitlines(keepends=True) if "enterprise:" not in line)
    (based / "pack.yaml").write_text(kept.replace("version: 1.0.0", "version: 2.0.0"))
    with pytest.raises(Refusals, match="place vocabularies"):
        install(folders=[based], by=ACTOR)
    assert PackVersion.objects.get(pack="ground", active=True).version == "1.0.0"


def test_packs_are_checked_against_those_in_force(pack, based):
    assert [p.id for p in in_force()] == ["ground"]
    place = pack("place", practice=KINDS % "hamlet: {label: 屯, parent: village}")
    assert [p.id for p in check([place], in_force())] == ["place"]
    with pytest.raises(Refusals, match="village"):
        check([place])


# -------------------------------------------------------------------------------------------- orphans
def test_a_key_that_records_hold_cannot_be_taken_away(put, refused):
    put(KINDS % "hamlet: {label: 屯}, croft: {label: 院}")
    region_of("place:hamlet")
    (fault,) = refused(KINDS % "croft: {label: 院}", "1.1.0")
    assert "place:hamlet" in fault.what
    assert "1 条" in fault.what
    assert "retired: true" in fault.remedy
    assert fault.where.endswith("practice.yaml:1")


def test_a_key_that_no_record_holds_may_go(put):
    put(KINDS % "hamlet: {label: 屯}, croft: {label: 院}")
    region_of("place:hamlet")
    assert put(KINDS % "hamlet: {label: 屯}", "1.1.0").active


def test_a_key_in_use_may_be_retired_and_replaced(put):
    put(KINDS % "hamlet: {label: 屯}")
    region_of("place:hamlet")
    put(KINDS % "hamlet: {label: 屯, retired: true, replaced_by: croft}, croft: {label: 院}", "1.1.0")
    assert current().descendants("region_kinds", "place:croft") == {"place:croft", "place:hamlet"}


def test_the_columns_that_facts_declare_are_known_to_hold_keys():
    known = set(all_usages())
    assert Usage("region_kinds", "organisations.region", "kind") in known
    assert Usage("region_kinds", "organisations.regionspan", "kind") in known
    assert Usage("posts", "people.appointment", "post") in known
    assert Usage("designations", "organisations.designation", "kind") in known


def test_a_room_may_register_further_columns(monkeypatch):
    monkeypatch.setattr(usages, "_usages", set())
    usages.register("ledgers", "organisations.Designation", "document")
    assert Usage("ledgers", "organisations.designation", "document") in all_usages()
    region = region_of("place:hamlet")
    with write(by=ACTOR, action="test"):
        Designation.objects.create(
            region=region, kind="x:y", document="place:two_new", valid_from="2020-01-01"
        )
    found = stored(["ledgers"], ["place:two_new", "place:other"])
    assert {key: rows for key, (_usage, rows) in found.items()} == {"place:two_new": 1}
    assert stored(["posts"], ["place:two_new"]) == {}
