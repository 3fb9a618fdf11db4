"""Checking packs and installing versions of them."""

import json
from collections.abc import Sequence
from pathlib import Path

from django.apps import apps
from django.utils import timezone
from django.utils.translation import gettext as _

from jiceng.packs.catalogue import build, shipped
from jiceng.packs.data import data_faults
from jiceng.packs.loading import WrittenPack, manifest_content, read_folder, read_manifest, stored_pack
from jiceng.packs.merging import VOCABULARIES
from jiceng.packs.models import CONTENT, PackFile, PackVersion
from jiceng.packs.sections import all_sections
from jiceng.packs.usages import stored
from jiceng.protection.actors import Actor
from jiceng.records.bulk import load
from jiceng.records.refusals import Refusal, Refusals
from jiceng.records.writing import write


def check(folders: Sequence[Path], beside: Sequence[WrittenPack] = ()) -> list[WrittenPack]:
    """Read and check the packs in `folders`, together with `beside` (packs they may refer to), as they
    would be in force. Raises Refusals with everything that is wrong, by file and line.
    """
    packs: list[WrittenPack] = []
    faults: list[Refusal] = []
    for folder in folders:
        pack, wrong = read_folder(folder)
        faults += wrong
        if pack is None:
            continue
        if pack.id in {other.id for other in packs}:
            faults.append(
                Refusal(_("“%(id)s”给了两遍") % {"id": pack.id}, str(folder), _("每个包给一个文件夹"))
            )
            continue
        packs.append(pack)
    given = {pack.id for pack in packs}
    catalogue, wrong = build([*packs, *(pack for pack in beside if pack.id not in given)])
    for pack in packs:
        wrong += data_faults(pack, catalogue)
    if faults or wrong:
        raise Refusals(faults + wrong)
    return packs


def shipped_bases(folders: Sequence[Path]) -> list[WrittenPack]:
    """The base packs that come with the program: what a folder is checked against on a machine without
    installation.

    Those that are among `folders` themselves, or that cannot be read, are left out.
    """
    given = {folder.resolve() for folder in folders}
    found = [read_folder(folder) for folder in _bases(shipped()) if folder.resolve() not in given]
    return [pack for pack, faults in found if pack is not None and not faults]


def _bases(folders: Sequence[Path]) -> list[Path]:
    """Those of `folders` that hold a base pack."""
    found = [(folder, read_manifest(folder)) for folder in folders]
    return [folder for folder, manifest in found if manifest is not None and manifest.base]


def in_force() -> list[WrittenPack]:
    """The installed versions in force, as they were written."""
    contents = [v.content() for v in PackVersion.objects.filter(active=True).order_by("pack")]
    return [stored_pack(content["manifest"], content["sections"]) for content in contents]


def install(*, folders: Sequence[Path], by: Actor) -> list[PackVersion]:
    """Install the packs in `folders` as one audited write and give the versions now in force, in the same
    order.

    Each is checked as it will stand among all packs in force, base packs included. Refused (Refusals) is
    what is faulty, what breaks another pack in force, content that changed without a greater version, and
    what takes away a key that records still hold. The same version with the same content is left as it is.
    Where no base pack is in force and none among `folders`, those that come with the program are installed,
    too.
    """
    with write(by=by, action="pack.install") as writing:
        before = {pack.id: pack for pack in in_force()}
        asked = len(folders)
        if not any(pack.manifest.base for pack in before.values()) and not _bases(folders):
            folders = [*folders, *_bases(shipped())]
        packs = check(folders, list(before.values()))
        faults = [fault for pack in packs for fault in _regressions(pack, before.get(pack.id))]
        if faults:
            raise Refusals(faults)
        versions = [_store(pack, by) for pack in packs]
        writing.result = ",".join(str(version.pk) for version in versions)
    return versions[:asked]


def put_in_force(pack: WrittenPack, *, by: Actor) -> PackVersion:
    """Put in force a pack that the program has put together, inside the caller's write. Raises Refusals as `install`
    does.
    """
    before = {kept.id: kept for kept in in_force()}
    catalogue, faults = build([pack, *(kept for kept in before.values() if kept.id != pack.id)])
    faults += data_faults(pack, catalogue)
    faults += _regressions(pack, before.get(pack.id))
    if faults:
        raise Refusals(faults)
    return _store(pack, by)


def _store(pack: WrittenPack, by: Actor) -> PackVersion:
    digest = pack.digest()
    active: PackVersion | None = PackVersion.objects.filter(pack=pack.id, active=True).first()
    if active is not None:
        if active.digest == digest:
            return active
        active.active = False
        active.save()
    version = PackVersion(
        pack=pack.id,
        name=pack.manifest.name,
        version=pack.manifest.version,
        digest=digest,
        installed_at=timezone.now(),
        installed_by=by.key,
        installed_by_name=by.name,
    )
    version.save()
    content = {"manifest": manifest_content(pack.manifest), "sections": pack.sections}
    files = [(version.pk, CONTENT, "content.json", json.dumps(content, ensure_ascii=False))]
    files += [(version.pk, use, path.name, path.read_text("utf-8-sig")) for use, path in pack.data.items()]
    load(PackFile, ("version_id", "use", "name", "text"), files)
    return version


# ------------------------------------------------------------------------------------------ refusals
def _regressions(pack: WrittenPack, before: WrittenPack | None) -> list[Refusal]:
    """What may not happen to a pack that was installed before."""
    where = pack.where("pack", pack.id, ("version",))
    digest = pack.digest()
    same = PackVersion.objects.filter(pack=pack.id, version=pack.manifest.version).first()
    if same is not None and same.digest != digest:
        what = _("内容变了，版本号仍是 %(version)s") % {"version": same.version}
        return [Refusal(what, where, _("在 pack.yaml 里加大 version"))]
    for kept in PackVersion.objects.filter(pack=pack.id):
        if kept.digest != digest and _numbers(kept.version) >= pack.manifest.numbers:
            said = {"old": kept.version, "new": pack.manifest.version}
            what = _("版本 %(new)s 不大于已安装过的 %(old)s") % said
            return [Refusal(what, where, _("在 pack.yaml 里加大 version"))]
    return _orphans(pack, before) if before is not None else []


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split("."))


def _orphans(pack: WrittenPack, before: WrittenPack) -> list[Refusal]:
    """Keys that the new version no longer has although records hold them."""
    faults = []
    for kind, was in _keys(before).items():
        gone = was - _keys(pack).get(kind, set())
        for key, (usage, rows) in sorted(stored([kind], gone).items()):
            said = {"key": key, "rows": rows, "what": apps.get_model(usage.model)._meta.verbose_name}
            what = _("“%(key)s”不能去掉：%(rows)s 条“%(what)s”记录还在用它") % said
            remedy = _("保留它并写 retired: true；由别的词条代替就再写 replaced_by")
            faults.append(Refusal(what, _place(pack, kind), remedy))
    return faults


def _place(pack: WrittenPack, kind: str) -> str:
    if (VOCABULARIES, kind) in pack.pieces:
        return pack.where(VOCABULARIES, kind)
    return pack.section_places.get(kind, pack.id)


def _keys(pack: WrittenPack) -> dict[str, set[str]]:
    """Every key of a pack by vocabulary or section."""
    found: dict[str, set[str]] = {}
    for name, spec in pack.items(VOCABULARIES):
        terms = spec.get("terms") if isinstance(spec, dict) else None
        found[str(name)] = {f"{pack.id}:{key}" for key in terms} if isinstance(terms, dict) else set()
    for section in all_sections().values():
        if section.keyed:
            found[section.key] = {f"{pack.id}:{key}" for key, _item in pack.items(section.key)}
    return found
