"""Figures that a document writes by name, and lists of them by area: never typed in, always asked for."""

from collections.abc import Iterator, Mapping
from typing import Annotated, Literal

from django.utils.translation import gettext as _
from pydantic import Field, model_validator

from jiceng.indicators.sections import Aliased, fact_of_indicator
from jiceng.indicators.stored import register_narrower
from jiceng.packs.catalogue import Catalogue
from jiceng.packs.filters.nodes import EVERYTHING, Node
from jiceng.packs.references import Day, FilterOn, ItemRef, refuse
from jiceng.packs.sections import PackModel
from jiceng.reports.sections.conditions import BEFORE, Condition, Key
from jiceng.reports.sources import Name, Rows
from jiceng.reports.tables import NOTHING

CHANGE, GROWTH = "_change", "_growth"
AREA = "area"


class FigureSpec(Aliased):
    """A figure that a document writes by name: of the area and the period that the paper is about."""

    indicator: Annotated[str, ItemRef("indicators")] = Field(description="由哪个指标算出")
    where: Annotated[Node, FilterOn(finder=fact_of_indicator)] = Field(
        EVERYTHING, description="只算其中一部分"
    )
    label: str = Field("", max_length=60, description="在本文里叫什么；不写则是指标的名称")
    region: str | None = Field(None, max_length=20, description="固定的区域代码；不写则是文书所问的区域")
    as_of: Day | None = Field(None, description="存量：固定的日子；不写则是时期的末日")
    since: Day | None = Field(None, alias="from", description="流量：固定的首日；不写则是时期的首日")
    until: Day | None = Field(None, alias="to", description="流量：固定的末日（含）；不写则是时期的末日")
    against: Literal["previous", "last_year"] | None = Field(
        None, description="与上一时期或上年同期相比：另有 名称_before、名称_change、名称_growth"
    )
    per: int = Field(1, ge=1, le=1_000_000_000, description="以多少为单位：万写 10000")
    decimals: int | None = Field(None, ge=0, le=4, description="小数位数；不写则至多两位")

    def names(self, key: str) -> Mapping[str, Name]:
        """The names that it offers under `key`."""
        label = self.label or key
        found = {key: self._name(label)}
        if self.against:
            found[key + BEFORE] = self._name(f"{label}（此前）")
            found[key + CHANGE] = self._name(f"{label}（变化）")
            found[key + GROWTH] = self._name(f"{label}（增减幅）")
        return found

    def _name(self, label: str) -> Name:
        """A number; a dash where it has no value: nobody may fill it in by hand."""
        return Name(label, "integer", self.decimals, NOTHING)


@register_narrower
def narrowed(catalogue: Catalogue) -> Iterator[tuple[str, Node]]:
    """The parts of indicators that documents ask for."""
    for document in catalogue.section("documents").values():
        for figures in (document.figures, *(spec.figures for spec in document.lists.values())):
            yield from ((spec.indicator, spec.where) for spec in figures.values() if spec.where != EVERYTHING)


class ListSpec(PackModel):
    """Figures area by area: a row for each area below the paper's own."""

    label: str = Field(min_length=1, max_length=60, description="清单叫什么")
    steps: int = Field(1, ge=1, le=4, description="往下几级：1 即直接下级")
    figures: dict[Key, FigureSpec] = Field(min_length=1, max_length=30, description="各栏的指标")
    only: tuple[Condition, ...] = Field((), max_length=5, description="只留符合全部条件的区域")
    order: Key | None = Field(None, description="按哪个指标排；不写则按区划顺序")
    descending: bool = Field(False, description="从大到小排")
    most: int | None = Field(None, ge=1, le=200, description="只留前几个")

    @model_validator(mode="after")
    def orders_by_its_own(self) -> "ListSpec":
        """The order is that of a column."""
        if self.order and self.order not in self.figures:
            raise refuse(_("清单没有指标“%(name)s”") % {"name": self.order}, "、".join(self.figures))
        return self

    def rows(self) -> Rows:
        """What a template may write of a row."""
        names = {AREA: Name("区域")}
        for key, spec in self.figures.items():
            names |= spec.names(key)
        return Rows(self.label, names)
