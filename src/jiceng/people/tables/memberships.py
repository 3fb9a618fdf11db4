"""Members' rolls and participation in workbooks."""

from collections.abc import Sequence
from datetime import date
from typing import Any, ClassVar

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from jiceng.exchange.tables import Field, Identity, Table, register_table
from jiceng.exchange.writing.references import Context
from jiceng.exchange.writing.rows import Row
from jiceng.exchange.writing.stored import chunked
from jiceng.organisations.tables.dated import VALID_FROM, VALID_TO, body_fields
from jiceng.organisations.terms import vocabulary, with_attr
from jiceng.people.models import Membership, Participation
from jiceng.people.tables.fields import person_fields
from jiceng.people.tables.naming import NamingWriter
from jiceng.records import bulk

CHUNK = 400


class PartyPlaceWriter(NamingWriter):
    """Rows that stand where their party organisation does."""

    derived: ClassVar[frozenset[str]] = frozenset(("region_path", "party_path"))

    def complete(self, row: Row) -> None:
        if org := row.found.get("party_org"):
            row.values["region_path"] = org.values["region_path"]
            row.values["party_path"] = org.values["party_path"]


class MembershipWriter(PartyPlaceWriter):
    """A person belongs to one party organisation a day: a row that names another one is a transfer."""

    def __init__(self, table: Table, context: Context) -> None:
        super().__init__(table, context)
        natures = vocabulary("party_org_natures").values()
        self._without = {term.key for term in natures if term.attr("membership", True) is False}
        self._initial = with_attr("membership_entries", "initial").key
        self._drafted_rows: dict[str, int] = {}

    def complete(self, row: Row) -> None:
        super().complete(row)
        org = row.found.get("party_org")
        if org is not None and org.values["nature"] in self._without:
            row.refuse("party_org", _("该党组织不接转组织关系；请登记为参加"))
        admitted, full = row.values.get("admitted_on"), row.values.get("full_on")
        if admitted and full and full < admitted:
            row.refuse("full_on", _("转正日期早于入党日期"))

    def _begin(self, row: Row) -> None:
        super()._begin(row)
        if row.kept is not None:
            return
        row.values.setdefault("entry", self._initial)
        admitted = row.values.get("admitted_on")
        if admitted and admitted > row.values["valid_from"]:
            row.refuse("admitted_on", _("入党日期晚于组织关系起始日期"))
        for draft in row.drafts.values():
            if draft and (earlier := self._drafted_rows.setdefault(draft["as"], row.number)) != row.number:
                row.refuse("person", _("与第 %(line)s 行是同一人") % {"line": earlier})

    def examine(self, rows: Sequence[Row]) -> None:
        for row in rows:
            if "party_org_id" in row.values:
                assert row.kept is not None
                since = row.kept["valid_from"]
                if self._day_of(row.values) <= since:
                    row.refuse(
                        "party_org",
                        _("转接日期 %(day)s 应晚于现有组织关系的起始日期 %(from)s")
                        % {"day": self._day_of(row.values), "from": since},
                    )

    def _day_of(self, values: dict[str, Any]) -> date:
        """The day of a transfer: the one the row gives, else the day the file speaks of."""
        given: date = values.get("valid_from", self.context.as_of)
        return given

    def update(self, rows: Sequence[tuple[int, dict[str, Any]]]) -> None:
        super().update([(key, values) for key, values in rows if "party_org_id" not in values])
        moves = {key: values for key, values in rows if "party_org_id" in values}
        if not moves:
            return
        way_out = with_attr("membership_exits", "transfer").key
        way_in = with_attr("membership_entries", "transfer").key
        ended, begun = [], []
        for some in chunked(moves, CHUNK):
            for key, old in Membership._base_manager.in_bulk(some).items():
                values = moves[key]
                day = self._day_of(values)
                kept = {c: getattr(old, c) for c in ("person_id", "admitted_on", "full_on")}
                fresh = {**kept, "entry": way_in, **values, "valid_from": day, "exit": ""}
                old.valid_to, old.exit = day, values.get("exit") or way_out
                ended.append(old)
                begun.append(fresh)
        bulk.change(ended, ("valid_to", "exit"))
        bulk.insert(Membership, self.shape.columns, self.shape.tuples(begun))


_person, _person_ref = person_fields()
_org, _org_ref = body_fields(
    "party_org", gettext_noop("所在党组织"), "party_org", stored="party_org_id", required=True
)

register_table(
    Table(
        key="memberships",
        label=gettext_noop("党员"),
        model=Membership,
        writer=MembershipWriter,
        sensitive=True,
        fields=(
            *_person,
            *_org,
            Field("admitted_on", gettext_noop("入党日期"), "date", stored="admitted_on"),
            Field(
                "full_on",
                gettext_noop("转正日期"),
                "date",
                stored="full_on",
                note=gettext_noop("预备党员留空"),
            ),
            Field("entry", gettext_noop("进入方式"), "term", stored="entry", vocabulary="membership_entries"),
            Field(
                "exit",
                gettext_noop("离开方式"),
                "term",
                stored="exit",
                vocabulary="membership_exits",
                note=gettext_noop("已离开的才填"),
            ),
            Field(
                "valid_from",
                gettext_noop("组织关系起始日期"),
                "date",
                stored="valid_from",
                note=gettext_noop("不填则为数据日期"),
            ),
            Field(
                "valid_to",
                gettext_noop("组织关系终止日期"),
                "date",
                stored="valid_to",
                note=gettext_noop("已离开的才填"),
            ),
        ),
        references=(_person_ref, _org_ref),
        identities=(Identity(("person_id",), "person_id"),),
        order=("party_path", "id"),
    )
)

_participant, _participant_ref = person_fields()
_joined, _joined_ref = body_fields(
    "party_org", gettext_noop("参加的党组织"), "party_org", stored="party_org_id", required=True
)

register_table(
    Table(
        key="participations",
        label=gettext_noop("参加活动关系"),
        model=Participation,
        writer=PartyPlaceWriter,
        sensitive=True,
        fields=(
            *_participant,
            *_joined,
            Field(
                "kind",
                gettext_noop("类别"),
                "term",
                stored="kind",
                vocabulary="participation_kinds",
                required=True,
            ),
            VALID_FROM,
            VALID_TO,
        ),
        references=(_participant_ref, _joined_ref),
        identities=(Identity(("person_id", "party_org_id", "kind"), "person_id"),),
        order=("party_path", "id"),
    )
)
