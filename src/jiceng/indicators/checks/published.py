"""What follows from a place's published figures: worked out over the figures as printed, and over the records."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from jiceng.indicators.checking import SECTION, Place, agrees
from jiceng.indicators.checks.arithmetic import Comparison, Values
from jiceng.indicators.checks.declaring import REFERENCE_SECTION, STATUSES, ReferenceCheck
from jiceng.indicators.checks.running import plain
from jiceng.indicators.definition import english
from jiceng.indicators.sections import Reference
from jiceng.packs.catalogue import current

DIGITS = Decimal("0.0001")
"""To so many digits a result is written down."""


@dataclass(frozen=True, slots=True)
class Worked:
    """What a check comes to: its value (a truth for a comparison), and whether that agrees with what it should
    be; None where there is nothing to compare with, or a figure is missing.
    """

    value: Decimal | bool | None
    holds: bool | None


@dataclass(frozen=True, slots=True)
class Consistency:
    """A check over the printed figures and, where all of its figures are computed, over the records."""

    id: str
    what: str
    unit: str
    status: str
    note: str
    printed: Worked
    computed: Worked | None
    as_written: bool  # the pack's own result and status are what comes out

    @property
    def sound(self) -> bool:
        """Whether it comes out as its pack says; what does not agree is explained there."""
        return self.as_written


def consistencies(place: Place) -> list[Consistency]:
    """Every check of the place whose figures `place` holds."""
    catalogue, known = current(), _references(place.place)
    printed: Values = {key: Decimal(str(reference.value)) for key, reference in known.items()}
    computed: Values = {
        one.id: None if one.computed is None else Decimal(str(one.computed)) for one in place.figures
    }
    found = catalogue.section(REFERENCE_SECTION).items()
    mine = [check for key, check in found if key.startswith(f"{place.place}:")]
    return [_consistency(check, known, printed, computed) for check in mine]


def _references(place: str) -> Mapping[str, Reference]:
    found = current().section(SECTION).items()
    return {item.id: item for key, item in found if key.startswith(f"{place}:")}


def _consistency(
    check: ReferenceCheck, known: Mapping[str, Reference], printed: Values, computed: Values
) -> Consistency:
    given: dict[str, Decimal | None] = {key: Decimal(str(value)) for key, value in check.given.items()}
    over_printed = worked(check, {**printed, **given}, known)
    ours = worked(check, {**computed, **given}, known)
    translated = english()
    return Consistency(
        check.id,
        check.what_en if translated and check.what_en else check.what,
        check.unit,
        check.status,
        check.note_en if translated and check.note_en else check.note,
        over_printed,
        None if ours.value is None else ours,
        _is_result(over_printed.value, check.result) and over_printed.holds is STATUSES[check.status],
    )


def _is_result(value: Decimal | bool | None, result: bool | float) -> bool:
    if isinstance(value, Decimal) and not isinstance(result, bool):
        return value.quantize(DIGITS) == Decimal(str(result)).quantize(DIGITS)
    return value is result


def worked(check: ReferenceCheck, values: Values, known: Mapping[str, Reference]) -> Worked:
    """The check over `values` by id; those that are not there have no value."""
    names = set(check.expr.names())
    told: Values = {name: values.get(name) for name in names}
    if isinstance(check.expr, Comparison):
        holds = check.expr.holds(told)
        return Worked(holds, holds)
    value = check.expr.value(told)
    return Worked(value, None if value is None else _agrees(check, value, known))


def _agrees(check: ReferenceCheck, value: Decimal, known: Mapping[str, Reference]) -> bool | None:
    if check.expect is not None:
        return value == Decimal(str(check.expect))
    if check.between is not None:
        low, high = (Decimal(str(bound)) for bound in check.between)
        return low <= value <= high
    if check.agrees_with is not None:
        stated = known.get(check.agrees_with.partition(":")[2] or check.agrees_with)
        return stated is not None and agrees(value, stated)
    return None


# --------------------------------------------------------------------------------------------- telling
def as_json(found: Sequence[Consistency]) -> list[dict[str, Any]]:
    """The checks as `jiceng figures check --json` prints them."""
    return [
        {
            "id": one.id,
            "what": one.what,
            "printed": _number(one.printed.value),
            "computed": _number(one.computed.value) if one.computed else None,
            "holds": one.printed.holds,
            "computed_holds": one.computed.holds if one.computed else None,
            "status": one.status,
            "ok": one.sound,
            "note": one.note,
        }
        for one in found
    ]


def _number(value: Decimal | bool | None) -> float | bool | None:
    return round(float(value), 4) if isinstance(value, Decimal) else value


def lines(found: Sequence[Consistency]) -> Iterator[str]:
    """The same for people: one line a check, what does not agree with its explanation, then how many there are."""
    for one in found:
        sign = "!" if not one.sound else {True: "✓", False: "≠", None: "·"}[one.printed.holds]
        ours = "" if one.computed is None else _("；按记录 %(value)s") % {"value": said(one.computed.value)}
        note = f"  {one.note}" if one.note and one.printed.holds is False else ""
        yield f"{sign} {one.id}  {one.what}  {said(one.printed.value)}{one.unit}{ours}{note}"
    told = {
        "all": len(found),
        "held": sum(one.printed.holds is True for one in found),
        "gaps": sum(one.status == "gap" for one in found),
        "wrong": sum(one.status == "inconsistent" for one in found),
        "unlike": sum(not one.sound for one in found),
    }
    text = _(
        "公布数之间的核对 %(all)d 项：相符 %(held)d，有差距 %(gaps)d，不符 %(wrong)d，与说明不一致 %(unlike)d"
    )
    yield text % told


def said(value: Decimal | bool | None) -> str:
    """A result in words."""
    if isinstance(value, bool):
        return _("成立") if value else _("不成立")
    return "—" if value is None else plain(value)
