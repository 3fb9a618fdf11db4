"""`jiceng api-key add|revoke|list`: keys by which other programs report through Open311."""

import argparse

from jiceng.cli.main import actor_of, emit
from jiceng.residents.keys import add_key, revoke_key
from jiceng.residents.models import ApiKey


def register(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    keys = commands.add_parser("api-key", help="keys of other programs (Open311)").add_subparsers(
        dest="what", required=True
    )
    adding = keys.add_parser("add", help="make a key; it is shown this once")
    adding.add_argument("name", help="whose program it is")
    adding.set_defaults(run=run_add)
    revoking = keys.add_parser("revoke", help="let a key open nothing any more")
    revoking.add_argument("name")
    revoking.add_argument("--reason", required=True)
    revoking.set_defaults(run=run_revoke)
    keys.add_parser("list", help="list keys by name").set_defaults(run=run_list)


def run_add(arguments: argparse.Namespace) -> None:
    key = add_key(name=arguments.name, by=actor_of(arguments))
    emit(arguments, {"name": arguments.name, "key": key}, f"密钥（仅显示这一次）：{key}")


def run_revoke(arguments: argparse.Namespace) -> None:
    revoke_key(name=arguments.name, by=actor_of(arguments), reason=arguments.reason)
    emit(arguments, {"name": arguments.name, "revoked": True}, f"已收回：{arguments.name}")


def run_list(arguments: argparse.Namespace) -> None:
    keys = list(ApiKey.objects.order_by("pk"))
    value = [{"name": k.name, "added": k.added_at, "revoked": k.revoked_at} for k in keys]
    lines = [f"{k.name}\t{k.added_at:%Y-%m-%d}\t{'已收回' if k.revoked_at else '有效'}" for k in keys]
    emit(arguments, {"keys": value}, "\n".join(lines) or "还没有密钥")
