"""One of those who act at once: takes cases of the hotline all the way, for so many seconds, in a process of its own.

python -m jiceng.bench.ground.crowding NAME SECONDS REGION UNIT CATEGORY     → JSON on standard output
"""

import json
import sys
import time
from typing import Any

import django

django.setup()

from jiceng.bench.ground.cases import Cases  # noqa: E402
from jiceng.bench.ground.places import Hotline  # noqa: E402
from jiceng.organisations.models import Region, Unit  # noqa: E402


def main(name: str, seconds: float, region: int, unit: int, category: str) -> dict[str, Any]:
    """Matters that went all the way, lines of the timeline that were acknowledged, and what was refused or failed."""
    place = Hotline(Region.objects.get(pk=region), Unit._base_manager.get(pk=unit), category)
    cases = Cases(place)
    whole: list[int] = []
    wrong: list[str] = []
    steps, end = 0, time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            taken = [matter.pk for matter in cases.take(f"{name}:{len(whole)}:{len(wrong)}")]
            steps += len(taken)
            whole.append(taken[0])
        except Exception as error:  # whatever it is, it is counted and told
            wrong.append(f"{type(error).__name__}: {error}")
    return {"steps": steps, "whole": whole, "wrong": wrong}


if __name__ == "__main__":
    called, seconds, region, unit, category = sys.argv[1:]
    sys.stdout.write(json.dumps(main(called, float(seconds), int(region), int(unit), category)))
