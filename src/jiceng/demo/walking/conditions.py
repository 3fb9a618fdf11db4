"""Whether a flow's conditions hold for a matter in the making."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from jiceng.demo.making.world import World
from jiceng.demo.walking.files import REFERENCES, File
from jiceng.matters.enums import COUNTED, WORKING, DispatchState, Hand, Part
from jiceng.matters.inputs import INPUT, PLAIN
from jiceng.packs.catalogue import Catalogue
from jiceng.packs.filters.matching import Row, matches
from jiceng.packs.filters.nodes import EVERYTHING, Node, columns
from jiceng.records.calendar import SHANGHAI

FIXED = frozenset({"category", "grade", "channel"})
"""Columns on which most conditions rest alone: their answers are remembered by these."""
UNKNOWN = {"in_scope": True, "members": 0, "full_members": 0, "serving": 0}
"""What is taken for granted of subjects and of matters that hang together, where it is not false."""

ANSWERED = (DispatchState.ANSWERED, DispatchState.ACCEPTED)


def local_day(at: datetime) -> date:
    """The local date of a moment."""
    return at.astimezone(SHANGHAI).date()


class Conditions:
    """Answers conditions of one type of matter, remembering what cannot change."""

    def __init__(self, world: World, catalogue: Catalogue) -> None:
        self.world, self.catalogue = world, catalogue
        self._plain: dict[int, bool] = {}
        self._known: dict[tuple[int, str, str, str], bool] = {}
        self._indexes: dict[tuple[str, str], Mapping[Any, Sequence[int]]] = {}

    def holds(self, node: Node, file: File, at: datetime) -> bool:
        """Whether `node` holds for the matter at that moment."""
        return self.of(file, at)(node)

    def of(self, file: File, at: datetime) -> Callable[[Node], bool]:
        """Answers for one matter at one moment."""
        row: FileRow | None = None

        def holds(node: Node) -> bool:
            nonlocal row
            if node is EVERYTHING or node == EVERYTHING:
                return True
            key = (id(node), file.category, file.grade, file.channel)
            if (known := self._known.get(key)) is not None:
                return known
            row = row or FileRow(self, file, at)
            found = matches(node, row, local_day(at), self)
            if self._rests_on_plain(node):
                self._known[key] = found
            return found

        return holds

    def _rests_on_plain(self, node: Node) -> bool:
        if id(node) not in self._plain:
            self._plain[id(node)] = all(not c.through and c.name in FIXED for c in columns(node))
        return self._plain[id(node)]

    # ------------------------------------------------------------------ what a condition looks up
    def row(self, fact: str, key: Any, day: date) -> Row | None:
        """One row of the registry, by its handle."""
        return RegistryRow(self.world, fact, key)

    def rows(self, fact: str, match: Mapping[str, Any], valid: date | None, day: date) -> Iterable[Row]:
        """The rows of the registry that match, valid on a day."""
        (column, wanted), *others = match.items()
        index = self._index(fact, column)
        for row in index.get(wanted, ()):
            found = RegistryRow(self.world, fact, row)
            if (valid is None or self._valid(fact, row, valid)) and all(found[c] == v for c, v in others):
                yield found

    def _index(self, table: str, column: str) -> Mapping[Any, Sequence[int]]:
        """Rows by what they hold in a column."""
        key = (table, column)
        if key not in self._indexes:
            found: dict[Any, list[int]] = {}
            for row in range(self.world.table(table).rows):
                found.setdefault(self.world.value(table, row, column), []).append(row)
            self._indexes[key] = found
        return self._indexes[key]

    def _valid(self, table: str, row: int, day: date) -> bool:
        ended = self.world.ends(table, row)
        return self.world.begins(table, row) <= day.toordinal() and (ended is None or ended > day.toordinal())

    def organised(self, unit: int | None, day: date) -> bool:
        """Whether a party organisation covers the unit on a day."""
        rows = self._index("cover", "unit").get(unit, ()) if unit is not None else ()
        return any(self._valid("cover", row, day) for row in rows)

    def below(self, vocabulary: str, key: str) -> frozenset[str]:
        """The term and every term below it."""
        return self.catalogue.descendants(vocabulary, key)

    def ranked(self, vocabulary: str, at_least: float) -> frozenset[str]:
        """The terms whose rank is at least that."""
        return self.catalogue.ranked(vocabulary, at_least)


class RegistryRow(Mapping[str, Any]):
    """A row of the world by the names of its fact's columns."""

    def __init__(self, world: World, table: str, row: int) -> None:
        self.world, self.table, self.at = world, table, row

    def __getitem__(self, name: str) -> Any:
        return self.at if name == "id" else self.world.value(self.table, self.at, name)

    def __iter__(self) -> Iterator[str]:
        return iter(())

    def __len__(self) -> int:
        return 0


class FileRow(Mapping[str, Any]):
    """A matter in the making as conditions see it, like `matters.inputs.MatterRow`."""

    def __init__(self, known: Conditions, file: File, at: datetime) -> None:
        self.known, self.file, self.at = known, file, at
        self._counts: dict[str, int] = {}

    def __getitem__(self, name: str) -> Any:
        file = self.file
        if name in PLAIN or name in REFERENCES or name == "region":
            return getattr(file, name)
        if name.startswith(("receivers", "leads")):
            self._counts = self._counts or receivers(file)
            return self._counts[name]
        if name == "late":
            return any(w.part is None and w.due_at and w.due_at < self.at for w in file.running())
        if name == "led":
            return file.lead_person is not None
        if name == "served":
            return any(at >= self._moved() for at in file.served_at)
        if name in ("organised", "worked"):
            return self.known.organised(file.unit, local_day(self.at))
        INPUT.column(name)  # raises KeyError for what is no column
        return UNKNOWN.get(name, False)

    def _moved(self) -> datetime:
        """When a person moved the matter last."""
        moved = (x.at for x in self.file.lines if x.hand != Hand.SYSTEM and x.before != x.after)
        return max(moved, default=self.file.raised_at)

    def __iter__(self) -> Iterator[str]:
        return (column.name for column in INPUT.columns)

    def __len__(self) -> int:
        return len(INPUT.columns)


def receivers(file: File) -> dict[str, int]:
    """How far the receivers of a matter have come."""
    counted = [part for part in file.parts if part.state in COUNTED]
    answered = [part for part in counted if part.state in ANSWERED]
    return {
        "receivers": len(counted),
        "receivers_sent": sum(part.state == DispatchState.SENT for part in counted),
        "receivers_working": sum(part.state in WORKING for part in counted),
        "receivers_answered": len(answered),
        "receivers_arrived": sum(part.arrived_at is not None for part in counted),
        "receivers_unmarked": sum(not (p.coming and p.cooperation and p.effect) for p in counted),
        "leads": sum(part.part == Part.LEAD for part in counted),
        "leads_answered": sum(part.part == Part.LEAD for part in answered),
    }
