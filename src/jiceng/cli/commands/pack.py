"""`jiceng pack check|install|list|schema`: validate, install and list practice packs, and their JSON
Schema.
"""

import argparse
from pathlib import Path

from jiceng.cli.main import actor_of, emit
from jiceng.packs.catalogue import shipped
from jiceng.packs.installing import check, in_force, install, shipped_bases
from jiceng.packs.models import PackVersion
from jiceng.packs.schema import schema_text


def register(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    pack = commands.add_parser("pack", help="practice packs").add_subparsers(dest="what", required=True)
    checking = pack.add_parser("check", help="say everything that is wrong with packs, by file and line")
    checking.add_argument("path", nargs="+", type=Path, help="the pack's folder")
    checking.set_defaults(run=run_check, needs_database=False)
    installing = pack.add_parser("install", help="install a version of packs")
    installing.add_argument(
        "path", nargs="*", type=Path, help="the pack's folder; none: all that come with Jiceng"
    )
    installing.set_defaults(run=run_install)
    pack.add_parser("list", help="list installed versions").set_defaults(run=run_list)
    schema = pack.add_parser("schema", help="write the JSON Schema for editors")
    schema.add_argument("out", type=Path)
    schema.set_defaults(run=run_schema, needs_database=False)


def run_check(arguments: argparse.Namespace) -> None:
    packs = check(arguments.path, shipped_bases(arguments.path))
    found = [{"pack": p.id, "version": p.manifest.version, "digest": p.digest()} for p in packs]
    text = "\n".join(f"{p.id} {p.manifest.version} {p.manifest.name}：没有问题" for p in packs)
    emit(arguments, {"packs": found}, text)


def run_install(arguments: argparse.Namespace) -> None:
    versions = install(folders=arguments.path or shipped(), by=actor_of(arguments))
    text = "\n".join(f"{v.pack} {v.version} {v.name}：已生效" for v in versions)
    emit(arguments, {"packs": [_said(v) for v in versions]}, text)


def run_list(arguments: argparse.Namespace) -> None:
    versions = list(PackVersion.objects.order_by("pack", "-id"))
    manifests = {pack.id: pack.manifest for pack in in_force()}
    lines = []
    for version in versions:
        binds = manifests[version.pack].binds if version.active else ()
        where = "、".join(f"{b.region} 自 {b.since}" for b in binds)
        state = "生效" if version.active else "已替换"
        lines.append(f"{version.pack}\t{version.version}\t{version.name}\t{state}\t{where}".rstrip())
    emit(arguments, {"packs": [_said(v) for v in versions]}, "\n".join(lines) or "还没有安装做法包")


def run_schema(arguments: argparse.Namespace) -> None:
    arguments.out.write_text(schema_text(), encoding="utf-8")
    emit(arguments, {"file": str(arguments.out)}, f"已写入 {arguments.out}")


def _said(version: PackVersion) -> dict[str, object]:
    return {
        "pack": version.pack,
        "version": version.version,
        "name": version.name,
        "digest": version.digest,
        "active": version.active,
        "installed_at": version.installed_at,
        "installed_by": version.installed_by_name,
    }
