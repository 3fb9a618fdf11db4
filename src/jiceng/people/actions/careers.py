"""Work, experience, titles, and standings that a competent body gives to a person or household."""

from datetime import date

from django.utils.translation import gettext as _

from jiceng.organisations.actions.ends import end_record, refuse_not_there, refuse_overlap, refuse_reversed
from jiceng.organisations.models import Unit
from jiceng.organisations.terms import require_all
from jiceng.people.models import Employment, Experience, Household, Person, Qualification, Standing
from jiceng.protection.actors import Actor
from jiceng.records.refusals import Refusal
from jiceng.records.writing import write


def employ(
    *, by: Actor, person: Person, unit: Unit, day: date, channel: str = "", until: date | None = None
) -> Employment:
    """A person works in a unit from `day` on. Raises Refusal for the same work on those days already."""
    require_all("employment", {"channel": channel})
    refuse_reversed(day, until)
    refuse_not_there(unit, day)
    refuse_overlap(Employment._base_manager.filter(person=person, unit=unit), day, until)
    with write(by=by, action="employment.begin"):
        record = Employment(person=person, unit=unit, channel=channel, valid_from=day, valid_to=until)
        record.save()
    return record


def end_employment(*, by: Actor, employment: Employment, day: date, reason: str = "") -> None:
    """The person leaves the unit on `day`."""
    with write(by=by, action="employment.end", reason=reason):
        end_record(employment, day)


def note_experience(
    *, by: Actor, person: Person, kind: str, day: date, until: date | None = None, place: str = ""
) -> Experience:
    """Note a stretch of a person's career, from `day` to `until`. Raises Refusal for one of that kind
    meanwhile.
    """
    require_all("experience", {"kind": kind})
    refuse_reversed(day, until)
    refuse_overlap(Experience._base_manager.filter(person=person, kind=kind), day, until)
    with write(by=by, action="experience.note"):
        record = Experience(person=person, kind=kind, place=place, valid_from=day, valid_to=until)
        record.save()
    return record


def qualify(
    *,
    by: Actor,
    person: Person,
    title: str,
    day: date,
    industry: str = "",
    unit: Unit | None = None,
    document: str = "",
    until: date | None = None,
) -> Qualification:
    """A person obtains a title or skill grade on `day`. Raises Refusal for one they hold already."""
    require_all("qualification", {"title": title, "industry": industry})
    refuse_reversed(day, until)
    refuse_overlap(
        Qualification._base_manager.filter(person=person, title=title, industry=industry), day, until
    )
    with write(by=by, action="qualification.give"):
        record = Qualification(
            person=person,
            title=title,
            industry=industry,
            unit=unit,
            document=document,
            valid_from=day,
            valid_to=until,
        )
        record.save()
    return record


def end_qualification(*, by: Actor, qualification: Qualification, day: date, reason: str = "") -> None:
    """A title is no longer held from `day` on."""
    with write(by=by, action="qualification.end", reason=reason):
        end_record(qualification, day)


def give_standing(
    *,
    by: Actor,
    kind: str,
    day: date,
    person: Person | None = None,
    household: Household | None = None,
    document: str = "",
    until: date | None = None,
) -> Standing:
    """Give a person or a household a standing from `day` on.

    Raises Refusal unless exactly one is given, and for one that holds it on those days already.
    """
    require_all("standing", {"kind": kind})
    refuse_reversed(day, until)
    if (person is None) == (household is None):
        raise Refusal(_("身份应认定给一个人或一户"), remedy=_("选择其一"))
    refuse_overlap(Standing._base_manager.filter(person=person, household=household, kind=kind), day, until)
    with write(by=by, action="standing.give"):
        record = Standing(
            person=person, household=household, kind=kind, document=document, valid_from=day, valid_to=until
        )
        record.save()
    return record


def end_standing(*, by: Actor, standing: Standing, day: date, ended_as: str = "", reason: str = "") -> None:
    """End a standing on `day`, and say how."""
    require_all("standing", {"ended_as": ended_as})
    with write(by=by, action="standing.end", reason=reason):
        end_record(standing, day, ended_as=ended_as)
