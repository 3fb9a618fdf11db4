"""A matter type as a whole, and what is wrong with one that cannot work."""

import re
from collections.abc import Iterator
from typing import Annotated, Any, Literal

from django.utils.translation import gettext as _
from pydantic import (
    Field,
    PrivateAttr,
    ValidationError,
    ValidationInfo,
    ValidatorFunctionWrapHandler,
    field_validator,
    model_validator,
)
from pydantic_core import InitErrorDetails

from jiceng.matters.enums import LinkKind
from jiceng.matters.sections.clocks import ClockSpec
from jiceng.matters.sections.fields import FieldSpec
from jiceng.matters.sections.soundness import faults_of
from jiceng.matters.sections.steps import DoerSpec, RouteSpec, StateSpec, StepSpec
from jiceng.packs.references import Resolver, TermRef, refuse
from jiceng.packs.sections import PackModel

NUMBER = re.compile(r"(?:[^{}]|\{year\}|\{n(?::0[1-9])?\})+")
"""A pattern of numbers: plain text, the year, the serial number with so many digits."""


class MatterSpec(PackModel):
    """A matter type: what it is about, its form, its states and steps, its clocks."""

    label: str = Field(min_length=1, max_length=40, description="名称，如“街道吹哨、部门报到”")
    name_en: str = Field("", max_length=80, description="英文名称")
    description: str = Field("", max_length=400, description="一句话说明")
    description_en: str = Field("", max_length=600, description="一句话说明的英文")
    subject: Literal["none", "region", "unit", "party_org", "person", "household", "matter"] = Field(
        "none", description="事关什么：不限、区域、单位、党组织、人员、住户，或另一件事（督办、申诉）"
    )
    hangs: LinkKind = Field(
        LinkKind.SUPERVISES,
        description="subject: matter 时与那件事的关系：supervises、appeals、follows、serves",
    )
    categories: str = Field("", max_length=60, description="类别取自哪个词表")
    grades: str = Field("", max_length=60, description="分级取自哪个词表")
    number: str = Field("", max_length=60, description="编号样式：{year} 年份，{n:05} 流水号")
    fields: dict[str, FieldSpec] = Field({}, description="字段：键 → 字段")
    raised_by: list[DoerSpec] = Field([], max_length=12, description="哪些角色可以提出")
    channels: list[Annotated[str, TermRef("matter_channels")]] = Field(
        [], max_length=20, description="限于哪些来源；不写则不限"
    )
    public: bool = Field(False, description="居民、企业可以自己提出")
    imports: bool = Field(False, description="导入的工作簿没有写事项类型时，就是这一类（一个地方只写一个）")
    reporters: list[Annotated[str, TermRef("reporter_kinds")]] = Field(
        [], max_length=20, description="自己提出的限于哪些反映人；不写则不限"
    )
    form: list[str] = Field([], description="提出时必填的字段")
    optional: list[str] = Field([], description="提出时选填的字段")
    start: str = Field(description="提出后的状态")
    states: dict[str, StateSpec] = Field(min_length=2, description="状态：键 → 状态")
    steps: dict[str, StepSpec] = Field(min_length=1, description="步骤：键 → 步骤")
    clocks: dict[str, ClockSpec] = Field({}, description="时限：键 → 时限")
    routes: list[RouteSpec] = Field([], max_length=200, description="派给谁的建议，从上到下第一条适用的生效")
    reopen_days: int = Field(0, ge=0, le=365, description="办结后反映人几天内可以要求重办；0 为不可以")
    alike_days: int = Field(30, ge=0, le=365, description="提出前查找多少天内的相近事项")
    alike_metres: int = Field(200, ge=0, le=5_000, description="多少米以内算相近")

    _written: dict[str, Any] = PrivateAttr(default_factory=dict)
    _pack: str = PrivateAttr(default="")

    @field_validator("number")
    @classmethod
    def numbers_apart(cls, number: str) -> str:
        """Two matters never get one number: serial numbers begin anew each year, so both must be in it."""
        if number and not (NUMBER.fullmatch(number) and "{year}" in number and "{n" in number):
            raise refuse(
                _("编号样式“%(text)s”不能用") % {"text": number[:40]}, _("写年份 {year} 和流水号 {n:05}")
            )
        return number

    @model_validator(mode="wrap")
    @classmethod
    def keeps_what_was_written(
        cls, data: Any, handler: ValidatorFunctionWrapHandler, info: ValidationInfo
    ) -> "MatterSpec":
        """A matter keeps the version it began with, so the item itself must be there to be kept."""
        made: MatterSpec = handler(data)
        if isinstance(data, dict):
            made._written = data
            made._pack = info.context.pack if isinstance(info.context, Resolver) else ""
        return made

    @model_validator(mode="after")
    def can_work(self) -> "MatterSpec":
        """Every name leads somewhere, every state can be reached and left, every step taken, every clock
        stopped."""
        faults = [
            InitErrorDetails(type=refuse(what, remedy), loc=where, input=None)
            for where, what, remedy in faults_of(self)
        ]
        if faults:
            raise ValidationError.from_exception_data("Matter", faults)
        return self

    @property
    def written(self) -> dict[str, Any]:
        """The item as it stands in the pack."""
        return self._written

    @property
    def pack(self) -> str:
        """The pack that wrote it; empty outside the loader."""
        return self._pack

    def named_fields(self, *lists: list[str]) -> Iterator[tuple[str, FieldSpec]]:
        """The fields of these lists with their keys, in order."""
        for keys in lists:
            for key in keys:
                yield key, self.fields[key]
