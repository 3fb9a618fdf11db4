"""What happens with a closed period between the levels: submitted, accepted, or returned with remarks."""

from datetime import date

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from jiceng.accounts.permissions import Permission as P
from jiceng.accounts.scoping import Access, Denied, actor_of, covers, denied
from jiceng.organisations.models import Region
from jiceng.periods.models import Closing, State, Step
from jiceng.periods.returns import upper_of
from jiceng.protection.actors import Actor
from jiceng.protection.scopes import within
from jiceng.records.outbox import announce
from jiceng.records.refusals import Refusal
from jiceng.records.texts import clean_line
from jiceng.records.writing import write

REMARK = 500


def require_closing(access: Access, region: Region) -> None:
    """Raise Denied unless the person may close and submit for `region`."""
    if not may_close(access, region):
        raise denied(P.PERIODS_CLOSE, str(region))


def require_accepting(access: Access, closing: Closing) -> None:
    """Raise Denied unless the person may accept for the area above."""
    if not may_accept(access, closing):
        raise denied(P.PERIODS_ACCEPT, str(closing))


def may_close(access: Access, region: Region) -> bool:
    """Whether the person may close and submit for `region`."""
    return covers(access.scope(P.PERIODS_CLOSE), region)


def may_accept(access: Access, closing: Closing) -> bool:
    """Whether the person may accept or return: for the area that receives it."""
    upper = upper_of(closing.region, closing.kind)
    return upper is not None and covers(access.scope(P.PERIODS_ACCEPT), upper)


def awaiting(access: Access, most: int = 6) -> list[Closing]:
    """What has been submitted and waits for this person, the oldest of it; never what she has submitted herself."""
    inside = Q(pk__in=[])
    for path in access.scope(P.PERIODS_ACCEPT).territory:
        inside |= within("region__path", path) & ~Q(region__path=path)
    rows = Closing.objects.filter(inside, state=State.SUBMITTED).exclude(
        submitted_by=actor_of(access.user).key
    )
    return [one for one in rows.select_related("region").order_by("pk")[:most] if may_accept(access, one)]


def submit(*, by: Actor, closing: Closing, day: date, remark: str = "") -> None:
    """Hand the closed period to the level above. Raises Refusal where there is none, or it is there already."""
    if upper_of(closing.region, closing.kind) is None:
        raise Refusal(_("上面没有要这份上报的一级"), str(closing))
    _moved(closing, State.CLOSED, State.SUBMITTED, by=by, remark=remark, day=day)


def accept(*, by: Actor, closing: Closing, remark: str = "") -> None:
    """Accept what the level below has submitted. Raises Denied for what one has submitted oneself, Refusal where
    it is not submitted.
    """
    _refuse_own(by, closing)
    _moved(closing, State.SUBMITTED, State.ACCEPTED, by=by, remark=remark)


def give_back(*, by: Actor, closing: Closing, remark: str) -> None:
    """Return it with remarks: the level below closes the period anew. Raises as `accept` does, and Refusal
    without remarks.
    """
    _refuse_own(by, closing)
    if not remark.strip():
        raise Refusal(_("没有填写退回意见"), str(closing), _("写明要改什么"))
    _moved(closing, State.SUBMITTED, State.RETURNED, by=by, remark=remark)


def _refuse_own(by: Actor, closing: Closing) -> None:
    if closing.state == State.SUBMITTED and closing.submitted_by == by.key:
        raise Denied(_("不能审收自己上报的"), str(closing), _("请另一名有审收权的人办理"))


def _moved(
    closing: Closing, before: State, after: State, *, by: Actor, remark: str, day: date | None = None
) -> None:
    text = clean_line(remark, _("意见"), REMARK)
    with write(by=by, action=f"period.{after}", reason=text):
        kept = Closing.objects.select_for_update().get(pk=closing.pk)
        if kept.state != before:
            said = {"state": State(kept.state).label}
            raise Refusal(_("现在是“%(state)s”，不能这样办理") % said, str(closing), _("刷新后再看"))
        kept.state = after
        if day is not None:
            kept.submitted_on, kept.submitted_by = day, by.key
        kept.save()
        if after in (State.ACCEPTED, State.RETURNED):
            announce(f"period.{after}", {"period": kept.period, "region": kept.region.code})
        Step(closing=kept, state=after, at=timezone.now(), by=by.name, remark=text).save()
    closing.refresh_from_db()
