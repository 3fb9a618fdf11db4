"""What somebody who knows the code of a report reads of it and may still do: the flow's public words, nothing else."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Max
from django.utils import timezone

from jiceng.matters.actions import Acting, act
from jiceng.matters.actions.reporters import index_of_code
from jiceng.matters.actions.stepping import may_reopen, reopens
from jiceng.matters.enums import Hand, Outcome, Phase
from jiceng.matters.flows import holds, spec_of
from jiceng.matters.inputs import MatterRow
from jiceng.matters.models import Clock, Event, Matter, Reporter
from jiceng.matters.sections import MatterSpec, StateSpec, StepSpec
from jiceng.matters.telling import words_told
from jiceng.packs.catalogue import name_of_item
from jiceng.residents.places import now_at


@dataclass(frozen=True, slots=True)
class Line:
    """What the reporter was told, and when."""

    at: datetime
    text: str


@dataclass(frozen=True, slots=True)
class May:
    """A step that is the reporter's own to take now."""

    key: str
    label: str
    spec: MatterSpec
    step: StepSpec


@dataclass(frozen=True, slots=True)
class Story:
    """A matter as its reporter knows it."""

    number: str
    kind: str
    state: str
    phase: str
    outcome: str
    raised_at: datetime
    closed_on: date | None
    expected_at: datetime | None
    lines: Sequence[Line]
    may: Sequence[May]


def reported_by(code: str) -> Reporter | None:
    """The report with that code, however it was typed; None for a wrong one."""
    index = index_of_code(code)
    if not index:
        return None
    found: Reporter | None = (
        Reporter._base_manager.filter(code_index=index)
        .select_related("matter__flow", "matter__region")
        .first()
    )
    return found


def story_of(matter: Matter, *, english: bool = False) -> Story:
    """The public story of `matter`: no name of anybody, and units only where the flow's own words name them."""
    spec, now = spec_of(matter.flow), now_at(matter.region, matter)
    events = Event.objects.filter(matter=matter).order_by("-seq")
    told = [(event.at, words_told(spec, event.step, event.values(), english=english)) for event in events]
    return Story(
        number=matter.number,
        kind=name_of_item(spec, english=english),
        state=state_told(spec.states.get(matter.state), english=english),
        phase=matter.phase,
        outcome=str(Outcome(matter.outcome).label) if matter.outcome else "",
        raised_at=matter.raised_at,
        closed_on=matter.closed_on,
        expected_at=None if matter.phase == Phase.DONE else expected([matter.pk]).get(matter.pk),
        lines=[Line(at, text) for at, text in told if text],
        may=list(own_steps(matter, spec, now, english=english)),
    )


def state_told(state: StateSpec | None, *, english: bool = False) -> str:
    """What a reporter is told of a state; empty for one that the flow no longer has."""
    if state is None:
        return ""
    said = (state.public_en or (state.label_en if not state.public else "")) if english else state.public
    return said or state.public or state.label


def expected(matters: Collection[int]) -> Mapping[int, datetime]:
    """When each of these open matters should be settled: the end of the longest of its own running clocks. Those
    without one are left out.
    """
    rows = Clock.objects.filter(matter__in=matters, dispatch__isnull=True, stopped_at__isnull=True)
    ends = rows.filter(due_at__isnull=False).order_by().values("matter").annotate(due=Max("due_at"))
    return dict(ends.values_list("matter", "due"))


def own_steps(matter: Matter, spec: MatterSpec, now: datetime, *, english: bool = False) -> Sequence[May]:
    """The reporter's own steps that lead on from where the matter is."""
    day = timezone.localdate(now)
    row = MatterRow(matter, day, now)
    return [
        May(key, name_of_item(step, english=english), spec, step)
        for key, step in spec.steps.items()
        if step.by == Hand.REPORTER
        and step.on == "matter"
        and matter.state in step.of
        and (not reopens(spec, step, matter) or may_reopen(spec, matter, day))
        and holds(step.when, row, day)
    ]


def answer(
    *,
    reporter: Reporter,
    step: str,
    given: Mapping[str, Any],
    note: str,
    version: int | None = None,
    key: str = "",
) -> Event:
    """Take a step that is the reporter's own: rate, reopen, withdraw. Raises Denied, Refusal as `matters.act` does."""
    matter = reporter.matter
    own = (
        reporter.actor.removeprefix("reporter:")
        if reporter.actor.startswith("reporter:")
        else str(reporter.pk)
    )
    return act(
        by=Acting.reporter(own), matter=matter.pk, step=step, given=given, note=note, expected=version,
        at=now_at(matter.region, matter), key=key,
    )  # fmt: skip
