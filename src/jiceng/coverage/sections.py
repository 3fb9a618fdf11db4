"""What a pack says of coverage: ledgers with their rules, and the items of N clear."""

from typing import Annotated, Literal

from pydantic import Field

from jiceng.packs.filters.nodes import EVERYTHING, Node
from jiceng.packs.references import FilterOn, ItemRef, TermRef
from jiceng.packs.sections import PackModel, Section, register_section


class NeedSpec(PackModel):
    """One rule: what a unit that meets `when` needs. The first rule that holds applies."""

    key: str = Field(pattern=r"^[a-z][a-z0-9_]{0,39}$", description="规则的键，在本台账内唯一")
    when: Annotated[Node, FilterOn(fact="coverage_input")] = Field(EVERYTHING, description="适用条件")
    ask: Annotated[str, TermRef("cover_kinds")] = Field(description="应采取的覆盖方式")
    obliged: bool = Field(description="是否计入“应建”")
    text: str = Field(max_length=300, description="规则的中文表述，显示在缺口清单里")
    text_en: str = Field("", max_length=300, description="规则的英文表述")
    cites: str = Field(max_length=200, description="依据：文件及条款")


class RatesSpec(PackModel):
    """The indicators that open when someone clicks a rate of this ledger."""

    organised: Annotated[str | None, ItemRef("indicators")] = Field(None, description="组织覆盖率对应的指标")
    obliged: Annotated[str | None, ItemRef("indicators")] = Field(None, description="应建已建率对应的指标")
    worked: Annotated[str | None, ItemRef("indicators")] = Field(None, description="工作覆盖率对应的指标")


class CoverageSpec(PackModel):
    """A coverage ledger (覆盖台账): which units it looks at, which are in scope, what counts as covered."""

    label: str = Field(max_length=60, description="台账名称")
    name_en: str = Field("", max_length=120, description="英文名称")
    base: Literal["units", "places", "fields"] = Field(description="覆盖对象：单位、聚集场所、新兴领域")
    kinds: list[Annotated[str, TermRef("unit_kinds")]] = Field(description="纳入台账的单位类型（含下级）")
    natures: list[Annotated[str, TermRef("party_org_natures")]] = Field(
        description="计入组织覆盖的组织性质，一般只有实体型"
    )
    instructor_posts: list[Annotated[str, TermRef("posts")]] = Field(description="计为党建指导员的职务")
    group_designations: list[Annotated[str, TermRef("designations")]] = Field(
        description="计为群团组织的认定"
    )
    in_scope: Annotated[Node, FilterOn(fact="coverage_input")] = Field(
        EVERYTHING, description="纳入范围的口径"
    )
    organised: list[Annotated[str, TermRef("cover_kinds")]] = Field(
        description="计入组织覆盖的方式，按先后取第一个"
    )
    worked: Annotated[Node, FilterOn(fact="coverage_input")] = Field(
        EVERYTHING, description="没有党组织时计入工作覆盖的条件"
    )
    rates: RatesSpec = Field(
        RatesSpec(organised=None, obliged=None, worked=None), description="点开比率时打开的指标"
    )
    needs: list[NeedSpec] = Field(min_length=1, max_length=20, description="规则，从上到下第一条适用的生效")


class CompletenessSpec(PackModel):
    """One item of N clear (五个清)."""

    label: str = Field(max_length=30, description="名称")
    label_en: str = Field("", max_length=60, description="英文名称")
    ledger: Annotated[str, ItemRef("coverage")] = Field(description="属于哪个覆盖台账")
    clear: Annotated[Node, FilterOn(fact="coverage_input")] = Field(description="“清”的条件")


register_section(
    Section("coverage", CoverageSpec, keyed=True, label="覆盖台账", description="两个覆盖的口径与规则")
)
register_section(
    Section("completeness", CompletenessSpec, keyed=True, label="N个清", description="摸排清单项及其判定条件")
)
