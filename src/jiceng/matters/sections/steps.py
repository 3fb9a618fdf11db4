"""States, steps, who takes them and what follows from them."""

from typing import Annotated, Any, Literal

from django.utils.translation import gettext as _
from pydantic import (
    ConfigDict,
    Field,
    GetJsonSchemaHandler,
    PrivateAttr,
    ValidationInfo,
    field_validator,
    model_validator,
)
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

from jiceng.accounts.roles import ROLES
from jiceng.matters.enums import DispatchState, Hand, Phase
from jiceng.matters.registry import Effect, all_effects
from jiceng.packs.filters.nodes import EVERYTHING, Node
from jiceng.packs.filters.resolving import meant
from jiceng.packs.references import FilterOn, ItemRef, TermRef, refuse
from jiceng.packs.sections import PackModel


class StateSpec(PackModel):
    """A state of the matter as a whole."""

    label: str = Field(min_length=1, max_length=30, description="名称")
    label_en: str = Field("", max_length=60, description="英文名称")
    phase: Phase = Field(Phase.OPEN, description="办理中、暂停计时、已办结")
    public: str = Field("", max_length=120, description="对反映人怎么说；不写则用名称")
    public_en: str = Field("", max_length=200, description="对反映人怎么说（英文）")
    invites: Annotated[str | None, ItemRef("matters")] = Field(
        None, description="在这个状态且已公开时，居民可以就它提出哪类事项，如认领微心愿"
    )


class DoerSpec(PackModel):
    """Someone who may: a role, held at a place that has the matter in its area, or by the receiver's unit."""

    role: str = Field(description="角色")
    at: Annotated[str | None, TermRef("region_kinds")] = Field(
        None, description="授权所在区域的类型，如 street；不写则不限"
    )
    shares: Annotated[str | None, TermRef("region_kinds")] = Field(
        None, description="授权所在地与事项同在一个这类区域即可，不要求事项与其有关（如在心愿墙上认领）"
    )
    own: bool = Field(False, description="只限提出人本人，如撤回自己的申请")

    @field_validator("role")
    @classmethod
    def is_a_role(cls, role: str) -> str:
        """A role that there is."""
        if role not in ROLES:
            raise refuse(_("没有角色“%(role)s”") % {"role": role}, meant(role, ROLES))
        return role

    @property
    def role_label(self) -> str:
        """What the role is called."""
        return str(ROLES[self.role].label)


class EffectSpec(PackModel):
    """Something a step brings about, in the same transaction: `do` names it, the rest are its settings."""

    model_config = ConfigDict(extra="allow", frozen=True)

    do: str = Field(description="做什么")

    _settings: Any = PrivateAttr(default=None)

    @model_validator(mode="after")
    def is_known(self, info: ValidationInfo) -> "EffectSpec":
        """An effect that there is, with settings it understands."""
        effects = all_effects()
        if self.do not in effects:
            raise refuse(_("没有动作“%(key)s”") % {"key": self.do}, meant(self.do, effects))
        self._settings = effects[self.do].settings.model_validate(self.model_extra, context=info.context)
        return self

    @property
    def settings(self) -> Any:
        """The settings, read by the effect's own model."""
        return self._settings

    @classmethod
    def __get_pydantic_json_schema__(
        cls, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        """One of the effects that there are, each with its own settings."""
        return {"oneOf": [_schema_of(effect) for effect in all_effects().values()]}


def _schema_of(effect: Effect) -> JsonSchemaValue:
    """What an editor is told of an effect."""
    made = effect.settings.model_json_schema()
    inside = made.get("$defs", {})

    def whole(part: Any) -> Any:
        if isinstance(part, dict):
            named = str(part.get("$ref", "")).rpartition("/")[2]
            rest = {key: whole(value) for key, value in part.items() if key != "$ref"}
            return whole(inside[named]) | rest if named else rest
        return [whole(each) for each in part] if isinstance(part, list) else part

    do = {"const": effect.key, "description": effect.label}
    return {
        "type": "object",
        "description": effect.label,
        "properties": {"do": do, **whole(made.get("properties", {}))},
        "required": ["do", *made.get("required", [])],
        "additionalProperties": False,
    }


class StepSpec(PackModel):
    """A step: who may take it, from where to where, what it asks, what follows."""

    label: str = Field(min_length=1, max_length=30, description="名称，写在按钮上")
    label_en: str = Field("", max_length=60, description="英文名称")
    on: Literal["matter", "dispatch"] = Field("matter", description="对整件事，还是对一张派单")
    of: list[str] = Field(
        alias="from", min_length=1, description="在哪些状态可以做（on: dispatch 时写派单状态）"
    )
    in_: list[str] = Field(
        [], alias="in", description="on: dispatch 时，整件事须处于哪些状态；不写则未办结即可"
    )
    to: str | None = Field(None, description="做完到哪个状态；不写则不变（如登记进展）")
    by: Hand = Field(Hand.PERSON, description="谁来做：人员、反映人、系统自动")
    side: Literal["receiver", "sender"] = Field(
        "receiver",
        description="on: dispatch 时由哪一方做：承办单位，或派单的一方（认可、重办、评价、批准剔除）",
    )
    who: list[DoerSpec] = Field([], max_length=12, description="哪些角色可以做（by: person）")
    not_by: list[str] = Field(
        [],
        description="做过这些步骤的人不能再做这一步（换人复核）；appeals:* 指所申诉事项中办过任何一步的人，"
        "appeals:approve 指其中的一步",
    )
    automatic: bool = Field(
        True, description="by: system 时，条件一到就自动做；false 则只由动作（如候补递补）触发"
    )
    when: Annotated[Node, FilterOn(fact="matter_input")] = Field(EVERYTHING, description="条件")
    fields: list[str] = Field([], description="必填字段")
    optional: list[str] = Field([], description="选填字段")
    note: Literal["required", "optional", "none"] = Field("optional", description="是否写说明")
    does: list[EffectSpec] = Field([], max_length=12, description="随之发生的事，与这一步同成同败")
    outcome: Literal["", "solved", "unsolved", "refused", "withdrawn", "joined"] = Field(
        "", description="到办结状态时的结果：已解决、未解决……"
    )
    waits: bool = Field(
        True, description="列入待办；false 表示可以做，但不等着谁来做（如撤回、暂停计时、退出）"
    )
    bulk: bool = Field(False, description="可以对多件一起做")
    tells: str = Field(
        "", max_length=200, description="告诉反映人的话；{字段} 处填入这一步所填的内容，如“已转{lead}办理”"
    )
    tells_en: str = Field("", max_length=300, description="告诉反映人的话（英文）")
    document: str = Field("", max_length=60, description="由这一步产生的公文（documents 的键）")

    @model_validator(mode="after")
    def hangs_together(self) -> "StepSpec":
        """A person's step says who; a dispatch's states are the engine's."""
        if self.by == "person" and not self.who:
            raise refuse(_("没有任何角色能做这一步"), _("写 who，或写 by: system、by: reporter"))
        if self.by != "person" and self.who:
            raise refuse(_("by 不是 person 时不写 who"), _("删去 who"))
        if not self.automatic and self.by != "system":
            raise refuse(_("automatic 只用于 by: system"), _("写 by: system，或删去"))
        if self.on == "dispatch":
            for state in [*self.of, *([self.to] if self.to else [])]:
                if state not in DispatchState.values:
                    raise refuse(
                        _("派单没有状态“%(state)s”") % {"state": state}, meant(state, DispatchState.values)
                    )
        elif self.in_ or self.side == "sender":
            raise refuse(_("in 和 side 只用于 on: dispatch"), _("写 on: dispatch，或删去"))
        return self


class RouteSpec(PackModel):
    """Who is proposed for a matter: units of the nearest area above it whose name contains `unit`."""

    when: Annotated[Node, FilterOn(fact="matter_input")] = Field(EVERYTHING, description="适用条件")
    units: list[str] = Field(
        min_length=1,
        max_length=10,
        description="单位名称里的字样，先写的为主办；各地名称不一的用 / 隔开，如“城市管理局/综合执法局”",
    )
    kinds: list[Annotated[str, TermRef("unit_kinds")]] = Field([], description="限于哪些单位类型")

    @property
    def names(self) -> list[list[str]]:
        """For each unit proposed, the parts of names by which one place or another knows it."""
        return [[name.strip() for name in unit.split("/") if name.strip()] for unit in self.units]
