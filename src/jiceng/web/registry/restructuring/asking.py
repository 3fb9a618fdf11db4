"""What a visitor orders: from the rows of the form, from an uploaded file, or from the plan shown before."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.core import signing
from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jiceng.accounts.scoping import Access
from jiceng.organisations.models import Region, RegionSpan
from jiceng.organisations.restructuring.documents import Document, documents_of
from jiceng.organisations.restructuring.files import documents_in
from jiceng.packs.loading.reading import read_yaml
from jiceng.protection.scopes import within
from jiceng.records.bases import valid_on
from jiceng.records.refusals import Refusal, Refusals
from jiceng.web.shell.territory import root_paths

MOST_ROWS = 30
"""So many steps fit on a page; more come as a workbook."""

SALT = "jiceng.web.registry.restructuring"

VERBS: Mapping[str, Promise] = {
    "merge": gettext_lazy("合并"),
    "split": gettext_lazy("拆分"),
    "rename": gettext_lazy("更名"),
    "recode": gettext_lazy("变更代码"),
    "reparent": gettext_lazy("调整上级"),
    "convert": gettext_lazy("改建"),
    "found": gettext_lazy("设立"),
    "dissolve": gettext_lazy("撤销"),
}

USES: Mapping[str, frozenset[str]] = {
    "merge": frozenset({"region", "target"}),
    "split": frozenset({"region", "target", "name", "code"}),
    "rename": frozenset({"region", "name"}),
    "recode": frozenset({"region", "code"}),
    "reparent": frozenset({"region", "target"}),
    "convert": frozenset({"region", "kind", "name", "code"}),
    "found": frozenset({"target", "kind", "name", "code"}),
    "dissolve": frozenset({"region", "target"}),
}
"""What each verb needs or may have of a row."""


@dataclass(slots=True)
class Row:
    """One row of the form as it was typed; `region` and `target` hold the key that was picked."""

    at: int
    verb: str = "merge"
    region: str = ""
    region_typed: str = ""
    target: str = ""
    target_typed: str = ""
    name: str = ""
    code: str = ""
    kind: str = ""

    @property
    def filled(self) -> bool:
        """Whether anything was typed into the row."""
        return any((self.region_typed, self.target_typed, self.name, self.code))


def rows_of(asked: Mapping[str, str]) -> list[Row]:
    """The rows of a posted form, one at least."""
    number = int(asked["rows"]) if asked.get("rows", "").isdigit() else 1
    found = []
    for at in range(max(1, min(number, MOST_ROWS))):
        said = {
            key: asked.get(f"s{at}.{key}", "").strip() for key in ("region", "target", "name", "code", "kind")
        }
        verb = asked.get(f"s{at}.verb", "merge")
        found.append(
            Row(
                at=at,
                verb=verb if verb in VERBS else "merge",
                region_typed=asked.get(f"s{at}.region.typed", "").strip(),
                target_typed=asked.get(f"s{at}.target.typed", "").strip(),
                **said,
            )
        )
    return found


def typed(rows: list[Row], access: Access, *, document: str, effective: str, name: str) -> list[Document]:
    """The document that the rows order. Raises Refusals for everything that cannot be read."""
    try:
        day = date.fromisoformat(effective)
    except ValueError:
        raise Refusal(_("没有填写生效日期"), _("生效日期"), _("填写文件规定的日期")) from None
    if not document.strip():
        raise Refusal(_("没有填写文号"), _("文号"), _("按文件填写；没有正式文号的写会议或批示日期"))
    steps: list[dict[str, Any]] = []
    faults: list[Refusal] = []
    splits: dict[str, dict[str, Any]] = {}
    for number, row in enumerate((row for row in rows if row.filled), start=1):
        try:
            verb, what = _step(row, access, day)
        except Refusal as refusal:
            refusal.where = _("第%(n)s步") % {"n": number}
            faults.append(refusal)
            continue
        if verb == "split" and what["region"] in splits:  # one more part of the same region
            splits[what["region"]]["into"] += what["into"]
            continue
        if verb == "split":
            splits[what["region"]] = what
        steps.append({verb: what})
    if faults:
        raise Refusals(faults)
    if not steps:
        raise Refusal(_("没有填写任何步骤"), remedy=_("选好操作和区域；步骤多的可以上传工作簿"))
    about = {"document": document.strip()[:80], "effective": day, "name": name.strip()[:120], "steps": steps}
    return planned([about])


def _step(row: Row, access: Access, day: date) -> tuple[str, dict[str, Any]]:
    uses = USES[row.verb]
    region = _code(row.region, row.region_typed, access, day, _("区域")) if "region" in uses else ""
    target = (
        _code(row.target, row.target_typed, access, day, _("目标"), must=False) if "target" in uses else ""
    )
    given = {"name": row.name, "code": row.code, "kind": row.kind}
    said = {key: value for key, value in given.items() if value and key in uses}
    match row.verb:
        case "merge":
            return "merge", {"from": [region], "into": target or _lacking(_("目标"))}
        case "split":
            part: Any = {k: said[k] for k in ("code", "name") if k in said}
            if not target and len(part) < 2:
                _lacking(_("拆分出的区域（已有的选目标，新设的写名称和代码）"))
            return "split", {"region": region, "into": [target or part]}
        case "reparent":
            return "reparent", {"region": region, "parent": target or _lacking(_("上级"))}
        case "found":
            return "found", {**said, "parent": target or _lacking(_("上级"))}
        case "dissolve":
            return "dissolve", {"region": region, **({"into": target} if target else {})}
        case verb:
            return verb, {"region": region, **said}


def _lacking(what: str) -> str:
    raise Refusal(_("没有填写%(label)s") % {"label": what})


def _code(key: str, words: str, access: Access, day: date, label: str, *, must: bool = True) -> str:
    """The code, on `day`, of the region that was picked or named; a code typed in stands for itself."""
    if key.isdigit() and (code := _code_on(int(key), day)):
        return code
    if not words:
        return _lacking(label) if must else ""
    if words.isascii() and words.isalnum() and words[0].isdigit():
        return words
    near = Q(pk__in=[])
    for path in root_paths(access):
        near |= within("path", path)
    named = list(RegionSpan._base_manager.filter(near & valid_on(day), name=words, living=True)[:2])
    if len(named) == 1:
        return named[0].code
    what = _("有几个“%(name)s”") if named else _("没有“%(name)s”")
    raise Refusal(what % {"name": words[:40]}, remedy=_("从输入时出现的名单里点选，或写代码"))


def _code_on(key: int, day: date) -> str:
    span = RegionSpan._base_manager.filter(valid_on(day), region=key).values_list("code", flat=True).first()
    return span or Region._base_manager.filter(pk=key).values_list("code", flat=True).first() or ""


def uploaded(sent: Any, *, document: str, effective: str, name: str) -> list[Document]:
    """The documents of an uploaded file: YAML, or a workbook with a column 操作.

    What the workbook has no columns for is taken from the form. Raises Refusal or Refusals.
    """
    file = Path(sent.name).name[:120] or "file"
    day = date.fromisoformat(effective) if effective else None
    with TemporaryDirectory() as folder:
        path = Path(folder) / file
        path.write_bytes(sent.read())
        if path.suffix.lower() not in {".yaml", ".yml"}:
            return documents_in(path, number=document.strip(), effective=day, name=name.strip())
        written, refusals = read_yaml(path, file)
        if written is None or refusals:
            raise Refusals(refusals or [Refusal(_("文件是空的"), file, _("重新选择文件"))])
        return documents_of(written.plain(), folder=Path(folder), file=file)


def planned(content: list[dict[str, Any]]) -> list[Document]:
    """Documents from their mappings. A reference to a file of steps finds none here."""
    with TemporaryDirectory() as empty:
        return documents_of(content, folder=Path(empty), file=_("本页"))


def kept(documents: list[Document]) -> str:
    """The documents as the page keeps them between plan and application, signed."""
    content = [
        {"document": d.number, "effective": d.effective.isoformat(), "name": d.name, "steps": d.written}
        for d in documents
    ]
    return signing.dumps(json.loads(json.dumps(content, default=str)), salt=SALT, compress=True)


def again(text: str) -> list[Document]:
    """The documents that `kept` wrote. Raises Refusal for anything else."""
    try:
        content = signing.loads(text, salt=SALT)
    except signing.BadSignature:
        raise Refusal(_("这个请求看不懂"), remedy=_("返回上一页重新操作")) from None
    return planned(content)
