"""Time limits when a calendar changes: only those that come out otherwise are stored, with all that repeats them."""

from dataclasses import replace
from datetime import date

import pytest
import yaml
from django.db import connection
from django.test.utils import CaptureQueriesContext

from jiceng.matters.clocks import calendar_of, compute
from jiceng.matters.models import Clock, Event, Turn
from jiceng.matters.ticking import calendars, tick
from jiceng.packs.catalogue import current
from jiceng.packs.installing import install
from jiceng.records.calendar import published
from jiceng.records.models import AuditEntry, AuditRow
from tests.accounts.cast import SETTER
from tests.matters.conftest import moment


@pytest.fixture
def days_off(tmp_path):
    """Install a local pack that gives 青山县 these days off; each time a newer version."""
    versions, years = iter(range(1, 99)), set()

    def installed(*days: date, region: str = "990101", year: int | None = None) -> None:
        folder = tmp_path / "leave"
        folder.mkdir(exist_ok=True)
        pack = {
            "pack": {
                "id": "leave",
                "name": "放假安排",
                "version": f"1.{next(versions)}.0",
                "binds": [{"region": region, "from": date(2012, 1, 1)}],
            }
        }
        years.update({year} - {None})
        parts = {
            f"y{known}" if known else "leave": {
                "label": "放假",
                "days_off": [{"day": day.isoformat(), "reason": "防汛"} for day in days],
                **({"year": known} if known else {}),
            }
            for known in (None, *years)
        }
        (folder / "pack.yaml").write_text(yaml.safe_dump(pack, allow_unicode=True))
        (folder / "calendar.yaml").write_text(yaml.safe_dump({"calendar": parts}, allow_unicode=True))
        install(folders=[folder], by=SETTER)

    return installed


def due(matter, key="whole"):
    return Clock.objects.get(matter=matter, key=key).due_at


def as_it_should_be(clock: Clock) -> tuple:
    """What the reckoning gives for the stored clock, one by one."""
    fresh = Clock.objects.get(pk=clock.pk)
    compute(fresh, calendar_of(clock.matter, clock.started_at), 0.75)
    return fresh.due_at, fresh.amber_at, fresh.provisional


def test_days_off_move_what_is_reckoned_in_days_and_nothing_else(office, time, days_off):
    matter = office.raised("qingshan:chase", text="树倒了")
    assert due(matter) == moment(17, 30, day=date(2022, 6, 23))
    hours = due(matter, "town"), due(matter, "county")
    days_off(date(2022, 6, 22), date(2022, 6, 23))
    assert tick().recomputed == 1
    assert due(matter) == moment(17, 30, day=date(2022, 6, 27))
    assert (due(matter, "town"), due(matter, "county")) == hours
    entry = AuditEntry.objects.get(action="matter.calendar")
    rows = AuditRow.objects.filter(entry=entry.uid)
    assert rows.get(table="matters_clock").record == Clock.objects.get(matter=matter, key="whole").pk
    assert not Event.objects.filter(matter=matter, step="late").exists()
    assert not tick()


def test_lists_and_inboxes_repeat_the_new_moments(office, time, days_off):
    matter, dispatch = office.sent()
    sign = Clock.objects.get(dispatch=dispatch, key="sign")
    assert office.again(matter).due_at == min(c.due_at for c in Clock.objects.filter(stopped_at__isnull=True))
    days_off(date(2022, 6, 21))
    tick()
    sign.refresh_from_db()
    assert sign.due_at == moment(17, 30, day=date(2022, 6, 22))
    kept = office.again(matter)
    running = Clock.objects.filter(matter=matter, stopped_at__isnull=True)
    assert (kept.due_at, kept.amber_at) == min((c.due_at, c.amber_at) for c in running)
    assert set(Turn.objects.filter(dispatch=dispatch).values_list("due_at", flat=True)) == {sign.due_at}


def test_other_places_and_clocks_that_have_stopped_stay_as_they_are(office, time, days_off):
    closed = office.raised("qingshan:chase", text="已办")
    office.step(closed, "close")
    stopped = due(closed)
    days_off(date(2022, 6, 22), region="990102")
    assert tick().recomputed == 0
    days_off(date(2022, 6, 22))
    assert tick().recomputed == 0
    assert due(closed) == stopped


def test_a_pause_is_reckoned_in(office, time, days_off):
    matter = office.raised("qingshan:chase", text="树倒了")
    office.step(matter, "stand")
    time.pass_(days=1)
    office.step(matter, "go_on")
    standing = office.raised("qingshan:chase", text="停着")
    office.step(standing, "stand")
    days_off(date(2022, 6, 22))
    assert tick().recomputed == 1
    clock = Clock.objects.get(matter=matter, key="whole")
    assert (clock.due_at, clock.amber_at, clock.provisional) == as_it_should_be(clock)
    assert due(standing) is None


def test_what_the_tick_reckons_is_what_a_step_would(office, time, days_off):
    """The short cut for clocks that began on one day gives the same as reckoning each."""
    matters = []
    for hour in range(9, 17):
        time.stop_at(moment(hour))
        matters += [office.raised("qingshan:chase", text=f"{hour}点"), office.raised()]
    days_off(date(2022, 6, 22), date(2022, 6, 25), date(2022, 6, 27))
    tick()
    running = list(Clock.objects.filter(matter__in=matters, stopped_at__isnull=True).select_related("matter"))
    assert len(running) == 8 * 5
    for clock in running:
        assert (clock.due_at, clock.amber_at, clock.provisional) == as_it_should_be(clock), clock.key


def test_a_year_that_becomes_known_ends_what_was_provisional(office, time, days_off):
    last = max(published().years)
    time.stop_at(moment(day=date(last, 12, 30)))
    matter = office.raised("qingshan:chase", text="跨年")
    before = Clock.objects.get(matter=matter, key="whole")
    assert before.provisional is True
    days_off(date(last + 1, 3, 1), year=last + 1)
    assert tick().recomputed == 1
    clock = Clock.objects.get(matter=matter, key="whole")
    assert (clock.due_at, clock.provisional) == (before.due_at, False)


def test_what_the_country_has_arranged_is_part_of_what_is_looked_at(office, time, monkeypatch):
    """A newer `chinesecalendar` comes with a newer program: the next process finds another digest."""
    before = calendars._digest(current())
    country = published()
    more = replace(
        country, years=country.years | {2190}, days_off={**country.days_off, date(2190, 5, 1): "Labour Day"}
    )
    monkeypatch.setattr(calendars, "published", lambda: more)
    monkeypatch.setattr(calendars, "_digests", type(calendars._digests)())
    assert calendars._digest(current()) != before


def test_reckoning_again_after_it_was_interrupted(office, time, days_off, monkeypatch):
    """The mark is set last: what a crash left undone is found at the next tick, and nothing is done twice."""
    matters = [office.raised("qingshan:chase", text=f"第{n}件") for n in range(4)]
    monkeypatch.setattr(calendars, "STORED", 2)
    days_off(date(2022, 6, 22))
    real, calls = calendars._store, []

    def second_fails(keys, places):
        calls.append(keys)
        if len(calls) == 2:
            raise KeyboardInterrupt
        return real(keys, places)

    monkeypatch.setattr(calendars, "_store", second_fails)
    with pytest.raises(KeyboardInterrupt):
        tick()
    assert tick().recomputed == 2
    assert {due(matter) for matter in matters} == {moment(17, 30, day=date(2022, 6, 24))}
    assert AuditRow.objects.filter(table="matters_clock", verb="update").count() == 4


def test_an_unchanged_calendar_costs_no_look_at_the_clocks(office, time, days_off):
    office.raised("qingshan:chase", text="树倒了")
    tick()
    with CaptureQueriesContext(connection) as found:
        tick()
    assert not [q for q in found if "matters_clock" in q["sql"] and "limit" in q["sql"]]


def test_a_pack_without_a_calendar_changes_nothing(office, time, tmp_path):
    office.raised("qingshan:chase", text="树倒了")
    tick()
    folder = tmp_path / "words"
    folder.mkdir()
    (folder / "pack.yaml").write_text("pack: {id: words, name: 词表, version: 1.0.0, base: false}\n")
    (folder / "words.yaml").write_text("vocabularies: {matter_grades: {terms: {odd: {label: 特殊}}}}\n")
    before = AuditEntry.objects.count()
    install(folders=[folder], by=SETTER)
    assert tick().recomputed == 0
    assert AuditEntry.objects.count() == before + 1
