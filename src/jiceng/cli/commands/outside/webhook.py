"""`jiceng webhook add|end|list|log|send`: who outside is told of events."""

import argparse

from jiceng.accounts.actions.webhooks import end_subscription, subscribe
from jiceng.cli.main import actor_of, emit
from jiceng.records.models.outbox import Delivery, Subscription
from jiceng.records.outbox import events
from jiceng.records.outbox.sending import deliver
from jiceng.records.refusals import Refusal

SHOWN = 50


def register(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    hooks = commands.add_parser("webhook", help="tell other systems of events").add_subparsers(
        dest="what", required=True
    )
    adding = hooks.add_parser("add", help="tell an address of events; its secret is shown this once")
    adding.add_argument("name", help="which system it is")
    adding.add_argument("url")
    adding.add_argument("--event", action="append", required=True, metavar="EVENT", help=", ".join(events()))
    adding.set_defaults(run=run_add)
    ending = hooks.add_parser("end", help="tell it nothing any more")
    ending.add_argument("key", type=int, help="its number, as `list` shows it")
    ending.add_argument("--reason", required=True)
    ending.set_defaults(run=run_end)
    hooks.add_parser("list", help="who is told of what").set_defaults(run=run_list)
    hooks.add_parser("log", help="what was sent last").set_defaults(run=run_log)
    hooks.add_parser("send", help="send now what is due; the server does it every half minute").set_defaults(
        run=run_send
    )


def run_add(arguments: argparse.Namespace) -> None:
    made, secret = subscribe(
        name=arguments.name, url=arguments.url, wanted=arguments.event, by=actor_of(arguments)
    )
    emit(arguments, {"key": made.pk, "secret": secret}, f"{made.pk}\t签名密钥（仅显示这一次）：{secret}")


def run_end(arguments: argparse.Namespace) -> None:
    found = Subscription.objects.filter(pk=arguments.key).first()
    if found is None:
        raise Refusal(f"没有推送 {arguments.key}", remedy="用 jiceng webhook list 查看编号")
    end_subscription(subscription=found, by=actor_of(arguments), reason=arguments.reason)
    emit(arguments, {"key": found.pk, "ended": True}, f"已停用：{found.name}")


def run_list(arguments: argparse.Namespace) -> None:
    rows = list(Subscription.objects.order_by("pk"))
    value = [
        {"key": s.pk, "name": s.name, "url": s.url, "events": s.events, "ended": s.ended_at} for s in rows
    ]
    lines = [f"{s.pk}\t{s.name}\t{s.url}\t{'已停用' if s.ended_at else '有效'}" for s in rows]
    emit(arguments, {"subscriptions": value}, "\n".join(lines) or "还没有推送")


def run_log(arguments: argparse.Namespace) -> None:
    rows = list(Delivery.objects.select_related("subscription").order_by("-pk")[:SHOWN])
    value = [
        {
            "to": d.subscription.name, "event": d.event, "at": d.created_at, "attempts": d.attempts,
            "status": d.status, "trouble": d.trouble, "arrived": d.arrived_at, "next": d.next_at,
        }
        for d in rows
    ]  # fmt: skip
    lines = [
        f"{d.created_at:%Y-%m-%d %H:%M}\t{d.subscription.name}\t{d.event}\t{_state(d)}\t{d.status or d.trouble}"
        for d in rows
    ]
    emit(arguments, {"deliveries": value}, "\n".join(lines) or "还没有推送过")


def _state(delivery: Delivery) -> str:
    if delivery.arrived_at is not None:
        return "已送达"
    return "待发送" if delivery.next_at is not None else "已放弃"


def run_send(arguments: argparse.Namespace) -> int:
    done = deliver()
    emit(
        arguments,
        {"arrived": done.arrived, "failed": done.failed},
        f"送达 {done.arrived} 条，未送达 {done.failed} 处",
    )
    return 1 if done.failed else 0
