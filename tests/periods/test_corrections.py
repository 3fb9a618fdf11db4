"""What was reported stays reproducible to the record; what is written later shows as a correction, with who and why."""

from datetime import date
from pathlib import Path
from shutil import copytree

import pytest
from django.conf import settings

from jiceng.coverage.rebuilding import rebuild as derive
from jiceng.indicators.answering.declared import find
from jiceng.indicators.figures import list_records
from jiceng.indicators.snapshot.files import let_go
from jiceng.indicators.snapshot.refreshing import rebuild, refresh
from jiceng.packs.installing import install
from jiceng.packs.models import PackVersion
from jiceng.people.models import Membership
from jiceng.periods.corrections import corrections
from jiceng.periods.frozen import as_closed, question_of, same, values_of
from jiceng.protection.actors import Actor
from jiceng.protection.scopes import Scope
from jiceng.records.refusals import Refusal
from jiceng.records.writing import write
from tests.accounts.cast import membership, person
from tests.periods.closings import MAY, close_anyway

REGISTRAR = Actor("user:77", "登记员")


@pytest.fixture
def closed(world):
    return close_anyway(world.qingshan.region)


def as_it_was(closing):
    """Every reported figure and its records, asked of the closed period."""
    keys = [one["key"] for one in closing.figures]
    question = question_of(closing.region_id, closing.calendar, Scope.all())
    with as_closed(closing):
        values = values_of(keys, closing.region_id, closing.calendar)
        records = {key: list_records(find(key), question).rows for key in keys}
    return values, records


def backdated(county, name="青补录"):
    """A member whom the town had forgotten, entered after the closing for a day before it."""
    with write(by=REGISTRAR, action="membership.enter", reason="漏报，补录"):
        return membership(person(name, county.other_town), county.other_branch, valid_from=date(2022, 4, 1))


def test_nothing_written_no_correction(closed):
    assert corrections(closed) == []


def test_what_was_reported_stays_to_the_record(world, closed):
    values, records = as_it_was(closed)
    assert all(same(kept, values[kept["key"]]) for kept in closed.figures)
    backdated(world.qingshan)
    gone = world.qingshan.memberships["stranger"]
    with write(by=REGISTRAR, action="membership.delete"):
        Membership._base_manager.get(pk=gone.pk).delete()
    derive()
    rebuild()
    again, still = as_it_was(closed)
    assert {key: value.numerator for key, value in again.items()} == {
        k: v.numerator for k, v in values.items()
    }
    assert still == records
    assert any(record.id == gone.pk for record in still["core:members"])


def test_a_record_that_arrives_after_is_a_correction_with_who_when_and_why(world, closed):
    added = backdated(world.qingshan)
    refresh()
    found = {one.key: one for one in corrections(closed)}
    members = found["core:members"]
    assert (members.now.value - members.was.value, members.difference, members.model) == (
        1,
        1,
        "people.membership",
    )
    (record,) = members.records
    assert (record.id, record.was, record.now) == (added.pk, None, 1)
    (written,) = record.writes
    assert (written.by, written.action, written.reason) == ("登记员", "membership.enter", "漏报，补录")
    assert written.seq > closed.seq
    assert "core:party_orgs" not in found


def test_a_record_taken_away_is_one_too(world, closed):
    gone = world.qingshan.memberships["stranger"]
    with write(by=REGISTRAR, action="membership.delete", reason="重复登记"):
        Membership._base_manager.get(pk=gone.pk).delete()
    refresh()
    members = next(one for one in corrections(closed) if one.key == "core:members")
    assert members.difference == -1
    assert [(r.id, r.was, r.now, [w.reason for w in r.writes]) for r in members.records] == [
        (gone.pk, 1, None, ["重复登记"])
    ]


def test_what_changes_by_what_a_record_points_at_names_that_write(world, closed):
    """A member is no longer of a two-new organisation because the branch is none: the branch was written."""
    branch = world.qingshan.branch
    sector = "core:village" if branch.sector == "core:two_new" else "core:two_new"
    with write(by=REGISTRAR, action="party_org.update", reason="领域填错"):
        for span in branch.spans.all():
            span.sector = sector
            span.save()
        branch.sector = sector
        branch.save()
    refresh()
    found = next(one for one in corrections(closed) if one.key == "core:two_new_members")
    assert found.records
    assert {w.reason for each in found.records for w in each.writes} == {"领域填错"}


def test_only_records_in_sight_are_named_but_the_figures_are_whole(world, closed):
    backdated(world.qingshan)
    refresh()
    found = next(one for one in corrections(closed, Scope()) if one.key == "core:members")
    assert (found.difference, found.records) == (1, ())


def test_what_lies_elsewhere_or_later_is_no_correction(world, closed):
    backdated(world.baishui, "白补录")
    with write(by=REGISTRAR, action="membership.enter"):
        member = person("青新人", world.qingshan.other_town)
        membership(member, world.qingshan.other_branch, valid_from=date(2022, 6, 1))
    refresh()
    assert corrections(closed) == []


def test_without_its_snapshot_it_is_said_what_to_do(world, closed):
    let_go(closed.manifest)
    with pytest.raises(Refusal, match="快照不在了"):
        corrections(closed)


def test_words_of_then_hold_where_packs_have_changed(closed, tmp_path):
    """A newer base pack counts other members: the closed period does not."""
    values, records = as_it_was(closed)
    folder = copytree(Path(settings.PACKS) / "core", tmp_path / "core")
    version = PackVersion.objects.get(pack="core", active=True).version
    _change(folder / "pack.yaml", f"version: {version}", "version: 99.0.0")
    _change(folder / "indicators.yaml", "\n  members:\n", "\n  members:\n    where: {entry: transfer_in}\n")
    install(folders=[folder], by=Actor.system("tests"))
    (fresh,) = values_of(["core:members"], closed.region_id, MAY).values()
    assert fresh.value != values["core:members"].value
    assert as_it_was(closed) == (values, records)
    assert corrections(closed) == []


def _change(path, old, new):
    text = path.read_text("utf-8")
    assert text.count(old) == 1
    path.write_text(text.replace(old, new), "utf-8")


def test_the_period_itself_is_not_changed_by_looking(closed):
    before = [closed.figures, closed.checks, closed.seq]
    corrections(closed)
    closed.refresh_from_db()
    assert [closed.figures, closed.checks, closed.seq] == before
    assert closed.calendar == MAY
