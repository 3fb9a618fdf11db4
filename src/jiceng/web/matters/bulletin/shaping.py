"""The bulletin as its page shows it: every number leads to its matters, every rate shows its two parts."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from jiceng.matters.queries.bulletin import UnitLine
from jiceng.reports.sources.bulletin import rates
from jiceng.reports.tables import Column, Share, text_of
from jiceng.web.matters.bulletin.asking import Question

HEADS = (
    ("sent", _("派件数")), ("on_time", _("按时办结")), ("late", _("超时办结")), ("open", _("未办结")),
    ("closed", _("办结率")), ("closed_on_time", _("按时办结率")), ("dissatisfied", _("不满意")),
    ("dissatisfied_rate", _("不满意率")), ("response", _("响应率")), ("solution", _("解决率")),
    ("satisfaction", _("满意率")), ("unreached", _("回访未联系上")),
)  # fmt: skip
"""The columns: counts, and rates of `rates`."""

LABELS = dict(HEADS) | {
    "due": _("应签收"), "responded": _("按时签收"), "judged": _("已说明是否解决"), "solved": _("已解决"),
    "rated": _("已评价"), "satisfied": _("满意"),
}  # fmt: skip

SHARES = Column("", kind="share")


@dataclass(frozen=True, slots=True)
class CellShown:
    """A number that opens (`url`), or a rate with its parts (`parts`, blank without a whole)."""

    text: str
    label: str
    url: str = ""
    parts: str = ""


@dataclass(frozen=True, slots=True)
class LineShown:
    """One unit, or all of them."""

    name: str
    cells: tuple[CellShown, ...]


def shown(question: Question, units: Sequence[UnitLine]) -> list[LineShown]:
    """The lines of the page."""
    return [line_of(question, unit) for unit in units]


def line_of(question: Question, line: UnitLine) -> LineShown:
    """One of them; the numbers of a line that adds others up open nothing."""
    shares = rates(line)
    cells = []
    for key, label in HEADS:
        if key in shares:
            share = shares[key]
            cells.append(CellShown(text_of(share, SHARES), str(label), parts=_parts(share)))
            continue
        number = line.counts[key]
        url = ""
        if number and line.unit is not None:
            url = f"{reverse('matters:bulletin_list')}?{question.behind(line.unit, key)}"
        cells.append(CellShown(str(number), str(label), url))
    return LineShown(line.name, tuple(cells))


def _parts(share: Share) -> str:
    return f"{share.part}/{share.whole}" if share.whole else ""
