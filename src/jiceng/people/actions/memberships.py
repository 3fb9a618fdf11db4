"""Formal membership (组织关系), exactly one a day, and participation, which never counts in totals."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from jiceng.organisations.actions.ends import (
    end_record,
    refuse_not_there,
    refuse_overlap,
    refuse_reversed,
)
from jiceng.organisations.models import PartyOrg
from jiceng.organisations.spans import chunks
from jiceng.organisations.terms import require, vocabulary, with_attr
from jiceng.people.models import Membership, Participation, Person
from jiceng.protection.actors import Actor
from jiceng.records import bulk
from jiceng.records.refusals import Refusal, Refusals
from jiceng.records.writing import write


def refuse_without_membership(party_org: PartyOrg) -> None:
    """Raise Refusal for an organisation whose nature takes no members: temporary and functional ones (the
    term's attribute `membership`).
    """
    nature = vocabulary("party_org_natures").get(party_org.nature)
    if nature is not None and nature.attr("membership", True) is False:
        raise Refusal(
            _("%(org)s 是%(nature)s党组织，不接转组织关系") % {"org": party_org, "nature": nature.label},
            remedy=_("组织关系留在原党组织，在这里登记为参加"),
        )


def drafted_membership(
    *,
    person: Person,
    party_org: PartyOrg,
    day: date,
    entry: str,
    admitted_on: date | None = None,
    full_on: date | None = None,
    until: date | None = None,
    exit: str = "",  # noqa: A002 - the column's name
) -> Membership:
    """A new membership, checked by itself but not stored; `enter_memberships` stores many.

    Raises Refusal for an organisation that takes no members or does not live on `day`, unknown terms, full
    membership before admission, admission after `day`.
    """
    require("membership_entries", entry, _("进入方式"))
    if exit:
        require("membership_exits", exit, _("离开方式"))
    refuse_reversed(day, until)
    refuse_without_membership(party_org)
    refuse_not_there(party_org, day)
    if admitted_on and full_on and full_on < admitted_on:
        raise Refusal(_("转正日期早于入党日期"), remedy=_("更正日期"))
    if admitted_on and admitted_on > day:
        raise Refusal(_("入党日期晚于组织关系起始日期"), remedy=_("更正日期"))
    return Membership(
        person=person,
        party_org=party_org,
        admitted_on=admitted_on,
        full_on=full_on,
        entry=entry,
        exit=exit,
        valid_from=day,
        valid_to=until,
    )


def enter_memberships(*, by: Actor, memberships: Sequence[Membership], reason: str = "") -> None:
    """Store drafted memberships in one write; sets their keys.

    Raises Refusals, by place, for a person who is a member elsewhere on one of those days.
    """
    taken = _stretches({m.person_id for m in memberships})
    faults = []
    for n, membership in enumerate(memberships, start=1):
        stretch = (membership.valid_from, membership.valid_to)
        others = taken.setdefault(membership.person_id, [])
        other = next((o for o in others if _meet(o, stretch)), None)
        if other is not None:
            faults.append(
                Refusal(
                    _("人员 #%(id)s 自 %(from)s 起已有组织关系")
                    % {"id": membership.person_id, "from": other[0]},
                    _("第%(n)s条") % {"n": n},
                    _("每名党员每天只有一个组织关系：办理转接，或更正日期"),
                )
            )
        others.append(stretch)
    if faults:
        raise Refusals(faults)
    with write(by=by, action="membership.enter", reason=reason):
        store(memberships)


Stretch = tuple[date, date | None]


def _stretches(people: set[int]) -> dict[int, list[Stretch]]:
    found: dict[int, list[Stretch]] = {}
    for some in chunks(sorted(people)):
        rows = Membership._base_manager.filter(person__in=some)
        for person, start, end in rows.values_list("person_id", "valid_from", "valid_to"):
            found.setdefault(person, []).append((start, end))
    return found


def _meet(a: Stretch, b: Stretch) -> bool:
    return (a[1] is None or b[0] < a[1]) and (b[1] is None or a[0] < b[1])


def store(records: Sequence[Any]) -> None:
    """Insert checked records of one model with an audit row each, and set their keys; called inside
    `write(...)`.
    """
    if not records:
        return
    model = type(records[0])
    _place(records)
    columns = [f.attname for f in model._meta.concrete_fields if not f.primary_key]
    first = bulk.insert(model, columns, [[getattr(r, c) for c in columns] for r in records])
    for place, record in enumerate(records):
        record.pk, record._state.adding = first + place, False


def _place(records: Sequence[Any]) -> None:
    """Give records of membership or participation today's paths of their party organisations."""
    keys = {r.party_org_id for r in records}
    rows = [PartyOrg._base_manager.filter(pk__in=some) for some in chunks(sorted(keys))]
    paths = {key: found for some in rows for key, *found in some.values_list("pk", "region_path", "path")}
    for record in records:
        record.region_path, record.party_path = paths[record.party_org_id]


def enter_membership(*, by: Actor, reason: str = "", **fields: Any) -> Membership:
    """Begin one membership; takes what `drafted_membership` takes, raises what drafting and storing raise."""
    membership = drafted_membership(**fields)
    try:
        enter_memberships(by=by, memberships=[membership], reason=reason)
    except Refusals as refusals:
        raise Refusal(refusals.refusals[0].what, remedy=refusals.refusals[0].remedy) from None
    return membership


def transfer(
    *,
    by: Actor,
    person: Person,
    to: PartyOrg,
    day: date,
    exit: str = "",  # noqa: A002 - the column's name
    entry: str = "",
    reason: str = "",
) -> Membership:
    """Transfer a membership (接转组织关系): the old one ends on `day`, the new one begins; gives the new one.

    Raises Refusal for a person without a membership on the day before, a transfer to where it is, and as
    `drafted_membership` does.
    """
    with write(by=by, action="membership.transfer", reason=reason):
        current = (
            Membership._base_manager.select_for_update().filter(person=person, valid_to__isnull=True).first()
        )
        if current is None:
            raise Refusal(
                _("人员 #%(id)s 没有可转的组织关系") % {"id": person.pk}, remedy=_("先登记组织关系")
            )
        if current.party_org_id == to.pk:
            raise Refusal(_("组织关系本来就在 %(org)s") % {"org": to}, remedy=_("另选转入党组织"))
        return _moved([current], to, day, exit or _given("membership_exits", "transfer"),
                      entry or _given("membership_entries", "transfer"))[0]  # fmt: skip


def transfer_all(
    *, by: Actor, source: PartyOrg, to: PartyOrg, day: date, reason: str = ""
) -> list[Membership]:
    """Move every membership of `source` to its successor on `day`, as a restructuring asks; gives the new
    ones.
    """
    with write(by=by, action="membership.transfer_all", reason=reason):
        rows = Membership._base_manager.select_for_update().filter(party_org=source, valid_to__isnull=True)
        current = list(rows.select_related("person").order_by("pk"))
        return _moved(current, to, day, _given("membership_exits", "restructuring"),
                      _given("membership_entries", "restructuring"))  # fmt: skip


def _given(name: str, attribute: str) -> str:
    return with_attr(name, attribute).key


def _moved(
    current: Sequence[Membership], to: PartyOrg, day: date, way_out: str, way_in: str
) -> list[Membership]:
    require("membership_exits", way_out, _("离开方式"))
    begun = [
        drafted_membership(
            person=old.person,
            party_org=to,
            day=day,
            entry=way_in,
            admitted_on=old.admitted_on,
            full_on=old.full_on,
        )
        for old in current
    ]
    for old in current:
        end_record(old, day, exit=way_out)
    store(begun)
    return begun


def confirm_full(*, by: Actor, membership: Membership, day: date, reason: str = "") -> Membership:
    """A member on probation becomes full (转正) on `day`. Raises Refusal for one who is, or a day out of
    order.
    """
    if membership.full_on is not None:
        raise Refusal(_("已于 %(day)s 转正") % {"day": membership.full_on}, remedy=_("核对后不必重复登记"))
    if membership.admitted_on and day < membership.admitted_on:
        raise Refusal(_("转正日期早于入党日期"), remedy=_("更正日期"))
    with write(by=by, action="membership.confirm", reason=reason):
        membership.full_on = day
        membership.save()
    return membership


def end_membership(
    *,
    by: Actor,
    membership: Membership,
    day: date,
    exit: str,  # noqa: A002 - the column's name
    reason: str = "",
) -> Membership:
    """End a membership on `day`: death, expulsion, withdrawal … (a transfer is `transfer`)."""
    require("membership_exits", exit, _("离开方式"))
    with write(by=by, action="membership.end", reason=reason):
        end_record(membership, day, exit=exit)
    return membership


# ----------------------------------------------------------------------------------------- participation
def take_part(
    *, by: Actor, person: Person, party_org: PartyOrg, kind: str, day: date, until: date | None = None
) -> Participation:
    """Let a person take part in a party organisation without belonging to it.

    Raises Refusal for an organisation that does not live on `day`, and for the same participation on those
    days already.
    """
    require("participation_kinds", kind, _("类别"))
    refuse_reversed(day, until)
    refuse_not_there(party_org, day)
    same = Participation._base_manager.filter(person=person, party_org=party_org, kind=kind)
    refuse_overlap(same, day, until)
    with write(by=by, action="participation.begin"):
        record = Participation(
            person=person,
            party_org=party_org,
            kind=kind,
            valid_from=day,
            valid_to=until,
        )
        store([record])
    return record


def end_participation(*, by: Actor, participation: Participation, day: date, reason: str = "") -> None:
    """End a participation on `day`."""
    with write(by=by, action="participation.end", reason=reason):
        end_record(participation, day)
