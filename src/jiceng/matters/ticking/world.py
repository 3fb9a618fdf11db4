"""Steps that are the system's own because something outside the matter changed: its subject was covered, or is no
longer; a rule was changed.
"""

from collections.abc import Iterable, Iterator
from datetime import date

from django.db.models import Q
from django.utils import timezone

from jiceng.accounts.days import moment_on, today_at
from jiceng.coverage.models import CoverageSpan, RebuildMark
from jiceng.coverage.rebuilding import touched_units
from jiceng.matters.actions.context import Acting
from jiceng.matters.actions.recording import locked, not_before
from jiceng.matters.actions.stepping import ready_step, settle
from jiceng.matters.enums import Hand, Phase
from jiceng.matters.flows import spec_of
from jiceng.matters.inputs import WORLD
from jiceng.matters.models import Flow, Matter, TickMark
from jiceng.matters.sections import MatterSpec
from jiceng.matters.ticking.guarding import Guard
from jiceng.matters.ticking.written import written
from jiceng.organisations.spans import chunks
from jiceng.packs.filters.nodes import Has, Node, columns, walk
from jiceng.records.writing import write

WORK = "world"
ACTION = "matter.settle"


def settle_all(guard: Guard) -> int:
    """Take the steps whose conditions have come to hold from outside, as far as the coverage has been derived; gives
    in how many matters. Costs two small queries where nothing was derived since the last time.
    """
    derived, mark = RebuildMark.objects.first(), TickMark.objects.filter(pk=WORK).first()
    today = timezone.localdate()
    if derived is None or (
        mark is not None and (mark.seq, mark.digest, mark.day) == (derived.seq, derived.rules, today)
    ):
        return 0
    fresh = mark is None or mark.digest != derived.rules
    found = _all() if fresh or mark is None else _touched(mark, derived.seq, today)
    before, done = guard.failed, 0
    for matter in found:
        with guard(f"matter {matter.pk}"):
            done += _settle(matter)
    if guard.failed == before:
        said = {"seq": derived.seq, "digest": derived.rules, "day": today}
        TickMark.objects.update_or_create(pk=WORK, defaults=said)
    return done


# ---------------------------------------------------------------------------------------- who is looked at
def _all() -> Iterator[Matter]:
    """Every matter whose flow looks at the world."""
    flows = {flow.pk for flow in Flow.objects.all() if _looks_outside(spec_of(flow))}
    return _of(Q(flow__in=flows), Matter._base_manager.filter(flow__in=flows).values_list("pk", flat=True))


def _touched(mark: TickMark, upto: int, today: date) -> Iterator[Matter]:
    """The matters about units that were touched by then, or of which something else has become true since the day of
    the last look; and those that were written meanwhile, perhaps by what was true before.
    """
    units = touched_units(mark.seq, upto)
    if mark.day is not None and mark.day < today:
        begun = CoverageSpan.objects.filter(valid_from__gt=mark.day, valid_from__lte=today)
        units |= set(begun.values_list("unit_id", flat=True))
    rows = Matter._base_manager.all()
    keys = written(mark.seq, upto, (Matter._meta.db_table,)).among(rows)
    for some in chunks(units):
        keys |= set(rows.filter(unit__in=some).values_list("pk", flat=True))
    flows: set[int] = set()
    for some in chunks(keys):
        flows |= set(rows.filter(pk__in=some).values_list("flow_id", flat=True))
    outside = {flow.pk for flow in Flow.objects.filter(pk__in=flows) if _looks_outside(spec_of(flow))}
    return _of(Q(flow__in=outside), keys) if outside else iter(())


def _of(condition: Q, keys: Iterable[int]) -> Iterator[Matter]:
    for some in chunks(keys):
        yield from Matter._base_manager.filter(condition, pk__in=some).select_related("flow").order_by("pk")


def _looks_outside(spec: MatterSpec) -> bool:
    """Whether a step of the system's own depends on more than the matter itself."""
    own = (s for s in spec.steps.values() if s.by == Hand.SYSTEM and s.automatic and s.on == "matter")
    return any(_outside(step.when) for step in own)


def _outside(node: Node) -> bool:
    reaching = any(isinstance(part, Has) for part in walk(node))
    return reaching or any(column.through or column.name in WORLD for column in columns(node))


# ------------------------------------------------------------------------------------------------- settling
def _settle(matter: Matter) -> bool:
    """Look without a lock, then again with it: most have nothing to do."""
    at = moment_on(today_at(matter.region_path))
    if ready_step(matter, spec_of(matter.flow), at) is None or _superseded(matter):
        return False
    by = Acting.system("matters")
    with write(by=by.actor, action=ACTION):
        held = locked(matter.pk)
        return settle(held, not_before(held, at)) > 0


def _superseded(matter: Matter) -> bool:
    """A relapse reopens the last matter of its type about a unit, not every one that there ever was."""
    if matter.phase != Phase.DONE or matter.unit_id is None:
        return False
    later = Matter._base_manager.filter(type=matter.type, unit=matter.unit_id, pk__gt=matter.pk)
    return later.exists()
