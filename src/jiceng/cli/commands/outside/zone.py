"""`jiceng zone …`: what goes between the deployment of staff and that of residents, signed and reviewed.

key → trust (once, on both sides); then propose → show → approve (somebody else) → export → import on the other side.
Those that decide something need `--as USER`, an account that may release matters.
"""

import argparse
from pathlib import Path

from jiceng.accounts.days import today_of
from jiceng.accounts.models import User
from jiceng.accounts.scoping import Access, access_of
from jiceng.cli.main import emit
from jiceng.records.refusals import Refusal
from jiceng.residents.models import Package
from jiceng.residents.zones.identities import own, trust
from jiceng.residents.zones.packing import decide, listed, propose, written_out
from jiceng.residents.zones.taking import MOST_BYTES, take_in


def register(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    zone = commands.add_parser(
        "zone", help="exchange between the zones of staff and residents"
    ).add_subparsers(dest="what", required=True)
    key = zone.add_parser("key", help="write this deployment's public keys, and tell their fingerprint")
    key.add_argument("--out", type=Path, required=True)
    key.set_defaults(run=run_key)
    trusting = zone.add_parser("trust", help="trust the other zone's keys")
    trusting.add_argument("file", type=Path)
    trusting.add_argument("--fingerprint", required=True, help="as the other side read it out")
    trusting.set_defaults(run=run_trust)
    zone.add_parser("propose", help="list what has changed, for somebody else to decide").set_defaults(
        run=run_propose
    )
    for name, run, said in (
        ("show", run_show, "list what a package holds"),
        ("approve", run_approve, "let a package go"),
        ("refuse", run_refuse, "do not let a package go"),
        ("export", run_export, "write an approved package out, signed"),
    ):
        part = zone.add_parser(name, help=said)
        part.add_argument("package", type=int, help="its number")
        part.set_defaults(run=run)
        if name == "refuse":
            part.add_argument("--reason", required=True)
        if name == "export":
            part.add_argument("--out", type=Path, required=True)
    taking = zone.add_parser("import", help="take in a package of the other zone")
    taking.add_argument("file", type=Path)
    taking.set_defaults(run=run_import)


def run_key(arguments: argparse.Namespace) -> None:
    identity = own()
    arguments.out.write_text(identity.text(), encoding="utf-8")
    emit(
        arguments,
        {"file": str(arguments.out), "fingerprint": identity.fingerprint},
        f"已写入 {arguments.out}，指纹 {identity.fingerprint}",
    )


def run_trust(arguments: argparse.Namespace) -> None:
    found = trust(_text(arguments.file), arguments.fingerprint)
    emit(arguments, {"fingerprint": found.fingerprint}, f"已信任 {found.fingerprint}")


def run_propose(arguments: argparse.Namespace) -> None:
    package = propose(access=_access(arguments))
    _tell(arguments, package, f"第 {package.serial} 个交换包，{package.items} 条，等待另一人审批")


def run_show(arguments: argparse.Namespace) -> None:
    package = _package(arguments)
    items = listed(package)
    lines = [
        f"{item['number']}\t{item['type']}\t{item['region']}\t{item.get('state', '')}\t{item.get('title', '')}".rstrip()
        for item in items
    ]
    emit(arguments, {"package": package.serial, "status": package.status, "items": items}, "\n".join(lines))


def run_approve(arguments: argparse.Namespace) -> None:
    package = _package(arguments)
    decide(package=package, access=_access(arguments), approve=True)
    _tell(arguments, package, f"已批准第 {package.serial} 个交换包")


def run_refuse(arguments: argparse.Namespace) -> None:
    package = _package(arguments)
    decide(package=package, access=_access(arguments), approve=False, decision=arguments.reason)
    _tell(arguments, package, f"未批准第 {package.serial} 个交换包")


def run_export(arguments: argparse.Namespace) -> None:
    package = _package(arguments)
    arguments.out.write_text(written_out(package=package, access=_access(arguments)), encoding="utf-8")
    _tell(arguments, package, f"已写入 {arguments.out}（{package.items} 条）")


def run_import(arguments: argparse.Namespace) -> None:
    found = take_in(text=_text(arguments.file), access=_access(arguments))
    said = "以前导入过，没有变化" if found.again else f"已导入 {found.items} 条"
    if found.refused:
        said += "；下列步骤现在不能办：\n" + "\n".join(found.refused)
    emit(arguments, {"items": found.items, "again": found.again, "refused": list(found.refused)}, said)


def _tell(arguments: argparse.Namespace, package: Package, said: str) -> None:
    emit(arguments, {"package": package.serial, "status": package.status, "items": package.items}, said)


def _package(arguments: argparse.Namespace) -> Package:
    found: Package | None = Package.objects.filter(serial=arguments.package).first()
    if found is None:
        raise Refusal(f"没有第 {arguments.package} 个交换包", remedy="先 jiceng zone propose")
    return found


def _access(arguments: argparse.Namespace) -> Access:
    """The account that `--as` names. Raises Refusal without one: these steps are a person's."""
    user = User.objects.filter(username=(arguments.as_user or "").strip().lower(), is_active=True).first()
    if user is None:
        raise Refusal("没有说明由哪个账号办理", remedy="写 --as 用户名")
    return access_of(user, today_of(user))


def _text(path: Path) -> str:
    try:
        if path.stat().st_size > MOST_BYTES:
            raise Refusal(f"文件超过 {MOST_BYTES // 1_000_000} MB", str(path), "分几次交换")
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        raise Refusal("读不了这个文件", str(path), "核对文件名") from None
