"""Whether the visitor keeps a record: may change it, end it, or do with it what its card offers."""

from django.db.models import Model

from jiceng.accounts.scoping import Access, covers, denied
from jiceng.accounts.tables import edit_permission
from jiceng.exchange.tables import all_tables
from jiceng.exchange.writing.scoping import visible_keys
from jiceng.organisations.models import Region
from jiceng.protection.scopes import ScopedModel


def keeps(access: Access, table: str, record: Model, *, edits: str = "") -> bool:
    """Whether the visitor may edit the table `edits` (default: the record's own) where the record stands.

    Records without a scope of their own (ties, charges) stand where those stand that they hang on.
    """
    permission = edit_permission(edits or table)
    if not access.may(permission):
        return False
    scope = access.scope(permission)
    if isinstance(record, (Region, ScopedModel)):
        return covers(scope, record)
    return bool(visible_keys(all_tables()[table], scope, [record.pk]))


def require_kept(access: Access, table: str, record: Model, *, edits: str = "") -> None:
    """Raise Denied unless the visitor `keeps` the record."""
    if not keeps(access, table, record, edits=edits):
        raise denied(edit_permission(edits or table), str(record))
