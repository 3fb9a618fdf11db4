"""Writing regions, units and party organisations in bulk: row and spans always agree."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from jiceng.exchange.reading.values import BadValueError
from jiceng.exchange.tables import Field, Reference
from jiceng.exchange.writing.rows import Row
from jiceng.exchange.writing.stored import chunked
from jiceng.exchange.writing.writers import Writer
from jiceng.organisations import codes
from jiceng.organisations.spans import Dating, change_many, end_many, redate

CHUNK = 400


def as_uid(text: str) -> Any:
    """A system number. Raises BadValueError for anything else."""
    try:
        return UUID(text)
    except ValueError as error:
        raise BadValueError(_("系统编号不对；不清楚的请留空")) from error


UID = Field(
    "uid",
    gettext_noop("系统编号"),
    "code",
    stored="uid",
    fold=as_uid,
    note=gettext_noop("由系统生成，用于找回原记录；新增的行留空"),
)
VALID_FROM = Field(
    "valid_from", gettext_noop("起始日期"), "date", stored="valid_from", note=gettext_noop("不填则为数据日期")
)
VALID_TO = Field(
    "valid_to", gettext_noop("终止日期"), "date", stored="valid_to", note=gettext_noop("已终止的才填")
)


def region_fields(
    key: str = "region",
    label: str = gettext_noop("所在区域"),
    *,
    stored: str = "region_id",
    required: bool = True,
    town: bool = True,
) -> tuple[tuple[Field, ...], Reference]:
    """The columns by which a row names a region (code, town, name), and the reference they make."""
    lookup = stored.removesuffix("_id") or key
    fields = [
        Field(
            f"{key}_code",
            f"{label}代码",
            "area_code",
            source=f"{lookup}__code",
            fold=codes.folded,
            note=gettext_noop("与名称填一个即可"),
        ),
        Field(
            key,
            label,
            "region",
            source=f"{lookup}__name",
            note=gettext_noop("重名时写明上级，如 某某镇/某某村"),
        ),
    ]
    parts = (f"{key}_code", f"{key}_above", key)
    fields.insert(1, Field(parts[1], f"{label}上级", "region", offered=False))
    fill = parts[1] if required and town else ""
    return tuple(fields), Reference(key, label, "region", parts, stored, required, fill=fill)


def body_fields(
    key: str,
    label: str,
    kind: str,
    *,
    stored: str,
    required: bool = False,
    own_kind: bool = False,
    everywhere: bool = False,
) -> tuple[tuple[Field, ...], Reference]:
    """The columns by which a row names a unit or party organisation (code, name), and the reference they
    make.
    """
    lookup = stored.removesuffix("_id")
    fields = (
        Field(
            f"{key}_code",
            f"{label}代码",
            "code",
            source=f"{lookup}__code|{lookup}__uid",
            note=gettext_noop("与名称填一个即可"),
        ),
        Field(key, label, "unit" if kind == "unit" else "party_org", source=f"{lookup}__name", most=160),
    )
    resolver = f"any_{kind}" if everywhere else kind
    return fields, Reference(key, label, resolver, (f"{key}_code", key), stored, required, own_kind)


class DatedWriter(Writer):
    """Changes of dated entities take effect on the run's day; the day must not lie before what is known
    later.
    """

    dating: ClassVar[Dating]
    one_at_a_time = False
    moved_by: ClassVar[str] = ""  # the column whose change moves a whole subtree

    def complete(self, row: Row) -> None:
        values = row.values
        if region := row.found.get("region"):
            values["region_path"] = region.values["region_path"]

    def note_code(self, row: Row, fault: Any) -> None:
        """Keep a note about the code, and its author, only where the code fails its check."""
        values = row.values
        if values.get("code") and not fault(values["code"]):
            values.pop("code_note", None)
        elif values.get("code_note"):
            values["code_noted_by"] = self.context.by.name[:80]

    def examine(self, rows: Sequence[Row]) -> None:
        """Refuse changes dated before the entity's life, or before a later change of it."""
        day = self.context.as_of
        dated = [
            r
            for r in rows
            if r.kept is not None and set(r.values).intersection((*self.dating.shared, "valid_to"))
        ]
        later: dict[int, Any] = {}
        for some in chunked([r.kept["id"] for r in dated if r.kept is not None], CHUNK):
            spans = self.dating.span._base_manager.filter(
                **{f"{self.dating.key}__in": some}, valid_from__gt=day
            )
            later |= dict(spans.order_by("-valid_from").values_list(self.dating.key, "valid_from"))
        for row in dated:
            assert row.kept is not None
            key, since = row.kept["id"], row.kept["valid_from"]
            if since > day:
                row.refuse(
                    "valid_from",
                    _("该记录 %(from)s 才设立，晚于数据日期 %(day)s") % {"from": since, "day": day},
                )
            elif key in later:
                changed = row.differences[0].field
                row.refuse(
                    changed,
                    _("该记录在 %(later)s 另有变更，晚于数据日期 %(day)s")
                    % {"later": later[key], "day": day},
                )

    def update(self, rows: Sequence[tuple[int, dict[str, Any]]]) -> None:
        day = self.context.as_of
        entities: dict[int, Any] = {}
        for some in chunked([key for key, v in rows if "valid_from" in v or self.moved_by in v], CHUNK):
            entities |= self.table.model._base_manager.in_bulk(some)
        changes: dict[int, Mapping[str, Any]] = {}
        ends: dict[Any, dict[int, Mapping[str, Any]]] = {}
        for key, values in rows:
            rest = dict(values)
            if "valid_from" in rest:
                redate(self.dating, entities[key], rest.pop("valid_from"))
            if self.moved_by in rest:
                self.move(entities[key], rest.pop(self.moved_by))
            if "valid_to" in rest:
                ends.setdefault(rest.pop("valid_to"), {})[key] = {}
            if rest:
                changes[key] = rest
        change_many(self.dating, day, changes)
        for until, ended in ends.items():
            end_many(self.dating, until, ended)

    def move(self, entity: Any, above: int | None) -> None:
        """Put an entity, and what stands below it, under another one from the run's day on."""
