"""Reading documents of restructuring: from the YAML of a pack or a county's own, or from the rows of a
workbook.
"""

import csv
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from jiceng.organisations.restructuring import steps as s
from jiceng.organisations.spans import PARTY_ORGS, REGIONS, Dating
from jiceng.organisations.terms import meaning
from jiceng.records.refusals import Refusal

Raw = Mapping[str, Any]

ORG_TERMS = {
    "form": "party_org_forms",
    "mode": "party_org_modes",
    "nature": "party_org_natures",
    "sector": "sectors",
    "industry": "industries",
}


@dataclass(frozen=True, slots=True)
class Ordered:
    """A step in its place: of which tree, and where it was written."""

    dating: Dating
    step: s.Step
    where: str


@dataclass(frozen=True, slots=True)
class Document:
    """A document: its number, the day from which it holds, its name and its steps in order.

    `written` is the steps as they were read, kept with the record.
    """

    number: str
    effective: date
    name: str
    steps: tuple[Ordered, ...]
    written: list[Any] = field(default_factory=list)

    def by_tree(self) -> Iterator[tuple[Dating, list[s.Step], list[str]]]:
        """The steps of each tree in order, regions before the party organisations that sit in them."""
        for dating in (REGIONS, PARTY_ORGS):
            own = [o for o in self.steps if o.dating is dating]
            if own:
                yield dating, [o.step for o in own], [o.where for o in own]


# ------------------------------------------------------------------------------------------------ YAML
def documents_of(content: Any, *, folder: Path, file: str, pack: str = "") -> list[Document]:
    """The documents of a parsed YAML file (`operations:`), in the order in which they take effect.

    `folder` is where a `steps_file` lies, `file` what refusals call the file, `pack` the pack whose own
    kinds come first. Raises Refusal for anything that is not as docs/packs.md says, with file, document and
    step.
    """
    listed = content.get("operations") if isinstance(content, Mapping) else content
    if not isinstance(listed, list) or not listed:
        raise Refusal(_("没有 operations 列表"), file, _("按 docs/packs.md 的格式写 operations"))
    found = [
        document_of(raw, folder=folder, where=f"{file}: {n}", pack=pack)
        for n, raw in enumerate(listed, start=1)
    ]
    return sorted(found, key=lambda d: d.effective)


def document_of(
    raw: Any, *, folder: Path, where: str, pack: str = "", places: Sequence[str] = ()
) -> Document:
    """One document from its mapping (document, effective, name, steps, steps_file); `places` says where
    steps stand.
    """
    fields = _mapping(
        raw, where, {"document", "effective", "name", "steps", "steps_file"}, {"document", "effective"}
    )
    number = str(fields["document"])
    ordered: list[Ordered] = []
    written: list[Any] = []
    steps = fields.get("steps") or []
    if not isinstance(steps, list):
        raise Refusal(_("steps 应为列表"), where, _("如 - merge: {into: …, from: […]}"))
    listed = list(steps)
    if fields.get("steps_file"):
        listed.append({"steps_file": fields["steps_file"]})
    for n, step in enumerate(listed, start=1):
        place = places[n - 1] if places else f"{where}（{number}）{_('第%(n)s步') % {'n': n}}"
        for line, verb, what in _expanded(step, folder, place):
            written.append({verb: what})
            ordered.append(_step(verb, what, line, pack))
    if not ordered:
        raise Refusal(_("没有步骤"), where, _("在 steps 下写步骤"))
    name = str(fields.get("name") or number)
    return Document(number, as_day(fields["effective"], where), name, tuple(ordered), written)


def as_day(value: Any, where: str) -> date:
    """A day from YAML or a workbook: a date, or ISO text."""
    if isinstance(value, date):
        return date(value.year, value.month, value.day)
    try:
        return date.fromisoformat(str(value).strip())
    except ValueError:
        raise Refusal(_("“%(text)s”不是日期") % {"text": value}, where, _("写成 2020-06-10 的样子")) from None


def _expanded(step: Any, folder: Path, where: str) -> Iterator[tuple[str, str, Any]]:
    """A step as (where, verb, content); a table of steps as one for every row."""
    verb, what = _single(step, where)
    if verb != "steps_file":
        yield where, verb, what
        return
    path = folder / str(what)
    if path.parent.resolve() != folder.resolve() or not path.is_file():
        raise Refusal(_("没有步骤文件 %(file)s") % {"file": what}, where, _("与 YAML 放在同一文件夹"))
    with path.open(encoding="utf-8-sig", newline="") as file:
        for number, row in enumerate(csv.DictReader(file), start=2):
            for verb, what in _table_steps(row, f"{path.name}:{number}"):
                yield f"{path.name}:{number}", verb, what


def _table_steps(row: dict[str, str], where: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """The steps of one row, told by the columns: region,parent · region,code · into,from,name,code."""
    columns = {k: (v or "").strip() for k, v in row.items() if k}
    if "into" in columns:
        if columns.get("from"):
            yield "merge", {"into": columns["into"], "from": columns["from"].split(";")}
        if columns.get("name"):
            yield "rename", {"region": columns["into"], "name": columns["name"]}
        if columns.get("code"):
            yield "recode", {"region": columns["into"], "code": columns["code"]}
    elif {"region", "parent"} <= columns.keys():
        yield "reparent", columns
    elif {"region", "code"} <= columns.keys():
        yield "recode", columns
    else:
        raise Refusal(
            _("认不出步骤表的列：%(columns)s") % {"columns": ", ".join(columns)},
            where,
            "region,parent · region,code · into,from,name,code",
        )


def _single(step: Any, where: str) -> tuple[str, Any]:
    if not isinstance(step, Mapping) or len(step) != 1:
        raise Refusal(_("一个步骤写一个动作"), where, _("如 - merge: {into: …, from: […]}"))
    ((verb, what),) = step.items()
    return str(verb), what


def _mapping(raw: Any, where: str, allowed: set[str], needed: set[str]) -> dict[str, Any]:
    """`raw` as a mapping with only `allowed` fields and all `needed` ones."""
    if not isinstance(raw, Mapping):
        raise Refusal(_("这里应是映射"), where, _("写成 {字段: 值} 的样子"))
    for name in raw:
        if str(name) not in allowed:
            raise Refusal(
                _("不认识的字段 %(name)s") % {"name": name},
                where,
                _("可用的有：%(names)s") % {"names": "、".join(sorted(allowed))},
            )
    for name in sorted(needed):
        if raw.get(name) in (None, "", []):
            raise Refusal(_("缺少字段 %(name)s") % {"name": name}, where, _("补上该字段"))
    return {str(k): v for k, v in raw.items()}


def _step(verb: str, what: Any, where: str, pack: str) -> Ordered:
    if verb == "party_org":
        verb, what = _single(what, where)
        return Ordered(PARTY_ORGS, _read(verb, what, where, pack, "party_org"), where)
    return Ordered(REGIONS, _read(verb, what, where, pack, "region"), where)


def _read(verb: str, what: Any, where: str, pack: str, node: str) -> s.Step:
    if verb not in _READERS:
        raise Refusal(
            _("不认识的动作 %(verb)s") % {"verb": verb},
            where,
            _("可用的有：%(names)s") % {"names": "、".join([*_READERS, "steps_file", "party_org"])},
        )
    return _READERS[verb](what, where, pack, node)


def _codes(value: Any) -> tuple[str, ...]:
    return tuple(str(v) for v in (value if isinstance(value, list | tuple) else [value]))


def _found(what: Any, where: str, pack: str, node: str) -> s.Found:
    if node == "region":
        wanted = {"code", "name", "kind", "parent"}
        raw = _mapping(what, where, wanted, wanted)
        kind, values = _kind(raw["kind"], where, pack), {}
    else:
        allowed = {"code", "name", "parent", "region", *ORG_TERMS}
        raw = _mapping(what, where, allowed, {"code", "name", "region", "form", "mode", "nature", "sector"})
        kind, values = "", _org_values(raw, where, pack)
    return s.Found(str(raw["code"]), str(raw["name"]), str(raw.get("parent") or ""), kind, values)


def _part(what: Any, where: str, pack: str, node: str) -> "str | s.Found":
    """A part of a split: a code, or a founding that may leave kind and parent to be the whole's."""
    if not isinstance(what, Mapping):
        return str(what)
    if node == "region":
        raw = _mapping(what, where, {"code", "name", "kind", "parent"}, {"code", "name"})
        kind = _kind(raw["kind"], where, pack) if raw.get("kind") else ""
        return s.Found(str(raw["code"]), str(raw["name"]), str(raw.get("parent") or ""), kind)
    raw = _mapping(what, where, {"code", "name", "parent", "region", *ORG_TERMS}, {"code", "name"})
    values = _org_values(raw, where, pack)
    return s.Found(str(raw["code"]), str(raw["name"]), str(raw.get("parent") or ""), "", values)


def _kind(written: Any, where: str, pack: str) -> str:
    return _term("region_kinds", written, where, pack)


def _org_values(raw: Raw, where: str, pack: str) -> dict[str, Any]:
    values = {c: _term(v, raw[c], where, pack) for c, v in ORG_TERMS.items() if raw.get(c)}
    return values | ({"region": str(raw["region"])} if raw.get("region") else {})


def _term(vocabulary: str, written: Any, where: str, pack: str) -> str:
    """The key of the term; the refusal of an unknown one says where it stands."""
    try:
        return meaning(vocabulary, str(written), pack)
    except Refusal as refusal:
        refusal.where = refusal.where or where
        raise


def _merge(what: Any, where: str, pack: str, node: str) -> s.Merge:
    raw = _mapping(what, where, {"into", "from"}, {"into", "from"})
    return s.Merge(str(raw["into"]), _codes(raw["from"]))


def _split(what: Any, where: str, pack: str, node: str) -> s.Split:
    raw = _mapping(what, where, {node, "into", "children"}, {node, "into"})
    parts = raw["into"] if isinstance(raw["into"], list) else [raw["into"]]
    given = raw.get("children") or {}
    if not isinstance(given, dict):
        raise Refusal(
            _("children 应写成 下级代码: 归入的代码"), where, remedy=_("每个下级写一行，如 代码: 代码")
        )
    children = {str(k): str(v) for k, v in given.items()}
    return s.Split(str(raw[node]), tuple(_part(p, where, pack, node) for p in parts), children)


def _rename(what: Any, where: str, pack: str, node: str) -> s.Rename:
    raw = _mapping(what, where, {node, "name"}, {node, "name"})
    return s.Rename(str(raw[node]), str(raw["name"]))


def _recode(what: Any, where: str, pack: str, node: str) -> s.Recode:
    raw = _mapping(what, where, {node, "code"}, {node, "code"})
    return s.Recode(str(raw[node]), str(raw["code"]))


def _reparent(what: Any, where: str, pack: str, node: str) -> s.Reparent:
    raw = _mapping(what, where, {node, "parent"}, {node, "parent"})
    return s.Reparent(str(raw[node]), str(raw["parent"]))


def _convert(what: Any, where: str, pack: str, node: str) -> s.Convert:
    if node == "region":
        raw = _mapping(what, where, {node, "kind", "name", "code"}, {node, "kind"})
        kind, values = _kind(raw["kind"], where, pack), {}
    else:
        raw = _mapping(what, where, {node, "name", "code", "region", *ORG_TERMS}, {node})
        kind, values = "", _org_values(raw, where, pack)
    return s.Convert(str(raw[node]), kind, str(raw.get("name") or ""), str(raw.get("code") or ""), values)


def _dissolve(what: Any, where: str, pack: str, node: str) -> s.Dissolve:
    raw = _mapping(what, where, {node, "into"}, {node})
    return s.Dissolve(str(raw[node]), str(raw.get("into") or ""))


_READERS: dict[str, Callable[[Any, str, str, str], s.Step]] = {
    "found": _found,
    "merge": _merge,
    "split": _split,
    "rename": _rename,
    "recode": _recode,
    "reparent": _reparent,
    "convert": _convert,
    "dissolve": _dissolve,
}
