"""The values of a column: fixed ones, and those that are drawn."""

from collections.abc import Callable, Mapping, Sequence
from random import Random
from typing import Any

from jiceng.demo import days
from jiceng.demo.chance import by_weights, chosen, cumulated, normal
from jiceng.demo.making.drafting import HERE, Draft
from jiceng.demo.making.schema import schema, target
from jiceng.demo.making.texts import Writer, around
from jiceng.demo.making.world import listed

Said = Mapping[str, Any]
Rows = Sequence[int]

FIRST_DAY = days.ordinal("1930-01-02")


class Values:
    """Draws the values of one cohort's columns; `draft.values` holds what is there already."""

    def __init__(self, draft: Draft) -> None:
        self.draft, self.world = draft, draft.world
        self.writer = Writer(draft.world, draft.cohort.make, draft.values)
        self.draws: dict[str, Callable[[str, Said, Rows, Random], list[Any]]] = {
            "choice": self._choice, "between": self._between, "lognormal": self._lognormal, "age": self._age,
            "after": self._after, "before": self._before, "from": self._days, "to": self._days,
            "copy": self._copy, "list": self._list, "firm": self._named, "social_org": self._named,
            "residential_area": self._area, "team": self._team, "person": self._person,
            "document": self._document, "empty": self._empty,
        }  # fmt: skip
        self._areas: dict[int, set[str]] = {}

    def fixed(self, column: str, said: Any, rows: Rows) -> list[Any]:
        """One written value for all rows; a mapping is a draw after all."""
        if isinstance(said, Mapping):
            return self.drawn(column, said, rows)
        value = self._plain(column, said)
        if isinstance(value, str) and "{" in value:
            return [self.writer.fill(value, row) for row in rows]
        return [value] * len(rows)

    def drawn(self, column: str, said: Said, rows: Rows) -> list[Any]:
        """Values by chance, as the mapping says. Raises Refusal for one that says nothing known."""
        word = next((w for w in self.draws if w in said), None)
        if word is None:
            known = "、".join(self.draws)
            raise self.draft.refusal(f"不认识的取值方式 {sorted(said)}", column, f"可用：{known}")
        rng = self.world.chance(self.draft.key, column, repr(said))
        try:
            return self.draws[word](column, said, rows, rng)
        except (TypeError, ValueError, KeyError) as fault:
            raise self.draft.refusal(f"取值方式 {word} 写得不对（{fault}）", column) from fault

    # --------------------------------------------------------------------------------- one by one
    def _plain(self, column: str, said: Any) -> Any:
        """A written value as the column keeps it: days as numbers, terms by their qualified key."""
        table, name = self._column(column)
        if name in schema(table).days and said is not None:
            return days.ordinal(said)
        vocabulary = schema(table).terms.get(name)
        return self.world.term(vocabulary, str(said)) if vocabulary and said else said

    def _column(self, column: str) -> tuple[str, str]:
        if column.startswith("person.") and "person" in self.draft.schema.links:
            return "person", column.partition(".")[2]
        return self.draft.cohort.make, column

    def _choice(self, column: str, said: Said, rows: Rows, rng: Random) -> list[Any]:
        written = list(said["choice"])
        options = [
            self._plain(column, {"true": True, "false": False}.get(str(o).lower(), o)) for o in written
        ]
        table, name = self._column(column)
        if name not in schema(table).terms and options and all(str(o).isdigit() for o in options):
            options = [int(o) for o in options]
        return by_weights(rng, options, [float(said["choice"][o]) for o in written], len(rows))

    def _between(self, column: str, said: Said, rows: Rows, rng: Random) -> list[Any]:
        low, high = said["between"]
        table, name = self._column(column)
        if name in schema(table).days:
            return self._days(column, {"from": low, "to": high, "days": "any"}, rows, rng)
        return [low + int(rng.random() * (high - low + 1)) for _ in rows]

    def _lognormal(self, column: str, said: Said, rows: Rows, rng: Random) -> list[Any]:
        given = said["lognormal"]
        median, sigma = float(given["median"]), float(given["sigma"])
        least, most = int(given.get("least", 0)), int(given.get("most", 10**9))
        found = (int(median * 2.718281828459045 ** (sigma * normal(rng)) + 0.5) for _ in rows)
        return [min(max(n, least), most) for n in found]

    def _copy(self, column: str, said: Said, rows: Rows, rng: Random) -> list[Any]:
        return [self.at_path(said["copy"], row) for row in rows]

    def at_path(self, path: str, row: int) -> Any:
        """What stands at a dotted path from a row of the draft; `each.` begins at the row of the source."""
        column, _, rest = path.partition(".")
        if column == "each" and not rest:
            return self.draft.each_rows[row]
        if column == "each":
            return self.world.value(self.draft.each_table, self.draft.each_rows[row], rest)
        value = self.draft.values[HERE if column == "region" and column not in self.draft.values else column][
            row
        ]
        to = "region" if column == "region" else target(self.draft.cohort.make, column)
        return value if not rest or value is None or to is None else self.world.value(to, value, rest)

    def _list(self, column: str, said: Said, rows: Rows, rng: Random) -> list[Any]:
        given = said["list"]
        found = [self._plain(column, given[i % len(given)]) for i in range(len(rows))]
        return [self.writer.fill(v, r) if isinstance(v, str) else v for v, r in zip(found, rows, strict=True)]

    def _empty(self, column: str, said: Said, rows: Rows, rng: Random) -> list[Any]:
        return [None] * len(rows)

    # ---------------------------------------------------------------------------------------- days
    def _days(self, column: str, said: Said, rows: Rows, rng: Random) -> list[Any]:
        first = days.ordinal(said["from"]) if "from" in said else FIRST_DAY
        last = min(days.ordinal(said["to"]) if "to" in said else self.world.place.day, self.latest(said))
        pattern = said.get("days", "working")
        if pattern not in {"working", "any", "july", "weekly"}:
            raise ValueError(f"days: {pattern}")
        if "years" not in said:
            return self._on_days(column, first, last, pattern, len(rows), rng)
        years = {int(y): float(w) for y, w in said["years"].items()}
        found: list[int] = []
        for year in by_weights(rng, list(years), list(years.values()), len(rows)):
            low, high = max(first, days.ordinal(f"{year}-01-01")), min(last, days.ordinal(f"{year}-12-31"))
            found += self._on_days(column, low, high, pattern, 1, rng)
        return found

    def latest(self, said: Said) -> int:
        """The last day that may be drawn."""
        return 10**6 if said.get("future") else self.world.place.day

    def _on_days(self, column: str, low: int, high: int, pattern: str, count: int, rng: Random) -> list[int]:
        fitting, weights = days.fitting_days(low, high, pattern)
        if not fitting:
            raise self.draft.refusal("期间内没有合适的日子", column, "放宽起止日期")
        if pattern not in {"july", "weekly"}:
            return [fitting[int(rng.random() * len(fitting))] for _ in range(count)]
        return chosen(rng, fitting, cumulated(weights), count)

    def _after(self, column: str, said: Said, rows: Rows, rng: Random) -> list[Any]:
        return [self._shifted(column, said, self.at_path(said["after"], row), 1, rng) for row in rows]

    def _before(self, column: str, said: Said, rows: Rows, rng: Random) -> list[Any]:
        return [self._shifted(column, said, self.at_path(said["before"], row), -1, rng) for row in rows]

    def _shifted(self, column: str, said: Said, start: int | None, sign: int, rng: Random) -> int | None:
        """A working day some days or years from `start`, within bounds; None where it would lie ahead."""
        if start is None:
            return None
        if "years" in said:
            found = days.quiet(days.years_after(start, sign * int(said["years"])), 0, 10**6)
            return found if found <= self.latest(said) else None
        low, high = (
            said.get("days", (0, 0)) if isinstance(said.get("days"), list) else (said.get("days", 0),) * 2
        )
        early = days.ordinal(said["earliest"]) if "earliest" in said else FIRST_DAY
        late = days.ordinal(said["latest"]) if "latest" in said else 10**6
        first, last = sorted((start + sign * low, start + sign * high))
        early, late = max(early, start if sign > 0 else 0), min(late, 10**6 if sign > 0 else start)
        first, last = max(first, early), min(last, late)
        if first > last:  # the bounds leave no room: any day between them, else soon after the start
            first, last = (early, late) if early <= late else (first, first + 20)
        last = min(last, self.latest(said)) if first <= self.latest(said) else last
        day = days.working_day_near(first + int(rng.random() * (last - first + 1)), first, last)
        day = first if day is None else day
        return day if day <= self.latest(said) else None

    def _age(self, column: str, said: Said, rows: Rows, rng: Random) -> list[Any]:
        bands = said["age"]
        if isinstance(bands, Mapping):
            spans = [tuple(int(n) for n in str(band).split("-")) for band in bands]
            picked = by_weights(rng, spans, [float(w) for w in bands.values()], len(rows))
        else:
            picked = [(int(bands[0]), int(bands[1]))] * len(rows)
        at = self.draft.values[said["at"]] if "at" in said else None
        found = []
        for (low, high), row in zip(picked, rows, strict=True):
            day = at[row] if at and at[row] is not None else self.world.place.day
            first, last = days.born_between(low, high, day)
            found.append(days.quiet(first + int(rng.random() * (last - first + 1)), first, last))
        return found

    # --------------------------------------------------------------------------------------- names
    def _region(self, row: int) -> int:
        found: int | None = self.draft.values[HERE][row]
        return -1 if found is None else found

    def _named(self, column: str, said: Said, rows: Rows, rng: Random) -> list[Any]:
        word = "firm" if "firm" in said else "social_org"
        make = self.world.naming.firm if word == "firm" else self.world.naming.social_org
        given = said[word]
        if not isinstance(given, Mapping):
            options = listed(given)
            return [make(rng, rng.choice(options), around(self.world, self._region(row))) for row in rows]
        by = self.draft.values[said["by"]]
        vocabulary = self.draft.schema.terms.get(said["by"], "")
        lines = {self.world.term(vocabulary, k) if vocabulary else k: listed(v) for k, v in given.items()}
        unnamed = {by[row] for row in rows} - set(lines)
        if unnamed:
            raise ValueError(f"{said['by']}: {sorted(map(str, unnamed))}")
        return [make(rng, rng.choice(lines[by[row]]), around(self.world, self._region(row))) for row in rows]

    def _area(self, column: str, said: Said, rows: Rows, rng: Random) -> list[Any]:
        """Residential areas' names, each once in its town."""
        found = []
        for row in rows:
            town = self.world.territory.at(self._region(row), 4)
            taken = self._areas.setdefault(town, set())
            name = next(
                n for n in iter(lambda: self.world.naming.residential_area(rng), "") if n not in taken
            )
            taken.add(name)
            found.append(name)
        return found

    def _team(self, column: str, said: Said, rows: Rows, rng: Random) -> list[Any]:
        found = []
        for row in rows:
            host = next(
                (self.world.name_of(table, self.draft.values[name][row])
                 for name, table in (("sponsor", "unit"), ("unit", "unit"), ("party_org", "party_org"))
                 if name in self.draft.values and self.draft.values[name][row] is not None),
                "",
            )  # fmt: skip
            host = host or self.world.name_of("region", self._region(row)) or self.world.place.name
            found.append(self.world.naming.team(rng, said["team"], host))
        return found

    def _person(self, column: str, said: Said, rows: Rows, rng: Random) -> list[Any]:
        """Names of people who are not recorded themselves, such as principals: of working age."""
        return [
            self.world.naming.person(
                rng, rng.random() < 0.7, self.world.place.day - 365 * rng.randint(28, 60)
            )
            for _ in rows
        ]

    def _document(self, column: str, said: Said, rows: Rows, rng: Random) -> list[Any]:
        """Document numbers by year and day of beginning: what begins on one day stands in one document."""
        dated = self.draft.values["valid_from"]
        return numbered(rng, str(said["document"]), [dated[row] for row in rows])


def numbered(rng: Random, word: str, begun: Sequence[int]) -> list[str]:
    """演示〔2022〕5号 for every day of `begun`, counted up through each year from a random start."""
    by_day: dict[int, str] = {}
    number, year = 0, 0
    for day in sorted(set(begun)):
        if days.year_of(day) != year:
            year, number = days.year_of(day), rng.randint(0, 20)
        number += 1 + int(rng.random() * 3)
        by_day[day] = f"{word}〔{year}〕{number}号"
    return [by_day[day] for day in begun]
