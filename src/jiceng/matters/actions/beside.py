"""What is done to a matter beside its flow: taking it upon oneself, urging, joining near and alike ones."""

from datetime import datetime, timedelta

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from jiceng.accounts.scoping import Access, Denied, covers
from jiceng.matters.actions.contending import contended
from jiceng.matters.actions.context import Acting
from jiceng.matters.actions.recording import last_line, line, locked, moment_of
from jiceng.matters.actions.stepping import enter, finish, settle
from jiceng.matters.enums import LinkKind, Outcome, Phase
from jiceng.matters.flows import spec_of
from jiceng.matters.models import Dispatch, Event, Matter, MatterLink, Reporter, Turn
from jiceng.matters.queries.inbox import NUDGE, turns_of
from jiceng.records.refusals import Refusal
from jiceng.records.texts import clean_line, given_reason
from jiceng.records.writing import write

TAKE, JOIN, LINK = "take", "join", "link"
BY_HAND = frozenset({LinkKind.SERVES, LinkKind.FOLLOWS})
"""How a person may say that two matters hang together; what else there is comes about by steps."""

NUDGE_EVERY = timedelta(hours=4)
"""How soon the same receiver may be urged again: urging is for the responsible, not a siren."""


@contended
def take(*, access: Access, turn: int, at: datetime | None = None) -> None:
    """Take a turn upon oneself (认领), or from a colleague who had; the timeline says so, once.

    Raises Denied for a turn that is not one's own or one's unit's; Refusal where somebody else was quicker.
    """
    found = turns_of(access).filter(pk=turn).first()
    if found is None:
        raise Denied(_("这件不在你的待办里"))
    by = Acting.person(access)
    with write(by=by.actor, action="matter.take"):
        matter = locked(found.matter_id)
        kept = Turn.objects.filter(pk=turn).first()
        if kept is None or kept.user not in (found.user, access.user.pk):
            last = last_line(matter)
            who = _("%(who)s刚办过这件") % {"who": last.actor_name} if last else _("这件已经办过了")
            raise Refusal(who, str(matter), _("刷新后再看"))
        if kept.user == access.user.pk:
            return
        moment = moment_of(matter, at, last_line(matter))
        kept.user = access.user.pk
        kept.save()
        line(matter, spec_of(matter.flow), by, step=TAKE, at=moment, dispatch=kept.dispatch)


@contended
def nudge(
    *,
    access: Access,
    matter: Matter,
    reason: str,
    dispatch: Dispatch | None = None,
    at: datetime | None = None,
) -> Event:
    """Urge whoever has the matter now, or one receiver (催办): to the responsible only, with a reason.

    Raises Denied where one does not see the matter by its area; Refusal without a reason, for what is closed or
    another matter's, and within `NUDGE_EVERY` of the last time.
    """
    if not covers(access.scope(), matter):
        raise Denied(_("这件不在你的范围内"))
    text = given_reason(reason, _("催办原因"), str(matter))
    by = Acting.person(access)
    with write(by=by.actor, action="matter.nudge", reason=text):
        kept = locked(matter.pk)
        part = None
        if dispatch is not None:
            part = Dispatch._base_manager.filter(matter=kept, pk=dispatch.pk).first()
            if part is None:
                raise Refusal(_("没有这张派单"), str(kept), _("刷新后再看"))
        if kept.phase == Phase.DONE or (part is not None and part.ended_on is not None):
            raise Refusal(_("已经办结，不用催办"), str(kept))
        moment = moment_of(kept, at, last_line(kept))
        last = Event.objects.filter(matter=kept, dispatch=part, step=NUDGE).order_by("-seq").first()
        if last is not None and moment - last.at < NUDGE_EVERY:
            said = {"who": last.actor_name, "at": timezone.localtime(last.at).strftime("%H:%M")}
            raise Refusal(_("%(who)s在%(at)s刚催办过") % said, str(kept), _("过几小时再催"))
        return line(kept, spec_of(kept.flow), by, step=NUDGE, at=moment, note=text, dispatch=part)


@contended
def join(*, access: Access, matter: Matter, into: Matter, reason: str, at: datetime | None = None) -> None:
    """Join `matter` into another open one about the same thing (并案): it closes, its reporters go along and are
    told what becomes of the other.

    Raises Denied where one does not see both by area; Refusal for a closed one, one of another place's, or
    itself.
    """
    if not (covers(access.scope(), matter) and covers(access.scope(), into)):
        raise Denied(_("这件不在你的范围内"))
    text = clean_line(reason, _("并案原因"))
    by = Acting.person(access)
    with write(by=by.actor, action="matter.join", reason=text):
        gone, kept = _both(matter, into)
        if gone.pk == kept.pk or Phase.DONE in (gone.phase, kept.phase):
            raise Refusal(_("只能并入另一件未办结的事项"), str(gone), _("另选事项"))
        moment = _moment_of_both(gone, kept, at)
        if not MatterLink.objects.filter(kind=LinkKind.JOINS, matter=gone, other=kept).exists():
            MatterLink(kind=LinkKind.JOINS, matter=gone, other=kept).save()
        for reporter in Reporter._base_manager.filter(matter=gone):
            reporter.matter = kept
            reporter.save()
        line(kept, spec_of(kept.flow), by, step=JOIN, at=moment, note=text, data={"joined": gone.pk})
        spec, before = spec_of(gone.flow), gone.state
        done = next(key for key, state in spec.states.items() if state.phase == Phase.DONE)
        enter(gone, spec, done, moment, Outcome.JOINED)
        line(gone, spec, by, step=JOIN, at=moment, note=text, data={"into": kept.pk}, before=before)
        finish(gone, spec, moment)  # last: it may move the other on


def _both(one: Matter, other: Matter) -> tuple[Matter, Matter]:
    """Both matters, ours until the write ends."""
    first = locked(one.pk, other.pk)
    second = first if other.pk == one.pk else Matter._base_manager.filter(pk=other.pk).first()
    if second is None:
        raise Refusal(_("没有这件事项"))
    return first, second


def _moment_of_both(one: Matter, other: Matter, at: datetime | None) -> datetime:
    """The moment of what is done to both, after the last lines of both."""
    return max(moment_of(each, at, last_line(each)) for each in (one, other))


@contended
def link(
    *,
    access: Access,
    matter: Matter,
    other: Matter,
    kind: LinkKind,
    reason: str = "",
    at: datetime | None = None,
) -> MatterLink:
    """Say that `matter` serves `other` (settles it along with itself) or follows from it; both timelines tell.

    Raises Denied where one does not see both by area; Refusal for a kind that only steps bring about, for itself,
    and for two that hang together already.
    """
    if not (covers(access.scope(), matter) and covers(access.scope(), other)):
        raise Denied(_("这件不在你的范围内"))
    if kind not in BY_HAND or matter.pk == other.pk:
        raise Refusal(_("不能这样关联"), str(matter), _("另选事项或关系"))
    text, by = clean_line(reason, _("说明")), Acting.person(access)
    with write(by=by.actor, action="matter.link", reason=text):
        mine, theirs = _both(matter, other)
        pair = Q(matter=mine, other=theirs) | Q(matter=theirs, other=mine)
        if MatterLink.objects.filter(pair).exists():
            raise Refusal(_("两件已经关联"), str(mine))
        moment = _moment_of_both(mine, theirs, at)
        made = MatterLink(kind=kind, matter=mine, other=theirs)
        made.save()
        for one, to in ((mine, theirs), (theirs, mine)):
            line(one, spec_of(one.flow), by, step=LINK, at=moment, note=text, data={"linked": to.pk})
        for key in sorted((mine.pk, theirs.pk)):  # what hangs together is a condition of steps
            settle(Matter._base_manager.get(pk=key), moment)
    return made
