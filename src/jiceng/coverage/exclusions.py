"""Taking a unit out of a ledger's base (剔除): one person asks with a reason, another approves, either way it
is audited, and it may be ended again.
"""

from datetime import date

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from jiceng.accounts.deciding import Decision
from jiceng.accounts.permissions import Permission as P
from jiceng.accounts.scoping import Access, Denied, actor_of, covers, denied
from jiceng.coverage.models import CoverageSpan, Exclusion
from jiceng.organisations.actions.ends import end_record, refuse_overlap
from jiceng.organisations.models import Unit
from jiceng.organisations.terms import require
from jiceng.protection.scopes import Scope
from jiceng.records.bases import valid_on
from jiceng.records.refusals import Refusal
from jiceng.records.texts import given_reason
from jiceng.records.writing import write

REASONS = "exclusion_reasons"
"""The vocabulary of reasons."""


def ask_exclusion(*, access: Access, unit: Unit, ledger: str, reason: str, note: str, day: date) -> Exclusion:
    """Ask that `unit` leave the base of `ledger` from `day` on; `note` says what was found on the spot.

    Whoever keeps units there, or approves, may ask. Raises Denied elsewhere; Refusal without a reason or
    note, for a day to come, a unit that the ledger does not look at on that day, and one that is taken out
    then already or asked for.
    """
    if not covers(access.scope(P.UNITS_EDIT, P.COVERAGE_EXCLUDE), unit):
        raise denied(P.UNITS_EDIT, str(unit))
    require(REASONS, reason, _("剔除原因"))
    if not note.strip():
        raise Refusal(_("没有填写核实情况"), str(unit), _("写明何时、由谁、怎样核实"))
    if day > access.day:
        raise Refusal(_("剔除日期 %(day)s 还没有到") % {"day": day}, str(unit), _("更正日期"))
    if not CoverageSpan.objects.filter(valid_on(day), unit=unit, ledger=ledger).exists():
        raise Refusal(_("该单位在 %(day)s 不在这本覆盖台账里") % {"day": day}, str(unit), _("更正日期"))
    with write(by=actor_of(access.user), action="coverage.ask_exclusion", reason=note):
        Unit._base_manager.select_for_update().get(pk=unit.pk)  # two who ask at once
        refuse_overlap(_standing(unit, ledger), day, None)
        made = Exclusion(
            unit=unit, ledger=ledger, reason=reason, note=note.strip(), valid_from=day,
            requested_by=access.user,
        )  # fmt: skip
        made.save()
    return made


def _standing(unit: Unit, ledger: str) -> QuerySet[Exclusion]:
    rows = Exclusion.objects.filter(unit=unit, ledger=ledger)
    return rows.exclude(status=Decision.REFUSED)


def decide_exclusion(*, access: Access, exclusion: Exclusion, approve: bool, decision: str = "") -> None:
    """Approve a request or refuse it; a refusal says why. Coverage follows when it is next rebuilt.

    Raises Denied for one's own request and for a unit where one may not approve, Refusal where it is decided
    already.
    """
    if exclusion.requested_by_id == access.user.pk:
        raise Denied(_("不能审批自己的剔除申请"), str(exclusion), _("请另一名有审批权的人审批"))
    access.require(P.COVERAGE_EXCLUDE, exclusion.unit)
    if not approve and not decision.strip():
        raise Refusal(_("没有填写未批准的原因"), str(exclusion), _("写明原因"))
    with write(by=actor_of(access.user), action="coverage.decide_exclusion", reason=decision):
        kept = Exclusion.objects.select_for_update().get(pk=exclusion.pk)
        if kept.status != Decision.PENDING:
            raise Refusal(_("该申请已经办结"), str(exclusion))
        kept.status = Decision.APPROVED if approve else Decision.REFUSED
        kept.decided_by, kept.decided_at = access.user, timezone.now()
        kept.decision = decision.strip()
        kept.save()
    exclusion.refresh_from_db()


def end_exclusion(*, access: Access, exclusion: Exclusion, day: date, reason: str) -> None:
    """Put a unit back into the base from `day` on.

    Raises Denied where one may not approve; Refusal without a reason, for one that is not in force, and for a
    day to come or not after its beginning.
    """
    access.require(P.COVERAGE_EXCLUDE, exclusion.unit)
    reason = given_reason(reason, _("恢复原因"), str(exclusion))
    if day > access.day:
        raise Refusal(_("恢复日期 %(day)s 还没有到") % {"day": day}, str(exclusion), _("更正日期"))
    with write(by=actor_of(access.user), action="coverage.end_exclusion", reason=reason):
        kept = Exclusion.objects.select_for_update().get(pk=exclusion.pk)
        if kept.status != Decision.APPROVED:
            raise Refusal(_("该单位没有被剔除"), str(exclusion))
        end_record(kept, day, ended_by=access.user, ended_because=reason.strip())
    exclusion.refresh_from_db()


def exclusions_seen(scope: Scope) -> QuerySet[Exclusion]:
    """The exclusions of units that `scope` shows, latest first, with everyone who had to do with them."""
    rows = Exclusion.objects.filter(unit__in=Unit.visible_to(scope).values("pk"))
    return rows.select_related("unit", "unit__region", "requested_by", "decided_by", "ended_by")


def awaiting_exclusions(access: Access) -> QuerySet[Exclusion]:
    """The requests that this person may decide, never one's own, oldest first."""
    rows = exclusions_seen(access.scope(P.COVERAGE_EXCLUDE)).filter(status=Decision.PENDING)
    return rows.exclude(requested_by=access.user).order_by("pk")
