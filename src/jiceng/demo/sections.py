"""What a pack says for the demonstration: `scenario`, its cohorts of records, and `names`."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any, Literal, Self

from pydantic import Field, model_validator

from jiceng.demo.walking.sections import Walk
from jiceng.packs.sections import PackModel, Section, register_section

# fmt: off
Make = Literal[
    "region", "unit", "party_org", "cover", "tie", "designation", "competence", "household",
    "membership", "participation", "appointment", "charge", "employment", "team", "post_slot", "standing",
    "qualification", "experience", "matter",
]
# fmt: on
Names = str | list[str]
Weights = dict[str, Annotated[float, Field(ge=0)]]


class RegionFilter(PackModel):
    """Regions on a day, by what they are and where they lie."""

    kind: Names | None = Field(None, description="区域类型；含下级词条")
    code: Names | None = Field(None, description="区划代码，本身")
    within: Names | None = Field(None, description="区划代码，及其以下")
    tag: Names | None = Field(None, description="regions.csv 中的标记")
    designation: Names | None = Field(None, description="本剧本中已认定为")
    from_: Names | None = Field(None, alias="from", description="某批次所在或所造的区域")
    except_: "RegionFilter | None" = Field(None, alias="except", description="除去这些")
    day: date | None = Field(None, description="以哪天的区划为准；缺省为做法包的日期")


class Spread(PackModel):
    """How unevenly a number lies over regions."""

    sigma: float = Field(default=0.4, ge=0, le=3, description="不均匀程度，0 为平均")
    least: int = Field(default=0, ge=0, description="每个区域至少")
    most: int | None = Field(default=None, ge=1, description="每个区域至多")
    weights: Weights = Field(default_factory=dict, description="按上级区划代码给的权重")


class Between(PackModel):
    """A range, both ends included."""

    between: tuple[int, int] = Field(description="从几到几，含两端")


class Count(PackModel):
    """A number that follows from others."""

    total: int | None = Field(None, ge=0, description="总数，减去 minus 各批次")
    minus: list[str] = Field(default_factory=list, description="从总数中减去的批次")
    share: float | None = Field(None, ge=0, description="另一批次的比例")
    of: str | None = Field(None, description="按哪一批次的比例")
    per: dict[str, int] | None = Field(None, description="按区划代码分别给出的数")

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        ways = [self.total is not None, self.share is not None, self.per is not None]
        if sum(ways) != 1 or (self.share is not None) != (self.of is not None):
            raise ValueError("写 total（可带 minus）、share 与 of、per 三者之一")
        return self


class Link(PackModel):
    """Which rows of other cohorts fill a column, and how they are shared out."""

    from_: Names | None = Field(None, alias="from", description="批次，或批次.子集、批次.!子集")
    where: dict[str, Any] = Field(default_factory=dict, description="对所选记录的条件")
    match: Names | None = Field(None, description="就近（region、village、town、county）或须相等的字段")
    distinct: bool = Field(False, description="每条至多用一次")
    least: int = Field(0, ge=0, description="每条至少用几次")
    most: int | None = Field(None, ge=1, description="每条至多用几次")
    sigma: float = Field(0.4, ge=0, le=3, description="不均匀程度，0 为平均")
    founders: int | None = Field(None, ge=0, description="组织成立当日起的正式党员数")
    new: bool = Field(False, description="新造一人（只用于 person）")
    copy_: str | None = Field(None, alias="copy", description="取自另一关联，如 party_org.host_unit")

    @model_validator(mode="after")
    def _one_source(self) -> Self:
        if sum((self.from_ is not None, self.new, self.copy_ is not None)) != 1:
            raise ValueError("写 from、new、copy 三者之一")
        return self


class Subset(PackModel):
    """An exact part of a cohort that differs from the rest."""

    count: int | Count = Field(description="个数，或 {share: 比例}")
    inside: Names | None = Field(None, description="只在这些子集内选")
    outside: Names | None = Field(None, description="只在这些子集外选")
    with_: dict[str, Any] = Field(default_factory=dict, alias="with", description="固定值")
    draw: dict[str, Any] = Field(default_factory=dict, description="抽取的值")
    of: dict[str, Names | Link] = Field(default_factory=dict, description="关联")
    rest: "Rest | None" = Field(None, description="其余记录的值")

    @model_validator(mode="before")
    @classmethod
    def _own_share(cls, given: Any) -> Any:
        count = given.get("count") if isinstance(given, Mapping) else None
        if isinstance(count, Mapping) and set(count) == {"share"}:
            return {**given, "count": {**count, "of": "."}}  # "." is the cohort itself
        return given


class Rest(PackModel):
    """What holds for the rows outside a subset."""

    with_: dict[str, Any] = Field(default_factory=dict, alias="with", description="固定值")
    draw: dict[str, Any] = Field(default_factory=dict, description="抽取的值")
    of: dict[str, Names | Link] = Field(default_factory=dict, description="关联")


class Term(PackModel):
    """A party organisation's term of office."""

    years: int = Field(ge=1, le=10, description="任期年数")
    overdue: float = Field(0, ge=0, le=1, description="届满未换届的比例")


class Cohort(PackModel):
    """Some number of rows of one registry table."""

    label: str = Field(min_length=1, max_length=60, description="名称，装入时显示")
    make: Make = Field(description="造哪张表的记录")
    note: str = Field("", max_length=400, description="说明")
    count: int | Between | Count | None = Field(None, description="个数")
    each: dict[str, RegionFilter | Names] | None = Field(
        None, description="逐个：{region: 区域条件} 或 {字段: 批次}"
    )
    rows: list[dict[str, Any]] | None = Field(None, description="逐条写出的记录")
    bulk: bool = Field(False, description="是否随比例缩小")
    in_: RegionFilter | None = Field(None, alias="in", description="落在哪些区域")
    spread: Spread = Field(Spread(), description="在区域间的分布")
    of: dict[str, Names | Link] = Field(default_factory=dict, description="关联的其他批次")
    with_: dict[str, Any] = Field(default_factory=dict, alias="with", description="固定值")
    draw: dict[str, Any] = Field(default_factory=dict, description="抽取的值")
    subset: dict[str, Subset] = Field(default_factory=dict, description="确切个数的子集")
    cover: bool = Field(True, description="党组织是否覆盖其依托单位或区域")
    joins: Link | None = Field(None, description="联合党组织还覆盖哪些单位或区域")
    term: Term | None = Field(None, description="党组织任期")
    employed: bool = Field(False, description="党员是否在其党组织覆盖的单位工作")
    people: int | None = Field(None, ge=1, description="各户人口总数")
    sizes: dict[int, float] | None = Field(None, description="户规模的权重")
    adopt: list[str] = Field(default_factory=list, description="入住各户的人员批次")
    walk: Walk | None = Field(None, description="事项怎样办理（make: matter）")

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        if self.count is None and self.each is None and self.rows is None:
            raise ValueError("写 count、each 或 rows")
        if self.each is not None and len(self.each) != 1:
            raise ValueError("each 只写一个字段")
        if isinstance(self.count, Between) and self.each is None:
            raise ValueError("count: {between: …} 只与 each 同用")
        if self.make == "household" and (self.people is None or not self.sizes):
            raise ValueError("household 须写 people 与 sizes")
        if (self.make == "matter") != (self.walk is not None):
            raise ValueError("walk 只与 make: matter 同用，matter 须写 walk")
        return self


class NameMaterial(PackModel):
    """One part of the material for names, in a shape of its own; `jiceng.demo.naming` reads and checks it."""

    # an editor may not ask for `value`: in a pack the material itself stands here
    model_config = PackModel.model_config | {"json_schema_extra": lambda schema: schema.clear()}

    value: Any = Field(description="姓氏、名字、行业用语等材料")

    @model_validator(mode="before")
    @classmethod
    def _as_written(cls, given: Any) -> Any:
        return {"value": given}


register_section(
    Section(
        "scenario",
        Cohort,
        keyed=True,
        label="演示数据",
        description="演示所造的记录：批次 → 造什么、多少、在哪里",
    )
)
register_section(
    Section(
        "names",
        NameMaterial,
        keyed=True,
        label="起名材料",
        description="演示用的虚构人名、单位名、小区名的材料",
    )
)
