"""Standings that a document gives, and which body keeps which ledger."""

from datetime import date

from django.utils.translation import gettext as _

from jiceng.organisations.actions.ends import end_record, refuse_not_there, refuse_overlap
from jiceng.organisations.models import Competence, Designation, PartyOrg, Region, Unit
from jiceng.organisations.terms import require
from jiceng.protection.actors import Actor
from jiceng.records.refusals import Refusal
from jiceng.records.writing import write


def designate(
    *,
    by: Actor,
    kind: str,
    day: date,
    region: Region | None = None,
    unit: Unit | None = None,
    party_org: PartyOrg | None = None,
    until: date | None = None,
    document: str = "",
) -> Designation:
    """Give one region, unit or party organisation a standing from `day` on.

    Raises Refusal unless exactly one is given, for one that holds it on those days already or does not live
    then.
    """
    require("designations", kind, _("认定"))
    target = {
        k: v for k, v in (("region", region), ("unit", unit), ("party_org", party_org)) if v is not None
    }
    if len(target) != 1:
        raise Refusal(_("认定对象应为一个区域、单位或党组织"), remedy=_("选择其一"))
    for held in target.values():
        refuse_not_there(held, day)
    refuse_overlap(Designation._base_manager.filter(kind=kind, **target), day, until)
    with write(by=by, action="designation.begin"):
        record = Designation(kind=kind, document=document, valid_from=day, valid_to=until, **target)
        record.save()
    return record


def end_designation(*, by: Actor, designation: Designation, day: date, reason: str = "") -> None:
    """Take a standing back on `day`."""
    with write(by=by, action="designation.end", reason=reason):
        end_record(designation, day)


def give_competence(
    *, by: Actor, ledger: str, region: Region, body: Unit, day: date, document: str = ""
) -> Competence:
    """Let `body` keep a ledger in a region from `day` on. Raises Refusal where another body does."""
    refuse_not_there(body, day)
    refuse_not_there(region, day)
    refuse_overlap(Competence._base_manager.filter(ledger=ledger, region=region), day, None)
    with write(by=by, action="competence.give"):
        record = Competence(ledger=ledger, region=region, body=body, document=document, valid_from=day)
        record.save()
    return record


def hand_over(
    *, by: Actor, ledger: str, region: Region, to: Unit, day: date, document: str, reason: str = ""
) -> tuple[Competence, Competence]:
    """Hand a ledger over to another body on `day`: gives the competence that ends and the one that begins.

    Whoever moves grants along does so in the same write (a write inside a write joins it). Raises Refusal
    where nobody keeps the ledger on the day before, the same body would keep it on, or `document` is
    missing.
    """
    if not document.strip():
        raise Refusal(_("移交台账要有文号"), remedy=_("填写移交文件的文号"))
    with write(by=by, action="competence.hand_over", reason=reason):
        current = (
            Competence._base_manager.select_for_update()
            .filter(ledger=ledger, region=region, valid_to__isnull=True)
            .first()
        )
        if current is None:
            raise Refusal(
                _("%(region)s 的该台账还没有主管机构") % {"region": region}, remedy=_("先登记主管机构")
            )
        if current.body_id == to.pk:
            raise Refusal(_("%(body)s 本来就主管该台账") % {"body": to}, remedy=_("另选接收机构"))
        end_record(current, day)
        return current, give_competence(
            by=by, ledger=ledger, region=region, body=to, day=day, document=document.strip()
        )
