"""Applying: once, all or nothing, only what the preview showed, only inside one's scope."""

import signal
import subprocess
import sys
import threading
import time
from datetime import date, timedelta

import pytest
from django.db import connection
from django.utils import timezone

from jiceng.cli.following import Sweeper
from jiceng.exchange.applying import apply
from jiceng.exchange.models import ImportRow, ImportRun
from jiceng.exchange.receiving import clear, clear_old, receive, runs_of
from jiceng.exchange.staging import stage
from jiceng.organisations.actions.units import change_unit, found_unit
from jiceng.organisations.models import Unit, UnitSpan
from jiceng.protection.actors import Actor
from jiceng.protection.scopes import Scope
from jiceng.records.audit.verifying import verify
from jiceng.records.models import AuditEntry, AuditRow
from jiceng.records.refusals import Refusal
from tests.exchange.conftest import AS_OF, CLERK, faults, uscc, verdicts
from tests.exchange.ledgers import HEADER, citizen_id, line
from tests.exchange.workbooks import text, xlsx

BAD = line(9, name="")


def test_bad_rows_stop_it_or_are_left_out(staged):
    run = staged("units", xlsx([HEADER, line(1), BAD]))
    with pytest.raises(Refusal, match="1 行有误"):
        apply(run, by=CLERK)
    assert not Unit._base_manager.exists()
    apply(run, by=CLERK, leave_out_bad=True)
    assert Unit._base_manager.get().code == uscc(1)


def test_it_happens_once(staged):
    run = staged("units", xlsx([HEADER, line(1), line(2)]))
    again = ImportRun.objects.get(pk=run.pk)
    first = apply(run, by=CLERK)
    assert apply(again, by=CLERK) == first == apply(run, by=CLERK)
    assert again.state == ImportRun.State.APPLIED
    assert Unit._base_manager.count() == 2


def test_one_audit_row_a_unit_and_one_entry_a_file(staged):
    run = staged("units", xlsx([HEADER, *map(line, range(1, 21))]))
    apply(run, by=CLERK)
    (entry,) = AuditEntry.objects.filter(action="import.units")
    rows = AuditRow.objects.filter(entry=entry.uid)
    assert rows.filter(table="organisations_unit", verb="insert").count() == 20
    assert rows.filter(table="organisations_unitspan").count() == 1
    assert run.digest[:16] in entry.reason
    assert verify().whole


def test_a_run_must_be_checked_first(county):
    run = receive(by=CLERK, table="units", data=xlsx([HEADER, line(1)]), name="x.xlsx")
    with pytest.raises(Refusal, match="还没有核对"):
        apply(run, by=CLERK)


def test_an_applied_run_is_not_checked_again(staged):
    run = staged("units", xlsx([HEADER, line(1)]))
    apply(run, by=CLERK)
    with pytest.raises(Refusal, match="已经结束"):
        stage(run, by=CLERK)


# ------------------------------------------------------------------------------- since the preview
def test_what_changed_since_the_preview_stops_it(imported, staged):
    imported("units", xlsx([HEADER, line(1)]), as_of=date(2020, 1, 1))
    run = staged("units", xlsx([HEADER, line(1, n=20)]))
    change_unit(by=CLERK, unit=Unit._base_manager.get(), day=AS_OF, employees=15)
    with pytest.raises(Refusal, match="已有改动"):
        apply(run, by=CLERK)
    assert Unit._base_manager.get().employees == 15
    stage(run, by=CLERK)
    assert run.rows.get().changes()[0]["old"] == "15"
    apply(run, by=CLERK)
    assert Unit._base_manager.get().employees == 20


def test_a_unit_entered_since_the_preview_stops_it(staged, county):
    run = staged("units", xlsx([HEADER, line(1)]))
    found_unit(
        by=CLERK, day=AS_OF, name="别的名字", kind="core:enterprise", code=uscc(1), region=county["990121"]
    )
    with pytest.raises(Refusal, match="已有改动"):
        apply(run, by=CLERK)


def test_other_peoples_work_does_not(staged, county):
    run = staged("units", xlsx([HEADER, line(1)]))
    found_unit(
        by=CLERK, day=AS_OF, name="别的单位", kind="core:enterprise", code=uscc(2), region=county["990121"]
    )
    apply(run, by=CLERK)
    assert Unit._base_manager.count() == 2


def test_two_runs_with_one_new_unit(staged):
    first, second = (staged("units", xlsx([HEADER, line(1)]), name=name) for name in ("一.xlsx", "二.xlsx"))
    apply(first, by=CLERK)
    with pytest.raises(Refusal, match="已有改动"):
        apply(second, by=CLERK)
    assert Unit._base_manager.count() == 1


# ------------------------------------------------------------------------------------------- scope
def test_rows_outside_ones_scope_are_refused(staged, county):
    east = Scope(territory=(county["990121100"].path,))
    run = staged("units", xlsx([HEADER, line(1), line(2, town="西乡", village="丙村")]), scope=east)
    assert verdicts(run) == {"new": 1, "bad": 1}
    assert "不在您的管辖范围" in faults(run)[3][0]


def test_a_unit_elsewhere_is_neither_changed_nor_doubled(imported, staged, county):
    imported("units", xlsx([HEADER, line(1, town="西乡", village="丙村")]), as_of=date(2020, 1, 1))
    east = Scope(territory=(county["990121100"].path,))
    run = staged("units", xlsx([HEADER, line(1)]), scope=east)
    assert "不在您的管辖范围" in faults(run)[2][0]


def test_nobody_is_moved_out_of_ones_scope(imported, staged, county):
    imported("units", xlsx([HEADER, line(1)]), as_of=date(2020, 1, 1))
    east = Scope(territory=(county["990121100"].path,))
    run = staged("units", xlsx([HEADER, line(1, town="西乡", village="丙村")]), scope=east)
    assert "不在您的管辖范围" in faults(run)[2][0]


def test_persons_elsewhere_are_not_found_by_name_and_told_by_number(imported, staged, county):
    header = ["姓名", "身份证号", "村（社区）"]
    imported("people", xlsx([header, ["张三", citizen_id(1), "丙村"]]))
    east = Scope(territory=(county["990121100"].path,))
    header = ["姓名", "身份证号", "职称", "村（社区）"]
    rows = [header, ["张三", citizen_id(1), "高级工", "甲村"], ["李四", "", "高级工", "丙村"]]
    told = faults(staged("qualifications", xlsx(rows), scope=east))
    assert "不在您的管辖范围内" in told[2][0]
    assert "不在您的管辖范围内" in told[3][0]


# ------------------------------------------------------------------------------------- the workshop
def test_a_run_is_seen_by_who_started_it(staged):
    staged("units", xlsx([HEADER, line(1)]))
    assert runs_of(CLERK).count() == 1
    assert not runs_of(Actor("user:2", "别人")).exists()


def test_clearing_takes_file_rows_and_key(staged):
    run = staged("units", xlsx([HEADER, line(1)]))
    assert run.content()
    clear(run)
    assert not run.path.exists()
    assert not ImportRow.objects.filter(run=run).exists()
    with pytest.raises(Refusal, match="已清除"):
        run.content()


def test_old_runs_are_cleared_and_keep_what_they_were(staged):
    run = staged("units", xlsx([HEADER, line(1)]))
    apply(run, by=CLERK)
    assert clear_old(date(2020, 1, 1)) == 0
    assert clear_old(date(2999, 1, 1)) == 1
    run.refresh_from_db()
    assert (run.state, bytes(run.sealed_key)) == (ImportRun.State.APPLIED, b"")


def test_the_server_takes_old_uploads_away_and_leaves_those_of_this_month(staged, settings):
    old, young = staged("units", xlsx([HEADER, line(1)])), staged("units", xlsx([HEADER, line(2)]))
    ImportRun.objects.filter(pk=old.pk).update(
        created_at=timezone.now() - timedelta(days=settings.IMPORT_DAYS + 2)
    )
    sweeper = Sweeper()
    sweeper.step()
    assert (old.path.exists(), young.path.exists()) == (False, True)
    assert [run.state for run in runs_of(CLERK)] == [ImportRun.State.STAGED, ImportRun.State.DISCARDED]
    assert ImportRow.objects.get().run_id == young.pk


def test_sweeping_is_done_once_an_hour(staged, django_assert_num_queries):
    sweeper = Sweeper()
    sweeper.step()
    with django_assert_num_queries(0):
        sweeper.step()


# ---------------------------------------------------------------------------------------- kill -9
REGIONS = "code,name,parent\n99,演示省,\n9901,演示市,99\n990121,演示县,9901\n"
COUNT = 300
NOTHING, EVERYTHING = "0 0 staged", f"{COUNT} {COUNT} applied"

SCRIPT = """
import os, signal, sys
import django
django.setup()
from datetime import date, timedelta
from pathlib import Path
from jiceng.exchange import applying
from jiceng.exchange.models import ImportRun
from jiceng.exchange.receiving import receive
from jiceng.exchange.staging import stage
from jiceng.organisations.models import Unit, UnitSpan
from jiceng.organisations.tables.units import UnitWriter
from jiceng.protection.actors import Actor
from jiceng.records import writing
by = Actor("user:1", "办事员")
def die(*args, **kwargs):
    os.kill(os.getpid(), signal.SIGKILL)
moment = sys.argv[1]
if moment.endswith(".csv"):
    path = Path(moment)
    stage(receive(by=by, table="units", data=path.read_bytes(), name=path.name, as_of=date(2021, 12, 31)), by=by)
    sys.exit()
run = ImportRun.objects.get()
print(Unit._base_manager.count(), UnitSpan._base_manager.count(), run.state, flush=True)
if moment == "look":
    sys.exit()
if moment == "before":
    UnitWriter.insert = die
elif moment == "inside":
    UnitWriter.update = die
elif moment == "sealing":
    writing._seal = die
applying.apply(run, by=by)
die()
"""


def test_kill_9_leaves_all_or_nothing(jiceng, tmp_path):
    """Killed at every stage of the write, and at moments chosen by the clock; each process says what the
    last left.
    """
    (tmp_path / "regions.csv").write_text(REGIONS)
    jiceng("import", "regions", str(tmp_path / "regions.csv"), "--as-of", "2012-01-01")
    header = ["统一社会信用代码", "企业名称", "企业类型", "区划代码"]
    rows = [[uscc(n), f"演示{n}号公司", "私营企业", "990121"] for n in range(1, COUNT + 1)]
    (tmp_path / "units.csv").write_bytes(text([header, *rows]))
    env = jiceng.env | {"DJANGO_SETTINGS_MODULE": "jiceng.settings"}

    def process(moment: str) -> subprocess.Popen:
        command = [sys.executable, "-c", SCRIPT, moment]
        return subprocess.Popen(command, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    def run(moment: str) -> str:
        one = process(moment)
        out, err = one.communicate(timeout=300)
        assert one.returncode == (0 if moment.endswith(("csv", "look")) else -signal.SIGKILL), err
        return out.strip()

    run(str(tmp_path / "units.csv"))
    assert [run(moment) for moment in ("before", "inside", "sealing", "look")] == [NOTHING] * 4
    seen = set()
    for delay in (0.0, 0.03, 0.1):
        one = process("by the clock")
        seen.add(one.stdout.readline().strip())
        time.sleep(delay)
        one.kill()
        one.communicate(timeout=60)
    assert seen <= {NOTHING, EVERYTHING}
    run("to the end")
    assert run("look") == EVERYTHING
    assert '"whole": true' in jiceng("audit", "verify", "--json")


def test_a_run_that_died_while_checking_starts_afresh(staged, monkeypatch):
    run = staged("units", xlsx([HEADER, line(1), line(2)]))
    run.state = ImportRun.State.RECEIVED
    run.save()
    stage(run, by=CLERK)
    assert run.rows.count() == 2
    assert UnitSpan._base_manager.count() == 0


@pytest.mark.django_db(transaction=True)
def test_two_who_checked_the_same_file_do_not_both_import_it(county):
    # no code by which the database could tell the second from the first
    data = xlsx([HEADER, *(line(n, code="") for n in range(1, 4))])
    runs = []
    for _ in range(2):
        run = receive(by=CLERK, table="units", data=data, name="同一份.xlsx", as_of=AS_OF)
        runs.append(stage(run, by=CLERK))
    said: list[str] = []
    ready = threading.Barrier(2)

    def work(run: ImportRun) -> None:
        try:
            ready.wait()
            apply(run, by=CLERK)
            said.append("")
        except Refusal as refusal:
            said.append(refusal.what)
        finally:
            connection.close()

    threads = [threading.Thread(target=work, args=(run,)) for run in runs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Unit._base_manager.count() == 3
    assert sorted(said) == ["", "核对之后，有关记录已有改动，没有导入"]
