"""A person appointed to a post by a step: with a term, a document, and whom she looks after."""

from datetime import date
from typing import Annotated, Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from pydantic import Field, model_validator

from jiceng.matters.actions.context import Turning
from jiceng.matters.registry import Effect, Names, register_effect
from jiceng.packs.references import TermRef, refuse
from jiceng.packs.sections import PackModel
from jiceng.people.actions.appointments import appoint, take_charge
from jiceng.records.refusals import Refusal


class AppointSettings(PackModel):
    """To which post, where, for how long. Without `party_org` and `unit` it is a post in the matter's region."""

    person: Annotated[str, Names("fields", ("person",))] = Field(
        description="任用的人取自哪个字段（kind: person）"
    )
    post: Annotated[str, TermRef("posts")] = Field(description="职务")
    party_org: Annotated[str, Names("fields", ("party_org",))] = Field(
        "", description="在哪个党组织任职，取自哪个字段（kind: party_org）"
    )
    unit: Annotated[str, Names("fields", ("unit",))] = Field(
        "", description="在哪个单位任职，取自哪个字段（kind: unit）"
    )
    mode: Annotated[str | None, TermRef("appointment_modes")] = Field(None, description="任职方式")
    source: Annotated[str | None, TermRef("appointment_sources")] = Field(None, description="选派来源")
    programme: Annotated[str | None, TermRef("programmes")] = Field(None, description="专项")
    sent_by: Annotated[str, Names("fields", ("unit",))] = Field(
        "", description="派出单位取自哪个字段（kind: unit）"
    )
    document: Annotated[str, Names("fields")] = Field("", description="任职文号取自哪个字段")
    until: Annotated[str, Names("fields", ("date",))] = Field("", description="任期届满取自哪个日期字段")
    years: int | None = Field(None, ge=1, le=10, description="任期几年；与 until 只写其一")
    charges: Annotated[str, Names("fields", ("units",))] = Field(
        "", description="联系指导的单位取自哪个字段（kind: units）"
    )

    @model_validator(mode="after")
    def has_one_term(self) -> "AppointSettings":
        """The term ends on a day that someone names, or so many years on; or nobody says."""
        if self.until and self.years:
            raise refuse(_("until 与 years 只写其一"))
        return self


def years_after(day: date, years: int) -> date:
    """The same day so many years on; of a 29 February the 28th where there is none."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)


def appoint_person(turning: Turning, settings: AppointSettings) -> None:
    """Appoint the person, and let her look after the units named. Raises Refusal without a person, and as
    appointing does: the same post there already, a term that ends before it begins.
    """
    person = turning.value(settings.person)
    if person is None:
        raise Refusal(_("没有写明任用的人"), str(turning.matter), _("填写后再办"))
    until = turning.value(settings.until) if settings.until else None
    if isinstance(until, str):
        until = date.fromisoformat(until)
    if settings.years is not None:
        until = years_after(turning.day, settings.years)
    unit, party_org = turning.value(settings.unit), turning.value(settings.party_org)
    where: dict[str, Any] = {"unit": unit, "party_org": party_org}
    if unit is None and party_org is None:
        where["region"] = turning.matter.region
    said = {name: getattr(settings, name) for name in ("mode", "source", "programme")}
    made = appoint(
        by=turning.by.actor,
        person=person,
        post=settings.post,
        day=turning.day,
        term_until=until,
        document=str(turning.value(settings.document) or ""),
        sent_by=turning.value(settings.sent_by),
        **where,
        **{name: term for name, term in said.items() if term},
    )
    for charged in turning.value(settings.charges) or []:
        take_charge(by=turning.by.actor, appointment=made, day=turning.day, unit=charged)
    turning.data["appointment"] = made.pk


register_effect(Effect("appoint", gettext_noop("任用"), appoint_person, AppointSettings))
