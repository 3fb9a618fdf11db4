"""What party organisations cover, and their ties beside the one superior."""

from datetime import date

from django.utils.translation import gettext as _

from jiceng.organisations.actions.ends import end_record, refuse_not_there, refuse_overlap
from jiceng.organisations.models import PartyOrg, PartyOrgCover, PartyOrgTie, Region, Unit
from jiceng.organisations.terms import require
from jiceng.protection.actors import Actor
from jiceng.records.refusals import Refusal
from jiceng.records.writing import write


def cover(
    *,
    by: Actor,
    party_org: PartyOrg,
    kind: str,
    day: date,
    unit: Unit | None = None,
    region: Region | None = None,
    until: date | None = None,
) -> PartyOrgCover:
    """Let a party organisation cover a unit or a region from `day` on, in the way `kind` says.

    Raises Refusal unless exactly one is given, for one it covers on those days already, and for days on
    which either does not live.
    """
    require("cover_kinds", kind, _("覆盖方式"))
    covered: Unit | Region | None = unit or region
    if covered is None or (unit is not None and region is not None):
        raise Refusal(_("覆盖对象应为一个单位或一个区域"), remedy=_("选择其一"))
    refuse_not_there(party_org, day)
    refuse_not_there(covered, day)
    target = {"unit": unit} if unit is not None else {"region": region}
    refuse_overlap(PartyOrgCover._base_manager.filter(party_org=party_org, **target), day, until)
    with write(by=by, action="party_org.cover"):
        record = PartyOrgCover(party_org=party_org, kind=kind, valid_from=day, valid_to=until, **target)
        record.save()
    return record


def tie(
    *, by: Actor, party_org: PartyOrg, other: PartyOrg, kind: str, day: date, until: date | None = None
) -> PartyOrgTie:
    """Tie `party_org` to another one beside its superior: dual leadership, guidance.

    Raises Refusal for a tie to itself, one that holds on those days already, and days on which either does
    not live.
    """
    require("tie_kinds", kind, _("关系"))
    if party_org.pk == other.pk:
        raise Refusal(_("不能与自己建立关系"), remedy=_("另选党组织"))
    refuse_not_there(party_org, day)
    refuse_not_there(other, day)
    refuse_overlap(PartyOrgTie._base_manager.filter(party_org=party_org, other=other, kind=kind), day, until)
    with write(by=by, action="party_org.tie"):
        record = PartyOrgTie(party_org=party_org, other=other, kind=kind, valid_from=day, valid_to=until)
        record.save()
    return record


def end_cover(*, by: Actor, cover: PartyOrgCover, day: date, reason: str = "") -> None:
    """End a cover on `day`."""
    with write(by=by, action="party_org.uncover", reason=reason):
        end_record(cover, day)


def end_tie(*, by: Actor, tie: PartyOrgTie, day: date, reason: str = "") -> None:
    """End a tie on `day`."""
    with write(by=by, action="party_org.untie", reason=reason):
        end_record(tie, day)
