"""What a board's maps and lines are drawn from."""

import json
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from jiceng.indicators.answering.values import Amount
from jiceng.indicators.definition import measured
from jiceng.organisations.models import Region
from jiceng.packs.catalogue import Catalogue
from jiceng.reports.boards.answering import Answer, Number
from jiceng.reports.boards.declaring import MapTile
from jiceng.web.boards.asking import address
from jiceng.web.coverage.mapping import by_size, drawing
from jiceng.web.figures.shaping import NOTHING, plain

WIDTH, TOP, BOTTOM, SIDE = 320.0, 22.0, 96.0, 26.0
"""The box into which a line is drawn: its width, where the highest and the lowest point lie, and the margins."""

LABELS = 6
"""So many labels stand below a line at most."""


# ------------------------------------------------------------------------------------------------- maps
def map_id(answer: Answer) -> str:
    """The name of a map on its page."""
    return f"map-{id(answer.tile)}"


def maps_of(answers: Sequence[Answer], catalogue: Catalogue) -> str:
    """What the map script draws, as JSON: the boundaries once, and for each map its areas. Empty where the board has no
    map.
    """
    found = [answer for answer in answers if isinstance(answer.tile, MapTile) and not answer.why]
    keys = {number.part for answer in found for number in answer.numbers if isinstance(number.part, int)}
    codes = dict(Region.objects.filter(pk__in=keys).values_list("pk", "code")) if keys else {}
    drawn = {map_id(answer): drawing(_areas(answer, codes), by_size, catalogue) for answer in found}
    shapes = {name: each.pop(name) for each in drawn.values() for name in ("source", "geo") if name in each}
    if not drawn:
        return ""
    # a value a line, so that no two brackets meet: a page is searched for what looks like a template's tag
    return json.dumps({"maps": drawn, **shapes}, ensure_ascii=False, indent=0, separators=(",", ":"))


def _areas(answer: Answer, codes: dict[int, str]) -> list[dict[str, Any]]:
    return [
        {"code": codes[number.part], "label": number.label, **_said(number)}
        for number in answer.numbers
        if number.part in codes and not (number.marks and number.marks.beside)
    ]


def _said(number: Number) -> dict[str, Any]:
    """What the map says of an area; of one with few cases only that it has few."""
    amount = number.amount
    if amount is None:
        return {"value": NOTHING, "size": None, "said": [_("数量少，不单独比较")], "link": address(number)}
    value, unit = plain(amount.value), measured(amount.unit)
    said = [f"{value} {unit}"]
    if amount.ratio:
        said.append(f"{plain(amount.numerator)} ÷ {plain(amount.denominator)}")
    return {"value": value, "size": size_of(amount), "said": said, "link": address(number)}


def size_of(amount: Amount | None) -> float | None:
    """The value as a number for drawing; None where there is none."""
    value = amount.value if amount is not None else None
    return float(value) if isinstance(value, int | float | Decimal) else None


# ------------------------------------------------------------------------------------------------ lines
def line(sizes: Sequence[float | None]) -> tuple[str, list[tuple[float, float] | None]]:
    """The points of a line as SVG writes them, and each point's place, None for what has no value.

    The line stands on nought, unless all values lie in the upper half: then on the lowest.
    """
    known = [size for size in sizes if size is not None]
    low, high = min(known, default=0.0), max(known, default=0.0)
    low = min(0.0, low) if low < high / 2 else low
    spread = (high - low) or 1.0
    step = (WIDTH - 2 * SIDE) / max(1, len(sizes) - 1)
    places = [
        None
        if size is None
        else (round(SIDE + i * step, 1), round(BOTTOM - (BOTTOM - TOP) * (size - low) / spread, 1))
        for i, size in enumerate(sizes)
    ]
    return " ".join(f"{x},{y}" for x, y in (place for place in places if place)), places


def labelled(count: int) -> set[int]:
    """Which of so many points have a label: the last, and others evenly before it."""
    step = -(-count // LABELS)
    return set(range(count - 1, -1, -step))
