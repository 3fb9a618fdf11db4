"""Storyboards: how a matter goes through people's hands, one line a step.

    walk.go('''
        street_leader whistle > called     who, step, and the state of the matter afterwards
        bureau sign @bureau                on the dispatch of a unit
        ! clerk strike_off                 refused: whoever takes it may not, or not now; nothing happens
        system none_left > reported        the system's own step that follows at once
        +3d                                three days pass
        ~ settle                           the world has changed: the system looks again
    ''', whistle={"lead": place.bureau})

What a step requires and nobody gives is filled in by the field's kind. Steps of the system that a storyboard does not
tell of fail it, so it says everything that happens.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone

from jiceng.matters.actions import Acting, Report, act, raise_matter
from jiceng.matters.actions.recording import locked
from jiceng.matters.actions.stepping import settle
from jiceng.matters.enums import LinkKind
from jiceng.matters.flows import spec_of, terms_for, types_at
from jiceng.matters.models import Dispatch, Event, Matter
from jiceng.matters.sections import MatterSpec
from jiceng.records.refusals import Refusal, Refusals
from jiceng.records.writing import write
from tests.matters.flows.place import Place

LINE = re.compile(r"(?P<no>!)?\s*(?P<who>\w+) (?P<step>\w+)(?: @(?P<unit>\w+))?(?: > (?P<state>\w+))?")
PASSING = re.compile(r"\+(\d+)(min|h|d)")


@dataclass(frozen=True)
class Line:
    """One line of a storyboard."""

    who: str
    step: str
    unit: str = ""
    state: str = ""
    refused: bool = False


def lines(story: str) -> Iterator[Line | timedelta]:
    """The lines of a storyboard; `~ settle` is a line of `world`."""
    for text in filter(None, (line.partition("#")[0].strip() for line in story.splitlines())):
        if found := PASSING.fullmatch(text):
            unit = {"min": "minutes", "h": "hours", "d": "days"}[found[2]]
            yield timedelta(**{unit: int(found[1])})
        elif text.startswith("~ settle"):
            yield Line("world", "settle", state=text.partition("> ")[2])
        else:
            read = LINE.fullmatch(" ".join(text.split()))
            assert read is not None, f"not a line of a storyboard: {text}"
            yield Line(read["who"], read["step"], read["unit"] or "", read["state"] or "", bool(read["no"]))


def steps_told(story: str) -> set[str]:
    """The steps that a storyboard takes."""
    return {line.step for line in lines(story) if isinstance(line, Line) and not line.refused}


class Walk:
    """One matter on its way."""

    def __init__(self, place: Place, matter: Matter) -> None:
        self.place, self.matter, self.spec = place, matter, spec_of(matter.flow)
        self.seen = self.last()

    @classmethod
    def raised(
        cls, place: Place, kind: str, who: str, *, channel: str = "", hangs_on: Any = None,
        reporter: str = "", **given: Any,
    ) -> "Walk":  # fmt: skip
        """Raise a matter of `kind` in the community; what its form requires is filled in."""
        spec = types_at(place.community, timezone.localdate(place.now))[kind]
        given = filled(place, spec, spec.form, who) | given
        by = place.acting(who)
        matter = raise_matter(
            by=by, type=kind, region=place.community, channel=channel or (spec.channels or ["core:field"])[0],
            report=Report(given=given, kind=reporter), hangs_on=hangs_on, at=place.tick(),
        )  # fmt: skip
        begun = cls(place, matter)
        begun.seen = 1  # what the system did at once is for the storyboard to tell
        return begun

    def hung(self, kind: str, link: LinkKind, who: str, **given: Any) -> "Walk":
        """Raise a matter that hangs on this one."""
        return Walk.raised(self.place, kind, who, hangs_on=(link, self.matter), **given)

    def go(self, story: str, **given: Mapping[str, Any]) -> "Walk":
        """Walk a storyboard; `given` are values by step, where `@bureau` means that one of the place."""
        for line in lines(story):
            if isinstance(line, timedelta):
                self._nothing_untold()
                self.place.now += line
            elif line.who == "world":
                self._settle()
            elif line.who == "system":
                self._system(line)
            else:
                self._nothing_untold()
                self._person(line, meant(self.place, given.get(line.step, {})))
            if isinstance(line, Line) and line.state:
                assert self.state == line.state, f"after {line.who} {line.step}: {self.state}"
        self._nothing_untold()
        return self

    def _person(self, line: Line, given: dict[str, Any]) -> None:
        step = self.spec.steps[line.step]
        note = given.pop("note", "情况说明" if step.note == "required" else "")
        part = self.dispatch(line.unit).pk if line.unit else None
        known = Walk(self.place, self.now())
        values = filled(self.place, self.spec, step.fields, line.who, known.matter) | given
        call = {"by": self.place.acting(line.who), "matter": self.matter.pk, "step": line.step, "given": values,
                "note": note, "dispatch": part, "at": self.place.tick()}  # fmt: skip
        if not line.refused:
            act(**call)
            self._told(line.step)
            return
        before = self.last()
        with pytest.raises((Refusal, Refusals)), transaction.atomic():
            act(**call)
        assert self.last() == before, f"{line.who} {line.step} was refused and yet did something"

    def _settle(self) -> None:
        by = Acting.system("tests")
        with write(by=by.actor, action="matter.settle"):
            held = locked(self.matter.pk)
            settle(held, self.place.tick())

    def _system(self, line: Line) -> None:
        self._told(line.step)

    def _told(self, step: str) -> None:
        """The next line of the timeline is that of `step`."""
        event = Event.objects.filter(matter=self.matter, seq__gt=self.seen).order_by("seq").first()
        assert event is not None, f"{step} did not happen"
        assert event.step == step, f"{event.step} happened before {step}"
        self.seen = event.seq

    def _nothing_untold(self) -> None:
        untold = Event.objects.filter(matter=self.matter, seq__gt=self.seen).values_list("step", flat=True)
        assert not list(untold), f"untold: {list(untold)}"

    def last(self) -> int:
        """How many lines the timeline has."""
        return Event.objects.filter(matter=self.matter).order_by("-seq").values_list("seq", flat=True)[0]

    # ------------------------------------------------------------------------------------ what has become
    def now(self) -> Matter:
        """The matter as it is stored."""
        return Matter._base_manager.get(pk=self.matter.pk)

    @property
    def state(self) -> str:
        return self.now().state

    @property
    def outcome(self) -> str:
        return self.now().outcome

    def value(self, field: str) -> Any:
        """What the matter keeps in a field of the type's own."""
        return self.now().values().get(field)

    def dispatch(self, unit: str) -> Dispatch:
        """The latest dispatch to a unit of the place."""
        found = Dispatch._base_manager.filter(matter=self.matter, unit=getattr(self.place, unit))
        return found.latest("pk")

    def steps(self) -> list[str]:
        return list(Event.objects.filter(matter=self.matter).order_by("seq").values_list("step", flat=True))

    def clock(self, key: str, unit: str = "") -> Any:
        """The latest clock of that key, of the matter or of a unit's dispatch."""
        part = self.dispatch(unit) if unit else None
        return self.matter.clocks.filter(key=key, dispatch=part).latest("pk")

    def refuse(self, line: str, **given: Any) -> str:
        """The words with which a step is refused."""
        (found,) = lines(line)
        assert isinstance(found, Line)
        step = self.spec.steps[found.step]
        values = filled(self.place, self.spec, step.fields, found.who, self.now()) | meant(self.place, given)
        note = values.pop("note", "情况说明" if step.note == "required" else "")
        part = self.dispatch(found.unit).pk if found.unit else None
        with pytest.raises((Refusal, Refusals)) as refusal, transaction.atomic():
            act(
                by=self.place.acting(found.who), matter=self.matter.pk, step=found.step, given=values, note=note,
                dispatch=part, at=self.place.tick(),
            )  # fmt: skip
        return str(refusal.value)


@dataclass(frozen=True)
class Story:
    """A storyboard of a type: how it begins, its lines, what is given, and how it ends."""

    kind: str
    name: str
    raised: Mapping[str, Any]
    text: str
    given: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    outcome: str | None = None
    """None where it does not end."""

    def __str__(self) -> str:
        return f"{self.kind}-{self.name}".replace(" ", "_")

    def walk(self, place: Place) -> Walk:
        """Raise the matter and walk to the end of the storyboard."""
        begun = Walk.raised(place, self.kind, **meant(place, self.raised))
        begun.go(self.text, **self.given)
        if self.outcome is not None:
            assert begun.outcome == self.outcome
        return begun


def meant(place: Place, given: Mapping[str, Any]) -> dict[str, Any]:
    """`given` with what `@name` means at the place."""

    def one(value: Any) -> Any:
        if isinstance(value, list):
            return [one(each) for each in value]
        return getattr(place, value[1:]).pk if isinstance(value, str) and value.startswith("@") else value

    return {key: one(value) for key, value in given.items()}


def filled(
    place: Place, spec: MatterSpec, keys: list[str], who: str, matter: Matter | None = None
) -> dict[str, Any]:
    """Something for each of the fields, by its kind."""
    today = timezone.localdate(place.now)
    given: dict[str, Any] = {}
    for key in keys:
        field = spec.fields[key]
        if field.kind in ("term", "terms"):
            above = ""
            if field.under:
                above = given.get(field.under) or (matter.values().get(field.under) if matter else "")
            first = terms_for(spec, field, place.community, today, above)[0][0]
            given[key] = [first] if field.kind == "terms" else first
            continue
        given[key] = {
            "text": "文字", "lines": "内容", "integer": 10, "number": 80.5, "boolean": True,
            "date": today + timedelta(days=20) if key == "until" else today,
            "datetime": place.now + timedelta(hours=2), "point": (114.9, 25.8), "unit": place.bureau.pk,
            "units": [place.power.pk], "party_org": place.branch.pk, "person": place.members[0].pk,
            "people": [member.pk for member in place.members], "region": place.community.pk,
            "household": place.household.pk,
        }.get(field.kind)  # fmt: skip
        if field.kind == "file":
            given[key] = [place.paper(who)]
    return given
