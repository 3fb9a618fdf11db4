"""The timeline's one door: a line is added, and the matter's version with it."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from jiceng.accounts.days import moment_on, today_at
from jiceng.matters.actions.context import Acting, Turning
from jiceng.matters.holding import add, held, store
from jiceng.matters.models import Dispatch, Event, Matter, MatterLink
from jiceng.matters.sections import MatterSpec
from jiceng.matters.telling import words_told
from jiceng.matters.values import FILES, as_text, plain_values
from jiceng.records.attachments import attach
from jiceng.records.refusals import Refusal
from jiceng.records.statements import Compiled, pairs

MEANWHILE = timedelta(seconds=45)
"""So long somebody may have waited for another's write to end, whose line then bears a later moment."""

MOST_TOLD = 300
"""So much of what reporters are told the timeline's line repeats; the whole of it is made of its values."""


def locked(matter: int, *others: int) -> Matter:
    """The matter, ours until the write ends, and with it `others` and all that hang together with them: what ends one
    may move another. Raises Refusal where there is no such matter.

    All are taken at once and in the same order, so that two who want some of the same wait instead of blocking each
    other; where links were added while we waited, what is held is let go and taken again.
    """
    wanted = (matter, *others)
    while True:
        family = _family(wanted)
        with transaction.atomic():  # what was locked within it is let go where it is rolled back
            found: dict[int, Matter] = {row.pk: row for row in _held(*sorted(family))}
            if _family(wanted) <= family:
                break
            transaction.set_rollback(True)
    if matter not in found:
        raise Refusal(_("没有这件事项"))
    if (holding := held(found[matter])) is not None:
        holding.read(alone=len(family) == 1)
    return found[matter]


# whoever links to a matter (a key, not a change) need not wait
_held = Compiled(
    lambda *keys: (
        Matter._base_manager.select_for_update(no_key=True, of=("self",))
        .filter(pk__in=keys)
        .select_related("flow", "region")
        .order_by("pk")
    )
)
_last = Compiled(lambda matter: Event.objects.filter(matter=matter).order_by("-seq")[:1])


def _family(matters: Iterable[int]) -> set[int]:
    """The matters and every one that links lead to from them."""
    seen = set(matters)
    fresh = seen
    while fresh:
        found = {pk for pair in pairs(MatterLink, "matter", "other", sorted(fresh)) for pk in pair}
        fresh = found - seen
        seen |= fresh
    return seen


def neighbours_of(matter: Matter) -> list[int]:
    """The matters that one link leads to from `matter`, by key, in the order in which `locked` holds them."""
    if (holding := held(matter)) is not None and holding.alone:
        return []
    return sorted(
        {pk for pair in pairs(MatterLink, "matter", "other", [matter.pk]) for pk in pair} - {matter.pk}
    )


def record(turning: Turning, before: str) -> Event:
    """Add the step to the timeline. Its number is the matter's new version."""
    matter, by = turning.matter, turning.by
    _hold_files(turning)
    matter.version += 1
    event = Event(
        matter=matter,
        seq=matter.version,
        at=turning.at,
        on=turning.day,
        step=turning.step,
        hand=by.hand,
        actor=by.actor.key,
        actor_name=by.actor.name,
        office=turning.office[:120],
        before=before,
        after=turning.dispatch.state if turning.dispatch else matter.state,
        dispatch=turning.dispatch,
        note=turning.note,
        data=as_text({**turning.values, **turning.data}) if turning.values or turning.data else "",
        tells=words_told(turning.spec, turning.step, plain_values(turning.values))[:MOST_TOLD],
    )
    add(event)
    turning.event = event
    return event


def _hold_files(turning: Turning) -> None:
    """Let the matter hold the files that the step brings. Raises Refusal for those that somebody else sent in."""
    fields = turning.spec.fields
    uids = [uid for key, value in turning.values.items() if fields[key].kind in FILES for uid in value]
    if uids:
        attach(uids, by=turning.by.actor, holder=turning.matter)


def line(
    matter: Matter, spec: MatterSpec, by: Acting, *, step: str, at: Any, note: str = "",
    dispatch: Dispatch | None = None, data: dict[str, Any] | None = None, office: str = "", before: str = "",
) -> Event:  # fmt: skip
    """Add a line that is no step of the flow (a nudge, a join, lateness) and store the matter. `before` is the state
    from which it moved, where it moved.
    """
    turning = Turning(
        matter, spec, by, at, step, dispatch=dispatch, data=data or {}, note=note, office=office
    )
    event = record(turning, before or (dispatch.state if dispatch else matter.state))
    store(matter)
    return event


def not_before(matter: Matter, at: datetime) -> datetime:
    """`at`, or the moment of the last line of the timeline where that is later: what the system adds comes after it."""
    last = last_line(matter)
    return at if last is None else max(at, last.at)


def last_line(matter: Matter) -> Event | None:
    """The last line of the timeline."""
    return next(iter(_last(matter.pk)), None)


def moment_of(matter: Matter, at: datetime | None, last: Event | None) -> datetime:
    """The moment of what is about to be done to a matter whose `last` line is known: `at`, or now at its place; after
    the last line where both happened at the same time. Raises Refusal for one before it, and for one to come.
    """
    if at is None:
        now = now_at(matter.region_path)
        return now if last is None else max(now, last.at)
    if last is not None and at < last.at:
        if last.at - at >= MEANWHILE:
            said = timezone.localtime(last.at).strftime("%Y-%m-%d %H:%M")
            raise Refusal(_("时间早于上一步（%(at)s）") % {"at": said}, str(matter), _("更正时间"))
        return last.at
    # in the demonstration's places a line of this afternoon may lie before this morning's
    if last is None or at != last.at:
        refuse_to_come(at, str(matter))
    return at


def now_at(path: str) -> datetime:
    """Now at the territory `path`."""
    return moment_on(today_at(path))


def refuse_to_come(at: datetime, where: str) -> None:
    """Raise Refusal for a moment that has not come: whatever is done next would be before it."""
    if at > timezone.now() + MEANWHILE:
        said = timezone.localtime(at).strftime("%Y-%m-%d %H:%M")
        raise Refusal(_("时间还没有到（%(at)s）") % {"at": said}, where, _("更正时间"))
