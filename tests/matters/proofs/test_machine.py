"""Random people take random steps, right and wrong, in matters of random types; after every one of them everything
still hangs together, and what was refused has left no trace.
"""

import os
from datetime import UTC, timedelta

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from pydantic import ValidationError

from jiceng.matters.actions import Acting, Report, act, join, link, nudge, raise_matter, take
from jiceng.matters.actions import raising as raising_module
from jiceng.matters.enums import LinkKind
from jiceng.matters.flows import spec_of
from jiceng.matters.models import Dispatch, Event, Matter, Turn
from jiceng.matters.rights import Standing
from jiceng.matters.ticking.guarding import Guard
from jiceng.matters.ticking.lateness import run_late
from jiceng.records.audit.verifying import verify
from jiceng.records.refusals import Refusal, Refusals
from tests.matters.conftest import moment
from tests.matters.proofs.flows import spec_from, written
from tests.matters.proofs.invariants import check, check_numbers, digest

KIND = "qingshan:random"
PEOPLE = (
    "qingshan.case_centre", "qingshan.village_clerk", "qingshan.leader", "qingshan.department_officer",
    "qingshan.unit_officer", "qingshan.street_officer", "baishui.case_centre", "baishui.department_officer",
)  # fmt: skip
NOTES = ("已联系", "", "坏\0字", "长" * 6_000)
WRONG = {"households": "-3", "until": "2020-01-01", "lead": "x", "nothing": "1", "others": [10**30]}


class Street(RuleBasedStateMachine):
    """A county's office in which anything may be tried."""

    office = None  # set by the test that runs it
    real_types = staticmethod(raising_module.types_at)

    def __init__(self) -> None:
        super().__init__()
        self._whole = transaction.atomic()
        self._whole.__enter__()
        self.now, self.keys, self.touched, self.done = moment(), [], set(), 0

    def teardown(self) -> None:
        try:
            rows = Matter._base_manager.filter(type__startswith="qingshan:")
            for matter in rows:
                check(matter)
            check_numbers(rows)
            verdict = verify()
            assert verdict.whole, verdict
        finally:
            transaction.set_rollback(True)
            self._whole.__exit__(None, None, None)

    # ------------------------------------------------------------------------------------------- the scene
    @initialize(item=written())
    def begin(self, item) -> None:
        try:
            self.spec = spec_from(item)
        except ValidationError:  # what the loader of packs refuses; then the plain way alone
            plain = {k: v for k, v in item["steps"].items() if not k.startswith(("move", "part"))}
            clocks = {
                "c0": {"label": "时", "starts": ["s0"], "stops": ["d0", "d1"], "limits": [{"within": "2 h"}]}
            }
            self.spec = spec_from(item | {"steps": plain, "clocks": clocks})
        raising_module.types_at = lambda region, day: {**self.real_types(region, day), KIND: self.spec}
        self.raised(0, 0, 0)

    def acting(self, who: int) -> Acting:
        if who == len(PEOPLE):
            return Acting.reporter("x")
        return Acting.person(self.office.known(PEOPLE[who]))

    def matter(self, which: int) -> Matter:
        rows = list(Matter._base_manager.filter(type__startswith="qingshan:").order_by("pk"))
        return rows[which % len(rows)]

    def tried(self, action) -> None:
        """Do it; what is refused has changed nothing."""
        before = digest()
        try:
            with transaction.atomic():
                action()
        except (Refusal, Refusals):
            assert digest() == before, "a refused action left something"
        else:
            self.done += 1

    # --------------------------------------------------------------------------------------------- actions
    @rule(who=st.integers(0, len(PEOPLE)), place=st.integers(0, 1), key=st.integers(0, 3))
    def raised(self, who, place, key) -> None:
        here = self.office.here
        report = Report(given={"text": "路灯不亮", "households": 5 if key else 1})

        def action():
            return raise_matter(
                by=self.acting(who), type=KIND, region=(here.village, here.other_town)[place],
                channel="core:hotline", report=report, at=self.now, key=f"raise{key}" if key else "",
            )  # fmt: skip

        self.tried(action)

    @rule(hours=st.sampled_from((0, 0, 1, 3, 26, 200)))
    def time_passes(self, hours) -> None:
        self.now += timedelta(hours=hours, minutes=1)

    @rule(data=st.data(), which=st.integers(0, 5), right=st.integers(0, 9), version=st.integers(0, 9))
    def step(self, data, which, right, version) -> None:
        """Mostly one that leads on, by somebody who may; else anything."""
        matter = self.matter(which)
        spec = spec_of(matter.flow)
        parts = list(Dispatch._base_manager.filter(matter=matter).order_by("pk"))
        choices = [
            (key, None) for key, step in spec.steps.items() if step.on == "matter" and matter.state in step.of
        ]
        choices += [
            (key, part)
            for part in parts
            for key, step in spec.steps.items()
            if step.on == "dispatch" and part.state in step.of
        ]
        if right == 0 or not choices:
            key = data.draw(st.sampled_from([*spec.steps, "no_such_step"]))
            part = data.draw(st.sampled_from([None, *parts]))
        else:
            key, part = data.draw(st.sampled_from(choices))
        step = spec.steps.get(key)
        by = self.somebody(data, matter, step, part, right)
        given = self.filled(data, step, right)
        note = "已办" if right else data.draw(st.sampled_from(NOTES))
        expected = None if version else max(0, matter.version - data.draw(st.integers(0, 3)))
        at = self.now if right else self.now - timedelta(hours=data.draw(st.sampled_from((0, 48, -48))))
        command = f"key{data.draw(st.integers(0, 30))}" if version > 6 else ""

        def action():
            event = act(
                by=by, matter=matter.pk, step=key, given=given, note=note, at=at, key=command, expected=expected,
                dispatch=part.pk if part else None,
            )  # fmt: skip
            if command and command not in self.keys:
                self.keys.append(command)
            elif command:
                assert (event.matter_id, event.step) == (matter.pk, key)

        repeated = command in self.keys
        before = digest() if repeated else None
        self.tried(action)
        if repeated:
            assert digest() == before, "the same command happened twice"

    def somebody(self, data, matter, step, part, right) -> Acting:
        if step is None or right in (0, 1):
            return self.acting(data.draw(st.integers(0, len(PEOPLE))))
        if step.by == "reporter":
            return Acting.reporter("x")
        if step.by == "system":
            return Acting.system("matters")
        able = [
            who
            for who in range(len(PEOPLE))
            if Standing(self.acting(who).access, matter).entitled(step, part)
        ]
        return self.acting(data.draw(st.sampled_from(able or [0])))

    def filled(self, data, step, right) -> dict:
        if step is None:
            return {}
        here = self.office.here
        units = [here.bureau.pk, here.firm.pk, here.other_firm.pk]
        others = list(Matter._base_manager.filter(type=KIND).values_list("pk", flat=True))
        values = {
            "text": "补充", "answer": "已整改", "households": 4, "remark": "备注", "until": "2022-07-20",
            "lead": data.draw(st.sampled_from(units)), "to": data.draw(st.sampled_from(units)),
            "support": data.draw(st.lists(st.sampled_from(units), max_size=2)),
            "others": data.draw(st.lists(st.sampled_from(others), max_size=2)) or others[:1],
            "paper": "",
        }  # fmt: skip
        given = {key: values[key] for key in (*step.fields, *step.optional)}
        return given | dict([data.draw(st.sampled_from(list(WRONG.items())))]) if right == 0 else given

    @rule(which=st.integers(0, 5), who=st.integers(0, len(PEOPLE) - 1), part=st.integers(-1, 3))
    def urged(self, which, who, part) -> None:
        matter, parts = self.matter(which), list(Dispatch._base_manager.order_by("pk"))
        named = parts[part % len(parts)] if part >= 0 and parts else None
        access = self.acting(who).access
        self.tried(lambda: nudge(access=access, matter=matter, reason="请抓紧", dispatch=named, at=self.now))

    @rule(who=st.integers(0, len(PEOPLE) - 1), which=st.integers(0, 9))
    def taken(self, who, which) -> None:
        turns = list(Turn.objects.order_by("pk").values_list("pk", flat=True)) or [0]
        self.tried(lambda: take(access=self.acting(who).access, turn=turns[which % len(turns)], at=self.now))

    @rule(one=st.integers(0, 5), other=st.integers(0, 5), kind=st.sampled_from(("join", *LinkKind.values)))
    def brought_together(self, one, other, kind) -> None:
        access, pair = self.acting(0).access, (self.matter(one), self.matter(other))
        if kind == "join":
            self.tried(
                lambda: join(access=access, matter=pair[0], into=pair[1], reason="同一件", at=self.now)
            )
        else:
            self.tried(
                lambda: link(access=access, matter=pair[0], other=pair[1], kind=LinkKind(kind), at=self.now)
            )

    @rule()
    def clocks_run_out(self) -> None:
        guard = Guard()
        run_late(guard, 50)
        assert guard.failed == 0
        late, before = Event.objects.filter(step="late").count(), digest()
        assert run_late(guard, 50) == 0
        assert (Event.objects.filter(step="late").count(), digest()) == (late, before)

    @invariant()
    def hangs_together(self) -> None:
        for matter in Matter._base_manager.filter(type__startswith="qingshan:"):
            check(matter)


class Known:
    """The office, with everybody's rights looked up once."""

    def __init__(self, office) -> None:
        self.here, self._office, self._found = office.here, office, {}

    def known(self, name: str):
        if name not in self._found:
            county, _dot, role = name.partition(".")
            self._found[name] = self._office.access(role, county)
        return self._found[name]


def run(office, monkeypatch, examples: int, steps: int, **more) -> None:
    machines: list[Street] = []
    shrinking = (
        (Phase.shrink,) if os.environ.get("JICENG_SHRINK") else ()
    )  # minutes, and only of use to whoever mends

    class Here(Street):
        def __init__(self) -> None:
            super().__init__()
            machines[:] = [self]

    Here.office = Known(office)
    monkeypatch.setattr(timezone, "now", lambda: machines[0].now.astimezone(UTC))
    monkeypatch.setattr(raising_module, "types_at", raising_module.types_at)  # put back at the end
    run_state_machine_as_test(
        Here,
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            deadline=None,
            database=None,
            print_blob=False,
            suppress_health_check=list(HealthCheck),
            phases=(Phase.generate, *shrinking),
            **more,
        ),
    )


def test_whatever_is_tried_everything_hangs_together(office, monkeypatch):
    run(office, monkeypatch, examples=10, steps=25, derandomize=True)


@pytest.mark.fullsize
def test_the_same_for_many_types(office, monkeypatch):
    """JICENG_EXAMPLES asks for as many new ones instead of the same forty."""
    asked = os.environ.get("JICENG_EXAMPLES")
    run(office, monkeypatch, examples=int(asked or 40), steps=40, derandomize=not asked)
