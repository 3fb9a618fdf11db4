"""A figure being built: read from its form, written as a pack writes it, and read back from that."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from jiceng.records.facts import all_facts
from jiceng.web.figures.building.columns import OPERATORS, VALUELESS, columns_of, measured_by

GROUPS = ("all", "any", "part")
"""Conditions that all hold, of which one holds, and those of a share's numerator, which all hold."""

MOST = 12
"""So many conditions a group has."""

PLAIN = ("name", "name_en", "unit", "note", "fact", "time", "event", "measure", "of", "scope")
USUAL = {"time": "stock", "event": "begins", "measure": "count", "scope": "scope"}
"""The fields of a form that are one text each, and what they are where nothing is said."""


@dataclass(frozen=True, slots=True)
class Row:
    """One condition: a column, a comparison, and what it is compared with."""

    column: str = ""
    operator: str = ""
    values: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Draft:
    """What the form says."""

    said: Mapping[str, str] = field(default_factory=lambda: dict(USUAL))
    breakdowns: tuple[str, ...] = ()
    rows: Mapping[str, tuple[Row, ...]] = field(default_factory=dict)

    def __getitem__(self, name: str) -> str:
        return self.said.get(name, "")


# ------------------------------------------------------------------------------------------- from the form
def posted(data: Any) -> Draft:
    """The draft that a form sends. What does not belong to its fact is left out: the fact may have just changed."""
    said = {name: data.get(name, USUAL.get(name, "")).strip() for name in PLAIN}
    rows = {group: tuple(_posted_rows(data, group)) for group in GROUPS}
    return _fitting(Draft(said, tuple(data.getlist("breakdowns")), rows))


def _posted_rows(data: Any, group: str) -> Iterator[Row]:
    for number in range(MOST):
        column = data.get(f"{group}-{number}-column", "")
        if column:
            values = tuple(
                value.strip() for value in data.getlist(f"{group}-{number}-value") if value.strip()
            )
            yield Row(column, data.get(f"{group}-{number}-operator", ""), values)


def _fitting(draft: Draft) -> Draft:
    """The draft without columns that its fact has not, and with a comparison that each column has."""
    fact = all_facts().get(draft["fact"])
    if fact is None:
        return Draft({**draft.said, "fact": ""})
    kinds = {str(column): column.kind for column in columns_of(fact)}
    rows = {
        group: tuple(_compared(row, kinds[row.column]) for row in found if row.column in kinds)
        for group, found in draft.rows.items()
    }
    of = {str(column) for column in measured_by(fact, draft["measure"])}
    said = {**draft.said, "of": draft["of"] if draft["of"] in of else ""}
    return Draft(said, tuple(name for name in draft.breakdowns if name in kinds), rows)


def _compared(row: Row, kind: str) -> Row:
    known = [operator for operator, _label in OPERATORS[kind]]
    return row if row.operator in known else replace(row, operator=known[0], values=())


# ------------------------------------------------------------------------------------------- as packs write
def written(draft: Draft) -> dict[str, Any]:
    """The declaration, without what need not be said."""
    flow, share = draft["time"] == "flow", draft["measure"] == "share"
    fact = all_facts().get(draft["fact"])
    kinds = {str(column): column.kind for column in columns_of(fact)} if fact else {}
    every, one = (_conditions(draft.rows.get(group, ()), kinds) for group in ("all", "any"))
    where = _joined(every) | ({"any": one} if one else {})
    found = {
        **{name: draft[name] for name in ("name", "name_en", "unit", "note", "fact", "time")},
        "event": draft["event"] if flow and draft["event"] != "begins" else "",
        "where": where,
        "measure": draft["measure"],
        "of": draft["of"],
        "part": _joined(_conditions(draft.rows.get("part", ()), kinds)) if share else {},
        "breakdowns": list(draft.breakdowns),
        "scope": draft["scope"],
    }
    return {name: value for name, value in found.items() if value}


def _conditions(rows: tuple[Row, ...], kinds: Mapping[str, str]) -> list[dict[str, Any]]:
    """The rows that say enough to be a condition."""
    said = (row for row in rows if row.values or row.operator in VALUELESS)
    return [{row.column: _condition(row, kinds.get(row.column, ""))} for row in said]


def _condition(row: Row, kind: str) -> Any:
    values: list[Any] = [_value(value, kind) for value in row.values]
    match row.operator:
        case "in":
            return values
        case "eq":
            return values[0]
        case "yes" | "no":
            return row.operator == "yes"
        case "filled" | "empty":
            return {"empty": row.operator == "empty"}
        case "asked":
            return {"lte": "$day"}
        case "not_in":
            return {"not_in": values}
        case _:
            return {row.operator: values[0]}


def _value(text: str, kind: str) -> Any:
    """The value that a text of the form means; the text itself where it means none, which is then refused."""
    try:
        return {"integer": int, "number": float}.get(kind, str)(text)
    except ValueError:
        return text


def _joined(conditions: list[dict[str, Any]]) -> dict[str, Any]:
    """Conditions that all hold: one mapping where each has a column of its own."""
    together: dict[str, Any] = {}
    for condition in conditions:
        together |= condition
    return together if len(together) == len(conditions) else {"all": conditions}


# -------------------------------------------------------------------------------------------- and read back
def read(declaration: Mapping[str, Any]) -> Draft:
    """The draft of a declaration that `written` made."""
    where = dict(declaration.get("where", {}))
    one = where.pop("any", [])
    rows = {
        "all": tuple(_rows(where)),
        "any": tuple(row for condition in one for row in _rows(condition)),
        "part": tuple(_rows(declaration.get("part", {}))),
    }
    said = {name: str(declaration.get(name, USUAL.get(name, ""))) for name in PLAIN}
    return Draft(said, tuple(declaration.get("breakdowns", ())), rows)


def _rows(conditions: Mapping[str, Any]) -> Iterator[Row]:
    for name, said in conditions.items():
        if name == "all":
            for condition in said:
                yield from _rows(condition)
        else:
            yield _row(name, said)


def _row(column: str, said: Any) -> Row:
    if isinstance(said, bool):
        return Row(column, "yes" if said else "no")
    if isinstance(said, list):
        return Row(column, "in", tuple(map(str, said)))
    if not isinstance(said, Mapping):
        return Row(column, "eq", (str(said),))
    ((operator, value),) = said.items()
    if operator == "empty":
        return Row(column, "empty" if value else "filled")
    if value == "$day":
        return Row(column, "asked")
    return Row(column, operator, tuple(map(str, value)) if isinstance(value, list) else (str(value),))
