"""Coverage rules at work: the state of one unit on one day, and its whole life as spans."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from jiceng.coverage.inputs import Stretch, UnitInputs

Condition = Callable[[Mapping[str, Any], date], bool]
"""A compiled filter over the columns of `inputs.INPUT`."""


@dataclass(frozen=True, slots=True)
class Need:
    """One rule: a unit that meets `when` needs to be covered the way `ask` says; `obliged` counts it as
    应建.
    """

    key: str
    when: Condition
    ask: str
    obliged: bool


@dataclass(frozen=True, slots=True)
class Ledger:
    """A coverage ledger compiled from its pack: which units, which are in scope, what covers them."""

    key: str
    base: str
    kinds: frozenset[str]
    natures: frozenset[str]
    instructor_posts: frozenset[str]
    group_designations: frozenset[str]
    in_scope: Condition
    organised: tuple[str, ...]  # ways that count, the foremost first
    worked: Condition
    needs: tuple[Need, ...]
    items: tuple[tuple[str, Condition], ...]  # completeness: item key → when it is clear


@dataclass(frozen=True, slots=True)
class Coverage:
    """One ledger's answer about a unit: the dated columns of a coverage span."""

    ledger: str
    base: str
    in_scope: bool
    excluded: bool
    obliged: bool
    organised: bool
    worked: bool
    way: str
    need: str
    rule: str
    members: int
    full_members: int


State = tuple[Coverage, tuple[tuple[str, bool], ...]]


def row_on(inputs: UnitInputs, ledger: Ledger, day: date) -> dict[str, Any] | None:
    """The unit's columns (`inputs.INPUT`) on `day`; None where it does not exist or is of no kind of the
    ledger.
    """
    holding = [s for s in inputs.stretches if s.holds(day)]
    facts: Stretch | None = next((s for s in holding if s.what == "facts"), None)
    if facts is None or facts.value["kind"] not in ledger.kinds:
        return None
    ways = [s.value[0] for s in holding if s.what == "cover" and s.value[1] in ledger.natures]
    way = next((w for w in ledger.organised if w in ways), "")
    return {
        **inputs.constant,
        **facts.value,
        "id": inputs.unit,
        "surveyed": any(s.what == "surveyed" for s in holding),
        "members": sum(s.what == "member" for s in holding),
        "full_members": sum(s.what == "full_member" for s in holding),
        "ways": way,
        "organised": bool(way),
        "instructors": sum(s.what == "charge" and s.value in ledger.instructor_posts for s in holding),
        "groups": sum(s.what == "designation" and s.value in ledger.group_designations for s in holding),
    }


def state_on(inputs: UnitInputs, ledger: Ledger, day: date) -> State | None:
    """What the ledger's rules say of the unit on `day`; None where it does not belong to the ledger. A unit
    that was taken out (剔除) is not in scope, whatever the rules say.
    """
    row = row_on(inputs, ledger, day)
    if row is None:
        return None
    excluded = any(s.what == "excluded" and s.value == ledger.key and s.holds(day) for s in inputs.stretches)
    in_scope = not excluded and ledger.in_scope(row, day)
    need = next((n for n in ledger.needs if n.when(row, day)), None) if in_scope else None
    organised = in_scope and row["organised"]
    coverage = Coverage(
        ledger=ledger.key,
        base=ledger.base,
        in_scope=in_scope,
        excluded=excluded,
        obliged=need is not None and need.obliged,
        organised=organised,
        worked=organised or (in_scope and ledger.worked(row, day)),
        way=row["ways"],
        need=need.ask if need else "",
        rule=need.key if need else "",
        members=row["members"],
        full_members=row["full_members"],
    )
    return coverage, tuple((key, in_scope and clear(row, day)) for key, clear in ledger.items if in_scope)


def life(inputs: UnitInputs, ledger: Ledger) -> Iterator[tuple[date, date | None, State]]:
    """The unit's whole life under the ledger, as (from, to, state) with equal neighbours joined."""
    days = inputs.breakpoints()
    states = [(day, state_on(inputs, ledger, day)) for day in days]
    for begins, ends, state in joined(states):
        if state is not None:
            yield begins, ends, state


def joined(states: Sequence[tuple[date, Any]]) -> Iterator[tuple[date, date | None, Any]]:
    """(day, value) pairs in order → (from, to, value), equal neighbours joined; the last is open."""
    begins: date | None = None
    value: Any = None
    for day, new in states:
        if begins is None:
            begins, value = day, new
        elif new != value:
            yield begins, day, value
            begins, value = day, new
    if begins is not None:
        yield begins, None, value
