"""The period that a form is filled for."""

from datetime import date, timedelta

from jiceng.forms.models import Form, Frequency

MONTHS = {Frequency.MONTH: 1, Frequency.QUARTER: 3, Frequency.HALF: 6, Frequency.YEAR: 12}

Period = tuple[date, date]


def period_of(form: Form, day: date) -> Period:
    """First and last day of the form's period that `day` lies in; of what is asked once, from issue to term."""
    if form.frequency == Frequency.ONCE:
        return form.issued_on or form.made_at.date(), form.expires
    months = MONTHS[Frequency(form.frequency)]
    first = date(day.year, (day.month - 1) // months * months + 1, 1)
    return first, _after(first, months) - timedelta(days=1)


def periods_of(form: Form, day: date, count: int = 6) -> list[Period]:
    """The period that `day` lies in and those before it, latest first."""
    found = [period_of(form, day)]
    while len(found) < count and form.frequency != Frequency.ONCE:
        found.append(period_of(form, found[-1][0] - timedelta(days=1)))
    return found


def times_a_month(form: Form) -> float:
    """How often a month a form is filled; of what is asked once, not at all."""
    months = MONTHS.get(Frequency(form.frequency)) if form.frequency != Frequency.ONCE else None
    return 1 / months if months else 0


def _after(day: date, months: int) -> date:
    years, month = divmod(day.month - 1 + months, 12)
    return day.replace(year=day.year + years, month=month + 1)
