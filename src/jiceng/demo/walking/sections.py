"""What a scenario says of matters: which type, which ways through its flow, how fast, how late."""

from datetime import date
from typing import Annotated, Any, Literal

from django.utils.translation import gettext as _
from pydantic import Field, model_validator

from jiceng.packs.references import ItemRef, refuse
from jiceng.packs.sections import PackModel, Section, register_section

Share = Annotated[float, Field(ge=0, le=1)]


class Taken(PackModel):
    """One step of a way. A step on dispatches is taken in each that stands where it can be taken."""

    step: str = Field(description="步骤的键")
    one: bool = Field(False, description="on: dispatch 时只在其中一张派单上做，如转派、退回")
    after: float | None = Field(None, ge=0, description="距上一步的工作小时数（中位）")
    day: int | None = Field(None, ge=0, description="提出后第几天")
    on: str = Field("", max_length=80, description="哪天：本批次的字段，或 each. 之下的字段")
    made: dict[str, Any] = Field({}, description="这一步成立或任用的，是已有的哪条记录：字段 → 值")
    fill: dict[str, Any] = Field({}, description="这一步填什么：字段 → 值")


class Way(PackModel):
    """One way through the flow: the steps that people take. What the system does by itself is not written."""

    share: float = Field(1, gt=0, description="占几份")
    steps: list[str | Taken] = Field([], max_length=60, description="依次的步骤")
    fill: dict[str, Any] = Field({}, description="填什么：字段 → 值")


class Walk(PackModel):
    """How the matters of a cohort go their way. What is not written is as the walk says that it is `like`."""

    label: str = Field("", max_length=60, description="名称")
    label_en: str = Field("", max_length=80, description="英文名称")
    like: Annotated[str | None, ItemRef("walks")] = Field(
        None, description="同 walks 里的哪一份；写了的以本处为准"
    )
    type: Annotated[str, ItemRef("matters")] | None = Field(None, description="事项类型")
    by: str = Field(
        "", max_length=40, description="由哪个角色提出；reporter 为反映人自己；不写则为该类型的第一个"
    )
    persons: dict[str, str | dict[str, Any]] = Field(
        {}, description="某角色由谁担任：角色 → 本批次或 each. 之下存着人员的字段，或按条件查到的"
    )
    units: dict[str, str | list[str]] = Field(
        {}, description="某角色代表哪些批次的单位办理，如认领：角色 → 批次"
    )
    hours: Literal["office", "day"] = Field("office", description="何时提出：上班时间、白天和晚上")
    ways: dict[str, Way] = Field({}, description="办理经过：名称 → 步骤和份数")
    fill: dict[str, Any] = Field({}, description="填什么：字段 → 值")
    reporter: str = Field("", max_length=60, description="留下姓名、电话的反映人类型（reporter_kinds）")
    late: dict[str, Share] = Field({}, description="超时的比例：时限的键 → 比例")
    released: Share = Field(0, description="审核公开的比例：说得出去的（不含姓名、电话等）才公开")
    lights: dict[Literal["good", "warn", "bad"], float] = Field(
        {}, description="未办结的在做法包那天亮什么灯：绿、黄、红各占几份"
    )
    pace: dict[str, float] = Field({}, description="各步骤距上一步的工作小时数（中位）")
    until: date | None = Field(None, description="最后一步不晚于哪天；缺省为做法包日期的前一天")
    words: str = Field("", max_length=60, description="用语：names.matters 里的哪一份；不写则按类别")

    @model_validator(mode="after")
    def says_enough(self) -> "Walk":
        """A type and ways of its own, or a walk that it is like."""
        if self.like is None and not (self.type and self.ways):
            raise refuse(_("没有写事项类型或办理经过"), _("写 type 和 ways，或写 like"))
        return self

    def over(self, base: "Walk") -> "Walk":
        """This walk, with what it leaves open taken from `base`; what is filled in is put together."""
        own = {name: getattr(self, name) for name in self.model_fields_set}
        given = {name: getattr(base, name) for name in base.model_fields_set} | own
        return Walk.model_construct(**given | {"fill": {**base.fill, **self.fill}})


def taken(written: str | Taken) -> Taken:
    """A step of a way in full."""
    return written if isinstance(written, Taken) else Taken.model_validate({"step": written})


WALKS = register_section(
    Section(
        "walks",
        Walk,
        keyed=True,
        label="演示事项的经过",
        description="演示的事项怎样办理，供演示数据引用",
    )
)
