"""The part of the pack language that says what a board shows: the section `boards`.

A tile names indicators, so that every number on a board is a figure that opens. Areas may be compared, persons never.
"""

from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Literal

from django.utils.translation import get_language
from django.utils.translation import gettext as _
from pydantic import BeforeValidator, Discriminator, Field, Tag, ValidationInfo, model_validator

from jiceng.indicators.persons import is_of_a_person
from jiceng.indicators.sections import counted
from jiceng.packs.filters.resolving import meant
from jiceng.packs.references import ItemRef, Resolver, refuse
from jiceng.packs.sections import PackModel, Section, register_section
from jiceng.records.facts import all_facts
from jiceng.reports.boards.times import Span

AREAS = "territory"
"""What bars are made by where a tile names no column: the areas below the one that is looked at."""

Indicators = Annotated[str, ItemRef("indicators")]


class Tile(PackModel):
    """One tile. Each kind is known by the field that names its indicators."""

    title: str = Field("", max_length=60, description="标题；不写则是指标名称")
    title_en: str = Field("", max_length=120, description="英文标题")
    width: int | None = Field(None, ge=2, le=12, description="宽度，一行为 12")

    def indicators(self) -> tuple[str, ...]:
        """The indicators that it shows, as they are named."""
        written = getattr(self, MARK_OF[type(self)])
        return (written,) if isinstance(written, str) else tuple(written)

    @property
    def heading(self) -> str:
        """The title in the active language; empty where it is the indicator's own name."""
        return in_language(self.title, self.title_en)

    @model_validator(mode="after")
    def shows_what_it_can(self, info: ValidationInfo) -> "Tile":
        """What the indicators count must fit what the tile does with it."""
        if isinstance(info.context, Resolver):
            for key in self.indicators():
                self._check(key, info.context)
        return self

    def _check(self, key: str, resolver: Resolver) -> None:
        """Raises PydanticCustomError where the tile cannot show the indicator."""


class NumberTile(Tile):
    """One figure, perhaps beside its value before."""

    number: Indicators = Field(description="指标")
    against: Literal["", "period", "year"] = Field("", description="与何时相比：period 上期，year 上年同期")

    def _check(self, key: str, resolver: Resolver) -> None:
        if self.against and _is_change(key, resolver):
            raise refuse(_("“%(key)s”本身就是变化，不能再比") % {"key": key}, _("去掉 against"))


class TrendTile(Tile):
    """A figure's course, up to the time asked for."""

    trend: Indicators = Field(description="指标")
    points: int = Field(6, ge=3, le=24, description="几个点，每个时期一点")

    def _check(self, key: str, resolver: Resolver) -> None:
        _refuse_fixed(key, resolver, _("走势"))


class BarsTile(Tile):
    """A figure's parts: by areas, or by a column that its indicator offers."""

    bars: Indicators = Field(description="指标")
    by: str = Field(
        AREAS, max_length=60, description="按什么分：territory 区域（默认），或指标 breakdowns 里的一列"
    )
    most: int = Field(12, ge=2, le=40, description="最多几条，其余合并")

    def _check(self, key: str, resolver: Resolver) -> None:
        found = counted(key, resolver)
        if self.by == AREAS:
            return
        offered = found.get("breakdowns", ())
        if self.by not in offered:
            said = {"key": key, "by": self.by[:60]}
            raise refuse(_("“%(key)s”不按“%(by)s”分组") % said, meant(self.by, [AREAS, *offered]))
        _refuse_persons(str(found.get("fact", "")), self.by)


class FunnelTile(Tile):
    """Several figures, each of which holds part of the one before."""

    funnel: list[Indicators] = Field(min_length=2, max_length=8, description="几个指标，从大到小")

    def _check(self, key: str, resolver: Resolver) -> None:
        _refuse_fixed(key, resolver, _("漏斗"))
        first, this = counted(self.funnel[0], resolver), counted(key, resolver)
        if this.get("measure", "count") in ("share", "average", "minimum"):
            raise refuse(_("“%(key)s”是占比、平均或最小，不能放进漏斗") % {"key": key}, _("写个数"))
        for name, default in (("time", "stock"), ("unit", "")):
            if first.get(name, default) != this.get(name, default):
                said = {"key": key, "name": name, "first": self.funnel[0]}
                raise refuse(_("“%(key)s”与“%(first)s”的 %(name)s 不同，不能放进一个漏斗") % said)


class TableTile(Tile):
    """Areas down, figures across."""

    table: list[Indicators] = Field(
        min_length=1, max_length=12, description="几个指标，每个一栏；每个区域一行"
    )


class MapTile(Tile):
    """A map of the areas, or a tile for each where there are no boundaries."""

    map: Indicators = Field(description="指标")


MARK_OF: Mapping[type[Tile], str] = {
    NumberTile: "number",
    TrendTile: "trend",
    BarsTile: "bars",
    FunnelTile: "funnel",
    TableTile: "table",
    MapTile: "map",
}
"""The field by which each kind of tile is known."""


def in_language(chinese: str, english: str) -> str:
    """The English words where English is spoken and there are any."""
    return english if english and (get_language() or "").startswith("en") else chinese


def _is_change(key: str, resolver: Resolver) -> bool:
    written = resolver.items.get("indicators", {}).get(key)
    return isinstance(written, Mapping) and written.get("measure") == "change"


def _refuse_fixed(key: str, resolver: Resolver, what: str) -> None:
    """A change from a fixed day has no course of its own and is no part of anything."""
    written = resolver.items.get("indicators", {}).get(key)
    if isinstance(written, Mapping) and _is_change(key, resolver) and "years" not in written.get("from", ()):
        said = {"key": key, "what": what}
        raise refuse(_("“%(key)s”与固定的日子相比，不能作%(what)s") % said, _("写成 number"))


def _refuse_persons(fact: str, path: str) -> None:
    """No part of a board is a person, nor what stands for one: areas may be compared, persons never."""
    for name in path.split("."):
        column = all_facts()[fact].column(name)
        fact = getattr(column, "to", "")
    if fact and is_of_a_person(fact):
        raise refuse(_("看板不按人分：区域可以比较，人不可以"), _("换一列"))


# ------------------------------------------------------------------------------------------------ boards
def _kind_of(written: Any) -> str | None:
    """The tag of a tile's model; None for what is no tile."""
    if isinstance(written, Mapping):
        return next((model.__name__ for model, mark in MARK_OF.items() if mark in written), None)
    return type(written).__name__ if isinstance(written, Tile) else None


def _one_kind(written: Any) -> Any:
    if _kind_of(written) is None:
        raise refuse(_("看不出这是哪一种图块"), _("写 %(keys)s 之一") % {"keys": "、".join(MARK_OF.values())})
    return written


AnyTile = Annotated[
    Annotated[NumberTile, Tag("NumberTile")]
    | Annotated[TrendTile, Tag("TrendTile")]
    | Annotated[BarsTile, Tag("BarsTile")]
    | Annotated[FunnelTile, Tag("FunnelTile")]
    | Annotated[TableTile, Tag("TableTile")]
    | Annotated[MapTile, Tag("MapTile")],
    Discriminator(_kind_of),
    BeforeValidator(_one_kind),
]


class Row(PackModel):
    """What belongs together on a board."""

    label: str = Field("", max_length=40, description="小标题")
    label_en: str = Field("", max_length=80, description="英文小标题")
    tiles: list[AnyTile] = Field(min_length=1, max_length=24, description="图块")

    @property
    def heading(self) -> str:
        """The label in the active language."""
        return in_language(self.label, self.label_en)


class Board(PackModel):
    """A board. See docs/packs.md."""

    label: str = Field(min_length=1, max_length=60, description="名称")
    en: str = Field("", max_length=120, description="英文名称")
    note: str = Field("", max_length=200, description="说明")
    note_en: str = Field("", max_length=300, description="说明（英文）")
    span: Span = Field(
        "ytd", description="流量的时期：month 本月，quarter 本季，half 本半年，year 全年，ytd 年初至今"
    )
    fewest: int = Field(5, ge=0, le=100, description="占比、平均：分母不足几个的区域合并，不单独比较")
    rows: list[Row] = Field(min_length=1, max_length=12, description="各行，从上到下")

    @property
    def heading(self) -> str:
        """The name in the active language."""
        return in_language(self.label, self.en)

    @property
    def remark(self) -> str:
        """What it is for, in the active language."""
        return in_language(self.note, self.note_en)

    def tiles(self) -> Iterator[Tile]:
        """Every tile, as they stand."""
        for row in self.rows:
            yield from row.tiles


BOARDS = register_section(
    Section(
        key="boards",
        model=Board,
        keyed=True,
        label="看板",
        description="看板和大屏：图块由指标组成，每个数都能打开到记录",
    )
)
