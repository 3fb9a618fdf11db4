"""Founding, changing and dissolving party organisations; their elections."""

import unicodedata
from collections import Counter
from collections.abc import Sequence
from datetime import date
from typing import Any, TypedDict, Unpack

from django.utils.translation import gettext as _

from jiceng.organisations.actions.ends import end_record, missing
from jiceng.organisations.models import (
    Designation,
    PartyOrg,
    PartyOrgCover,
    PartyOrgTie,
    Region,
    Unit,
)
from jiceng.organisations.naming import clean_name, initials
from jiceng.organisations.queries import paths_today
from jiceng.organisations.restructuring import steps
from jiceng.organisations.restructuring.applying import carry_out
from jiceng.organisations.spans import (
    PARTY_ORGS,
    Stretches,
    begin_many,
    by_column,
    change_many,
    chunks,
    no_later_than_today,
    redate,
)
from jiceng.organisations.terms import require_all
from jiceng.organisations.trees import Allocator
from jiceng.protection.actors import Actor
from jiceng.records.refusals import Refusal, Refusals
from jiceng.records.writing import write

NEEDED = ("code", "name", "form", "mode", "nature", "sector", "region")


class PartyOrgChanges(TypedDict, total=False):
    """What may be changed about a party organisation; what is left out stays."""

    name: str
    code: str
    form: str
    mode: str
    nature: str
    sector: str
    industry: str
    superior: PartyOrg | None
    region: Region
    host_unit: Unit | None
    host_region: Region | None
    approval: str
    elected_on: date | None
    term_from: date | None
    term_until: date | None


class PartyOrgFields(PartyOrgChanges, total=False):
    """What a new one has: what may be changed, and the day on which a former one ended."""

    until: date | None


def drafted_party_org(*, by: Actor, day: date, **fields: Unpack[PartyOrgFields]) -> PartyOrg:
    """A new party organisation, checked by itself but not stored; `found_party_orgs` stores many.

    `day` is that of its approval (批复). Raises Refusal for what is missing, unknown terms, dates out of
    order.
    """
    values: dict[str, Any] = dict(fields)
    until = values.pop("until", None)
    no_later_than_today(until or day)
    values = _checked(values, day)
    for column in NEEDED:
        if not values.get(column):
            raise missing(PartyOrg, column)
    return PartyOrg(**values, valid_from=day, valid_to=until)


def found_party_orgs(*, by: Actor, party_orgs: Sequence[PartyOrg], reason: str = "") -> None:
    """Store drafted party organisations with their first spans in one write; sets their keys.

    A superior must be stored already. One that was founded later than its subordinate is taken for the
    successor of whoever was superior before. Raises Refusals by place for codes in use and superiors that
    have ended.
    """
    faults = _code_faults(party_orgs)
    superiors = PartyOrg._base_manager.in_bulk({o.superior_id for o in party_orgs if o.superior_id})
    for n, org in enumerate(party_orgs, start=1):
        superior = superiors.get(org.superior_id or 0)
        if superior is not None and superior.valid_to is not None and org.valid_to is None:
            ended = _("上级 %(name)s 已于 %(to)s 终止") % {"name": superior, "to": superior.valid_to}
            faults.append(Refusal(ended, _("第%(n)s条") % {"n": n}, _("选择现存的上级")))
    if faults:
        raise Refusals(faults)
    with write(by=by, action="party_org.found", reason=reason):
        allocator = Allocator(PARTY_ORGS)
        histories: dict[int, Stretches] = {}
        paths = paths_today(o.region_id for o in party_orgs)
        for place, org in enumerate(party_orgs):
            org.region_path = paths[org.region_id]
            org.path, histories[place] = allocator.place(superiors.get(org.superior_id or 0), org.valid_from)
        begin_many(PARTY_ORGS, party_orgs, histories=histories)


def found_party_org(*, by: Actor, day: date, reason: str = "", **fields: Unpack[PartyOrgFields]) -> PartyOrg:
    """Add a party organisation that exists from `day` on; raises what drafting and storing raise."""
    org = drafted_party_org(by=by, day=day, **fields)
    try:
        found_party_orgs(by=by, party_orgs=[org], reason=reason)
    except Refusals as refusals:
        raise Refusal(refusals.refusals[0].what, remedy=refusals.refusals[0].remedy) from None
    return org


def change_party_org(
    *, by: Actor, party_org: PartyOrg, day: date, reason: str = "", **changes: Unpack[PartyOrgChanges]
) -> PartyOrg:
    """Change a party organisation from `day` on; what is not dated (code, hosts, approval, terms) changes
    at once.

    Moving it under another superior takes everything below it along. Raises Refusal as drafting does, for a
    cycle, a superior that does not live on `day`, and as `spans.change_many` does.
    """
    values: dict[str, Any] = dict(changes)
    superior = values.pop("superior", party_org.superior)
    values = _checked(values, party_org.valid_from, party_org)
    if "region" in values:
        values["region_path"] = paths_today([values["region"].pk])[values["region"].pk]
    if "code" in values:
        faults = _code_faults([PartyOrg(pk=party_org.pk, code=values["code"])])
        if faults:
            raise Refusal(faults[0].what, remedy=faults[0].remedy)
    with write(by=by, action="party_org.change", reason=reason):
        if superior is not None and superior.pk != party_org.superior_id:
            carry_out(PARTY_ORGS, day, [steps.Reparent(party_org.code, superior.code)])
        if values:
            change_many(PARTY_ORGS, day, {party_org.pk: by_column(PARTY_ORGS, values)})
    return PartyOrg._base_manager.get(pk=party_org.pk)


def redate_party_org(*, by: Actor, party_org: PartyOrg, founded: date, reason: str = "") -> PartyOrg:
    """Correct the day from which `party_org` exists."""
    with write(by=by, action="party_org.redate", reason=reason):
        return redate(PARTY_ORGS, party_org, founded)  # type: ignore[no-any-return]


def dissolve_party_org(
    *, by: Actor, party_org: PartyOrg, day: date, into: PartyOrg | None = None, reason: str = ""
) -> PartyOrg:
    """End a party organisation on `day`, merged into another or without a successor; ends what it covers
    and its ties.

    Its members are transferred by `people.actions.memberships.transfer_all`, which a caller does in the
    same write.
    """
    with write(by=by, action="party_org.dissolve", reason=reason):
        step = steps.Merge(into.code, (party_org.code,)) if into else steps.Dissolve(party_org.code)
        carry_out(PARTY_ORGS, day, [step])
        for held in (PartyOrgCover, PartyOrgTie, Designation):
            for record in held._base_manager.filter(
                party_org=party_org, valid_to__isnull=True, valid_from__lt=day
            ):
                end_record(record, day)
    return PartyOrg._base_manager.get(pk=party_org.pk)


def record_election(
    *, by: Actor, party_org: PartyOrg, elected_on: date, term_until: date, term_from: date | None = None
) -> PartyOrg:
    """Note an election (换届): its day, and the term that follows.

    Raises Refusal for an election before the approval, and a term that ends before it begins.
    """
    return change_party_org(
        by=by,
        party_org=party_org,
        day=max(elected_on, party_org.valid_from),
        elected_on=elected_on,
        term_from=term_from or elected_on,
        term_until=term_until,
    )


def _checked(values: dict[str, Any], founded: date, before: PartyOrg | None = None) -> dict[str, Any]:
    require_all("party_org", values)
    if "name" in values:
        values["name"] = clean_name(values["name"])
        values["initials"] = initials(values["name"])[:160]
    if "code" in values:
        values["code"] = unicodedata.normalize("NFKC", values["code"]).replace(" ", "").upper()
    for column in ("name", "code"):
        if column in values and not values[column]:
            raise missing(PartyOrg, column)
    elected = values.get("elected_on", before.elected_on if before else None)
    start = values.get("term_from", before.term_from if before else None)
    until = values.get("term_until", before.term_until if before else None)
    if "elected_on" in values and elected and elected < founded:
        raise Refusal(
            _("选举日期 %(elected)s 早于批复成立日期 %(founded)s") % {"elected": elected, "founded": founded},
            remedy=_("先批复、后选举；更正日期"),
        )
    if start and until and until <= start:
        raise Refusal(
            _("任期届满 %(until)s 应晚于起始 %(start)s") % {"until": until, "start": start},
            remedy=_("更正日期"),
        )
    return values


def _code_faults(orgs: Sequence[PartyOrg]) -> list[Refusal]:
    """Refusals for codes that a living party organisation bears, or two of `orgs`."""
    coded = [(n, o) for n, o in enumerate(orgs, start=1) if o.valid_to is None]
    twice = {code for code, count in Counter(o.code for _n, o in coded).items() if count > 1}
    held: dict[str, str] = {}
    for some in chunks({o.code for _n, o in coded}):
        rows = PartyOrg._base_manager.filter(code__in=some, valid_to__isnull=True)
        rows = rows.exclude(pk__in={o.pk for _n, o in coded if o.pk})
        held |= dict(rows.values_list("code", "name"))
    return [
        Refusal(
            _("党组织编码 %(code)s 已有：%(name)s") % {"code": o.code, "name": held.get(o.code, o.name)},
            _("第%(n)s条") % {"n": n},
            _("核对编码；同一党组织的，更新原记录"),
        )
        for n, o in coded
        if o.code in held or o.code in twice
    ]
