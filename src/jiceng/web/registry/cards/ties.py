"""What is tied to a record, table by table: which rows, which of their columns, and who may see them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.apps import apps
from django.db.models import Model, Q
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from jiceng.accounts.permissions import Permission as P
from jiceng.protection.scopes import ScopedModel, scoped
from jiceng.records.bases import valid_on
from jiceng.web.registry.cards.parts import Entry, Tied
from jiceng.web.registry.ledgers import table_of_model
from jiceng.web.registry.listing.terms import Words
from jiceng.web.shell.sight import sight

MOST = 12
BEGINS, ENDS, OPEN = _("自"), _("至"), _("卡片")


@dataclass(frozen=True, slots=True)
class Shown:
    """A column of a tied table: a lookup; `key` and `table` make it a link to that record's card."""

    label: str | Promise
    path: str
    key: str = ""
    table: str = ""


@dataclass(frozen=True, slots=True)
class Tie:
    """Rows of `model` whose `by` is the record, as far as `permission` shows them.

    `through` is the scoped record by which rows without a scope of their own are seen. With `past` the rows
    of every day up to the card's are shown, else those that hold on its day. `listed` (table and column)
    names the list on which all of them stand.
    """

    label: str | Promise
    model: str
    by: str
    columns: tuple[Shown, ...]
    permission: P
    through: str = ""
    past: bool = False
    listed: tuple[str, str] = ("", "")
    order: tuple[str, ...] = ("-valid_from", "pk")


def person(prefix: str = "person") -> Shown:
    return Shown(_("姓名"), f"{prefix}__name", f"{prefix}_id", "people")


def org(prefix: str = "party_org") -> Shown:
    return Shown(_("党组织"), f"{prefix}__name", f"{prefix}_id", "party-orgs")


def unit(prefix: str = "unit") -> Shown:
    return Shown(_("单位"), f"{prefix}__name", f"{prefix}_id", "units")


POST = Shown(_("职务"), "post")
TERM = Shown(_("任期届满"), "term_until")
KIND = Shown(_("类别"), "kind")
DOCUMENT = Shown(_("文号"), "document")
OWN_NAME = Shown(_("名称"), "name", "pk", "")


def _designations(by: str) -> Tie:
    return Tie(_("认定"), "organisations.designation", by, (KIND, DOCUMENT), P.REGISTRY_VIEW)


def _appointments(by: str, label: Promise) -> Tie:
    return Tie(label, "people.appointment", by, (person(), POST, TERM), P.MEMBERS_VIEW)


TIES: Mapping[str, tuple[Tie, ...]] = {
    "units": (
        Tie(_("建在这里的党组织"), "organisations.partyorg", "host_unit",
            (Shown(_("党组织"), "name", "pk", "party-orgs"), Shown(_("组织形式"), "form"),
             Shown(_("本届届满"), "term_until")), P.REGISTRY_VIEW),
        Tie(_("覆盖它的党组织"), "organisations.partyorgcover", "unit",
            (org(), Shown(_("覆盖方式"), "kind")), P.REGISTRY_VIEW),
        Tie(_("联系它的指导员"), "people.charge", "unit",
            (person("appointment__person"), Shown(_("职务"), "appointment__post"),
             Shown(_("任期届满"), "appointment__term_until")), P.MEMBERS_VIEW, through="appointment"),
        _appointments("unit", _("任职")),
        Tie(_("在这里工作的人"), "people.employment", "unit", (person(), Shown(_("招聘渠道"), "channel")),
            P.PEOPLE_VIEW, through="person", listed=("employments", "unit")),
        Tie(_("聚集在这里的单位"), "organisations.unit", "gathered_in",
            (Shown(_("单位"), "name", "pk", "units"), Shown(_("单位类型"), "kind"),
             Shown(_("职工人数"), "employees")), P.REGISTRY_VIEW, listed=("units", "gathered_in")),
        Tie(_("主管的单位"), "organisations.unit", "authority",
            (Shown(_("单位"), "name", "pk", "units"), Shown(_("单位类型"), "kind"),
             Shown(_("所在区域"), "region__name")), P.REGISTRY_VIEW, listed=("units", "authority")),
        _designations("unit"),
    ),
    "party-orgs": (
        Tie(_("下级党组织"), "organisations.partyorg", "superior",
            (Shown(_("党组织"), "name", "pk", "party-orgs"), Shown(_("组织形式"), "form"),
             Shown(_("本届届满"), "term_until")), P.REGISTRY_VIEW, listed=("party-orgs", "superior")),
        Tie(_("覆盖的单位"), "organisations.partyorgcover", "party_org",
            (unit(), Shown(_("区域"), "region__name", "region_id", "regions"), Shown(_("覆盖方式"), "kind")),
            P.REGISTRY_VIEW),
        _appointments("party_org", _("班子与任职")),
        Tie(_("党员"), "people.membership", "party_org",
            (person(), Shown(_("入党日期"), "admitted_on"), Shown(_("转正日期"), "full_on")), P.MEMBERS_VIEW,
            listed=("memberships", "party_org")),
        Tie(_("参加活动的人"), "people.participation", "party_org", (person(), KIND), P.MEMBERS_VIEW),
        Tie(_("双重领导与指导"), "organisations.partyorgtie", "party_org",
            (org("other"), Shown(_("关系"), "kind")), P.REGISTRY_VIEW),
        _designations("party_org"),
    ),
    "regions": (
        Tie(_("下级区域"), "organisations.region", "parent",
            (Shown(_("区域"), "name", "pk", "regions"), Shown(_("类型"), "kind"),
             Shown(_("区划代码"), "code")), P.REGISTRY_VIEW, listed=("regions", "parent"), order=("code", "pk")),
        Tie(_("托管的区域"), "organisations.regionholding", "holder",
            (Shown(_("区域"), "held__name", "held_id", "regions"),), P.REGISTRY_VIEW),
        Tie(_("建在这里的党组织"), "organisations.partyorg", "host_region",
            (Shown(_("党组织"), "name", "pk", "party-orgs"), Shown(_("组织形式"), "form"),
             Shown(_("本届届满"), "term_until")), P.REGISTRY_VIEW),
        _appointments("region", _("任职")),
        _designations("region"),
    ),
    "people": (
        Tie(_("组织关系"), "people.membership", "person",
            (org(), Shown(_("入党日期"), "admitted_on"), Shown(_("转正日期"), "full_on"),
             Shown(_("进入方式"), "entry"), Shown(_("离开方式"), "exit")), P.MEMBERS_VIEW, past=True),
        Tie(_("任职"), "people.appointment", "person",
            (POST, unit(), org(), Shown(_("所在区域"), "region__name", "region_id", "regions"), TERM),
            P.MEMBERS_VIEW, past=True),
        Tie(_("联系指导"), "people.charge", "appointment__person", (unit(), org()), P.MEMBERS_VIEW,
            through="appointment"),
        Tie(_("参加活动关系"), "people.participation", "person", (org(), KIND), P.MEMBERS_VIEW, past=True),
        Tie(_("工作单位"), "people.employment", "person", (unit(), Shown(_("招聘渠道"), "channel")),
            P.PEOPLE_VIEW, past=True),
        Tie(_("身份"), "people.standing", "person", (KIND, Shown(_("结束方式"), "ended_as"), DOCUMENT),
            P.PEOPLE_VIEW, past=True),
        Tie(_("经历"), "people.experience", "person", (KIND, Shown(_("单位及职务"), "place")), P.PEOPLE_VIEW,
            past=True),
        Tie(_("称号与技能"), "people.qualification", "person",
            (Shown(_("称号或等级"), "title"), Shown(_("行业"), "industry"), unit()), P.PEOPLE_VIEW,
            past=True),
    ),
    "households": (
        Tie(_("家庭成员"), "people.person", "household",
            (Shown(_("姓名"), "name", "pk", "people"), Shown(_("与户主关系"), "relation"),
             Shown(_("出生日期"), "birth_date")), P.PEOPLE_VIEW, order=("pk",)),
        Tie(_("身份"), "people.standing", "household", (KIND, Shown(_("结束方式"), "ended_as"), DOCUMENT),
            P.PEOPLE_VIEW, past=True),
    ),
    "appointments": (
        Tie(_("联系指导的对象"), "people.charge", "appointment", (unit(), org()), P.MEMBERS_VIEW),
    ),
}  # fmt: skip
"""Table → what its cards show below. Tables that are not named have nothing tied to them."""


def tied(request: Any, table: str, record: Model, day: date, words: Words) -> tuple[Tied, ...]:
    """The tables below a card: one query each, and none for what the visitor may not see."""
    return tuple(
        _tied(request, tie, record, day, words)
        for tie in TIES.get(table, ())
        if request.access.may(tie.permission)
    )


def _tied(request: Any, tie: Tie, record: Model, day: date, words: Words) -> Tied:
    paths, keys = [c.path for c in tie.columns], [c.key for c in tie.columns if c.key]
    with scoped(sight(request, tie.permission)):
        rows = _rows(tie, record, day).order_by(*tie.order)
        found = list(rows.values_list(*paths, "valid_from", "valid_to", *keys, "pk")[: MOST + 1])
    width = len(paths)
    model: type[Model] = apps.get_model(tie.model)
    table = "" if "pk" in keys else table_of_model(model)
    kept = []
    for row in found[:MOST]:
        targets = iter(row[width + 2 :])
        cells = [
            _entry(column, value, next(targets) if column.key else None, words)
            for column, value in zip(tie.columns, row, strict=False)
        ]
        ends = zip((BEGINS, ENDS), row[width : width + 2], strict=True)
        opened = (Entry(str(OPEN), "", _own(table, row[-1])),) if table else ()
        kept.append((*cells, *(Entry(_day(day), str(label)) for label, day in ends), *opened))
    heads = tuple(str(label) for label in (*(c.label for c in tie.columns), BEGINS, ENDS))
    heads += ("",) if table else ()
    more = len(found) > MOST
    return Tied(str(tie.label), heads, tuple(kept), more, _list_url(tie, record) if more else "")


def _own(table: str, key: int) -> str:
    """The card of the row itself, on which it is ended."""
    return reverse("registry:card", args=[table, key])


def _list_url(tie: Tie, record: Model) -> str:
    """The list of all of them: those that name the record."""
    table, column = tie.listed
    if not table:
        return ""
    return f"{reverse('registry:list', args=[table])}?{urlencode({column: str(record)})}"


def _rows(tie: Tie, record: Model, day: date) -> Any:
    model = apps.get_model(tie.model)
    when = Q(valid_from__lte=day) if tie.past else valid_on(day)
    rows = model._default_manager.filter(when, **{tie.by: record})
    if tie.through and not issubclass(model, ScopedModel):
        seen = model._meta.get_field(tie.through).related_model
        rows = rows.filter(**{f"{tie.through}__in": seen._default_manager.values("pk")})
    return rows


def _entry(column: Shown, value: Any, key: Any, words: Words) -> Entry:
    text = "" if value is None else _day(value) if isinstance(value, date) else str(value)
    if ":" in text and not key:
        text = words.label(text)
    url = reverse("registry:card", args=[column.table, key]) if key and text and column.table else ""
    return Entry(text, str(column.label), url, isinstance(value, int) and not isinstance(value, bool))


def _day(value: date | None) -> str:
    return value.isoformat() if value else ""
