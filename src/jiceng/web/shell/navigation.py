"""The rooms of the left navigation and what each offers to whom. Only what exists stands here."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from jiceng.accounts.permissions import SEEING
from jiceng.accounts.permissions import Permission as P


@dataclass(frozen=True, slots=True)
class Link:
    """One entry: `route` is the name of its page, `needs` the permissions of which one opens it (none:
    everyone).

    `argument` is the page's table or key; pages whose address begins like the entry's belong to it. `apart` shows the
    entry only where residents' pages stand on a server of their own.
    """

    label: str | Promise
    route: str
    needs: tuple[P, ...] = ()
    argument: str = ""
    apart: bool = False

    def url(self) -> str:
        return reverse(self.route, args=[self.argument] if self.argument else [])


@dataclass(frozen=True, slots=True)
class Room:
    label: str | Promise
    links: tuple[Link, ...]


ROOMS: tuple[Room, ...] = (
    Room(_("首页"), (Link(_("我的工作"), "home"),)),
    Room(
        _("台账"),
        (
            Link(pgettext_lazy("ledger", "单位"), "registry:list", (P.REGISTRY_VIEW,), "units"),
            Link(pgettext_lazy("ledger", "党组织"), "registry:list", (P.REGISTRY_VIEW,), "party-orgs"),
            Link(pgettext_lazy("ledger", "党员"), "registry:list", (P.MEMBERS_VIEW,), "memberships"),
            Link(pgettext_lazy("ledger", "任职"), "registry:list", (P.MEMBERS_VIEW,), "appointments"),
            Link(pgettext_lazy("ledger", "人员"), "registry:list", (P.PEOPLE_VIEW,), "people"),
            Link(pgettext_lazy("ledger", "住户"), "registry:list", (P.PEOPLE_VIEW,), "households"),
            Link(pgettext_lazy("ledger", "区域"), "registry:list", (P.REGISTRY_VIEW,), "regions"),
            Link(_("全部台账"), "registry:index", (P.REGISTRY_VIEW, P.PEOPLE_VIEW, P.MEMBERS_VIEW)),
            Link(_("导入"), "imports:start", (P.IMPORT,)),
            Link(_("导出申请"), "exports:list", (P.EXPORT, P.EXPORT_APPROVE)),
        ),
    ),
    Room(_("覆盖"), (Link(_("两个覆盖"), "coverage:board", (P.COVERAGE_VIEW,)),)),
    Room(
        pgettext_lazy("room", "事项"),
        (
            Link(_("待办"), "matters:inbox", (P.MATTERS_VIEW,)),
            Link(_("全部事项"), "matters:list", (P.MATTERS_VIEW,)),
            Link(_("提出事项"), "matters:new", (P.MATTERS_ACT,)),
            Link(_("与居民区交换"), "zones:board", (P.MATTERS_RELEASE,), apart=True),
        ),
    ),
    Room(
        _("数据与报表"),
        (
            Link(_("看板"), "boards:index", (P.FIGURES_VIEW,)),
            Link(_("指标"), "figures:index", (P.FIGURES_VIEW,)),
            Link(_("核对"), "figures:checks", (P.FIGURES_VIEW,)),
            Link(_("上报"), "periods:index", (P.FIGURES_VIEW,)),
            Link(_("简报与报表"), "reports:index", tuple(sorted(SEEING))),
            Link(_("一表通"), "forms:index", (P.FORMS_ANSWER, P.FORMS_DESIGN, P.FORMS_ISSUE)),
        ),
    ),
    Room(
        _("设置"),
        (
            Link(_("做法包"), "packs:list", (P.PACKS_VIEW, P.PACKS_MANAGE)),
            Link(_("用户与授权"), "security:users", (P.USERS_MANAGE, P.GRANTS_MANAGE, P.ACCESS_MANAGE)),
            Link(_("推送"), "webhooks:list", (P.SETTINGS_MANAGE,)),
            Link(_("审计"), "audit:entries", (P.AUDIT_VIEW,)),
        ),
    ),
)


def rooms_for(permissions: Iterable[P], path: str) -> list[dict[str, Any]]:
    """The rooms with the entries that someone with `permissions` may open; the one that `path` belongs to is
    marked.
    """
    held = frozenset(permissions)
    rooms: list[dict[str, Any]] = []
    for room in ROOMS:
        links: list[dict[str, Any]] = [
            {"label": link.label, "url": link.url(), "here": False}
            for link in room.links
            if (not link.needs or not held.isdisjoint(link.needs))
            and not (link.apart and settings.ZONE == "both")
        ]
        if links:
            rooms.append({"label": room.label, "links": links})
    _mark([link for room in rooms for link in room["links"]], path)
    return rooms


def _mark(links: list[dict[str, Any]], path: str) -> None:
    """The entry with the longest address that `path` begins with is where the visitor is."""
    above = [
        link for link in links if path == link["url"] or (link["url"] != "/" and path.startswith(link["url"]))
    ]
    if above:
        max(above, key=lambda link: len(link["url"]))["here"] = True
