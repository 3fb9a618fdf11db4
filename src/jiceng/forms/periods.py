"""The period that a form is filled for."""

from datetime import date, timedelta

from jiceng.forms.models import Form, Frequency
from jiceng.indicators.periods import MONTHS, period_with

Period = tuple[date, date]


def period_of(form: Form, day: date) -> Period:
    """First and last day of the form's period that `day` lies in; of what is asked once, from issue to term."""
    if form.frequency == Frequency.ONCE:
        return form.issued_on or form.made_at.date(), form.expires
    return period_with(day, form.frequency).days


def periods_of(form: Form, day: date, count: int = 6) -> list[Period]:
    """The period that `day` lies in and those before it, latest first."""
    found = [period_of(form, day)]
    while len(found) < count and form.frequency != Frequency.ONCE:
        found.append(period_of(form, found[-1][0] - timedelta(days=1)))
    return found


def times_a_month(form: Form) -> float:
    """How often a month a form is filled; of what is asked once, not at all."""
    months = MONTHS.get(form.frequency)
    return 1 / months if months else 0
