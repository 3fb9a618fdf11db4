"""Keeping the derived spans: rebuilt for the units that a write touched, or for all when the rules
changed.
"""

import json
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import astuple, fields
from datetime import date
from typing import Any

from django.db import models
from django.db.models import Q

from jiceng.coverage.compiling import PlaceRules, rules_at, rules_of
from jiceng.coverage.inputs import UnitInputs, unit_inputs
from jiceng.coverage.models import CompletenessSpan, CoverageSpan, RebuildMark
from jiceng.coverage.rules import Coverage, life
from jiceng.organisations.models import PartyOrg, Region, RegionSpan, Unit, UnitSpan
from jiceng.organisations.spans import chunks
from jiceng.packs.catalogue import current
from jiceng.people.models import Appointment, Employment
from jiceng.protection.actors import Actor
from jiceng.protection.scopes import within
from jiceng.records.bulk import derive
from jiceng.records.chain import sm3
from jiceng.records.models import AuditEntry, AuditRow, ChainHead
from jiceng.records.writing import write

BY = Actor.system("coverage")
ACTION = "coverage.rebuild"
COVERAGE_COLUMNS = ("unit_id", "valid_from", "valid_to", *(f.name for f in fields(Coverage)))
COMPLETENESS_COLUMNS = ("unit_id", "valid_from", "valid_to", "item", "clear")
BATCH = 500


def rebuild(progress: Callable[[int, int], None] | None = None) -> int:
    """Bring every derived span up to date with the records and the rules; gives the number of units looked
    at.

    Only units touched since the last time are looked at, all of them when the rules changed. Spans that come
    out as they were are left alone, so figures that do not change cost nothing downstream.
    """
    mark, catalogue = RebuildMark.objects.first(), current()
    digest = sm3(str(catalogue.digests))
    head = ChainHead.objects.first()
    seq = head.seq if head else 0
    units = touched_units(mark.seq, seq) if mark and mark.rules == digest else None
    count = _rebuild(rules_of(catalogue), units, progress)
    RebuildMark.objects.update_or_create(pk=1, defaults={"seq": seq, "rules": digest})
    return count


def _rebuild(
    rules: Sequence[PlaceRules], units: Collection[int] | None, progress: Callable[[int, int], None] | None
) -> int:
    wanted = sorted(_units_of(rules, units))
    for start in range(0, len(wanted), BATCH):
        some = wanted[start : start + BATCH]
        with write(by=BY, action=ACTION):
            _store(some, unit_inputs(some), rules)
        if progress:
            progress(min(start + BATCH, len(wanted)), len(wanted))
    return len(wanted)


def _units_of(rules: Sequence[PlaceRules], units: Collection[int] | None) -> set[int]:
    """The units (of `units`, or all) that ever were of a kind some ledger looks at, or still have spans."""
    kinds = {kind for place in rules for ledger in place.ledgers for kind in ledger.kinds}
    if units is None:
        found = set(UnitSpan.objects.filter(kind__in=kinds).values_list("unit_id", flat=True))
        return found | set(CoverageSpan.objects.values_list("unit_id", flat=True).distinct())
    return {unit for some in chunks(units) for unit in _known(some, kinds)}


def _known(units: list[int], kinds: set[str]) -> set[int]:
    found = set(UnitSpan.objects.filter(unit__in=units, kind__in=kinds).values_list("unit_id", flat=True))
    return found | set(CoverageSpan.objects.filter(unit__in=units).values_list("unit_id", flat=True))


def _store(units: list[int], inputs: Iterable[UnitInputs], rules: Sequence[PlaceRules]) -> None:
    paths = dict(Unit._base_manager.filter(pk__in=units).values_list("pk", "region_path"))
    coverage: list[tuple[Any, ...]] = []
    completeness: list[tuple[Any, ...]] = []
    for unit in inputs:
        for ledger in rules_at(rules, paths[unit.unit]):
            lived = list(life(unit, ledger))
            coverage += (
                (unit.unit, begins, ends, *astuple(state))
                for begins, ends, state in _pieces([(b, e, s[0]) for b, e, s in lived])
            )
            completeness += _completeness(unit.unit, [(b, e, s[1]) for b, e, s in lived])
    derive(CoverageSpan, Q(unit__in=units), COVERAGE_COLUMNS, coverage)
    derive(CompletenessSpan, Q(unit__in=units), COMPLETENESS_COLUMNS, completeness)


Piece = tuple[date, date | None, Any]


def _pieces(lived: Sequence[Piece]) -> list[Piece]:
    """Neighbouring stretches with the same value joined; a gap between them stays a gap."""
    out: list[Piece] = []
    for begins, ends, value in lived:
        if out and out[-1][1] == begins and out[-1][2] == value:
            out[-1] = (out[-1][0], ends, value)
        else:
            out.append((begins, ends, value))
    return out


def _completeness(unit: int, lived: Sequence[Piece]) -> list[tuple[Any, ...]]:
    rows: list[tuple[Any, ...]] = []
    for item in sorted({key for _, _, items in lived for key, _ in items}):
        one = [(b, e, dict(items)[item]) for b, e, items in lived if item in dict(items)]
        rows += ((unit, begins, ends, item, clear) for begins, ends, clear in _pieces(one))
    return rows


def touched_units(after: int, upto: int) -> set[int]:
    """Units whose inputs a write with `after < seq <= upto` changed, read from the audit stream. Paths that
    were copied along (`derive`) are told by the regions that moved: other rules may hold where they now lie.
    """
    entries = AuditEntry.objects.filter(seq__gt=after, seq__lte=upto).exclude(action=ACTION)
    rows = AuditRow.objects.filter(entry__in=entries.values("uid")).exclude(verb="derive")
    found: set[int] = set()
    persons: set[int] = set()
    appointments: set[int] = set()
    orgs: set[int] = set()
    regions: set[int] = set()
    for table, record, last, before, after_ in rows.values_list("table", "record", "last", "before", "after"):
        if last is not None:
            found |= _loaded(table, record, last)
            continue
        values = [json.loads(text) for text in (before, after_) if text]
        found |= {v["unit_id"] for v in values if table in UNIT_TABLES and v.get("unit_id")}
        if table == Unit._meta.db_table:
            found.add(record)
        persons |= {v["person_id"] for v in values if table == "people_membership"}
        regions |= {v["region_id"] for v in values if table == RegionSpan._meta.db_table}
        if table == Appointment._meta.db_table:
            appointments.add(record)
        if table == PartyOrg._meta.db_table:
            orgs.add(record)
    found |= set(Employment.objects.filter(person__in=persons).values_list("unit_id", flat=True))
    found |= set(
        Unit._base_manager.filter(charges__appointment__in=appointments).values_list("pk", flat=True)
    )
    found |= set(Unit._base_manager.filter(covered_by__party_org__in=orgs).values_list("pk", flat=True))
    return found | _in_regions(regions)


def _in_regions(regions: Collection[int]) -> set[int]:
    """The units in these regions, and in what lies below them today."""
    paths = Region._base_manager.filter(pk__in=regions).order_by("path").values_list("path", flat=True)
    found: set[int] = set()
    covered: str | None = None
    for path in paths:
        if covered is None or not path.startswith(covered):
            covered = path
            found |= set(Unit._base_manager.filter(within("region_path", path)).values_list("pk", flat=True))
    return found


UNIT_TABLES = {
    "organisations_unitspan",
    "organisations_partyorgcover",
    "organisations_designation",
    "people_employment",
    "people_charge",
    "coverage_exclusion",
}
REACH: dict[str, str] = {
    "organisations_unit": "pk",
    "organisations_unitspan": "spans__pk",
    "organisations_partyorgcover": "covered_by__pk",
    "organisations_designation": "designations__pk",
    "people_employment": "employments__pk",
    "people_charge": "charges__pk",
    "coverage_exclusion": "exclusions__pk",
    "people_membership": "employments__person__memberships__pk",
    "people_appointment": "charges__appointment__pk",
    "organisations_partyorg": "covered_by__party_org__pk",
}
"""How a unit reaches the records of a bulk-loaded table."""


def _loaded(table: str, first: int, last: int) -> set[int]:
    path = REACH.get(table)
    if path is None:
        return set()
    rows: models.QuerySet[Unit] = Unit._base_manager.filter(**{f"{path}__gte": first, f"{path}__lte": last})
    return set(rows.values_list("pk", flat=True))
