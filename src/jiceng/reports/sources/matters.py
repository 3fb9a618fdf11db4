"""Papers of matters: what a step that brings one forth offers to its template."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from typing import Any

from django.utils import timezone

from jiceng.matters.enums import COUNTED, DispatchState, Part
from jiceng.matters.flows import in_force, spec_of, vocabulary_of
from jiceng.matters.models import Dispatch, Event, Matter, MatterLink
from jiceng.matters.sections import FieldSpec, MatterSpec
from jiceng.matters.values import FILES, RECORDS, SEVERAL, label_of
from jiceng.reports.numerals import chinese_day, chinese_moment
from jiceng.reports.sources import Name, Rows, Source, register_source

FACTS = {
    "matter_number": Name("事项编号"),
    "matter_title": Name("事项标题"),
    "matter_text": Name("事项内容"),
    "type": Name("事项类型"),
    "category": Name("类别"),
    "grade": Name("分级"),
    "region": Name("区域"),
    "above": Name("上级区域"),
    "raised": Name("提出日期", "day"),
    "deadline": Name("限期", "day"),
    "due": Name("到期时间", "moment"),
    "closed": Name("办结日期", "day"),
    "days_late": Name("超期天数", "integer"),
    "lead": Name("主办单位", "texts"),
    "support": Name("协办单位", "texts"),
}
"""What is said of a matter; of the one that it hangs on under names that begin with `other_`."""

MATTER = register_source(
    Source(
        key="matter",
        label="事项",
        names={
            **FACTS,
            **{f"other_{key}": Name(f"所关联事项的{name.label}", name.kind) for key, name in FACTS.items()},
            "unit": Name("单位"),
            "party_org": Name("党组织"),
            "person": Name("人员"),
            "lead_person": Name("责任人"),
            "step": Name("步骤"),
            "on": Name("办理日期", "day"),
            "by": Name("办理人"),
            "office": Name("办理人身份"),
            "note": Name("说明"),
            "statement": Name("这一步所写的正文"),
            "step_day": Name("这一步所定的日期", "day"),
            "step_records": Name("这一步所涉的单位、组织和人员", "texts"),
            "receivers_all": Name("承办单位", "texts"),
        },
        lists={
            "receivers": Rows(
                "承办单位",
                {
                    "unit": Name("单位"), "part": Name("分工"), "state": Name("状态"), "sent": Name("派单日期", "day"),
                    "signed": Name("签收时间", "moment"), "arrived": Name("到场时间", "moment"),
                    "answered": Name("答复日期", "day"), "answer": Name("答复"),
                },
            ),
            "fields": Rows("这一步填写的内容", {"label": Name("栏目"), "value": Name("内容")}),
            "all_fields": Rows("全部填写的内容", {"label": Name("栏目"), "value": Name("内容")}),
            "steps": Rows(
                "办理经过",
                {"at": Name("时间", "moment"), "step": Name("步骤"), "by": Name("办理人"), "note": Name("说明")},
            ),
        },
    )
)  # fmt: skip


def matter_values(event: Event, now: datetime) -> tuple[dict[str, Any], dict[str, list[dict[str, Any]]]]:
    """What the paper of a step may write, as the matter stands at `now`: values and lists for `documents.filled`. The
    asker may see the matter. Who reported it is never among them.
    """
    matter = event.matter
    spec = spec_of(matter.flow)
    parts = list(Dispatch._base_manager.filter(matter=matter).select_related("unit").order_by("pk"))
    told = event.values()
    link = (
        MatterLink.objects.filter(matter=matter)
        .select_related("other__flow", "other__region__parent")
        .first()
    )
    step = spec.steps.get(event.step)
    values = {
        **facts_of(matter, spec, parts, now),
        "unit": str(matter.unit or ""),
        "party_org": str(matter.party_org or ""),
        "person": str(matter.person or ""),
        "lead_person": str(matter.lead_person or ""),
        "step": step.label if step is not None else event.step,
        "on": event.on,
        "by": event.actor_name,
        "office": event.office,
        "note": event.note,
        **_of_step(spec, told),
        "statement": "\n".join(
            str(v) for key, v in told.items() if _is(spec, key, lambda f: f.kind == "lines")
        ),
        "receivers_all": [str(part.unit) for part in parts if part.state in COUNTED],
    }
    if link is not None:
        other = link.other
        others = list(Dispatch._base_manager.filter(matter=other).select_related("unit").order_by("pk"))
        facts = facts_of(other, spec_of(other.flow), others, now)
        values |= {f"other_{key}": value for key, value in facts.items()}
    kept = matter.values() | told
    lists = {
        "receivers": [_receiver(part) for part in parts if part.state in COUNTED],
        "fields": list(_rows(spec, told, matter)),
        "all_fields": list(_rows(spec, kept, matter)),
        "steps": list(_steps(matter, spec, event)),
    }
    return values, lists


def _of_step(spec: MatterSpec, told: Mapping[str, Any]) -> dict[str, Any]:
    """The first day that the step set, and the records that it named or made."""
    fields = {key: spec.fields[key] for key, value in told.items() if key in spec.fields and value}
    days = [told[key] for key, field in fields.items() if field.kind == "date"]
    records = [said(spec, field, told[key]) for key, field in fields.items() if field.kind in RECORDS]
    return {
        "step_day": date.fromisoformat(str(days[0])) if days else None,
        "step_records": [name for name in records if name],
    }


def _is(spec: MatterSpec, key: str, fits: Callable[[FieldSpec], bool]) -> bool:
    return key in spec.fields and fits(spec.fields[key])


def facts_of(matter: Matter, spec: MatterSpec, parts: Iterable[Dispatch], now: datetime) -> dict[str, Any]:
    """What `FACTS` names of a matter that was given to `parts`, as it stands at `now`."""
    label, counted = in_force().label, [part for part in parts if part.state in COUNTED]
    above = matter.region.parent
    late = matter.due_at is not None and matter.due_at < now
    return {
        "matter_number": matter.number,
        "matter_title": matter.title,
        "matter_text": matter.text,
        "type": spec.label,
        "category": label(matter.category, "zh", spec.categories) if matter.category else "",
        "grade": label(matter.grade, "zh", spec.grades) if matter.grade else "",
        "region": matter.region.name,
        "above": above.name if above is not None else "",
        "raised": matter.raised_on,
        "deadline": matter.promised_on,
        "due": matter.due_at,
        "closed": matter.closed_on,
        "days_late": (timezone.localdate(now) - timezone.localdate(matter.due_at)).days if late else None,
        "lead": [str(part.unit) for part in counted if part.part == Part.LEAD],
        "support": [str(part.unit) for part in counted if part.part == Part.SUPPORT],
    }


def _receiver(part: Dispatch) -> dict[str, Any]:
    return {
        "unit": str(part.unit),
        "part": "主办" if part.part == Part.LEAD else "协办",
        "state": str(DispatchState(part.state).label),
        "sent": part.sent_on,
        "signed": part.signed_at,
        "arrived": part.arrived_at,
        "answered": part.answered_on,
        "answer": part.answer,
    }


def _rows(spec: MatterSpec, told: Mapping[str, Any], matter: Matter) -> Iterable[dict[str, Any]]:
    """What was filled in, field by field, in words; files only by how many there are."""
    for key, value in told.items():
        if key in spec.fields and value not in (None, "", []):
            field = spec.fields[key]
            yield {"label": label_of(field, english=False), "value": said(spec, field, value)}


def said(spec: MatterSpec, field: FieldSpec, value: Any) -> str:
    """A kept value in Chinese words: records by their names, terms by theirs, days as papers write them."""
    if field.kind in RECORDS:
        rows = RECORDS[field.kind]._base_manager.in_bulk(value if field.kind in SEVERAL else [value])
        return "、".join(str(row) for row in rows.values())
    if field.kind in FILES:
        return f"{len(value)}份"
    if field.kind in ("term", "terms"):
        name = vocabulary_of(spec, field)
        return "、".join(
            in_force().label(key, "zh", name) for key in (value if isinstance(value, list) else [value])
        )
    if field.kind == "boolean":
        return "是" if value else "否"
    if field.kind == "date":
        return chinese_day(date.fromisoformat(str(value)))
    if field.kind == "datetime":
        return chinese_moment(datetime.fromisoformat(str(value)))
    return str(value)


def _steps(matter: Matter, spec: MatterSpec, event: Event) -> Iterable[dict[str, Any]]:
    """The timeline up to the step, its own included."""
    for line in Event.objects.filter(matter=matter, seq__lte=event.seq).order_by("seq"):
        step = spec.steps.get(line.step)
        label = step.label if step is not None else "提出" if line.step == "raise" else line.step
        yield {"at": line.at, "step": label, "by": line.actor_name, "note": line.note}


def number_kept(event: Event) -> str:
    """The document number that the step took (the effect `number`); empty where it took none."""
    spec = spec_of(event.matter.flow)
    step = spec.steps.get(event.step)
    fields = (
        [effect.settings.field for effect in step.does if effect.do == "number"] if step is not None else []
    )
    found = (str(event.values().get(field) or event.matter.values().get(field) or "") for field in fields)
    return next((number for number in found if number), "")
