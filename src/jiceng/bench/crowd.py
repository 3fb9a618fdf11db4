"""Eight processes that take steps in matters at once, beside one that does so alone, on the same database.

All of them act for one centre and one bureau of one county. What each was told is looked for afterwards: no error,
nothing lost, nothing twice, and the audit chain whole.
"""

import json
import subprocess
import sys
import time
from typing import Any

from jiceng.bench.ground.cases import LINES
from jiceng.bench.ground.places import hotline, install_bases
from jiceng.bench.ground.prefecture import Prefecture
from jiceng.bench.ground.scratch import scratch
from jiceng.bench.ground.served import environment
from jiceng.matters.models import Dispatch, Event, Matter
from jiceng.records.audit.verifying import verify

CROWD = 8
SECONDS = {"county": 10.0, "prefecture": 60.0}


def run(scale: str = "prefecture") -> dict[str, Any]:
    """Seconds a thousand steps take with eight at once and with one alone; `parts` say what there was afterwards."""
    with scratch() as home:
        Prefecture("county").store()
        install_bases()
        where = hotline()
        place = [str(where.village.pk), str(where.bureau.pk), where.category]
        env = environment(home)
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


def _together(count: int, seconds: float, place: list[str], env: dict[str, str]) -> list[dict[str, Any]]:
    """What each of so many processes was told. Raises RuntimeError for one that failed."""
    name = f"{count}-{time.monotonic_ns()}"
    command = [sys.executable, "-m", "jiceng.bench.ground.crowding"]
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
