"""Storing a worked-out list in one short write."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import repeat
from pathlib import Path
from typing import Any

from django.db.models import BooleanField, F, Value

from jiceng.organisations.models import Region, RegionSpan
from jiceng.organisations.naming import initials, quick_initials
from jiceng.organisations.region_loading.listing import listing, read_list
from jiceng.organisations.region_loading.placing import Placing, columns_of, placed
from jiceng.organisations.restructuring import steps
from jiceng.organisations.restructuring.applying import carry_out
from jiceng.organisations.spans import REGIONS, begin_many, change_many, no_later_than_today
from jiceng.organisations.terms import pinned
from jiceng.organisations.trees import Allocator
from jiceng.protection.actors import Actor
from jiceng.records import bulk
from jiceng.records.chain import sm3
from jiceng.records.engine import reserve_ids
from jiceng.records.isolated.garbage import uncollected
from jiceng.records.uids import uid_texts
from jiceng.records.writing import write

COLUMNS = ("uid", "code", "name", "initials", "kind", "parent_id", "path", "level", "valid_from", "valid_to",
           "code_note", "code_noted_by")  # fmt: skip
SPAN_COLUMNS = ("id", "region_id", "parent_id", "code", "name", "kind", "path", "level", "living", "pending",
                "valid_from", "valid_to")  # fmt: skip

COUNTY = 3
"""Down to this level initials are looked up phrase by phrase; 44,000 towns and villages are not worth it."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """What a list came to: how many regions began, changed, and were as it says."""

    new: int
    changed: int
    unchanged: int


def load_file(
    path: Path,
    *,
    by: Actor,
    as_of: date,
    dry_run: bool = False,
    progress: Callable[[str], None] | None = None,
) -> Loaded:
    """Load a CSV list of divisions (`listing` says which columns). `progress` is told what is being done.

    Raises Refusal or Refusals naming rows, and writes nothing then; a dry run writes nothing either.
    """
    say = progress or (lambda _text: None)
    say("读取清单")
    with uncollected():
        columns, rows = read_list(path)
        return load_regions(
            columns, rows, by=by, as_of=as_of, file=path.name, dry_run=dry_run, progress=progress
        )


def load_regions(
    columns: Sequence[str],
    rows: Iterable[Sequence[str]],
    *,
    by: Actor,
    as_of: date,
    file: str = "",
    dry_run: bool = False,
    progress: Callable[[str], None] | None = None,
) -> Loaded:
    """Load parsed rows of a list of divisions that speaks for `as_of`; raises as `load_file` does."""
    say = progress or (lambda _text: None)
    no_later_than_today(as_of)
    with uncollected(), pinned():
        say("核对清单")
        found = placed(listing(columns, rows, as_of=as_of, file=file), as_of)
        changed = len({*found.renamed, *(code for code, _parent in found.moved)})
        outcome = Loaded(len(found.rows) + len(found.slow), changed, found.unchanged)
        if not dry_run:
            say("写入")
            with write(by=by, action="region.load", reason=file):
                _store(found, as_of)
    return outcome


def _store(found: Placing, as_of: date) -> None:
    if found.rows:
        _store_new(found)
    for row in found.slow:
        _store_slow(found, row, as_of)
    if found.renamed:
        for values in found.renamed.values():
            if "name" in values:
                values["initials"] = initials(values["name"])[:80]
        change_many(REGIONS, as_of, found.renamed)
    if found.moved:
        carry_out(REGIONS, as_of, [steps.Reparent(code, parent) for code, parent in found.moved])


def _store_new(found: Placing) -> None:
    """Regions whose whole life is one span: their rows in one run, their spans copied from them."""
    codes, names, kinds, levels, begins = columns_of(found, found.rows)
    count = len(codes)
    first = reserve_ids(Region, count)
    parents = [None if key is None else first + key if key >= 0 else ~key for key in found.parents]
    letters = [
        initials(name)[:80] if level <= COUNTY else quick_initials(name)
        for name, level in zip(names, levels, strict=True)
    ]
    same: tuple[Any, ...] = (repeat(None, count), repeat("", count), repeat("", count))
    rows = list(
        zip(
            uid_texts(count),
            codes,
            names,
            letters,
            kinds,
            parents,
            found.paths,
            levels,
            begins,
            *same,
            strict=True,
        )
    )
    digest = sm3("\n".join(("".join(codes), "".join(names), "".join(found.paths))))
    bulk.load(Region, COLUMNS, rows, first=first, digest=digest)
    span = reserve_ids(RegionSpan, count)
    own = Region._base_manager.filter(pk__gte=first, pk__lt=first + count).order_by("pk")
    copied = own.values_list(
        F("id") + (span - first),
        "id",
        "parent_id",
        "code",
        "name",
        "kind",
        "path",
        "level",
        Value(True, output_field=BooleanField()),
        Value(False, output_field=BooleanField()),
        "valid_from",
        "valid_to",
    )
    bulk.load_copy(RegionSpan, SPAN_COLUMNS, copied, span)


def _store_slow(found: Placing, row: int, as_of: date) -> None:
    """A region whose place has a history: its parent has moved since it began, or it has ended itself."""
    listed = found.listing
    parent = Region._base_manager.filter(code=listed.parents[row], valid_to__isnull=True).first()
    path, stretches = Allocator(REGIONS).place(parent, listed.begins[row])
    region = Region(
        code=listed.codes[row],
        name=listed.names[row],
        initials=initials(listed.names[row])[:80],
        kind=listed.kinds[row],
        level=listed.levels[row],
        parent=parent,
        path=path,
        valid_from=listed.begins[row],
        valid_to=listed.ends[row],
    )
    begin_many(REGIONS, [region], histories={0: stretches})
