"""Documents of restructuring in files: YAML, or a workbook with the columns of `sheets`. A file is all or
nothing.
"""

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any

import yaml
from django.db import transaction
from django.utils.translation import gettext as _

from jiceng.exchange.reading.headers import Sieve, find_header
from jiceng.exchange.reading.sheets import Sheet, sheets_of
from jiceng.exchange.reading.values import plain
from jiceng.organisations.restructuring.applying import Outcome, apply_document
from jiceng.organisations.restructuring.documents import Document, documents_of
from jiceng.organisations.restructuring.sheets import COLUMNS, documents_of_rows
from jiceng.organisations.terms import pinned
from jiceng.protection.actors import Actor
from jiceng.records.refusals import Refusal

MOST_BYTES = 20_000_000
NEEDED = "操作"


def documents_in(
    path: Path, *, number: str = "", effective: date | None = None, name: str = ""
) -> list[Document]:
    """The documents of a file, in the order of their days; the keywords stand for what a workbook has no
    columns for.

    Raises Refusal or Refusals for a file that cannot be read and for steps that are not as they should be.
    """
    if not path.is_file():
        raise Refusal(_("没有文件 %(path)s") % {"path": path}, remedy=_("核对路径"))
    if path.stat().st_size > MOST_BYTES:
        raise Refusal(_("文件过大"), path.name, _("拆成几个文件"))
    if path.suffix.lower() in {".yaml", ".yml"}:
        return documents_of(read_yaml(path), folder=path.parent, file=path.name, pack=_pack_of(path.parent))
    return documents_of_rows(_rows(path), number=number, effective=effective, name=name)


def apply_file(
    path: Path,
    *,
    by: Actor,
    dry_run: bool = False,
    number: str = "",
    effective: date | None = None,
    name: str = "",
) -> list[tuple[Document, Outcome]]:
    """Carry out every document of a file, each in a write of its own, all of them or none.

    A dry run carries them out, says what they come to, and takes everything back. Raises as `documents_in`
    and `apply_document` do.
    """
    done = []
    with pinned(), transaction.atomic():
        for document in documents_in(path, number=number, effective=effective, name=name):
            done.append((document, apply_document(by=by, document=document)))
        if dry_run:
            transaction.set_rollback(True)
    return done


class _Loader(yaml.SafeLoader):
    """Leaves days as texts, which whoever needs a day reads: a day that does not exist is refused there."""


_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in found if not tag.endswith(":timestamp")]
    for first, found in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def read_yaml(path: Path) -> Any:
    """The content of a YAML file of operations. Raises Refusal with file and line for what is none."""
    try:
        return yaml.load(path.read_text(encoding="utf-8-sig"), Loader=_Loader)  # noqa: S506 - a safe one
    except UnicodeDecodeError:
        raise Refusal(_("文件不是 UTF-8 编码"), path.name, _("另存为 UTF-8")) from None
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f"{path.name}:{mark.line + 1}" if mark else path.name
        raise Refusal(_("不是合格的 YAML"), where, str(getattr(error, "problem", "") or "")) from None


def _pack_of(folder: Path) -> str:
    """The pack whose folder this is: its own kinds come first."""
    manifest = folder / "pack.yaml"
    content = read_yaml(manifest) if manifest.is_file() else None
    pack = content.get("pack") if isinstance(content, Mapping) else None
    return str(pack.get("id") or "") if isinstance(pack, Mapping) else ""


def _rows(path: Path) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Place and cells of every row of the first sheet that has a column 操作."""
    for sheet in sheets_of(path.read_bytes(), path.name):
        lines = list(sheet.rows())
        header = find_header(lines, sheet.merged, COLUMNS.__contains__)
        if header is not None and NEEDED in header.titles:
            yield from _records(path, sheet, lines, header)
            return
    raise Refusal(_("找不到“操作”列"), path.name, _("表头用：%(columns)s") % {"columns": "、".join(COLUMNS)})


def _records(
    path: Path, sheet: Sheet, lines: list[list[Any]], header: Any
) -> Iterator[tuple[str, Mapping[str, Any]]]:
    sieve = Sieve(header)
    for number, line in enumerate(lines[header.last + 1 :], start=header.last + 2):
        if sieve.why_not(line):
            continue
        where = f"{path.name} {sheet.name} {_('第%(n)s行') % {'n': number}}"
        cells = zip(header.titles, line, strict=False)
        yield where, {title: _cell(value) for title, value in cells if title in COLUMNS}


def _cell(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.date()
    return value if isinstance(value, date) else plain(value).strip() if value not in (None, "") else ""
