"""How a matter begins."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from jiceng.accounts.scoping import Denied, covers
from jiceng.matters.actions.contending import contended
from jiceng.matters.actions.context import Acting, Turning
from jiceng.matters.actions.recording import locked, not_before, now_at, record, refuse_to_come
from jiceng.matters.actions.reporters import keep_reporter
from jiceng.matters.actions.stepping import finish, in_hand, keep_values, run_automatic
from jiceng.matters.clocks import follow
from jiceng.matters.enums import Hand, LinkKind
from jiceng.matters.flows import flow_for, types_at
from jiceng.matters.holding import above, held
from jiceng.matters.models import Matter, MatterLink
from jiceng.matters.rights import office_at
from jiceng.matters.sections import MatterSpec
from jiceng.matters.values import Filling
from jiceng.organisations.models import Region
from jiceng.organisations.queries import paths_today
from jiceng.organisations.terms import require, vocabulary
from jiceng.protection.scopes import Scope
from jiceng.records.numbering import next_number
from jiceng.records.refusals import Refusal
from jiceng.records.texts import clean_text
from jiceng.records.uids import new_uid
from jiceng.records.writing import AlreadyDoneError, done_before, write

RAISE = "raise"
"""The step by which the timeline begins."""

COUNTY_LEVEL = 3

MATTER = "matter:"
"""How the result of a command that raised one begins."""


@dataclass(frozen=True, slots=True)
class Report:
    """What is told: `given` by field key. `name` and `phone` of the reporter are sealed; `kind` is a term of
    `reporter_kinds`. With `code` someone without an account finds the report again.
    """

    given: Mapping[str, Any] = field(default_factory=dict)
    name: str = ""
    phone: str = ""
    kind: str = ""
    code: str = ""


@contended
def raise_matter(
    *,
    by: Acting,
    type: str,  # noqa: A002 - what the field calls it
    region: Region,
    channel: str,
    report: Report,
    hangs_on: tuple[LinkKind, Matter] | None = None,
    note: str = "",
    at: datetime | None = None,
    key: str = "",
) -> Matter:
    """Raise a matter of `type` at `region`; it keeps the wording of the type that holds there now.

    `channel` is a term of `matter_channels`, `at` the aware moment (default: now); `key` makes it happen once:
    sent twice, the first one is given. Raises Denied for who may not raise it there; Refusal for a type that
    does not hold there, a moment to come, and wrong or missing values.
    """
    said, text = (type, region.pk, by.actor.key), clean_text(note, _("说明"))
    if key and (before := done_before(key)) is not None:
        return _raised_before(before, *said)
    moment = at or now_at(region.path)
    refuse_to_come(moment, region.name)
    day = timezone.localdate(moment)
    spec = types_at(region, day).get(type)
    if spec is None:
        raise Refusal(_("这里没有这类事项"), region.name, _("另选事项类型或区域"))
    require("matter_channels", channel, _("来源"))
    if report.kind:
        require("reporter_kinds", report.kind, _("身份"))
    office = _entitled(by, spec, region)
    _refuse_unfit(by, spec, channel, report, hangs_on)
    access = by.access
    filling = Filling(spec, region, day, access.scope() if access is not None else Scope())
    # the system drafts what a person completes
    form = ([], [*spec.form, *spec.optional]) if by.hand == Hand.SYSTEM else (spec.form, spec.optional)
    values = filling.checked(*form, report.given)
    try:
        with write(by=by.actor, action="matter.raise", reason=text, key=key) as writing:
            other = hangs_on[1] if hangs_on is not None else None
            if other is not None and other.pk not in in_hand():
                other = locked(other.pk)
                moment = not_before(other, moment)
            matter = _begun(spec, type, region, channel, by, moment)
            turning = Turning(matter, spec, by, moment, RAISE, values=values, note=text, office=office)
            _keep(turning, other)
            keep_reporter(matter, report, by.actor)
            if hangs_on is not None:
                MatterLink(kind=hangs_on[0], matter=matter, other=hangs_on[1]).save()
            record(turning, "")
            follow(matter, spec, RAISE, moment, day, None)
            run_automatic(matter, spec, moment)
            # late, for whoever wants the next one waits until this write ends
            matter.number = number_for(spec, matter, day.year)
            finish(matter, spec, moment)
            writing.result = f"{MATTER}{matter.pk}"
    except AlreadyDoneError as done:
        return _raised_before(done.result, *said)
    return matter


def _raised_before(result: str, type: str, region: int, actor: str) -> Matter:  # noqa: A002 - what the field calls it
    """The matter that the first arrival raised. Raises Refusal where the key was that of something else."""
    kind, _colon, key = result.rpartition(":")
    rows = Matter._base_manager.filter(type=type, region=region, raised_by=actor)
    found: Matter | None = rows.filter(pk=int(key)).first() if f"{kind}:" == MATTER else None
    if found is None:
        raise Refusal(_("这次提交与先前的另一次混淆了"), remedy=_("刷新后再提交"))
    return found


def _entitled(by: Acting, spec: MatterSpec, region: Region) -> str:
    """The office by which it is raised. Raises Denied for who may not."""
    if by.hand == Hand.SYSTEM:
        return ""
    if by.hand == Hand.REPORTER:
        if not spec.public:
            raise Denied(_("“%(type)s”不由居民提出") % {"type": spec.label}, region.name)
        return ""
    assert by.access is not None
    office = office_at(by.access, spec.raised_by, region)
    if office is None:
        roles = "、".join(dict.fromkeys(doer.role_label for doer in spec.raised_by))
        raise Denied(_("“%(type)s”由%(roles)s提出") % {"type": spec.label, "roles": roles}, region.name)
    return f"{office.place}{office.label}"


def _refuse_unfit(
    by: Acting, spec: MatterSpec, channel: str, report: Report, hangs_on: tuple[LinkKind, Matter] | None
) -> None:
    """Raise Refusal for a channel or a kind of reporter that the type does not know, and for a type about another
    matter without one in sight.
    """
    said = {"type": spec.label}
    if spec.channels and by.hand != Hand.SYSTEM and not _among("matter_channels", channel, spec.channels):
        raise Refusal(_("“%(type)s”不从这个来源提出") % said, spec.label, _("另选来源"))
    if (
        spec.reporters
        and by.hand == Hand.REPORTER
        and not _among("reporter_kinds", report.kind, spec.reporters)
    ):
        raise Refusal(_("“%(type)s”不由这类反映人提出") % said, spec.label, _("另选身份"))
    if spec.subject == "matter" and hangs_on is None:
        raise Refusal(_("“%(type)s”要关联一件事项") % said, spec.label, _("从那件事项里提出"))
    if hangs_on is not None and by.access is not None and not covers(by.access.scope(), hangs_on[1]):
        raise Denied(_("这件不在你的范围内"), str(hangs_on[1]))


def _among(name: str, term: str, tops: Iterable[str]) -> bool:
    """Whether the term is one of `tops` or below one."""
    terms = vocabulary(name)
    return any(term in terms.below(top) for top in tops)


def _begun(spec: MatterSpec, key: str, region: Region, channel: str, by: Acting, at: datetime) -> Matter:
    uid = new_uid()
    return Matter(
        uid=uid,
        number=str(uid),  # until it takes its own
        type=key,
        flow=flow_for(key, spec),
        version=0,
        state=spec.start,
        phase=spec.states[spec.start].phase,
        channel=channel,
        region=region,
        region_path=paths_today([region.pk])[region.pk],
        raised_at=at,
        raised_on=timezone.localdate(at),
        raised_by=by.actor.key,
        raised_by_name=by.actor.name,
    )


def number_for(spec: MatterSpec, matter: Matter, year: int) -> str:
    """The next number of the type in the county of `matter`: by the type's pattern, after the county's code."""
    key, region = matter.type, matter.region
    counties = (place.code for place in above(matter) if place.level <= COUNTY_LEVEL)
    county = region.code if region.level <= COUNTY_LEVEL else next(counties, region.code)
    bare = key.partition(":")[2]
    county = county[:6]  # a functional area counts on with the county whose code it bears
    serial = next_number(f"matter:{key}:{county}", year)
    pattern = spec.number or "{year}{n:06}"
    # the zone of residents counts for itself, and its numbers stay when staff take its reports over
    apart = "W" if settings.ZONE == "resident" else ""
    return f"{county}-{bare}-{apart}{pattern.format(year=year, n=serial)}"[:60]


SUBJECTS = ("unit", "party_org", "person", "household")


def _keep(turning: Turning, other: Matter | None) -> None:
    """Put the values where they belong. What hangs on another matter is about the same subject."""
    matter, spec = turning.matter, turning.spec
    keep_values(turning)
    for subject in SUBJECTS if other is not None else ():
        if getattr(matter, f"{subject}_id") is None:
            setattr(matter, f"{subject}_id", getattr(other, f"{subject}_id"))
    if not matter.title:
        first = (matter.text or "").strip().splitlines()
        about = other or matter.unit or matter.party_org or matter.person or matter.household
        matter.title = (first[0][:60] if first else "") or (f"{about}：{spec.label}" if about else spec.label)
        matter.title = matter.title[:120]
    matter.save()
    if (holding := held(matter)) is not None:
        holding.read(alone=other is None)
