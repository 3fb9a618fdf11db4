"""An official paper as a value: what it says, not how it looks."""

import datetime
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, fields, is_dataclass
from typing import Any, Literal

from jiceng.reports.demonstration import demonstrating
from jiceng.reports.tables import Table

Kind = Literal["official", "circular", "supervision", "appointment", "minutes", "register"]
"""公文, 通报, 督办单, 聘书, 会议纪要, 表册."""

GAP = re.compile(r"【待填：[^【】]{1,60}】")
"""What is still to be filled in; a Word file shows it marked."""


def gap(label: str) -> str:
    """The mark for something that nobody has said yet: 【待填：责任单位】."""
    return f"【待填：{label.translate(_BRACKETS)[:60]}】"


_BRACKETS = str.maketrans("【】", "〔〕")


# ------------------------------------------------------------------------------------------------ blocks
@dataclass(frozen=True, slots=True)
class Heading:
    """A heading of level 1 to 4 (一、 （一） 1. （1）); the paper counts them. `then` goes on behind it in the
    same paragraph.
    """

    text: str
    level: int = 1
    then: str = ""

    def __post_init__(self) -> None:
        if not 1 <= self.level <= 4:
            raise ValueError(f"headings have levels 1 to 4, not {self.level}")


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Text; each of its lines is a paragraph of its own."""

    text: str


@dataclass(frozen=True, slots=True)
class Field:
    """A cell of a form: its label, what stands beside it, and how many lines are kept free for it."""

    label: str
    text: str = ""
    lines: int = 1


@dataclass(frozen=True, slots=True)
class Form:
    """A bordered form; fields of one row share its width."""

    rows: tuple[tuple[Field, ...], ...]

    def __post_init__(self) -> None:
        if not self.rows or not all(self.rows):
            raise ValueError("a form has rows, and each has a field")


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar of a chart: how long, and its number as text."""

    label: str
    size: float
    text: str


@dataclass(frozen=True, slots=True)
class Chart:
    """Bars under each other, from nought on; `unit` is what they count."""

    title: str
    bars: tuple[Bar, ...]
    unit: str = ""

    def __post_init__(self) -> None:
        if not self.bars:
            raise ValueError(f"chart {self.title!r} has no bars")

    @property
    def heading(self) -> str:
        """The title with its unit."""
        return f"{self.title}（{self.unit}）" if self.unit else self.title

    @property
    def format(self) -> str:
        """How a spreadsheet writes the numbers as their texts do: 0.0"%" for 84.4%."""
        longest = max((bar.text.rstrip("%").partition(".")[2] for bar in self.bars), key=len)
        decimals = f"0.{'0' * len(longest)}" if longest else "0"
        return f'{decimals}"%"' if self.bars[0].text.endswith("%") else decimals


@dataclass(frozen=True, slots=True)
class Roll:
    """Who was there, as minutes have it: 出席：… with its lines hanging behind the label."""

    label: str
    text: str


@dataclass(frozen=True, slots=True)
class Signature:
    """Who signs, and when. `sealed`: room for a seal over the date; else as an unsealed paper has it."""

    issuer: str
    day: datetime.date | None = None
    sealed: bool = True


@dataclass(frozen=True, slots=True)
class Annex:
    """An annex on pages of its own, across where that suits it; the paper numbers and lists its annexes."""

    title: str
    blocks: "tuple[Heading | Paragraph | Form | Roll | Table | Chart | Signature, ...]"
    landscape: bool = False


Block = Heading | Paragraph | Form | Roll | Table | Chart | Signature | Annex


# ------------------------------------------------------------------------------------------------- paper
@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """An official paper.

    `head` is the issuing body's red head (发文机关标志), e.g. 中共某县委组织部文件; without one there is none.
    `number` is the whole document number, `signer` who signs a paper that goes up (签发人). `issuer` and
    `date` make the signature below the text; without an issuer there is none. `copies_to`, `printed_by`
    and `printed_on` make the record at the foot of the last page (版记). A title's line breaks are kept.
    Annexes may stand anywhere among the blocks and come out behind the rest.
    """

    kind: Kind = "official"
    title: str
    blocks: tuple[Block, ...] = ()
    head: str = ""
    number: str = ""
    signer: str = ""
    urgency: str = ""
    addressee: str = ""
    issuer: str = ""
    date: datetime.date | None = None
    sealed: bool = True
    copies_to: tuple[str, ...] = ()
    printed_by: str = ""
    printed_on: datetime.date | None = None
    sample: bool = field(default_factory=demonstrating)

    @property
    def body(self) -> tuple[Block, ...]:
        """The blocks but the annexes."""
        return tuple(block for block in self.blocks if not isinstance(block, Annex))

    @property
    def annexes(self) -> tuple[Annex, ...]:
        """The annexes in their order."""
        return tuple(block for block in self.blocks if isinstance(block, Annex))


def gaps(paper: Paper) -> list[str]:
    """What is still to be filled in, each once, in the order of the paper: the labels of its gaps."""
    found = (match[4:-1] for text in _texts(paper) for match in GAP.findall(text))
    return list(dict.fromkeys(found))


def _texts(part: Any) -> Iterator[str]:
    """Every text in a paper or a part of it."""
    if isinstance(part, str):
        yield part
    elif isinstance(part, tuple):
        for one in part:
            yield from _texts(one)
    elif is_dataclass(part):
        for one in fields(part):
            yield from _texts(getattr(part, one.name))
