"""One of those who act at once: takes cases of the hotline all the way, for so many seconds, in a process of its own.

python -m jiceng.bench.crowding NAME SECONDS REGION UNIT CATEGORY     → JSON on standard output
"""

import json
import sys
import time
from typing import Any

import django

django.setup()

from django.utils import timezone  # noqa: E402

from jiceng.accounts.models import User  # noqa: E402
from jiceng.accounts.scoping import access_of  # noqa: E402
from jiceng.matters.actions import Acting, Report, act, raise_matter  # noqa: E402
from jiceng.matters.flows import types_at  # noqa: E402
from jiceng.matters.models import Dispatch  # noqa: E402
from jiceng.organisations.models import Region  # noqa: E402
from jiceng.organisations.terms import with_attr  # noqa: E402

PEOPLE = ("centre", "bureau", "caller")


def main(name: str, seconds: float, region: int, unit: int, category: str) -> dict[str, Any]:
    """Matters that went all the way, lines of the timeline that were acknowledged, and what was refused or failed."""
    today = timezone.localdate()
    users = {user.username: user for user in User.objects.filter(username__in=PEOPLE)}
    people = {who: Acting.person(access_of(users[who], today)) for who in PEOPLE}
    way: tuple[tuple[str, str, dict[str, Any]], ...] = (
        ("send", "centre", {"lead": unit}),
        ("sign", "bureau", {}),
        ("answer", "bureau", {"answer": "已整改"}),
        ("approve", "centre", {}),
        ("archive", "caller", {"reached": True, "solved": True}),
    )
    place, report = Region.objects.get(pk=region), Report(given={"text": "路灯不亮", "category": category})
    # the type that other systems' cases come in as is the one that every county has
    kind = next(key for key, spec in types_at(place, today).items() if spec.imports)
    channel = with_attr("matter_channels", "imports").key
    whole: list[int] = []
    wrong: list[str] = []
    steps, end = 0, time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            matter = raise_matter(
                by=people["centre"], type=kind, region=place, channel=channel, report=report,
                key=f"{name}:{len(whole)}:{len(wrong)}",
            )  # fmt: skip
            steps += 1
            for step, who, given in way:
                parts = Dispatch._base_manager.filter(matter=matter).values_list("pk", flat=True)
                part = parts.get() if who == "bureau" else None
                act(
                    by=people[who],
                    matter=matter.pk,
                    step=step,
                    given=given,
                    dispatch=part,
                    key=f"{matter.pk}:{step}",
                )
                steps += 1
            whole.append(matter.pk)
        except Exception as error:  # whatever it is, it is counted and told
            wrong.append(f"{type(error).__name__}: {error}")
    return {"steps": steps, "whole": whole, "wrong": wrong}


if __name__ == "__main__":
    called, seconds, region, unit, category = sys.argv[1:]
    sys.stdout.write(json.dumps(main(called, float(seconds), int(region), int(unit), category)))
