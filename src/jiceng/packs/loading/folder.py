"""A pack as it is written: from its folder, or from what an installed version keeps."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _
from pydantic import ValidationError

from jiceng.packs.loading.faults import refusals
from jiceng.packs.loading.manifest import Manifest
from jiceng.packs.loading.reading import Place, Plain, Written, read_yaml
from jiceng.records.refusals import Refusal

MANIFEST = "pack.yaml"
MAX_FILES = 100
MAX_DATA_BYTES = 200_000_000


@dataclass(frozen=True, slots=True)
class Piece:
    """One item of a section, with the file it stands in."""

    shown: str
    line: int
    written: Written


@dataclass(slots=True)
class WrittenPack:
    """A pack before its names are resolved.

    `sections` holds plain values as they will be stored: mappings for most sections, lists for some.
    `pieces` knows where each item stands, `data` the data files; both are empty for an installed version.
    """

    manifest: Manifest
    sections: dict[str, dict[str, Plain] | list[Plain]]
    pieces: dict[tuple[str, str | int], Piece] = field(default_factory=dict)
    data: dict[str, Path] = field(default_factory=dict)
    section_places: dict[str, str] = field(default_factory=dict)

    @property
    def id(self) -> str:
        """The pack's id."""
        return self.manifest.id

    def items(self, section: str) -> Iterator[tuple[str | int, Plain]]:
        """The items of a section by key, or by place in the list."""
        content = self.sections.get(section, {})
        yield from content.items() if isinstance(content, dict) else enumerate(content)

    def where(self, section: str, key: str | int, place: Place = ()) -> str:
        """How people find a place of an item: file and line, or for an installed version its path."""
        piece = self.pieces.get((section, key))
        if piece is None:
            return f"{self.id} {'.'.join(str(step) for step in (section, key, *place))}"
        line = piece.written.line_of(place) if place else piece.line
        return f"{piece.shown}:{line}"

    def digest(self) -> str:
        """SHA-256 over everything the pack says, data files included: equal content, equal digest."""
        data = {use: hashlib.sha256(path.read_bytes()).hexdigest() for use, path in sorted(self.data.items())}
        said = {"manifest": manifest_content(self.manifest), "sections": self.sections, "data": data}
        text = json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()


def manifest_content(manifest: Manifest) -> dict[str, Any]:
    """The manifest as an installed version keeps it."""
    return manifest.model_dump(mode="json", by_alias=True)


def stored_pack(manifest: Mapping[str, Any], sections: Mapping[str, Any]) -> WrittenPack:
    """An installed version as it was written."""
    return WrittenPack(Manifest.model_validate(manifest), dict(sections))


def read_manifest(folder: Path) -> Manifest | None:
    """What the pack in `folder` says of itself; None where that cannot be read. Nothing else is looked at."""
    path = folder / MANIFEST
    root = read_yaml(path, str(path))[0] if path.is_file() else None
    return None if root is None else _manifest(root, str(path), [])[0]


def read_folder(folder: Path) -> tuple[WrittenPack | None, list[Refusal]]:
    """The pack in `folder` and everything that is wrong with its files; None where there is no usable
    `pack.yaml`.
    """
    if not folder.is_dir():
        return None, [Refusal(_("没有这个文件夹"), str(folder), _("写做法包所在的文件夹"))]
    path = folder / MANIFEST
    if not path.is_file():
        return None, [
            Refusal(_("文件夹里没有 pack.yaml"), str(folder), _("见 docs/packs.zh-CN.md“文件”一节"))
        ]
    root, faults = read_yaml(path, str(path))
    if root is None:
        return None, faults or [Refusal(_("文件是空的"), str(path))]
    manifest, written = _manifest(root, str(path), faults)
    if manifest is None:
        return None, faults
    pack = WrittenPack(manifest, {})
    pack.pieces["pack", pack.id] = Piece(str(path), root.line_of(("pack",)), written)
    _gather(pack, root, str(path), faults)
    _find_data(pack, folder, faults)
    files = sorted(
        p for p in folder.glob("*.yaml") if p.name != MANIFEST and p.name not in manifest.data.values()
    )
    if len(files) > MAX_FILES:
        faults.append(Refusal(_("文件太多"), str(folder), _("最多 %(n)d 个") % {"n": MAX_FILES}))
    for file in files[:MAX_FILES]:
        found, wrong = read_yaml(file, str(file))
        faults += wrong
        if found is not None:
            _gather(pack, found, str(file), faults)
    return pack, faults


def _manifest(root: Written, shown: str, faults: list[Refusal]) -> tuple[Manifest | None, Written]:
    said = root.value.get("pack") if isinstance(root.value, dict) else None
    if said is None:
        faults.append(
            Refusal(_("缺少“pack:”"), f"{shown}:1", _("pack.yaml 里写明 pack: {id, name, version}"))
        )
        return None, root
    try:
        return Manifest.model_validate(said.plain()), said
    except ValidationError as error:
        faults += refusals(
            error, Manifest, said.plain(), lambda place: f"{shown}:{root.line_of(('pack', *place))}"
        )
        return None, said


def _find_data(pack: WrittenPack, folder: Path, faults: list[Refusal]) -> None:
    for use, name in pack.manifest.data.items():
        path = folder / name
        if not path.is_file() or path.is_symlink():
            faults.append(Refusal(_("没有数据文件“%(name)s”") % {"name": name}, str(folder / MANIFEST), use))
        elif path.stat().st_size > MAX_DATA_BYTES:
            faults.append(Refusal(_("数据文件太大"), str(path), _("最多 %(n)d 字节") % {"n": MAX_DATA_BYTES}))
        elif not _is_text(path):
            faults.append(Refusal(_("不是 UTF-8 编码"), str(path), _("用编辑器另存为 UTF-8")))
        else:
            pack.data[use] = path


def _is_text(path: Path) -> bool:
    try:
        return "\0" not in path.read_text("utf-8-sig")
    except UnicodeDecodeError:
        return False


def _gather(pack: WrittenPack, root: Written, shown: str, faults: list[Refusal]) -> None:
    """Add a file's sections to the pack's."""
    if not isinstance(root.value, dict):
        faults.append(Refusal(_("文件最外层应为“分节: 内容”"), f"{shown}:{root.line}"))
        return
    for section, written in root.value.items():
        line = root.key_lines[section]
        if section == "pack":
            if not shown.endswith(MANIFEST):
                faults.append(Refusal(_("“pack:”只写在 pack.yaml 里"), f"{shown}:{line}"))
            continue
        pack.section_places.setdefault(section, f"{shown}:{line}")
        if isinstance(written.value, dict):
            _gather_keyed(pack, section, written, shown, faults)
        elif isinstance(written.value, list):
            _gather_listed(pack, section, written, shown, faults)
        elif written.value is not None:
            faults.append(Refusal(_("分节“%(name)s”应为映射或列表") % {"name": section}, f"{shown}:{line}"))


def _gather_keyed(
    pack: WrittenPack, section: str, written: Written, shown: str, faults: list[Refusal]
) -> None:
    held = pack.sections.setdefault(section, {})
    assert isinstance(written.value, dict)
    if isinstance(held, list):
        faults.append(
            Refusal(_("分节“%(name)s”别处写成了列表") % {"name": section}, f"{shown}:{written.line}")
        )
        return
    for key, item in written.value.items():
        line = written.key_lines[key]
        if (other := pack.pieces.get((section, key))) is not None:
            remedy = _("%(where)s 已有，删去一个或改名") % {"where": f"{other.shown}:{other.line}"}
            faults.append(Refusal(_("“%(key)s”写了两遍") % {"key": key[:80]}, f"{shown}:{line}", remedy))
            continue
        held[key] = item.plain()
        pack.pieces[section, key] = Piece(shown, line, item)


def _gather_listed(
    pack: WrittenPack, section: str, written: Written, shown: str, faults: list[Refusal]
) -> None:
    held = pack.sections.setdefault(section, [])
    assert isinstance(written.value, list)
    if isinstance(held, dict):
        faults.append(
            Refusal(_("分节“%(name)s”别处写成了映射") % {"name": section}, f"{shown}:{written.line}")
        )
        return
    for item in written.value:
        pack.pieces[section, len(held)] = Piece(shown, item.line, item)
        held.append(item.plain())
