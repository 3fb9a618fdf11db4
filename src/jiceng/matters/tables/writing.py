"""Lines of other systems' workbooks become whole matters; later lines about the same ones continue them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, ClassVar

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from jiceng.exchange.reading.values import CLEAR
from jiceng.exchange.tables import Table
from jiceng.exchange.writing.references import Asked, Context, Found
from jiceng.exchange.writing.rows import Difference, Row
from jiceng.exchange.writing.stored import chunked
from jiceng.exchange.writing.writers import Writer
from jiceng.matters.bulk.courses import IMPORTED, Receiver, Told
from jiceng.matters.bulk.making import Maker
from jiceng.matters.bulk.places import Place, Places
from jiceng.matters.bulk.storing import Whole, store
from jiceng.matters.bulk.updating import Later, go_on
from jiceng.matters.enums import Hand, Part, Phase
from jiceng.matters.flows import flow_for
from jiceng.matters.models import Dispatch, Event
from jiceng.matters.sections import MatterSpec
from jiceng.matters.sections.fields import CALLED_BACK
from jiceng.matters.tables.telling import (
    MOMENTS,
    kind_of,
    moments_of,
    names_in,
    opened,
    outcome_of,
    sealed_reporter,
    state_of,
)
from jiceng.organisations.terms import pinned, with_attr

CHUNK = 400
TOLD = "@told"
"""Among a staged line's columns: its course, which the matter's own row does not hold."""

UNITS = "any_unit"
BEGUN = ("title", "text", "channel", "category", "grade", "households", "region", "unit", "raised_at")
NAMED = 60


@dataclass(slots=True)
class Stored:
    """What is kept of a matter besides its row: whether it was brought in, whether anybody here has touched it since,
    its dispatches, and what the centre answered itself.
    """

    brought: bool = False
    touched: bool = False
    parts: list[Dispatch] = field(default_factory=list)
    centre: dict[str, Any] = field(default_factory=dict)

    @property
    def ours(self) -> bool:
        """Whether it is handled in this system, so that no workbook may move it."""
        return self.touched or not self.brought


class MatterWriter(Writer):
    """Matters with their course."""

    derived: ClassVar[frozenset[str]] = frozenset(("region_path",))

    def __init__(self, table: Table, context: Context) -> None:
        super().__init__(table, context)
        self.places = Places(context.as_of, context.words.catalogue)
        self.maker = Maker(self.places, context.by)
        self._channel = with_attr("matter_channels", "imports").key
        self._receivers: dict[int, list[tuple[Found, str]]] = {}
        self._stored: dict[int, Stored] = {}
        self._wholes: dict[int, Whole] = {}
        self._specs: dict[str, MatterSpec] = {}

    # ----------------------------------------------------------------------------------------- checking
    def check(self, rows: Sequence[Row]) -> list[Row]:
        with pinned():
            return super().check(rows)

    def _refer(self, rows: Sequence[Row]) -> None:
        super()._refer(rows)
        named = {row.place: list(_named(row)) for row in rows}
        asked: set[Asked] = {("", name) for some in named.values() for name, _field, _part in some}
        answers = self.references.answers(UNITS, asked)
        for row in rows:
            found: dict[int, tuple[Found, str]] = {}
            for name, key, part in named[row.place]:
                answer = answers["", name]
                if isinstance(answer, Found):
                    found.setdefault(answer.id, (answer, part))
                else:
                    row.refuse(key, answer.text)
            self._receivers[row.place] = list(found.values())

    def complete(self, row: Row) -> None:
        region, receivers = row.found.get("region"), self._receivers.pop(row.place)
        if region is None:
            return
        values, place = row.values, self.places.at(region.id)
        values["region_path"] = region.values["region_path"]
        if number := values.get("number"):
            values["number"] = self._numbered(row, number, place)
        kind = kind_of(row, place)
        moments = moments_of(row, self.context.as_of)
        if not kind or "raised_at" not in moments:
            return
        spec, closed = place.types[kind], "closed_at" in moments
        self._check_sending(row, spec, moments, receivers)
        told = {
            **moments,
            "type": kind,
            "state": state_of(row, spec, closed=closed),
            "outcome": outcome_of(row, closed=closed),
            "answer": answer if type(answer := row.given.get("answer")) is str else "",
            "receivers": [
                (unit.id, unit.values["region_id"], unit.values["region_path"], part)
                for unit, part in receivers
            ],
            "reporter": sealed_reporter(row),
        }
        values[TOLD] = told

    def _numbered(self, row: Row, number: str, place: Place) -> str:
        """Its own number behind the code of the county, as numbers of this system begin: two counties' systems may
        both have counted from 1.
        """
        ahead = f"{place.county}-"
        return number if number.startswith(ahead) else f"{ahead}{number}"

    def _check_sending(
        self, row: Row, spec: MatterSpec, moments: Mapping[str, datetime], receivers: Sequence[Any]
    ) -> None:
        if receivers and self.maker.steps_of(spec).send is None:
            row.refuse("lead", _("“%(type)s”不派给单位") % {"type": spec.label})
        unsent = next((key for key in ("sent_at", "signed_at") if key in moments), "")
        wrong = {fault.field for fault in row.faults}
        if unsent and not receivers and not wrong & {"lead", "support"}:
            row.refuse("lead", _("写了%(label)s，缺少主办单位") % {"label": _(MOMENTS[unsent])})

    def _begin(self, row: Row) -> None:
        super()._begin(row)
        values = row.values
        if row.kept is not None or row.faults:
            return
        if not values.get("title") and not values.get("text"):
            row.refuse("title", _("缺少标题或内容"))
            return
        values.setdefault("channel", self._channel)
        if not values.get("title"):
            values["title"] = str(values["text"])[:NAMED]

    # ---------------------------------------------------------------------------------------- comparing
    def _finish(self, rows: Sequence[Row]) -> None:
        self._look_up([row.kept["id"] for row in rows if row.kept is not None])
        super()._finish(rows)

    def _look_up(self, keys: Sequence[int]) -> None:
        for some in chunked(keys, CHUNK):
            self._stored |= {key: Stored() for key in some}
            telling = Q(seq=1) | ~Q(hand=Hand.SYSTEM) | Q(step=IMPORTED, dispatch__isnull=True)
            columns = ("matter", "seq", "hand", "actor", "step", "at", "note", "before", "after")
            for event in Event.objects.filter(telling, matter__in=some).values_list(*columns, named=True):
                stored = self._stored[event.matter]
                if event.hand != Hand.SYSTEM:
                    stored.touched = True
                elif event.seq == 1:
                    stored.brought = not event.actor.startswith("system:")
                elif event.step == IMPORTED and event.before == event.after:
                    stored.centre = {"answered_at": event.at, "answer": event.note}
            for part in Dispatch._base_manager.filter(matter__in=some).order_by("pk"):
                self._stored[part.matter_id].parts.append(part)

    def _compare(self, row: Row) -> None:
        kept = row.kept
        assert kept is not None
        told, stored = row.values.get(TOLD), self._stored[kept["id"]]
        if told is None:
            return
        fresh = _Fresh(self, row, kept, stored)
        wrong = len(row.faults)
        fresh.look(told)
        if stored.ours and (fresh.differences or len(row.faults) > wrong):
            del row.faults[wrong:]
            row.refuse("number", _("这件在本系统办理，不能用导入改动；请在事项里办理"))
        row.differences = fresh.differences
        row.values = {TOLD: fresh.told, **fresh.columns} if fresh.differences else {}

    # ------------------------------------------------------------------------------------------ writing
    def prepare(self, rows: Sequence[tuple[int, dict[str, Any]]]) -> None:
        with pinned():
            for place, values in rows:
                told = values.pop(TOLD)
                if told.get("closed_at") and any(values.get(key) not in (None, "") for key in CALLED_BACK):
                    values["asked_on"] = timezone.localdate(datetime.fromisoformat(str(told["closed_at"])))
                file = self.maker.make(told["type"], values, told_from(told))
                self._specs[told["type"]] = self.places.at(values["region_id"]).types[told["type"]]
                self._wholes[place] = Whole(file, opened(told["reporter"]))

    def insert(self, rows: Sequence[tuple[int, dict[str, Any]]]) -> dict[int, int]:
        wholes = [self._wholes.pop(place) for place, _values in rows]
        flows = {kind: flow_for(kind, spec).pk for kind, spec in self._specs.items()}
        first = store(wholes, flows)
        return {place: first + i for i, (place, _values) in enumerate(rows)}

    def update(self, rows: Sequence[tuple[int, dict[str, Any]]]) -> None:
        for key, values in rows:
            told = values.pop(TOLD)
            go_on(key, Later(told_from(told), values), by=self.context.by)

    def named(self, column: str, key: int) -> str:
        """What the record is called that a column names."""
        return self._named(column, key)

    def watched(self) -> list[str]:
        return [*super().watched(), Dispatch._meta.db_table]


def _named(row: Row) -> list[tuple[str, str, str]]:
    """The units that a line names: name, field, part; the first of 主办单位 leads, the others support."""
    found = []
    for key in ("lead", "support"):
        written = row.given.get(key)
        for place, name in enumerate(names_in(written) if type(written) is str else ()):
            found.append((name, key, Part.LEAD if key == "lead" and not place else Part.SUPPORT))
    return [(name, key, str(part)) for name, key, part in found]


def told_from(kept: Mapping[str, Any]) -> Told:
    """A course as a staged line keeps it."""
    moments = {key: datetime.fromisoformat(str(kept[key])) for key in MOMENTS if kept.get(key)}
    receivers = [Receiver(*each) for each in kept["receivers"]]
    return Told(
        **moments, receivers=receivers, answer=kept["answer"], state=kept["state"], outcome=kept["outcome"]
    )


class _Fresh:
    """What a line says that is not known yet of a stored matter. Refuses the line for what contradicts it."""

    def __init__(self, writer: MatterWriter, row: Row, kept: Mapping[str, Any], stored: Stored) -> None:
        self.writer, self.row, self.kept, self.stored = writer, row, kept, stored
        self.columns: dict[str, Any] = {}
        self.told: dict[str, Any] = {}
        self.differences: list[Difference] = []

    def look(self, told: Mapping[str, Any]) -> None:
        """Compare the line with what is kept."""
        part = self.stored.parts[0] if self.stored.parts else None
        done = self.kept["phase"] == Phase.DONE
        self.told = {
            "raised_at": str(self.kept["raised_at"]),
            "receivers": [],
            "answer": "",
            "state": "",
            "outcome": "",
        }
        if self.kept["type"] != told["type"]:
            self._contradicts("type", str(self.kept["type"]))
        for key in BEGUN:
            self._begun(key, told)
        for key in CALLED_BACK:
            if key in self.row.values and self.row.given.get(key) is not CLEAR:
                self._new(key, self.kept[key], self.row.values[key], self.columns, key)
        self._receivers(told)
        for key in ("sent_at", "signed_at", "answered_at"):
            known = getattr(part, key) if part is not None else self.stored.centre.get(key)
            self._new(key, known, told.get(key), self.told, key)
        answer = part.answer if part is not None else self.stored.centre.get("answer")
        self._new("answer", answer, told["answer"], self.told, "answer")
        self._new("closed_at", self.kept["closed_at"], told.get("closed_at"), self.told, "closed_at")
        into = self.columns if done else self.told
        self._new("outcome", self.kept["outcome"], told["outcome"], into, "outcome")
        if any(key in self.columns for key in CALLED_BACK) and self.kept["asked_on"] is None:
            closed = told.get("closed_at") or self.kept["closed_at"]
            self.columns["asked_on"] = timezone.localdate(closed) if closed else self.writer.context.as_of
        if not done and not told.get("closed_at") and told["state"] and told["state"] != self.kept["state"]:
            self._new("state", "", told["state"], self.told, "state")
        late = {difference.field for difference in self.differences} - {*CALLED_BACK, *BEGUN, "outcome"}
        if done and late:
            self._contradicts(min(late), _("已办结"))

    def _begun(self, key: str, told: Mapping[str, Any]) -> None:
        """What was said at the beginning: a blank is filled, anything else stays as it was."""
        if key == "raised_at":
            self._new(key, self.kept[key], told.get(key), self.told, key)
            return
        column = f"{key}_id" if key in ("region", "unit") else key
        given = key in self.row.given or f"{key}_code" in self.row.given or key == "region"
        if given and self.row.values.get(column) not in (None, ""):
            self._new(key, self.kept[column], self.row.values[column], self.columns, column)

    def _receivers(self, told: Mapping[str, Any]) -> None:
        known = {part.unit_id for part in self.stored.parts}
        new = [each for each in told["receivers"] if each[0] not in known]
        if new and known:
            self._contradicts("lead", _("、").join(str(part.unit) for part in self.stored.parts))
        elif new:
            self.told["receivers"] = new
            self.differences.append(Difference("lead", "", str(len(new))))

    def _new(self, key: str, kept: Any, given: Any, into: dict[str, Any], name: str) -> None:
        if given in (None, "") or kept == given:
            return
        if kept not in (None, ""):
            self._contradicts(key, self._shown(key, kept))
            return
        into[name] = str(given) if isinstance(given, datetime) else given
        self.differences.append(Difference(key, "", self._shown(key, given)))

    def _shown(self, key: str, value: Any) -> str:
        if key in ("region", "unit"):
            return self.writer.named(f"{key}_id", value)
        if isinstance(value, datetime):
            return f"{timezone.localtime(value):%Y-%m-%d %H:%M}"
        return self.writer.in_words(key, value)

    def _contradicts(self, key: str, kept: str) -> None:
        said = {"label": _(self.writer.table.label_of(key)), "kept": kept[:NAMED]}
        self.row.refuse(
            key, _("与已导入的不一致（%(label)s：%(kept)s）；导入不改写历史，请留空或在事项里办理") % said
        )
