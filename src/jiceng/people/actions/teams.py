"""Standing teams, and posts as such, held by someone or vacant."""

from datetime import date
from typing import Unpack

from django.utils.translation import gettext as _

from jiceng.organisations.actions.ends import end_record, refuse_reversed
from jiceng.organisations.models import Unit
from jiceng.organisations.naming import clean_name
from jiceng.organisations.terms import require_all
from jiceng.people.actions.appointments import HostFields, seated
from jiceng.people.models import Person, PostSlot, Team
from jiceng.protection.actors import Actor
from jiceng.records.refusals import Refusal
from jiceng.records.writing import write


def found_team(
    *,
    by: Actor,
    name: str,
    kind: str,
    day: date,
    programme: str = "",
    sponsor: Unit | None = None,
    until: date | None = None,
    **host: Unpack[HostFields],
) -> Team:
    """Set up a team from `day` on. Raises Refusal for unknown terms, an empty name, no host."""
    require_all("team", {"kind": kind, "programme": programme})
    refuse_reversed(day, until)
    values = {**seated(host, day), "programme": programme, "sponsor": sponsor}
    with write(by=by, action="team.found"):
        team = Team(name=_named(name), kind=kind, valid_from=day, valid_to=until, **values)
        team.save()
    return team


def end_team(*, by: Actor, team: Team, day: date, reason: str = "") -> None:
    """End a team on `day`."""
    with write(by=by, action="team.end", reason=reason):
        end_record(team, day)


def create_slot(
    *,
    by: Actor,
    name: str,
    kind: str,
    day: date,
    holder: Person | None = None,
    until: date | None = None,
    **host: Unpack[HostFields],
) -> PostSlot:
    """Create a post from `day` on, vacant or held. Raises Refusal for unknown terms, an empty name, no
    host.
    """
    require_all("post_slot", {"kind": kind})
    refuse_reversed(day, until)
    with write(by=by, action="slot.create"):
        slot = PostSlot(
            name=_named(name), kind=kind, holder=holder, valid_from=day, valid_to=until, **seated(host, day)
        )
        slot.save()
    return slot


def hold_slot(*, by: Actor, slot: PostSlot, holder: Person | None, reason: str = "") -> PostSlot:
    """Give a post to a person, or make it vacant (None). Raises Refusal for a post that has ended."""
    if slot.valid_to is not None:
        raise Refusal(_("该岗位已于 %(to)s 撤销") % {"to": slot.valid_to}, remedy=_("另选岗位"))
    with write(by=by, action="slot.hold", reason=reason):
        slot.holder = holder
        slot.save()
    return slot


def end_slot(*, by: Actor, slot: PostSlot, day: date, reason: str = "") -> None:
    """End a post on `day`."""
    with write(by=by, action="slot.end", reason=reason):
        end_record(slot, day)


def _named(name: str) -> str:
    clean = clean_name(name)
    if not clean:
        raise Refusal(_("缺少名称"), remedy=_("填写名称"))
    return clean
