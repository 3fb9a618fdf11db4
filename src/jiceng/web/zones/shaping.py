"""Packages and their records as the pages of the exchange show them."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from jiceng.accounts.deciding import Decision
from jiceng.accounts.scoping import Access
from jiceng.matters.enums import Outcome
from jiceng.matters.flows import types_at
from jiceng.organisations.models import Region
from jiceng.packs.catalogue import current, name_of_item
from jiceng.records.models import AuditEntry, AuditRow
from jiceng.residents.models import Package, Taken
from jiceng.residents.zones.gathering import Item
from jiceng.residents.zones.looking import as_written
from jiceng.residents.zones.packing import in_area, uids_in
from jiceng.web.packs.shaping import english

LIGHTS = {Decision.PENDING: "warn", Decision.APPROVED: "good", Decision.REFUSED: "bad"}
KEPT = 50
"""So many packages of each direction the history shows."""


@dataclass(frozen=True, slots=True)
class PackageShown:
    """A package that is to go out, or has: how it stands in a light and words, and what the visitor may do."""

    row: Package
    light: str
    state: str
    beyond: int
    mine: bool
    overtaken: bool

    @property
    def decides(self) -> bool:
        """Whether the visitor may let it go, or not."""
        return self.row.status == Decision.PENDING and not self.mine and not self.beyond

    @property
    def downloads(self) -> bool:
        """Whether the visitor may take the signed file."""
        open_ = self.row.written_at is not None or not self.overtaken
        return self.row.status == Decision.APPROVED and not self.beyond and open_


@dataclass(frozen=True, slots=True)
class RecordShown:
    """One record of a package: what it is, and every value that is written, by what it is called."""

    number: str
    title: str
    kind: str
    place: str
    facts: Sequence[tuple[str, str]]
    lines: Sequence[tuple[datetime | None, str]]
    written: str
    suspicions: Sequence[str]
    known: bool = False


def packages_seen(access: Access) -> list[PackageShown]:
    """The packages of which the visitor may know, the latest first: her own, and those that tell of her area."""
    rows = list(Package.objects.select_related("requested_by", "decided_by").order_by("-serial")[:KEPT])
    uids = {row.pk: set(uids_in(row)) for row in rows}
    inside = in_area(access, set().union(*uids.values())) if uids else set()
    last = max((row.serial for row in rows if row.written_at is not None), default=0)
    return [
        shown_package(row, access, len(uids[row.pk] - inside), last)
        for row in rows
        if uids[row.pk] & inside or row.requested_by_id == access.user.pk
    ]


def shown_package(row: Package, access: Access, beyond: int, last: int) -> PackageShown:
    """A package with what the visitor may do; `last` is the number of the latest that has been written out."""
    overtaken = row.written_at is None and row.serial < last and row.status != Decision.REFUSED
    state = str(Decision(row.status).label)
    if row.status == Decision.APPROVED:
        state = _("已导出") if row.written_at is not None else _("已批准，待导出")
    if overtaken:
        state = _("已过时")
    light = "none" if overtaken else LIGHTS[Decision(row.status)]
    return PackageShown(row, light, state, beyond, row.requested_by_id == access.user.pk, overtaken)


def records(
    items: Sequence[Item], suspect: Mapping[str, Sequence[str]], known: Collection[str] = ()
) -> list[RecordShown]:
    """The records of a package as a reviewer reads them; one query, however many there are."""
    codes = {item["region"] for item in items}
    regions = {row.code: row for row in Region.objects.current().filter(code__in=codes)}
    return [_record(item, regions, suspect.get(item["uid"], ()), item["uid"] in known) for item in items]


def _record(item: Item, regions: Mapping[str, Region], suspect: Sequence[str], known: bool) -> RecordShown:
    region = regions.get(item["region"])
    spec = None
    raised = parse_datetime(item["raised_at"])
    if region is not None and raised is not None:
        spec = types_at(region, timezone.localdate(raised)).get(item["type"])
    state = spec.states.get(item.get("state", "")) if spec is not None else None
    category = item.get("category", "")
    vocabulary = spec.categories if spec is not None else ""
    said: list[tuple[str, Any]] = [
        (_("公开内容"), item.get("text")),
        (
            _("类别"),
            current().label(category, "en" if english() else "zh-hans", vocabulary) if category else "",
        ),
        (_("状态"), name_of_item(state, english=english()) if state is not None else item.get("state")),
        (_("结果"), Outcome(item["outcome"]).label if item.get("outcome") in Outcome.values else ""),
        (_("位置（约）"), _point(item)),
        (_("提出时间"), _moment(raised)),
        (_("公开时间"), _moment(_parsed(item.get("released_at")))),
        (_("办结时间"), _moment(_parsed(item.get("closed_at")))),
        (_("反映人办过的步骤"), _acts(item)),
    ]
    return RecordShown(
        number=item["number"],
        title=item.get("title", ""),
        kind=name_of_item(spec, english=english()) if spec is not None else item["type"],
        place=region.name if region is not None else item["region"],
        facts=[(label, str(value)) for label, value in said if value not in (None, "", 0)],
        lines=[(_parsed(line["at"]), line["tells"]) for line in item.get("lines", ())],
        written=as_written(item),
        suspicions=suspect,
        known=known,
    )


def _acts(item: Item) -> int:
    acts = item.get("acts", 0)
    return len(acts) if isinstance(acts, list) else int(acts)


def _point(item: Item) -> str:
    if item.get("longitude") is None:
        return ""
    return f"{item['longitude']:.2f}, {item['latitude']:.2f}"


def _parsed(text: str | None) -> datetime | None:
    return parse_datetime(text) if text else None


def _moment(at: datetime | None) -> str:
    return f"{timezone.localtime(at):%Y-%m-%d %H:%M}" if at is not None else ""


def taken_lately() -> list[tuple[Taken, str]]:
    """The packages that have been taken in, the latest first, each with who did it: three queries."""
    rows = list(Taken.objects.order_by("-pk")[:KEPT])
    marks = AuditRow.objects.filter(
        table=Taken._meta.db_table, record__in=[row.pk for row in rows], verb="insert"
    )
    entries = dict(marks.values_list("record", "entry"))
    names = dict(AuditEntry.objects.filter(uid__in=entries.values()).values_list("uid", "actor_name"))
    return [(row, names.get(entries[row.pk], "") if row.pk in entries else "") for row in rows]
