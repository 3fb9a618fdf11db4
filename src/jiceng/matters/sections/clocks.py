"""Time limits of a matter type."""

from typing import Annotated, Literal

from django.utils.translation import gettext as _
from pydantic import Field, field_validator, model_validator

from jiceng.matters.sections.steps import EffectSpec
from jiceng.packs.filters.nodes import EVERYTHING, Node
from jiceng.packs.references import FilterOn, refuse
from jiceng.packs.sections import PackModel
from jiceng.records.calendar import Limit
from jiceng.records.refusals import Refusal


class LimitSpec(PackModel):
    """How long, for which matters. Among several the first that fits goes."""

    when: Annotated[Node, FilterOn(fact="matter_input")] = Field(EVERYTHING, description="适用条件")
    within: str = Field(
        "", description="时限：30 min、2 h、24 h、7 d（自然日）、5 wd（工作日）、8 wh（工作小时）"
    )
    until: str = Field(
        "", max_length=40, description="到某个日期字段所写的那天为止；还没有填，或已经过了，就看下一条"
    )
    basis: str = Field("", max_length=200, description="依据")

    @field_validator("within")
    @classmethod
    def is_a_limit(cls, within: str) -> str:
        """An amount and a unit that the work calendar knows."""
        try:
            Limit.parse(within)
        except (Refusal, ValueError) as wrong:
            raise refuse(str(wrong), _("例如 2 h、5 wd")) from None
        return within

    @model_validator(mode="after")
    def says_how_long(self) -> "LimitSpec":
        """An amount of time, or a day that someone names."""
        if bool(self.within) == bool(self.until):
            raise refuse(_("within 与 until 只写其一"), _("within: 7 d · until: 日期字段的键"))
        return self


class ClockSpec(PackModel):
    """A clock: it runs from entering one of `starts` to entering one of `stops`, and stands while paused."""

    label: str = Field(min_length=1, max_length=30, description="名称，如“响应时限”")
    label_en: str = Field("", max_length=60, description="英文名称")
    on: Literal["matter", "dispatch"] = Field("matter", description="整件事的，还是每张派单各自的")
    starts: list[str] = Field(min_length=1, description="进入哪些状态时开始（on: dispatch 时写派单状态）")
    stops: list[str] = Field(min_length=1, description="进入哪些状态时停止")
    restarts: list[str] = Field([], description="哪些步骤使它从头计时，例如转派、重办")
    limits: list[LimitSpec] = Field(min_length=1, max_length=40, description="时限，从上到下第一条适用的生效")
    amber: float = Field(0.75, gt=0, lt=1, description="用掉几成时亮黄灯")
    late: list[EffectSpec] = Field([], max_length=10, description="超时后系统做什么，只做一次")
