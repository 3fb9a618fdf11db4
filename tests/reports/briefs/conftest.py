"""Papers about an area and a period: the cast's two counties with derived coverage and a snapshot of their own."""

from datetime import date
from pathlib import Path

import pytest
from django.conf import settings as configured

from jiceng.coverage.rebuilding import rebuild as derive
from jiceng.indicators.snapshot.refreshing import rebuild
from jiceng.packs.catalogue import current
from jiceng.packs.references import Resolver
from jiceng.reports.asking import Asked
from jiceng.reports.briefs.issuing import Known
from jiceng.reports.sections import Document
from tests.accounts.cast import World, build_world, membership, person, unit
from tests.staging import in_force

MONTH = (date(2022, 5, 1), date(2022, 5, 31))
TODAY = date(2022, 6, 20)


@pytest.fixture
def kept(db):
    """青山县, where one town is organised and the other has four firms without anything; no snapshot."""
    in_force(Path(configured.PACKS) / "core")
    return _county()


@pytest.fixture
def told(transactional_db, settings, tmp_path):
    """The same, committed, with a snapshot."""
    settings.HOME = tmp_path
    in_force(Path(configured.PACKS) / "core")
    world = _county()
    rebuild()
    return world


def _county() -> World:
    world = build_world()
    for number in range(4):
        unit(f"青加{number}公司", world.qingshan.other_town, employees=20)
    derive()
    return world


def refresh() -> None:
    """The figures follow the records."""
    derive()
    rebuild()


def joins(place, org, day=date(2022, 5, 10), number=1) -> None:
    """So many members more from that day on."""
    for one in range(number):
        membership(person(f"新来{one}", place), org, valid_from=day)
    refresh()


def asked(region, period=MONTH) -> Asked:
    """The question for a region, in May unless said."""
    return Asked(region, *period, TODAY)


def written(content: dict, indicators: dict | None = None) -> Known:
    """The document that a pack would write so, over the base pack's indicators."""
    whole = {"label": "简报", "about": "figures", "title": "{region}{period}简报"} | content
    packs = current()
    items = {name: packs.section(name) for name in ("indicators", "matters", "posts")} | {
        "indicators": {**packs.section("indicators"), **(indicators or {})}
    }
    resolver = Resolver("core", ("core",), packs.vocabularies, items)
    return Known("core:brief", Document.model_validate(whole, context=resolver))


def texts(paper) -> list[str]:
    """The paragraphs and headings of a paper."""
    return [f"{block.text}{getattr(block, 'then', '')}" for block in paper.body if hasattr(block, "text")]
