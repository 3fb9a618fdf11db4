"""Which body keeps a ledger in a region, and handing that over together with the grants that rest on it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from jiceng.accounts.actions.authority import authorise
from jiceng.accounts.actions.grants import check_new, end_grant
from jiceng.accounts.models import Grant, User
from jiceng.accounts.permissions import Permission
from jiceng.accounts.scoping import Denied, actor_of
from jiceng.organisations.actions import standings
from jiceng.organisations.models import Competence, Region, Unit
from jiceng.protection.actors import Actor
from jiceng.records.refusals import Refusal
from jiceng.records.writing import write


@dataclass(frozen=True, slots=True)
class Handover:
    """What came of it: the new competence, the grants that ended and those that began with it."""

    competence: Competence
    ended: tuple[Grant, ...]
    begun: tuple[Grant, ...]


def assign_competence(
    *, ledger: str, region: Region, body: Unit, day: date, by: Actor, document: str
) -> Competence:
    """`body` keeps `ledger` in `region` from `day` on. Needs `competences.hand_over`.

    Raises Refusal where a body keeps it already: that one hands it over.
    """
    authorise(by, Permission.COMPETENCE_HAND_OVER)
    return standings.give_competence(
        by=by, ledger=ledger, region=region, body=body, day=day, document=document
    )


def hand_over(
    *,
    ledger: str,
    region: Region,
    to: Unit,
    day: date,
    by: Actor,
    document: str,
    receivers: Sequence[User] | None = None,
) -> Handover:
    """From `day` on `to` keeps `ledger` in `region`; every grant that rests on the old competence ends that
    day and the same role on the same node begins for each of `receivers` (default: the open accounts of
    `to`).

    Needs `competences.hand_over`. Both bodies' stretches and all grants stay dated: any earlier day answers
    as before. Raises Refusal where nobody keeps the ledger there, `to` does already, `day` does not come
    after the last handover, the document is missing, or grants would be left with nobody to receive them.
    """
    authorise(by, Permission.COMPETENCE_HAND_OVER)
    with write(by=by, action="competence.hand_over", reason=document) as writing:
        held, made = standings.hand_over(
            by=by, ledger=ledger, region=region, to=to, day=day, document=document
        )
        grants = held.grants.select_related("region", "user")
        resting = [grant for grant in grants if grant.valid_to is None or grant.valid_to > day]
        begun = _moved(resting, made, day, _receivers(to, receivers), by)
        writing.result = str(made.pk)
    return Handover(made, tuple(resting), tuple(begun))


def _receivers(to: Unit, given: Sequence[User] | None) -> list[User]:
    return (
        list(given)
        if given is not None
        else list(User.objects.filter(unit=to, is_active=True).order_by("id"))
    )


def _moved(
    resting: list[Grant], made: Competence, day: date, receivers: list[User], by: Actor
) -> list[Grant]:
    """End the resting grants on `day` and begin the same ones for the receivers."""
    if resting and not receivers:
        raise Refusal(
            _("“%(body)s”还没有用户，台账将无人可用") % {"body": made.body},
            str(made.region),
            _("先为该机构建立用户"),
        )
    if any(by == actor_of(user) for user in receivers):
        raise Denied(_("不能把权限移交给自己"), remedy=_("请另一名安全保密管理员移交"))
    wanted = {
        (g.role, g.region_id, g.party_org_id, g.authority_id, max(g.valid_from, day), g.valid_to)
        for g in resting
    }
    for grant in resting:
        end_grant(grant, day)
    begun = []
    for role, region, party_org, authority, begin, end in sorted(wanted, key=repr):
        for user in receivers:
            grant = Grant(
                user=user,
                role=role,
                region_id=region,
                party_org_id=party_org,
                authority_id=authority,
                competence=made,
                document=made.document,
                valid_from=begin,
                valid_to=end,
            )
            check_new(grant)
            grant.save()
            begun.append(grant)
    return begun
