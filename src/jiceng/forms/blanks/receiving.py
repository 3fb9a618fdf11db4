"""A blank arrives: judged, read once, kept as it came."""

import zipfile
from collections.abc import Callable, Mapping
from types import ModuleType

from django.utils.translation import gettext as _
from lxml import etree

from jiceng.forms.blanks import word, workbook
from jiceng.forms.blanks.grid import Blank, Writes
from jiceng.protection.actors import Actor
from jiceng.records.attachments import Attachment, Purpose, content_of, store
from jiceng.records.attachments.kinds import kind_of
from jiceng.records.isolated.archives import UnfitFileError
from jiceng.records.refusals import Refusal

BLANK = Purpose("form_blank", most=5_000_000, kinds=frozenset({"xlsx", "docx"}), side=0)
FILED = Purpose("form_filed", most=50_000_000, kinds=frozenset({"xlsx", "docx"}), side=0)

REMEMBERED = 16
_READ: dict[str, Blank] = {}
"""The blanks read last, by what they hold: each page of a form looks at its own."""

_MODULES: Mapping[str, ModuleType] = {"xlsx": workbook, "docx": word}


def receive(*, by: Actor, data: bytes, name: str) -> tuple[Attachment, Blank]:
    """Take a blank in; gives what is kept and what it looks like.

    Raises Refusal for what is no workbook or Word table, carries macros or a password, or has nothing to fill; the
    formats of before 2007 are refused, because they cannot be given back as they came.
    """
    _refuse_old(data, name)
    kept = store(by=by, data=data, name=name, purpose=BLANK)
    return kept, _read(data, kept.name)


def _refuse_old(data: bytes, name: str) -> None:
    try:
        kind = kind_of(data)
    except UnfitFileError:
        return  # `store` says what is wrong with it
    newer = {"xls": "xlsx", "doc": "docx"}.get(kind)
    if newer is not None:
        said = {"kind": kind, "newer": newer}
        raise Refusal(
            _("%(kind)s 格式不能原样填写") % said, name,
            _("用 Excel 或 WPS 打开，另存为 %(newer)s，再上传") % said,
        )  # fmt: skip


def blank_of(attachment: Attachment) -> Blank:
    """What a kept blank looks like. Raises Refusal where its file is lost."""
    if attachment.digest not in _READ:
        if len(_READ) >= REMEMBERED:
            _READ.pop(next(iter(_READ)))
        _READ[attachment.digest] = _read(content_of(attachment), attachment.name)
    return _READ[attachment.digest]


def _read(content: bytes, name: str) -> Blank:
    read: Callable[[bytes, str], Blank] = _MODULES[kind_of(content)].read
    try:
        return read(content, name)
    except (etree.XMLSyntaxError, KeyError, ValueError, zipfile.BadZipFile) as error:
        raise Refusal(_("文件已损坏，无法读取"), name, _("重新保存后再上传")) from error


def filled_file(attachment: Attachment, writes: Mapping[int, Writes]) -> bytes:
    """The blank with values written into it, all else as it came."""
    content = content_of(attachment)
    made: bytes = _MODULES[kind_of(content)].write(content, writes)
    return made
