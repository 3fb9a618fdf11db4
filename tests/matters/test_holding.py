"""What a step reads once and stores once, and how that is audited."""

import json
import re
from datetime import datetime

from django.db import connection
from django.test.utils import CaptureQueriesContext

from jiceng.matters.holding import clocks_of, held, living, store
from jiceng.matters.models import Clock, Dispatch, Matter, Turn
from jiceng.protection.actors import Actor
from jiceng.records.audit.verifying import verify
from jiceng.records.chain import as_json, snapshot_of
from jiceng.records.models import AuditEntry, AuditRow
from jiceng.records.writing import write

BY = Actor.system("test")


def audited(matter: Matter) -> list[AuditRow]:
    """The audit rows of everything that belongs to the matter, in order."""
    belonging = {
        model._meta.db_table: set(model._base_manager.filter(matter=matter).values_list("pk", flat=True))
        for model in (Dispatch, Clock)
    } | {Matter._meta.db_table: {matter.pk}}
    return [row for row in AuditRow.objects.order_by("id") if row.record in belonging.get(row.table, ())]


def told(text: str) -> dict:
    """What an audit row says of a record: moments as such, on whatever clock they are written."""
    return {name: moment(value) for name, value in json.loads(text or "{}").items()}


def moment(value):
    return (
        datetime.fromisoformat(value)
        if isinstance(value, str) and re.match(r"\d{4}-\d\d-\d\dT", value)
        else value
    )


def test_what_the_audit_says_was_before_is_what_it_said_last_and_in_the_end_what_is_stored(office):
    matter, _dispatch = office.answered()
    office.step(matter, "approve")
    said: dict[tuple[str, int], dict] = {}
    for row in audited(matter):
        assert told(row.before) == said.get((row.table, row.record), {})
        assert told(row.after) != told(row.before)
        said[row.table, row.record] = told(row.after)
    stored = [
        office.again(matter),
        *Clock.objects.filter(matter=matter),
        *Dispatch._base_manager.filter(matter=matter),
    ]
    for record in stored:
        assert said[record._meta.db_table, record.pk] == told(as_json(snapshot_of(record)))
    assert verify().whole


def test_a_step_audits_each_record_once(office):
    matter, dispatch = office.sent()
    office.step(matter, "sign", "department_officer", dispatch=dispatch.pk)
    entry = AuditEntry.objects.order_by("-seq")[0]
    touched = [(row.table, row.record) for row in AuditRow.objects.filter(entry=entry.uid)]
    assert len(touched) == len(set(touched))
    assert (Matter._meta.db_table, matter.pk) in touched
    assert (Dispatch._meta.db_table, dispatch.pk) in touched


def test_what_the_same_write_changes_by_another_way_is_read_again(office):
    matter, dispatch = office.sent()
    with write(by=BY, action="test"):
        assert [part.pk for part in living(matter)] == [dispatch.pk]
        before = living(matter)[0]
        other = Dispatch._base_manager.get(pk=dispatch.pk)
        other.ended_on = office.now.date()
        other.save()
        assert living(matter) == []
        before.answer = "by one who has not seen it"
        store(matter, before)  # not the one that was read last: what is stored is looked at first
    last = AuditRow.objects.filter(table=Dispatch._meta.db_table).order_by("-id")[0]
    assert json.loads(last.before)["ended_on"]
    assert "ended_on" not in json.loads(last.after)


def test_only_what_changed_is_stored_and_nothing_where_nothing_did(office):
    matter = office.raised()
    with write(by=BY, action="test") as writing:
        mine = office.again(matter)
        held(mine).read(alone=True)
        store(mine)
        assert writing.rows == []
        mine.title = "另一个标题"
        with CaptureQueriesContext(
            connection,
        ) as asked:
            store(mine)
        assert len(asked) <= 1
        assert len(writing.rows) == 1
    assert office.again(matter).title == "另一个标题"


def test_outside_a_write_nothing_is_kept(office):
    matter, dispatch = office.sent()
    assert held(matter) is None
    assert len(clocks_of(matter)) == Clock.objects.filter(matter=matter).count()
    Dispatch._base_manager.filter(pk=dispatch.pk)._update(
        [(Dispatch._meta.get_field("ended_on"), None, office.now.date())]
    )
    assert living(matter) == []


def test_a_turn_that_stays_keeps_who_took_it_and_since_when(office):
    matter, dispatch = office.sent()
    turn = Turn.objects.filter(matter=matter, dispatch=dispatch).first()
    Turn.objects.filter(pk=turn.pk).update(user=7)
    office.step(matter, "sign", "department_officer", dispatch=dispatch.pk)
    again = Turn.objects.filter(pk=turn.pk).first()
    assert again is None or (again.user, again.since) == (7, turn.since)
