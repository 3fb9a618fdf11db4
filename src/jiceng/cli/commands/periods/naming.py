"""Which area and which closing a command means, and on which day."""

import argparse
from datetime import date

from django.utils import timezone

from jiceng.accounts.days import today_at
from jiceng.accounts.scoping import Access, actor_of
from jiceng.cli.commands.matters.naming import region_named
from jiceng.cli.main import actor_of as server_of
from jiceng.indicators.periods import CalendarPeriod, calendar_period
from jiceng.organisations.models import Region
from jiceng.packs.catalogue import current
from jiceng.periods.models import Closing
from jiceng.protection.actors import Actor
from jiceng.records.refusals import Refusal
from jiceng.web.shell.territory import root_paths


def add_period(command: argparse.ArgumentParser) -> None:
    """The period and the area."""
    command.add_argument("period", metavar="PERIOD", help="2022-05, 2022Q2, 2022H1 or 2022")
    command.add_argument("--region", metavar="CODE", help="default: the account's own area, or the place's")


def area(arguments: argparse.Namespace, access: Access | None) -> Region:
    """The region of `--region`, else the only one of the account, or of the packs. Raises Refusal otherwise."""
    if arguments.region:
        return region_named(arguments.region)
    rows = Region.objects.current()
    if access is not None:
        found = rows.filter(path__in=root_paths(access))
    else:
        binds = [bind.region for manifest in current().packs.values() for bind in manifest.binds]
        found = rows.filter(code__in=binds)
    if len(found) != 1:
        raise Refusal("没有写明哪个区域", "--region", "加上 --region 区划代码")
    region: Region = found[0]
    return region


def period_of(arguments: argparse.Namespace) -> CalendarPeriod:
    return calendar_period(arguments.period)


def today(region: Region, access: Access | None) -> date:
    """The day on which a command acts."""
    return access.day if access else today_at(region.path) or timezone.localdate()


def author(arguments: argparse.Namespace, access: Access | None) -> Actor:
    """Who acts: the account, else the account of the operating system."""
    return actor_of(access.user) if access else server_of(arguments)


def closing_of(region: Region, period: CalendarPeriod) -> Closing:
    """The last closing of the period. Raises Refusal where there is none."""
    found: Closing | None = Closing.objects.filter(region=region, period=str(period)).order_by("pk").last()
    if found is None:
        raise Refusal(f"{region}的{period.label}没有关账", remedy="先用 jiceng close 关账")
    return found
