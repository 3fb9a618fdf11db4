"""What a form costs the people who fill it: how many are asked, what the ledgers already hold, minutes a month."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from jiceng.accounts.scoping import Access
from jiceng.forms.bindings import Bindings
from jiceng.forms.filling import Entry, Filled, Gap
from jiceng.forms.models import Filing, Form
from jiceng.forms.periods import period_of, times_a_month
from jiceng.forms.queries import Standing, nearest, standing
from jiceng.organisations.models import Region
from jiceng.packs.catalogue import current

USUAL_MINUTES = 2.0
"""Minutes a blank costs where no pack says otherwise."""


@dataclass(frozen=True, slots=True)
class Level:
    """What a form costs at one level of the territory: people asked, blanks a time, minutes a month."""

    level: int
    people: int
    blanks: int
    minutes: float


@dataclass(frozen=True, slots=True)
class Burden:
    """What the gate shows before a form is issued.

    `held` and `free` count bound cells (a list's column once): those that the ledgers fill, and questions. `filled`
    and `blanks` count the cells of one filling; `once` of the blanks are fields of records, asked for once and known
    then. `minutes` a month, of the blanks that come again.
    """

    people: int
    held: int
    free: int
    filled: int
    blanks: int
    once: int
    each: float
    minutes: float
    levels: tuple[Level, ...] = ()
    despite: tuple[str, ...] = ()
    unasked: int = 0

    @property
    def share(self) -> int:
        """How many of a hundred cells the ledgers fill."""
        whole = self.filled + self.blanks
        return round(100 * self.filled / whole) if whole else 100

    def as_json(self) -> dict[str, Any]:
        """As an issued form keeps it."""
        kept = {name: getattr(self, name) for name in _PLAIN}
        levels = [[level.level, level.people, level.blanks, level.minutes] for level in self.levels]
        return {**kept, "levels": levels, "despite": list(self.despite)}

    @classmethod
    def of(cls, kept: Mapping[str, Any]) -> "Burden":
        """What `as_json` gave."""
        plain = {name: kept.get(name, 0) for name in _PLAIN}
        levels = tuple(Level(*level) for level in kept.get("levels", ()))
        return cls(**plain, levels=levels, despite=tuple(kept.get("despite", ())))


_PLAIN = ("people", "held", "free", "filled", "blanks", "once", "each", "minutes", "unasked")


def burden_of(form: Form, *, access: Access) -> Burden:
    """What `form` would cost if its present period were filled today. Raises as `queries.standing`."""
    return measured(
        standing(form, region=form.region, period=period_of(form, access.day), access=access), access.day
    )


def measured(stands: Standing, day: date) -> Burden:
    """What a form costs as it stands for an area and period; answers that were given count as blanks, they cost."""
    form, filled = stands.form, stands.filled
    sources = list(Bindings.of(form.bindings).sources())
    gaps = list(_asked(stands))
    known, answered, missing = filled.counts()
    each, often = minutes_a_blank(stands), times_a_month(form)
    levels, people, unasked = _levels(gaps, day, each, often)
    return Burden(
        people=people,
        held=sum(source.kind != "question" for source in sources),
        free=sum(source.kind == "question" for source in sources),
        filled=known,
        blanks=answered + missing,
        once=sum(bool(gap.field) for gap in gaps),
        each=each,
        minutes=sum(level.minutes for level in levels),
        levels=levels,
        despite=tuple(f"{source.key}：{source.despite}" for source in sources if source.despite),
        unasked=unasked,
    )


def minutes_a_blank(stands: Standing) -> float:
    """What the packs that hold at the form's region say one blank costs."""
    specs = current().section("burden", stands.filler.known.at or None)
    return next((float(spec.minutes) for spec in specs.values()), USUAL_MINUTES)


def _asked(stands: Standing) -> Iterable[Gap]:
    """What people have to say, answered or not."""
    asking = _as_open(stands.filled)
    return stands.filler.gaps(asking)


def _as_open(filled: Filled) -> Filled:
    """The same as if nobody had answered yet."""

    def opened(entry: Entry) -> Entry:
        return Entry(None, entry.source, entry.key, gap=entry.gap or entry.answered)

    lists = {at: [(key, [*map(opened, line)]) for key, line in lines] for at, lines in filled.lists.items()}
    return Filled({place: opened(entry) for place, entry in filled.cells.items()}, lists)


def _levels(gaps: Iterable[Gap], day: date, each: float, often: float) -> tuple[tuple[Level, ...], int, int]:
    """The cost by the level of who is asked (with how many people in all, and how many blanks nobody can answer).

    Fields of records are asked for once, so they cost nothing a month.
    """
    wanted = list(gaps)
    places = _paths({gap.region for gap in wanted})
    holders = nearest(places.values(), day)
    blanks: Counter[int] = Counter()
    again: Counter[int] = Counter()
    people: dict[int, set[int]] = {}
    unasked = 0
    for gap in wanted:
        path = places[gap.region]
        level, asked = holders[path]
        unasked += not asked
        people.setdefault(level, set()).update(asked)
        blanks[level] += 1
        again[level] += not gap.field
    everyone = set().union(*people.values()) if people else set()
    levels = tuple(
        Level(level, len(people[level]), blanks[level], round(again[level] * each * often, 1))
        for level in sorted(people)
    )
    return levels, len(everyone), unasked


def _paths(keys: set[int]) -> dict[int, str]:
    found: dict[int, str] = {}
    ordered = sorted(keys)
    for start in range(0, len(ordered), 500):
        rows = Region._base_manager.filter(pk__in=ordered[start : start + 500])
        found |= dict(rows.values_list("pk", "path"))
    return found


# --------------------------------------------------------------------------------------------- the board
@dataclass(frozen=True, slots=True)
class Line:
    """A form in force on the board: what it costs as issued, and how its last signed filling was filled."""

    form: Form
    burden: Burden
    filing: Filing | None


@dataclass(frozen=True, slots=True)
class Board:
    """All forms in force: `levels` adds up minutes a month and blanks by level of the territory."""

    lines: tuple[Line, ...]
    levels: tuple[Level, ...] = ()
    held: int = 0
    free: int = 0
    filled: int = 0
    blanks: int = 0
    minutes: float = field(default=0)

    @property
    def share(self) -> int:
        """How many of a hundred cells the ledgers fill, over all forms."""
        whole = self.filled + self.blanks
        return round(100 * self.filled / whole) if whole else 100


def board_of(forms: Iterable[Form]) -> Board:
    """The board of some forms in force."""
    kept = list(forms)
    latest: dict[int, Filing] = {}
    for filing in Filing.objects.filter(form__in=kept, withdrawn_at=None).order_by("last", "id"):
        latest[filing.form_id] = filing
    lines = tuple(Line(form, Burden.of(form.burden), latest.get(form.pk)) for form in kept)
    sums: dict[int, list[float]] = {}
    for line in lines:
        for level in line.burden.levels:
            known = sums.setdefault(level.level, [0, 0, 0])
            known[0] += level.people
            known[1] += level.blanks
            known[2] += level.minutes
    levels = tuple(Level(k, int(v[0]), int(v[1]), round(v[2], 1)) for k, v in sorted(sums.items()))
    totals = {
        name: sum(getattr(line.burden, name) for line in lines)
        for name in ("held", "free", "filled", "blanks", "minutes")
    }
    return Board(lines, levels, **totals)
