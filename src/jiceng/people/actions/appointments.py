"""Who holds which post where and for how long, and whom an instructor looks after."""

from datetime import date
from typing import Any, TypedDict, Unpack

from django.utils.translation import gettext as _

from jiceng.organisations.actions.ends import end_record, refuse_not_there, refuse_overlap, refuse_reversed
from jiceng.organisations.models import PartyOrg, Region, Unit
from jiceng.organisations.queries import paths_today
from jiceng.organisations.terms import require_all
from jiceng.people.models import Appointment, Charge, Person
from jiceng.protection.actors import Actor
from jiceng.records.refusals import Refusal
from jiceng.records.writing import write


class HostFields(TypedDict, total=False):
    """Where a post or a team sits. The region defaults to that of the unit or party organisation."""

    region: Region
    unit: Unit | None
    party_org: PartyOrg | None


class AppointmentFields(HostFields, total=False):
    """What else an appointment says."""

    mode: str
    source: str
    programme: str
    sent_by: Unit | None
    term_until: date | None
    document: str


def seated(fields: HostFields, day: date) -> dict[str, Any]:
    """`fields` with the region and its path filled in.

    Raises Refusal without any of region, unit and party organisation, and for one that does not live on
    `day`.
    """
    unit, party_org = fields.get("unit"), fields.get("party_org")
    for thing in (unit, party_org):
        if thing is not None:
            refuse_not_there(thing, day)
    region = fields.get("region") or (unit.region if unit else party_org.region if party_org else None)
    if region is None:
        raise Refusal(_("缺少所在区域、单位或党组织"), remedy=_("至少填写一项"))
    return {**fields, "region": region, "region_path": paths_today([region.pk])[region.pk]}


def appoint(
    *,
    by: Actor,
    person: Person,
    post: str,
    day: date,
    until: date | None = None,
    reason: str = "",
    **fields: Unpack[AppointmentFields],
) -> Appointment:
    """Appoint a person to a post from `day` on; `term_until` is when the term runs out, `until` when it
    really ended.

    Raises Refusal for unknown terms, a term that ends before it begins, a host that does not live on `day`,
    and the same post in the same place on those days already.
    """
    require_all("appointment", {"post": post, **fields})
    refuse_reversed(day, until)
    refuse_reversed(day, fields.get("term_until"))
    values = seated(fields, day)
    same = Appointment._base_manager.filter(
        person=person,
        post=post,
        region=values["region"],
        unit=fields.get("unit"),
        party_org=fields.get("party_org"),
    )
    refuse_overlap(same, day, until)
    with write(by=by, action="appointment.begin", reason=reason):
        appointment = Appointment(person=person, post=post, valid_from=day, valid_to=until, **values)
        appointment.save()
    return appointment


def renew_term(
    *, by: Actor, appointment: Appointment, term_until: date, document: str = "", reason: str = ""
) -> Appointment:
    """Let a term run to another day (续聘, 延期)."""
    refuse_reversed(appointment.valid_from, term_until)
    with write(by=by, action="appointment.renew", reason=reason):
        appointment.term_until = term_until
        appointment.document = document or appointment.document
        appointment.save()
    return appointment


def end_appointment(*, by: Actor, appointment: Appointment, day: date, reason: str = "") -> Appointment:
    """End an appointment on `day`, and whatever its holder looked after by it."""
    with write(by=by, action="appointment.end", reason=reason):
        for charge in Charge._base_manager.filter(appointment=appointment).exclude(valid_to__lte=day):
            if charge.valid_from < day:
                charge.valid_to = None
                end_record(charge, day)
            else:
                charge.delete()  # it would have begun after the post had ended
        end_record(appointment, day)
    return appointment


def take_charge(
    *,
    by: Actor,
    appointment: Appointment,
    day: date,
    unit: Unit | None = None,
    party_org: PartyOrg | None = None,
    until: date | None = None,
) -> Charge:
    """Let the holder of an appointment look after a unit, a party organisation, or the one in the other.

    Raises Refusal without either, for days outside the appointment, and for the same charge on those days
    already.
    """
    if unit is None and party_org is None:
        raise Refusal(_("缺少联系的单位或党组织"), remedy=_("至少填写一项"))
    refuse_reversed(day, until)
    refuse_not_there(appointment, day)
    if appointment.valid_to is not None and (until is None or until > appointment.valid_to):
        raise Refusal(
            _("联系期限超出任职期限（至 %(to)s）") % {"to": appointment.valid_to},
            remedy=_("更正日期，或先续聘"),
        )
    for thing in (unit, party_org):
        if thing is not None:
            refuse_not_there(thing, day)
    same = Charge._base_manager.filter(appointment=appointment, unit=unit, party_org=party_org)
    refuse_overlap(same, day, until)
    with write(by=by, action="charge.begin"):
        charge = Charge(
            appointment=appointment, unit=unit, party_org=party_org, valid_from=day, valid_to=until
        )
        charge.save()
    return charge


def end_charge(*, by: Actor, charge: Charge, day: date, reason: str = "") -> None:
    """End a charge on `day`."""
    with write(by=by, action="charge.end", reason=reason):
        end_record(charge, day)
