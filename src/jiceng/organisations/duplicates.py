"""Units that may be one and the same, and making two records one."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

from django.utils.translation import gettext as _

from jiceng.organisations.actions.authorities import refuse_while_authority
from jiceng.organisations.merging import move_references, refuse_same
from jiceng.organisations.models import Region, Unit
from jiceng.organisations.naming import deletions, normal_name, one_apart
from jiceng.organisations.spans import UNITS, redate
from jiceng.protection.actors import Actor
from jiceng.protection.scopes import SEGMENT, within
from jiceng.records.refusals import Refusal
from jiceng.records.writing import write

COUNTY = 3
NEAR_FROM = 4
"""From this many characters on, names one character apart are candidates; shorter ones differ too easily."""


@dataclass(frozen=True, slots=True)
class Pair:
    """Two records that may be one, the older first, and why."""

    first: int
    second: int
    why: str


Named = tuple[int, str, str]
"""Key, area and name (normal form) of a record."""


def county_of() -> Callable[[str], str]:
    """A function from a region's path to the path of its county; what lies outside every county is one
    area.
    """
    counties = set(Region._base_manager.filter(level=COUNTY).values_list("path", flat=True))

    def found(path: str) -> str:
        above = (path[:end] for end in range(SEGMENT, len(path) + 1, SEGMENT))
        return next((p for p in above if p in counties), "")

    return found


def same_names(records: Iterable[Named]) -> Iterator[tuple[int, int]]:
    """Pairs of keys with the same name in one area."""
    groups: defaultdict[tuple[str, str], list[int]] = defaultdict(list)
    for key, area, name in records:
        groups[area, name].append(key)
    for keys in groups.values():
        yield from combinations(sorted(keys), 2)


def near_names(records: Sequence[Named], shortest: int = NEAR_FROM) -> Iterator[tuple[int, int]]:
    """Pairs of keys whose names, in one area, differ by one character.

    Names one apart share a text with one character left out, so that none is compared with all others.
    """
    buckets: defaultdict[tuple[str, str], list[Named]] = defaultdict(list)
    for record in records:
        if len(record[2]) >= shortest:
            for text in deletions(record[2]):
                buckets[record[1], text].append(record)
    seen: set[tuple[int, int]] = set()
    for bucket in buckets.values():
        for a, b in combinations(bucket, 2):
            pair = (min(a[0], b[0]), max(a[0], b[0]))
            if pair not in seen and a[2] != b[2] and one_apart(a[2], b[2]):
                seen.add(pair)
                yield pair


def unit_duplicates(under: Region | None = None) -> list[Pair]:
    """Living units that may be one, whoever asks: the same name in one county, or nearly the same.

    Two units with different codes count only where their names are the same. No two living units bear one
    code.
    """
    rows: Any = Unit._base_manager.filter(valid_to__isnull=True)
    if under is not None:
        rows = rows.filter(within("region_path", under.path))
    county = county_of()
    listed = list(rows.values_list("pk", "region_path", "name", "code"))
    coded = {key for key, _path, _name, code in listed if code}
    records = [(key, county(path), normal_name(name)) for key, path, name, _code in listed]
    found = [Pair(a, b, _("同一县内名称相同")) for a, b in same_names(records)]
    near = sorted(pair for pair in near_names(records) if not (pair[0] in coded and pair[1] in coded))
    return found + [Pair(a, b, _("同一县内名称相近")) for a, b in near]


FILLED = ("principal", "address", "surveyed_on", "survey_source")
"""What the kept unit takes over where it has nothing itself."""


def merge_units(*, by: Actor, kept: Unit, merged: Unit, reason: str) -> Unit:
    """Make two records of one unit one: `kept` takes what points to `merged`, its code and earlier
    founding, and what it lacks itself; the merged record goes, the audit keeps what it said.

    Raises Refusal for two different codes, while other units answer to `merged`, and without a reason.
    """
    refuse_same(kept, merged)
    if not reason.strip():
        raise Refusal(_("合并要写明事由"), remedy=_("填写事由"))
    if kept.code and merged.code and kept.code != merged.code:
        raise Refusal(
            _("两家单位的统一社会信用代码不同：%(a)s、%(b)s") % {"a": kept.code, "b": merged.code},
            remedy=_("是两家单位的不合并；代码有误的先更正"),
        )
    refuse_while_authority(merged)
    with write(by=by, action="unit.merge", reason=reason.strip()):
        one: Unit = Unit._base_manager.select_for_update().get(pk=kept.pk)
        other: Unit = Unit._base_manager.select_for_update().get(pk=merged.pk)
        move_references(one, other, without={"organisations.UnitSpan"})
        _spans_follow(one, other)
        other.delete()
        if other.valid_from < one.valid_from:
            one = redate(UNITS, one, other.valid_from)
        for column in (*FILLED, *(("code", "code_note", "code_noted_by") if not one.code else ())):
            if not getattr(one, column):
                setattr(one, column, getattr(other, column))
        one.save()
    return one


def _spans_follow(kept: Unit, merged: Unit) -> None:
    """Units gathered in the merged one were so on days of the past, too."""
    for column in ("gathered_in", "authority"):
        for span in UNITS.span._base_manager.filter(**{column: merged}):
            setattr(span, column, kept)
            span.save()
