"""Commands that let records in or out in somebody's name: whoever has an account acts within its rights.

Without `--as` a command on the server sees everything, as the machine's own administrator does.
"""

import argparse

from django.utils import timezone

from jiceng.accounts.exports import note_export, second_person_needed
from jiceng.accounts.models import User
from jiceng.accounts.scoping import Access, access_of, actor_of
from jiceng.accounts.tables import require_reach, take_out_scope
from jiceng.cli import main
from jiceng.exchange.tables import Table
from jiceng.protection.actors import Actor
from jiceng.protection.scopes import Scope
from jiceng.records.refusals import Refusal


def access_named(arguments: argparse.Namespace) -> Access | None:
    """What the account of `--as` may do today; None without `--as`. Raises Refusal for a name without one."""
    if not arguments.as_user:
        return None
    user = User.objects.filter(username=arguments.as_user).first()
    if user is None:
        raise Refusal(f"没有用户 {arguments.as_user}", "--as", "用 jiceng user list 查看用户名")
    return access_of(user, timezone.localdate())


def author(arguments: argparse.Namespace, access: Access | None) -> Actor:
    """Who is recorded as the author: the account, else the account of the operating system."""
    return main.actor_of(arguments) if access is None else actor_of(access.user)


def export_scope(access: Access | None, table: Table) -> Scope:
    """Where an account may both see `table` and take out of it. Raises Denied without either right."""
    if access is None:
        return Scope.all()
    return take_out_scope(access, table.key)


def watermark(access: Access | None, table: Table, rows: int, *, by: Actor, what: str, unmask: str) -> str:
    """The line that a file bears. Raises Denied for what the account may not take out, Refusal where a second
    person has to agree, which is asked for in the browser.
    """
    if access is None:
        return f"{by.name} {timezone.localtime():%Y-%m-%d %H:%M}" if table.sensitive else ""
    if second_person_needed(table, rows, unmasked=bool(unmask)):
        raise Refusal(f"{table.label} {rows} 条，须由另一人审批", remedy="在网页上提交导出申请")
    return note_export(access=access, table=table, rows=rows, what=what, unmasked=bool(unmask), reason=unmask)


def import_scope(access: Access | None, table: Table) -> Scope:
    """Where an account may import into `table`. Raises Denied where that is nowhere."""
    return Scope.all() if access is None else require_reach(access, table.key)
