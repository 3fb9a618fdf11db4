"""What waits for the visitor, and what is running out in the own area, with how long there is left."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import F
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, npgettext

from jiceng.accounts.deciding import Decision
from jiceng.accounts.exports import awaiting
from jiceng.accounts.models import ExportRequest
from jiceng.accounts.permissions import Permission as P
from jiceng.accounts.roles import Node
from jiceng.coverage.exclusions import awaiting_exclusions
from jiceng.exchange.models import ImportRun
from jiceng.exchange.receiving import runs_of
from jiceng.forms.queries import asked_of
from jiceng.matters.queries.inbox import turns_of
from jiceng.organisations.models import PartyOrg, Unit
from jiceng.people.models import Appointment
from jiceng.protection.scopes import scoped
from jiceng.records.bases import valid_on
from jiceng.web.matters.moments import countdown, now_for
from jiceng.web.matters.naming import address_of
from jiceng.web.shell.sight import sight

AHEAD = timedelta(days=90)
SOON = 30
STALE = timedelta(days=180)
EACH = 6


@dataclass(frozen=True, slots=True)
class Due:
    """One line: what, where it leads, how urgent it is in shape and words."""

    what: str
    url: str
    light: str
    said: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """Lines of one kind; `more` leads to the whole list."""

    label: str
    lines: tuple[Due, ...]
    more: str = ""


def due(request: Any) -> list[Group]:
    """Everything that waits or runs out, empty groups left out; as many queries for much as for little."""
    groups = [_matters(request), _waiting(request), _mine(request), _terms(request), _posts(request)]
    return [group for group in groups if group and group.lines]


def _matters(request: Any) -> Group | None:
    """Matters that wait for the visitor or her office, what is late or due first."""
    if not request.access.may(P.MATTERS_VIEW):
        return None
    rows = turns_of(request.access).order_by(F("due_at").asc(nulls_last=True), "pk")
    found = list(rows.select_related("matter__region")[: EACH + 1])
    now, lines = now_for(request), []
    for turn in found[:EACH]:
        light, left = countdown(turn.amber_at, turn.due_at, now)
        where = turn.matter.region.name
        lines.append(Due(turn.matter.title, address_of(turn.matter), light, left or _("不计时"), where))
    return Group(_("待办事项"), tuple(lines), reverse("matters:inbox") if len(found) > EACH else "")


def _waiting(request: Any) -> Group:
    """Decisions that wait, files that are ready, imports that were left half-way."""
    lines = []
    if request.access.may(P.EXPORT_APPROVE):
        number = awaiting(request.access).count()
        if number:
            said = npgettext("request", "%(n)s 件", "%(n)s 件", number) % {"n": number}
            lines.append(Due(_("导出申请等你审批"), reverse("exports:list"), "warn", said))
    if request.access.may(P.COVERAGE_EXCLUDE):
        number = awaiting_exclusions(request.access).count()
        if number:
            said = npgettext("request", "%(n)s 件", "%(n)s 件", number) % {"n": number}
            lines.append(Due(_("覆盖剔除等你审批"), reverse("coverage:exclusions"), "warn", said))
    if request.access.may(P.FORMS_ANSWER):
        number = len(asked_of(request.access))
        if number:
            said = ngettext("%(n)s 处", "%(n)s 处", number) % {"n": number}
            lines.append(Due(_("上级的表有空缺等你填"), reverse("forms:answers"), "warn", said))
    if request.access.may(P.EXPORT):
        ready = ExportRequest.objects.filter(requested_by=request.access.user, status=Decision.APPROVED)
        for each in ready.order_by("-id")[:EACH]:
            lines.append(Due(_("导出已批准，可以下载"), reverse("exports:list"), "good", each.label))
    if request.access.may(P.IMPORT):
        open_states = (ImportRun.State.RECEIVED, ImportRun.State.STAGED)
        for run in runs_of(request.actor).filter(state__in=open_states)[:EACH]:
            address = reverse("imports:columns", args=[run.uid])
            lines.append(Due(_("导入还没有完成"), address, "warn", run.file_name))
    return Group(_("等我办"), tuple(lines))


def _mine(request: Any) -> Group | None:
    """The units in an instructor's charge, those not visited for longest first."""
    posts = [held for held in request.access.held if held.role.node == Node.APPOINTMENT]
    if not posts:
        return None
    with scoped(sight(request, P.REGISTRY_VIEW)):
        rows = Unit.objects.filter(pk__in=posts[0].scope.held.get("organisations.unit", ()))
        rows = rows.filter(valid_on(request.today)).order_by("surveyed_on", "pk")
        found = list(rows.values_list("pk", "name", "surveyed_on", "region__name")[: EACH * 2])
    lines = []
    for key, name, seen, where in found:
        stale = seen is None or request.today - seen > STALE
        said = _("还没有摸排") if seen is None else _("上次摸排 %(day)s") % {"day": seen.isoformat()}
        light = "warn" if stale else "good"
        lines.append(Due(name, reverse("registry:card", args=["units", key]), light, said, where))
    return Group(_("我联系的单位"), tuple(lines))


def _terms(request: Any) -> Group | None:
    """Party organisations whose term has run out or soon will."""
    if not request.access.may(P.REGISTRY_VIEW):
        return None
    until = request.today + AHEAD
    with scoped(sight(request, P.REGISTRY_VIEW)):
        rows = PartyOrg.objects.filter(valid_on(request.today), term_until__lte=until)
        found = list(rows.order_by("term_until", "pk").values_list("pk", "name", "term_until")[: EACH + 1])
    lines = [
        Due(name, reverse("registry:card", args=["party-orgs", key]), *left(request.today, day))
        for key, name, day in found[:EACH]
    ]
    more = f"{reverse('registry:list', args=['party-orgs'])}?term_until.to={until}&sort=term_until"
    return Group(_("任期届满"), tuple(lines), more if len(found) > EACH else "")


def _posts(request: Any) -> Group | None:
    """Appointments whose term has run out or soon will."""
    if not request.access.may(P.MEMBERS_VIEW):
        return None
    until = request.today + AHEAD
    with scoped(sight(request, P.MEMBERS_VIEW)):
        rows = Appointment.objects.filter(valid_on(request.today), term_until__lte=until)
        rows = rows.order_by("term_until", "pk")
        found = list(rows.values_list("pk", "person__name", "term_until", "region__name")[: EACH + 1])
    lines = [
        Due(name, reverse("registry:card", args=["appointments", key]), *left(request.today, day), where)
        for key, name, day, where in found[:EACH]
    ]
    more = f"{reverse('registry:list', args=['appointments'])}?term_until.to={until}&sort=term_until"
    return Group(_("任职届满"), tuple(lines), more if len(found) > EACH else "")


def left(today: date, until: date) -> tuple[str, str]:
    """The light and the words for a term that ends on `until`."""
    days = (until - today).days
    if days < 0:
        return "bad", _("已过期 %(days)d 天") % {"days": -days}
    if days <= SOON:
        return "warn", _("还有 %(days)d 天") % {"days": days}
    return "none", until.isoformat()
