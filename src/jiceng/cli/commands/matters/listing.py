"""`jiceng matter list`, `show` and `index`."""

import argparse
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q

from jiceng.cli.commands.matters.naming import access_named, matter_named, now_for, region_named
from jiceng.cli.commands.matters.telling import line_of, lines_of, matter_told, whole_told
from jiceng.cli.main import emit
from jiceng.matters.enums import Phase
from jiceng.matters.models import Flow, Matter
from jiceng.matters.queries.inbox import turns_of
from jiceng.matters.queries.words import INDEX, find
from jiceng.protection.scopes import Scope, within
from jiceng.records.refusals import Refusal
from jiceng.records.search import rebuild

MOST = 50


def register_list(command: argparse.ArgumentParser) -> None:
    """What `list` takes."""
    command.add_argument(
        "--area", action="store_true", help="all that is in sight, not only what waits for oneself"
    )
    command.add_argument("--region", metavar="CODE", help="below this region")
    command.add_argument("--type", metavar="TYPE", default="", help="key of a type")
    command.add_argument("--state", metavar="STATE", default="", help="key of a state, or open, done")
    command.add_argument("--late", action="store_true", help="only those with a clock that has run out")
    command.add_argument(
        "--words", metavar="TEXT", default="", help="with all these words in title, text or number"
    )
    command.add_argument("--limit", metavar="N", type=int, default=MOST)
    command.set_defaults(run=run_list)


def register_show(command: argparse.ArgumentParser) -> None:
    """What `show` takes."""
    command.add_argument("number", metavar="NUMBER")
    command.set_defaults(run=run_show)


def register_index(command: argparse.ArgumentParser) -> None:
    """What `index` takes."""
    command.set_defaults(run=run_index)


def run_list(arguments: argparse.Namespace) -> int:
    access = access_named(arguments)
    scope, now = access.scope() if access else Scope.all(), now_for(access)
    rows = Matter.visible_to(scope).select_related("flow", "region")
    if access and not arguments.area:
        rows = rows.filter(pk__in=turns_of(access).values("matter"))
    rows = _narrowed(rows, arguments, now)
    most = max(1, arguments.limit)
    found: Sequence[Matter]
    if arguments.words:
        found = find(arguments.words, rows, scope, most=most).matters
    else:
        found = list(rows.order_by("-raised_on", "-pk")[:most])
    told = [matter_told(matter, now) for matter in found]
    lines = "\n".join(map(line_of, told)) or "没有符合的事项"
    emit(arguments, {"matters": told, "more": len(found) == most}, lines)
    return 0


def _narrowed(rows: Any, arguments: argparse.Namespace, now: datetime) -> Any:
    if arguments.region:
        rows = rows.filter(within("region_path", region_named(arguments.region).path))
    if arguments.type:
        rows = rows.filter(type__in=_types(arguments.type))
    if arguments.state in ("open", "done"):
        done = Q(phase=Phase.DONE)
        rows = rows.filter(done if arguments.state == "done" else ~done)
    elif arguments.state:
        rows = rows.filter(state=arguments.state)
    return rows.filter(due_at__lt=now).exclude(phase=Phase.DONE) if arguments.late else rows


def _types(asked: str) -> list[str]:
    """The keys that a type's key, with or without its pack, means among those of which there are matters."""
    keys = set(Flow.objects.values_list("key", flat=True))
    found = [key for key in keys if asked in (key, key.partition(":")[2])]
    if not found:
        raise Refusal(f"没有“{asked}”类的事项", "--type", f"现有的：{'、'.join(sorted(keys)) or '无'}")
    return found


def run_show(arguments: argparse.Namespace) -> int:
    access = access_named(arguments)
    whole = whole_told(matter_named(arguments.number, access), now_for(access))
    emit(arguments, whole, "\n".join(lines_of(whole)))
    return 0


def run_index(arguments: argparse.Namespace) -> int:
    with transaction.atomic():
        count = rebuild(INDEX)
    emit(arguments, {"matters": count}, f"已为 {count} 件事项重建字词索引")
    return 0
