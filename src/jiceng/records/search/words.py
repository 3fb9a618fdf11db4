"""Words in Chinese and other text, cut into pieces by which an index finds them.

Chinese has no spaces, so a run of characters is cut into all its pairs; of letters three and of digits four make a
piece. What lies between runs (signs, spaces) is no part of any. The same cut is made by the database (`kept`), for
which everything here is spelt out by code points.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from jiceng.records.refusals import Refusal

LETTERS, DIGITS, OTHERS = 3, 4, 2
"""How many characters of a run make one piece."""

MOST = 200
"""Characters of a question that are read."""

_WIDE = (
    *range(0xFF10, 0xFF1A),
    *range(0xFF21, 0xFF3B),
    *range(0xFF41, 0xFF5B),
)  # digits and letters of double width
_TO_ASCII = {wide: wide - 0xFEE0 for wide in _WIDE}
FOLDED = "".join(map(chr, (*range(0x41, 0x5B), *_WIDE)))
FOLDED_TO = "".join(chr(_TO_ASCII.get(ord(c), ord(c))) for c in FOLDED).lower()
"""Characters that are taken for others: of one width, small."""

_SIGNS = (
    (0x80, 0xBF), (0xD7, 0xD7), (0xF7, 0xF7), (0x2000, 0x206F), (0x2190, 0x2BFF), (0x2E00, 0x2E7F), (0x3000, 0x303F),
    (0xFE10, 0xFE6F), (0xFF00, 0xFF0F), (0xFF1A, 0xFF20), (0xFF3B, 0xFF40), (0xFF5B, 0xFF65),
)  # fmt: skip
_BETWEEN = "\\u0001-\\u007f" + "".join(f"\\u{first:04x}-\\u{last:04x}" for first, last in _SIGNS)
RUN = f"[a-z]+|[0-9]+|[^{_BETWEEN}]+"
"""A regular expression of runs in folded text, alike in Python and PostgreSQL."""

_run = re.compile(RUN)
_word = re.compile(f"(?:{RUN})+")
_fold = str.maketrans(FOLDED, FOLDED_TO)


def folded(text: str) -> str:
    """`text` with letters small and of one width; as long as before, so that places in it stay what they are."""
    return text.translate(_fold)


def pieces(text: str) -> set[str]:
    """The pieces of `text` (folded or not) under which it is found."""
    found: set[str] = set()
    for run in _run.findall(folded(text)):
        size = LETTERS if "a" <= run[0] <= "z" else DIGITS if run[0].isascii() else OTHERS
        found.update(run[i : i + size] for i in range(len(run) - size + 1))
    return found


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody looks for: all of these words, folded, anywhere; and the pieces that a text with them has."""

    words: Sequence[str]
    pieces: frozenset[str]

    def in_(self, *texts: str) -> bool:
        """Whether every word stands in one of `texts`."""
        plain = [folded(text) for text in texts]
        return all(any(word in text for text in plain) for word in self.words)


def asked(text: str) -> Asked:
    """The question that `text` puts. Raises Refusal where it has no word that an index can find."""
    words = tuple(dict.fromkeys(_word.findall(folded(text[:MOST]))))
    found = frozenset(piece for word in words for piece in pieces(word))
    if not found:
        what = _("字词太短，查不了") if words else _("没有可查的字词")
        raise Refusal(what, text.strip()[:20], _("至少写两个汉字、三个字母或四位数字"))
    return Asked(words, found)
