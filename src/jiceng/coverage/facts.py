"""What may be counted of coverage: the derived spans, so that trends and as-of are plain counting."""

from django.utils.translation import gettext_noop as _

from jiceng.packs import usages
from jiceng.records.facts import Column, Fact, Reference, register_fact

register_fact(
    Fact(
        key="coverage",
        table="coverage_coveragespan",
        label=_("覆盖情况"),
        model="coverage.coveragespan",
        territory=("unit", "region"),
        industry=("unit",),
        columns=(
            Reference("unit", "unit", _("单位")),
            Column("ledger", "code", _("覆盖台账"), vocabulary="coverage"),
            Column("base", "text", _("覆盖对象")),
            Column("in_scope", "boolean", _("纳入范围")),
            Column("excluded", "boolean", _("剔除")),
            Column("obliged", "boolean", _("应建")),
            Column("organised", "boolean", _("组织覆盖")),
            Column("worked", "boolean", _("工作覆盖")),
            Column("way", "code", _("覆盖方式"), vocabulary="cover_kinds"),
            Column("need", "code", _("应采取方式"), vocabulary="cover_kinds"),
            Column("rule", "code", _("依据规则")),
            Column("members", "integer", _("党员")),
            Column("full_members", "integer", _("正式党员")),
        ),
    )
)

register_fact(
    Fact(
        key="completeness",
        table="coverage_completenessspan",
        label=_("清单完整度"),
        model="coverage.completenessspan",
        territory=("unit", "region"),
        industry=("unit",),
        columns=(
            Reference("unit", "unit", _("单位")),
            Column("item", "code", _("清单项"), vocabulary="completeness"),
            Column("clear", "boolean", _("已清")),
        ),
    )
)

# What no fact counts holds keys of packs as well.
usages.register("exclusion_reasons", "coverage.exclusion", "reason")
usages.register("coverage", "coverage.exclusion", "ledger")
