"""What a token reads is audited; how many sensitive records it may read in a day is bounded as exports are."""

from typing import Any

from django.apps import apps

from jiceng.accounts.actions.tokens import take_rows
from jiceng.accounts.exports import watched
from jiceng.exchange.tables import Table, all_tables
from jiceng.records.writing import write


def counted_reading(
    request: Any, model: str, rows: int, *, what: str, unmasked: bool = False, reason: str = ""
) -> None:
    """Note that the token has read `rows` records of `model` (its label).

    Raises Refusal where these are sensitive and more than the day's. Nothing is noted where nothing was read.
    """
    if not rows:
        return
    table = next((t for t in all_tables().values() if t.model._meta.label_lower == model), None)
    with write(by=request.actor, action="api.read", reason=reason) as writing:
        if table is not None and watched(table, unmasked=unmasked):
            take_rows(request.auth, rows)
        said = {"token": request.auth.name, "what": what[:500], "rows": rows, "unmasked": unmasked}
        writing.note(_stored(model, table), 0, "read", None, said)


def _stored(model: str, table: Table | None) -> str:
    kind = table.model if table is not None else apps.get_model(model)
    return kind._meta.db_table
