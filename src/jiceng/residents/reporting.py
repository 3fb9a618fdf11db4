"""Somebody without an account reports something, or takes on a wish. The code to follow it by comes from the key of
the form: sending a form twice gives the same matter and the same code.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from jiceng.matters.actions import Acting, Report, raise_matter
from jiceng.matters.actions.reporters import CODE_LENGTH, CODE_LETTERS
from jiceng.matters.flows import spec_of, types_at
from jiceng.matters.models import Matter
from jiceng.organisations.models import Region
from jiceng.protection.ciphers import blind_index
from jiceng.records.attachments import PHOTO, store
from jiceng.records.refusals import Refusal
from jiceng.residents.offering import Offer, channel_for, guessed, kinds_for, offer_of
from jiceng.residents.places import now_at

MOST_PHOTOS = 3
PHONE_LETTERS = frozenset("0123456789+- ()")


@dataclass(frozen=True, slots=True)
class Told:
    """What somebody tells: `given` by field key, photos as (name, open file), who it is if they say so."""

    given: Mapping[str, Any] = field(default_factory=dict)
    photos: Sequence[tuple[str, Any]] = ()
    name: str = ""
    phone: str = ""
    kind: str = ""


def code_for(key: str) -> str:
    """The code that belongs to the form with that key: nobody can tell it from the key but this deployment."""
    number, letters = int(blind_index("report code", key), 16), []
    for _place in range(CODE_LENGTH):
        number, rest = divmod(number, len(CODE_LETTERS))
        letters.append(CODE_LETTERS[rest])
    return "".join(letters)


def written(code: str) -> str:
    """A code as people read it: in two halves."""
    return f"{code[: CODE_LENGTH // 2]}-{code[CODE_LENGTH // 2 :]}"


def report(
    *, offer: Offer, region: Region, told: Told, key: str, reporter: str = "",
    position: tuple[float, float] | None = None, at: datetime | None = None,
) -> Matter:  # fmt: skip
    """Raise a matter for somebody without an account, once for `key`. `reporter` names who sends it where a program
    does (it names no person), `position` is longitude and latitude, kept where the type has a field for it. Raises
    Refusal or Refusals for what is missing or wrong, also with a photo.
    """
    moment = at or now_at(region)
    day = timezone.localdate(moment)
    by = Acting.reporter(reporter or key)
    given = {name: value for name, value in told.given.items() if name in offer.fields}
    if offer.category and not given.get(offer.category):
        given[offer.category] = guessed(offer, region, day, str(given.get(offer.problem, "")))
    if offer.photos and told.photos:
        given[offer.photos] = _stored(by, told.photos)
    if position is not None and offer.position:
        given[offer.position] = position
    return raise_matter(
        by=by,
        type=offer.key,
        region=region,
        channel=channel_for(offer.spec, region, day),
        report=Report(
            given=given,
            name=told.name,
            phone=_phone(told.phone),
            kind=told.kind or _only([kind for kind, _label in kinds_for(offer.spec, region, day)], offer),
            code=code_for(key),
        ),
        at=moment,
        key=f"report:{key}",
    )


def take_on(*, matter: Matter, told: Told, key: str, at: datetime | None = None) -> Matter:
    """Somebody offers to take on a released matter that invites it. The offer is a matter of its own, of the type that
    the state names, and hangs on the other: whoever handles such offers accepts it or not.

    Raises Refusal where it is not public, or invites nobody (any more), without a name or a telephone.
    """
    invited = invitation(matter)
    if invited is None:
        raise Refusal(_("这个心愿已经有人认领，或不再公开"), remedy=_("看看其他心愿"))
    if not told.name.strip() or not told.phone.strip():
        raise Refusal(_("没有填写姓名或电话"), remedy=_("社区要与您联系，请填写；只有办理的工作人员能看到"))
    moment = at or now_at(matter.region, matter)
    by = Acting.reporter(key)
    return raise_matter(
        by=by,
        type=invited.key,
        region=matter.region,
        channel=channel_for(invited.spec, matter.region, timezone.localdate(moment)),
        report=Report(
            given={name: value for name, value in told.given.items() if name in invited.fields},
            name=told.name,
            phone=_phone(told.phone),
            kind=told.kind,
            code=code_for(key),
        ),
        hangs_on=(invited.spec.hangs, matter),
        at=moment,
        key=f"report:{key}",
    )


def invitation(matter: Matter) -> Offer | None:
    """What residents may raise about a matter as it stands; None where it is not released or invites nobody."""
    if matter.released_at is None:
        return None
    state = spec_of(matter.flow).states.get(matter.state)
    if state is None or state.invites is None:
        return None
    day = timezone.localdate(now_at(matter.region, matter))
    for key, spec in types_at(matter.region, day).items():
        if key == state.invites or key.partition(":")[2] == state.invites.partition(":")[2]:
            return offer_of(key, spec)
    return None


def _only(kinds: Sequence[str], offer: Offer) -> str:
    """The kind of reporter where the type leaves no choice."""
    return kinds[0] if offer.spec.reporters and len(kinds) == 1 else ""


def _stored(by: Acting, photos: Sequence[tuple[str, Any]]) -> list[str]:
    if len(photos) > MOST_PHOTOS:
        raise Refusal(_("最多%(most)s张照片") % {"most": MOST_PHOTOS}, _("照片"), _("去掉几张再提交"))
    return [str(store(by=by.actor, data=file, name=name, purpose=PHOTO).uid) for name, file in photos]


def _phone(given: str) -> str:
    """A telephone number as it was written. Raises Refusal for what is none: a sealed field nobody can correct."""
    plain = given.strip()
    if plain and (set(plain) - PHONE_LETTERS or not 5 <= sum(c.isdigit() for c in plain) <= 15):
        raise Refusal(_("不是电话号码"), _("电话"), _("只写数字，如 13800000000"))
    return plain
