"""Eight processes that take steps in matters at once, beside one that does so alone, on the same database.

All of them act for one centre and one bureau of one county. What each was told is looked for afterwards: no error,
nothing lost, nothing twice, and the audit chain whole.
"""

import json
import os
import subprocess
import sys
import time
from datetime import date
from typing import Any

from django.conf import settings
from django.db import models
from django.utils import timezone

from jiceng.accounts.models import Grant, User
from jiceng.bench.page import _bases, _database_url
from jiceng.bench.prefecture import Prefecture
from jiceng.bench.scratch import scratch
from jiceng.matters.flows import in_vocabulary
from jiceng.matters.models import Dispatch, Event, Matter
from jiceng.organisations.models import Region, Unit
from jiceng.packs.installing import install
from jiceng.protection.actors import Actor
from jiceng.records.audit.verifying import verify
from jiceng.records.writing import write

CROWD = 8
SECONDS = {"county": 10.0, "prefecture": 60.0}
LINES = 7
"""Lines of a matter's timeline that went all the way: six that people take, one that follows."""

BY = Actor.system("bench")
GRANTS = {"centre": "case_centre", "caller": "case_centre", "bureau": "department_officer"}


def run(scale: str = "prefecture") -> dict[str, Any]:
    """Seconds a thousand steps take with eight at once and with one alone; `parts` say what there was afterwards."""
    with scratch() as home:
        Prefecture("county").store()
        install(folders=_bases(), by=BY)
        place = _place()
        env = os.environ | {
            "JICENG_HOME": str(home), "JICENG_SECRET": settings.SECRET_KEY, "DATABASE_URL": _database_url(),
            "DJANGO_SETTINGS_MODULE": "jiceng.settings",
        }  # fmt: skip
        alone = _together(1, SECONDS[scale], place, env)
        crowd = _together(CROWD, SECONDS[scale], place, env)
        _look([*alone, *crowd])
    one, many = (sum(each["steps"] for each in found) / SECONDS[scale] for found in (alone, crowd))
    return {
        "name": "crowd",
        "scale": scale,
        "rows": sum(each["steps"] for each in (*alone, *crowd)),
        "seconds": round(1_000 / many, 2),
        "baseline": "one process alone; both for a thousand steps",
        "baseline_seconds": round(1_000 / one, 2),
        "ratio": round(one / many, 2),
        "parts": [
            {"name": f"{CROWD} at once: {many:.0f} steps a second", "seconds": SECONDS[scale]},
            {"name": f"one alone: {one:.0f} steps a second", "seconds": SECONDS[scale]},
        ],
    }


def _place() -> list[str]:
    """A village, a bureau of its county, and a category; with people for both."""
    county = Region.objects.filter(level=2).order_by("path")[0]
    village = Region.objects.filter(level=4, path__startswith=county.path).order_by("path")[0]
    rows: models.QuerySet[Unit] = models.QuerySet(Unit)
    bureau = rows.order_by("pk")[0]
    models.QuerySet.update(
        rows.filter(pk=bureau.pk),
        region=county,
        region_path=county.path,
        authority_path="0001",
        valid_to=None,
    )
    for name, role in GRANTS.items():
        user = User(username=name, full_name=name, must_change_password=False)
        user.set_unusable_password()
        user.save()
        node: dict[str, Any] = {"authority_id": bureau.pk} if name == "bureau" else {"region": county}
        with write(by=BY, action="grant.give"):
            Grant(user=user, role=role, valid_from=date(2012, 1, 1), **node).save()
    category, _label = in_vocabulary("matter_categories", village, timezone.localdate())[0]
    return [str(village.pk), str(bureau.pk), category]


def _together(count: int, seconds: float, place: list[str], env: dict[str, str]) -> list[dict[str, Any]]:
    """What each of so many processes was told. Raises RuntimeError for one that failed."""
    name = f"{count}-{time.monotonic_ns()}"
    command = [sys.executable, "-m", "jiceng.bench.crowding"]
    started = [
        subprocess.Popen([*command, f"{name}-{n}", str(seconds), *place], env=env, stdout=subprocess.PIPE)  # noqa: S603 - ourselves
        for n in range(count)
    ]
    found = [json.loads(one.communicate()[0]) for one in started]
    if wrong := [fault for each in found for fault in each["wrong"]]:
        raise RuntimeError(f"{len(wrong)} failed, first: {wrong[0]}")
    return found


def _look(found: list[dict[str, Any]]) -> None:
    """Every step that was acknowledged is there once. Raises RuntimeError where it is not."""
    whole = [key for each in found for key in each["whole"]]
    steps = sum(each["steps"] for each in found)
    people = Event.objects.exclude(hand="system").count()
    same = Matter._base_manager.filter(pk__in=whole, phase="done").count(), Dispatch._base_manager.count()
    if people != steps or same != (len(whole), len(whole)) or Event.objects.count() != LINES * len(whole):
        raise RuntimeError(
            f"{steps} steps were acknowledged, {people} are there; {len(whole)} matters, {same}"
        )
    if not verify().whole:
        raise RuntimeError("the audit chain is broken")
