"""Text that people send in, made fit to be stored and shown."""

import unicodedata
from itertools import groupby

from django.utils.translation import gettext as _

from jiceng.records.refusals import Refusal

LINE = 200
TEXT = 5_000
"""How many characters a line and a text hold where nothing else is said."""

_MARKS = 30
"""Combining marks in a row that any writing system needs at most (UAX 15, stream-safe text)."""

_COMPOSED_OF = 3
"""Characters that normalising makes one of, at most."""

_CONTROLS = (*range(0x20), *range(0x7F, 0xA0))
_HALVES = range(0xD800, 0xE000)  # of a pair in UTF-16: no text by themselves
_DIRECTIONS = (*range(0x202A, 0x202F), *range(0x2066, 0x206A))  # turn around what is read after them
_NOTHING = (0xFEFF, 0xFFFE, 0xFFFF)
_BREAKS = ("\n", "\r", "\x85", "\u2028", "\u2029")
_REPLACED: dict[int, str | None] = {
    **dict.fromkeys((*_CONTROLS, *_HALVES, *_DIRECTIONS, *_NOTHING)),
    **dict.fromkeys(map(ord, _BREAKS), "\n"),
    ord("\t"): "\t",
}


def clean_text(text: str, field: str, most: int = TEXT) -> str:
    """`text` without control characters but line breaks and tabs, normalised (NFC), without space around it.

    `field` is its name as people read it, `most` how many characters it may have. Raises Refusal for more, and for
    a NUL, which no form sends.
    """
    return _bounded(_plain(text, field).strip(), field, most, _("删减，或把全文作为附件上传"))


def clean_line(text: str, field: str, most: int = LINE) -> str:
    """`text` as one line: like `clean_text`, with every run of spaces, tabs and line breaks made one space."""
    return _bounded(" ".join(_plain(text, field).split()), field, most, _("缩短后重填"))


def given_reason(text: str, field: str, where: str) -> str:
    """`text` as one line, for what may not be done without a reason. `field` is what the reason is called (催办原因),
    `where` what it is for. Raises Refusal where there is none.
    """
    if not (reason := clean_line(text, field)):
        raise Refusal(_("没有填写%(label)s") % {"label": field}, where, _("写明原因"))
    return reason


def _plain(text: str, field: str) -> str:
    if "\0" in text:
        raise Refusal(_("含有不能保存的字符（NUL）"), where=field, remedy=_("改为手工输入，或从记事本中复制"))
    return text.replace("\r\n", "\n").translate(_REPLACED)


def _bounded(text: str, field: str, most: int, remedy: str) -> str:
    if len(text) <= _COMPOSED_OF * most:  # what is hopelessly long need not be normalised
        text = unicodedata.normalize("NFC", _fewer_marks(text))
    if len(text) > most:
        said = {"length": len(text), "most": most}
        raise Refusal(_("过长：%(length)s 字，最多 %(most)s 字") % said, where=field, remedy=remedy)
    return text


def _fewer_marks(text: str) -> str:
    """Runs of combining marks cut to what means something: sorting a long one takes the square of its length."""
    if text.isascii() or not any(map(unicodedata.combining, text)):
        return text
    kept: list[str] = []
    for combining, run in groupby(text, lambda letter: unicodedata.combining(letter) > 0):
        found = "".join(run)
        kept.append(found[:_MARKS] if combining else found)
    return "".join(kept)
