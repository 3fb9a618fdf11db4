"""From cleaned lines to records: finds what a line names, which record it is about and what would change,
then writes.

One `Writer` serves one run. `check` takes lines in batches and may hold some back (those that name rows
further down the file); `settle` gives these at the end. `insert` and `update` run inside `write(...)`.
Rooms derive from it what their tables need beyond that: computed columns, spans, trees.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext as _

from jiceng.exchange.reading.values import CLEAR
from jiceng.exchange.tables import Reference, Table
from jiceng.exchange.writing.matching import CHUNK, NAMED, Matcher, contradicts
from jiceng.exchange.writing.references import Asked, Context, Found, References, Trouble
from jiceng.exchange.writing.rows import Difference, Row
from jiceng.exchange.writing.scoping import allowed, visible_keys
from jiceng.exchange.writing.stored import Shape
from jiceng.records import bulk


class Writer:
    """What the lines of one run mean, and how they are written."""

    aliases: ClassVar[Mapping[str, str]] = {}
    """Columns that stand for a field without taking its value as it is (a blind index for a number)."""

    derived: ClassVar[frozenset[str]] = frozenset()
    """Columns that follow from others: stored with them, never a difference by themselves."""

    matching: ClassVar[type[Matcher]] = Matcher

    one_at_a_time: ClassVar[bool] = True
    """Whether records of one identity may not overlap in time (ties and terms; not whole entities)."""

    def __init__(self, table: Table, context: Context) -> None:
        self.table, self.context = table, context
        self.shape = Shape(table.model)
        self.references = References(context)
        self._fields = [(f.key, f.stored) for f in table.fields if f.stored]
        self.matcher = self.matching(table, context, self.shape, self.aliases)
        self._rows_of: dict[int, int] = {}
        self._waiting: list[Row] = []
        self._own_names: dict[str, list[int]] = {}
        self._own_rows: dict[int, Row] = {}
        self._required = [f for f in table.fields if f.required]
        self._edges = any(r.own_kind for r in table.references)

    # ------------------------------------------------------------------------------ what rooms override
    def complete(self, row: Row) -> None:
        """Set computed columns of `row.values` and check what holds between columns; here nothing."""

    def look_alike(self, rows: Sequence[Row]) -> None:
        """Note for new rows which stored records they may mean after all (`row.suspects`); here nothing."""

    def absent(self, row: Row, reference: Reference) -> bool:
        """What to do about a record that is not stored: wait for another row of the file, or draft it
        (overridden).

        Gives False where it has to be refused.
        """
        if reference.own_kind:
            row.own[reference.key] = -1
        return reference.own_kind

    def draft(self, drafts: Mapping[int, Mapping[str, dict[str, Any]]]) -> dict[int, dict[str, int]]:
        """Store the drafts of new rows (place → reference → record); gives the keys. Inside `write(...)`."""
        return {}

    def examine(self, rows: Sequence[Row]) -> None:
        """Refuse changes that cannot take effect, once differences are known; here nothing."""

    def own_names(self, row: Row) -> Iterable[str]:
        """By which words other rows of the file may name this one."""
        return ()

    def prepare(self, rows: Sequence[tuple[int, dict[str, Any]]]) -> None:
        """Work out what storing new records (place, columns) needs, before the write begins; here nothing."""

    def insert(self, rows: Sequence[tuple[int, dict[str, Any]]]) -> dict[int, int]:
        """Store new records (place, columns); gives the key of each place. Inside `write(...)`."""
        columns = self.shape.columns
        first = bulk.insert(self.table.model, columns, self.shape.tuples([values for _place, values in rows]))
        return {place: first + i for i, (place, _values) in enumerate(rows)}

    def update(self, rows: Sequence[tuple[int, dict[str, Any]]]) -> None:
        """Store changed columns of records (key, columns). Inside `write(...)`."""
        manager = self.table.model._base_manager
        for start in range(0, len(rows), CHUNK):
            some = dict(rows[start : start + CHUNK])
            records = manager.in_bulk(some)
            touched: set[str] = set()
            for key, record in records.items():
                touched |= some[key].keys()
                for column, value in some[key].items():
                    setattr(record, column, value)
            bulk.change(records.values(), sorted(touched))

    # ----------------------------------------------------------------------------- between check and write
    def named_tables(self) -> dict[str, str]:
        """Columns that name other records, with the table each points at."""
        related = {r.stored: self._related(r.stored) for r in self.table.references if r.stored}
        return {column: model._meta.db_table for column, model in related.items()}

    def watched(self) -> list[str]:
        """Tables whose changes may spoil a preview."""
        return [self.table.model._meta.db_table, *self.named_tables().values()]

    def added_meanwhile(self, rows: Sequence[tuple[int, dict[str, Any]]]) -> bool:
        """Whether a record that is to be added has come to exist by now."""
        return self.matcher.added(values for _place, values in rows)

    # ---------------------------------------------------------------------------------------- checking
    def check(self, rows: Sequence[Row]) -> list[Row]:
        """Find out what `rows` mean; gives those that are settled, keeps back those that name later rows."""
        self._refer(rows)
        for row in rows:
            self._assemble(row)
            self.complete(row)
        self.matcher.match(rows)
        if self._edges:
            for row in rows:
                self._rows_of[row.place] = row.number
                self._own_rows[row.place] = row
                for name in self.own_names(row):
                    self._own_names.setdefault(name, []).append(row.place)
        ready = [row for row in rows if not row.own]
        self._waiting += [row for row in rows if row.own]
        self._finish(ready)
        return ready

    def settle(self) -> list[Row]:
        """The rows held back, now that the whole file is known."""
        waiting, self._waiting = self._waiting, []
        for row in waiting:
            for reference in self.table.references:
                if reference.key in row.own:
                    self._settle_one(row, reference)
        self._refuse_cycles(waiting)
        self._finish(waiting)
        return waiting

    def _finish(self, rows: Sequence[Row]) -> None:
        for row in rows:
            self._begin(row)
            if row.kept is not None and not row.faults:
                self._compare(row)
        self._check_scope(rows)
        if self.shape.dated and self.one_at_a_time:
            self._refuse_overlaps([row for row in rows if row.kept is None and not row.faults])
        self.examine([row for row in rows if row.differences and not row.faults])
        self.look_alike([row for row in rows if row.kept is None and not row.faults])

    def _begin(self, row: Row) -> None:
        """A new record begins on the day the file speaks of, unless it says better, and never later."""
        values = row.values
        if row.kept is None:
            self._require(row)
        if row.kept is None and values.get("uid"):
            row.refuse(self.matcher.field_of("uid"), _("没有这个系统编号；新增的行请留空"))
        if not self.shape.dated:
            return
        if row.kept is None:
            values.setdefault("valid_from", self.context.as_of)
        begins, ends = values.get("valid_from"), values.get("valid_to")
        if begins is not None and begins > self.context.as_of:
            row.refuse(
                self.matcher.field_of("valid_from"),
                _("%(day)s 晚于数据日期 %(as_of)s") % {"day": begins, "as_of": self.context.as_of},
            )
        begins = begins or (row.kept or {}).get("valid_from")
        if begins is not None and ends is not None and ends <= begins:
            row.refuse(
                self.matcher.field_of("valid_to"),
                _("结束日期 %(day)s 应晚于起始日期 %(from)s") % {"day": ends, "from": begins},
            )

    def _refuse_overlaps(self, rows: Sequence[Row]) -> None:
        """A new stretch may not overlap one that is stored: one that has ended, or begins later."""
        keyed: list[tuple[Row, int, tuple[Any, ...]]] = []
        for row in rows:
            for level, identity in enumerate(self.table.identities):
                if (key := self.matcher.key_of(row.values, identity)) is not None:
                    keyed.append((row, level, key))
        wanted: dict[int, set[tuple[Any, ...]]] = {}
        for _row, level, key in keyed:
            wanted.setdefault(level, set()).add(key)
        lives = self.matcher.lives(wanted)
        for row, level, key in keyed:
            begins, ends = row.values["valid_from"], row.values.get("valid_to")
            also = self.table.identities[level].also
            for record in lives.get((level, key), ()):
                since, until = record["valid_from"], record["valid_to"]
                meeting = (until is None or begins < until) and (ends is None or since < ends)
                if meeting and not contradicts(row.values, record, also):
                    row.refuse(
                        self.matcher.field_of("valid_from"),
                        _("与已有记录（%(from)s 至 %(to)s）时间重叠")
                        % {"from": since, "to": until or _("今")},
                    )
                    break

    def _require(self, row: Row) -> None:
        """A new record needs what its table requires; a stored one already has it."""
        known = {fault.field for fault in row.faults}
        for field in self._required:
            if field.key not in row.given and field.key not in known:
                row.refuse(field.key, _("缺少%(label)s") % {"label": field.label})
        for reference in self.table.references:
            absent = not any(reference.key in named for named in (row.found, row.own, row.drafts))
            if reference.required and absent and not known.intersection(reference.parts):
                row.refuse(reference.parts[-1], _("缺少%(label)s") % {"label": reference.label})

    # -------------------------------------------------------------------------------------- references
    def _refer(self, rows: Sequence[Row]) -> None:
        for reference in self.table.references:
            asked = [(row, self._asked(row, reference)) for row in rows]
            answers = self.references.answers(reference.kind, {a for _row, a in asked if a is not None})
            for row, words in asked:
                if words is None:
                    continue
                answer = answers[words]
                if isinstance(answer, Found):
                    row.found[reference.key] = answer
                elif not answer.absent or not self.absent(row, reference):
                    row.refuse(self._telling_part(row, reference), answer.text)

    def _asked(self, row: Row, reference: Reference) -> Asked | None:
        """What the row writes about a record; None where it writes nothing and nothing stands in."""
        given = row.given
        words = tuple([v if type(v := given.get(part, "")) is str else "" for part in reference.parts])
        if any(words):
            return words
        area = self.context.area
        if reference.fill and area is not None:
            return tuple([area.code if i == 0 else "" for i in range(len(words))])
        return None

    @staticmethod
    def _telling_part(row: Row, reference: Reference) -> str:
        return next((p for p in reversed(reference.parts) if row.given.get(p)), reference.parts[-1])

    def _settle_one(self, row: Row, reference: Reference) -> None:
        """A record that is not stored may be another row of this file, by exactly one of its names."""
        words = [row.given[p] for p in reference.parts if row.given.get(p)]
        places = next((self._own_names[w] for w in words if w in self._own_names), [])
        part = self._telling_part(row, reference)
        if not places:
            row.own.pop(reference.key)
            row.refuse(part, self._answer(row, reference).text)
        elif len(places) > 1:
            row.own.pop(reference.key)
            lines = _("、").join(str(self._rows_of[p]) for p in places[:NAMED])
            row.refuse(
                part, _("本文件有几行都叫“%(name)s”：第 %(lines)s 行") % {"name": words[0], "lines": lines}
            )
        else:
            above = self._own_rows[places[0]]
            if above.kept is not None:
                row.own.pop(reference.key)
                row.values[reference.stored] = above.kept["id"]
            else:
                row.own[reference.key] = places[0]
                if above.faults:
                    row.refuse(part, _("它指的第 %(line)s 行有误") % {"line": above.number})

    def _answer(self, row: Row, reference: Reference) -> Trouble:
        words = self._asked(row, reference)
        assert words is not None
        answer = self.references.answers(reference.kind, {words})[words]
        assert isinstance(answer, Trouble)
        return answer

    def _refuse_cycles(self, rows: Sequence[Row]) -> None:
        """Rows of one file that stand above each other in a circle are all refused."""
        by_place = {row.place: row for row in rows}
        for reference in self.table.references:
            for row in rows if reference.own_kind else ():
                seen, at = [row.place], row.own.get(reference.key)
                while at is not None and at in by_place and at not in seen:
                    seen.append(at)
                    at = by_place[at].own.get(reference.key)
                if at == row.place:
                    lines = " → ".join(str(by_place[p].number) for p in [*seen, row.place])
                    part = self._telling_part(row, reference)
                    row.refuse(
                        part,
                        _("%(label)s成了圈：第 %(lines)s 行") % {"label": reference.label, "lines": lines},
                    )

    # ---------------------------------------------------------------------------------------- assembling
    def _assemble(self, row: Row) -> None:
        given, values = row.given, row.values
        for key, stored in self._fields:
            value = given.get(key)
            if value is not None:
                values[stored] = self.shape.blank[stored] if value is CLEAR else value
        for reference in self.table.references:
            if not reference.stored:
                continue
            if found := row.found.get(reference.key):
                values[reference.stored] = found.id
            elif any(given.get(part) is CLEAR for part in reference.parts):
                values[reference.stored] = None

    # ----------------------------------------------------------------------------------------- comparing
    def _compare(self, row: Row) -> None:
        kept = row.kept
        assert kept is not None
        changed = {c: v for c, v in row.values.items() if self.shape.differs(c, kept[c], v)}
        telling = [c for c in changed if c not in self.derived]
        row.values = changed if telling else {}
        row.differences = [self._difference(row, column, kept[column]) for column in telling]

    def _difference(self, row: Row, column: str, old: Any) -> Difference:
        reference = next((r for r in self.table.references if r.stored == column), None)
        if reference is not None:
            found = row.found.get(reference.key)
            return Difference(reference.key, self._named(column, old), found.label if found else "")
        key = self.matcher.field_of(column)
        new = row.values[column]
        if self.table.has(key) and self.table.field(key).sensitive:
            return Difference(key, _("（已登记）") if old else "", _("（新值）") if new else "")
        return Difference(key, self.in_words(key, old), self.in_words(key, new))

    def in_words(self, key: str, value: Any) -> str:
        """A stored value as people read it."""
        if value is None or value == "":
            return ""
        if isinstance(value, bool):
            return _("是") if value else _("否")
        if self.table.has(key) and self.table.field(key).kind == "term":
            return self.context.words.label(self.table.field(key).vocabulary, str(value))
        return str(value)

    def _named(self, column: str, key: Any) -> str:
        if key is None:
            return ""
        record = self._related(column)._base_manager.filter(pk=key).first()
        return str(record) if record else ""

    def _related(self, column: str) -> type[models.Model]:
        related = self.table.model._meta.get_field(column).related_model
        assert isinstance(related, type)
        assert issubclass(related, models.Model)
        return related

    # --------------------------------------------------------------------------------------------- scope
    def _check_scope(self, rows: Sequence[Row]) -> None:
        """Refuse rows whose record, as it is or as it would be, lies outside what the importer may touch."""
        scope = self.context.scope
        if scope.everything:
            return
        open_rows = [row for row in rows if not row.faults]
        kept = [row.kept["id"] for row in open_rows if row.kept is not None]
        visible = visible_keys(self.table, scope, kept)
        for row in open_rows:
            if row.kept is not None and row.kept["id"] not in visible:
                row.refuse(self.table.fields[0].key, _("该记录不在您的管辖范围内"))
            elif (row.kept is None or row.differences) and not allowed(scope, self.paths_of(row)):
                row.refuse(self.table.fields[0].key, _("不在您的管辖范围内"))

    def paths_of(self, row: Row) -> dict[str, list[str]]:
        """The places of a row in the trees of scopes: its own columns, else those of the records it names."""
        found: dict[str, list[str]] = {}
        own = [
            (t, c)
            for t, columns in self.table.path_lookups().items()
            for c in columns
            if c in self.shape.blank
        ]
        for tree, column in own:
            if path := row.values.get(column) or (row.kept or {}).get(column):
                found.setdefault(tree, []).append(path)
        if not own:
            for named in row.found.values():
                for tree, path in named.paths.items():
                    found.setdefault(tree, []).append(path)
        return found
