"""Takes matters that the demonstration made through the actions once more, and tells what came out otherwise."""

import json
import re
from datetime import date
from typing import Any

from jiceng.accounts.models import User
from jiceng.accounts.roles import ROLES, Node
from jiceng.accounts.scoping import Access, Held
from jiceng.matters.actions import Acting, Report, act, raise_matter
from jiceng.matters.actions.recording import _family
from jiceng.matters.actions.releasing import RELEASE, release
from jiceng.matters.enums import Hand
from jiceng.matters.flows import spec_of
from jiceng.matters.models import Clock, Dispatch, Event, Matter, Turn
from jiceng.organisations.models import Region, Unit
from jiceng.protection.scopes import Scope

OTHER = {"id", "uid", "number", "matter_id", "dispatch_id", "before_id", "raised_by", "actor", "sent_by"}
"""Columns that are different for every record, or name the accounts of those who acted."""

NUMBERED = re.compile(r"\w+〔\d+〕\d+号")
"""Papers get the next number each."""


class Replay:
    """Replays matters, their people with accounts of their own."""

    def __init__(self, units: list[int]) -> None:
        self.units = units  # keys by handle, as actors are named
        self.people: dict[str, Acting] = {}

    def again(self, made: Matter) -> dict[int, Matter]:
        """The same matter, and those that hang together with it, raised and handled anew: by key, the new one."""
        family = sorted(_family([made.pk]))
        lines = (
            Event.objects.filter(matter__in=family).exclude(hand=Hand.SYSTEM).select_related("matter__flow")
        )
        fresh: dict[int, int] = {}
        for line in sorted(lines, key=lambda line: (line.at, line.seq)):
            if line.seq == 1:
                fresh[line.matter_id] = self._raised(line)
            else:
                self._taken(line, fresh)
        return {key: Matter._base_manager.get(pk=new) for key, new in fresh.items()}

    def _raised(self, line: Event) -> int:
        made = line.matter
        return raise_matter(
            by=self.who(line), type=made.type, region=made.region, channel=made.channel,
            report=Report(given=line.values()), note=line.note, at=line.at,
        ).pk  # fmt: skip

    def _taken(self, line: Event, fresh: dict[int, int]) -> None:
        if line.step == RELEASE:
            access = self.who(line).access
            release(
                access=access,
                matter=Matter._base_manager.get(pk=fresh[line.matter_id]),
                at=line.at,
                **line.values(),
            )
            return
        spec = spec_of(line.matter.flow)
        step = spec.steps[line.step]
        given = {k: v for k, v in line.values().items() if k in {*step.fields, *step.optional}}
        for key in given:
            if spec.fields[key].kind == "matters":
                given[key] = [fresh[other] for other in given[key]]
        parts = dict(zip(self.keys(line.matter_id), self.keys(fresh[line.matter_id]), strict=False))
        act(
            by=self.who(line), matter=fresh[line.matter_id], step=line.step, given=given, note=line.note, at=line.at,
            dispatch=parts[line.dispatch_id] if line.dispatch_id else None,
        )  # fmt: skip

    @staticmethod
    def keys(matter: int) -> list[int]:
        return list(Dispatch._base_manager.filter(matter=matter).order_by("pk").values_list("pk", flat=True))

    # ------------------------------------------------------------------------------------- who acted
    def who(self, line: Event) -> Acting:
        if line.hand == Hand.REPORTER:
            return Acting.reporter(line.actor.removeprefix("reporter:"))
        if line.actor not in self.people:
            self.people[line.actor] = self._person(line)
        return self.people[line.actor]

    def _person(self, line: Event) -> Acting:
        _demo, _place, role, *where, _number = line.actor.split(":")
        user = User(username=line.actor[-150:], full_name=line.actor_name)
        user.save()
        node, unit = ROLES[role].node, None
        if node == Node.AUTHORITY:
            body = Unit._base_manager.get(pk=self.units[int(where[1])])
            unit, path = body.pk, body.region_path
            scope = Scope(territory=(path,), held={"organisations.unit": frozenset({body.pk})})
        else:
            path = Region.objects.get(code=where[0], valid_to=None).path
            scope = Scope(territory=(path,))
        return Acting.person(Access(user, date(2021, 12, 31), (Held(0, ROLES[role], scope, path, unit),)))


# ------------------------------------------------------------------------------------------ comparing
def rows(model: Any, matter: Matter) -> list[dict[str, Any]]:
    """The rows of a matter's table, references to dispatches by their number within the matter."""
    numbers = {key: number for number, key in enumerate(Replay.keys(matter.pk))}
    found = []
    for row in model._base_manager.filter(matter=matter).order_by(*ORDER[model]):
        said = plain(row)
        for name in ("dispatch_id", "before_id"):
            if hasattr(row, name):
                said[name] = numbers.get(getattr(row, name))
        found.append(said)
    return found


ORDER: dict[Any, tuple[str, ...]] = {
    Dispatch: ("pk",), Event: ("seq",), Clock: ("dispatch", "key"), Turn: ("dispatch", "role", "region"),
}  # fmt: skip


def plain(row: Any) -> dict[str, Any]:
    """The columns of a row that are the same for every telling; JSON read, so that only what it says is compared."""
    found = {f.attname: getattr(row, f.attname) for f in row._meta.concrete_fields if f.attname not in OTHER}
    for name in ("data", "pauses"):
        if found.get(name):
            found[name] = json.loads(NUMBERED.sub("文号", found[name]))
            if name == "data":
                found[name].pop("served", None)  # compared by the links
    return found


def differences(made: Matter, again: Matter) -> list[str]:
    """What is otherwise in the second one."""
    found = differing("matter", [plain(made)], [plain(again)])
    for model in ORDER:
        found += differing(model.__name__, rows(model, made), rows(model, again))
    return found


def differing(table: str, first: list[dict[str, Any]], second: list[dict[str, Any]]) -> list[str]:
    if len(first) != len(second):
        return [f"{table}: {len(first)} rows, then {len(second)}"]
    return [
        f"{table} {number} {name}: {one[name]!r}, then {other[name]!r}"
        for number, (one, other) in enumerate(zip(first, second, strict=True))
        for name in one
        if one[name] != other[name]
    ]
