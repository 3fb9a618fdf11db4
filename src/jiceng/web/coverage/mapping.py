"""What the map script draws: areas with how dark each is, what to say of it, where it leads, and boundaries."""

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any

from django.utils.translation import gettext as _

from jiceng.packs.catalogue import Catalogue
from jiceng.web.coverage.boundaries import boundaries

SHADES = 5
BOUNDS = (60, 80, 90, 100)
"""Where the shades of a rate begin, in per cent: fixed, so that two maps compare."""

Area = dict[str, Any]
Shading = Callable[[Sequence[Area]], tuple[str, list[int | None], list[tuple[int, str]]]]
"""Areas → the palette, the shade of each (None: nothing can be said), and the legend."""


def by_threshold(areas: Sequence[Area]) -> tuple[str, list[int | None], list[tuple[int, str]]]:
    """Shades of a rate by fixed bounds, the last for what is complete."""
    shades = [
        None if area["size"] is None else sum(area["size"] >= bound for bound in BOUNDS) for area in areas
    ]
    words = [f"< {BOUNDS[0]}%", *(f"{a}–{b}%" for a, b in pairwise(BOUNDS)), "100%"]
    return "rate", shades, list(enumerate(words))


def by_size(areas: Sequence[Area]) -> tuple[str, list[int | None], list[tuple[int, str]]]:
    """Shades from the smallest of the areas to the largest, in equal steps; the middle one where all are
    alike.
    """
    sizes = [area["size"] for area in areas if area["size"] is not None]
    low, high = min(sizes, default=0), max(sizes, default=0)
    if high == low:
        return "size", [None if area["size"] is None else SHADES // 2 for area in areas], []
    step = (high - low) / SHADES
    shades = [
        None if area["size"] is None else min(SHADES - 1, int((area["size"] - low) / step)) for area in areas
    ]
    return (
        "size",
        shades,
        [
            (0, _("最小 %(n)s") % {"n": f"{round(low, 2):,.6g}"}),
            (SHADES - 1, _("最大 %(n)s") % {"n": f"{round(high, 2):,.6g}"}),
        ],
    )


def drawing(areas: Sequence[Area], shading: Shading, catalogue: Catalogue) -> dict[str, Any]:
    """The answer to the map script. Each of `areas` has code, label, value (as printed), size (a number, or
    None), said (lines of words) and link.
    """
    palette, shades, legend = shading(areas)
    rows = [area | {"shade": shade} for area, shade in zip(areas, shades, strict=True)]
    shapes = boundaries(catalogue, [area["code"] for area in areas])
    return {"rows": rows, "palette": palette, "legend": legend, **shapes}
