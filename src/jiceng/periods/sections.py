"""What a pack says of returns: which figures are reported for which periods, by which levels, until when."""

from typing import Annotated

from pydantic import Field

from jiceng.packs.references import ItemRef, TermRef
from jiceng.packs.sections import PackModel, Section, register_section

SECTION = "returns"

Level = Annotated[int, Field(ge=1, le=6)]


class Return(PackModel):
    """Figures that an area reports upwards for every period of a kind."""

    name: str = Field(min_length=1, max_length=80, description="名称，如：党建月报")
    name_en: str = Field("", max_length=160, description="英文名称")
    period: str = Field(pattern="^(month|quarter|half|year)$", description="时期：month、quarter、half、year")
    levels: tuple[Level, ...] = Field(
        min_length=1, max_length=6, description="哪几级区域上报：1 省 … 3 县、4 乡镇街道、5 村社区"
    )
    without: tuple[Annotated[str, TermRef("region_kinds")], ...] = Field(
        (), max_length=20, description="哪几类区域不上报"
    )
    days: int = Field(10, ge=0, le=90, description="期满后几天内上报")
    figures: tuple[Annotated[str, ItemRef("indicators")], ...] = Field(
        min_length=1, max_length=100, description="上报哪些指标"
    )


RETURNS = register_section(
    Section(SECTION, Return, keyed=True, label="上报", description="各级按期上报的指标")
)
