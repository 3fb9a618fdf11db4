"""A YAML file as plain values whose lines are known, with bounds on everything a file may hold.

A strict part of YAML: keys are text, `true` and `false` are the only booleans, a number with a leading zero
and a date are text, anchors and aliases are refused (they hide what is written, and a few lines of them may
unfold to gigabytes).
"""

import re
from dataclasses import dataclass, field
from pathlib import Path

import yaml
from django.utils.translation import gettext as _

from jiceng.records.refusals import Refusal

MAX_BYTES = 2_000_000
MAX_DEPTH = 24
MAX_ITEMS = 60_000
MAX_TEXT = 4_000

Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
WHOLE = re.compile(r"[-+]?(0|[1-9][0-9]{0,17})")
NUMBER = re.compile(r"[-+]?(0|[1-9][0-9]{0,17})\.[0-9]{1,17}([eE][-+]?[0-9]{1,3})?")

Plain = bool | int | float | str | list["Plain"] | dict[str, "Plain"] | None
Place = tuple[str | int, ...]


@dataclass(slots=True)
class Written:
    """A value as it stands in a file: `line` where it begins, for a mapping also the line of every key."""

    value: "bool | int | float | str | list[Written] | dict[str, Written] | None"
    line: int
    key_lines: dict[str, int] = field(default_factory=dict)

    def plain(self) -> Plain:
        """The value without its lines."""
        if isinstance(self.value, dict):
            return {key: item.plain() for key, item in self.value.items()}
        if isinstance(self.value, list):
            return [item.plain() for item in self.value]
        return self.value

    def line_of(self, place: Place) -> int:
        """The line of what stands at `place`; parts of the place that the file does not have are passed
        over.
        """
        at, line = self, self.line
        for step in place:
            if isinstance(at.value, dict) and isinstance(step, str) and step in at.value:
                line, at = at.key_lines[step], at.value[step]
            elif isinstance(at.value, list) and isinstance(step, int) and 0 <= step < len(at.value):
                at = at.value[step]
                line = at.line
        return line


class _Stop(Exception):
    """Ends the reading of one file."""

    def __init__(self, line: int, what: str, remedy: str = "") -> None:
        super().__init__(what)
        self.line, self.what, self.remedy = line, what, remedy


def read_yaml(path: Path, shown: str) -> tuple[Written | None, list[Refusal]]:
    """What the file holds, and what is wrong with it. `shown` is how refusals call the file.

    A file that cannot be read at all gives None; one with doubled keys is read on, so that all faults come
    out at once.
    """
    reader = _Reader(shown)
    try:
        return reader.read(path), reader.refusals
    except _Stop as stop:
        where = f"{shown}:{stop.line}" if stop.line else shown
        return None, [*reader.refusals, Refusal(stop.what, where, stop.remedy)]


class _Reader:
    """Builds values from YAML events with a stack of its own, so that no nesting is deep enough to hurt."""

    def __init__(self, shown: str) -> None:
        self.shown = shown
        self.refusals: list[Refusal] = []
        self.root: Written | None = None
        self.open: list[Written] = []
        self.keys: list[str | None] = []  # for each open mapping the key whose value comes next
        self.items = 0

    def read(self, path: Path) -> Written | None:
        text = self.text(path)
        try:
            for event in yaml.parse(text, Loader=Loader):
                self.take(event)
        except yaml.MarkedYAMLError as fault:
            mark = fault.problem_mark or fault.context_mark
            what = _("YAML 写法有误：%(why)s") % {"why": fault.problem or fault.context or ""}
            remedy = _("看这一行和上一行的缩进、冒号和引号")
            raise _Stop(mark.line + 1 if mark else 0, what, remedy) from None
        except yaml.YAMLError as fault:
            raise _Stop(0, _("文件里有 YAML 不允许的字符：%(why)s") % {"why": str(fault)[:120]}) from None
        return self.root

    def text(self, path: Path) -> str:
        if path.stat().st_size > MAX_BYTES:
            raise _Stop(0, _("文件太大"), _("每个文件最多 %(n)d 字节，分成几个文件") % {"n": MAX_BYTES})
        try:
            return path.read_bytes().decode("utf-8-sig")
        except UnicodeDecodeError as fault:
            line = path.read_bytes()[: fault.start].count(b"\n") + 1
            raise _Stop(line, _("不是 UTF-8 编码"), _("用编辑器另存为 UTF-8")) from None

    # ------------------------------------------------------------------------------------------ events
    def take(self, event: yaml.Event) -> None:
        line = event.start_mark.line + 1 if event.start_mark else 0
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            raise _Stop(line, _("做法包里不用锚点（&）和别名（*）"), _("把内容写出来"))
        if isinstance(event, yaml.DocumentStartEvent) and self.root is not None:
            raise _Stop(line, _("一个文件只能有一份文档"), _("去掉 ---，或分成两个文件"))
        if isinstance(event, yaml.NodeEvent):
            self.node(event, line)
        elif isinstance(event, yaml.CollectionEndEvent) and isinstance(self.open.pop().value, dict):
            self.keys.pop()

    def node(self, event: yaml.NodeEvent, line: int) -> None:
        tag = getattr(event, "tag", None)
        if tag is not None and tag != "!":
            raise _Stop(line, _("不认识的标签“%(tag)s”") % {"tag": tag[:60]}, _("去掉 ! 开头的标签"))
        if isinstance(event, yaml.ScalarEvent):
            if len(event.value) > MAX_TEXT:
                raise _Stop(line, _("一段文字太长"), _("最多 %(n)d 字") % {"n": MAX_TEXT})
            if self.open and isinstance(self.open[-1].value, dict) and self.keys[-1] is None:
                self.keys[-1] = event.value
                self.key(event.value, line)
                return
            self.place(Written(_scalar(event), line))
            return
        if self.open and isinstance(self.open[-1].value, dict) and self.keys[-1] is None:
            raise _Stop(line, _("键应为文本"), _("冒号前写一个词"))
        mapping = isinstance(event, yaml.MappingStartEvent)
        written = Written({} if mapping else [], line)
        self.place(written)
        self.open.append(written)
        if mapping:
            self.keys.append(None)
        if len(self.open) > MAX_DEPTH:
            raise _Stop(line, _("嵌套太深"), _("最多 %(n)d 层") % {"n": MAX_DEPTH})

    def key(self, key: str, line: int) -> None:
        holder = self.open[-1]
        first = holder.key_lines.setdefault(key, line)
        if isinstance(holder.value, dict) and key in holder.value:
            what = _("“%(key)s”写了两遍") % {"key": key[:80]}
            remedy = _("第 %(line)d 行已有，删去一个或改名") % {"line": first}
            self.refusals.append(Refusal(what, f"{self.shown}:{line}", remedy))

    def place(self, written: Written) -> None:
        self.items += 1
        if self.items > MAX_ITEMS:
            raise _Stop(
                written.line, _("内容太多"), _("一个文件最多 %(n)d 项，分成几个文件") % {"n": MAX_ITEMS}
            )
        if not self.open:
            self.root = written
            return
        holder = self.open[-1].value
        if isinstance(holder, list):
            holder.append(written)
        elif isinstance(holder, dict):
            key = self.keys[-1] or ""
            self.keys[-1] = None
            holder.setdefault(key, written)


def _scalar(event: yaml.ScalarEvent) -> bool | int | float | str | None:
    """The value of a scalar: only plain ones may be anything but text."""
    text: str = event.value
    if event.style:  # plain: None from the Python parser, empty from the C one
        return text
    if text in ("", "~", "null"):
        return None
    if text in ("true", "false"):
        return text == "true"
    if WHOLE.fullmatch(text):
        return int(text)
    return float(text) if NUMBER.fullmatch(text) else text
