"""The section `calendar`: working hours, days off and days worked, and the calendar they make at a place."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import Annotated, Any, TypeVar
from weakref import WeakKeyDictionary

from django.utils.translation import gettext as _
from pydantic import AfterValidator, Field, WithJsonSchema, model_validator

from jiceng.packs.catalogue import Catalogue, current
from jiceng.packs.data import register_data_check
from jiceng.packs.loading import WrittenPack
from jiceng.packs.references import Day, refuse
from jiceng.packs.sections import PackModel, Section, register_section
from jiceng.records.calendar import Hours, Season, SpecialDay, WorkCalendar, month_day
from jiceng.records.refusals import Refusal

MOST_DAYS = 62
"""A stretch of days off longer than the summer holidays is a slip of the pen."""

T = TypeVar("T")


def _said(make: Callable[[], T]) -> T:
    """What `make` gives; its refusal as the loader wants it."""
    try:
        return make()
    except Refusal as refusal:
        raise refuse(refusal.what, refusal.remedy) from None


def _checked_month_day(text: str) -> str:
    _said(lambda: month_day(text))
    return text


def _checked_hours(hours: tuple[str, ...]) -> tuple[str, ...]:
    if hours:
        _said(lambda: Hours.parse(hours))
    return hours


StretchText = Annotated[str, WithJsonSchema({"type": "string", "pattern": r"^\d\d:\d\d\s*[-–]\s*\d\d:\d\d$"})]
Stretches = Annotated[tuple[StretchText, ...], AfterValidator(_checked_hours)]
MonthDayText = Annotated[
    str,
    AfterValidator(_checked_month_day),
    WithJsonSchema({"type": "string", "pattern": r"^(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$"}),
]


class CalendarSeason(PackModel):
    """Hours that hold for a part of every year."""

    label: str = Field("", max_length=40, description="名称，如“夏令时间”")
    since: MonthDayText = Field(alias="from", description="从几月几日起，如 05-01")
    until: MonthDayText = Field(alias="to", description="到几月几日止（含），如 09-30；可以跨年")
    hours: Stretches = Field(min_length=1, max_length=8, description="这一时期的工作时段")

    def value(self) -> Season:
        """The season as calendars hold it."""
        return Season(month_day(self.since), month_day(self.until), Hours.parse(self.hours))


class CalendarDays(PackModel):
    """A day, or days on end."""

    day: Day | None = Field(None, description="某一天；或者写 from、to")
    since: Day | None = Field(None, alias="from", description="从哪天起")
    until: Day | None = Field(None, alias="to", description="到哪天止（含）")
    reason: str = Field(min_length=1, max_length=80, description="事由，如“防汛值班”“三月三”")

    @model_validator(mode="after")
    def says_which(self) -> "CalendarDays":
        """One day, or both ends of several, in order."""
        ends = (self.since, self.until)
        if (self.day is None) == (ends == (None, None)) or (self.day is None and None in ends):
            raise refuse(_("写 day，或者写 from 和 to"))
        first, last = self._ends()
        if last < first:
            raise refuse(_("to 不应早于 from"))
        if (last - first).days >= MOST_DAYS:
            raise refuse(_("连续的日子太多，最多 %(most)s 天") % {"most": MOST_DAYS})
        return self

    def _ends(self) -> tuple[date, date]:
        if self.since is not None and self.until is not None:
            return self.since, self.until
        assert self.day is not None
        return self.day, self.day

    def each(self) -> Iterator[date]:
        """Every one of them."""
        first, last = self._ends()
        return (first + timedelta(days=n) for n in range((last - first).days + 1))


class CalendarPart(PackModel):
    """Working hours, or exceptional days, or both."""

    label: str = Field(min_length=1, max_length=80, description="名称，如“作息时间”“2027年放假安排”")
    en: str = Field("", max_length=160, description="英文名称")
    hours: Stretches = Field((), max_length=8, description="工作时段，如 [08:30-12:00, 14:00-17:30]")
    seasons: tuple[CalendarSeason, ...] = Field(
        (), max_length=12, description="一年里另有作息的时期；其余日子用 hours"
    )
    days_off: tuple[CalendarDays, ...] = Field((), max_length=200, description="放假、不上班的日子")
    working_days: tuple[CalendarDays, ...] = Field((), max_length=200, description="上班的周末和节假日")
    year: int | None = Field(
        None,
        ge=2004,
        le=2199,
        description="写全了哪一年的全国放假调休安排：程序还不知道那一年时写，期限不再标“暂定”",
    )
    basis: str = Field("", max_length=400, description="依据：文件名称与文号")
    note: str = Field("", max_length=400, description="说明")

    @model_validator(mode="after")
    def says_something(self) -> "CalendarPart":
        """Hours or days; seasons beside hours and apart from each other; no day both worked and off."""
        if not (self.hours or self.days_off or self.working_days):
            raise refuse(_("写 hours、days_off、working_days 中至少一项"))
        if self.seasons and not self.hours:
            raise refuse(_("写了 seasons，没有写 hours"), _("hours 是其余日子的工作时段"))
        _refuse_overlaps(self.seasons)
        _refuse_both(self.days_off, self.working_days)
        return self

    def special(self) -> Iterator[SpecialDay]:
        """The exceptional days as calendars hold them."""
        for works, written in ((False, self.days_off), (True, self.working_days)):
            for days in written:
                yield from (SpecialDay(day, works, days.reason) for day in days.each())


def _refuse_overlaps(seasons: Sequence[CalendarSeason]) -> None:
    leap_year = [date(2000, 1, 1) + timedelta(days=n) for n in range(366)]
    values = [season.value() for season in seasons]
    for day in leap_year:
        if sum(season.covers(day.month, day.day) for season in values) > 1:
            raise refuse(_("%(day)s 有两个时期") % {"day": f"{day:%m-%d}"}, _("各个时期不要重叠"))


def _refuse_both(days_off: Sequence[CalendarDays], working_days: Sequence[CalendarDays]) -> None:
    off = {day for days in days_off for day in days.each()}
    both = sorted(day for days in working_days for day in days.each() if day in off)
    if both:
        raise refuse(_("%(day)s 既放假又上班") % {"day": both[0].isoformat()}, _("只写其中一种"))


CALENDAR = register_section(
    Section(
        key="calendar",
        model=CalendarPart,
        keyed=True,
        label="工作日历",
        description="期限按它计算：作息时间、各地自己的放假和上班日。全国放假调休安排程序自带。"
        "作息时间用最近的一条；各条的日子都算，同一天以最近的一条为准。",
    )
)


# ------------------------------------------------------------------------------------------ at a place
_calendars: WeakKeyDictionary[Catalogue, dict[tuple[str, ...], WorkCalendar]] = WeakKeyDictionary()


def calendar_at(codes: Sequence[str], day: date, catalogue: Catalogue | None = None) -> WorkCalendar:
    """The work calendar that holds at a place on `day`.

    `codes` are those of a region and its ancestors, from the nearest up. Without `catalogue` that of the packs
    in force (one small query). The same parts give the same calendar object as long as the catalogue lives.
    Working hours are those of the nearest part that has any; of the exceptional days all parts count, for one
    day the nearest. Raises Refusal where no part has working hours.
    """
    catalogue = current() if catalogue is None else catalogue
    parts = catalogue.section(CALENDAR.key, codes, day)
    kept = _calendars.setdefault(catalogue, {})
    found = kept.get(key := tuple(parts))
    if found is None:
        found = kept[key] = _calendar(parts)
    return found


def _calendar(parts: Mapping[str, Any]) -> WorkCalendar:
    timetable = next((part for part in parts.values() if part.hours), None)
    if timetable is None:
        what = _("这里没有作息时间，无法计算期限")
        raise Refusal(what, remedy=_("安装带有 calendar 分节的基础包，或在本地做法包里写 hours"))
    return WorkCalendar(
        hours=Hours.parse(timetable.hours),
        seasons=tuple(season.value() for season in timetable.seasons),
        special=tuple(special for part in parts.values() for special in part.special()),
        years=frozenset(part.year for part in parts.values() if part.year is not None),
    )


# ------------------------------------------------------------------------------------------- checking
@register_data_check
def contradictions(pack: WrittenPack, catalogue: Catalogue) -> list[Refusal]:
    """What two parts of one pack say differently, where none is nearer than the other."""
    faults: list[Refusal] = []
    timetable = ""
    special: dict[date, bool] = {}
    for qualified, part in catalogue.section(CALENDAR.key).items():
        owner, _colon, key = qualified.partition(":")
        if owner != pack.id:
            continue
        if part.hours and timetable:
            what = _("“%(key)s”里已有作息时间") % {"key": timetable}
            faults.append(Refusal(what, pack.where(CALENDAR.key, key, ("hours",)), _("一个包只写一份")))
        timetable = timetable or (key if part.hours else "")
        for one in part.special():
            if special.setdefault(one.day, one.works) != one.works:
                what = _("%(day)s 既放假又上班") % {"day": one.day.isoformat()}
                faults.append(Refusal(what, pack.where(CALENDAR.key, key), _("只写其中一种")))
    return faults
