"""A pack's files as a browser sends them: laid out as the folder they come from, checked, installed."""

from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.utils.translation import gettext as _

from jiceng.packs.installing import check, in_force, install
from jiceng.protection.actors import Actor
from jiceng.records.refusals import Refusal, Refusals

MOST_FILES = 100
MOST_BYTES = 100_000_000
SUFFIXES = frozenset({".yaml", ".csv", ".json", ".geojson"})


def uploaded(files: Sequence[Any], by: Actor, *, only_check: bool) -> str:
    """Check the pack that `files` make up together with those in force, and install it unless it is
    `only_check`; gives its name and version.

    Raises Refusal for too much or nothing, Refusals for everything that is wrong with the pack, by file and
    line.
    """
    if not files:
        raise Refusal(_("没有选择文件"), remedy=_("选择做法包文件夹里的全部文件"))
    if len(files) > MOST_FILES or sum(file.size for file in files) > MOST_BYTES:
        raise Refusal(_("文件太多或太大"), remedy=_("只选做法包文件夹里的文件"))
    with TemporaryDirectory() as above:
        folder = Path(above) / "pack"
        folder.mkdir()
        for file in files:
            name = Path(file.name).name
            if Path(name).suffix.lower() in SUFFIXES:  # a README beside them is no part of the pack
                (folder / name).write_bytes(file.read())
        try:
            if only_check:
                pack = check([folder], in_force())[0]
                return f"{pack.manifest.name} {pack.manifest.version}"
            return str(install(folders=[folder], by=by)[0])
        except Refusals as several:
            raise Refusals([_placed(refusal, folder) for refusal in several.refusals]) from None


def _placed(refusal: Refusal, folder: Path) -> Refusal:
    """The refusal as the visitor knows the file: by its name."""
    return Refusal(
        refusal.what.replace(f"{folder}/", ""), refusal.where.replace(f"{folder}/", "").replace(str(folder), ""),
        refusal.remedy,
    )  # fmt: skip
