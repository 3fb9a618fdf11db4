"""Who acts in a command about matters, and on what."""

import argparse
from datetime import datetime

from django.utils import timezone

from jiceng.accounts.days import moment_on, today_of
from jiceng.accounts.models import User
from jiceng.accounts.scoping import Access, access_of
from jiceng.matters.models import Matter
from jiceng.organisations.models import Region
from jiceng.organisations.queries import region_by_code
from jiceng.protection.scopes import Scope
from jiceng.records.refusals import Refusal


def access_named(arguments: argparse.Namespace) -> Access | None:
    """What the account of `--as` may do on its day; None without `--as`: the server's own administrator looks."""
    if not arguments.as_user:
        return None
    user = User.objects.filter(username=arguments.as_user).first()
    if user is None:
        raise Refusal(f"没有用户 {arguments.as_user}", "--as", "用 jiceng user list 查看用户名")
    return access_of(user, today_of(user))


def acting_named(arguments: argparse.Namespace) -> Access:
    """The same for what a person does: matters are moved by people with an office."""
    access = access_named(arguments)
    if access is None:
        raise Refusal("没有写明由谁办理", "--as", "加上 --as 用户名")
    return access


def now_for(access: Access | None) -> datetime:
    """Now, where the account works."""
    return timezone.now() if access is None else moment_on(access.day)


def matter_named(number: str, access: Access | None) -> Matter:
    """The matter with that number, its flow and region joined. Raises Refusal for one out of sight."""
    scope = access.scope() if access else Scope.all()
    found = Matter.visible_to(scope).filter(number=number).select_related("flow", "region").first()
    if found is None:
        raise Refusal(f"没有编号为 {number} 的事项，或不在范围内", remedy="用 jiceng matter list 查看编号")
    return found


def region_named(code: str) -> Region:
    """The living region with that code. Raises Refusal where there is none."""
    region = region_by_code(code)
    if region is None:
        raise Refusal(f"没有区域 {code}", "--region", "用 jiceng export regions 查看区划代码")
    return region
