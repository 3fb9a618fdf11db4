"""Published figures against what the records come to."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from jiceng.indicators.answering.declared import find
from jiceng.indicators.answering.question import Question
from jiceng.indicators.answering.values import Value
from jiceng.indicators.figures import answer
from jiceng.indicators.sections import Reference
from jiceng.organisations.models import Region
from jiceng.organisations.queries import region_by_code
from jiceng.packs.catalogue import current
from jiceng.packs.loading import Manifest
from jiceng.protection.scopes import Scope
from jiceng.records.refusals import Refusal

SECTION = "reference"
TOLERANCE = Decimal("0.02")


@dataclass(frozen=True, slots=True)
class Checked:
    """One published figure and what the system computes, in the unit it was published in.

    `records` is the number of records behind it. Without an indicator nothing is computed and nothing is ok.
    """

    id: str
    quote: str
    expected: int | float
    computed: int | float | None
    ok: bool
    indicator: str | None
    records: int
    why: str = ""


@dataclass(frozen=True, slots=True)
class Place:
    """The published figures of one place, which is known by its pack."""

    place: str
    figures: tuple[Checked, ...]

    @property
    def ok(self) -> int:
        """How many agree."""
        return sum(figure.ok for figure in self.figures)

    @property
    def sound(self) -> bool:
        """Whether every figure that names an indicator agrees."""
        return all(figure.ok for figure in self.figures if figure.indicator)


def places() -> list[str]:
    """The packs in force that have published figures."""
    found = {key.partition(":")[0] for key in current().section(SECTION)}
    return [pack for pack in current().packs if pack in found]


def check(place: str, progress: Callable[[int, int], None] | None = None) -> Place:
    """Compute every published figure of `place`, over all records. Raises Refusal for an unknown place."""
    catalogue = current()
    if place not in catalogue.packs:
        raise Refusal(_("没有安装做法包“%(name)s”") % {"name": place[:40]}, remedy="、".join(places()))
    published = [item for key, item in catalogue.section(SECTION).items() if key.startswith(f"{place}:")]
    checked = []
    for reference in published:
        checked.append(_checked(reference, catalogue.packs[place]))
        if progress:
            progress(len(checked), len(published))
    return Place(place, tuple(checked))


def _checked(reference: Reference, place: Manifest) -> Checked:
    told = (reference.id, reference.quote, reference.value)
    if reference.indicator is None:
        return Checked(*told, None, False, None, 0)
    try:
        found = compute(reference, place)
    except Refusal as refusal:
        return Checked(*told, None, False, reference.indicator, 0, str(refusal))
    computed = in_published_unit(found.value, reference)
    ok = computed is not None and agrees(computed, reference)
    return Checked(*told, _plain(computed), ok, reference.indicator, found.rows)


def compute(reference: Reference, place: Manifest) -> Value:
    """The reference's indicator, asked as it was published. Raises Refusal, as for a region that is not
    there.
    """
    asked = find(str(reference.indicator))
    day = reference.as_of or reference.until or place.day or timezone.localdate()
    period = (reference.since, reference.until or day) if reference.since else None
    return answer(
        asked,
        Question(
            scope=Scope.all(),
            node=_region(reference, place, day),
            as_of=day,
            period=period,
            narrowed=reference.where,
        ),
    )


def _region(reference: Reference, place: Manifest, day: date) -> int | None:
    code = reference.region or (place.binds[0].region if place.binds else "")
    if not code:
        return None
    found = region_by_code(code, day) or Region.objects.filter(code=code).first()
    if found is None:
        raise Refusal(_("没有区域 %(code)s") % {"code": code}, remedy=_("先导入区划"))
    return int(found.pk)


# ------------------------------------------------------------------------------------------ agreement
def in_published_unit(value: Any, reference: Reference) -> Decimal | None:
    """The computed value in the unit of publication: as 万人 where `base_value` says how many persons."""
    if value is None or isinstance(value, date):
        return None
    found = Decimal(str(value))
    if reference.base_value and reference.value:
        return found * Decimal(str(reference.value)) / Decimal(str(reference.base_value))
    return found


def agrees(computed: Decimal, reference: Reference) -> bool:
    """Whether a computed value is what was published.

    `at_least` is met from the figure up to 2 % above it, `at_most` from 2 % below it up to it, `approx`
    within 2 %; else the value rounded to the printed digits must be the figure.
    """
    published = Decimal(str(reference.value))
    spare = abs(published) * TOLERANCE
    if reference.at_least or reference.at_most or reference.approx:
        above = reference.at_least or not reference.at_most
        below = reference.at_most or not reference.at_least
        return published - spare * below <= computed <= published + spare * above
    return computed.quantize(_last_digit(published), ROUND_HALF_UP) == published


def _last_digit(published: Decimal) -> Decimal:
    exponent = published.as_tuple().exponent
    assert isinstance(exponent, int)
    return Decimal(1).scaleb(min(exponent, 0))


def _plain(computed: Decimal | None) -> int | float | None:
    """A number for people and JSON: whole where it is, else with four digits at most."""
    if computed is None:
        return None
    return int(computed) if computed == computed.to_integral_value() else round(float(computed), 4)


# --------------------------------------------------------------------------------------------- telling
def as_json(found: Place) -> dict[str, Any]:
    """The object that `jiceng figures check --json` prints for one place."""
    names = ("id", "quote", "expected", "computed", "ok", "indicator", "records")
    figures = [{name: getattr(figure, name) for name in names} for figure in found.figures]
    return {"place": found.place, "figures": figures, "ok": found.ok, "total": len(figures)}


def lines(found: Sequence[Place]) -> Iterator[str]:
    """The same for people: one line a figure, then how many agree."""
    for place in found:
        for figure in place.figures:
            sign = "✓" if figure.ok else "✗" if figure.indicator else "·"
            computed = "—" if figure.computed is None else figure.computed
            why = f"  {figure.why}" if figure.why else "" if figure.indicator else "  " + _("尚无指标")
            yield f"{sign} {figure.id}  {figure.quote}  {figure.expected} → {computed}{why}"
        said = {"place": place.place, "ok": place.ok, "total": len(place.figures)}
        yield _("%(place)s：%(ok)d / %(total)d 相符") % said
