"""From rows in memory to the database: keys, paths, spans, sealed values, in writes short enough to wait for.

Every write has a command key, so that a load that was interrupted goes on where it stopped: cohorts come out
the same every time, and what is there already keeps its keys.
"""

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from functools import cache, partial
from typing import Any

from django.apps import apps
from django.db import models

from jiceng.demo.identities import citizen_id, phone, unassigned_area
from jiceng.demo.making.schema import TABLES, schema
from jiceng.demo.making.world import World
from jiceng.demo.sealing import Plain, Sealed, Sealer, sealer
from jiceng.demo.walking.storing import OF_MATTERS, as_stored
from jiceng.demo.walking.storing import Store as Made
from jiceng.matters.flows import flow_for
from jiceng.organisations.models import RegionSpan
from jiceng.organisations.naming import quick_initials
from jiceng.organisations.spans import PARTY_ORGS, UNITS, Dating
from jiceng.protection.actors import Actor
from jiceng.protection.ciphers import blind_index, encrypt, new_key
from jiceng.records import bulk
from jiceng.records.bases import Recorded
from jiceng.records.engine import copy_rows, reserve_ids
from jiceng.records.numbering import claim_numbers
from jiceng.records.writing import AlreadyDoneError, write

CHUNK = 25_000
"""Rows of one write: some two seconds, after which others who want to write get their turn."""

UNSEALED: Sealed = (b"", b"", "", b"", "")
ORDER = ("unit", "party_org", "household", "person", *(
    t for t in TABLES if t not in {"region", "unit", "party_org", "household", "person"}
))  # fmt: skip
SPANS = {"unit": UNITS, "party_org": PARTY_ORGS}
WHOLE = frozenset({"matter"})
"""Tables that are stored in one write: their rows may name others of them that come later."""

ROWS_OF_A_MATTER = 18
"""About: with its dispatches, steps, clocks and turns. Only the bar asks, before they are made."""

REPORTED = ("sealed_key", "name", "phone", "phone_index")
"""What of those who reported is sealed."""

Progress = Callable[[str, int, int], None]


class Loader:
    """Stores what has been made of one place."""

    def __init__(self, world: World, *, by: Actor, progress: Progress, pause: float = 0.0) -> None:
        self.world, self.by, self.progress, self.pause = world, by, progress, pause
        self.keys: dict[str, list[int]] = {"region": [a.key or 0 for a in world.territory.areas]}
        self.flows: dict[str, int] = {}
        self.total = self.done = 0

    def load(self, matters: Callable[[], None], expected: int) -> None:
        """Store everything, in an order in which links point to what is there. `matters` is called once the registry
        is in, and brings the matters into the world, about `expected`.
        """
        own = [table for table in ORDER if table not in OF_MATTERS]
        territory = self.world.territory
        self.total = self._rows(own) + len(territory.areas) - territory.stored + expected * ROWS_OF_A_MATTER
        self._regions()
        wanted = self._to_seal()
        with sealer(len(wanted)) as sealing:
            batches = self._give(sealing, wanted)
            for table in own:
                self._table(table, lambda start: (sealing, batches[start // CHUNK]))
        matters()
        others = [table for table in ORDER if table in OF_MATTERS]
        self.total = max(self.done, 1) + self._rows(others)
        self._before_matters()
        for table in others:
            self._table(table, None)

    def _rows(self, tables: Iterable[str]) -> int:
        return sum(self.world.table(table).rows for table in tables)

    def _table(self, table: str, seal: Callable[[int], tuple[Sealer, list[int]]] | None) -> None:
        self.keys[table] = []
        rows = self.world.table(table).rows
        chunk = max(rows, 1) if table in WHOLE else CHUNK
        for start in range(0, rows, chunk):
            sealing = seal(start) if seal is not None and table == "person" else None
            self._chunk(table, start, min(start + chunk, rows), sealing)

    # ------------------------------------------------------------------------------------- writes
    def _once(self, part: str, rows: int, work: Callable[[], int]) -> int:
        """Do `work` in a write of its own, unless an earlier run has; gives the first key either way."""
        try:
            key = f"demo:{self.world.place.pack}:{part}"
            with write(by=self.by, action="demo.load", reason=part, key=key) as writing:
                first = work()
                writing.result = str(first)
        except AlreadyDoneError as done:
            first = int(done.result)
        else:
            time.sleep(self.pause)
        self.done += rows
        self.progress(part, self.done, self.total)
        return first

    def _chunk(self, table: str, start: int, stop: int, seal: tuple[Sealer, list[int]] | None) -> None:
        model: Any = apps.get_model(TABLES[table])
        rows = Rows(self.world, self.keys, table, start, stop, self.flows)
        if seal is not None:
            rows.seal(*seal)
        # rows that refer to others of their own table know those only once all have their keys
        own = table in WHOLE or table in schema(table).links.values()
        ready = None if own else rows.columns(model)
        digests = {name: bulk.column_digest(values) for name, values in ready.items()} if ready else None

        def work() -> int:
            first = reserve_ids(model, stop - start)
            self.keys[table] += range(first, first + stop - start)
            columns = rows.columns(model) if ready is None else ready
            _store(model, columns, first, digests)
            if table in SPANS:
                _load_spans(SPANS[table], columns, first)
            return first

        first = self._once(f"{table}:{start}", stop - start, work)
        if len(self.keys[table]) < stop:
            self.keys[table] += range(first, first + stop - start)

    # ------------------------------------------------------------------------------------ matters
    def _before_matters(self) -> None:
        """Keep the wordings of the types, and take the numbers that matters and papers have."""
        made = self.world.matters
        if not isinstance(made, Made):
            return

        def work() -> int:
            for key, spec in made.flows.items():
                flow_for(key, spec)
            for (series, year), last in made.last.items():
                claim_numbers(series, year, last)
            return 0

        self._once("matters", 0, work)
        self.flows = {key: flow_for(key, spec).pk for key, spec in made.flows.items()}

    # ------------------------------------------------------------------------------------ regions
    def _regions(self) -> None:
        territory = self.world.territory
        model: Any = apps.get_model(TABLES["region"])
        for start in range(territory.stored, len(territory.areas), CHUNK):
            some = territory.areas[start : start + CHUNK]

            def work(start: int = start, some: Sequence[Any] = some) -> int:
                first = reserve_ids(model, len(some))
                for number, area in enumerate(some):
                    area.key = first + number
                self._store_regions(model, start, first)
                return first

            first = self._once(f"region:{start}", len(some), work)
            for number, area in enumerate(some):
                area.key = first + number
        self.keys["region"] = [a.key or 0 for a in territory.areas]

    def _store_regions(self, model: Any, start: int, first: int) -> None:
        territory = self.world.territory
        some = territory.areas[start : start + CHUNK]
        uids = uid_run(self.world, "region", start, len(some))
        rows, spans = [], []
        for uid, area in zip(uids, some, strict=True):
            life = (day(area.begins), day(area.ends))
            parent = territory.areas[area.parent].key
            shared = (parent, area.code, area.name, area.kind, area.path, area.level)
            rows.append((uid, quick_initials(area.name), "", "", *life, *shared))
            spans.append((area.key, True, False, *life, *shared))
        shared_columns = ("valid_from", "valid_to", "parent_id", "code", "name", "kind", "path", "level")
        bulk.load(
            model, ("uid", "initials", "code_note", "code_noted_by", *shared_columns), rows, first=first
        )
        bulk.load(RegionSpan, ("region_id", "living", "pending", *shared_columns), spans)

    # ------------------------------------------------------------------------------------ sealing
    def _to_seal(self) -> list[int]:
        """Members and holders of appointments, in order."""
        people = set(self.world.table("membership").get("person"))
        people |= set(self.world.table("appointment").get("person"))
        return sorted(people)

    def _give(self, sealing: Sealer, wanted: Iterable[int]) -> list[list[int]]:
        """Hand the people of every chunk to the sealer; gives their handles by chunk."""
        batches: list[list[int]] = [[] for _ in range(0, max(self.world.table("person").rows, 1), CHUNK)]
        for person in wanted:
            batches[person // CHUNK].append(person)
        told = Identities(self.world)
        for number, batch in enumerate(batches):
            if batch and not self._loaded(f"person:{number * CHUNK}"):
                sealing.give([told.of(person) for person in batch])
            elif batch:
                for person in batch:
                    told.of(person)
                sealing.give([])
        return batches

    def _loaded(self, part: str) -> bool:
        keys: Any = apps.get_model("records.commandkey")
        return bool(keys.objects.filter(pk=f"demo:{self.world.place.pack}:{part}").exists())


class Identities:
    """Citizen IDs and phones of people, each once."""

    def __init__(self, world: World) -> None:
        table = world.table("person")
        self.born, self.sex = table.get("birth_date"), table.get("sex")
        self.male = world.term("sexes", "male")
        self.area = unassigned_area(world.place.code)
        self.offset = int(world.place.code) % 997 * 1_000_000
        self.serials: dict[tuple[int, str], int] = {}

    def of(self, person: int) -> Plain:
        """The citizen ID and phone of one person; call once for each."""
        key = (self.born[person], self.sex[person])
        serial = self.serials.get(key, 0)
        self.serials[key] = serial + 1
        return citizen_id(self.area, key[0], key[1] == self.male, serial), phone(self.offset + person)


class Rows:
    """A run of rows of one table as the database keeps them."""

    def __init__(
        self, world: World, keys: dict[str, list[int]], table: str, start: int, stop: int,
        flows: Mapping[str, int],
    ) -> None:  # fmt: skip
        self.world, self.keys, self.table, self.flows = world, keys, table, flows
        self.start, self.stop = start, stop
        self.sealed: list[Sealed] = []

    def seal(self, sealing: Sealer, people: list[int]) -> None:
        """Fetch the sealed values of these people of the run."""
        values = dict(zip(people, sealing.take(), strict=False)) if people else {}
        self.sealed = [values.get(person, UNSEALED) for person in range(self.start, self.stop)]

    def columns(self, model: Any) -> dict[str, list[Any]]:
        """Every column of the model but its key, by attribute name."""
        return {f.attname: self._column(f) for f in model._meta.concrete_fields if not f.primary_key}

    def _given(self, name: str) -> list[Any]:
        return self.world.table(self.table).get(name)[self.start : self.stop]

    def _column(self, field: Any) -> list[Any]:
        name, special = field.name, self._special().get(field.name)
        if special is not None:
            return special()
        values = self._given(name)
        if isinstance(field, models.ForeignKey):
            keys = self.keys[schema(self.table).links[name]]
            return [None if v is None or v < 0 else keys[v] for v in values]
        if isinstance(field, models.DateField) and not isinstance(field, models.DateTimeField):
            return [day(v) for v in values]
        if isinstance(field, models.BinaryField):
            return [b""] * len(values)
        if isinstance(field, models.CharField | models.TextField):
            return ["" if v is None else v for v in values]
        return values

    def _special(self) -> dict[str, Callable[[], list[Any]]]:
        if self.table == "reporter":
            told = self._reporters()
            return {name: partial(list, column) for name, column in zip(REPORTED, told, strict=True)}
        return {
            "flow": lambda: [self.flows[key] for key in self._given("type")],
            "data": lambda: [self._as_stored(values) for values in self._given("data")],
            "uid": lambda: uid_run(self.world, self.table, self.start, self.stop - self.start),
            "initials": lambda: [quick_initials(name or "") for name in self._given("name")],
            "region_path": self._region_paths,
            "party_path": self._party_paths,
            "sealed_key": lambda: [s[0] for s in self.sealed],
            "citizen_id": lambda: [s[1] for s in self.sealed],
            "citizen_id_index": lambda: [s[2] for s in self.sealed],
            "phone": lambda: [s[3] for s in self.sealed],
            "phone_index": lambda: [s[4] for s in self.sealed],
        }

    def _as_stored(self, values: Any) -> str:
        """What a matter, a dispatch or a line of the timeline keeps beside its columns."""
        return as_stored(values, lambda table, row: self.keys[table][row]) if values != "" else ""

    def _reporters(self) -> tuple[Sequence[Any], ...]:
        """Keys, names, telephones and their indexes of those who reported, sealed."""
        rows = []
        for name, number in self._given("plain"):
            key = new_key()
            rows.append((key, encrypt(key, name), encrypt(key, number), blind_index("phone", number)))
        return tuple(zip(*rows, strict=True)) if rows else ((),) * len(REPORTED)

    def _region_paths(self) -> list[str]:
        areas = self.world.territory.areas
        if "region" in schema(self.table).columns:
            return [areas[r].path for r in self._given("region")]
        regions = self.world.table("party_org").get("region")
        return [areas[regions[o]].path for o in self._given("party_org")]

    def _party_paths(self) -> list[str]:
        paths = self.world.table("party_org").get("path")
        return [paths[o] for o in self._given("party_org")]


def _store(model: Any, columns: dict[str, list[Any]], first: int, digests: Mapping[str, str] | None) -> None:
    """Insert rows with the keys from `first` on; what is derived from other rows keeps no audit of its own."""
    rows = list(zip(*columns.values(), strict=True))
    if issubclass(model, Recorded):
        bulk.load(model, list(columns), rows, first=first, digests=digests)
    else:
        copy_rows(model, ("id", *columns), ((first + n, *row) for n, row in enumerate(rows)))


def _load_spans(dating: Dating, columns: dict[str, list[Any]], first: int) -> None:
    """The spans of entities that never changed: their life, and where one has ended its position since."""
    names = [c for c in dating.shared if c in columns]
    living = ["living"] if dating.positions else []
    rows = []
    for place, (shared, begun, ended) in enumerate(
        zip(
            zip(*(columns[n] for n in names), strict=True),
            columns["valid_from"],
            columns["valid_to"],
            strict=True,
        )
    ):
        rows.append((first + place, begun, ended, *([True] if living else []), *shared))
        if ended is not None and living:
            rows.append((first + place, ended, None, False, *shared))
    bulk.load(dating.span, (dating.key, "valid_from", "valid_to", *living, *names), rows)


@cache
def day(number: int | None) -> date | None:
    """The date of a day's number."""
    return None if number is None else date.fromordinal(number)


def uid_run(world: World, table: str, start: int, count: int) -> list[str]:
    """The uids of rows `start` and following: UUIDv7 of the pack's day, 32 digits, the same at every run."""
    moment = (world.place.day - 719_163) * 86_400_000
    rng = world.chance("uid", table)
    prefix = f"{moment << 16 | 0x7000 | rng.getrandbits(12):016x}"
    first = (0x2 << 62 | rng.getrandbits(60)) + start  # headroom: counting never reaches the variant's bits
    return [f"{prefix}{low:016x}" for low in range(first, first + count)]
