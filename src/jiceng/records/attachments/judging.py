"""From what was sent to what is kept: is it what it is taken for, may it be kept, and under which name."""

import re
from dataclasses import dataclass

from django.utils.translation import gettext as _

from jiceng.records.attachments.kinds import KINDS, PICTURES, kind_of
from jiceng.records.attachments.photos import reencoded
from jiceng.records.attachments.purposes import Purpose
from jiceng.records.isolated.archives import UnfitFileError
from jiceng.records.refusals import Refusal
from jiceng.records.texts import clean_line

MOST_NAME = 120

_PATH = re.compile(r"[\\/]")
_NOT_IN_NAMES = re.compile(r'[<>:"|?*]')
_ENDINGS = frozenset(ending for kind in KINDS.values() for ending in kind.endings) | {".heic", ".gif", ".bmp"}


@dataclass(frozen=True, slots=True)
class Judged:
    """What is kept of a file: its content, its kind (a key of `KINDS`) and its name."""

    content: bytes
    kind: str
    name: str


def judged(data: bytes, name: str, purpose: Purpose) -> Judged:
    """What to keep of `data`. Raises Refusal for what is too large, dangerous, damaged, or not taken here."""
    shown = cleaned_name(name)
    if len(data) > purpose.most:
        raise Refusal(
            _("文件超过 %(most)s MB") % {"most": purpose.most // 1_000_000}, shown, _("压缩或拆分后再上传")
        )
    try:
        kind = kind_of(data)
    except UnfitFileError as error:
        raise _refusal(error.code, shown, purpose) from None
    if kind not in purpose.kinds:
        raise _refusal("wrong", shown, purpose)
    if kind in PICTURES:
        data, kind = reencoded(data, purpose.side, shown), "jpeg"
    return Judged(data, kind, named_as(shown, kind))


def cleaned_name(name: str) -> str:
    """A file's name without path, control characters and what no system allows in names."""
    last = _PATH.split(name.replace("\0", ""))[-1]
    plain = _NOT_IN_NAMES.sub("_", clean_line(last, "", len(last) + 1)).strip(". ")
    stem, dot, ending = plain.rpartition(".")
    if len(plain) > MOST_NAME and dot and len(ending) < 10:
        return f"{stem[: MOST_NAME - len(ending) - 1]}.{ending}"
    return plain[:MOST_NAME] or _("附件")


def named_as(name: str, kind: str) -> str:
    """`name` with an ending that says what the file holds, so that nothing else ever opens it."""
    endings = KINDS[kind].endings
    lower = name.lower()
    if lower.endswith(endings):
        return name
    wrong = next((ending for ending in _ENDINGS if lower.endswith(ending)), "")
    stem = name[: len(name) - len(wrong)]
    return f"{stem[: MOST_NAME - len(endings[0])]}{endings[0]}"


def _refusal(code: str, name: str, purpose: Purpose) -> Refusal:
    taken = _("可上传：%(kinds)s") % {"kinds": " ".join(purpose.usual_endings)}
    jpeg = _("存为 JPG 或 PNG 后再上传")
    said = {
        "empty": (_("文件是空的"), _("重新选择文件")),
        "program": (_("不接收程序文件"), taken),
        "markup": (_("不接收网页和矢量图文件"), taken),
        "archive": (_("不接收压缩包"), _("解压后逐个上传")),
        "picture": (_("不接收这种格式的图片"), jpeg),
        "heic": (_("不接收 HEIC、AVIF 格式的照片"), _("在相机设置中选“兼容性最佳”，或转成 JPG 后上传")),
        "broken": (_("文件已损坏，无法读取"), _("重新保存后再上传")),
        "encrypted": (_("文件有打开密码"), _("去掉密码后另存，再上传")),
        "macros": (_("文件含有宏"), _("另存为不含宏的文件，再上传")),
        "bomb": (_("压缩内容异常：解开后过大，或与声明不符"), _("不要打开该文件；向提供者要一份正常的")),
    }
    what, remedy = said.get(code, (_("这里不接收这种文件"), taken))
    return Refusal(what, where=name, remedy=remedy)
