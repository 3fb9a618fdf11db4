"""What a pack says of checks: figures that must agree, and figures that must not jump."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from django.utils.translation import gettext as _
from pydantic import Field, GetCoreSchemaHandler, GetJsonSchemaHandler, ValidationInfo, model_validator
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, core_schema

from jiceng.indicators.checks.arithmetic import Comparison, Term, comparison, parse
from jiceng.packs.filters.resolving import Unresolved
from jiceng.packs.references import ItemRef, Resolver, refuse
from jiceng.packs.sections import PackModel, Section, register_section
from jiceng.records.refusals import Refusal

SECTION = "checks"


@dataclass(frozen=True, slots=True)
class Compared:
    """A comparison of indicators, whose keys are qualified and checked by the loader."""

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.with_info_plain_validator_function(_compared)

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        return {"type": "string"}


def _compared(written: Any, info: ValidationInfo) -> Comparison | None:
    if written is None or isinstance(written, Comparison):
        return written
    try:
        found = comparison(str(written))
        if not isinstance(info.context, Resolver):
            return found
        resolver = info.context
        return found.renamed({name: resolver.item("indicators", name) for name in found.names()})
    except (Refusal, Unresolved) as wrong:
        raise refuse(wrong.what, wrong.remedy) from None


class Jump(PackModel):
    """A figure that changed more than it should since an earlier time."""

    of: Annotated[str, ItemRef("indicators")] = Field(description="哪个指标")
    share: float = Field(gt=0, le=1_000, description="比上期（或上年同期）增减超过百分之几")
    least: float = Field(0, ge=0, description="增减不到这么多的不算")
    years: int = Field(0, ge=0, le=50, description="与几年前的同期比；不写则与上一期比")


class Check(PackModel):
    """Figures that must agree with each other: a comparison, or a bound on a change. One of the two."""

    name: str = Field(min_length=1, max_length=80, description="名称")
    name_en: str = Field("", max_length=160, description="英文名称")
    compare: Annotated[Comparison | None, Compared()] = Field(
        None, description="比较：women + men = members；可用 + - * / ( ) 和 = <= >= < >"
    )
    jump: Jump | None = Field(None, description="增减超过限度")
    spare: float = Field(0, ge=0, description="比较时允许差多少")
    asks: str = Field("", max_length=200, description="不符时要做什么")
    asks_en: str = Field("", max_length=300, description="不符时要做什么（英文）")
    closing: bool = Field(True, description="关账前须相符，或写明原因")

    @model_validator(mode="after")
    def says_one_thing(self) -> "Check":
        """A comparison or a jump."""
        if (self.compare is None) == (self.jump is None):
            raise refuse(_("应写一种：compare 或 jump"), "compare: women + men = members")
        return self


CHECKS = register_section(Section(SECTION, Check, keyed=True, label="核对", description="须相符的指标"))


# ------------------------------------------------------------------------------ of what was published
REFERENCE_SECTION = "reference_checks"

Status = Literal["consistent", "gap", "inconsistent", "derived_only"]
STATUSES: Mapping[Status, bool | None] = {
    "consistent": True,
    "gap": False,
    "inconsistent": False,
    "derived_only": None,
}
"""What each status says of whether the figures agree; None: there is nothing to compare with."""


@dataclass(frozen=True, slots=True)
class Arithmetic:
    """A term or a comparison of published figures, by their ids."""

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.with_info_plain_validator_function(_arithmetic)

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        return {"type": "string"}


def _arithmetic(written: Any, info: ValidationInfo) -> Term | Comparison:
    if isinstance(written, Term | Comparison):
        return written
    try:
        return parse(str(written))
    except Refusal as wrong:
        raise refuse(wrong.what, wrong.remedy) from None


class ReferenceCheck(PackModel):
    """Something that follows from published figures, and whether it agrees with what is published beside."""

    id: str = Field(min_length=1, max_length=40, description="编号")
    what: str = Field(min_length=1, max_length=80, description="核对什么")
    what_en: str = Field("", max_length=160, description="核对什么（英文）")
    given: dict[str, float] = Field({}, max_length=20, description="算式里的规则数，不是参照数的：编号与数")
    expr: Annotated[Term | Comparison, Arithmetic()] = Field(
        description="算式，用参照数的编号：gh-046+gh-047"
    )
    result: bool | float = Field(description="按公布的数算得")
    unit: str = Field("", max_length=20, description="结果的单位")
    expect: float | None = Field(None, description="应等于")
    agrees_with: Annotated[str | None, ItemRef("reference")] = Field(None, description="应与这个参照数相符")
    between: tuple[float, float] | None = Field(None, description="应在两数之间")
    status: Status = Field(
        description="consistent 相符；gap 有差距，可能都对；inconsistent 与所述规则不符；derived_only 无可比较"
    )
    note: str = Field("", max_length=300, description="说明；有差距、不符的必须写")
    note_en: str = Field("", max_length=400, description="说明（英文）")

    @model_validator(mode="after")
    def is_explained(self, info: ValidationInfo) -> "ReferenceCheck":
        """What does not agree says why; every name is a published figure or given."""
        if isinstance(info.context, Resolver):
            try:
                for name in {*self.expr.names()} - {*self.given}:
                    info.context.item("reference", name)
            except Unresolved as wrong:
                raise refuse(wrong.what, wrong.remedy) from None
        if STATUSES[self.status] is False and not self.note:
            raise refuse(_("有差距、不符的没有说明"), _("在 note 里写明差在哪里、为什么"))
        return self


REFERENCE_CHECKS = register_section(
    Section(
        REFERENCE_SECTION,
        ReferenceCheck,
        keyed=False,
        label="参照数的核对",
        description="已公布的数之间应有的关系",
    )
)
