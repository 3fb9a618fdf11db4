"""Who may see, keep, take out and bring in which registry table: permissions by table, and how far each reaches."""

from collections.abc import Mapping

from jiceng.accounts.permissions import Permission as P
from jiceng.accounts.scoping import Access, denied, union
from jiceng.exchange.tables import Table, all_tables
from jiceng.protection.scopes import Scope

SEEN_BY: Mapping[str, P] = {
    "matters": P.MATTERS_VIEW,
    "regions": P.REGISTRY_VIEW,
    "units": P.REGISTRY_VIEW,
    "party-orgs": P.REGISTRY_VIEW,
    "covers": P.REGISTRY_VIEW,
    "party-org-ties": P.REGISTRY_VIEW,
    "designations": P.REGISTRY_VIEW,
    "competences": P.REGISTRY_VIEW,
    "holdings": P.REGISTRY_VIEW,
    "people": P.PEOPLE_VIEW,
    "households": P.PEOPLE_VIEW,
    "employments": P.PEOPLE_VIEW,
    "experiences": P.PEOPLE_VIEW,
    "qualifications": P.PEOPLE_VIEW,
    "standings": P.PEOPLE_VIEW,
}
"""Table → who may see it. Tables that are not named speak of members and posts."""

EDITED_BY: Mapping[str, P] = {
    "regions": P.REGIONS_EDIT,
    "holdings": P.REGIONS_EDIT,
    "units": P.UNITS_EDIT,
    "designations": P.UNITS_EDIT,
    "competences": P.COMPETENCE_HAND_OVER,
    "party-orgs": P.PARTY_ORGS_EDIT,
    "covers": P.PARTY_ORGS_EDIT,
    "party-org-ties": P.PARTY_ORGS_EDIT,
    "people": P.PEOPLE_EDIT,
    "households": P.PEOPLE_EDIT,
    "employments": P.PEOPLE_EDIT,
    "experiences": P.PEOPLE_EDIT,
    "qualifications": P.PEOPLE_EDIT,
    "standings": P.PEOPLE_EDIT,
    "matters": P.MATTERS_ACT,
}
"""Table → who may keep it. Tables that are not named speak of members and posts."""


def permission_for(key: str) -> P:
    """Who may see the table called `key`."""
    return SEEN_BY.get(key, P.MEMBERS_VIEW)


def edit_permission(key: str) -> P:
    """Who may keep the table called `key`."""
    return EDITED_BY.get(key, P.MEMBERS_EDIT)


def importable(access: Access) -> list[Table]:
    """The tables that someone may both keep and import into, in the order of their declaration."""
    return [table for table in all_tables().values() if reaches(access, table.key) != Scope()]


def reaches(access: Access, table: str) -> Scope:
    """Where someone may import into `table`: where one and the same grant lets them keep it and import."""
    both = {P.IMPORT, edit_permission(table)}
    return union(held.scope for held in access.held if both <= held.role.permissions)


def require_reach(access: Access, table: str) -> Scope:
    """The same. Raises Denied where it is nowhere."""
    access.require(P.IMPORT)
    access.require(edit_permission(table))
    scope = reaches(access, table)
    if scope == Scope():
        raise denied(P.IMPORT)
    return scope


def take_out_scope(access: Access, table: str) -> Scope:
    """Where someone may both see `table` and take out of it, by one and the same grant. Raises Denied without either
    right.
    """
    both = {P.EXPORT, permission_for(table)}
    for permission in sorted(both):
        access.require(permission)
    return union(held.scope for held in access.held if both <= held.role.permissions)
