"""What may be counted of matters: the matter, its dispatches, its steps, its clocks."""

from collections.abc import Callable
from typing import Any

from django.db.models import TextChoices
from django.utils.translation import get_language
from django.utils.translation import gettext_noop as _

from jiceng.matters.enums import DispatchState, Hand, Outcome, Part, Phase
from jiceng.packs import usages
from jiceng.records.facts import Column, Fact, Reference, register_fact


def _said(kind: type[TextChoices]) -> Callable[[str, Any], str]:
    """What the engine's own words are called."""
    labels = dict(kind.choices)
    return lambda value, _catalogue: str(labels.get(value, value))


def _clock(key: str, catalogue: Any) -> str:
    """What the types of matters call their clock `key`: most call it the same."""
    english = (get_language() or "").startswith("en")
    clocks = [spec.clocks[key] for spec in catalogue.section("matters").values() if key in spec.clocks]
    called = [clock.label_en if english and clock.label_en else clock.label for clock in clocks]
    return max(called, key=called.count, default=key)


register_fact(
    Fact(
        key="matter",
        table="matters_matter",
        label=_("事项"),
        model="matters.matter",
        begins="raised_on",
        ends="closed_on",
        territory=("region",),
        party=("party_org",),
        industry=("unit",),
        columns=(
            Column("type", "code", _("事项类型"), vocabulary="matters"),
            Column("category", "code", _("类别"), vocabulary="matter_categories"),
            Column("grade", "code", _("分级"), vocabulary="matter_grades"),
            Column("channel", "code", _("来源"), vocabulary="matter_channels"),
            Column("means", "code", _("办理方式"), vocabulary="matter_means"),
            Column("state", "text", _("状态")),
            Column("phase", "text", _("阶段"), words=_said(Phase)),
            Column("outcome", "text", _("结果"), words=_said(Outcome)),
            Column("households", "integer", _("涉及户数")),
            Column("days_taken", "integer", _("办理天数")),
            Column("reopened", "integer", _("重办次数")),
            Column("passes", "integer", _("流转次数")),
            Column("asked_on", "date", _("回访日期")),
            Column("reached", "boolean", _("已联系上")),
            Column("solved", "boolean", _("反映人认为已解决")),
            Column("satisfaction", "code", _("满意度"), vocabulary="satisfactions"),
            Reference("region", "region", _("所在区域")),
            Reference("unit", "unit", _("单位")),
            Reference("party_org", "party_org", _("党组织")),
            Reference("person", "person", _("人员")),
            Reference("household", "household", _("户")),
        ),
    )
)

register_fact(
    Fact(
        key="dispatch",
        table="matters_dispatch",
        label=_("派单"),
        model="matters.dispatch",
        begins="sent_on",
        ends="ended_on",
        territory=("matter", "region"),
        industry=("unit",),
        seen_with="matter",
        seen_at=("region",),
        columns=(
            Reference("matter", "matter", _("事项")),
            Reference("unit", "unit", _("承办单位")),
            Reference("region", "region", _("承办单位所在区域")),
            Column("part", "text", _("分工"), words=_said(Part)),
            Column("state", "text", _("状态"), words=_said(DispatchState)),
            Column("passes", "integer", _("流转次数")),
            Column("arrived_on", "date", _("到场日期")),
            Column("answered_on", "date", _("答复日期")),
            Column("late", "boolean", _("超时答复")),
            Column("coming", "code", _("到场评价"), vocabulary="dispatch_marks"),
            Column("cooperation", "code", _("配合评价"), vocabulary="dispatch_marks"),
            Column("effect", "code", _("成效评价"), vocabulary="dispatch_marks"),
        ),
    )
)

register_fact(
    Fact(
        key="matter_event",
        table="matters_event",
        label=_("办理步骤"),
        model="matters.event",
        begins="on",
        ends=None,
        territory=("matter", "region"),
        seen_with="matter",
        columns=(
            Reference("matter", "matter", _("事项")),
            Reference("dispatch", "dispatch", _("派单")),
            Column("step", "text", _("步骤")),
            Column("hand", "text", _("由谁办理"), words=_said(Hand)),
            Column("before", "text", _("原状态")),
            Column("after", "text", _("新状态")),
        ),
    )
)

register_fact(
    Fact(
        key="matter_clock",
        table="matters_clock",
        label=_("时限"),
        model="matters.clock",
        begins="started_on",
        ends="stopped_on",
        territory=("matter", "region"),
        seen_with="matter",
        columns=(
            Reference("matter", "matter", _("事项")),
            Reference("dispatch", "dispatch", _("派单")),
            Column("key", "text", _("时限"), words=_clock),
            Column("kept", "boolean", _("按时")),
        ),
    )
)

for _vocabulary in (
    "region_kinds", "unit_kinds", "matter_channels", "reporter_kinds", "matter_categories", "matter_grades",
    "matter_means", "satisfactions", "posts", "appointment_modes", "appointment_sources", "programmes",
    "party_org_forms", "party_org_modes", "party_org_natures", "sectors", "cover_kinds",
):  # fmt: skip
    usages.register(_vocabulary, "matters.flowkey", "term")
usages.register("matters", "matters.flow", "key")
usages.register("reporter_kinds", "matters.reporter", "kind")
