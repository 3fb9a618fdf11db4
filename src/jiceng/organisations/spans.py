"""What is dated about regions, units and party organisations: one mechanism for all three.

An entity's row says what it is today, its spans what it was on any day. Two things always hold: the spans
of one entity follow each other without gap or overlap, and its open span equals its row in every shared
column. Every function here keeps them, writes what it changes with its audit rows, and is called inside
`write(...)`.

A change on a later day than the open span's beginning closes that span and opens one; on the same day it
corrects the span in place; on an earlier day it is a correction of history, which splits the span of that
day and carries on until a later span says otherwise.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, TypeVar

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from jiceng.organisations import copies
from jiceng.organisations.models import (
    PartyOrg,
    PartyOrgSpan,
    Region,
    RegionSpan,
    Restructuring,
    Unit,
    UnitSpan,
)
from jiceng.records import bulk
from jiceng.records.refusals import Refusal

Values = Mapping[str, Any]
"""Columns by attribute name (`region_id`, not `region`) and their new values."""

Stretches = Sequence[tuple[date, Values]]
"""A life known in several stretches: from which day on which columns differ from the row; in order of time.
"""

FOLLOWS = {"initials": "name", "region_path": "region_id"}
"""Columns that only the row has, and the dated column each follows."""

CHUNK = 500
Key = TypeVar("Key")


@dataclass(frozen=True, slots=True)
class Dating:
    """How one kind of entity is dated: its tables, the columns both share, its place in its tree."""

    model: type[Any]
    span: type[Any]
    key: str  # the span's column that names the entity
    shared: tuple[str, ...]
    above: str  # column of the node one step up its tree
    path: str  # column of its place in the tree
    positions: bool  # keeps a dated position (living = False) once it has ended

    def columns(self, model: type[Any]) -> list[str]:
        """All columns of `model` but its key, by attribute name."""
        return [f.attname for f in model._meta.concrete_fields if not f.primary_key]


def _shared(model: type[Any], span: type[Any]) -> tuple[str, ...]:
    own = {f.attname for f in model._meta.concrete_fields}
    apart = {"id", "uid", "valid_from", "valid_to"}
    return tuple(f.attname for f in span._meta.concrete_fields if f.attname in own - apart)


REGIONS = Dating(
    Region, RegionSpan, "region_id", _shared(Region, RegionSpan), "parent_id", "path", positions=True
)
UNITS = Dating(
    Unit, UnitSpan, "unit_id", _shared(Unit, UnitSpan), "authority_id", "authority_path", positions=False
)
PARTY_ORGS = Dating(
    PartyOrg,
    PartyOrgSpan,
    "party_org_id",
    _shared(PartyOrg, PartyOrgSpan),
    "superior_id",
    "path",
    positions=True,
)


def dating_of(entity: models.Model) -> Dating:
    """The dating of a region, unit or party organisation."""
    return next(d for d in (REGIONS, UNITS, PARTY_ORGS) if isinstance(entity, d.model))


def by_column(dating: Dating, values: Mapping[str, Any]) -> dict[str, Any]:
    """`values` by attribute name: a record under a relation's name becomes its key."""
    found = {}
    for name, value in values.items():
        column = dating.model._meta.get_field(name)
        found[column.attname] = value.pk if isinstance(value, models.Model) else value
    return found


def no_later_than_today(day: date) -> None:
    """Raise Refusal for a day to come: the row says what is true today, so nothing may take effect ahead of
    time.
    """
    if day > timezone.localdate():
        raise Refusal(_("生效日期 %(day)s 还没有到") % {"day": day}, remedy=_("到生效日再登记，或更正日期"))


def chunks(keys: Iterable[Key]) -> Iterable[list[Key]]:
    """`keys` in lists short enough for one query."""
    listed = list(keys)
    for start in range(0, len(listed), CHUNK):
        yield listed[start : start + CHUNK]


# --------------------------------------------------------------------------------------------- reading
def span_on(dating: Dating, entity: models.Model, day: date) -> Any:
    """The span of `entity` that holds on `day`, or None before its life (after it, where none is kept)."""
    return dating.span._base_manager.filter(
        Q(valid_to__isnull=True) | Q(valid_to__gt=day), **{dating.key: entity.pk}, valid_from__lte=day
    ).first()


def spans_from(dating: Dating, keys: Iterable[int], day: date) -> dict[int, list[Any]]:
    """By entity, the spans that end after `day`, oldest first."""
    found: dict[int, list[Any]] = {}
    for some in chunks(keys):
        rows = dating.span._base_manager.filter(Q(valid_to__isnull=True) | Q(valid_to__gt=day))
        for span in rows.filter(**{f"{dating.key}__in": some}).order_by("valid_from"):
            found.setdefault(getattr(span, dating.key), []).append(span)
    return found


def locked(dating: Dating, keys: Iterable[int]) -> dict[int, Any]:
    """The rows with these keys, locked until the write ends (in order of key, so that writers never
    deadlock).
    """
    found: dict[int, Any] = {}
    for some in chunks(sorted(keys)):
        rows = dating.model._base_manager.select_for_update(of=("self",)).filter(pk__in=some).order_by("pk")
        found |= {row.pk: row for row in rows}
    return found


# ------------------------------------------------------------------------------------------- beginning
def begin_many(
    dating: Dating,
    entities: Sequence[Any],
    *,
    histories: Mapping[int, Stretches] | None = None,
    restructuring: Restructuring | None = None,
) -> None:
    """Store new entities with their first spans; sets their keys. The caller has checked them.

    An entity's life begins on its `valid_from`; one with a `valid_to` (history entered late) ends there.
    `histories` gives, by place in `entities`, the stretches of a life whose columns were not always those
    of the row.
    """
    if not entities:
        return
    columns = dating.columns(dating.model)
    first = bulk.insert(dating.model, columns, [[getattr(e, c) for c in columns] for e in entities])
    span_columns = dating.columns(dating.span)
    rows = []
    for place, entity in enumerate(entities):
        entity.pk, entity._state.adding = first + place, False
        for span in _first_spans(dating, entity, (histories or {}).get(place, ()), restructuring):
            rows.append([getattr(span, c) for c in span_columns])
    bulk.insert(dating.span, span_columns, rows)


def _first_spans(
    dating: Dating, entity: Any, stretches: Stretches, restructuring: Restructuring | None
) -> Iterable[Any]:
    """The spans of a new entity: its stretches one after the other, then its position once it has ended."""
    starts = stretches or [(entity.valid_from, {})]
    ends = [start for start, _values in starts[1:]] + [entity.valid_to]
    for (start, values), end in zip(starts, ends, strict=True):
        span = dating.span(**{c: getattr(entity, c) for c in dating.shared}, **{dating.key: entity.pk})
        _set(span, values)
        span.valid_from, span.valid_to = start, end
        if restructuring is not None and end is None:
            span.restructuring = restructuring
        yield span
    if entity.valid_to and dating.positions:
        last = _copy(span)
        last.valid_from, last.valid_to, last.living = entity.valid_to, None, False
        yield last


# -------------------------------------------------------------------------------------------- changing
@dataclass(slots=True)
class _Work:
    """What a change comes to, collected first and written at once."""

    dating: Dating
    restructuring: Restructuring | None
    rows: list[Any] = field(default_factory=list)
    corrected: list[Any] = field(default_factory=list)
    closed: list[Any] = field(default_factory=list)
    opened: list[Any] = field(default_factory=list)
    emptied: list[Any] = field(default_factory=list)
    touched: set[str] = field(default_factory=set)

    def row(self, row: Any, values: Values) -> None:
        """Note a changed row; also of columns that only the row has."""
        self.touched |= _set(row, values)
        self.rows.append(row)

    def save(self) -> None:
        for span in self.emptied:
            span.delete()
        bulk.change(self.closed, ("valid_to",))
        bulk.change(self.corrected, self.dating.columns(self.dating.span))
        columns = self.dating.columns(self.dating.span)
        bulk.insert(self.dating.span, columns, [[getattr(s, c) for c in columns] for s in self.opened])
        bulk.change(self.rows, sorted({*self.dating.shared, "valid_to", *self.touched}))
        if "region_path" in self.touched and copies.copied(self.dating.model):
            for some in chunks(row.pk for row in self.rows):
                copies.renew(self.dating.model._base_manager.filter(pk__in=some))


def _copy(span: Any) -> Any:
    made = type(span)(
        **{f.attname: getattr(span, f.attname) for f in span._meta.concrete_fields if not f.primary_key}
    )
    made._state.adding = True
    return made


def _set(record: Any, values: Values) -> set[str]:
    """Set those of the columns that `record` has; gives which."""
    own = {f.attname for f in record._meta.concrete_fields} & values.keys()
    for column in own:
        setattr(record, column, values[column])
    return own


def _differs(record: Any, values: Values) -> bool:
    own = {f.attname for f in record._meta.concrete_fields}
    return any(getattr(record, column) != value for column, value in values.items() if column in own)


def change_many(
    dating: Dating,
    day: date,
    changes: Mapping[int, Values],
    *,
    keep_later: bool = False,
    restructuring: Restructuring | None = None,
) -> list[Any]:
    """Give the entities with these keys new dated values from `day` on; gives the rows that really changed.

    `values` may also hold columns of the row that follow from dated ones (`initials`, `region_path`) and of
    the span (`pending`). Raises Refusal for a day before an entity's life, after its end, or still to come,
    and for a day inside history whose value a later span contradicts, unless `keep_later` asks to end the
    correction there.
    """
    no_later_than_today(day)
    rows, spans = locked(dating, changes), spans_from(dating, changes, day)
    work = _Work(dating, restructuring)
    for key, values in changes.items():
        row, later = rows[key], spans.get(key, [])
        _check_alive(row, later, day)
        if len(later) == 1:
            _advance(work, row, later[0], day, values)
        else:
            _correct(work, row, later, day, values, keep_later=keep_later)
    work.save()
    return work.rows


def end_many(
    dating: Dating, day: date, ends: Mapping[int, Values], *, restructuring: Restructuring | None = None
) -> list[Any]:
    """End the entities with these keys: `day` is the first on which they no longer are; gives the rows.

    Where ended entities keep a position, the values given (parent and path under the successor) hold from
    then on; the others take them as their last. Raises Refusal for a day not after the founding, before a
    later change, or still to come.
    """
    no_later_than_today(day)
    rows, spans = locked(dating, ends), spans_from(dating, ends, day)
    work = _Work(dating, restructuring)
    for key, values in ends.items():
        row, later = rows[key], spans.get(key, [])
        _check_alive(row, later, day)
        if row.valid_from >= day:
            raise Refusal(
                _("%(name)s %(from)s 才设立，不能在 %(day)s 终止")
                % {"name": row, "from": row.valid_from, "day": day},
                remedy=_("终止日期应晚于设立日期"),
            )
        if len(later) > 1:
            raise _later_change(row, later[1].valid_from, day)
        row.valid_to = day
        _end(work, row, later[0], day, values)
    work.save()
    return work.rows


def move_positions(
    dating: Dating, day: date, moves: Mapping[int, Values], *, restructuring: Restructuring | None = None
) -> None:
    """Give ended entities another position from `day` on: what they had become part of has moved."""
    rows, spans = locked(dating, moves), spans_from(dating, moves, day)
    work = _Work(dating, restructuring)
    for key, values in moves.items():
        _advance(work, rows[key], spans[key][-1], day, values)
    work.save()


def _check_alive(row: Any, later: Sequence[Any], day: date) -> None:
    """Raise Refusal where the entity does not live on `day`."""
    if row.valid_to is not None and row.valid_to <= day:
        raise Refusal(
            _("%(name)s 已于 %(to)s 终止") % {"name": row, "to": row.valid_to},
            remedy=_("选择现存的对象，或更正生效日期"),
        )
    if not later or later[0].valid_from > day or row.valid_from > day:
        raise Refusal(
            _("生效日期 %(day)s 早于 %(name)s 的设立日期 %(from)s")
            % {"day": day, "name": row, "from": row.valid_from},
            remedy=_("更正生效日期，或先把设立日期提前"),
        )


def _later_change(row: Any, later: date, day: date) -> Refusal:
    return Refusal(
        _("%(name)s 在 %(later)s 另有变更，与 %(day)s 生效的变更相抵触")
        % {"name": row, "later": later, "day": day},
        remedy=_("按时间先后登记，或先更正后来的变更"),
    )


def _advance(work: _Work, row: Any, span: Any, day: date, values: Values) -> None:
    """The ordinary change: from `day` on, which is not before the open span began."""
    if not _differs(span, values) and not _differs(row, values):
        return
    if _differs(span, values):
        _open(work, span, day, values)
    work.row(row, values)


def _open(work: _Work, span: Any, day: date, values: Values) -> None:
    """The values hold from `day` on: in a span of their own, or in the one that begins that day."""
    if span.valid_from == day:
        target = span
        work.corrected.append(span)
    else:
        target = _copy(span)
        target.valid_from, span.valid_to = day, day
        work.closed.append(span)
        work.opened.append(target)
        if work.dating.positions:
            target.restructuring = None
    _set(target, values)
    if work.restructuring is not None:
        target.restructuring = work.restructuring


def _end(work: _Work, row: Any, span: Any, day: date, values: Values) -> None:
    if work.dating.positions:
        _open(work, span, day, {**values, "living": False})
    else:
        if span.valid_from == day:  # the change of that same day never held
            work.emptied.append(span)
            before = work.dating.span._base_manager.filter(**{work.dating.key: row.pk}, valid_to=day)
            span = before.get()
        span.valid_to = day
        _set(span, values)
        work.corrected.append(span)
        values = {**{column: getattr(span, column) for column in work.dating.shared}, **values}
    work.row(row, values)


def _correct(
    work: _Work, row: Any, later: Sequence[Any], day: date, values: Values, *, keep_later: bool
) -> None:
    """A change whose day lies inside history: split the span of that day and carry each value on.

    A value is carried through every span that had merely kept the old one, and stops where a span says
    otherwise.
    """
    first, rest = later[0], later[1:]
    new = {c: v for c, v in values.items() if hasattr(first, c) and getattr(first, c) != v}
    if work.dating.positions and work.dating.path in new:
        raise _later_change(row, rest[0].valid_from, day)
    carried: dict[int, dict[str, Any]] = {}
    to_the_end = {c: v for c, v in values.items() if not hasattr(first, c) and c not in FOLLOWS}
    for column, value in new.items():
        held = [place for place, span in enumerate(rest) if getattr(span, column) == getattr(first, column)]
        run = next((i for i, place in enumerate(held) if i != place), len(held))
        if run < len(rest) and not keep_later:
            raise _later_change(row, rest[run].valid_from, day)
        for place in range(run):
            carried.setdefault(place, {})[column] = value
        if run == len(rest):
            to_the_end[column] = value
    for place, columns in carried.items():
        _set(rest[place], columns)
        work.corrected.append(rest[place])
    if new:
        _split(work, first, day, new)
    to_the_end |= {c: v for c, v in values.items() if FOLLOWS.get(c) in to_the_end}
    if _differs(row, to_the_end):
        work.row(row, to_the_end)


def _split(work: _Work, span: Any, day: date, values: Values) -> None:
    if span.valid_from == day:
        _set(span, values)
        work.corrected.append(span)
        return
    second = _copy(span)
    second.valid_from, span.valid_to = day, day
    _set(second, values)
    work.closed.append(span)
    work.opened.append(second)


# --------------------------------------------------------------------------------------- founding days
def redate(dating: Dating, entity: models.Model, day: date) -> Any:
    """Correct the day from which `entity` exists: an earlier one, or a later one inside its first span."""
    no_later_than_today(day)
    row = locked(dating, [entity.pk])[entity.pk]
    spans = list(dating.span._base_manager.filter(**{dating.key: row.pk}).order_by("valid_from"))
    first = next((s for s in spans if s.valid_from == row.valid_from), spans[0])
    if day == row.valid_from:
        return row
    if first is not spans[0] or (first.valid_to is not None and first.valid_to <= day):
        raise _later_change(row, first.valid_to or first.valid_from, day)
    row.valid_from = first.valid_from = day
    bulk.change([first], ("valid_from",))
    bulk.change([row], ("valid_from",))
    return row
