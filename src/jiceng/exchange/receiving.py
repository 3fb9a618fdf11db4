"""A file arrives: it is kept sealed, its sheets are looked at, and columns are proposed for each."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from jiceng.exchange.columns import Proposer, SheetLayout, corrected, remember
from jiceng.exchange.models import ImportRun
from jiceng.exchange.reading.sheets import MAX_BYTES, Sheet, sheets_of, unfit
from jiceng.exchange.tables import table_of
from jiceng.exchange.words import Words
from jiceng.exchange.writing.references import Area, Context, Found, References, area_of
from jiceng.protection.actors import Actor
from jiceng.protection.ciphers import encrypt_bytes, new_key
from jiceng.protection.scopes import Scope
from jiceng.records.refusals import Refusal


def receive(
    *,
    by: Actor,
    table: str,
    data: bytes,
    name: str,
    as_of: date | None = None,
    region: str = "",
    sheet: str = "",
    scope: Scope | None = None,
) -> ImportRun:
    """Take a file in and propose its columns; `run.sheets` then holds one `SheetLayout` a sheet.

    `as_of` is the day the file speaks of (default today, local date), `region` the code of the area in
    which names are looked up and whose packs' words hold, `sheet` the only sheet to read. Raises Refusal
    for a file that is no workbook, is larger than the limits, carries macros or a password, or has no sheet
    with a header.
    """
    declared = table_of(table)
    day = as_of or timezone.localdate()
    if day > timezone.localdate():
        raise Refusal(_("数据日期 %(day)s 还没有到") % {"day": day}, remedy=_("填写数据截止的日期"))
    if len(data) > MAX_BYTES:
        raise unfit("size", name)
    run = ImportRun(
        table=declared.key, file_name=name[:200], digest=hashlib.sha256(data).hexdigest(), size=len(data),
        sheet=sheet[:80], as_of=day, by=by.key[:80], by_name=by.name[:80], created_at=timezone.now(),
    )  # fmt: skip
    if region:
        area = area_of(region, day)
        run.region_id, run.region_code = area.id, area.code
        run.region_name, run.region_path = area.name, area.today
    context = context_of(run, by=by, scope=scope or Scope.all())
    run.sheets = [layout.as_json() for layout in _looked_at(run, data, context)]
    _keep(run, data)
    return run


def context_of(run: ImportRun, *, by: Actor, scope: Scope, may_override: bool = True) -> Context:
    """What holds for every row of `run`."""
    area: Area | None = area_of(run.region_code, run.as_of) if run.region_code else None
    words = Words(area.codes if area else None, run.as_of)
    return Context(run.as_of, by, scope, words, area, may_override)


def proposer_of(run: ImportRun, context: Context) -> Proposer:
    """Proposes columns for the sheets of `run`."""
    references = References(context)

    def is_region(name: str) -> bool:
        asked = ("", "", name)
        return isinstance(references.answers("region", {asked})[asked], Found)

    return Proposer(table_of(run.table), context.words, is_region, has_area=context.area is not None)


def _looked_at(run: ImportRun, data: bytes, context: Context) -> list[SheetLayout]:
    proposer = proposer_of(run, context)
    found = [proposer.propose(sheet)[0] for sheet in wanted(sheets_of(data, run.file_name), run)]
    if run.sheet and not found:
        names = _("、").join(s.name for s in sheets_of(data, run.file_name))
        raise Refusal(
            _("没有叫“%(sheet)s”的工作表") % {"sheet": run.sheet}, where=run.file_name,
            remedy=_("可用：%(names)s") % {"names": names[:200]},
        )  # fmt: skip
    if not any(s.header for s in found):
        why = _("；").join(f"{s.sheet}{_('：')}{s.skipped}" if s.sheet else s.skipped for s in found)
        raise Refusal(
            _("没有可以导入的工作表（%(why)s）") % {"why": why[:200]}, where=run.file_name,
            remedy=_("检查是否选错文件；表头可对照模板"),
        )  # fmt: skip
    return found


def wanted(sheets: Iterator[Sheet], run: ImportRun) -> Iterator[Sheet]:
    """The sheets of `run`: all, or the one that was asked for."""
    return (sheet for sheet in sheets if not run.sheet or sheet.name == run.sheet)


def _keep(run: ImportRun, data: bytes) -> None:
    """File before row: a row always has its file."""
    run.sealed_key = new_key()
    run.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    sealed = encrypt_bytes(run.sealed_key, data)
    partial = run.path.with_suffix(".partial")
    partial.write_bytes(sealed)
    partial.chmod(0o600)
    partial.rename(run.path)
    run.save()


def correct(
    run: ImportRun,
    *,
    by: Actor,
    matched: Mapping[str, Sequence[str]],
    fills: Mapping[str, str] | None = None,
    keep: bool = True,
) -> None:
    """Take over a person's matching: sheet name → the field of every column in order (empty: left out).

    `fills` says per sheet which field the sheet's name stands for (empty: none). `keep` remembers the
    matching for every later workbook with the same header. Raises Refusal for an unknown field or sheet.
    """
    context = context_of(run, by=by, scope=Scope.all())
    proposer = proposer_of(run, context)
    kept = {layout["sheet"]: SheetLayout.from_json(layout) for layout in run.sheets}
    for name, fields in matched.items():
        if name not in kept or kept[name].header is None:
            raise Refusal(_("没有叫“%(sheet)s”的工作表") % {"sheet": name}, where=run.file_name)
        kept[name] = corrected(proposer, kept[name], fields, (fills or {}).get(name))
        if keep:
            remember(proposer.table, kept[name], by=by)
    run.sheets = [layout.as_json() for layout in kept.values()]
    run.save(update_fields=["sheets"])


def runs_of(by: Actor) -> Any:
    """The runs someone started, newest first; nobody sees another's."""
    return ImportRun.objects.filter(by=by.key)


def clear(run: ImportRun, *, state: str = ImportRun.State.DISCARDED) -> None:
    """Take away what a run has kept: its rows, its file, and the key that would open a copy of it."""
    run.rows.all().delete()
    run.path.unlink(missing_ok=True)
    run.sealed_key, run.state = b"", state
    run.save(update_fields=["sealed_key", "state"])


def clear_old(before: date) -> int:
    """Clear away what runs from before a day still keep; gives how many."""
    kept = ImportRun.objects.filter(created_at__date__lt=before).exclude(sealed_key=b"")
    runs = list(kept)
    for run in runs:
        state = run.state if run.state == ImportRun.State.APPLIED else ImportRun.State.DISCARDED
        clear(run, state=state)
    for stray in (settings.HOME / "imports").glob("*.partial"):
        stray.unlink(missing_ok=True)
    return len(runs)
