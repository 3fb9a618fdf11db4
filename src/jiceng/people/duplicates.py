"""Persons who may be one and the same, and making two records one."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from itertools import combinations
from typing import Any

from django.utils.translation import gettext as _

from jiceng.organisations.duplicates import Pair, county_of, near_names
from jiceng.organisations.merging import move_references, refuse_same
from jiceng.organisations.models import Region
from jiceng.people.models import Membership, Person
from jiceng.people.sealing import PURPOSES, clear, seal
from jiceng.protection.actors import Actor
from jiceng.protection.scopes import within
from jiceng.records.refusals import Refusal
from jiceng.records.writing import write

Row = tuple[int, str, str, date | None, str, str]
"""Key, county, name, birth date, index of the phone, index of the citizen ID."""


def person_duplicates(under: Region | None = None) -> list[Pair]:
    """Living persons who may be one, whoever asks: the same name with the same birth date or phone in one
    county, or a name one character apart with the same birth date.

    Two persons with different citizen IDs are two persons. No two bear one.
    """
    rows: Any = Person._base_manager.filter(valid_to__isnull=True)
    if under is not None:
        rows = rows.filter(within("region_path", under.path))
    county = county_of()
    columns = ("pk", "region_path", "name", "birth_date", "phone_index", "citizen_id_index")
    people: list[Row] = [
        (pk, county(path), name, born, phone, citizen)
        for pk, path, name, born, phone, citizen in rows.values_list(*columns).iterator()
    ]
    identified = {p[0] for p in people if p[5]}
    found: dict[tuple[int, int], str] = {}
    for why, pairs in (
        (_("姓名、出生日期相同"), _alike(people, 3)),
        (_("姓名、电话相同"), _alike(people, 4)),
        (_("姓名相近、出生日期相同"), _near(people)),
    ):
        for a, b in pairs:
            if not (a in identified and b in identified):
                found.setdefault((a, b), why)
    return [Pair(a, b, why) for (a, b), why in sorted(found.items())]


def _alike(people: list[Row], column: int) -> Iterator[tuple[int, int]]:
    """Pairs with the same name and the same filled column in one county."""
    groups: defaultdict[tuple[Any, ...], list[int]] = defaultdict(list)
    for person in people:
        if person[column]:
            groups[person[1], person[2], person[column]].append(person[0])
    for keys in groups.values():
        yield from combinations(sorted(keys), 2)


def _near(people: list[Row]) -> Iterator[tuple[int, int]]:
    """Pairs whose names differ by one character and who were born on one day, in one county."""
    named = [(p[0], f"{p[1]} {p[3]}", p[2]) for p in people if p[3]]
    yield from near_names(named, shortest=2)


FILLED = ("sex", "birth_date", "ethnicity", "education", "full_time_education", "household_id", "relation")
"""What the kept person takes over where it has nothing itself."""


def merge_people(*, by: Actor, kept: Person, merged: Person, reason: str) -> Person:
    """Make two records of one person one: `kept` takes what points to `merged`, and what it lacks itself,
    sealed anew under its own key; the merged record goes and its key with it.

    Raises Refusal for two different citizen IDs, memberships that overlap, and without a reason.
    """
    refuse_same(kept, merged)
    if not reason.strip():
        raise Refusal(_("合并要写明事由"), remedy=_("填写事由"))
    if kept.citizen_id_index and merged.citizen_id_index and kept.citizen_id_index != merged.citizen_id_index:
        raise Refusal(_("两人的公民身份号码不同"), remedy=_("是两个人的不合并；号码有误的先更正"))
    _refuse_two_memberships(kept, merged)
    with write(by=by, action="person.merge", reason=reason.strip()):
        one: Person = Person._base_manager.select_for_update().get(pk=kept.pk)
        other: Person = Person._base_manager.select_for_update().get(pk=merged.pk)
        move_references(one, other, without=set())
        values = {column: clear(other, column) for column in PURPOSES if getattr(other, column)}
        note = other.citizen_id_note, other.citizen_id_noted_by
        other.delete()
        for column, value in values.items():
            if not getattr(one, column):
                seal(one, column, value)
                if column == "citizen_id":
                    one.citizen_id_note, one.citizen_id_noted_by = note
        for column in FILLED:
            if not getattr(one, column):
                setattr(one, column, getattr(other, column))
        one.valid_from = min(one.valid_from, other.valid_from)
        one.save()
    return one


def _refuse_two_memberships(kept: Person, merged: Person) -> None:
    rows = Membership._base_manager.filter(person__in=(kept, merged)).order_by("valid_from")
    before: Membership | None = None
    for row in rows:
        if before is not None and (before.valid_to is None or row.valid_from < before.valid_to):
            raise Refusal(
                _("两条记录的组织关系在 %(day)s 重叠") % {"day": row.valid_from},
                remedy=_("先更正组织关系，每人每天只有一个"),
            )
        before = row
