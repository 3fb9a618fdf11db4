"""The unit list and a figure's page, against the same signed-in pages from constant rows under the same
server: what the rows themselves cost.
"""

from typing import Any

from django.db import models
from django.db.models import F, OuterRef, Subquery

from jiceng.bench.ground.places import first_county, install_bases, person, signed_in
from jiceng.bench.ground.prefecture import Prefecture
from jiceng.bench.ground.scratch import scratch
from jiceng.bench.ground.served import compared, served
from jiceng.indicators.snapshot.refreshing import rebuild
from jiceng.organisations.models import Region, Unit
from jiceng.packs.catalogue import current

UNITS = {"county": 1_000, "prefecture": 10_000}
"""Units of the county whose officer looks at them; the others are elsewhere."""

REQUESTS = {"county": 60, "prefecture": 300}
FIGURE = "two_new_organised_rate"


def run(scale: str = "prefecture") -> dict[str, Any]:
    """p95 of each page and of its constant twin, taken in turn; their ratios."""
    with scratch() as home:
        Prefecture(scale).store()
        _place_units(scale)
        install_bases()
        rebuild()
        cookie = signed_in(person("bench", "organisation_department", region=first_county()))
        key = _figure_key()
        with served(home) as port:
            pages = {"units": ("/registry/units/", "/constant/units/")}
            pages["figure"] = (f"/figures/{key}/", f"/constant/figures/{key}/")
            parts = [
                {"name": name, **compared(port, cookie, both, REQUESTS[scale])}
                for name, both in pages.items()
            ]
    worst = max(parts, key=lambda part: part["ratio"])
    return {
        "name": "page",
        "scale": scale,
        "rows": UNITS[scale],
        "seconds": worst["seconds"],
        "baseline": "the same signed-in page from constant rows, same server; p95 of each",
        "baseline_seconds": worst["baseline_seconds"],
        "ratio": worst["ratio"],
        "parts": parts,
    }


# ------------------------------------------------------------------------------------------- the records
def _place_units(scale: str) -> None:
    """So many units stand in the first county, spread over its villages; every unit knows its place."""
    county = first_county().path
    villages = list(Region.objects.filter(level=4, path__startswith=county).values_list("pk", flat=True))
    rows: models.QuerySet[Unit] = models.QuerySet(Unit)
    models.QuerySet.update(
        rows.filter(pk__gt=UNITS[scale], region__path__startswith=county), region=_elsewhere(county)
    )
    for place, village in enumerate(villages):
        mine = rows.filter(pk__lte=UNITS[scale]).annotate(turn=F("pk") % len(villages)).filter(turn=place)
        models.QuerySet.update(mine, region=village, valid_to=None)
    path = Region.objects.filter(pk=OuterRef("region_id")).values("path")
    models.QuerySet.update(rows, region_path=Subquery(path))


def _elsewhere(county: str) -> Region:
    found = Region.objects.filter(level=4).exclude(path__startswith=county).first()
    return found or Region.objects.get(path=county)


def _figure_key() -> str:
    return next(key for key in current().section("indicators") if key.partition(":")[2] == FIGURE)
