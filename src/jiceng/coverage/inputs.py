"""What coverage rules look at: everything dated about a unit, as intervals, read for many units in a few
queries.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils.translation import gettext_noop as _

from jiceng.accounts.deciding import Decision
from jiceng.coverage.models import Exclusion
from jiceng.organisations.models import Designation, PartyOrgCover, Unit, UnitSpan
from jiceng.people.models import Charge, Employment, Membership
from jiceng.records.facts import Column, Fact, Reference, register_fact

INPUT = register_fact(
    Fact(
        key="coverage_input",
        table="",
        label=_("单位情况"),
        model="organisations.unit",
        columns=(
            Column("kind", "code", _("单位类型"), vocabulary="unit_kinds"),
            Column("industry", "code", _("行业"), vocabulary="industries"),
            Column("status", "code", _("经营状态"), vocabulary="unit_statuses"),
            Column("employees", "integer", _("职工人数")),
            Column("above_scale", "boolean", _("规上")),
            Reference("region", "region", _("所在区域")),
            Reference("authority", "unit", _("行业主管部门")),
            Reference("gathered_in", "unit", _("所在园区楼宇")),
            Column("principal", "text", _("负责人")),
            Column("address", "text", _("地址")),
            Column("surveyed", "boolean", _("已摸排")),
            Column("members", "integer", _("党员")),
            Column("full_members", "integer", _("正式党员")),
            Column("ways", "code", _("覆盖方式"), vocabulary="cover_kinds"),
            Column("organised", "boolean", _("组织覆盖")),
            Column("instructors", "integer", _("党建指导员")),
            Column("groups", "integer", _("群团组织")),
        ),
        countable=False,
    )
)
"""The columns a coverage rule may name; not a countable fact of its own."""

DATED = (
    "kind",
    "industry",
    "status",
    "employees",
    "above_scale",
    "region_id",
    "authority_id",
    "gathered_in_id",
)
READ_BATCH = 5_000


@dataclass(frozen=True, slots=True)
class Stretch:
    """Something true of a unit from `begins` (inclusive) to `ends` (exclusive, None: still)."""

    begins: date
    ends: date | None
    what: str  # facts, cover, member, full_member, charge, designation, surveyed, excluded
    value: Any = None

    def holds(self, day: date) -> bool:
        """Whether it is true on `day`."""
        return self.begins <= day and (self.ends is None or day < self.ends)


@dataclass(slots=True)
class UnitInputs:
    """All stretches of one unit, and what is known of it without dates."""

    unit: int
    constant: dict[str, Any] = field(default_factory=dict)
    stretches: list[Stretch] = field(default_factory=list)

    def breakpoints(self) -> list[date]:
        """The days on which anything changes, in order; the last may be an end."""
        days = {s.begins for s in self.stretches} | {s.ends for s in self.stretches if s.ends}
        return sorted(days)


def unit_inputs(units: Collection[int]) -> Iterator[UnitInputs]:
    """The inputs of each of `units`, read in batches; a unit without spans is left out. Needs no scope in
    force.
    """
    ordered = sorted(units)
    for start in range(0, len(ordered), READ_BATCH):
        yield from _read(ordered[start : start + READ_BATCH])


def _read(units: list[int]) -> Iterator[UnitInputs]:
    found: dict[int, UnitInputs] = {}
    for unit, principal, address, surveyed_on in Unit._base_manager.filter(pk__in=units).values_list(
        "pk", "principal", "address", "surveyed_on"
    ):
        found[unit] = UnitInputs(unit, {"principal": principal, "address": address})
        if surveyed_on:
            found[unit].stretches.append(Stretch(surveyed_on, None, "surveyed"))
    for read in (_facts, _covers, _members, _charges, _designations, _exclusions):
        for unit, stretch in read(units):
            found[unit].stretches.append(stretch)
    yield from (f for f in found.values() if any(s.what == "facts" for s in f.stretches))


def _facts(units: list[int]) -> Iterable[tuple[int, Stretch]]:
    rows = UnitSpan.objects.filter(unit__in=units).values_list("unit", "valid_from", "valid_to", *DATED)
    for unit, begins, ends, *values in rows:
        named = {name.removesuffix("_id"): v for name, v in zip(DATED, values, strict=True)}
        yield unit, Stretch(begins, ends, "facts", named)


def _covers(units: list[int]) -> Iterable[tuple[int, Stretch]]:
    rows = PartyOrgCover.objects.filter(unit__in=units).values_list(
        "unit", "valid_from", "valid_to", "kind", "party_org__nature", "party_org__valid_to"
    )
    for unit, begins, ends, kind, nature, org_ends in rows:
        last = min((d for d in (ends, org_ends) if d), default=None)
        if last is None or last > begins:
            yield unit, Stretch(begins, last, "cover", (kind, nature))


def _members(units: list[int]) -> Iterable[tuple[int, Stretch]]:
    """Persons who work in the unit and belong to the party, wherever they belong, in full or on probation."""
    jobs: dict[int, list[tuple[int, date, date | None]]] = defaultdict(list)
    for person, unit, begins, ends in Employment.objects.filter(unit__in=units).values_list(
        "person", "unit", "valid_from", "valid_to"
    ):
        jobs[person].append((unit, begins, ends))
    persons = sorted(jobs)
    for start in range(0, len(persons), READ_BATCH):
        rows = Membership._base_manager.filter(person__in=persons[start : start + READ_BATCH]).values_list(
            "person", "valid_from", "valid_to", "full_on"
        )
        for person, begins, ends, full_on in rows:
            for unit, hired, left in jobs[person]:
                yield from _both(unit, max(begins, hired), _earlier(ends, left), full_on)


def _both(unit: int, begins: date, ends: date | None, full_on: date | None) -> Iterable[tuple[int, Stretch]]:
    if ends is not None and ends <= begins:
        return
    yield unit, Stretch(begins, ends, "member")
    if full_on is not None and (ends is None or full_on < ends):
        yield unit, Stretch(max(begins, full_on), ends, "full_member")


def _earlier(one: date | None, other: date | None) -> date | None:
    return min((d for d in (one, other) if d), default=None)


def _charges(units: list[int]) -> Iterable[tuple[int, Stretch]]:
    rows = Charge.objects.filter(unit__in=units).values_list(
        "unit", "valid_from", "valid_to", "appointment__post", "appointment__valid_to"
    )
    for unit, begins, ends, post, term_ends in rows:
        last = _earlier(ends, term_ends)
        if last is None or last > begins:
            yield unit, Stretch(begins, last, "charge", post)


def _designations(units: list[int]) -> Iterable[tuple[int, Stretch]]:
    rows = Designation.objects.filter(unit__in=units).values_list("unit", "valid_from", "valid_to", "kind")
    for unit, begins, ends, kind in rows:
        yield unit, Stretch(begins, ends, "designation", kind)


def _exclusions(units: list[int]) -> Iterable[tuple[int, Stretch]]:
    """The ledgers from whose base each unit is taken out, on approval only."""
    rows = Exclusion.objects.filter(unit__in=units, status=Decision.APPROVED)
    for unit, begins, ends, ledger in rows.values_list("unit", "valid_from", "valid_to", "ledger"):
        yield unit, Stretch(begins, ends, "excluded", ledger)
