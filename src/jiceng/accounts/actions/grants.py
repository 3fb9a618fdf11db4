"""Granting and revoking roles: the security administrator's work, never for oneself."""

from datetime import date, timedelta

from django.db.models import Q
from django.utils.translation import gettext as _

from jiceng.accounts.actions.authority import authorise
from jiceng.accounts.days import today_at
from jiceng.accounts.models import Grant, User
from jiceng.accounts.permissions import Permission
from jiceng.accounts.roles import ADMINISTRATORS, ROLES, Node, Role
from jiceng.accounts.scoping import Denied, actor_of, own_path
from jiceng.organisations.models import Competence, PartyOrg, Region, Unit
from jiceng.people.models import Appointment
from jiceng.protection.actors import Actor
from jiceng.records.refusals import Refusal
from jiceng.records.texts import given_reason
from jiceng.records.writing import write

NodeRecord = Region | PartyOrg | Unit | Appointment
_KIND: dict[type[NodeRecord], Node] = {
    Region: Node.REGION,
    PartyOrg: Node.PARTY_ORG,
    Unit: Node.AUTHORITY,
    Appointment: Node.APPOINTMENT,
}


def grant_role(
    *,
    user: User,
    role: str,
    node: NodeRecord | None = None,
    by: Actor,
    valid_from: date | None = None,
    valid_to: date | None = None,
    appointment: Appointment | None = None,
    competence: Competence | None = None,
    document: str = "",
) -> Grant:
    """`role` for `user` on `node` (None for an administrator's), from `valid_from` (default: today there)
    on.

    With `appointment` the grant ends with that post, with `competence` when the ledger is handed over.
    Needs `grants.manage`. Raises Denied for a grant to oneself, Refusal where role and node do not fit, the
    node no longer exists, the post is somebody else's, the same grant holds already, or the three powers
    would meet in one person.
    """
    authorise(by, Permission.GRANTS_MANAGE)
    if by == actor_of(user):
        raise Denied(_("不能给自己授权"), remedy=_("请另一名安全保密管理员授权"))
    known = ROLES.get(role)
    if known is None:
        raise Refusal(_("没有角色“%(role)s”") % {"role": role}, remedy="、".join(ROLES))
    post = node if isinstance(node, Appointment) else appointment
    begin = valid_from or today_at(_place(node))
    _check_node(known, node, begin)
    _check_person(user, post)
    with write(by=by, action="grant.give") as writing:
        User.objects.select_for_update().get(pk=user.pk)  # two administrators grant one after the other
        found = Grant(
            user=user,
            role=known.key,
            appointment=post,
            competence=competence,
            document=document,
            valid_from=begin,
            valid_to=valid_to,
            region=node if isinstance(node, Region) else None,
            party_org=node if isinstance(node, PartyOrg) else None,
            authority=node if isinstance(node, Unit) else None,
        )
        check_new(found)
        found.save()
        writing.result = str(found.pk)
    return found


def revoke_grant(*, grant: Grant, day: date, by: Actor, reason: str) -> None:
    """The grant holds no longer from `day` on; one that has not begun by then is taken out. Needs
    `grants.manage`.

    Raises Refusal for a grant that ended before `day`, or a missing reason.
    """
    authorise(by, Permission.GRANTS_MANAGE)
    reason = given_reason(reason, _("收回授权的原因"), str(grant))
    with write(by=by, action="grant.revoke", reason=reason):
        end_grant(grant, day)


def end_grant(grant: Grant, day: date) -> None:
    """End `grant` on `day`, inside a write. Raises Refusal where it ended before."""
    if grant.valid_to is not None and grant.valid_to < day:
        raise Refusal(_("该授权已于 %(day)s 终止") % {"day": grant.valid_to}, str(grant))
    if day <= grant.valid_from:
        grant.delete()
        return
    grant.valid_to = day
    grant.save()


def check_new(grant: Grant) -> None:
    """What holds for every new grant, whoever makes it. Raises Refusal."""
    if not grant.user.is_active:
        raise Refusal(_("账号已停用"), str(grant.user), _("先启用账号"))
    if grant.valid_to is not None and grant.valid_to <= grant.valid_from:
        raise Refusal(_("终止日期应晚于起始日期"), str(grant), _("改正日期"))
    overlapping = Q(valid_to__isnull=True) | Q(valid_to__gt=grant.valid_from)
    if grant.valid_to is not None:
        overlapping &= Q(valid_from__lt=grant.valid_to)
    others = Grant.objects.filter(overlapping, user=grant.user)
    node = {f: getattr(grant, f) for f in ("region", "party_org", "authority", "appointment")}
    if others.filter(role=grant.role, **node).exists():
        raise Refusal(_("同样的授权已经有效"), str(grant), _("先收回原有授权，或改日期"))
    if grant.role in ADMINISTRATORS:
        apart = others.exclude(role=grant.role)
    else:
        apart = others.filter(role__in=ADMINISTRATORS)
    if held := apart.first():
        raise Refusal(
            _("系统、安全、审计管理员须由不同的人担任，也不能兼任业务角色"),
            str(held),
            _("换一名用户，或先收回该授权"),
        )


def _place(node: NodeRecord | None) -> str:
    """The territory path where `node` stands, '' for none."""
    return "" if node is None else node.path if isinstance(node, Region) else node.region_path


def _check_node(role: type[Role], node: NodeRecord | None, day: date) -> None:
    """Raise Refusal where `role` does not stand on such a node, or the node ends before the grant begins."""
    asked = _KIND[type(node)] if node is not None else Node.SYSTEM
    if asked != role.node:
        wanted = {
            Node.REGION: _("区域"),
            Node.PARTY_ORG: _("党组织"),
            Node.AUTHORITY: _("行业主管部门"),
            Node.APPOINTMENT: _("任职"),
            Node.SYSTEM: _("不选范围"),
        }[role.node]
        raise Refusal(_("角色“%(role)s”的范围不对") % {"role": role.label}, remedy=wanted)
    if node is not None and node.valid_to is not None and node.valid_to <= day:
        last = node.valid_to - timedelta(days=1)
        raise Refusal(_("已于 %(day)s 终止") % {"day": last}, str(node), _("选现在仍有的范围"))
    if isinstance(node, Unit) and not own_path(node):
        raise Refusal(_("不是行业主管部门"), str(node), _("选行业主管部门"))


def _check_person(user: User, post: Appointment | None) -> None:
    """Raise Refusal where the post is held by somebody else than the user."""
    if post is not None and user.person_id is not None and post.person_id != user.person_id:
        raise Refusal(_("该任职不是这名用户的"), str(user), _("选本人的任职"))
