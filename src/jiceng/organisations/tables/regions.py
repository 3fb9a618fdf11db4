"""Regions in workbooks. Whole countries of them come as csv and go through `organisations.region_loading`."""

from collections.abc import Iterable, Sequence
from typing import Any, ClassVar

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from jiceng.exchange.tables import Field, Identity, OwnFormat, Reference, Table, register_table
from jiceng.exchange.writing.rows import Row
from jiceng.organisations import codes
from jiceng.organisations.models import Region
from jiceng.organisations.naming import clean_name, quick_initials
from jiceng.organisations.region_loading import is_list, load_file
from jiceng.organisations.restructuring import steps
from jiceng.organisations.restructuring.applying import carry_out
from jiceng.organisations.spans import REGIONS, begin_many
from jiceng.organisations.tables.dated import UID, DatedWriter
from jiceng.organisations.terms import KindsByCode, vocabulary
from jiceng.organisations.trees import Allocator, refuse_cycle
from jiceng.records.refusals import Refusal


class RegionWriter(DatedWriter):
    """Regions: what the code tells of the parent, the kind and the level."""

    dating = REGIONS
    moved_by = "parent_id"
    derived: ClassVar[frozenset[str]] = frozenset(("initials", "level", "code_noted_by"))

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self._kinds, self._terms = KindsByCode(), vocabulary("region_kinds")
        self._told: set[int] = set()

    def _refer(self, rows: Sequence[Row]) -> None:
        for row in rows:
            code = row.given.get("code")
            named = any(row.given.get(part) for part in ("parent_code", "parent"))
            if type(code) is str and not named and (above := codes.parent_code(code)):
                row.given["parent_code"] = above
                self._told.add(row.place)
        super()._refer(rows)

    def _settle_one(self, row: Row, reference: Reference) -> None:
        """A county's own instance need not know what stands above the county."""
        super()._settle_one(row, reference)
        if row.place in self._told and len(row.given["code"]) <= codes.AREA_LENGTHS[2]:
            row.faults = [fault for fault in row.faults if fault.field != "parent_code"]

    def complete(self, row: Row) -> None:
        values = row.values
        if name := values.get("name"):
            values["name"] = name = clean_name(name)
            values["initials"] = quick_initials(name)[:80]
        if "code" in values:
            self.note_code(row, codes.area_fault)

    def _begin(self, row: Row) -> None:
        values = row.values
        if row.kept is None and "kind" not in values and values.get("code") and values.get("name"):
            code = values["code"]
            own = code[len(codes.parent_code(code)) :]
            level = codes.area_level(code)
            values["kind"] = self._kinds.of(level, int(own) if own.isdigit() else 0, values["name"])
        super()._begin(row)

    def own_names(self, row: Row) -> Iterable[str]:
        return [name for key in ("code", "name") if (name := row.values.get(key))]

    def examine(self, rows: Sequence[Row]) -> None:
        super().examine(rows)
        moved = [r for r in rows if r.kept is not None and r.values.get("parent_id") and not r.faults]
        above = Region._base_manager.in_bulk({r.values["parent_id"] for r in moved})
        own = Region._base_manager.in_bulk({r.kept["id"] for r in moved if r.kept is not None})
        for row in moved:
            assert row.kept is not None
            try:
                refuse_cycle(REGIONS, own[row.kept["id"]], above[row.values["parent_id"]])
            except Refusal as refusal:
                row.refuse("parent", refusal.what)

    def insert(self, rows: Sequence[tuple[int, dict[str, Any]]]) -> dict[int, int]:
        allocator = Allocator(REGIONS)
        parents = Region._base_manager.in_bulk({v["parent_id"] for _place, v in rows if v.get("parent_id")})
        regions, histories = [], {}
        for i, (_place, values) in enumerate(rows):
            region = Region(**values)
            parent = parents.get(values.get("parent_id") or 0)
            region.level = self._level(region.kind, parent.level if parent else 0)
            region.path, histories[i] = allocator.place(parent, region.valid_from)
            regions.append(region)
        begin_many(REGIONS, regions, histories=histories)
        return {place: region.pk for (place, _values), region in zip(rows, regions, strict=True)}

    def update(self, rows: Sequence[tuple[int, dict[str, Any]]]) -> None:
        for _key, values in rows:
            if values.get("kind"):
                values["level"] = self._level(values["kind"], 0)
        super().update(rows)

    def _level(self, kind: str, above: int) -> int:
        """The level of a kind: what the term says, else one below what stands above."""
        level = self._terms[kind].attr("level") if kind in self._terms else None
        return int(level) if level is not None else above + 1

    def move(self, entity: Any, above: int | None) -> None:
        if above is None:
            raise Refusal(_("%(name)s 不能没有上级区域") % {"name": entity}, remedy=_("填写上级区域"))
        carry_out(
            REGIONS,
            self.context.as_of,
            [steps.Reparent(entity.code, Region._base_manager.get(pk=above).code)],
        )

    def paths_of(self, row: Row) -> dict[str, list[str]]:
        found = row.found.get("parent")
        return {"territory": [(row.kept or {}).get("path") or (found.paths["territory"] if found else "")]}


register_table(
    Table(
        key="regions",
        label=gettext_noop("区域"),
        model=Region,
        writer=RegionWriter,
        fields=(
            Field(
                "code",
                gettext_noop("区划代码"),
                "area_code",
                stored="code",
                fold=codes.folded,
                fault=codes.area_fault,
                most=20,
                required=True,
                note=gettext_noop("2、4、6、9、12位；村以下在村代码后加尾号"),
                sample="510000000000",
            ),
            Field("name", gettext_noop("区域名称"), stored="name", required=True, most=80),
            Field(
                "kind",
                gettext_noop("类型"),
                "term",
                stored="kind",
                vocabulary="region_kinds",
                note=gettext_noop("不填则按代码和名称判断"),
            ),
            Field(
                "parent_code",
                gettext_noop("上级区域代码"),
                "area_code",
                source="parent__code",
                fold=codes.folded,
                note=gettext_noop("不填则按代码判断"),
            ),
            Field("parent_above", gettext_noop("上级的上级"), "region", offered=False),
            Field("parent", gettext_noop("上级区域"), "region", source="parent__name"),
            Field(
                "valid_from",
                gettext_noop("设立日期"),
                "date",
                stored="valid_from",
                note=gettext_noop("不填则为数据日期"),
            ),
            Field(
                "valid_to",
                gettext_noop("撤销日期"),
                "date",
                stored="valid_to",
                note=gettext_noop("已撤销的才填；撤并请用区划调整"),
            ),
            Field(
                "code_note",
                gettext_noop("代码说明"),
                stored="code_note",
                most=200,
                note=gettext_noop("代码校验不过而确属实际代码时，写明原因"),
            ),
            UID,
        ),
        references=(
            Reference(
                "parent",
                gettext_noop("上级区域"),
                "region",
                ("parent_code", "parent_above", "parent"),
                "parent_id",
                own_kind=True,
            ),
        ),
        identities=(Identity(("uid",), "uid"), Identity(("code",), "code")),
        trees={"territory": ("path",)},
        order=("code", "id"),
        own_format=OwnFormat(is_list, load_file),
    )
)
