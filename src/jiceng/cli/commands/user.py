"""`jiceng user`: accounts and grants from the server itself; how the first administrators come to be."""

import argparse
from typing import TypeVar

from jiceng.accounts.actions.grants import NodeRecord, grant_role, revoke_grant
from jiceng.accounts.actions.users import create_user, disable_user, enable_user, reset_password
from jiceng.accounts.days import today_of
from jiceng.accounts.models import Grant, User
from jiceng.accounts.roles import ROLES
from jiceng.accounts.sign_in.lockout import unlock
from jiceng.cli.main import actor_of, day, emit
from jiceng.organisations.models import PartyOrg, Region, Unit
from jiceng.people.models import Appointment
from jiceng.records.refusals import Refusal

Found = TypeVar("Found")


def register(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    user = commands.add_parser("user", help="accounts and grants").add_subparsers(dest="what", required=True)
    create = user.add_parser("create", help="make an account and print its one-time password")
    create.add_argument("username")
    create.add_argument("--name", required=True, help="the person's name")
    create.add_argument("--unit", help="credit code or name of the unit the person works in")
    create.set_defaults(run=run_create)
    grant = user.add_parser("grant", help="give a role")
    grant.add_argument("username")
    grant.add_argument("role", choices=sorted(ROLES), metavar="ROLE")
    node = grant.add_mutually_exclusive_group()
    node.add_argument("--region", metavar="CODE")
    node.add_argument("--party-org", metavar="CODE")
    node.add_argument("--authority", metavar="CODE", help="credit code or name of a department")
    node.add_argument("--appointment", type=int, metavar="ID", help="the post, for roles of a held post")
    grant.add_argument("--ends-with", type=int, metavar="ID", help="appointment with which the grant ends")
    grant.add_argument("--from", dest="valid_from", type=day, metavar="DAY")
    grant.add_argument("--to", dest="valid_to", type=day, metavar="DAY")
    grant.add_argument("--document", default="")
    grant.set_defaults(run=run_grant)
    revoke = user.add_parser("revoke", help="end a grant")
    revoke.add_argument("grant", type=int, metavar="GRANT")
    revoke.add_argument("--reason", required=True)
    revoke.add_argument("--on", type=day, metavar="DAY")
    revoke.set_defaults(run=run_revoke)
    for name, text, run in (
        ("password", "replace a forgotten password by a one-time one", run_password),
        ("disable", "close an account", run_disable),
        ("enable", "open a closed account", run_enable),
    ):
        command = user.add_parser(name, help=text)
        command.add_argument("username")
        command.add_argument("--reason", required=True)
        command.set_defaults(run=run)
    release = user.add_parser("unlock", help="forget failed sign-ins")
    release.add_argument("username")
    release.set_defaults(run=run_unlock)
    user.add_parser("list", help="all accounts and what they hold").set_defaults(run=run_list)


def run_create(arguments: argparse.Namespace) -> None:
    unit = _unit(arguments.unit) if arguments.unit else None
    by = actor_of(arguments)
    user, password = create_user(username=arguments.username, full_name=arguments.name, unit=unit, by=by)
    value = {"id": user.pk, "username": user.username, "password": password}
    emit(arguments, value, f"已建立用户 {user.username}，一次性密码（仅显示这一次）：{password}")


def run_grant(arguments: argparse.Namespace) -> None:
    grant = grant_role(
        user=_user(arguments.username),
        role=arguments.role,
        node=_node(arguments),
        by=actor_of(arguments),
        valid_from=arguments.valid_from,
        valid_to=arguments.valid_to,
        appointment=_post(arguments.ends_with) if arguments.ends_with else None,
        document=arguments.document,
    )
    emit(
        arguments, _told(grant), f"已授权：{grant.user} {grant}，自 {grant.valid_from} 起（编号 {grant.pk}）"
    )


def run_revoke(arguments: argparse.Namespace) -> None:
    grant = _found(
        Grant.objects.select_related("user").filter(pk=arguments.grant).first(), f"授权 {arguments.grant}"
    )
    day = arguments.on or today_of(grant.user)
    number = grant.pk
    revoke_grant(grant=grant, day=day, by=actor_of(arguments), reason=arguments.reason)
    emit(arguments, {"id": number, "to": day}, f"已收回：{grant.user} {grant}，自 {day} 起")


def run_password(arguments: argparse.Namespace) -> None:
    user = _user(arguments.username)
    password = reset_password(user=user, reason=arguments.reason, by=actor_of(arguments))
    emit(
        arguments,
        {"username": user.username, "password": password},
        f"一次性密码（仅显示这一次）：{password}",
    )


def run_disable(arguments: argparse.Namespace) -> None:
    user = _user(arguments.username)
    disable_user(user=user, reason=arguments.reason, by=actor_of(arguments))
    emit(arguments, {"username": user.username, "active": False}, f"已停用 {user.username}")


def run_enable(arguments: argparse.Namespace) -> None:
    user = _user(arguments.username)
    enable_user(user=user, reason=arguments.reason, by=actor_of(arguments))
    emit(arguments, {"username": user.username, "active": True}, f"已启用 {user.username}")


def run_unlock(arguments: argparse.Namespace) -> None:
    user = _user(arguments.username)
    cleared = unlock(user=user, by=actor_of(arguments))
    emit(arguments, {"username": user.username, "cleared": cleared}, f"已解除 {user.username} 的锁定")


def run_list(arguments: argparse.Namespace) -> None:
    nodes = ("region", "party_org", "authority", "appointment")
    held: dict[int, list[Grant]] = {}
    for grant in Grant.objects.select_related(*nodes).order_by("id"):
        held.setdefault(grant.user_id, []).append(grant)
    users = list(User.objects.order_by("id"))
    value = [
        {
            "id": u.pk,
            "username": u.username,
            "name": u.full_name,
            "active": u.is_active,
            "grants": [_told(g) for g in held.get(u.pk, ())],
        }
        for u in users
    ]
    lines = [
        f"{u.username}\t{u.full_name}\t{'' if u.is_active else '已停用'}\t"
        + "；".join(f"{g}（{g.valid_from} 至 {g.valid_to or '今'}）" for g in held.get(u.pk, ()))
        for u in users
    ]
    emit(arguments, {"users": value}, "\n".join(lines))


def _told(grant: Grant) -> dict[str, object]:
    node = str(grant.node) if grant.node else None
    return {"id": grant.pk, "role": grant.role, "node": node, "from": grant.valid_from, "to": grant.valid_to}


def _user(username: str) -> User:
    return _found(User.objects.filter(username=username.strip().lower()).first(), f"用户 {username}")


def _unit(given: str) -> Unit:
    rows = Unit._base_manager.filter(valid_to__isnull=True)
    unit: Unit | None = rows.filter(code=given).first() or rows.filter(name=given).first()
    return _found(unit, f"单位 {given}")


def _node(arguments: argparse.Namespace) -> NodeRecord | None:
    if code := arguments.region:
        region: Region | None = Region.objects.current().filter(code=code).first()
        return _found(region, f"区域 {code}")
    if code := arguments.party_org:
        org: PartyOrg | None = PartyOrg._base_manager.filter(code=code, valid_to__isnull=True).first()
        return _found(org, f"党组织 {code}")
    if arguments.authority:
        return _unit(arguments.authority)
    return _post(arguments.appointment) if arguments.appointment else None


def _post(number: int) -> Appointment:
    post: Appointment | None = Appointment._base_manager.filter(pk=number).first()
    return _found(post, f"任职 {number}")


def _found(record: Found | None, what: str) -> Found:
    if record is None:
        raise Refusal(f"没有{what}", remedy="核对后重试")
    return record
