"""A clerk in a process of its own, who may be killed at any moment: takes cases all the way, writing down what she is
about to do before, and what she was told afterwards.

    python -m tests.matters.proofs.clerk set JOURNAL     the county with its packs, empty journal
    python -m tests.matters.proofs.clerk work JOURNAL NUMBER COUNT
    python -m tests.matters.proofs.clerk look            counts, as JSON

Started again with the same journal she takes up every command that she was not told about, under the same key.
"""

import json
import os
import sys
from collections import Counter
from itertools import pairwise
from pathlib import Path
from typing import Any

import django

django.setup()

from django.utils import timezone  # noqa: E402

from jiceng.accounts.models import User  # noqa: E402
from jiceng.accounts.scoping import access_of  # noqa: E402
from jiceng.matters.actions import Acting, Report, act, raise_matter  # noqa: E402
from jiceng.matters.models import Clock, Dispatch, Event, Matter  # noqa: E402
from jiceng.organisations.models import Region, Unit  # noqa: E402
from jiceng.packs.installing import install  # noqa: E402
from jiceng.records.audit.verifying import verify  # noqa: E402
from jiceng.records.models import CommandKey  # noqa: E402
from tests.accounts.cast import SETTER, build_cast, build_world, grant  # noqa: E402
from tests.matters.conftest import TOWN  # noqa: E402
from tests.matters.proofs.invariants import check, check_numbers  # noqa: E402

WAY = (
    ("send", "case_centre"),
    ("sign", "department_officer"),
    ("answer", "department_officer"),
    ("approve", "case_centre"),
    ("call", "other_centre"),
)
"""What follows the raising, and who does it."""


class Journal:
    """Commands begun and commands that were acknowledged, one line each, on the disk before anything else happens."""

    def __init__(self, path: Path) -> None:
        lines = path.read_text().splitlines() if path.exists() else []
        self.known = {key: int(pk) for kind, key, pk in map(str.split, lines) if kind == "done"}
        self._file = path.open("a")

    def _add(self, *words: object) -> None:
        self._file.write(" ".join(map(str, words)) + "\n")
        self._file.flush()
        os.fsync(self._file.fileno())

    def once(self, key: str, command: Any) -> int:
        """Carry out `command(key)`, which gives a key of the database, unless it was acknowledged before."""
        if key not in self.known:
            self._add("begun", key, 0)
            self.known[key] = command(key)
            self._add("done", key, self.known[key])
        return self.known[key]


def set_up() -> None:
    world = build_world()
    install(folders=[TOWN], by=SETTER)
    cast = build_cast(world)
    grant(cast["baishui.case_centre"], "case_centre", world.qingshan.region)


def person(name: str) -> Acting:
    name = "baishui.case_centre" if name == "other_centre" else f"qingshan.{name}"
    return Acting.person(access_of(User.objects.get(username=name), timezone.localdate()))


def work(journal: Journal, clerk: str, count: int) -> None:
    people = {who: person(who) for who in ("case_centre", "other_centre", "department_officer")}
    village, bureau = Region.objects.get(name="青桥村"), Unit._base_manager.get(name="青府商务局").pk
    given: dict[str, dict[str, Any]] = {
        "send": {"lead": bureau},
        "answer": {"answer": "已整改"},
        "call": {"reached": True},
    }

    def raising(key: str) -> int:
        report = Report(given={"text": f"{key}路灯不亮", "category": "qingshan:noise"})
        by = people["case_centre"]
        made = raise_matter(
            by=by, type="qingshan:case", region=village, channel="core:hotline", report=report, key=key
        )
        return int(made.pk)

    for number in range(count):
        matter = journal.once(f"{clerk}-{number}-raise", raising)
        for step, who in WAY:
            on_dispatch = step in ("sign", "answer")
            part = Dispatch._base_manager.get(matter=matter).pk if on_dispatch else None

            def stepping(key: str, step=step, who=who, part=part, matter=matter) -> int:
                by = people[who]
                return int(
                    act(by=by, matter=matter, step=step, given=given.get(step), dispatch=part, key=key).pk
                )

            journal.once(f"{clerk}-{number}-{step}", stepping)


def look() -> dict[str, Any]:
    """What there is; fails where anything does not hang together."""
    matters = list(Matter._base_manager.filter(type="qingshan:case"))
    for matter in matters:
        check(matter)
    check_numbers(matters)
    for matter in matters:  # a dispatch has its clock, a closed matter all its steps
        seen = list(Event.objects.filter(matter=matter).order_by("seq").values_list("step", flat=True))
        whole = ["raise", "send", "sign", "answer", "all_answered", "approve", "call"]
        assert seen == whole[: len(seen)], seen
        parts = Dispatch._base_manager.filter(matter=matter)
        assert parts.count() == ("send" in seen)
        assert Clock.objects.filter(dispatch__in=parts, key="sign").count() == parts.count()
        assert Clock.objects.filter(matter=matter, dispatch__isnull=True).count() == 2
    keys = list(CommandKey.objects.filter(action__startswith="matter.").values_list("key", "result"))
    assert all(result for _key, result in keys), "a command has no result"
    told = {key: result.rpartition(":")[2] for key, result in keys}
    titles = Counter(matter.title for matter in matters)
    assert not [title for title, times in titles.items() if times > 1], "a matter was raised twice"
    events = Event.objects.filter(matter__in=matters)
    assert all(one < other for one, other in pairwise(sorted(events.values_list("pk", flat=True))))
    return {"matters": len(matters), "events": events.count(), "keys": told, "whole": verify().whole}


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["set"]:
            set_up()
        case ["work", journal, clerk, count]:
            work(Journal(Path(journal)), clerk, int(count))
        case ["look"]:
            sys.stdout.write(json.dumps(look()))
