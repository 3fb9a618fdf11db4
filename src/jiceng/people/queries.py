"""Reads about persons that other rooms share, each as of a day."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, F, Q

from jiceng.organisations.models import PartyOrg, PartyOrgSpan
from jiceng.people.models import (
    Appointment,
    Charge,
    Employment,
    Experience,
    Membership,
    Participation,
    Person,
    Qualification,
    Standing,
)
from jiceng.people.sealing import clear, index_of
from jiceng.protection.ciphers import UnreadableValueError
from jiceng.protection.masking import masked_citizen_id, masked_phone
from jiceng.protection.scopes import within
from jiceng.records.bases import valid_on


# ---------------------------------------------------------------------------------------------- persons
def person_by_citizen_id(citizen_id: str) -> Person | None:
    """The person who bears a citizen ID (old form or new), whoever asks; found by blind index."""
    index = index_of("citizen_id", citizen_id)
    return Person._base_manager.filter(citizen_id_index=index).first() if index else None


def people_by_phone(phone: str) -> Any:
    """The persons with that phone, whoever asks; found by blind index."""
    index = index_of("phone", phone)
    return Person._base_manager.filter(phone_index=index).exclude(phone_index="").order_by("pk")


def masked(person: Person) -> dict[str, str]:
    """Citizen ID and phone as everyone in scope may see them; empty for an erased person."""
    found = {}
    for column, mask in (("citizen_id", masked_citizen_id), ("phone", masked_phone)):
        try:
            found[column] = mask(clear(person, column))
        except UnreadableValueError:
            found[column] = ""
    return found


def life(person: Person, day: date | None = None) -> dict[str, list[Any]]:
    """Everything dated about a person, by kind, oldest first; only what holds on `day`, if one is given."""
    found = {}
    for model in (Membership, Participation, Appointment, Employment, Experience, Qualification, Standing):
        rows: Any = model._base_manager.filter(person=person)
        rows = rows.filter(valid_on(day)) if day is not None else rows
        found[model._meta.model_name or ""] = list(rows.order_by("valid_from", "pk"))
    return found


# --------------------------------------------------------------------------------------------- membership
def membership_on(person: Person, day: date) -> Membership | None:
    """The one formal membership of a person on `day`, or None."""
    rows = Membership._base_manager.filter(valid_on(day), person=person)
    return rows.select_related("party_org").first()


def members_on(party_org: PartyOrg, day: date) -> Any:
    """The memberships of `party_org` and everything below it in the hierarchy of `day`, those of
    organisations merged into it included.
    """
    own = PartyOrgSpan._base_manager.filter(valid_on(day), party_org=party_org).values_list("path", flat=True)
    path = own.first()
    if path is None:
        return Membership._base_manager.none()
    below = PartyOrgSpan._base_manager.filter(valid_on(day), within("path", path))
    return Membership._base_manager.filter(valid_on(day), party_org__in=below.values("party_org"))


@dataclass(frozen=True, slots=True)
class MemberCounts:
    """Members of one organisation itself: all, full ones, and those on probation."""

    total: int
    full: int

    @property
    def probationary(self) -> int:
        """Members not full yet."""
        return self.total - self.full


def member_counts(day: date, party_path: str = "") -> dict[int, MemberCounts]:
    """How many members each party organisation has itself on `day`, by key; only below today's
    `party_path`, if given. Organisations without members are left out.
    """
    rows: Any = Membership._base_manager.filter(valid_on(day))
    if party_path:
        rows = rows.filter(within("party_path", party_path))
    full = Count("pk", filter=Q(full_on__lte=day))
    counted = rows.order_by().values("party_org").annotate(total=Count("pk"), full=full)
    return {row["party_org"]: MemberCounts(row["total"], row["full"]) for row in counted}


# -------------------------------------------------------------------------------------- posts and charges
def appointments_on(day: date, **host: Any) -> Any:
    """The appointments that hold on `day`, narrowed by columns (`region=…`, `unit=…`, `party_org=…`,
    `post=…`).
    """
    rows = Appointment._base_manager.filter(valid_on(day), **host)
    return rows.select_related("person").order_by("post", "pk")


def charges_on(day: date, **narrowed: Any) -> Any:
    """Who looks after what on `day`, narrowed by columns (`appointment=…`, `unit=…`, `party_org=…`)."""
    rows = Charge._base_manager.filter(valid_on(day), valid_on(day, "appointment__"), **narrowed)
    return rows.select_related("appointment__person", "unit", "party_org").order_by("pk")


def loads_on(day: date, region_path: str) -> dict[int, int]:
    """How many units and party organisations each instructor seated below a region's path looks after on
    `day`, by appointment.
    """
    rows: Any = Charge._base_manager.filter(valid_on(day), valid_on(day, "appointment__"))
    rows = rows.filter(within("appointment__region_path", region_path)).order_by()
    counted = rows.values(key=F("appointment")).annotate(charges=Count("pk"))
    return {row["key"]: row["charges"] for row in counted}
