"""What is filled in: at raising and at every step, by field."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from math import ceil
from random import Random
from typing import Any

from jiceng.demo import days
from jiceng.demo.chance import chosen, cumulated, shared_out, uneven
from jiceng.demo.making.drafting import Draft
from jiceng.demo.making.schema import schema
from jiceng.demo.making.values import Values
from jiceng.demo.making.world import listed
from jiceng.demo.walking.courses import Course
from jiceng.demo.walking.files import REFERENCES, File, Ref
from jiceng.demo.walking.receiving import Receivers, refs
from jiceng.demo.walking.words import Words
from jiceng.matters.actions.raising import RAISE
from jiceng.matters.sections import FieldSpec
from jiceng.records.refusals import Refusal

TEXTS = frozenset({"text", "lines"})
FILES = frozenset({"file", "photo"})
TABLES = {"unit": "unit", "units": "unit", "party_org": "party_org", "person": "person", "people": "person",
          "household": "household", "region": "region"}  # fmt: skip
AT_FIRST = frozenset({"category", "grade", "households", "point", "unit", "party_org", "person", "household"})
"""Columns that a cohort draws for raising; later steps fill them in only where they must."""

POINTED = 0.5
"""Share of matters of which somebody says where on the map they are."""

NOTHING: Any = object()


class Filler:
    """Fills in the fields of one cohort's matters, from what it draws for their columns and says of their fields."""

    def __init__(self, course: Course, draft: Draft, words: Words, named: str, rng: Random) -> None:
        self.course, self.world, self.rng = course, course.world, rng
        self.draft, self.columns, self.words, self.named = draft, draft.values, words, named
        self.at_path = Values(draft).at_path
        self.receivers = Receivers(course, rng)
        self._spots = self.world.chance(draft.key, "spots")
        self._looked_up: dict[tuple[str, str], dict[Any, list[int]]] = {}
        self._numbers: dict[str, list[int]] = {}
        self._weights: dict[int, tuple[list[Any], list[float]]] = {}

    def values(
        self, file: File, step: str, required: Sequence[str], optional: Sequence[str],
        said: Sequence[Mapping[str, Any]], day: date,
    ) -> dict[str, Any]:  # fmt: skip
        """The values that a step (or raising, `raise`) is filled in with. `said`: what the scenario says, the
        foremost first. Required fields of which nothing is said get what is usual for their kind.
        """
        found: dict[str, Any] = {}
        for key in (*required, *optional):
            spec = self.course.spec.fields[key]
            value = self._said(file, key, spec, said, day, found)
            if value is NOTHING and (step == RAISE or key in required or spec.column not in AT_FIRST):
                value = self._column(file, spec)
            if value is NOTHING and key in required:
                value = self._usual(file, step, key, spec, day)
            if value is not NOTHING and value is not None and value not in ("", []):
                found[key] = value
        return self._without_answers(found)

    def _without_answers(self, found: dict[str, Any]) -> dict[str, Any]:
        """Whom nobody has reached has not said whether it is solved, and how satisfied they are."""
        fields = self.course.spec.fields
        if any(fields[key].column == "reached" and not value for key, value in found.items()):
            return {k: v for k, v in found.items() if fields[k].column not in ("solved", "satisfaction")}
        return found

    def note(self, file: File, step: str) -> str:
        """What is written beside a step that asks for it."""
        return self.words.at_step(self.rng, file, step, "note")

    # --------------------------------------------------------------------------------- as it is said
    def _said(
        self, file: File, key: str, spec: FieldSpec, said: Sequence[Mapping[str, Any]], day: date,
        found: Mapping[str, Any],
    ) -> Any:  # fmt: skip
        for part in said:
            if key in part:
                wanted = part[key]
                if isinstance(wanted, Mapping):
                    return self._drawn(file, key, spec, wanted, day, found)
                return self._plain(file, spec, wanted)
        return NOTHING

    def _drawn(
        self, file: File, key: str, spec: FieldSpec, said: Mapping[str, Any], day: date,
        found: Mapping[str, Any],
    ) -> Any:  # fmt: skip
        """A value by chance, as the mapping says. Raises Refusal for one that says nothing known."""
        if "choice" in said:
            return self._plain(file, spec, self._choice(said))
        if "between" in said:
            low, high = said["between"]
            return self.rng.randint(low, high)
        if "days" in said:
            low, high = said["days"] if isinstance(said["days"], list) else (said["days"], said["days"])
            return working_day(day + timedelta(days=self.rng.randint(low, high)))
        if "before" in said:
            low, high = said["before"]
            return working_day(day - timedelta(days=self.rng.randint(low, high)))
        if "copy" in said:
            return self._copied(spec.kind, said["copy"], file.row)
        if "of" in said:
            return self._of(said, file.row, found)
        if "kept" in said:  # as it was filled in before
            return file.data.get(key, NOTHING)
        if "route" in said:
            units = refs(self.receivers.routed(file, said))
            if spec.kind == "unit":
                return units[0] if units else NOTHING
            return [unit for unit in units[1:] if unit not in found.values()]
        if "from" in said:
            return self._dealt(file, key, spec, said, found)
        raise Refusal(f"不认识的取值方式 {sorted(said)}", f"walk.fill.{key}", "见 docs/packs.md")

    def _copied(self, kind: str, path: str, row: int) -> Any:
        """What stands at a path from the cohort's row, as a field of that kind has it."""
        value = self.at_path(path, row)
        if value is None:
            return NOTHING
        if kind in TABLES:
            return Ref(TABLES[kind], value)
        return date.fromordinal(value) if kind == "date" else value

    def _of(self, said: Mapping[str, Any], row: int, found: Mapping[str, Any]) -> Any:
        """A share of a number that was filled in, or the rows of a cohort that hold something of ours (`where`): the
        first, or `all`; themselves, or what they hold in `take`.
        """
        if "share" in said:
            low, high = said["share"]
            return ceil(found[said["of"]] * self.rng.uniform(low, high))
        ((column, path),) = said["where"].items()
        wanted, cohorts = self.at_path(path, row), listed(said["of"])
        rows = [each for cohort in cohorts for each in self._index(cohort, column).get(wanted, ())]
        table = self.world.rows_of(cohorts[0])[0]
        if "take" in said:
            held = self.world.table(table).get(said["take"])
            table, rows = schema(table).links[said["take"]], [held[each] for each in rows]
        refs = [Ref(table, each) for each in rows]
        return refs if said.get("all") else refs[0] if refs else NOTHING

    def _index(self, cohort: str, column: str) -> Mapping[Any, Sequence[int]]:
        """The rows of a cohort by what they hold in a column."""
        if (cohort, column) not in self._looked_up:
            table, rows = self.world.rows_of(cohort)
            held, found = self.world.table(table).get(column), dict[Any, list[int]]()
            for row in rows:
                found.setdefault(held[row], []).append(row)
            self._looked_up[cohort, column] = found
        return self._looked_up[cohort, column]

    def person(self, said: str | Mapping[str, Any], row: int) -> int | None:
        """The recorded person that stands at a path, or is looked up."""
        if isinstance(said, str):
            found: int | None = self.at_path(said, row)
            return found
        value = self._of(said, row, {})
        return value.row if isinstance(value, Ref) else None

    def made(self, file: File, said: Mapping[str, Any]) -> dict[str, Any]:
        """The records that a step is said to have brought about."""
        found: dict[str, Any] = {}
        for key, wanted in said.items():
            if "of" in wanted:
                value = self._of(wanted, file.row, found)
            else:
                value = self._copied(self.course.spec.fields[key].kind, wanted["copy"], file.row)
            if value is not NOTHING:
                found[key] = value
        return found

    def _dealt(
        self, file: File, key: str, spec: FieldSpec, said: Mapping[str, Any], found: Mapping[str, Any]
    ) -> Any:
        taken = [value.row for value in found.values() if isinstance(value, Ref)]
        taken += [part.unit for part in file.parts]
        if spec.kind in ("unit", "units"):
            units = refs(self.receivers.dealt(key, said, file, self._how_many(file, key, spec, said), taken))
            return units if spec.kind == "units" else units[0] if units else NOTHING
        rows = self.receivers.linked(said, file, TABLES[spec.kind])
        return Ref(TABLES[spec.kind], rows[int(self.rng.random() * len(rows))]) if rows else NOTHING

    def _how_many(self, file: File, key: str, spec: FieldSpec, said: Mapping[str, Any]) -> int:
        if spec.kind == "unit":
            return 1
        if "total" not in said:
            low, high = said.get("count", (1, 1))
            return self.rng.randint(low, high)
        if key not in self._numbers:
            matters = len(self.columns["raised_on"])
            weights = uneven(self.rng, matters, 0.5)
            room = [int(said.get("most", 6))] * matters
            self._numbers[key] = shared_out(int(said["total"]), weights, int(said.get("least", 0)), room)
        return self._numbers[key][file.row]

    def _choice(self, said: Mapping[str, Any]) -> Any:
        if id(said) not in self._weights:
            options = [{"true": True, "false": False}.get(str(o).lower(), o) for o in said["choice"]]
            self._weights[id(said)] = options, cumulated([float(w) for w in said["choice"].values()])
        options, sums = self._weights[id(said)]
        return chosen(self.rng, options, sums, 1)[0]

    def _plain(self, file: File, spec: FieldSpec, value: Any) -> Any:
        """A written value in its field's form."""
        if spec.kind == "term" and value:
            return self.world.term(self.course.vocabulary(spec), str(value))
        if spec.kind == "date" and isinstance(value, str):
            return date.fromisoformat(value)
        if spec.kind in TEXTS and isinstance(value, str) and "{" in value:
            return self.words.filled(self.rng, value, file.region, {})
        if spec.kind in ("unit", "units"):
            units = refs([self.receivers.called(name, file) for name in listed(value)])
            return units if spec.kind == "units" else units[0]
        return value

    # ------------------------------------------------------------------------------- as it is otherwise
    def _column(self, file: File, spec: FieldSpec) -> Any:
        """What the cohort draws for the column that the field fills."""
        if spec.column == "point":
            return self._point(file)
        drawn = self.columns.get(spec.column or "")
        value = drawn[file.row] if drawn is not None else None
        if value is None:
            return NOTHING
        if spec.column in REFERENCES:
            return Ref(TABLES[spec.kind], value)
        return date.fromordinal(value) if spec.kind == "date" else value

    def _point(self, file: File) -> Any:
        """Where it is, for as many as say it."""
        found = self.world.spot(self._spots, file.region) if self._spots.random() < POINTED else None
        return NOTHING if found is None else found

    def _usual(self, file: File, step: str, key: str, spec: FieldSpec, day: date) -> Any:
        """What is filled in where nobody has said anything. Raises Refusal for kinds that nothing is usual for."""
        if spec.column in ("title", "text"):
            return self._told(file, spec.column)
        if spec.column == "answer":
            return self.words.answer(self.rng, file, self.named)
        if spec.kind in TEXTS:
            return self.words.at_step(self.rng, file, step, key)[: spec.most]
        if spec.kind == "boolean":
            return True
        if spec.kind == "date":
            return working_day(day + timedelta(days=self.rng.randint(5, 12)))
        if spec.kind == "term":
            return next(iter(self.course.catalogue.vocabularies[self.course.vocabulary(spec)]))
        raise Refusal(f"没有说“{spec.label}”填什么", f"walk.fill.{key}", "在 fill 里写，或在 of、draw 里给出")

    def _told(self, file: File, column: str) -> str:
        """Title or text, which belong together. Without a title of its own the text's first line says it."""
        if file.told is None:
            title, text = self.words.told(self.rng, file, self.named)
            titled = any(spec.column == "title" for spec in self.course.spec.fields.values())
            file.told = (title, text if titled else f"{title}\n{text}")
        return file.told[column == "text"]


def working_day(day: date) -> date:
    """The day itself, or the first working day behind it."""
    number = day.toordinal()
    found = days.working_day_near(number, number, number + 30)
    return date.fromordinal(found if found is not None else number)
