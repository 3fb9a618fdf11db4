"""Names as people search and compare them: pinyin initials, normal forms, one character apart."""

import re
import unicodedata
from collections.abc import Mapping
from functools import cache

from pypinyin import Style, lazy_pinyin
from pypinyin.pinyin_dict import pinyin_dict

# What is left out when names of bodies are compared: legal forms and brackets say little about which body
# is meant.
_FORMS = re.compile(
    r"(股份有限公司|有限责任公司|集团有限公司|有限公司|分公司|公司|集团|个体工商户"
    r"|农民专业合作社联合社|农民专业合作社|专业合作社|合作社|（普通合伙）|普通合伙|有限合伙)"
)
_NOT_NAME = re.compile(r"[\s()（）\[\]【】「」《》“”\"'·•.,，。、\-—－_/]+")


def initials(name: str) -> str:
    """The pinyin initials by which `name` is found, small letters: 青山县 → `qsx`, A1区（东） → `a1qd`.

    Phrases decide between readings where they are known. Some 30 µs a name; `quick_initials` is for bulk.
    """
    letters = "".join(
        lazy_pinyin(unicodedata.normalize("NFKC", name), style=Style.FIRST_LETTER, errors=_plain)
    )
    return letters.lower()


_SURNAMES = dict(zip("单曾解仇查盖区朴缪冼洗逄种召覃瞿纪员乐", "szxqzgopmxxpcsqqjyy", strict=True))
"""Surnames that are read otherwise than the same character elsewhere."""


def person_initials(name: str) -> str:
    """The pinyin initials of a person's name; surnames have readings of their own: 单 s, 仇 q, 区 o."""
    if name[:1] in _SURNAMES:
        return _SURNAMES[name[0]] + quick_initials(name[1:])
    return quick_initials(name)


def _plain(text: str) -> str:
    """What is not Chinese: letters and digits stay, signs go."""
    return "".join(c for c in text if c.isascii() and c.isalnum())


@cache
def _first_letters() -> Mapping[int, str]:
    """A translation table: every character to the first letter of its commonest reading, letters to
    themselves.
    """
    table: dict[int, str] = {}
    for point, readings in pinyin_dict.items():
        letter = unicodedata.normalize("NFD", readings[:1])[:1].lower()
        table[point] = letter if letter.isascii() and letter.isalpha() else ""
    for point in range(0x20, 0x7F):
        table[point] = chr(point).lower() if chr(point).isalnum() else ""
        table[point + 0xFEE0] = table[point]  # its full-width form
    for sign in "（）【】《》“”‘’、，。·—－　":
        table[ord(sign)] = ""
    return table


def quick_initials(name: str) -> str:
    """Like `initials` from a table of single characters: some 1 µs a name, the commonest reading
    throughout.
    """
    return name.translate(_first_letters())


def clean_name(name: str) -> str:
    """`name` as it is stored: full-width letters and digits made plain, runs of space made one, none around.

    Chinese brackets stay; half-width ones become Chinese where the name has Chinese characters.
    """
    kept = name.translate({ord("（"): "\ue000", ord("）"): "\ue001"})
    plain = re.sub(r"\s+", " ", unicodedata.normalize("NFKC", kept)).strip()
    plain = re.sub(r"(?<=[\u3400-\u9fff\ue001]) (?=[\u3400-\u9fff\ue000])", "", plain)
    if re.search(r"[\u3400-\u9fff]", plain):
        plain = plain.replace("(", "\ue000").replace(")", "\ue001")
    return plain.replace("\ue000", "（").replace("\ue001", "）")


def normal_name(name: str) -> str:
    """The core of a body's name, for comparing: brackets, signs, width and legal form taken away.

    `演示县宏达（食品）有限公司` and `演示县宏达食品有限责任公司` meet. A name that is nothing but form
    stays as it is.
    """
    plain = _NOT_NAME.sub("", unicodedata.normalize("NFKC", name)).upper()
    bare = _FORMS.sub("", plain)
    return bare or plain


def one_apart(a: str, b: str) -> bool:
    """Whether one inserted, left-out or exchanged character at most makes `a` into `b`."""
    if a == b:
        return True
    if abs(len(a) - len(b)) > 1:
        return False
    if len(a) > len(b):
        a, b = b, a
    at = next((i for i, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), len(a))
    return a[at:] == b[at + 1 :] if len(a) < len(b) else a[at + 1 :] == b[at + 1 :]


def deletions(name: str) -> set[str]:
    """`name` and every text that leaves one character of it out: names one apart share at least one of
    these.
    """
    return {name, *(name[:i] + name[i + 1 :] for i in range(len(name)))}
