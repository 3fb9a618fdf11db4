"""What others read of forms: those that someone sees, how one stands for an area and period, who can answer."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Q, QuerySet

from jiceng.accounts.models import Grant, User
from jiceng.accounts.permissions import Permission as P
from jiceng.accounts.roles import ROLES
from jiceng.accounts.scoping import Access, covers, denied
from jiceng.exchange.writing.scoping import visible_keys
from jiceng.forms.bindings import Bindings
from jiceng.forms.blanks.grid import Blank
from jiceng.forms.blanks.receiving import blank_of
from jiceng.forms.filling import Asking, Filled, Filler
from jiceng.forms.known import Known, tables
from jiceng.forms.models import Ask, Filing, Form
from jiceng.forms.periods import Period
from jiceng.organisations.models import Region
from jiceng.organisations.queries import codes_upwards, paths_on
from jiceng.protection.scopes import SEGMENT, Scope, within
from jiceng.records.bases import valid_on

SEES = (P.FORMS_ANSWER, P.FORMS_DESIGN, P.FORMS_ISSUE)

MOST = 2_000
"""So many open questions are looked at for one person."""

ANSWERING = tuple(key for key, role in ROLES.items() if P.FORMS_ANSWER in role.permissions)
"""The roles whose holders can answer."""


def forms_for(access: Access) -> QuerySet[Form]:
    """The forms that hold where someone works: those of the own regions, of what lies above and of what lies below;
    drafts only where one designs.
    """
    rows = Form.objects.select_related("region", "made_by", "blank")
    kept = rows.filter(_touching(access.scope(*SEES)))
    designs = access.scope(P.FORMS_DESIGN, P.FORMS_ISSUE)
    own = Q(pk__in=[])
    for path in designs.territory:
        own |= within("region__path", path)
    return kept.filter(~Q(state=Form.State.DRAFT) | own)


def _touching(scope: Scope) -> Q:
    if scope.everything:
        return Q()
    found = Q(pk__in=[])
    for path in scope.territory:
        above = [path[:end] for end in range(SEGMENT, len(path), SEGMENT)]
        found |= within("region__path", path) | Q(region__path__in=above)
    return found


def require_region(access: Access, region: Region) -> None:
    """Raise Denied unless someone may fill forms for the whole of `region`."""
    if not covers(access.scope(*SEES), region):
        raise denied(P.FORMS_ANSWER, region.name)


def known_at(region: Region, day: date) -> Known:
    """The words that hold at a region."""
    return Known(codes_upwards(region, day))


@dataclass(frozen=True, slots=True)
class Standing:
    """A form for an area and period: what it looks like, what it is filled with, and what was signed."""

    form: Form
    blank: Blank
    bindings: Bindings
    filler: Filler
    filled: Filled
    filing: Filing | None
    open_asks: int


def standing(form: Form, *, region: Region, period: Period, access: Access) -> Standing:
    """The form filled as the ledgers are now. Raises Denied where someone has nothing to do with all of `region`,
    Refusal for a figure that cannot be counted.
    """
    require_region(access, region)
    blank, bindings = blank_of(form.blank), Bindings.of(form.bindings)
    asking = Asking(region, *period, access.day, scope_at(access, region), str(access.user))
    filler = Filler(blank, bindings, asking, known_at(region, access.day), answers(form, region, period))
    filing = Filing.objects.filter(form=form, region=region, first=period[0], withdrawn_at=None).first()
    waiting = asks_of(form, region, period).filter(answered_at=None).count()
    return Standing(form, blank, bindings, filler, filler.fill(), filing, waiting)


def scope_at(access: Access, region: Region) -> Scope:
    """What someone sees of the ledgers of a region."""
    return access.scope(P.REGISTRY_VIEW, P.FIGURES_VIEW).narrowed(*paths_on(region, access.day))


def asks_of(form: Form, region: Region, period: Period) -> QuerySet[Ask]:
    """What was asked for one filling; by an earlier version of the form, too."""
    return Ask.objects.filter(
        form__number=form.number, form__region=form.region_id, first=period[0], last=period[1],
    ).filter(Q(region=region) | Q(region__path__startswith=region.path))  # fmt: skip


def answers(form: Form, region: Region, period: Period) -> Mapping[str, str]:
    """What was answered, by the address of what was asked for: of this version, whose addresses they are."""
    told = asks_of(form, region, period).filter(form=form, answered_at__isnull=False, kept=False)
    rows = told.filter(Q(region=region) | Q(at__contains="@"))
    return dict(rows.values_list("at", "value"))


# -------------------------------------------------------------------------------------------- who answers
def asked_of(access: Access) -> list[Ask]:
    """The open questions that are put to someone, in the order of forms and areas: where the own grant stands nearest,
    and about records that one looks after.
    """
    scope = access.scope(P.FORMS_ANSWER)
    rows = Ask.objects.filter(answered_at=None, form__state=Form.State.ISSUED, form__expires__gte=access.day)
    beside = replace(scope, territory=())
    if not (scope.everything or beside.party or beside.industry or beside.held):
        rows = rows.filter(
            reduce(or_, (within("region__path", path) for path in scope.territory), Q(pk__in=[]))
        )
    found = list(rows.select_related("form", "region").order_by("form__number", "region__path", "id")[:MOST])
    if not found:
        return []
    near = nearest((ask.region.path for ask in found), access.day)
    mine = _records_seen(found, beside)
    me = access.user.pk
    return [ask for ask in found if me in near[ask.region.path][1] or ask.record in mine.get(ask.table, ())]


def _records_seen(asks: Iterable[Ask], scope: Scope) -> Mapping[str, set[int]]:
    """For each table the records asked about that `scope` sees."""
    keys: dict[str, list[int]] = {}
    for ask in asks:
        if ask.record is not None:
            keys.setdefault(ask.table, []).append(ask.record)
    return {key: visible_keys(tables()[key], scope, own) for key, own in keys.items() if key in tables()}


def can_answer(ask: Ask, access: Access) -> bool:
    """Whether someone may answer a question: whoever answers for its area, or sees its record."""
    scope = access.scope(P.FORMS_ANSWER)
    if ask.record is None:
        return covers(scope, ask.region)
    return ask.record in _records_seen([ask], scope).get(ask.table, ())


def nearest(paths: Iterable[str], day: date) -> Mapping[str, tuple[int, frozenset[int]]]:
    """For each territory path the users who are asked there: those whose grant stands nearest, there or above; with
    the level that they stand on.
    """
    held: dict[str, set[int]] = {}
    for path, user in _holders(day):
        held.setdefault(path, set()).add(user)
    found = {}
    for path in set(paths):
        above = (path[:end] for end in range(len(path), 0, -SEGMENT))
        step = next((step for step in above if step in held), path)
        found[path] = len(step) // SEGMENT, frozenset(held.get(step, ()))
    return found


def _holders(day: date) -> Iterable[Any]:
    """(path, user) of every grant in a region that lets answer."""
    grants = Grant.objects.filter(valid_on(day), role__in=ANSWERING, region__isnull=False)
    usable = User.objects.filter(is_active=True, awaits_release=False)
    return grants.filter(user__in=usable).values_list("region__path", "user_id")
