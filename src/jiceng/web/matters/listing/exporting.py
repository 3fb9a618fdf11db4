"""The list of matters as what an export takes out of it."""

from typing import ClassVar

from jiceng.accounts.permissions import Permission as P
from jiceng.exchange.tables import Table, table_of
from jiceng.web.matters.listing.source import Matters


class MattersOut(Matters):
    """The matters that a list's filters keep, as their table writes them."""

    permission: ClassVar[P] = P.MATTERS_VIEW

    @property
    def table(self) -> Table:
        """The columns that an import takes."""
        return table_of(self.key)
