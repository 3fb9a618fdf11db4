"""Documents for the small county of the fixture, and what there is of it on a day."""

from datetime import date
from pathlib import Path
from typing import Any

from jiceng.organisations.models import Region
from jiceng.organisations.queries import regions_on
from jiceng.organisations.restructuring.applying import Outcome, apply_document
from jiceng.organisations.restructuring.documents import documents_of
from tests.organisations.factories import CLERK

BEFORE, DAY, LATER = date(2019, 12, 19), date(2019, 12, 20), date(2020, 6, 10)
EAST, WEST = "990121100", "990121200"
A, B, C, D = "990121100201", "990121100202", "990121200201", "990121200001"


def restructure(
    *steps: dict[str, Any], day: date = DAY, number: str = "演示〔2019〕1号", dry_run: bool = False
) -> Outcome:
    written = {"document": number, "effective": day, "name": "调整", "steps": list(steps)}
    (document,) = documents_of({"operations": [written]}, folder=Path(), file="operations.yaml")
    return apply_document(by=CLERK, document=document, dry_run=dry_run)


def names_on(day: date, kind: str = "") -> set[str]:
    return {s.name for s in regions_on(day, under=Region.objects.get(name="演示县"), kind=kind)}
