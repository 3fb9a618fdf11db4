"""How the kinds of papers differ: everything else about them is one."""

from collections.abc import Mapping
from dataclasses import dataclass

from jiceng.reports.papers import measures
from jiceng.reports.papers.paper import Kind

RED = "FF0000"


@dataclass(frozen=True, slots=True)
class Layout:
    """What a kind of paper decides.

    `dated_above`: issuer and date stand over the red line, and nobody signs below (minutes). `number_below`:
    the number stands below the title. `grid`: 22 lines of 28 characters; else lines of `pitch` points.
    """

    landscape: bool = False
    title_size: float = measures.SIZE_2
    title_colour: str = ""
    title_spread: bool = False
    body_size: float = measures.SIZE_3
    pitch: float = measures.PITCH / 20
    grid: bool = True
    dated_above: bool = False
    number_below: bool = False
    page_numbers: bool = True

    @property
    def page(self) -> measures.Page:
        """The page of the paper's own text; annexes have theirs."""
        return measures.Page(self.landscape)


LAYOUTS: Mapping[Kind, Layout] = {
    "official": Layout(),
    "circular": Layout(),
    "supervision": Layout(),
    "appointment": Layout(
        landscape=True,
        title_size=measures.SIZE_INITIAL,
        title_colour=RED,
        title_spread=True,
        body_size=measures.SIZE_2,
        pitch=40,
        grid=False,
        number_below=True,
        page_numbers=False,
    ),
    "minutes": Layout(dated_above=True),
    "register": Layout(landscape=True),
}
