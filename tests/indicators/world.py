"""A small random county, kept as plain rows and written to the database as it is.

The rows, not the database, are what the tests' own evaluator counts: so the snapshot, the compiler and the
engine are all under test at once.
"""

import random
from datetime import UTC, date, datetime, time, timedelta

import pyarrow
import pyarrow.parquet
from django.apps import apps
from django.core.management.color import no_style
from django.db import connection, transaction

from jiceng.indicators.snapshot.declared import all_relations
from jiceng.indicators.snapshot.files import folder, publish, writer
from jiceng.indicators.snapshot.manifest import Files, Manifest, new_file
from jiceng.indicators.snapshot.relations import schema
from jiceng.records.engine import copy_rows
from jiceng.records.facts import all_facts
from jiceng.records.uids import new_uid

START, END = date(2018, 1, 1), date(2022, 12, 31)
KINDS = ["core:enterprise", "core:market", "core:social_org", "core:agency"]
ARROW = {
    "id": pyarrow.int64(),
    "text": pyarrow.string(),
    "code": pyarrow.string(),
    "integer": pyarrow.int64(),
    "number": pyarrow.float64(),
    "boolean": pyarrow.bool_(),
    "date": pyarrow.date32(),
}
ENTITIES = ("region", "unit", "party_org")


class World:
    """Rows by fact and key, and the stretches of entities by fact and entity."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        self.rows = {key: {} for key, fact in all_facts().items() if fact.countable}
        self.spans = {key: {} for key in ENTITIES}
        self.segments = {}
        self._regions()
        self._units()
        self._party_orgs()
        self._people()
        self._matters()

    # ------------------------------------------------------------------------------------------- making
    def day(self, first: date = START, last: date = END) -> date:
        return first + timedelta(days=self.chance.randrange((last - first).days + 1))

    def maybe(self, share: float) -> bool:
        return self.chance.random() < share

    def pick(self, found, empty: float = 0.0):
        return None if not found or self.maybe(empty) else self.chance.choice(list(found))

    def add(self, fact: str, **row) -> int:
        key = len(self.rows[fact]) + 1
        self.rows[fact][key] = {"id": key, "valid_from": START, "valid_to": None, **row}
        return key

    def begin(self, fact: str, since: date, until: date | None = None, undated=None, **dated) -> int:
        key = self.add(fact, valid_from=since, valid_to=until, **(undated or {}))
        self.spans[fact][key] = [{"valid_from": since, "valid_to": until, **dated}]
        return key

    def turn(self, fact: str, key: int, day: date, **dated) -> None:
        """From `day` on the entity is different; nothing happens to one that is not there, or changed
        later.
        """
        last = self.spans[fact][key][-1]
        if not last["valid_from"] < day or last["valid_to"] is not None:
            return
        self.spans[fact][key].append({**last, **dated, "valid_from": day, "valid_to": None})
        last["valid_to"] = day

    def path_under(self, path: str) -> str:
        """A segment that nothing under `path` ever had."""
        self.segments[path] = self.segments.get(path, 0) + 1
        return f"{path}{self.segments[path]:04d}"

    def found_region(self, parent: int | None, kind: str, **more) -> int:
        above = self.spans["region"][parent][-1]["path"] if parent else ""
        number = len(self.rows["region"]) + 1
        return self.begin(
            "region",
            more.pop("since", START),
            code=f"R{number}",
            name=f"区域{number}",
            kind=kind,
            level=len(above) // 4 + 1,
            living=True,
            pending=False,
            path=self.path_under(above),
            parent=parent,
            **more,
        )

    def place(self, region: int, day: date, parent: int, *, living: bool = True) -> None:
        """Move a region, and everything below it, under another one."""
        was = self.spans["region"][region][-1]["path"]
        now = self.path_under(self.spans["region"][parent][-1]["path"])
        for key, spans in self.spans["region"].items():
            path = spans[-1]["path"]
            if path.startswith(was):
                ended = key == region and not living
                changed = {"parent": parent} if key == region else {}
                self.turn(
                    "region",
                    key,
                    day,
                    path=now + path[len(was) :],
                    **changed,
                    **({"living": False} if ended else {}),
                )
        if not living:
            self.rows["region"][region]["valid_to"] = day

    def _regions(self) -> None:
        county = self.found_region(None, "core:county")
        self.towns = [self.found_region(county, "core:town") for _ in range(3)]
        self.zone = self.found_region(county, "core:functional_area")
        self.villages = [self.found_region(self.pick(self.towns), "core:village") for _ in range(9)]
        self.found_region(self.zone, "core:community", since=date(2019, 5, 1))
        self.county = county
        moved, merged, gone = self.chance.sample(self.villages, 3)
        self.place(moved, date(2020, 3, 1), self.pick(self.towns))
        into = self.pick([v for v in self.villages if v not in (moved, merged, gone)])
        self.place(merged, date(2020, 6, 10), into, living=False)
        self.turn("region", gone, date(2021, 2, 1), living=False, pending=True)
        self.rows["region"][gone]["valid_to"] = date(2021, 2, 1)
        held = self.chance.sample([self.towns[0], *self.villages[:4]], 3)
        for region in held:
            since = self.day(START, date(2020, 1, 1))
            self.add(
                "holding",
                holder=self.zone,
                held=region,
                valid_from=since,
                valid_to=self.pick([date(2021, 9, 1)], 0.6),
            )

    def _units(self) -> None:
        regions = list(self.rows["region"])
        agencies = []
        for number in range(45):
            agency = number < 4  # these others answer to, so they are there first and stay
            since = date(2015, 1, 1) if agency else self.day(date(2015, 1, 1))
            until = self.pick(
                [self.day(since + timedelta(days=30), date(2023, 6, 1))], 1.0 if agency else 0.6
            )
            authority = self.pick(agencies, 0.3)
            path = self.spans["unit"][authority][-1]["authority_path"] if authority else ""
            if agency:
                path = self.path_under(path or "industry").removeprefix("industry")
            unit = self.begin(
                "unit",
                since,
                until,
                {"surveyed_on": self.pick([self.day()], 0.4), "survey_source": None, "code": f"C{number}"},
                kind="core:agency" if agency else self.pick(KINDS),
                industry=self.pick(["core:retail", "core:jade"], 0.3),
                status="core:operating",
                employees=self.pick([0, 3, 9, 10, 30, 200], 0.2),
                above_scale=self.pick([True, False], 0.3),
                region=self.pick(regions),
                authority=authority,
                authority_path=path or None,
                gathered_in=None,
            )
            if agency:
                agencies.append(unit)
            if self.maybe(0.5):
                self.turn(
                    "unit", unit, self.day(), employees=self.pick([5, 12, 80]), region=self.pick(regions)
                )

    def _party_orgs(self) -> None:
        regions, units = list(self.rows["region"]), list(self.rows["unit"])
        orgs = []
        for number in range(18):
            superior = self.pick(orgs[:4], 0.2)
            above = "party" + (self.spans["party_org"][superior][-1]["path"] if superior else "")
            org = self.begin(
                "party_org",
                date(2016, 1, 1) if number < 5 else self.day(date(2016, 1, 1)),
                None,
                {
                    "host_unit": self.pick(units, 0.3),
                    "host_region": None,
                    "elected_on": self.pick([self.day()], 0.3),
                    "term_until": self.pick([self.day()], 0.3),
                },
                form=self.pick(["core:committee", "core:branch"]),
                mode=self.pick(["core:single", "core:joint"]),
                nature=self.pick(["core:entity", "core:temporary"]),
                sector="core:two_new",
                industry=None,
                living=True,
                path=self.path_under(above).removeprefix("party"),
                superior=superior,
                region=self.pick(regions),
            )
            orgs.append(org)
            if self.maybe(0.3):
                self.turn("party_org", org, self.day(), mode="core:joint", region=self.pick(regions))
            if number > 4 and self.maybe(0.2):
                last = self.spans["party_org"][org][-1]["valid_from"]
                ended = self.day(last + timedelta(days=1), date(2023, 6, 1))
                self.turn("party_org", org, ended, living=False)
                self.rows["party_org"][org]["valid_to"] = ended
            if self.maybe(0.6):
                self.add(
                    "cover",
                    kind="core:own",
                    party_org=org,
                    unit=self.pick(units),
                    region=None,
                    valid_from=self.day(),
                )

    def life(self) -> dict:
        since = self.day()
        return {
            "valid_from": since,
            "valid_to": self.pick([self.day(since + timedelta(days=1), date(2023, 6, 1))], 0.6),
        }

    def _people(self) -> None:
        regions, units, orgs = (list(self.rows[f]) for f in ("region", "unit", "party_org"))
        for _ in range(12):
            self.add("household", region=self.pick(regions))
        for _ in range(60):
            self.add(
                "person",
                sex=self.pick(["core:male", "core:female"], 0.1),
                ethnicity=None,
                relation=None,
                birth_date=self.pick([self.day(date(1950, 1, 1), date(2004, 2, 29)), date(1980, 2, 29)], 0.1),
                education=self.pick(["core:primary", "core:college", "core:bachelor"], 0.2),
                full_time_education=None,
                region=self.pick(regions),
                household=self.pick(self.rows["household"], 0.3),
            )
        people = list(self.rows["person"])
        for person in people[:40]:
            admitted = self.day(date(2005, 1, 1))
            self.add(
                "membership",
                person=person,
                party_org=self.pick(orgs),
                admitted_on=admitted,
                full_on=self.pick([admitted + timedelta(days=365)], 0.2),
                exit=None,
                entry=self.pick(["core:admission", "core:transfer"]),
                **self.life(),
            )
        for _ in range(35):
            self.add(
                "appointment",
                person=self.pick(people),
                region=self.pick(regions),
                unit=self.pick(units, 0.4),
                party_org=self.pick(orgs, 0.4),
                sent_by=self.pick(units, 0.7),
                mode=None,
                source=None,
                programme=None,
                post=self.pick(["core:secretary", "core:director", "core:instructor"]),
                term_until=self.pick([self.day()], 0.5),
                **self.life(),
            )
        for _ in range(30):
            self.add(
                "experience",
                person=self.pick(people),
                kind=self.pick(["core:farming", "core:township"]),
                **self.life(),
            )
            self.add(
                "employment", person=self.pick(people), unit=self.pick(units), channel=None, **self.life()
            )
            of_person = self.maybe(0.5)
            self.add(
                "standing",
                kind=self.pick(["core:poor", "core:activist"]),
                ended_as=None,
                **self.life(),
                person=self.pick(people) if of_person else None,
                household=None if of_person else self.pick(self.rows["household"]),
            )

    # ---------------------------------------------------------------------------------------- matters
    def _matters(self) -> None:
        """Matters with their dispatches, steps and clocks: rows whose life has names of its own."""
        regions, units, orgs = (list(self.rows[f]) for f in ("region", "unit", "party_org"))
        for _ in range(50):
            raised = self.day()
            closed = self.pick([raised, self.day(raised)], 0.4)
            matter = self.add(
                "matter",
                raised_on=raised,
                closed_on=closed,
                valid_from=raised,
                valid_to=closed,
                type="core:case",
                phase="done" if closed else "open",
                days_taken=(closed - raised).days if closed else None,
                reached=self.pick([True, False], 0.3),
                solved=self.pick([True, False], 0.3),
                reopened=self.pick([0, 0, 1]),
                region=self.pick(regions),
                unit=self.pick(units, 0.5),
                party_org=self.pick(orgs, 0.6),
            )
            self.add("matter_event", matter=matter, on=raised, valid_from=raised, step="raise")
            self._clock(matter, None, raised, closed)
            for unit in self.chance.sample(units, self.chance.randrange(3)):
                sent = self.day(raised, closed or END)
                ended = closed or self.pick([self.day(sent)], 0.5)
                dispatch = self.add(
                    "dispatch",
                    matter=matter,
                    unit=unit,
                    region=self.spans["unit"][unit][-1]["region"],
                    sent_on=sent,
                    ended_on=ended,
                    valid_from=sent,
                    valid_to=ended,
                    arrived_on=self.pick([self.day(sent)], 0.5),
                    late=self.pick([True, False], 0.4),
                )
                self.add(
                    "matter_event", matter=matter, dispatch=dispatch, on=sent, valid_from=sent, step="sign"
                )
                self._clock(matter, dispatch, sent, ended)

    def _clock(self, matter: int, dispatch: int | None, since: date, until: date | None) -> None:
        kept = None if until is None else self.maybe(0.8)
        self.add(
            "matter_clock",
            matter=matter,
            dispatch=dispatch,
            key="solve",
            started_on=since,
            stopped_on=until,
            valid_from=since,
            valid_to=until,
            kept=kept,
        )

    # ---------------------------------------------------------------------------------------- reading
    def on(self, fact: str, key: int, day: date) -> dict | None:
        """A row with its dated columns as of `day`."""
        row = self.rows[fact].get(key)
        if row is None or fact not in self.spans:
            return row
        span = self.span(fact, key, day) or {}
        dated = {name: value for name, value in span.items() if name not in ("valid_from", "valid_to")}
        return {**row, **dated}

    def span(self, fact: str, key: int, day: date) -> dict | None:
        return next((s for s in self.spans[fact].get(key, ()) if holds(s, day)), None)

    # ---------------------------------------------------------------------------------------- storing
    def publish(self) -> None:
        """Put a snapshot of the rows in force that no database was asked for."""
        files = {}
        for name, relation in all_relations().items():
            rows = self._own(relation.fact) if relation.own else self._stretches(relation.fact)
            columns = {
                c.name: pyarrow.array([row.get(c.name) for row in rows], ARROW[c.kind])
                for c in relation.columns
            }
            files[name] = Files(new_file(), len(rows))
            pyarrow.parquet.write_table(pyarrow.table(columns), folder() / files[name].base)
        with writer():
            publish(Manifest(new_uid().hex, schema(all_relations()), 0, "", "2023-01-01", files))

    @transaction.atomic  # rows refer to each other
    def store(self) -> None:
        """Write every row as it is; what figures never read gets some value. Keys given later follow."""
        flow = apps.get_model("matters.flow")
        copy_rows(flow, ("id", "key", "pack", "digest", "text"), [(1, "core:case", "core", "", "{}")])
        for relation in all_relations().values():
            fact = all_facts()[relation.fact]
            if relation.own:
                self._store(apps.get_model(fact.model), relation, self._own(fact.key))
            else:
                model = next(m for m in apps.get_models() if m._meta.db_table == relation.table)
                self._store(model, relation, self._stretches(fact.key))
        written = [
            m for m in apps.get_models() if m._meta.db_table in {r.table for r in all_relations().values()}
        ]
        with connection.cursor() as cursor:
            for statement in connection.ops.sequence_reset_sql(no_style(), written):
                cursor.execute(statement)

    def _own(self, fact: str) -> list[dict]:
        return [
            {**row, **(self._latest(fact, key) if fact in self.spans else {})}
            for key, row in self.rows[fact].items()
        ]

    def _latest(self, fact: str, key: int) -> dict:
        last = self.spans[fact][key][-1]
        return {name: value for name, value in last.items() if name not in ("valid_from", "valid_to")}

    def _stretches(self, fact: str) -> list[dict]:
        every = [{"of": key, **span} for key, spans in self.spans[fact].items() for span in spans]
        return [{"id": number, **span} for number, span in enumerate(every, start=1)]

    def _store(self, model, relation, rows) -> None:
        fields = list(model._meta.concrete_fields)
        known = {c.source: c.name for c in relation.columns}
        table = [
            tuple(self._value(f, row, known, number) for f in fields)
            for number, row in enumerate(rows, start=1)
        ]
        if table:
            copy_rows(model, [f.attname for f in fields], table)

    def _value(self, field, row, known, number):
        if field.column in known:
            value = row.get(known[field.column])
            otherwise = field.get_default() if field.has_default() else ""
            return otherwise if value is None and not field.null else value
        if field.name == "region_path" and row.get("region"):
            return self._latest("region", row["region"])["path"]
        if field.name in ("region_path", "party_path"):
            org = self._latest("party_org", row["party_org"])
            return (
                org["path"] if field.name == "party_path" else self._latest("region", org["region"])["path"]
            )
        made = {
            "uid": new_uid(), "code": f"X{number}", "name": f"名称{number}", "citizen_id_index": "",
            "number": f"N{number}", "seq": number, "flow": 1,
        }  # fmt: skip
        if field.get_internal_type() == "DateTimeField":  # beside a local date: that day's noon
            day = row.get(field.name.removesuffix("at") + "on")
            on = day or (None if field.null else START)
            return on and datetime.combine(on, time(12), UTC)
        if field.name in made:
            return made[field.name]
        if field.null:
            return None
        return (
            field.get_default()
            if field.has_default()
            else {"BooleanField": False, "JSONField": "[]"}.get(
                field.get_internal_type(), b"" if field.get_internal_type() == "BinaryField" else ""
            )
        )


def holds(row: dict, day: date) -> bool:
    return row["valid_from"] <= day and (row["valid_to"] is None or row["valid_to"] > day)
