"""What else may be done from a record's card, beside changing and ending it: a form each."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Model
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from jiceng.organisations.actions.party_orgs import dissolve_party_org, record_election
from jiceng.organisations.actions.standings import designate
from jiceng.organisations.actions.ties import cover
from jiceng.people.actions.appointments import appoint, renew_term, take_charge
from jiceng.people.actions.careers import employ, give_standing, note_experience, qualify
from jiceng.people.actions.memberships import (
    confirm_full,
    enter_membership,
    take_part,
    transfer,
    transfer_all,
)
from jiceng.people.models import Membership, Person
from jiceng.protection.actors import Actor
from jiceng.records.writing import write
from jiceng.web.registry.forms.inputs import Input

Done = Callable[..., Model | None]


@dataclass(frozen=True, slots=True)
class Act:
    """One thing that may be done to a record. `edits` is the table whose keepers may do it.

    `done` takes `by`, the record, the day, the reason and the inputs' values; what it gives is the record
    whose card is shown afterwards, None for the same. What is picked must lie in the visitor's reach where
    the act `reaches` there. `when` says whether it is offered for a record. `many` is
    the action under which it is done to many records at once; empty where it is done one by one only.
    """

    key: str
    label: Promise
    edits: str
    inputs: tuple[Input, ...]
    done: Done
    dated: bool = True
    reaches: bool = True
    many: str = ""
    when: Callable[[Any], bool] = bool


def _is_member(person: Person) -> bool:
    return Membership._base_manager.filter(person=person, valid_to__isnull=True).exists()


def _entered(*, by: Actor, record: Person, day: date, reason: str, **values: Any) -> None:
    enter_membership(by=by, person=record, day=day, reason=reason, **values)


def _transferred(*, by: Actor, record: Person, day: date, reason: str, **values: Any) -> None:
    transfer(by=by, person=record, day=day, reason=reason, **values)


def _membership_moved(*, by: Actor, record: Membership, day: date, reason: str, **values: Any) -> Model:
    return transfer(by=by, person=record.person, day=day, reason=reason, **values)


def _confirmed(*, by: Actor, record: Membership, day: date, reason: str) -> None:
    confirm_full(by=by, membership=record, day=day, reason=reason)


def _takes_part(*, by: Actor, record: Person, day: date, reason: str, **values: Any) -> None:
    with write(by=by, action="participation.begin", reason=reason):
        take_part(by=by, person=record, day=day, **values)


def _appointed(*, by: Actor, record: Person, day: date, reason: str, **values: Any) -> None:
    appoint(by=by, person=record, day=day, reason=reason, **values)


def _renewed(*, by: Actor, record: Any, day: date, reason: str, **values: Any) -> None:
    renew_term(by=by, appointment=record, reason=reason, **values)


def _charged(*, by: Actor, record: Any, day: date, reason: str, **values: Any) -> None:
    with write(by=by, action="charge.begin", reason=reason):
        take_charge(by=by, appointment=record, day=day, **values)


def _employed(*, by: Actor, record: Person, day: date, reason: str, **values: Any) -> None:
    with write(by=by, action="employment.begin", reason=reason):
        employ(by=by, person=record, day=day, **values)


def _experienced(*, by: Actor, record: Person, day: date, reason: str, **values: Any) -> None:
    with write(by=by, action="experience.note", reason=reason):
        note_experience(by=by, person=record, day=day, **values)


def _qualified(*, by: Actor, record: Person, day: date, reason: str, **values: Any) -> None:
    with write(by=by, action="qualification.give", reason=reason):
        qualify(by=by, person=record, day=day, **values)


def _standing(holder: str) -> Done:
    def given(*, by: Actor, record: Model, day: date, reason: str, **values: Any) -> None:
        with write(by=by, action="standing.give", reason=reason):
            give_standing(by=by, day=day, **({holder: record} | values))

    return given


def _designated(holder: str) -> Done:
    def given(*, by: Actor, record: Model, day: date, reason: str, **values: Any) -> None:
        with write(by=by, action="designation.begin", reason=reason):
            designate(by=by, day=day, **({holder: record} | values))

    return given


def _elected(*, by: Actor, record: Any, day: date, reason: str, **values: Any) -> None:
    with write(by=by, action="party_org.change", reason=reason):
        record_election(by=by, party_org=record, elected_on=day, **values)


def _covered(*, by: Actor, record: Any, day: date, reason: str, **values: Any) -> None:
    with write(by=by, action="party_org.cover", reason=reason):
        cover(by=by, party_org=record, day=day, **values)


def _moved_all(*, by: Actor, record: Any, day: date, reason: str, to: Any) -> None:
    transfer_all(by=by, source=record, to=to, day=day, reason=reason)


def _dissolved(*, by: Actor, record: Any, day: date, reason: str, into: Any = None) -> None:
    """The organisation ends; its members go where it goes, in the same write."""
    with write(by=by, action="party_org.dissolve", reason=reason):
        if into is not None:
            transfer_all(by=by, source=record, to=into, day=day, reason=reason)
        dissolve_party_org(by=by, party_org=record, day=day, into=into, reason=reason)


DOCUMENT = Input("document", _("文号"))
ADMITTED = Input("admitted_on", _("入党日期"), "date")
TO = Input("to", _("转入党组织"), "party-orgs", must=True, wide=True)

PLACED = (
    Input("unit", _("单位"), "units"),
    Input("party_org", _("党组织"), "party-orgs"),
    Input("region", _("所在区域"), "regions", hint=_("单位、党组织、区域至少填一项")),
)


def _designating(holder: str, edits: str) -> Act:
    inputs = (Input("kind", _("认定"), "term", "designations", must=True), DOCUMENT)
    return Act("designate", _("给予认定"), edits, inputs, _designated(holder), many="designation.begin")


def _standing_of(holder: str) -> Act:
    inputs = (Input("kind", _("身份"), "term", "standings", must=True), DOCUMENT)
    return Act("standing", _("认定身份"), "standings", inputs, _standing(holder), many="standing.give")


ACTS: Mapping[str, tuple[Act, ...]] = {
    "people": (
        Act("transfer", _("转接组织关系"), "memberships", (TO,), _transferred, when=_is_member),
        Act("enter", _("登记为党员"), "memberships", (
            Input("party_org", _("所在党组织"), "party-orgs", must=True, wide=True),
            Input("entry", _("进入方式"), "term", "membership_entries", must=True),
            ADMITTED, Input("full_on", _("转正日期"), "date"),
        ), _entered, when=lambda person: not _is_member(person)),
        Act("appoint", _("任职"), "appointments", (
            Input("post", _("职务"), "term", "posts", must=True), *PLACED,
            Input("mode", _("任职方式"), "term", "appointment_modes"),
            Input("source", _("选派来源"), "term", "appointment_sources"),
            Input("term_until", _("任期届满"), "date"), DOCUMENT,
        ), _appointed),
        Act("participate", _("登记参加活动"), "participations", (
            Input("party_org", _("参加的党组织"), "party-orgs", must=True, wide=True),
            Input("kind", _("类别"), "term", "participation_kinds", must=True),
        ), _takes_part),
        Act("employ", _("登记就业"), "employments", (
            Input("unit", _("工作单位"), "units", must=True, wide=True),
            Input("channel", _("招聘渠道"), "term", "hiring_channels"),
        ), _employed, reaches=False),
        Act("experience", _("登记经历"), "experiences", (
            Input("kind", _("类别"), "term", "experience_kinds", must=True),
            Input("place", _("单位及职务"), wide=True), Input("until", _("结束日期"), "date"),
        ), _experienced),
        Act("qualify", _("登记称号或技能"), "qualifications", (
            Input("title", _("称号或等级"), "term", "titles", must=True),
            Input("industry", _("行业"), "term", "industries"), DOCUMENT,
        ), _qualified),
        _standing_of("person"),
    ),
    "memberships": (
        Act("transfer", _("转接组织关系"), "memberships", (TO,), _membership_moved,
            many="membership.transfer"),
        Act("confirm", _("预备党员转正"), "memberships", (), _confirmed, when=lambda m: m.full_on is None,
            many="membership.confirm"),
    ),
    "appointments": (
        Act("renew", _("续聘"), "appointments", (
            Input("term_until", _("任期届满"), "date", must=True), DOCUMENT,
        ), _renewed, dated=False, many="appointment.renew"),
        Act("charge", _("分配联系指导"), "charges", PLACED[:2], _charged, many="charge.begin"),
    ),
    "households": (_standing_of("household"),),
    "party-orgs": (
        Act("elect", _("登记换届"), "party-orgs", (
            Input("term_until", _("本届届满"), "date", must=True),
        ), _elected),
        Act("cover", _("登记覆盖"), "covers", (
            Input("unit", _("单位"), "units", must=True, wide=True),
            Input("kind", _("覆盖方式"), "term", "cover_kinds", must=True),
        ), _covered),
        Act("transfer-all", _("整体转接党员"), "memberships", (TO,), _moved_all),
        _designating("party_org", "designations"),
        Act("dissolve", _("撤销或并入"), "party-orgs", (
            Input("into", _("并入的党组织"), "party-orgs", wide=True,
                  hint=_("党员随之转入；不填的须先转出党员和下级党组织")),
        ), _dissolved),
    ),
    "units": (_designating("unit", "designations"),),
    "regions": (_designating("region", "designations"),),
}  # fmt: skip
"""Table → what its cards offer beside change and end."""


def act_of(table: str, key: str) -> Act | None:
    """The act of this key on the cards of a table."""
    return next((act for act in ACTS.get(table, ()) if act.key == key), None)
