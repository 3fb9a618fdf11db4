"""Ledgers of the two coverages: every unit that the rules look at, and the gaps with the plan for each."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from jiceng.accounts.permissions import Permission
from jiceng.coverage.board import ledger_named
from jiceng.coverage.compiling import canonical
from jiceng.coverage.models import CompletenessSpan, CoverageSpan
from jiceng.coverage.queries import GAPS_FIRST, rule_texts, spans_on
from jiceng.matters.models import Matter
from jiceng.organisations.models import PartyOrgCover, UnitSpan
from jiceng.people.queries import charges_on
from jiceng.records.bases import valid_on
from jiceng.reports.asking import Asked
from jiceng.reports.sources import Lists, Name, Rows, Source, Values, Wanted, register_source
from jiceng.reports.sources.matter_lists import COLUMNS as OF_MATTERS
from jiceng.reports.sources.matter_lists import matter_rows

PLAN = "plan_"
COUNTS: Mapping[str, Name] = {
    "known_count": Name("台账单位数", "integer"),
    "scope_count": Name("纳入范围数", "integer"),
    "gaps_count": Name("未建数", "integer"),
    "obliged_count": Name("应建未建数", "integer"),
}
UNIT: Mapping[str, Name] = {
    "name": Name("单位"), "code": Name("统一社会信用代码"), "kind": Name("单位类型"), "industry": Name("行业"),
    "status": Name("经营状态"), "region": Name("属地"), "above": Name("上级区域"), "authority": Name("行业主管部门"),
    "gathered_in": Name("所在园区楼宇"), "address": Name("地址"), "principal": Name("负责人"),
    "employees": Name("职工人数", "integer"), "above_scale": Name("规上"), "members": Name("党员", "integer"),
    "full_members": Name("正式党员", "integer"), "party_orgs": Name("所在党组织", "texts"),
    "way": Name("覆盖方式"), "need": Name("应采取方式"), "rule": Name("应采取的措施"), "cites": Name("依据"),
    "coverage": Name("覆盖情况"), "instructors": Name("党建指导员", "texts"), "clear": Name("已清事项", "texts"),
    "unclear": Name("未清事项", "texts"), "surveyed_on": Name("摸排日期", "day"), "source": Name("摸排来源"),
    "struck": Name("销号"), "struck_on": Name("销号日期", "day"),
    **{PLAN + key: Name(f"攻坚方案的{name.label}", name.kind) for key, name in OF_MATTERS.items()},
}  # fmt: skip


def _gather(asked: Asked, wanted: Wanted) -> tuple[Values, Lists]:
    """Every unit of the first ledger in force on the last day, with the plan of the wanted type for each."""
    choice = ledger_named("")
    if choice is None:
        return dict.fromkeys(("ledger", *COUNTS), 0) | {"ledger": ""}, {
            "units": [],
            "gaps": [],
            "obliged": [],
        }
    rows = spans_on(choice.key, asked.last).filter(asked.inside("unit__region_path"))
    spans = list(rows.select_related("unit").order_by(*GAPS_FIRST))
    told = list(zip(spans, _told(spans, asked, wanted), strict=True))
    gaps = [row for span, row in told if span.in_scope and not span.organised]
    obliged = [row for span, row in told if span.obliged and not span.organised]
    values = {
        "ledger": choice.label,
        "known_count": len(spans),
        "scope_count": sum(span.in_scope for span in spans),
        "gaps_count": len(gaps),
        "obliged_count": len(obliged),
    }
    by_place = sorted(told, key=lambda each: (each[0].unit.region_path, each[0].unit_id))
    return values, {"units": [row for _span, row in by_place], "gaps": gaps, "obliged": obliged}


def _told(spans: Sequence[CoverageSpan], asked: Asked, wanted: Wanted) -> Iterable[dict[str, Any]]:
    """Each unit as it was on the last day; a handful of queries, however many there are."""
    keys = [span.unit_id for span in spans]
    on = UnitSpan.objects.filter(valid_on(asked.last), unit__in=keys)
    facts = {f.unit_id: f for f in on.select_related("region__parent", "authority", "gathered_in")}
    orgs, instructors, clear = _orgs(keys, asked), _instructors(keys, asked), _clear(keys, asked)
    plans = _plans(keys, asked, wanted)
    for span in spans:
        key = span.unit_id
        yield {
            **_of_unit(facts.get(key, span.unit), span, asked),
            **_of_coverage(span, asked),
            "party_orgs": orgs[key],
            "instructors": instructors[key],
            "clear": clear[key, True],
            "unclear": clear[key, False],
            **plans.get(key, {}),
        }


def _of_unit(facts: Any, span: CoverageSpan, asked: Asked) -> dict[str, Any]:
    unit, label = span.unit, asked.label
    above = facts.region.parent
    return {
        "name": facts.name,
        "code": unit.code,
        "kind": label(facts.kind, "unit_kinds"),
        "industry": label(facts.industry, "industries"),
        "status": label(facts.status, "unit_statuses"),
        "region": facts.region.name,
        "above": above.name if above is not None else "",
        "authority": str(facts.authority or ""),
        "gathered_in": str(facts.gathered_in or ""),
        "address": unit.address,
        "principal": unit.principal,
        "employees": facts.employees,
        "above_scale": {True: "是", False: "否"}.get(facts.above_scale, ""),
        "surveyed_on": unit.surveyed_on,
        "source": label(unit.survey_source, "survey_sources"),
    }


def _of_coverage(span: CoverageSpan, asked: Asked) -> dict[str, Any]:
    label = asked.label
    text, cites = rule_texts(asked.catalogue, span.rule, "zh") if span.rule else ("", "")
    return {
        "members": span.members,
        "full_members": span.full_members,
        "way": label(span.way, "cover_kinds"),
        "need": label(span.need, "cover_kinds"),
        "rule": text,
        "cites": cites,
        "coverage": _state(span),
    }


def _state(span: CoverageSpan) -> str:
    if span.excluded:
        return "剔除"
    if not span.in_scope:
        return "不在范围"
    if span.organised:
        return "组织覆盖"
    return "工作覆盖" if span.worked else "未覆盖"


def _orgs(keys: Sequence[int], asked: Asked) -> dict[int, list[str]]:
    found: dict[int, list[str]] = defaultdict(list)
    covers = PartyOrgCover.objects.filter(valid_on(asked.last), unit__in=keys).select_related("party_org")
    for cover in covers.order_by("pk"):
        if cover.unit_id is not None:
            found[cover.unit_id].append(cover.party_org.name)
    return found


def _instructors(keys: Sequence[int], asked: Asked) -> dict[int, list[str]]:
    found: dict[int, list[str]] = defaultdict(list)
    for charge in charges_on(asked.last, unit__in=keys):
        found[charge.unit_id].append(charge.appointment.person.name)
    return found


def _clear(keys: Sequence[int], asked: Asked) -> dict[tuple[int, bool], list[str]]:
    """The N clear items of each unit, those that are clear and those that are not."""
    found: dict[tuple[int, bool], list[str]] = defaultdict(list)
    rows = CompletenessSpan.objects.filter(valid_on(asked.last), unit__in=keys).order_by("item")
    for span in rows:
        found[span.unit_id, span.clear].append(asked.label(span.item, "completeness"))
    return found


def _plans(keys: Sequence[int], asked: Asked, wanted: Wanted) -> dict[int, dict[str, Any]]:
    """The latest matter of the wanted type about each unit: its facts as `plan_…`, its fields, whether struck off."""
    if not wanted.of:
        return {}
    rows = Matter.objects.filter(
        unit__in=keys, type=canonical(asked.catalogue, "matters", wanted.of), raised_on__lte=asked.last
    )
    latest = {matter.unit_id: matter for matter in rows.order_by("raised_on", "pk")}
    matters = list(latest.values())
    found = {}
    for matter, row in zip(matters, matter_rows(matters, asked), strict=True):
        done = matter.closed_on is not None and matter.closed_on <= asked.last
        named = {(key if key.startswith("field_") else PLAN + key): value for key, value in row.items()}
        struck = {"struck": "已销号" if done else "未销号", "struck_on": matter.closed_on if done else None}
        found[int(matter.unit_id or 0)] = {**named, **struck}
    return found


COVERAGE = register_source(
    Source(
        key="coverage",
        label="区域的两个覆盖",
        names={"ledger": Name("台账"), **COUNTS},
        lists={
            "units": Rows("台账里的全部单位", UNIT, fields=True),
            "gaps": Rows("纳入范围而未建党组织的单位", UNIT, fields=True),
            "obliged": Rows("应建未建的单位", UNIT, fields=True),
        },
        gather=_gather,
        permission=Permission.COVERAGE_VIEW,
        table="units",
    )
)
