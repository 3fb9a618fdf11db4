"""What a pack says of figures: indicators, and the published figures they are checked against."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from typing import Annotated, Any, Literal

from django.utils.translation import gettext as _
from pydantic import BeforeValidator, ConfigDict, Field, ValidationInfo, model_validator

from jiceng.packs.filters.nodes import EVERYTHING, ColumnPath, Node
from jiceng.packs.filters.resolving import Unresolved, column_of, fact_of
from jiceng.packs.references import ColumnOf, Day, FactRef, FilterOn, ItemRef, Resolver, refuse
from jiceng.packs.sections import PackModel, Section, register_section

Measure = Literal["count", "distinct", "sum", "average", "minimum", "share", "change"]
Change = Literal["difference", "reduction", "growth_share", "reduction_share", "points"]
OF_KINDS = {
    "distinct": (),
    "sum": ("integer", "number"),
    "average": ("integer", "number"),
    "minimum": ("integer", "number", "date"),
}
"""The measures that name a column in `of`, and the kinds it may have (any, where none is named)."""


class Aliased(PackModel):
    """A model with fields that are called by a word of Python's own in packs."""

    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        arbitrary_types_allowed=True,
        validate_by_name=True,
        validate_by_alias=True,
    )


def _check_event(written: Any, info: ValidationInfo) -> Any:
    """`begins`, `ends`, or a date column of the fact's own rows."""
    fact = info.data.get("fact")
    if written in ("begins", "ends") or not fact or not isinstance(written, str):
        return written
    try:
        column = column_of(fact_of(fact), written)
    except Unresolved as found:
        raise refuse(found.what, found.remedy) from None
    if column.kind != "date" or column.through or column.dated:
        what = _("“%(column)s”不是这个事实表自己的日期列") % {"column": written}
        raise refuse(what, _("写 begins、ends，或一个日期列"))
    return written


def _read_of(written: Any, info: ValidationInfo) -> Any:
    """What `of` names: another indicator for a change, else a column that the measure can work on."""
    measure = info.data.get("measure")
    if not isinstance(written, str) or measure is None:
        return written
    if measure == "change":
        return _changing(written, info.context) if isinstance(info.context, Resolver) else written
    return ColumnOf(field="fact", kinds=OF_KINDS.get(measure, ()))._resolve(written, info)


def _changing(written: str, resolver: Resolver) -> str:
    """The key of the indicator that a change is of. Raises PydanticCustomError for one that there is not,
    and where changes go round in a circle.
    """
    try:
        key = resolver.item("indicators", written)
    except Unresolved as found:
        raise refuse(found.what, found.remedy) from None
    passed: set[str] = set()
    for step in through_changes(key, resolver):
        if step in passed:
            what = _("“%(key)s”绕了一圈又回到自己") % {"key": step}
            raise refuse(what, _("改 %(name)s") % {"name": "of"})
        passed.add(step)
    return key


def counted(key: str, resolver: Resolver) -> Mapping[str, Any]:
    """What is counted in the end for the indicator `key`, as written: itself, or for a change, what that is a change
    of. Empty where that names nothing that there is.
    """
    *_changes, last = through_changes(key, resolver)
    written = resolver.items.get("indicators", {}).get(last)
    return written if isinstance(written, Mapping) else {}


def through_changes(key: str, resolver: Resolver) -> Iterator[str]:
    """The key and, as long as it is that of a change, what that is a change of; of a circle as far as the
    first key that comes up again. Where a change names nothing that there is, its own key is the last.
    """
    passed: set[str] = set()
    while True:
        yield key
        written = resolver.items.get("indicators", {}).get(key)
        if key in passed or not isinstance(written, Mapping) or written.get("measure") != "change":
            return
        passed.add(key)
        try:
            key = replace(resolver, pack=key.partition(":")[0]).item("indicators", str(written.get("of")))
        except Unresolved:
            return


class Finding(PackModel):
    """Marks a figure whose records are a list that should be empty."""

    cites: str = Field(max_length=200, description="依据：文件及条款")
    asks: str = Field(max_length=200, description="要做什么")
    asks_en: str = Field("", max_length=300, description="要做什么（英文）")
    proposes: Literal["", "split"] = Field("", description="每条记录有建议页：split 拆分党支部")
    closing: bool = Field(False, description="关账前须为零，或写明原因")


class Earlier(Aliased):
    """What a change is measured from: a day, a period, or so many years before what is asked for."""

    as_of: Day | None = Field(None, description="存量：对比日")
    since: Day | None = Field(None, alias="from", description="流量：对比时期首日")
    until: Day | None = Field(None, alias="to", description="流量：对比时期末日（含）")
    years: int | None = Field(None, ge=1, le=50, description="往前几年的同一天或同一时期")

    @model_validator(mode="after")
    def says_one_thing(self) -> "Earlier":
        """A day, or a whole period, or a number of years."""
        period = self.since is not None and self.until is not None
        if [self.as_of is not None, period, self.years is not None].count(True) != 1 or (
            not period and (self.since or self.until)
        ):
            raise refuse(_("from 应写一种：as_of，或 from 与 to，或 years"), "from: {as_of: 2019-12-01}")
        return self


class Indicator(Aliased):
    """A declared measure over a fact. See docs/packs.md."""

    name: str = Field(min_length=1, max_length=80, description="指标名称")
    name_en: str = Field("", max_length=160, description="英文名称")
    unit: str = Field("", max_length=10, description="计量单位：个、名、%……")
    measure: Measure = Field("count", description="怎么算：计数、去重计数、求和、平均、最小、占比、变化")
    fact: Annotated[str, FactRef()] = Field("", description="事实表；变化（change）不写")
    time: Literal["stock", "flow"] = Field("stock", description="存量（某日）或流量（某时期）")
    event: Annotated[str, BeforeValidator(_check_event)] = Field(
        "begins", description="流量按哪个日期：begins（默认）、ends 或事实表的一个日期列"
    )
    where: Annotated[Node, FilterOn(field="fact")] = Field(EVERYTHING, description="统计哪些记录")
    of: Annotated[ColumnPath | str | None, BeforeValidator(_read_of)] = Field(
        None, description="对哪一列去重、求和、平均、取最小；变化则是另一个指标"
    )
    part: Annotated[Node | None, FilterOn(field="fact")] = Field(None, description="占比：分子另加的条件")
    earlier: Earlier | None = Field(None, alias="from", description="变化：与何时相比")
    change: Change = Field("difference", alias="as", description="变化：差、减少、增幅、减幅、百分点")
    breakdowns: tuple[Annotated[ColumnPath, ColumnOf(field="fact")], ...] = Field(
        (), max_length=20, description="可按哪些列分组"
    )
    scope: Literal["scope", "place", "public"] = Field(
        "scope", description="谁看得到数值：权限内、本地、公开；背后的记录总按权限"
    )
    finding: Finding | None = Field(None, description="问题清单：应当为零")
    headline: int | None = Field(None, ge=1, le=99, description="首页显示，排在第几")
    note: str = Field("", max_length=400, description="口径说明")
    note_en: str = Field("", max_length=600, description="口径说明（英文）")

    @model_validator(mode="after")
    def fits_its_measure(self) -> "Indicator":
        """Each measure has what it needs, and nothing that it would not read."""
        if self.measure == "change":
            self._need(not self.fact and isinstance(self.of, str) and self.earlier is not None, "of、from")
            return self
        self._need(bool(self.fact), "fact")
        self._need((self.measure in OF_KINDS) == isinstance(self.of, ColumnPath), "of")
        self._need((self.measure == "share") == (self.part is not None), "part")
        self._need(self.earlier is None, "from")
        return self

    def _need(self, met: bool, what: str) -> None:
        if not met:
            said = {"measure": self.measure, "what": what}
            raise refuse(
                _("计量方式 %(measure)s 与 %(what)s 不配") % said,
                _("distinct、sum、average、minimum 写 of；share 写 part；change 写 of 和 from"),
            )

    @property
    def column(self) -> ColumnPath | None:
        """The measured column, where the measure has one."""
        return self.of if isinstance(self.of, ColumnPath) else None


def fact_of_indicator(data: Mapping[str, Any], resolver: Resolver | None) -> str | None:
    """The fact behind the indicator that a declaration names, through any changes of changes."""
    key = data.get("indicator")
    if resolver is None or not key:
        return None
    return str(counted(str(key), resolver).get("fact", "")) or None


class Reference(Aliased):
    """A published figure. It is checked where it names an indicator, and listed as not yet computed
    elsewhere.
    """

    id: str = Field(min_length=1, max_length=40, description="编号")
    quote: str = Field(min_length=1, max_length=200, description="原文")
    value: int | float = Field(description="公布的数")
    unit: str = Field("", max_length=20, description="公布时的单位：个、万人、%……")
    indicator: Annotated[str | None, ItemRef("indicators")] = Field(
        None, description="由哪个指标算出；null：尚无"
    )
    where: Annotated[Node, FilterOn(finder=fact_of_indicator)] = Field(
        EVERYTHING, description="只算其中一部分"
    )
    region: str | None = Field(None, description="哪个区域的代码；不写则是做法包绑定的区域")
    as_of: Day | None = Field(None, description="存量：公布时的日子；不写则是做法包的日子")
    since: Day | None = Field(None, alias="from", description="流量：首日")
    until: Day | None = Field(None, alias="to", description="流量：末日（含）；不写则是做法包的日子")
    at_least: bool = Field(False, description="余、多、超过：允许比它多 2%")
    at_most: bool = Field(False, description="近：允许比它少 2%")
    approx: bool = Field(False, description="约：上下各 2%")
    implied: bool = Field(False, description="原文没有写数字")
    base_value: int | float | None = Field(None, description="换算成基本单位的数：3.1万人即 31000")
    base_unit: str = Field("", max_length=10, description="基本单位")
    entity: str = Field("", max_length=40, description="统计的是什么")
    kind: str = Field("", max_length=40, description="数的种类")
    time: str = Field("", max_length=20, description="存量或流量")
    period: str = Field("", max_length=80, description="原文所说的时期")
    scope: str = Field("", max_length=20, description="原文里的范围")
    unit_note: str = Field("", max_length=200, description="单位说明")
    note: str = Field("", max_length=400, description="说明")

    @property
    def period_of(self) -> tuple[date, date] | None:
        """The published period, both days included, where the figure is a flow with a written beginning."""
        return (self.since, self.until) if self.since and self.until else None


INDICATORS = register_section(
    Section("indicators", Indicator, keyed=True, label="指标", description="由记录算出的数")
)
REFERENCE = register_section(
    Section("reference", Reference, keyed=False, label="参照数", description="已公布、用来核对的数")
)
