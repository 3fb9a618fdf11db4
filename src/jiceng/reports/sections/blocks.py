"""The blocks of a document as packs write them."""

from collections.abc import Mapping
from typing import Annotated, Any

from django.utils.translation import gettext as _
from pydantic import BeforeValidator, Discriminator, Field, StringConstraints, Tag, model_validator

from jiceng.packs.references import refuse
from jiceng.packs.sections import PackModel
from jiceng.reports.sections.conditions import Condition, Key
from jiceng.reports.templates import MOST, Template, alone

Short = Annotated[Template, StringConstraints(max_length=200)]
Long = Annotated[Template, StringConstraints(max_length=MOST)]


class Conditional(PackModel):
    """What is left out where nothing is to be said."""

    when: Key | Condition | None = Field(
        None, description="只在这个名称有值、或这个清单有行、或指标如所写时才写"
    )
    unless: Key | Condition | None = Field(
        None, description="只在这个名称没有值、或这个清单没有行、或指标不如所写时才写"
    )


# ------------------------------------------------------------------------------------------------ blocks
class HeadingBlock(Conditional):
    """A counted heading, perhaps one for every row of a list."""

    heading: Short = Field(description="标题，不写序号：一、（一）1.（1）由程序编")
    level: int = Field(1, ge=1, le=4, description="层次：1 黑体，2 楷体，3、4 仿宋")
    text: Long = Field("", description="接在标题后面、同一段的正文")
    each: Key | None = Field(None, description="清单：每行写一条")


class TextBlock(Conditional):
    """Running text, perhaps a paragraph for every row of a list."""

    text: Long = Field(min_length=1, description="正文；换行即分段")
    each: Key | None = Field(None, description="清单：每行写一段")


class ColumnSpec(PackModel):
    """One column of a table."""

    title: str = Field(min_length=1, max_length=40, description="栏目")
    text: Short = Field(min_length=1, description="单元格；只写一个 {名称} 时数字仍是数字，可以合计")
    group: str = Field("", max_length=40, description="上一层栏目，相邻的同名栏目合并")
    unit: str = Field("", max_length=10, description="计量单位，写在栏目后")
    decimals: int = Field(1, ge=0, le=4, description="小数位数，占比则是百分数的")
    width: float = Field(0, ge=0, le=40, description="宽度，几个汉字；不写则按内容")
    adds: bool = Field(False, description="合计行是否加总；占比按分子、分母分别加")
    required: bool = Field(False, description="没有值时是否标明待填；否则空着")


class TableBlock(Conditional):
    """A table of a list's rows."""

    table: Key = Field(description="清单")
    title: Short = Field("", description="表题")
    columns: list[ColumnSpec] = Field(min_length=1, max_length=30, description="各栏")
    total: str = Field("", max_length=20, description="合计行的名称；不写则没有合计行")
    above: Short = Field("", description="表左上方：填报单位、截止日期")
    unit: str = Field("", max_length=20, description="表右上方的计量单位")
    notes: tuple[Long, ...] = Field((), max_length=10, description="表下的注")
    empty: Long = Field("", description="清单没有行时代替表格的话；不写则整个略去")
    tree: Short = Field("", description="页面上也画成树：每个节点写什么；各行要有层级 depth")


class CellSpec(PackModel):
    """A cell of a form with its label."""

    label: str = Field("", max_length=20, description="栏目；不写则内容占满")
    text: Long = Field("", description="内容；不写则留空，供人填写")
    lines: int = Field(1, ge=1, le=15, description="至少留几行")


class FormBlock(Conditional):
    """A bordered form."""

    form: list[Annotated[list[CellSpec], Field(min_length=1, max_length=4)]] = Field(
        min_length=1, max_length=40, description="表格各行，每行若干栏"
    )


class ChartBlock(Conditional):
    """A chart: a bar for every row of a list."""

    chart: Key = Field(description="清单：每行一条横柱")
    title: Short = Field("", description="图题")
    label: Short = Field("{area}", min_length=1, description="每条横柱叫什么")
    value: Short = Field(min_length=1, description="多长：只写一个 {名称}")
    unit: str = Field("", max_length=20, description="计量单位，写在图题后")

    @model_validator(mode="after")
    def measures_one_thing(self) -> "ChartBlock":
        """A bar is as long as one number."""
        if alone(self.value) is None:
            raise refuse(_("横柱的长短不是一个数"), _("只写一个名称，如 {rate}"))
        return self


class RollBlock(Conditional):
    """Who was there."""

    roll: str = Field(min_length=1, max_length=10, description="出席、列席、请假")
    text: Long = Field(min_length=1, description="名单")


MARKS = ("heading", "table", "chart", "form", "roll", "annex", "text")
"""The field by which each block is known, in the order in which they are looked for: a heading has a text, too,
and so has a roll.
"""


def _kind_of(written: Any) -> str | None:
    """The tag of a block's model; None for what is no block."""
    if isinstance(written, Mapping):
        mark = next((mark for mark in MARKS if mark in written), None)
        return f"{mark.title()}Block" if mark else None
    return type(written).__name__ if isinstance(written, Conditional) else None


def _one_kind(written: Any) -> Any:
    if _kind_of(written) is None:
        raise refuse(_("看不出这是哪一种内容"), _("写 %(keys)s 之一") % {"keys": "、".join(MARKS)})
    return written


def _no_annex(written: Any) -> Any:
    if _kind_of(written) == "AnnexBlock":
        raise refuse(_("附件里不能再有附件"), _("移到附件外，各为一个附件"))
    return _one_kind(written)


PlainBlock = Annotated[
    Annotated[HeadingBlock, Tag("HeadingBlock")]
    | Annotated[TextBlock, Tag("TextBlock")]
    | Annotated[TableBlock, Tag("TableBlock")]
    | Annotated[ChartBlock, Tag("ChartBlock")]
    | Annotated[FormBlock, Tag("FormBlock")]
    | Annotated[RollBlock, Tag("RollBlock")],
    Discriminator(_kind_of),
    BeforeValidator(_no_annex),
]


class AnnexBlock(Conditional):
    """An annex on pages of its own."""

    annex: Short = Field(min_length=1, description="附件标题")
    landscape: bool = Field(False, description="是否横排")
    blocks: list[PlainBlock] = Field(min_length=1, max_length=60, description="内容")


AnyBlock = Annotated[
    Annotated[HeadingBlock, Tag("HeadingBlock")]
    | Annotated[TextBlock, Tag("TextBlock")]
    | Annotated[TableBlock, Tag("TableBlock")]
    | Annotated[ChartBlock, Tag("ChartBlock")]
    | Annotated[FormBlock, Tag("FormBlock")]
    | Annotated[RollBlock, Tag("RollBlock")]
    | Annotated[AnnexBlock, Tag("AnnexBlock")],
    Discriminator(_kind_of),
    BeforeValidator(_one_kind),
]
