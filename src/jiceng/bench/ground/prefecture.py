"""A made-up prefecture (or county) of plain rows, written to the database as they are: nothing but numbers.

Uniformly drawn, so it compresses and groups more easily than real ledgers. The same at every run.
"""

import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import repeat
from typing import Any

from django.db import models, transaction

from jiceng.bench.ground.terms import term
from jiceng.coverage.models import CoverageSpan
from jiceng.organisations.models import (
    PartyOrg,
    PartyOrgCover,
    PartyOrgSpan,
    Region,
    RegionSpan,
    Unit,
    UnitSpan,
)
from jiceng.people.models import Appointment, Employment, Experience, Household, Membership, Person
from jiceng.protection.scopes import SEGMENT
from jiceng.records.engine import copy_rows
from jiceng.records.uids import uid_block

START = date(2012, 1, 1)
MOVED = date(2021, 6, 15)
TODAY = date(2022, 6, 30)


@dataclass(frozen=True, slots=True)
class Size:
    """How much there is of everything."""

    counties: int
    units: int
    party_orgs: int
    households: int
    residents: int
    members: int
    appointments: int


SIZES = {
    "prefecture": Size(10, 20_000, 20_000, 150_000, 450_000, 323_000, 20_000),
    "county": Size(1, 2_000, 2_000, 15_000, 45_000, 32_300, 2_000),
    "hundredth": Size(1, 200, 200, 1_500, 4_500, 3_230, 200),
}
TOWNS, VILLAGES = 20, 15
"""Towns of a county, villages of a town."""


class Prefecture:
    """The rows, drawn once, and how many there are."""

    def __init__(self, scale: str) -> None:
        self.size = SIZES[scale]
        self.rows = 0
        self._chance = random.Random(20_220_630)  # noqa: S311 - made-up numbers

    def store(self) -> None:
        """Write everything."""
        with transaction.atomic():
            self._regions()
            self._units()
            self._party_orgs()
            self._people()

    # ------------------------------------------------------------------------------------------ drawing
    def _pick(self, count: int, choices: Sequence[Any]) -> list[Any]:
        return self._chance.choices(choices, k=count)

    def _keys(self, count: int, upto: int, empty: float = 0.0) -> list[int | None]:
        return [
            None if self._chance.random() < empty else self._chance.randint(1, upto) for _ in range(count)
        ]

    def _days(self, count: int, first: date, last: date, empty: float = 0.0) -> list[date | None]:
        days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
        return [None if self._chance.random() < empty else day for day in self._pick(count, days)]

    def _ends(self, begins: Iterable[date | None], share: float) -> list[date | None]:
        return [
            day + timedelta(days=self._chance.randint(30, 900))
            if day and self._chance.random() < share
            else None
            for day in begins
        ]

    # ----------------------------------------------------------------------------------------- storing
    def _load(self, model: type[models.Model], count: int, **columns: Any) -> None:
        """`count` rows: a list holds a column's values, anything else is the same in every row."""
        series = [_series(field, columns, count) for field in model._meta.concrete_fields]
        copy_rows(model, [field.attname for field in model._meta.concrete_fields], zip(*series, strict=False))
        self.rows += count

    def _regions(self) -> None:
        nodes: list[tuple[str, int | None, str]] = [(term("prefecture"), None, "0001")]
        for kind, each in (
            (term("county"), self.size.counties),
            (term("town"), TOWNS),
            (term("village"), VILLAGES),
        ):
            above = [(key, node[2]) for key, node in enumerate(nodes, 1) if node[0] == nodes[-1][0]]
            nodes += [
                (kind, key, f"{path}{number:04d}") for key, path in above for number in range(1, each + 1)
            ]
        self.paths = [path for _kind, _parent, path in nodes]
        self.towns = [key for key, (kind, *_rest) in enumerate(nodes, 1) if kind == term("town")]
        self.villages = [key for key, (kind, *_rest) in enumerate(nodes, 1) if kind == term("village")]
        shared: dict[str, list[Any]] = {
            "kind": [kind for kind, _parent, _path in nodes],
            "parent_id": [parent for _kind, parent, _path in nodes],
            "path": self.paths,
            "level": [len(path) // SEGMENT for path in self.paths],
            "code": [f"R{number}" for number in range(1, len(nodes) + 1)],
            "name": [f"区域{number}" for number in range(1, len(nodes) + 1)],
        }
        self._load(Region, len(nodes), valid_from=START, **shared)
        self._spans(shared)

    def _spans(self, shared: dict[str, list[Any]]) -> None:
        """One stretch for most regions, two for the five in a hundred villages that changed towns."""
        rows: dict[str, list[Any]] = {name: [] for name in (*shared, "region_id", "valid_from", "valid_to")}
        moved = set(self._chance.sample(self.villages, len(self.villages) // 20))
        for place, key in enumerate(range(1, len(self.paths) + 1)):
            stretches: list[tuple[date, date | None, str]] = [(START, None, self.paths[place])]
            if key in moved:
                earlier = self.paths[self._chance.choice(self.towns) - 1] + f"{5_000 + place % 4_000:04d}"
                stretches = [(START, MOVED, earlier), (MOVED, None, self.paths[place])]
            for since, until, path in stretches:
                row = {name: values[place] for name, values in shared.items()}
                row |= {"region_id": key, "valid_from": since, "valid_to": until, "path": path}
                for name, value in row.items():
                    rows[name].append(value)
        self._load(RegionSpan, len(rows["path"]), living=True, **rows)

    def _units(self) -> None:
        count = self.size.units
        begins = self._days(count, START, TODAY)
        ends = self._ends(begins, 0.2)
        shared = {
            "kind": self._pick(
                count, [term("enterprise"), term("market"), term("social_org"), term("agency")]
            ),
            "industry": self._pick(count, [term(f"trade{n}") for n in range(12)]),
            "status": self._pick(count, [term("operating"), term("dormant")]),
            "employees": self._pick(count, [None, *range(400)]),
            "above_scale": self._pick(count, [True, False, None]),
            "region_id": self._pick(count, self.villages),
            "name": [f"单位{n}" for n in range(count)],
        }
        codes = [f"U{n}" for n in range(count)]
        self._load(Unit, count, valid_from=begins, valid_to=ends, code=codes, **shared)
        self._load(
            UnitSpan, count, valid_from=begins, valid_to=ends, unit_id=list(range(1, count + 1)), **shared
        )
        flags = {name: self._pick(count, [True, False]) for name in ("obliged", "organised", "worked")}
        self._load(
            CoverageSpan,
            count,
            unit_id=list(range(1, count + 1)),
            valid_from=begins,
            valid_to=ends,
            in_scope=True,
            ledger=term("two_new"),
            base="units",
            members=self._pick(count, range(9)),
            full_members=0,
            **flags,
        )

    def _party_orgs(self) -> None:
        count = self.size.party_orgs
        begins = self._days(count, START, TODAY)
        shared = {
            "form": self._pick(
                count, [term("committee"), term("general_branch"), term("branch"), term("branch")]
            ),
            "mode": self._pick(count, [term("single"), term("joint")]),
            "nature": self._pick(count, [term("entity"), term("entity"), term("temporary")]),
            "sector": self._pick(count, [term("village"), term("agency"), term("two_new")]),
            "region_id": self._pick(count, self.villages),
            "path": [f"{n // 9_000 + 1:04d}{n % 9_000 + 1:04d}" for n in range(count)],
            "name": [f"党支部{n}" for n in range(count)],
        }
        terms = self._days(count, date(2021, 1, 1), date(2025, 12, 31))
        self._load(
            PartyOrg,
            count,
            valid_from=begins,
            code=[f"P{n}" for n in range(count)],
            term_until=terms,
            **shared,
        )
        keys = list(range(1, count + 1))
        self._load(PartyOrgSpan, count, party_org_id=keys, valid_from=begins, living=True, **shared)
        units = self._keys(count, self.size.units)
        self._load(
            PartyOrgCover, count, party_org_id=keys, unit_id=units, kind=term("own"), valid_from=begins
        )

    def _people(self) -> None:
        size = self.size
        self._load(
            Household,
            size.households,
            region_id=self._pick(size.households, self.villages),
            valid_from=START,
            code=[f"H{n}" for n in range(size.households)],
        )
        self._load(
            Person,
            size.residents,
            region_id=self._pick(size.residents, self.villages),
            valid_from=START,
            sex=self._pick(size.residents, [term("male"), term("female")]),
            ethnicity=term("han"),
            birth_date=self._days(size.residents, date(1935, 1, 1), date(2015, 12, 31), 0.02),
            education=self._pick(size.residents, [term("primary"), term("college"), term("bachelor"), ""]),
            household_id=self._keys(size.residents, size.households, 0.1),
        )
        self._members()
        self._posts()

    def _members(self) -> None:
        count = self.size.members
        begins = self._days(count, START, TODAY)
        admitted = self._days(count, date(1980, 1, 1), TODAY)
        self._load(
            Membership,
            count,
            person_id=list(range(1, count + 1)),
            valid_from=begins,
            valid_to=None,
            party_org_id=self._keys(count, self.size.party_orgs),
            admitted_on=admitted,
            full_on=[day + timedelta(days=365) if day else None for day in admitted],
            entry=self._pick(count, [term("admission"), term("transfer_in"), term("founding")]),
        )

    def _posts(self) -> None:
        count = self.size.appointments
        begins = self._days(count, START, TODAY)
        people = self._keys(count, self.size.residents)
        self._load(
            Appointment,
            count,
            person_id=people,
            valid_from=begins,
            valid_to=self._ends(begins, 0.4),
            region_id=self._pick(count, self.villages),
            unit_id=self._keys(count, self.size.units, 0.3),
            post=self._pick(count, [term("secretary"), term("director"), term("instructor")]),
        )
        count *= 3
        begins = self._days(count, START, TODAY)
        self._load(
            Employment,
            count,
            person_id=self._keys(count, self.size.residents),
            valid_from=begins,
            valid_to=self._ends(begins, 0.4),
            unit_id=self._keys(count, self.size.units),
        )
        self._load(
            Experience,
            count,
            person_id=self._pick(count, people),
            valid_from=begins,
            valid_to=self._ends(begins, 0.6),
            kind=self._pick(count, [term("township"), term("agriculture")]),
        )


def _series(field: "models.Field[Any, Any]", columns: dict[str, Any], count: int) -> Iterable[Any]:
    """The values of one column for all rows; what figures never read is as empty as it may be."""
    if field.primary_key:
        return range(1, count + 1)
    if field.attname in columns:
        given = columns[field.attname]
        return given if isinstance(given, list) else repeat(given, count)
    if field.name == "uid":
        return uid_block(count)
    if field.null:
        return repeat(None, count)
    empty: Any = b"" if field.get_internal_type() == "BinaryField" else ""
    return repeat(field.get_default() if field.has_default() else empty, count)
