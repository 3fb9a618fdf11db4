"""A list of divisions as columns: read from CSV, cleaned, its kinds told. Faults name the row."""

import csv
import gzip
import io
import re
import zlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from jiceng.organisations import codes as code_rules
from jiceng.organisations.naming import clean_name
from jiceng.organisations.terms import KindsByCode, level_of_kind, meaning
from jiceng.records.refusals import Refusal, Refusals

LEAST = {"code", "name"}
KNOWN = LEAST | {"parent", "level", "kind", "valid_from", "valid_to", "tags"}
MOST_FAULTS = 50
MOST_BYTES = 512 * 1024 * 1024
"""How large a list may be once unpacked; all of China is 25 MB."""

_other_than_chinese = re.compile(r"[^\u3400-\u9fff]").search


@dataclass(slots=True)
class Listing:
    """The rows of a list, column by column; `told` where kinds were not given but told by code and name."""

    codes: list[str]
    names: list[str]
    parents: list[str]  # codes; empty for a root
    levels: list[int]
    kinds: list[str]
    begins: list[date]
    ends: list[date | None]
    told: bool
    file: str = ""

    def __len__(self) -> int:
        return len(self.codes)

    def where(self, row: int) -> str:
        """The place of a row (from 0) for people, the header being line 1."""
        line = _("第%(n)s行") % {"n": row + 2}
        return f"{self.file} {line}" if self.file else line


# ---------------------------------------------------------------------------------------------- reading
def _unpacked(path: Path) -> bytes:
    packed = path.read_bytes()
    if not packed.startswith(b"\x1f\x8b"):
        return packed
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(packed)) as file:
            content = file.read(MOST_BYTES + 1)
    except (EOFError, OSError, zlib.error):
        raise Refusal(_("压缩文件已损坏"), path.name, _("重新下载或重新压缩")) from None
    if len(content) > MOST_BYTES:
        raise Refusal(_("解压后过大"), path.name, _("拆成几个文件"))
    return content


def read_list(path: Path) -> tuple[list[str], list[list[str]]]:
    """The header and the rows of a CSV file (UTF-8 or GB 18030, also packed by gzip). Raises Refusal."""
    content = _unpacked(path)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        try:
            text = content.decode("gb18030")
        except UnicodeDecodeError:
            raise Refusal(_("文件不是 UTF-8 或 GBK 编码"), path.name, _("另存为 UTF-8 的 CSV")) from None
    try:
        rows = list(csv.reader(io.StringIO(text, newline="")))
    except csv.Error as error:
        raise Refusal(_("不是 CSV 文件：%(error)s") % {"error": error}, path.name, _("另存为 CSV")) from None
    if not rows:
        raise Refusal(_("文件是空的"), path.name, _("核对文件"))
    return [c.strip().lower() for c in rows[0]], rows[1:]


def is_list(path: Path) -> bool:
    """Whether a file is a list of divisions by name and header: code, name and only columns known here."""
    if not path.name.lower().endswith((".csv", ".csv.gz")):
        return False
    try:
        with path.open("rb") as packed:
            file = gzip.GzipFile(fileobj=packed) if path.name.lower().endswith(".gz") else packed
            header = file.readline(1000).decode("utf-8-sig").strip().lower()
    except (OSError, EOFError, UnicodeDecodeError, zlib.error):
        return False
    columns = set(header.split(","))
    return columns >= LEAST and columns <= KNOWN


# ---------------------------------------------------------------------------------------------- columns
def listing(columns: Sequence[str], rows: Iterable[Sequence[str]], *, as_of: date, file: str = "") -> Listing:
    """Parsed rows as a `Listing`. Columns: code, name; parent (else told by the code), level, kind (else
    told by code and name), valid_from (else `as_of`), valid_to, tags (`level:town`).

    Raises Refusals naming up to 50 rows: missing or failing codes, codes given twice, empty names, wrong
    dates or kinds.
    """
    listed = [row for row in rows if row]
    if LEAST - set(columns):
        lacking = "、".join(sorted(LEAST - set(columns)))
        raise Refusal(
            _("缺少列：%(columns)s") % {"columns": lacking}, file, "code,name,parent,level,kind,valid_from"
        )
    uneven = [n for n, row in enumerate(listed) if len(row) != len(columns)]
    if uneven:
        raise Refusals([_fault(file, n, _("列数与表头不同")) for n in uneven[:MOST_FAULTS]])
    given: dict[str, Sequence[Any]] = dict.fromkeys(columns, ())
    if listed:
        given = dict(zip(columns, zip(*listed, strict=True), strict=True))
    faults: list[Refusal] = []
    codes = _codes(given["code"], file, faults)
    names = [name if not _other_than_chinese(name) else clean_name(name) for name in given["name"]]
    faults += [_fault(file, n, _("缺少名称")) for n, name in enumerate(names) if not name]
    levels = _levels(given, codes, file, faults)
    if "kind" in given:
        kinds = _kinds(given["kind"], file, faults)
        levels = [a or (level_of_kind(k, code_rules.area_level(c) - 1) if k else 0)
                  for a, k, c in zip(levels, kinds, codes, strict=True)]  # fmt: skip
    else:
        levels = [a or code_rules.area_level(c) for a, c in zip(levels, codes, strict=True)]
        kinds = _told(codes, names, levels)
    found = Listing(
        codes=codes,
        names=names,
        parents=list(given["parent"]) if "parent" in given else [code_rules.parent_code(c) for c in codes],
        levels=levels,
        kinds=kinds,
        begins=[day or as_of for day in _days(given.get("valid_from"), len(codes), file, faults)],
        ends=_days(given.get("valid_to"), len(codes), file, faults),
        told="kind" not in given,
        file=file,
    )
    if faults:
        raise Refusals(faults[:MOST_FAULTS])
    return found


def _fault(file: str, row: int, what: str, remedy: str = "") -> Refusal:
    where = _("第%(n)s行") % {"n": row + 2}
    return Refusal(what, f"{file} {where}" if file else where, remedy or _("更正后重新导入"))


def _codes(written: Sequence[str], file: str, faults: list[Refusal]) -> list[str]:
    lengths = set(code_rules.AREA_LENGTHS)
    found = []
    for n, code in enumerate(written):
        if len(code) not in lengths or not (code.isascii() and code.isdigit()) or code[0] == "0":
            code = code_rules.folded(code)
            if fault := code_rules.area_fault(code):
                faults.append(_fault(file, n, fault))
        found.append(code)
    if len(set(found)) != len(found):
        twice = {code for code, times in Counter(found).items() if times > 1 and code}
        again = [n for n, code in enumerate(found) if code in twice]
        faults += [_fault(file, n, _("代码 %(code)s 出现两次") % {"code": found[n]}) for n in again]
    return found


def _levels(
    given: Mapping[str, Sequence[Any]], codes: list[str], file: str, faults: list[Refusal]
) -> list[int]:
    """The levels that the list gives, in a column or as a tag; 0 where it does not."""
    if "level" in given:
        try:
            return list(map(int, given["level"]))
        except ValueError:
            wrong = [n for n, text in enumerate(given["level"]) if not text.strip().isdigit()]
            faults += [_fault(file, n, _("层级应为数字，1为省级")) for n in wrong]
            return [0] * len(codes)
    if "tags" in given:
        tagged = {tags: _level_tagged(tags) for tags in set(given["tags"])}
        return [tagged[tags] for tags in given["tags"]]
    return [0] * len(codes)


def _level_tagged(tags: str) -> int:
    """`level:town` is the level of the kind `town`."""
    found = re.search(r"level:(\w+)", tags)
    return level_of_kind(meaning("region_kinds", found[1]), 0) if found else 0


def _kinds(written: Sequence[str], file: str, faults: list[Refusal]) -> list[str]:
    known: dict[str, str] = {}
    for text in set(written):
        try:
            known[text] = meaning("region_kinds", text)
        except Refusal as refusal:
            known[text] = ""
            rows = [n for n, other in enumerate(written) if other == text]
            faults += [_fault(file, n, refusal.what, refusal.remedy) for n in rows[:3]]
    return [known[text] for text in written]


def _told(codes: list[str], names: list[str], levels: list[int]) -> list[str]:
    """Kinds by code and name. What hangs below a statistical town is statistical as well."""
    kinds = KindsByCode()
    tellers = {level: kinds.teller(level) for level in set(levels)}
    starts = {level: code_rules.AREA_LENGTHS[level - 2] if 2 <= level <= 5 else 0 for level in tellers}
    found = []
    for code, name, level in zip(codes, names, levels, strict=True):
        own = code[starts[level] :]
        if level > 4 and code[6:9] >= "400":
            found.append(kinds.otherwise)
        else:
            found.append(tellers[level](int(own) if own.isdigit() else 0, name))
    return found


@cache
def _day(text: str) -> date:
    return date.fromisoformat(text)


def _days(written: Sequence[str] | None, count: int, file: str, faults: list[Refusal]) -> list[date | None]:
    if written is None:
        return [None] * count
    found: list[date | None] = []
    for n, text in enumerate(written):
        try:
            found.append(_day(text.strip()) if text.strip() else None)
        except ValueError:
            found.append(None)
            faults.append(
                _fault(file, n, _("“%(text)s”不是日期") % {"text": text}, _("写成 2020-06-10 的样子"))
            )
    return found
