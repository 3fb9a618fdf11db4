"""Which records may be typed in and changed on a page, and by which action of which room."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Model
from django.utils.translation import gettext_lazy as _

from jiceng.organisations.actions.party_orgs import change_party_org, found_party_org
from jiceng.organisations.actions.regions import change_region
from jiceng.organisations.actions.units import change_unit, found_unit
from jiceng.people.actions.households import change_household, found_household
from jiceng.people.actions.persons import change_person, enter_person
from jiceng.people.actions.teams import create_slot, found_team
from jiceng.protection.actors import Actor
from jiceng.records.writing import write
from jiceng.web.registry.forms.inputs import Input

Found = Callable[..., Model]
Changed = Callable[..., Model]


@dataclass(frozen=True, slots=True)
class Spec:
    """A table's form. `found` makes a record, `changed` alters one; None: not on a page.

    `dated` says that a change takes effect on a day; `note` is the input that lets a failing code pass.
    """

    inputs: tuple[Input, ...]
    found: Found | None
    changed: Changed | None
    dated: bool = True
    note: str = ""


def _unit_changed(*, by: Actor, record: Any, day: date, reason: str, **values: Any) -> Model:
    return change_unit(by=by, unit=record, day=day, reason=reason, **values)


def _org_changed(*, by: Actor, record: Any, day: date, reason: str, **values: Any) -> Model:
    return change_party_org(by=by, party_org=record, day=day, reason=reason, **values)


def _region_changed(*, by: Actor, record: Any, day: date, reason: str, **values: Any) -> Model:
    return change_region(by=by, region=record, day=day, reason=reason, **values)


def _person_changed(*, by: Actor, record: Any, day: date, reason: str, **values: Any) -> Model:
    return change_person(by=by, person=record, reason=reason, **values)


def _household_changed(*, by: Actor, record: Any, day: date, reason: str, **values: Any) -> Model:
    return change_household(by=by, household=record, reason=reason, **values)


def _team_founded(*, by: Actor, day: date, reason: str, **values: Any) -> Model:
    with write(by=by, action="team.found", reason=reason):
        return found_team(by=by, day=day, **values)


def _slot_created(*, by: Actor, day: date, reason: str, **values: Any) -> Model:
    with write(by=by, action="slot.create", reason=reason):
        return create_slot(by=by, day=day, **values)


NOTE_HINT = _("代码校验不过而确属实际代码时，写明原因；会连同你的姓名一起保留")

SEAT = (
    Input("region", _("所在区域"), "regions", hint=_("单位、党组织、区域至少填一项")),
    Input("unit", _("单位"), "units"),
    Input("party_org", _("党组织"), "party-orgs"),
)

SPECS: Mapping[str, Spec] = {
    "units": Spec(
        inputs=(
            Input("name", _("单位名称"), must=True, wide=True),
            Input("code", _("统一社会信用代码")),
            Input("code_note", _("代码说明"), hint=NOTE_HINT),
            Input("kind", _("单位类型"), "term", "unit_kinds", must=True),
            Input("industry", _("行业"), "term", "industries"),
            Input("status", _("经营状态"), "term", "unit_statuses"),
            Input("region", _("所在区域"), "regions", must=True),
            Input("employees", _("职工人数"), "integer"),
            Input("above_scale", _("规上"), "boolean"),
            Input("principal", _("负责人")),
            Input("address", _("地址"), wide=True),
            Input("authority", _("行业主管部门"), "units"),
            Input("gathered_in", _("所在园区楼宇"), "units"),
            Input("surveyed_on", _("摸排日期"), "date"),
            Input("survey_source", _("摸排来源"), "term", "survey_sources"),
        ),
        found=found_unit,
        changed=_unit_changed,
        note="code_note",
    ),
    "party-orgs": Spec(
        inputs=(
            Input("name", _("党组织名称"), must=True, wide=True),
            Input("code", _("党组织编码"), must=True),
            Input("form", _("组织形式"), "term", "party_org_forms", must=True),
            Input("mode", _("组建方式"), "term", "party_org_modes", must=True),
            Input("nature", _("组织性质"), "term", "party_org_natures", must=True),
            Input("sector", _("领域"), "term", "sectors", must=True),
            Input("industry", _("行业"), "term", "industries"),
            Input("superior", _("上级党组织"), "party-orgs", wide=True),
            Input("region", _("所在区域"), "regions", must=True),
            Input("host_unit", _("依托单位"), "units"),
            Input("host_region", _("依托区域"), "regions"),
            Input("approval", _("批复文号")),
            Input("elected_on", _("选举日期"), "date"),
            Input("term_from", _("本届起始"), "date"),
            Input("term_until", _("本届届满"), "date"),
        ),
        found=found_party_org,
        changed=_org_changed,
    ),
    "people": Spec(
        inputs=(
            Input("name", _("姓名"), must=True),
            Input("sex", _("性别"), "term", "sexes"),
            Input("birth_date", _("出生日期"), "date"),
            Input("ethnicity", _("民族"), "term", "ethnicities"),
            Input("education", _("学历"), "term", "educations"),
            Input("full_time_education", _("全日制学历"), "term", "educations"),
            Input("region", _("所在区域"), "regions", must=True),
            Input("household", _("户编号"), "households"),
            Input("relation", _("与户主关系"), "term", "household_relations"),
            Input("citizen_id", _("公民身份号码"), sealed=True, hint=_("加密保存；不改就留空")),
            Input("citizen_id_note", _("证件说明"), hint=NOTE_HINT),
            Input("phone", _("电话"), sealed=True, hint=_("加密保存；不改就留空")),
        ),
        found=enter_person,
        changed=_person_changed,
        dated=False,
        note="citizen_id_note",
    ),
    "regions": Spec(
        inputs=(
            Input("name", _("区域名称"), must=True),
            Input("kind", _("类型"), "term", "region_kinds", must=True),
            Input("code", _("区划代码"), must=True),
            Input("code_note", _("代码说明"), hint=NOTE_HINT),
        ),
        found=None,
        changed=_region_changed,
        note="code_note",
    ),
    "households": Spec(
        inputs=(
            Input("code", _("户编号"), must=True),
            Input("region", _("所在区域"), "regions", must=True),
            Input("head_name", _("户主")),
            Input("address", _("住址"), wide=True),
        ),
        found=found_household,
        changed=_household_changed,
        dated=False,
    ),
    "teams": Spec(
        inputs=(
            Input("name", _("队伍名称"), must=True, wide=True),
            Input("kind", _("队伍类型"), "term", "team_kinds", must=True),
            Input("programme", _("专项"), "term", "programmes"),
            *SEAT,
        ),
        found=_team_founded,
        changed=None,
    ),
    "post-slots": Spec(
        inputs=(
            Input("name", _("岗位名称"), must=True, wide=True),
            Input("kind", _("岗位类型"), "term", "post_slot_kinds", must=True),
            *SEAT,
        ),
        found=_slot_created,
        changed=None,
    ),
}
"""Table → its form. Other tables are kept through workbooks."""
