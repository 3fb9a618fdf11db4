"""Where the header of a sheet is, and which lines below it are records.

Counties put a title and a note above the header, merge it over two or three lines, repeat it on every
printed page, put 合计 and 小计 lines in between and 填表人 at the foot.
"""

import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from jiceng.exchange.reading.sheets import Cell
from jiceng.exchange.reading.values import plain

HEAD = 40
"""A header stands in the first lines of a sheet or nowhere."""

Merged = Sequence[tuple[int, int, int, int]]
"""Merged cells: top, left, bottom, right, all counted from 0 and inclusive."""

LOOKED_AT = 4

_DECORATION = re.compile(r"^[*＊★☆▲△●]+|[*＊★☆:：]+$")
_INDEX = frozenset(("序号", "序列", "行次", "no", "no.", "#", "编 号", "顺序号"))
_TOTAL = re.compile(r".{0,12}?(?:合计|小计|总计|共计)[:：]?\d*[家个人名户]?")
_FOOTER = re.compile(
    r"(?:填表|填报|制表|审核|复核|审批|统计|报送|单位|主要|分管|经办|联系|报出|签字|盖章|备?注|(?:填表|填报)?说明)"
    r"(?:人|单位|负责人|领导|日期|时间|机关|电话|签字|盖章|签章)*(?:[（(][^）)]*[）)])?[:：]"
)
_SECTION = re.compile(r"[（(]?[一二三四五六七八九十]{1,3}[)）、.．].{0,30}")
_NUMBER = re.compile(r"[\d.,%]+")


def folded(title: Cell) -> str:
    """A column title for comparing: no spaces, line breaks, stars or colons, plain letters, small."""
    text = re.sub(r"\s+", "", unicodedata.normalize("NFKC", plain(title)))
    return _DECORATION.sub("", text).lower()


def is_index(title: str) -> bool:
    """Whether a column only numbers the lines (序号)."""
    return folded(title) in _INDEX


@dataclass(frozen=True, slots=True)
class Header:
    """The header's first and last line (from 0), and one title a column; a title over merged lines reads
    父-子.

    Blank columns have an empty title.
    """

    first: int
    last: int
    titles: tuple[str, ...]

    def doubled(self) -> dict[str, list[int]]:
        """Titles that stand over more than one column, with those columns."""
        places: dict[str, list[int]] = {}
        for place, title in enumerate(self.titles):
            if title:
                places.setdefault(folded(title), []).append(place)
        return {self.titles[where[0]]: where for where in places.values() if len(where) > 1}


def find_header(
    rows: Sequence[Sequence[Cell]], merged: Merged, known: Callable[[str], bool]
) -> Header | None:
    """The header among the first lines of a sheet, by the titles that `known` recognises, else by its looks.

    None for a sheet without one (an empty sheet, a page of text).
    """
    head = [list(row) for row in rows[:HEAD]]
    merged = [area for area in merged if area[0] < HEAD]  # the others, which may be many, belong to records
    best: tuple[int, int, Header] | None = None
    for first in range(len(head)):
        for depth in (1, 2, 3):
            header = _joined(head, merged, first, depth)
            if header is None:
                continue
            hits = sum(known(title) for title in header.titles if title)
            # of equals the smaller header, and of those the upper one
            if hits and (best is None or (hits, -depth) > best[:2]):
                best = (hits, -depth, header)
    if best and (best[0] > 1 or sum(map(bool, best[2].titles)) <= 2):
        return best[2]
    return _by_looks(head) or (best[2] if best else None)


def _texts(row: Sequence[Cell]) -> list[str]:
    return [plain(cell).strip() for cell in row]


def _joined(head: list[list[Cell]], merged: Merged, first: int, depth: int) -> Header | None:
    """The header over `depth` lines from `first` on, or None where these lines are not one header."""
    last = first + depth - 1
    if last >= len(head):
        return None
    lines = [_texts(row) for row in head[first : last + 1]]
    if sum(map(bool, lines[0])) == 0 or any(_looks_like_data(line) for line in lines):
        return None
    width = max(map(len, lines))
    for line in lines:
        line.extend("" for _ in range(width - len(line)))
    if depth > 1:
        if len({text for text in lines[0] if text}) < 2:
            return None  # a title over everything, not a line of the header
        if not (_fill_merged(lines, merged, first) or (depth == 2 and _fill_unmerged(lines))):
            return None
    titles = []
    for place in range(width):
        parts: list[str] = []
        for line in lines:
            if line[place] and line[place] not in parts:
                parts.append(line[place])
        titles.append("-".join(parts))
    while titles and not titles[-1]:
        titles.pop()
    return Header(first, last, tuple(titles))


def _looks_like_data(line: list[str]) -> bool:
    filled = [text for text in line if text]
    return sum(bool(_NUMBER.fullmatch(text)) or len(text) > 40 for text in filled) * 3 > len(filled)


def _fill_merged(lines: list[list[str]], merged: Merged, first: int) -> bool:
    """Spread merged titles over their cells; whether any merged cell ties these lines together."""
    last = first + len(lines) - 1
    tied: set[int] = set()
    for top, left, bottom, right in merged:
        if top < first or bottom > last:
            continue
        title = lines[top - first][left] if left < len(lines[0]) else ""
        for row in range(top, bottom + 1):
            for column in range(left, min(right + 1, len(lines[0]))):
                lines[row - first][column] = title
        if bottom > top:
            tied.update(range(top, bottom))
        elif top < last and any(lines[top + 1 - first][left : right + 1]):
            tied.add(top)
    return tied >= set(range(first, last))


def _fill_unmerged(lines: list[list[str]]) -> bool:
    """The same for two lines where merged cells are not known (csv): a group's title stands over its first
    column.
    """
    above, below = lines
    children = [place for place, text in enumerate(below) if text]
    alone = [place for place, text in enumerate(above) if text and not below[place]]
    if not children or not alone or not any(not above[place] for place in children):
        return False
    for place in children:
        group_goes_on = place + 1 < len(above) and not above[place + 1] and below[place + 1]
        if above[place] and not group_goes_on:
            return False
    for place in children:
        if not above[place]:
            if place == 0 or not below[place - 1]:
                return False
            above[place] = above[place - 1]
    return True


def _by_looks(head: list[list[Cell]]) -> Header | None:
    """A header none of whose titles is known: the first full line of short, different texts, with lines
    below it.
    """
    widths = sorted(sum(bool(text) for text in _texts(row)) for row in head)
    usual = widths[len(widths) // 2] if widths else 0
    for number, row in enumerate(head[:-1]):
        texts = _texts(row)
        filled = [text for text in texts if text]
        full = len(filled) >= max(2, usual * 0.6)
        if full and len(set(filled)) == len(filled) and all(
            len(text) <= 25 and not _NUMBER.fullmatch(text) for text in filled
        ):  # fmt: skip
            return Header(number, number, tuple(texts))
    return None


class Sieve:
    """Tells records from the other lines below a header."""

    def __init__(self, header: Header) -> None:
        self._titles = [folded(title) for title in header.titles]
        self._parts = [set(title.split("-")) for title in self._titles]
        self._index = {place for place, title in enumerate(header.titles) if is_index(title)}
        self._seen = 0
        self._ended = False

    def why_not(self, row: Sequence[Cell]) -> str:
        """Why a line is no record: `blank`, `total`, `footer`, `header`, `numbers`, `section`; empty for a
        record.
        """
        self._seen += 1
        filled = self._first_filled(row)
        own = [(place, text) for place, text in filled if place not in self._index]
        if any("计" in text and _TOTAL.fullmatch(text.replace(" ", "")) for _place, text in filled):
            return "total"
        if not own and all(_NUMBER.fullmatch(text) for _place, text in filled):
            return "blank"
        if _FOOTER.match(filled[0][1].replace(" ", "")) or (self._ended and len(filled) <= 2):
            self._ended = True
            return "footer"
        if len(filled) == 1 and len(self._titles) > 2 and _SECTION.fullmatch(filled[0][1]):
            return "section"
        if self._seen <= 2 and _counts_columns([plain(cell) for cell in row if cell not in ("", None)]):
            return "numbers"
        return "header" if self._repeats(own) else ""

    @staticmethod
    def _first_filled(row: Sequence[Cell]) -> list[tuple[int, str]]:
        """The first cells with something in them: what a line is shows there, and there are many lines."""
        filled = []
        for place, cell in enumerate(row):
            if cell != "" and cell is not None and (text := plain(cell).strip()):
                filled.append((place, text))
                if len(filled) == LOOKED_AT:
                    break
        return filled

    def _repeats(self, filled: list[tuple[int, str]]) -> bool:
        if len(filled) < 2:
            return False
        place, text = filled[0]
        if place >= len(self._parts) or folded(text) not in self._parts[place]:
            return False
        return all(place < len(self._parts) and folded(text) in self._parts[place] for place, text in filled)


def _counts_columns(texts: list[str]) -> bool:
    """A line of column numbers under the header: 1 2 3 …, or 甲 乙 1 2 …."""
    numbers = [text for text in texts if text not in "甲乙丙丁"]
    return (
        len(texts) >= 3
        and bool(numbers)
        and all(text.isdigit() for text in numbers)
        and int(numbers[0]) == 1
        and all(int(b) - int(a) == 1 for a, b in pairwise(numbers))
    )
