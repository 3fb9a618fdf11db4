"""Documents of restructuring from the rows of a workbook: 操作, 区域, 目标, 名称, 代码, 类型, 上级.

A column 党组织 in place of 区域 makes the row a step of the party hierarchy. 文号, 生效日期 and 事项 may
stand in columns; an empty cell means the same as the row above.
"""

import re
from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from jiceng.organisations.restructuring.documents import Document, as_day, document_of
from jiceng.records.refusals import Refusal, Refusals

COLUMNS = ("文号", "生效日期", "事项", "操作", "区域", "党组织", "目标", "名称", "代码", "类型", "上级")

_VERBS = {
    "合并": "merge", "并入": "merge", "撤并": "merge",
    "拆分": "split", "分设": "split",
    "更名": "rename", "改名": "rename",
    "变更代码": "recode", "改代码": "recode",
    "调整上级": "reparent", "划归": "reparent", "划转": "reparent",
    "改建": "convert", "转设": "convert", "改设": "convert",
    "设立": "found", "新设": "found",
    "撤销": "dissolve",
}  # fmt: skip


def documents_of_rows(
    rows: Iterable[tuple[str, Mapping[str, Any]]],
    *,
    number: str = "",
    effective: date | None = None,
    name: str = "",
) -> list[Document]:
    """The documents that parsed rows order, in the order of their days.

    `rows` gives each row's place (for refusals) and its cells by column; `number`, `effective` and `name`
    stand for what has no column. Raises Refusals with every row that cannot be read.
    """
    gathered: dict[tuple[str, date], dict[str, Any]] = {}
    faults: list[Refusal] = []
    last = {"文号": number, "生效日期": effective or "", "事项": name}
    for where, row in rows:
        cells = {
            k: str(v).strip() if not isinstance(v, date) else v for k, v in row.items() if v not in (None, "")
        }
        if not cells:
            continue
        last |= {k: cells[k] for k in last if k in cells}
        try:
            day = _day(last["生效日期"], where)
            key = (_needed(last, "文号", where), day)
            step = _step(cells, where)
        except Refusal as refusal:
            faults.append(refusal)
            continue
        about = {"document": key[0], "effective": day, "name": last["事项"], "steps": []}
        gathered.setdefault(key, about)["steps"].append((where, step))
    if faults:
        raise Refusals(faults)
    return sorted((_document(about) for about in gathered.values()), key=lambda d: d.effective)


def _document(about: dict[str, Any]) -> Document:
    places = [where for where, _step in about["steps"]]
    raw = {**about, "steps": [step for _where, step in about["steps"]]}
    return document_of(raw, folder=Path(), where=about["document"], places=places)


def _needed(cells: Mapping[str, Any], column: str, where: str) -> str:
    value = str(cells.get(column) or "")
    if not value:
        raise Refusal(_("缺少“%(column)s”") % {"column": column}, where, _("填写该列"))
    return value


def _day(value: Any, where: str) -> date:
    if not value:
        raise Refusal(
            _("缺少“%(column)s”") % {"column": "生效日期"}, where, _("填写该列，或在命令里给出生效日期")
        )
    return as_day(value, where)


def _codes(text: str) -> list[str]:
    return [c for c in re.split(r"[、,，;；\s]+", text) if c]


def _step(cells: Mapping[str, Any], where: str) -> dict[str, Any]:
    written = _needed(cells, "操作", where)
    if written not in _VERBS:
        raise Refusal(
            _("不认识的操作“%(verb)s”") % {"verb": written},
            where,
            _("可用的有：%(names)s") % {"names": "、".join(_VERBS)},
        )
    org = bool(cells.get("党组织"))
    subject = str(cells.get("党组织") or cells.get("区域") or "")
    step = _read(_VERBS[written], subject, cells, where, "party_org" if org else "region")
    return {"party_org": step} if org else step


def _read(verb: str, subject: str, cells: Mapping[str, Any], where: str, node: str) -> dict[str, Any]:
    given = {"name": cells.get("名称"), "code": cells.get("代码"), "kind": cells.get("类型")}
    optional = {k: str(v) for k, v in given.items() if v}
    if verb == "found":
        if node == "party_org":
            raise Refusal(_("党组织的设立请用党组织导入"), where, _("先导入新党组织，再登记合并"))
        return {
            "found": {**optional, "code": optional.get("code") or subject, "parent": cells.get("上级") or ""}
        }
    if not subject:
        raise Refusal(_("缺少“%(column)s”") % {"column": "区域"}, where, _("填写要调整的代码"))
    if verb == "merge":
        return {"merge": {"into": _needed(cells, "目标", where), "from": _codes(subject)}}
    if verb == "split":
        return {"split": {node: subject, "into": _codes(_needed(cells, "目标", where))}}
    if verb == "reparent":
        return {
            "reparent": {
                node: subject,
                "parent": str(cells.get("上级") or "") or _needed(cells, "目标", where),
            }
        }
    if verb == "dissolve":
        return {"dissolve": {node: subject, "into": str(cells.get("目标") or "")}}
    wanted = {"rename": ("name",), "recode": ("code",), "convert": ("kind", "name", "code")}[verb]
    return {verb: {node: subject, **{k: optional[k] for k in wanted if k in optional}}}
