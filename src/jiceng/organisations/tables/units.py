"""Units in workbooks."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, ClassVar

from django.db.models import F
from django.utils.translation import gettext_noop

from jiceng.exchange.tables import Field, Identity, Table, register_table
from jiceng.exchange.writing.rows import Row
from jiceng.exchange.writing.stored import Shape
from jiceng.organisations import codes
from jiceng.organisations.actions.authorities import ensure_node, move_under
from jiceng.organisations.models import Unit, UnitSpan
from jiceng.organisations.naming import clean_name, normal_name, quick_initials
from jiceng.organisations.spans import UNITS, begin_many
from jiceng.organisations.tables.dated import UID, DatedWriter, body_fields, region_fields
from jiceng.organisations.terms import usual_status
from jiceng.organisations.trees import Allocator
from jiceng.records import bulk
from jiceng.records.engine import reserve_ids


class UnitWriter(DatedWriter):
    """Units: their place under an industry authority, names that come near."""

    dating = UNITS
    moved_by = "authority_id"
    derived: ClassVar[frozenset[str]] = frozenset(
        ("initials", "region_path", "authority_path", "code_noted_by")
    )

    def complete(self, row: Row) -> None:
        super().complete(row)
        values = row.values
        if name := values.get("name"):
            values["name"] = name = clean_name(name)
            values["initials"] = quick_initials(name)[:160]
        if "code" in values:
            self.note_code(row, codes.uscc_fault)

    def own_names(self, row: Row) -> Iterable[str]:
        return [name for key in ("code", "name") if (name := row.values.get(key))]

    def insert(self, rows: Sequence[tuple[int, dict[str, Any]]]) -> dict[int, int]:
        """New units with their first spans; those whose authority has moved since get a span for each
        place.
        """
        allocator = Allocator(UNITS)
        above = {values["authority_id"] for _place, values in rows if values.get("authority_id")}
        authorities = Unit._base_manager.in_bulk(above)
        for authority in authorities.values():
            ensure_node(authority, allocator)
        plain: list[tuple[int, dict[str, Any]]] = []
        stretched: list[tuple[int, Unit, Any]] = []
        usual = usual_status()
        for place, values in rows:
            values["status"] = values.get("status") or usual
            held = authorities.get(values.get("authority_id") or 0)
            stretches: Any = ()
            if held is not None:
                path, stretches = allocator.place(held, values["valid_from"], leaf=True)
                values["authority_path"] = path
            if stretches:
                stretched.append((place, Unit(**values), stretches))
            else:
                plain.append((place, values))
        keys = self._insert_plain(plain)
        histories = {i: stretches for i, (_place, _unit, stretches) in enumerate(stretched)}
        begin_many(UNITS, [unit for _place, unit, _stretches in stretched], histories=histories)
        return keys | {place: unit.pk for place, unit, _stretches in stretched}

    def _insert_plain(self, rows: Sequence[tuple[int, dict[str, Any]]]) -> dict[int, int]:
        """Units whose whole life is one span: an audit row for each, and one for the run of spans, which
        repeat them.
        """
        if not rows:
            return {}
        count = len(rows)
        first = bulk.insert(Unit, self.shape.columns, self.shape.tuples([values for _place, values in rows]))
        span = reserve_ids(UnitSpan, count)
        columns = [c for c in Shape(UnitSpan).columns if c != "unit_id"]
        own = Unit._base_manager.filter(pk__gte=first, pk__lt=first + count).order_by("pk")
        copied = own.values_list(F("id") + (span - first), "id", *columns)
        bulk.load_copy(UnitSpan, ["id", "unit_id", *columns], copied, span)
        return {place: first + i for i, (place, _values) in enumerate(rows)}

    def move(self, entity: Any, above: int | None) -> None:
        move_under(entity, Unit._base_manager.get(pk=above) if above else None, self.context.as_of)

    # ----------------------------------------------------------------------------------- names that come near
    def look_alike(self, rows: Sequence[Row]) -> None:
        """Units of the same region whose name is the same but for legal form, brackets and width."""
        regions = {row.values["region_id"] for row in rows}
        near = self._near(regions - self._known_regions)
        for row in rows:
            core = (row.values["region_id"], normal_name(row.values["name"]))
            row.suspects = [*near.get(core, ())]
            earlier = self._new.setdefault(core, row.number)
            if earlier != row.number:
                row.suspects.append({"row": earlier, "name": row.values["name"]})

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self._known_regions: set[int] = set()
        self._stored: dict[tuple[int, str], list[dict[str, Any]]] = {}
        self._new: dict[tuple[int, str], int] = {}

    def _near(self, regions: set[int]) -> Mapping[tuple[int, str], list[dict[str, Any]]]:
        rows = Unit._base_manager.filter(region_id__in=regions, valid_to__isnull=True)
        for key, region, name, code in rows.values_list("id", "region_id", "name", "code"):
            said = {"id": key, "name": name, "code": code}
            self._stored.setdefault((region, normal_name(name)), []).append(said)
        self._known_regions |= regions
        return self._stored


_region, _region_ref = region_fields()
_authority, _authority_ref = body_fields(
    "authority", gettext_noop("行业主管部门"), "unit", stored="authority_id", own_kind=True, everywhere=True
)
_gathered, _gathered_ref = body_fields(
    "gathered_in", gettext_noop("所在园区楼宇"), "unit", stored="gathered_in_id", own_kind=True
)

UNITS_TABLE = register_table(
    Table(
        key="units",
        label=gettext_noop("单位"),
        model=Unit,
        writer=UnitWriter,
        fields=(
            Field(
                "code",
                gettext_noop("统一社会信用代码"),
                "uscc",
                stored="code",
                fold=codes.folded,
                fault=codes.uscc_fault,
                note=gettext_noop("18位，设为文本格式"),
                sample="91510000MA0000000X",
            ),
            Field(
                "name",
                gettext_noop("单位名称"),
                stored="name",
                required=True,
                most=160,
                note=gettext_noop("营业执照上的全称"),
            ),
            Field(
                "kind",
                gettext_noop("单位类型"),
                "term",
                stored="kind",
                vocabulary="unit_kinds",
                required=True,
            ),
            *_region,
            Field("industry", gettext_noop("行业"), "term", stored="industry", vocabulary="industries"),
            Field(
                "status",
                gettext_noop("经营状态"),
                "term",
                stored="status",
                vocabulary="unit_statuses",
                note=gettext_noop("不填为正常经营"),
            ),
            Field("employees", gettext_noop("职工人数"), "integer", stored="employees"),
            Field(
                "above_scale",
                gettext_noop("规上"),
                "boolean",
                stored="above_scale",
                note=gettext_noop("是 或 否"),
            ),
            Field("principal", gettext_noop("负责人"), stored="principal", most=60),
            Field("address", gettext_noop("地址"), stored="address", most=200),
            *_authority,
            *_gathered,
            Field("surveyed_on", gettext_noop("摸排日期"), "date", stored="surveyed_on"),
            Field(
                "survey_source",
                gettext_noop("摸排来源"),
                "term",
                stored="survey_source",
                vocabulary="survey_sources",
            ),
            Field(
                "valid_from",
                gettext_noop("成立日期"),
                "date",
                stored="valid_from",
                note=gettext_noop("不填则为数据日期"),
            ),
            Field(
                "valid_to",
                gettext_noop("注销日期"),
                "date",
                stored="valid_to",
                note=gettext_noop("已注销的才填"),
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
        references=(_region_ref, _authority_ref, _gathered_ref),
        identities=(
            Identity(("uid",), "uid"),
            Identity(("code",), "code"),
            Identity(("name", "region_id"), "name"),
        ),
        order=("region_path", "id"),
    )
)
