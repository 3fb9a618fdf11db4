"""What may be counted of regions, units and party organisations."""

from django.utils.translation import gettext_noop as _

from jiceng.packs import usages
from jiceng.records.facts import Column, Fact, Reference, register_fact

REGION = register_fact(
    Fact(
        key="region",
        table="organisations_region",
        label=_("区域"),
        model="organisations.region",
        territory=(),
        spans="organisations_regionspan",
        spans_key="region_id",
        columns=(
            Column("code", "text", _("区划代码"), dated=True),
            Column("name", "text", _("名称"), dated=True),
            Column("kind", "code", _("类型"), vocabulary="region_kinds", dated=True),
            Column("level", "integer", _("层级"), dated=True),
            Column("living", "boolean", _("存续"), dated=True),
            Column("pending", "boolean", _("待分配"), dated=True),
            Column("path", "text", _("区域路径"), dated=True),
            Reference("parent", "region", _("上级区域"), dated=True),
        ),
    )
)

UNIT = register_fact(
    Fact(
        key="unit",
        table="organisations_unit",
        label=_("单位"),
        model="organisations.unit",
        territory=("region",),
        industry=(),
        spans="organisations_unitspan",
        spans_key="unit_id",
        columns=(
            Column("kind", "code", _("单位类型"), vocabulary="unit_kinds", dated=True),
            Column("industry", "code", _("行业"), vocabulary="industries", dated=True),
            Column("status", "code", _("经营状态"), vocabulary="unit_statuses", dated=True),
            Column("employees", "integer", _("职工人数"), dated=True),
            Column("above_scale", "boolean", _("规上"), dated=True),
            Column("authority_path", "text", _("行业主管路径"), dated=True),
            Reference("region", "region", _("所在区域"), dated=True),
            Reference("authority", "unit", _("行业主管部门"), dated=True),
            Reference("gathered_in", "unit", _("所在园区楼宇"), dated=True),
            Column("code", "text", _("统一社会信用代码")),
            Column("surveyed_on", "date", _("摸排日期")),
            Column("survey_source", "code", _("摸排来源"), vocabulary="survey_sources"),
        ),
    )
)

PARTY_ORG = register_fact(
    Fact(
        key="party_org",
        table="organisations_partyorg",
        label=_("党组织"),
        model="organisations.partyorg",
        territory=("region",),
        party=(),
        spans="organisations_partyorgspan",
        spans_key="party_org_id",
        columns=(
            Column("form", "code", _("组织形式"), vocabulary="party_org_forms", dated=True),
            Column("mode", "code", _("组建方式"), vocabulary="party_org_modes", dated=True),
            Column("nature", "code", _("组织性质"), vocabulary="party_org_natures", dated=True),
            Column("sector", "code", _("领域"), vocabulary="sectors", dated=True),
            Column("industry", "code", _("行业"), vocabulary="industries", dated=True),
            Column("living", "boolean", _("存续"), dated=True),
            Column("path", "text", _("隶属路径"), dated=True),
            Reference("superior", "party_org", _("上级党组织"), dated=True),
            Reference("region", "region", _("所在区域"), dated=True),
            Reference("host_unit", "unit", _("依托单位")),
            Reference("host_region", "region", _("依托区域")),
            Column("elected_on", "date", _("选举日期")),
            Column("term_until", "date", _("届满日期")),
        ),
    )
)

COVER = register_fact(
    Fact(
        key="cover",
        table="organisations_partyorgcover",
        label=_("党组织覆盖"),
        model="organisations.partyorgcover",
        territory=("party_org", "region"),
        party=("party_org",),
        columns=(
            Column("kind", "code", _("覆盖方式"), vocabulary="cover_kinds"),
            Reference("party_org", "party_org", _("党组织")),
            Reference("unit", "unit", _("单位")),
            Reference("region", "region", _("区域")),
        ),
    )
)

DESIGNATION = register_fact(
    Fact(
        key="designation",
        table="organisations_designation",
        label=_("认定"),
        model="organisations.designation",
        territory=("region",),
        or_territory=(("unit", "region"), ("party_org", "region")),
        columns=(
            Column("kind", "code", _("认定"), vocabulary="designations"),
            Reference("region", "region", _("区域")),
            Reference("unit", "unit", _("单位")),
            Reference("party_org", "party_org", _("党组织")),
        ),
    )
)

HOLDING = register_fact(
    Fact(
        key="holding",
        table="organisations_regionholding",
        label=_("托管"),
        model="organisations.regionholding",
        territory=("holder",),
        columns=(
            Reference("holder", "region", _("功能区")),
            Reference("held", "region", _("托管区域")),
        ),
    )
)

# What no fact counts holds keys of packs as well.
usages.register("tie_kinds", "organisations.partyorgtie", "kind")
usages.register("coverage", "organisations.competence", "ledger")
