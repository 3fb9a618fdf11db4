"""Entering and changing persons, reading their protected values, and destroying them."""

from collections import Counter
from collections.abc import Sequence
from datetime import date
from typing import Any, Literal, TypedDict, Unpack

from django.utils import timezone
from django.utils.translation import gettext as _

from jiceng.organisations.actions.ends import end_record, missing
from jiceng.organisations.models import Region
from jiceng.organisations.naming import clean_name, person_initials
from jiceng.organisations.queries import paths_today
from jiceng.organisations.terms import require_all, with_attr
from jiceng.people import codes
from jiceng.people.models import (
    Appointment,
    Charge,
    Employment,
    Household,
    Membership,
    Participation,
    Person,
    PostSlot,
    Standing,
)
from jiceng.people.sealing import checked_citizen_id, clear, duplicates_by_index, same_citizen_id, seal
from jiceng.protection.actors import Actor
from jiceng.records import bulk
from jiceng.records.chain import current_writing
from jiceng.records.refusals import Refusal, Refusals
from jiceng.records.writing import write

ERASED = "已销毁"
Sealed = Literal["citizen_id", "phone"]


class PersonChanges(TypedDict, total=False):
    """What may be changed about a person; what is left out stays. `citizen_id` and `phone` are clear
    values.
    """

    name: str
    sex: str
    birth_date: date | None
    ethnicity: str
    education: str
    full_time_education: str
    region: Region
    household: Household | None
    relation: str
    citizen_id: str
    citizen_id_note: str
    phone: str


def drafted_person(
    *, by: Actor, day: date, until: date | None = None, **fields: Unpack[PersonChanges]
) -> Person:
    """A new person, checked and sealed but not stored; `enter_people` stores many. `name` and `region` are
    needed.

    A citizen ID fills in birth date and sex. Raises Refusal for a failing ID without a note, one that
    contradicts the birth date or sex given, an unknown term, a day before birth.
    """
    person = Person(valid_from=day, valid_to=until)
    _fill(person, dict(fields), by)
    for column in ("name", "region_id"):
        if not getattr(person, column):
            raise missing(Person, column.removesuffix("_id"))
    return person


def enter_people(*, by: Actor, people: Sequence[Person], reason: str = "") -> None:
    """Store drafted persons in one write; sets their keys.

    Raises Refusals, by place, for citizen IDs that other persons bear, or two of `people`.
    """
    held = duplicates_by_index(people)
    twice = Counter(p.citizen_id_index for p in people if p.citizen_id_index)
    faults = []
    for n, person in enumerate(people, start=1):
        where = _("第%(n)s条") % {"n": n}
        if person.citizen_id_index in held:
            faults.append(same_citizen_id(held[person.citizen_id_index], where))
        elif twice[person.citizen_id_index] > 1:
            faults.append(Refusal(_("该公民身份号码在本批中出现多次"), where, _("每人一条；核对号码")))
    if faults:
        raise Refusals(faults)
    columns = [f.attname for f in Person._meta.concrete_fields if not f.primary_key]
    with write(by=by, action="person.enter", reason=reason):
        first = bulk.insert(Person, columns, [[getattr(p, c) for c in columns] for p in people])
    for place, person in enumerate(people):
        person.pk, person._state.adding = first + place, False


def enter_person(*, by: Actor, day: date, reason: str = "", **fields: Unpack[PersonChanges]) -> Person:
    """Add a person whom the ledgers know from `day` on; raises what drafting and storing raise."""
    person = drafted_person(by=by, day=day, **fields)
    try:
        enter_people(by=by, people=[person], reason=reason)
    except Refusals as refusals:
        raise Refusal(refusals.refusals[0].what, remedy=refusals.refusals[0].remedy) from None
    return person


def change_person(*, by: Actor, person: Person, reason: str = "", **changes: Unpack[PersonChanges]) -> Person:
    """Change a person; raises Refusal as `drafted_person` does, and for another person's citizen ID."""
    row: Person = Person._base_manager.get(pk=person.pk)
    _fill(row, dict(changes), by)
    held = duplicates_by_index([row])
    if row.citizen_id_index in held:
        raise same_citizen_id(held[row.citizen_id_index])
    with write(by=by, action="person.change", reason=reason):
        row.save()
    return row


def depart(*, by: Actor, person: Person, day: date, membership_exit: str = "", reason: str = "") -> Person:
    """A person has died or left for good on `day`: ends everything that is dated about them.

    Raises Refusal for one who departed before, and for a member without the way (`membership_exit`) in
    which the membership ends.
    """
    row: Person = Person._base_manager.get(pk=person.pk)
    with write(by=by, action="person.depart", reason=reason):
        memberships = Membership._base_manager.filter(person=row, valid_to__isnull=True)
        for membership in memberships:
            if not membership_exit:
                raise Refusal(_("此人有组织关系，未说明离开方式"), remedy=_("选择组织关系的离开方式"))
            require_all("membership", {"exit": membership_exit})
            end_record(membership, day, exit=membership_exit)
        for charge in Charge._base_manager.filter(appointment__person=row, valid_to__isnull=True):
            end_record(charge, day)
        for held in (Participation, Appointment, Employment, Standing):
            for record in held._base_manager.filter(person=row, valid_to__isnull=True, valid_from__lt=day):
                end_record(record, day)
        for slot in PostSlot._base_manager.filter(holder=row):
            slot.holder = None
            slot.save()
        end_record(row, day)
    return row


# -------------------------------------------------------------------------------------- protected values
def unmask(*, by: Actor, person: Person, field: Sealed, reason: str) -> str:
    """The clear citizen ID or phone, with a `read` row in the audit chain.

    Raises Refusal without a reason, UnreadableValueError for an erased person. Rights are checked where
    grants are known.
    """
    if not reason.strip():
        raise Refusal(_("查看完整信息要写明事由"), remedy=_("填写事由"))
    row: Person = Person._base_manager.get(pk=person.pk)
    value = clear(row, field)
    with write(by=by, action="person.unmask", reason=reason.strip()) as writing:
        writing.note(Person._meta.db_table, row.pk, "read", None, {"field": field})
    return value


def erase(*, by: Actor, person: Person, reason: str) -> Person:
    """Destroy what identifies a person: the key, by which also backups and the audit chain hold their
    values, the indexes, and the name. The record stays, so that closed figures stay whole.

    Raises Refusal without a reason.
    """
    if not reason.strip():
        raise Refusal(_("销毁个人信息要写明事由"), remedy=_("填写事由"))
    with write(by=by, action="person.erase", reason=reason.strip()):
        row: Person = Person._base_manager.select_for_update().get(pk=person.pk)
        for column in ("sealed_key", "citizen_id", "phone"):
            setattr(row, column, b"")
        for column in (
            "citizen_id_index",
            "phone_index",
            "citizen_id_note",
            "citizen_id_noted_by",
            "initials",
        ):
            setattr(row, column, "")
        row.name = ERASED
        row.birth_date = row.birth_date.replace(month=1, day=1) if row.birth_date else None
        _store_unsaid(row)
    return row


def _store_unsaid(row: Person) -> None:
    """Store an erased person without repeating in the audit what is being erased."""
    current_writing().note(Person._meta.db_table, row.pk, "update", None, {"id": row.pk, "erased": True})
    columns = [f.attname for f in Person._meta.concrete_fields if not f.primary_key]
    rows: Any = Person._base_manager.filter(pk=row.pk)
    rows.update(**{c: getattr(row, c) for c in columns})


# ------------------------------------------------------------------------------------------------ filling
def _fill(person: Person, values: dict[str, Any], by: Actor) -> None:
    """Put values into a person, checked and sealed. Raises Refusal for one that cannot be."""
    require_all("person", values)
    note = values.pop("citizen_id_note", "")
    if "name" in values:
        person.name = clean_name(values.pop("name"))
        if not person.name:
            raise missing(Person, "name")
        person.initials = person_initials(person.name)[:60]
    if "phone" in values:
        seal(person, "phone", values.pop("phone").strip())
    citizen_id = values.pop("citizen_id", None)
    for column, value in values.items():
        setattr(person, column, value)
    if citizen_id is not None:
        _identify(person, citizen_id, note, by)
    if "region" in values:
        person.region_path = paths_today([values["region"].pk])[values["region"].pk]
    if person.household is not None and person.household.valid_to is not None and "household" in values:
        raise Refusal(_("该户已于 %(to)s 注销") % {"to": person.household.valid_to}, remedy=_("另选户"))
    if person.birth_date and person.birth_date > person.valid_from:
        raise Refusal(
            _("出生日期 %(birth)s 晚于登记日期 %(day)s")
            % {"birth": person.birth_date, "day": person.valid_from},
            remedy=_("更正日期"),
        )


def _identify(person: Person, citizen_id: str, note: str, by: Actor) -> None:
    """Seal the citizen ID; what it says of birth and sex fills gaps and must not be contradicted."""
    value, kept, author = checked_citizen_id(citizen_id, note, by, timezone.localdate())
    seal(person, "citizen_id", value)
    person.citizen_id_note, person.citizen_id_noted_by = kept, author
    told = codes.told_by(value) if not kept else None
    if told is None:
        return
    sex = with_attr("sexes", "code", told.sex).key
    if person.birth_date not in (None, told.birth_date) or person.sex not in ("", sex):
        raise Refusal(
            _("出生日期或性别与公民身份号码不一致"),
            remedy=_("以号码为准的，出生日期和性别留空；号码有误的，更正号码"),
        )
    person.birth_date, person.sex = told.birth_date, sex
