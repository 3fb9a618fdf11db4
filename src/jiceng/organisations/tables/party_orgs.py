"""Party organisations in workbooks, and what they cover."""

import re
from collections.abc import Iterable, Sequence
from typing import Any, ClassVar

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from jiceng.exchange.tables import Field, Identity, Table, register_table
from jiceng.exchange.writing.matching import Matcher, Record
from jiceng.exchange.writing.rows import Row
from jiceng.exchange.writing.writers import Writer
from jiceng.organisations import codes
from jiceng.organisations.models import PartyOrg, PartyOrgCover
from jiceng.organisations.naming import clean_name, quick_initials
from jiceng.organisations.restructuring import steps
from jiceng.organisations.restructuring.applying import carry_out
from jiceng.organisations.spans import PARTY_ORGS, begin_many
from jiceng.organisations.tables.dated import (
    UID,
    VALID_FROM,
    VALID_TO,
    DatedWriter,
    body_fields,
    region_fields,
)
from jiceng.organisations.trees import Allocator, refuse_cycle
from jiceng.records.refusals import Refusal
from jiceng.records.uids import new_uid

MADE_UP = re.compile(r"L[0-9A-F]{20}")
"""Codes given out to organisations that came without one."""


class _Matcher(Matcher):
    """A made-up code is none: the real one that comes later does not contradict it."""

    def may_be(self, values: Record, kept: Record, identity: Identity) -> bool:
        if MADE_UP.fullmatch(kept["code"]):
            kept = {**kept, "code": ""}
        return super().may_be(values, kept, identity)


class PartyOrgWriter(DatedWriter):
    """Party organisations: the hierarchy, and what a name alone tells of form, mode and nature."""

    dating = PARTY_ORGS
    matching = _Matcher
    moved_by = "superior_id"
    derived: ClassVar[frozenset[str]] = frozenset(("initials", "region_path"))
    told_by_name: ClassVar = (
        ("form", "party_org_forms"),
        ("mode", "party_org_modes"),
        ("nature", "party_org_natures"),
    )

    def complete(self, row: Row) -> None:
        super().complete(row)
        values = row.values
        if name := values.get("name"):
            values["name"] = name = clean_name(name)
            values["initials"] = quick_initials(name)[:160]

    def _begin(self, row: Row) -> None:
        if row.kept is None:
            self._tell(row)
        super()._begin(row)

    def _tell(self, row: Row) -> None:
        """What a new one leaves blank: told by its name, else the usual; its code is made up until it has
        one.
        """
        values, words = row.values, self.context.words
        for column, vocabulary in self.told_by_name:
            if column not in values:
                told = words.inside(vocabulary, values.get("name", ""))
                values[column] = told or (words.first(vocabulary) if column != "form" else "")
        if not values["form"]:
            row.refuse("form", _("缺少组织形式，名称里也看不出来"))
        values.setdefault("code", f"L{new_uid().hex[:20].upper()}")

    def own_names(self, row: Row) -> Iterable[str]:
        return [name for key in ("code", "name") if (name := row.values.get(key))]

    def examine(self, rows: Sequence[Row]) -> None:
        super().examine(rows)
        moved = [r for r in rows if r.kept is not None and r.values.get("superior_id") and not r.faults]
        above = PartyOrg._base_manager.in_bulk({r.values["superior_id"] for r in moved})
        own = PartyOrg._base_manager.in_bulk({r.kept["id"] for r in moved if r.kept is not None})
        for row in moved:
            assert row.kept is not None
            try:
                refuse_cycle(PARTY_ORGS, own[row.kept["id"]], above[row.values["superior_id"]])
            except Refusal as refusal:
                row.refuse("superior", refusal.what)

    def insert(self, rows: Sequence[tuple[int, dict[str, Any]]]) -> dict[int, int]:
        allocator = Allocator(PARTY_ORGS)
        superiors = PartyOrg._base_manager.in_bulk(
            {v["superior_id"] for _place, v in rows if v.get("superior_id")}
        )
        orgs, histories = [], {}
        for i, (_place, values) in enumerate(rows):
            org = PartyOrg(**values)
            above = superiors.get(values.get("superior_id") or 0)
            org.path, histories[i] = allocator.place(above, org.valid_from)
            orgs.append(org)
        begin_many(PARTY_ORGS, orgs, histories=histories)
        return {place: org.pk for (place, _values), org in zip(rows, orgs, strict=True)}

    def move(self, entity: Any, above: int | None) -> None:
        if above is None:
            raise Refusal(_("%(name)s 不能没有上级党组织") % {"name": entity}, remedy=_("填写上级党组织"))
        superior = PartyOrg._base_manager.get(pk=above)
        carry_out(PARTY_ORGS, self.context.as_of, [steps.Reparent(entity.code, superior.code)])


_region, _region_ref = region_fields()
_superior, _superior_ref = body_fields(
    "superior", gettext_noop("上级党组织"), "party_org", stored="superior_id", own_kind=True, everywhere=True
)
_host_unit, _host_unit_ref = body_fields("host_unit", gettext_noop("依托单位"), "unit", stored="host_unit_id")
_host_region, _host_region_ref = region_fields(
    "host_region", gettext_noop("依托区域"), stored="host_region_id", required=False
)

register_table(
    Table(
        key="party-orgs",
        label=gettext_noop("党组织"),
        model=PartyOrg,
        writer=PartyOrgWriter,
        fields=(
            Field(
                "code",
                gettext_noop("党组织编码"),
                "code",
                stored="code",
                fold=codes.folded,
                most=30,
                note=gettext_noop("没有的留空，由系统编号"),
            ),
            Field(
                "name",
                gettext_noop("党组织名称"),
                stored="name",
                required=True,
                most=160,
                note=gettext_noop("批复上的全称"),
            ),
            Field(
                "form",
                gettext_noop("组织形式"),
                "term",
                stored="form",
                vocabulary="party_org_forms",
                note=gettext_noop("不填则按名称判断"),
            ),
            Field(
                "mode",
                gettext_noop("组建方式"),
                "term",
                stored="mode",
                vocabulary="party_org_modes",
                note=gettext_noop("单独 或 联合"),
            ),
            Field(
                "nature", gettext_noop("组织性质"), "term", stored="nature", vocabulary="party_org_natures"
            ),
            Field(
                "sector", gettext_noop("领域"), "term", stored="sector", vocabulary="sectors", required=True
            ),
            Field("industry", gettext_noop("行业"), "term", stored="industry", vocabulary="industries"),
            *_superior,
            *_region,
            *_host_unit,
            *_host_region,
            Field(
                "valid_from",
                gettext_noop("成立日期"),
                "date",
                stored="valid_from",
                note=gettext_noop("批复日期；不填则为数据日期"),
            ),
            Field(
                "valid_to",
                gettext_noop("撤销日期"),
                "date",
                stored="valid_to",
                note=gettext_noop("已撤销的才填"),
            ),
            Field("approval", gettext_noop("批复文号"), stored="approval", most=80),
            Field("elected_on", gettext_noop("选举日期"), "date", stored="elected_on"),
            Field("term_from", gettext_noop("本届起始"), "date", stored="term_from"),
            Field("term_until", gettext_noop("本届届满"), "date", stored="term_until"),
            UID,
        ),
        references=(_superior_ref, _region_ref, _host_unit_ref, _host_region_ref),
        identities=(
            Identity(("uid",), "uid"),
            Identity(("code",), "code"),
            Identity(("name", "region_id"), "name"),
        ),
        order=("path", "id"),
    )
)


class CoverWriter(Writer):
    """What a party organisation covers: one unit or one region."""

    def complete(self, row: Row) -> None:
        one_of(row, ("unit", "region"), _("覆盖的单位或区域"))


def one_of(row: Row, references: Sequence[str], label: str) -> None:
    """Refuse a row that names none or several of `references`."""
    named = [key for key in references if key in row.found]
    wrong = {fault.field for fault in row.faults}
    if len(named) > 1 or (not named and not any(fault.startswith(tuple(references)) for fault in wrong)):
        row.refuse(references[0], _("应填写且只填写一个%(label)s") % {"label": label})


_org, _org_ref = body_fields(
    "party_org", gettext_noop("党组织"), "party_org", stored="party_org_id", required=True
)
_unit, _unit_ref = body_fields("unit", gettext_noop("单位"), "unit", stored="unit_id")
_covered, _covered_ref = region_fields("region", gettext_noop("区域"), stored="region_id", required=False)

register_table(
    Table(
        key="covers",
        label=gettext_noop("党组织覆盖"),
        model=PartyOrgCover,
        writer=CoverWriter,
        fields=(
            *_org,
            *_unit,
            *_covered,
            Field(
                "kind",
                gettext_noop("覆盖方式"),
                "term",
                stored="kind",
                vocabulary="cover_kinds",
                required=True,
            ),
            VALID_FROM,
            VALID_TO,
        ),
        references=(_org_ref, _unit_ref, _covered_ref),
        identities=(
            Identity(("party_org_id", "unit_id"), "unit_id"),
            Identity(("party_org_id", "region_id"), "region_id"),
        ),
        trees={"territory": ("party_org__region_path",), "party": ("party_org__path",)},
        order=("party_org_id", "id"),
    )
)
