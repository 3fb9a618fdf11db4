"""Which tables someone may import into, and how far that reaches."""

from jiceng.accounts.permissions import Permission as P
from jiceng.accounts.scoping import Access, denied, union
from jiceng.exchange.tables import Table, all_tables
from jiceng.protection.scopes import Scope
from jiceng.web.registry.ledgers import edit_permission


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
