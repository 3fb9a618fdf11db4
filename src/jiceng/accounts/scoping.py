"""What a user's grants come to on a day: permissions, and the scope in which each of them holds.

A permission holds only where a role that has it was granted: who edits units in one town and reads those of
the whole county has two scopes, not the wider one for both.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Model, Q
from django.utils.translation import gettext as _

from jiceng.accounts.models import Grant, User
from jiceng.accounts.permissions import SEEING, Permission
from jiceng.accounts.roles import Node, Role
from jiceng.organisations.models import PartyOrg, PartyOrgCover, Region, RegionHolding, Unit
from jiceng.people.models import Appointment, Charge
from jiceng.protection.actors import Actor
from jiceng.protection.scopes import Scope, ScopedModel
from jiceng.records.bases import Dated, valid_on
from jiceng.records.refusals import Refusal

UNIT, PARTY_ORG, APPOINTMENT = (m._meta.label_lower for m in (Unit, PartyOrg, Appointment))


class Denied(Refusal, PermissionDenied):
    """The person may not do this here. Pages answer 403 by themselves."""


def denied(permission: Permission, where: str = "") -> Denied:
    """The refusal that says which permission is missing and who gives it."""
    said = _("没有“%(permission)s”权限") % {"permission": permission.label}
    return Denied(said, where, _("请安全保密管理员授权"))


@dataclass(frozen=True, slots=True)
class Held:
    """A grant that is in force: its role, the scope it opens, the territory path where it stands, and the unit
    on behalf of which it acts (a department's).
    """

    grant: int
    role: type[Role]
    scope: Scope
    place: str
    unit: int | None = None


@dataclass(frozen=True)
class Access:
    """Everything `user` may do on `day`, read once a request. `remembered` is for what other rooms work out of it
    and need more than once.
    """

    user: User
    day: date
    held: tuple[Held, ...]
    _scopes: dict[frozenset[Permission], Scope] = field(default_factory=dict, compare=False, repr=False)
    remembered: dict[str, Any] = field(default_factory=dict, compare=False, repr=False)

    @cached_property
    def permissions(self) -> frozenset[Permission]:
        """Every permission that some grant gives somewhere."""
        return frozenset(p for held in self.held for p in held.role.permissions)

    def may(self, *permissions: Permission) -> bool:
        """Whether any of `permissions` is given anywhere."""
        return not self.permissions.isdisjoint(permissions)

    def scope(self, *permissions: Permission) -> Scope:
        """Where any of `permissions` holds (without one: where anything may be seen). Narrow it for what is
        shown.
        """
        asked = frozenset(permissions) or SEEING
        if asked not in self._scopes:
            self._scopes[asked] = union(
                held.scope for held in self.held if not held.role.permissions.isdisjoint(asked)
            )
        return self._scopes[asked]

    def scope_of_all(self, *permissions: Permission) -> Scope:
        """Where one and the same role gives all of `permissions`."""
        wanted = frozenset(permissions)
        return union(held.scope for held in self.held if wanted <= held.role.permissions)

    def roots(self) -> tuple[str, ...]:
        """The territory paths where the grants that show records stand."""
        return outermost(h.place for h in self.held if not h.role.permissions.isdisjoint(SEEING))

    def cut(self, permissions: frozenset[Permission]) -> "Access":
        """The same with no other than `permissions`: what a token of this person's may do."""
        held = (replace(h, role=_cut(h.role, permissions)) for h in self.held)
        return Access(self.user, self.day, tuple(h for h in held if h.role.permissions))

    def require(self, permission: Permission, record: Model | None = None) -> None:
        """Raise Denied unless `permission` is given, and given where `record` stands."""
        if permission not in self.permissions:
            raise denied(permission)
        if record is not None and not covers(self.scope(permission), record):
            raise denied(permission, str(record))


def _cut(role: type[Role], permissions: frozenset[Permission]) -> type[Role]:
    """The role with less to allow; it is granted to nobody."""
    return type(role.__name__, (role,), {"permissions": role.permissions & permissions})


def covers(scope: Scope, record: Model) -> bool:
    """Whether `record` lies in `scope`: a region by its path, anything else by the rules of its table."""
    if scope.everything:
        return True
    if isinstance(record, Region):
        return any(record.path.startswith(path) for path in scope.territory)
    if isinstance(record, ScopedModel):
        return type(record).visible_to(scope).filter(pk=record.pk).exists()
    return False


def actor_of(user: User) -> Actor:
    """The author of what `user` writes."""
    return Actor(f"user:{user.pk}", str(user))


def access_of(user: User, day: date) -> Access:
    """What `user` may do on `day`: nothing for a closed account, or one that awaits release after a reset.

    The number of queries does not depend on the data.
    """
    usable = user.is_active and not user.awaits_release
    return Access(user, day, tuple(_held(grants_in_force(user, day), day)) if usable else ())


def permissions_of(user: User, day: date) -> frozenset[Permission]:
    """Every permission that `user` has somewhere on `day`."""
    return access_of(user, day).permissions


def scope_of(user: User, day: date, *permissions: Permission) -> Scope:
    """Where `user` has any of `permissions` on `day`; without one: where `user` sees anything at all."""
    return access_of(user, day).scope(*permissions)


def require(user: User, permission: Permission, *, day: date, record: Model | None = None) -> None:
    """Raise Denied unless `user` has `permission` on `day`, and has it where `record` stands."""
    access_of(user, day).require(permission, record)


def grants_in_force(user: User, day: date) -> list[Grant]:
    """The grants of `user` that hold on `day`: begun, not ended, the post not left, the competence not
    handed over, the node not dissolved, the role still known.
    """
    rows = Grant.objects.on(day).filter(user=user)
    found = rows.select_related(
        "region", "party_org", "authority__authority", "appointment", "competence"
    ).order_by("id")
    return [
        grant
        for grant in found
        if grant.role_class is not None
        and _holds(grant.appointment, day)
        and _holds(grant.competence, day)
        and all(_exists(node, day) for node in (grant.region, grant.party_org, grant.authority))
    ]


def _holds(row: Dated | None, day: date) -> bool:
    return row is None or (row.valid_from <= day and _exists(row, day))


def _exists(row: Dated | None, day: date) -> bool:
    return row is None or row.valid_to is None or row.valid_to > day


def _held(grants: list[Grant], day: date) -> Iterable[Held]:
    """Each grant with the scope it opens."""
    regions = [g.region for g in grants if g.region]
    holdings: dict[int, list[str]] = {}
    for holder, path in (
        RegionHolding.objects.on(day)
        .filter(holder__in=[r.pk for r in regions])
        .values_list("holder_id", "held__path")
    ):
        holdings.setdefault(holder, []).append(path)
    charges = _charges(
        [g.appointment_id for g in grants if g.role_class and g.role_class.node == Node.APPOINTMENT], day
    )
    covered = _covered([g.party_org for g in grants if g.party_org], day)
    for grant in grants:
        role = grant.role_class
        if role is None:
            continue
        if grant.region:
            paths = outermost([grant.region.path, *holdings.get(grant.region.pk, ())])
            yield Held(grant.pk, role, Scope(territory=paths), grant.region.path)
        elif grant.party_org:
            org = grant.party_org
            yield Held(grant.pk, role, Scope(party=(org.path,), held=covered[org.pk]), org.region_path)
        elif grant.authority:
            unit = grant.authority
            own = Scope(industry=outermost([own_path(unit)]), held={UNIT: frozenset({unit.pk})})
            yield Held(grant.pk, role, own, unit.region_path, unit.pk)
        elif grant.appointment and role.node == Node.APPOINTMENT:
            post = grant.appointment
            yield Held(grant.pk, role, Scope(held=charges[post.pk]), post.region_path)
        else:
            yield Held(grant.pk, role, Scope(), "")


def own_path(authority: Unit) -> str:
    """The place of `authority` itself in the industry tree: '' where it only stands under another's."""
    above, path = authority.authority, authority.authority_path
    return "" if above is not None and above.authority_path == path else path


def _charges(appointments: list[int | None], day: date) -> dict[int, Mapping[str, frozenset[int]]]:
    """Appointment → what its holder looks after on `day`: the units and party organisations in charge, those
    organisations' units, those units' organisations, and the post itself.
    """
    units: dict[int, set[int]] = {a: set() for a in appointments if a}
    orgs: dict[int, set[int]] = {a: set() for a in units}
    rows = Charge.objects.on(day).filter(appointment__in=list(units))
    for appointment, unit, org in rows.values_list("appointment_id", "unit_id", "party_org_id"):
        if unit:
            units[appointment].add(unit)
        if org:
            orgs[appointment].add(org)
    pairs = _placed(set().union(*orgs.values()), set().union(*units.values()), day)
    found: dict[int, Mapping[str, frozenset[int]]] = {}
    for a in units:
        mine = [(org, unit) for org, unit in pairs if org in orgs[a] or unit in units[a]]
        found[a] = {
            UNIT: frozenset(units[a] | {unit for _org, unit in mine}),
            PARTY_ORG: frozenset(orgs[a] | {org for org, _unit in mine}),
            APPOINTMENT: frozenset({a}),
        }
    return found


def _covered(orgs: list[PartyOrg], day: date) -> dict[int, Mapping[str, frozenset[int]]]:
    """Party organisation → the units it stands in or covers on `day`."""
    units: dict[int, set[int]] = {org.pk: set() for org in orgs}
    for org, unit in _placed(set(units), set(), day):
        units[org].add(unit)
    return {org: {UNIT: frozenset(found)} for org, found in units.items()}


def _placed(orgs: set[int], units: set[int], day: date) -> list[tuple[int, int]]:
    """Which party organisation stands in or covers which unit on `day`, where it is one of `orgs` or the unit
    one of `units`.
    """
    if not orgs and not units:
        return []
    living = PartyOrg._base_manager.filter(valid_on(day), host_unit__isnull=False)
    hosts = living.filter(Q(pk__in=orgs) | Q(host_unit__in=units)).values_list("pk", "host_unit_id")
    covers = PartyOrgCover.objects.on(day).filter(unit__isnull=False)
    covers = covers.filter(Q(party_org__in=orgs) | Q(unit__in=units))
    return [*hosts, *covers.values_list("party_org_id", "unit_id")]


def outermost(paths: Iterable[str]) -> tuple[str, ...]:
    """`paths` without the empty ones and those that lie below another."""
    kept: list[str] = []
    for path in sorted({p for p in paths if p}):
        if not kept or not path.startswith(kept[-1]):
            kept.append(path)
    return tuple(kept)


def union(scopes: Iterable[Scope]) -> Scope:
    """What any of `scopes` sees. None of them is narrowed."""
    found = list(scopes)
    held: dict[str, frozenset[int]] = {}
    for scope in found:
        for label, ids in scope.held.items():
            held[label] = held.get(label, frozenset()) | ids
    return Scope(
        everything=any(s.everything for s in found),
        territory=outermost(p for s in found for p in s.territory),
        party=outermost(p for s in found for p in s.party),
        industry=outermost(p for s in found for p in s.industry),
        held={label: ids for label, ids in held.items() if ids},
    )
