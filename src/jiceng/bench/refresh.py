"""Fresh figures after a thousand changed records: coverage derived anew, changes laid over the snapshot, three figures
asked. Against making the snapshot anew in full; and at two sizes, because the cost should grow with what changed, not
with what is stored.
"""

import time
from collections.abc import Sequence
from typing import Any

from django.db import models, transaction

from jiceng.bench.battery import catalogue_of
from jiceng.bench.ground.places import BY, install_bases
from jiceng.bench.ground.prefecture import TODAY, Prefecture
from jiceng.bench.ground.scratch import scratch
from jiceng.bench.ground.terms import base, term
from jiceng.coverage.rebuilding import rebuild as derive
from jiceng.indicators.answering.declared import Declared
from jiceng.indicators.answering.question import Question
from jiceng.indicators.figures import answer
from jiceng.indicators.sections import Indicator
from jiceng.indicators.snapshot.refreshing import rebuild, refresh
from jiceng.packs.references import Resolver
from jiceng.people.models import Appointment, Membership, Person
from jiceng.protection.scopes import Scope
from jiceng.records import bulk
from jiceng.records.writing import write

SIZES = {"county": ("hundredth", "county"), "prefecture": ("county", "prefecture")}
"""By what is asked for: the two sizes that are compared."""
FEW, MANY = 100, 1_000
"""How many records are changed, spread over three tables."""
CHANGED: tuple[tuple[type[models.Model], str, Any], ...] = (
    (Person, "valid_to", TODAY),
    (Membership, "valid_to", TODAY),
    (Appointment, "post", term("secretary")),
)
FIGURES: dict[str, dict[str, Any]] = {
    "person": {},
    "membership": {},
    "appointment": {"where": {"post": "secretary"}},
}
"""What counts them, by fact."""


def run(scale: str = "prefecture") -> dict[str, Any]:
    """Seconds from the last write to fresh figures at the larger size, and what else was measured."""
    parts = [part for size in SIZES[scale] for part in _measured(size)]
    many, full = parts[-2], parts[-1]
    return {
        "name": "refresh",
        "scale": scale,
        "rows": many["rows"],
        "seconds": many["seconds"],
        "baseline": "the whole snapshot made anew, and the same figures",
        "baseline_seconds": full["seconds"],
        "ratio": round(many["seconds"] / full["seconds"], 2),
        "parts": parts,
    }


def _measured(size: str) -> list[dict[str, Any]]:
    """Few changes, many changes and everything anew, on so much."""
    with scratch():
        place = Prefecture(size)
        place.store()
        install_bases()
        derive()
        rebuild()
        _figures()  # whatever is compiled is compiled now
        found = []
        for count in (FEW, MANY):
            expected = _after(_figures(), _change(count))
            began = time.perf_counter()
            derive()
            refresh()
            figures = _figures()
            found.append((f"{count} changed records", time.perf_counter() - began))
            if figures != expected:
                raise AssertionError(f"the figures do not follow: {figures}, not {expected}")
        began = time.perf_counter()
        rebuild()
        _figures()
        found.append(("everything anew", time.perf_counter() - began))
    return [
        {"name": f"{name}, {place.rows} rows stored", "seconds": round(taken, 2), "rows": place.rows}
        for name, taken in found
    ]


def _change(count: int) -> Sequence[int]:
    """Change so many records, a third in each table; gives how many those are by table."""
    changed = []
    with transaction.atomic(), write(by=BY, action="bench.change"):
        for place, (model, column, value) in enumerate(CHANGED):
            share = len(range(place, count, len(CHANGED)))
            there = model._base_manager.filter(valid_to=None).exclude(**{column: value})
            records = list(there.order_by("pk")[:share])
            for record in records:
                setattr(record, column, value)
            changed.append(bulk.change(records, [column]))
    return changed


def _figures() -> list[int]:
    """The three figures that count what is changed: people and members there are, secretaries."""
    asked = Question(scope=Scope.all(), as_of=TODAY)
    return [answer(one, asked).numerator for one in _declared()]


def _after(before: Sequence[int], changed: Sequence[int]) -> list[int]:
    """What the figures must say then."""
    people, members, secretaries = before
    return [people - changed[0], members - changed[1], secretaries + changed[2]]


def _declared() -> list[Declared]:
    catalogue = catalogue_of({"post": "{base}:secretary"})
    resolver = Resolver(base(), (base(),), catalogue.vocabularies, {})
    return [
        Declared(
            f"bench:{fact}",
            Indicator.model_validate({"name": fact, "fact": fact, **more}, context=resolver),
            catalogue,
        )
        for fact, more in FIGURES.items()
    ]
