"""A small county, and files on their way into its ledgers."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from jiceng.exchange.applying import apply
from jiceng.exchange.models import ImportRun
from jiceng.exchange.receiving import receive
from jiceng.exchange.staging import stage
from jiceng.organisations.actions.party_orgs import found_party_org
from jiceng.organisations.actions.units import found_unit
from jiceng.organisations.codes import uscc_check_character
from jiceng.organisations.models import PartyOrg, Region, Unit
from jiceng.organisations.spans import REGIONS, begin_many
from jiceng.protection.actors import Actor
from jiceng.records.writing import write

CLERK = Actor("user:1", "办事员")
START = date(2012, 1, 1)
AS_OF = date(2021, 12, 31)

DIVISIONS = (
    ("99", "演示省", "province", ""),
    ("9901", "演示市", "prefecture", "99"),
    ("990121", "演示县", "county", "9901"),
    ("990121100", "东镇", "town", "990121"),
    ("990121200", "西乡", "township", "990121"),
    ("990121001", "南街道", "street", "990121"),
    ("990121100201", "甲村", "village", "990121100"),
    ("990121100202", "红星村", "village", "990121100"),
    ("990121200201", "红星村", "village", "990121200"),
    ("990121200202", "丙村村委会", "village", "990121200"),
    ("990121001001", "丁社区", "community", "990121001"),
)


def uscc(number: int, area: str = "990121") -> str:
    """A valid code of an unassigned area."""
    stem = f"91{area}MA{number:07d}"
    return stem + uscc_check_character(stem)


@pytest.fixture
def county(db) -> dict[str, Region]:
    """By code: 演示省 > 演示市 > 演示县 > 东镇, 西乡, 南街道, with villages; two are called 红星村."""
    made: dict[str, Region] = {}
    for code, name, kind, parent in DIVISIONS:
        above = made.get(parent)
        path = f"{above.path if above else ''}{len(made) + 1:04d}"
        level = above.level + 1 if above else 1
        made[code] = Region(
            code=code, name=name, kind=f"core:{kind}", parent=above, path=path, level=level, valid_from=START
        )
    with write(by=CLERK, action="test.county"):
        for region in made.values():
            region.parent_id = region.parent.pk if region.parent else None
            begin_many(REGIONS, [region])
    return made


@pytest.fixture
def bureau(county) -> Unit:
    """A department that others answer to."""
    return found_unit(
        by=CLERK,
        day=START,
        name="演示县市场监管局",
        kind="core:government_agency",
        code=uscc(900),
        region=county["990121"],
    )


@pytest.fixture
def committee(county) -> PartyOrg:
    """The party committee of 东镇."""
    return found_party_org(
        by=CLERK,
        day=START,
        code="P1",
        name="中共东镇委员会",
        form="core:committee",
        mode="core:single",
        nature="core:entity",
        sector="core:town_street",
        region=county["990121100"],
        superior=None,
    )


@pytest.fixture
def branch(county, committee) -> PartyOrg:
    """The branch of 甲村."""
    return found_party_org(
        by=CLERK,
        day=START,
        code="B1",
        name="中共甲村支部委员会",
        form="core:branch",
        mode="core:single",
        nature="core:entity",
        sector="core:rural",
        region=county["990121100201"],
        superior=committee,
    )


Staged = Callable[..., ImportRun]


@pytest.fixture
def staged(county) -> Staged:
    """`staged("units", content)` receives and checks a file."""

    def make(
        table: str, data: bytes, name: str = "台账.xlsx", as_of: date = AS_OF, **options: Any
    ) -> ImportRun:
        scope, override = options.pop("scope", None), options.pop("may_override", True)
        run = receive(by=CLERK, table=table, data=data, name=name, as_of=as_of, scope=scope, **options)
        return stage(run, by=CLERK, scope=scope, may_override=override)

    return make


@pytest.fixture
def imported(staged) -> Staged:
    """The same and applies it; nothing may be wrong with it."""

    def make(table: str, data: bytes, **options: Any) -> ImportRun:
        run = staged(table, data, **options)
        assert faults(run) == {}
        apply(run, by=CLERK)
        return run

    return make


def faults(run: ImportRun) -> dict[int, list[str]]:
    """Line number → what is wrong with it."""
    return {
        row.number: [f"{f['label']}：{f['text']}" for f in row.faults()]
        for row in run.rows.filter(verdict="bad")
    }


def verdicts(run: ImportRun) -> dict[str, int]:
    """How many rows of each kind, those kinds that there are."""
    return {kind: run.counts[kind] for kind in ("new", "changed", "unchanged", "bad") if run.counts[kind]}
