"""Holding a period beside another system's numbers, and a figure's records beside another system's list of names.

Numbers are kept with the reason for each difference. Lists are looked at and forgotten: what another system knows of
persons is not kept here a second time.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.apps import apps
from django.db.models import Model
from django.utils import timezone
from django.utils.translation import gettext as _

from jiceng.exchange.reading.sheets import sheets_of
from jiceng.indicators.answering.declared import find
from jiceng.indicators.figures import list_records
from jiceng.indicators.periods import CalendarPeriod
from jiceng.organisations.models import Region
from jiceng.packs.catalogue import current
from jiceng.periods.frozen import question_of
from jiceng.periods.models import Reconciled
from jiceng.protection.actors import Actor
from jiceng.protection.scopes import Scope
from jiceng.records.refusals import Refusal
from jiceng.records.texts import clean_line
from jiceng.records.writing import write

SYSTEM, LABEL, REASON = 40, 120, 500
NUMBERS, NAMES, WIDE = 500, 100_000, 30
NAMED_BY = ("person", "unit", "party_org", "region", "household", "matter")
"""What a record without a name of its own is called by."""

NOISE = re.compile(r"[\s（(].*?[)）]|\s|数$|总数$|[:：、，,.]")


HEADING = re.compile("姓名|名称|代码|序号")
"""What the heading of a list says, and no name."""


@dataclass(frozen=True, slots=True)
class Number:
    """A row of another system's table: what it says and how much; `figure` is the key that it means, '' where
    nobody knows.
    """

    label: str
    value: Decimal
    figure: str = ""


def numbers_in(data: bytes, name: str, keys: Sequence[str]) -> list[Number]:
    """The rows of a workbook that hold a text and, behind it, a number; each with the figure among `keys` that is
    called so. Raises Refusal for what is no workbook, or holds none.
    """
    called = _called(keys)
    found: dict[str, Number] = {}
    for sheet in sheets_of(data, name):
        for row in sheet.rows():
            if (number := _number_in(row, called)) is not None and len(found) < NUMBERS:
                found.setdefault(number.label, number)
    if not found:
        raise Refusal(_("表里没有“名称、数”这样的行"), name, _("第一列写指标名称，后面一列写数"))
    return list(found.values())


def _number_in(row: Sequence[Any], called: Mapping[str, str]) -> Number | None:
    label = ""
    for cell in row:
        if isinstance(cell, str) and cell.strip() and not label:
            label = clean_line(cell, _("名称"), LABEL) if len(cell) <= LABEL else ""
        elif label and isinstance(cell, int | float) and not isinstance(cell, bool):
            return Number(label, Decimal(str(cell)), called.get(_bare(label), ""))
    return None


def _called(keys: Sequence[str]) -> dict[str, str]:
    """What the figures are called, in either language or by their keys."""
    known = current().section("indicators")
    found: dict[str, str] = {}
    for key in keys:
        for name in (known[key].name, known[key].name_en, key, key.partition(":")[2]):
            if name:
                found.setdefault(_bare(name), key)
    return found


def _bare(label: str) -> str:
    """A label without what people add to it: units in brackets, spaces, 数."""
    return NOISE.sub("", label).casefold()


def keep_numbers(
    *, by: Actor, region: Region, period: CalendarPeriod, system: str, numbers: Iterable[Number]
) -> int:
    """Keep what another system says of the figures; a second time replaces the first, reasons stay where the
    number is the same. Gives how many. Raises Refusal without the system's name.
    """
    name = clean_line(system, _("对方系统"), SYSTEM)
    if not name:
        raise Refusal(_("没有写是哪个系统的数"), remedy=_("如：党统、民政、市监"))
    known = [number for number in numbers if number.figure]
    with write(by=by, action="period.reconcile"):
        Region.objects.select_for_update().get(pk=region.pk)
        rows = Reconciled.objects.filter(region=region, period=str(period), system=name)
        kept = {row.figure: row for row in rows}
        for number in known:
            row = kept.get(number.figure) or Reconciled(
                region=region, period=str(period), system=name, figure=number.figure
            )
            if row.theirs != number.value:
                row.reason = ""
            row.label, row.theirs, row.by, row.at = number.label, number.value, by.name, timezone.now()
            row.save()
    return len(known)


def explain(*, by: Actor, row: Reconciled, reason: str) -> None:
    """Say why the two numbers differ."""
    text = clean_line(reason, _("差异原因"), REASON)
    with write(by=by, action="period.reconcile", reason=text):
        kept = Reconciled.objects.select_for_update().get(pk=row.pk)
        kept.reason = text
        kept.save()


# ----------------------------------------------------------------------------------------------- names
@dataclass(frozen=True, slots=True)
class Lists:
    """Two lists of one figure: the keys of our records that theirs has not, and what theirs has that ours has not."""

    model: str
    here_only: tuple[int, ...]
    there_only: tuple[str, ...]
    both: int


def compare_names(
    *, data: bytes, name: str, figure: str, region: Region, period: CalendarPeriod, scope: Scope
) -> Lists:
    """The records behind a figure, as far as `scope` shows them, beside the column of a workbook that names most
    of them.

    A record is found by its name or its code; of two with one name, two are looked for. Raises Refusal for what
    is no workbook, or holds no texts.
    """
    found = list_records(find(figure), question_of(region.pk, period, scope), limit=NAMES)
    ours = _names(found.model, found.ids())
    theirs = _column(data, name, {each for names in ours.values() for each in names})
    left = Counter(map(_bare, theirs))
    here_only = []
    for key, names in ours.items():
        match = next((each for each in names if left[each] > 0), None)
        if match is None:
            here_only.append(key)
        else:
            left[match] -= 1
    there_only = []
    for text in reversed(theirs):  # of two with one name the last is the one too many
        if left[_bare(text)] > 0:
            left[_bare(text)] -= 1
            there_only.append(text)
    return Lists(found.model, tuple(here_only), tuple(reversed(there_only)), len(ours) - len(here_only))


def _column(data: bytes, name: str, wanted: set[str]) -> list[str]:
    """The texts of the column that holds most of those wanted, without its heading."""
    columns: list[list[str]] = []
    for sheet in sheets_of(data, name):
        texts: dict[int, list[str]] = {}
        for row in sheet.rows():
            for place, cell in enumerate(row[:WIDE]):
                if isinstance(cell, str) and cell.strip() and not HEADING.search(cell):
                    texts.setdefault(place, []).append(cell.strip()[:LABEL])
        columns += texts.values()
    if not columns:
        raise Refusal(_("表里没有名单"), name, _("一行一个，写姓名、名称或代码"))
    return max(columns, key=lambda column: len(wanted & set(map(_bare, column))))


def _names(model: str, keys: Sequence[int]) -> dict[int, tuple[str, ...]]:
    """By record what it may be called elsewhere: its name and its code, or those of what it is about."""
    kind: type[Model] = apps.get_model(model)
    joined = [name for name in NAMED_BY if any(f.name == name for f in kind._meta.concrete_fields)]
    rows = kind._base_manager.select_related(*joined).in_bulk(list(keys))
    return {key: tuple(_called_as(rows[key])) for key in keys if key in rows}


def _called_as(record: Any) -> Iterable[str]:
    about = record
    if not getattr(record, "name", ""):
        others = (getattr(record, name, None) for name in NAMED_BY)
        about = next((other for other in others if other is not None), record)
    return [_bare(text) for text in (getattr(about, "code", ""), str(about)) if text]
