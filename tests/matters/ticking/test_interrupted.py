"""The tick in processes of its own: killed at any moment, or several at once, everything happens once."""

import random
import subprocess
import sys
import time

import pytest
from django.db.models import Count

from jiceng.matters.models import Clock, Event, MatterLink
from jiceng.matters.ticking import tick
from jiceng.records.audit.verifying import verify
from tests.matters.conftest import TOWN
from tests.records.together import together

COUNT = 24

SCRIPT = f"""
import os, sys
sys.path.insert(0, os.environ["TESTS"])
import django
django.setup()
from datetime import timedelta
from django.utils import timezone
from tests.accounts.cast import SETTER, build_world
from tests.matters.conftest import TOWN
from jiceng.matters.actions import Acting, Report, raise_matter
from jiceng.matters.models import Clock, Event, Matter, MatterLink, Turn
from jiceng.packs.installing import install
if sys.argv[1] == "set":
    world = build_world()
    install(folders=[TOWN], by=SETTER)
    for n in range({COUNT}):
        raise_matter(by=Acting.system("tests"), type="qingshan:chase", region=world.qingshan.village,
                     channel="core:hotline", report=Report(given={{"text": f"第{{n}}件"}}),
                     at=timezone.now() - timedelta(hours=3))
late = Clock.objects.filter(late_at__isnull=False).count()
print(late, Event.objects.filter(step="late").count(), MatterLink.objects.count(),
      Matter._base_manager.filter(type="qingshan:oversee").count(), Turn.objects.filter(reason="late").count())
"""


def test_kill_9_at_any_moment_loses_nothing_and_does_nothing_twice(jiceng, tmp_path):
    root = str(TOWN.parents[2])
    env = jiceng.env | {"DJANGO_SETTINGS_MODULE": "jiceng.settings", "TESTS": root}
    jiceng("pack", "list")  # makes the tables

    def looked(what: str = "look") -> list[int]:
        done = subprocess.run(
            [sys.executable, "-c", SCRIPT, what],
            env=env,
            capture_output=True,
            text=True,
            check=False,
            timeout=300,
        )
        assert done.returncode == 0, done.stderr
        return [int(word) for word in done.stdout.split()]

    assert looked("set") == [0, 0, 0, 0, 0]
    draw, killed = random.Random(20220620), 0
    for _attempt in range(8):
        one = subprocess.Popen(
            [sys.executable, "-m", "jiceng.cli.main", "tick"], env=env, stderr=subprocess.DEVNULL
        )
        time.sleep(draw.uniform(1.0, 3.5))
        killed += one.poll() is None
        one.kill()
        one.wait(timeout=60)
        late, lines, links, papers, _turns = looked()
        assert late == lines
        assert links == papers <= COUNT
    jiceng("tick")
    assert looked() == [2 * COUNT, 2 * COUNT, COUNT, COUNT, 3 * COUNT]
    assert killed
    assert "没有到时的事" in jiceng("tick")
    assert '"whole": true' in jiceng("audit", "verify", "--json")


@pytest.mark.django_db(transaction=True)
def test_ticks_at_once_share_the_work(office):
    for n in range(6):
        office.raised("qingshan:chase", text=f"第{n}件")
    done = together(lambda _number: tick(), count=3)
    assert [each for each in done if isinstance(each, Exception)] == []
    assert sum(each.late for each in done) == 12 + 6  # the 3 working days have run out long since
    told = Event.objects.filter(step="late").values("matter").annotate(lines=Count("pk"))
    assert {row["lines"] for row in told} == {3}
    assert MatterLink.objects.count() == 6
    assert not Clock.objects.filter(late_at__isnull=True).exists()
    assert verify().whole
