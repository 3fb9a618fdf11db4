"""The territory in a pack's data files, checked as far as that can be done without a database."""

import csv
import json
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from jiceng.organisations import codes as code_rules
from jiceng.organisations.region_loading.checking import faults_of
from jiceng.organisations.region_loading.listing import read_list
from jiceng.organisations.restructuring.documents import as_day, document_of, documents_of
from jiceng.organisations.restructuring.files import read_yaml
from jiceng.organisations.terms import pinned
from jiceng.packs.catalogue import Catalogue
from jiceng.packs.data import DataCheck
from jiceng.packs.filters.resolving import meant
from jiceng.packs.loading import WrittenPack
from jiceng.packs.loading.reading import read_yaml as read_lines
from jiceng.records.refusals import Refusal, Refusals

HOLDING = ("holder", "held", "valid_from")


def check_territory(pack: WrittenPack, catalogue: Catalogue) -> list[Refusal]:
    """What is wrong with the regions, operations, holdings and boundaries of a pack, by file and line."""
    faults: list[Refusal] = []
    with pinned(catalogue):
        if path := pack.data.get("regions"):
            binds = pack.manifest.binds
            faults += faults_of(path, as_of=binds[0].since if binds else date.min)
        if path := pack.data.get("operations"):
            faults += _operations(pack, path)
    if not faults and (path := pack.data.get("holdings")):
        faults += _holdings(path, known_codes(pack))
    if path := pack.data.get("geo"):
        faults += _boundaries(path)
    return faults


def region_check(section: str) -> DataCheck:
    """A check that the items of `section` name, in `region`, regions that their pack has."""

    def check(pack: WrittenPack, _catalogue: Catalogue) -> list[Refusal]:
        known = known_codes(pack)
        faults = []
        for key, item in pack.items(section):
            code = item.get("region") if isinstance(item, Mapping) else None
            if known and isinstance(code, str) and code and code not in known:
                what, where = _("没有区域 %(code)s"), pack.where(section, key, ("region",))
                faults.append(Refusal(what % {"code": code[:40]}, where, meant(code, known)))
        return faults

    return check


def known_codes(pack: WrittenPack) -> set[str]:
    """Every code that a region of the pack bears at some time: listed, given by its operations or made for
    the demonstration. Empty where the pack has no list, or one that cannot be read.
    """
    path = pack.data.get("regions")
    if path is None:
        return set()
    try:
        columns, rows = read_list(path)
    except Refusal:
        return set()
    if "code" not in columns:
        return set()
    at = columns.index("code")
    found = {code_rules.folded(row[at]) for row in rows if len(row) > at}
    return found | set(_codes_in(pack.sections.get("scenario"))) | _given(pack)


def _given(pack: WrittenPack) -> set[str]:
    """The codes that the operations give, those in their tables of steps included."""
    path = pack.data.get("operations")
    if path is None:
        return set()
    try:
        found = set(_codes_in(read_yaml(path)))
    except Refusal:
        return set()
    tables = [p for use, p in pack.data.items() if use not in ("regions", "operations", "holdings", "geo")]
    for table in tables:
        with table.open(encoding="utf-8-sig", newline="") as file:
            found.update(row.get("code") or "" for row in csv.DictReader(file))
    return found


def _codes_in(written: Any) -> Iterator[str]:
    """The values of `code` at any depth."""
    if isinstance(written, Mapping):
        if isinstance(code := written.get("code"), str):
            yield code
        written = list(written.values())
    if isinstance(written, list):
        for part in written:
            yield from _codes_in(part)


# ------------------------------------------------------------------------------------------- operations
def _operations(pack: WrittenPack, path: Path) -> list[Refusal]:
    """Each document read by itself, so that every one tells its fault; places are lines of the file."""
    lines, _faults = read_lines(path, str(path))

    def where(*place: str | int) -> str:
        return f"{path}:{lines.line_of(place)}" if lines else str(path)

    try:
        content = read_yaml(path)
        listed = content.get("operations") if isinstance(content, Mapping) else content
        if not isinstance(listed, list) or not listed:
            documents_of(content, folder=path.parent, file=where())
            return []
    except Refusal as fault:
        return [fault]
    faults = []
    for n, raw in enumerate(listed):
        steps = raw.get("steps") if isinstance(raw, Mapping) else None
        at = ("operations", n) if isinstance(content, Mapping) else (n,)
        count = len(steps) if isinstance(steps, list) else 0
        places = [where(*at, "steps", step) for step in range(count)]
        try:
            document_of(raw, folder=path.parent, where=where(*at), pack=pack.id, places=[*places, where(*at)])
        except Refusals as several:
            faults += several.refusals
        except Refusal as one:
            faults.append(one)
    return faults


# --------------------------------------------------------------------------------- holdings, boundaries
def _holdings(path: Path, known: set[str]) -> list[Refusal]:
    faults = []
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = csv.DictReader(file)
        titles = rows.fieldnames or []
        if sorted(titles) != sorted(HOLDING):
            what = _("认不出表头：%(columns)s") % {"columns": ",".join(titles)[:80]}
            return [Refusal(what, f"{path}:1", ",".join(HOLDING))]
        for row in rows:
            where = f"{path}:{rows.line_num}"
            for column in ("holder", "held"):
                code = row[column] or ""
                if fault := code_rules.area_fault(code):
                    faults.append(Refusal(fault, where, column))
                elif known and code not in known:
                    faults.append(Refusal(_("没有区域 %(code)s") % {"code": code}, where, meant(code, known)))
            try:
                as_day(row["valid_from"] or "", where)
            except Refusal as fault_of_day:
                faults.append(fault_of_day)
    return faults


def _boundaries(path: Path) -> list[Refusal]:
    remedy = "FeatureCollection，features[].properties.adcode"
    try:
        content = json.loads(path.read_text("utf-8-sig"))
    except json.JSONDecodeError as error:
        return [Refusal(_("不是合格的 JSON"), f"{path}:{error.lineno}", remedy)]
    features = content.get("features") if isinstance(content, dict) else None
    if not isinstance(features, list):
        return [Refusal(_("不是 GeoJSON 的边界"), f"{path}:1", remedy)]
    for n, feature in enumerate(features, start=1):
        known = feature.get("properties") if isinstance(feature, dict) else None
        if not isinstance(known, dict) or not isinstance(known.get("adcode"), str):
            return [Refusal(_("第%(n)s个边界没有 adcode") % {"n": n}, f"{path}:1", remedy)]
    return []
