"""The steps a document may order. Codes are those that hold when the step's turn comes."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Found:
    """A new node under `parent`; a party organisation's form, region … stand in `values`."""

    code: str
    name: str
    parent: str
    kind: str = ""
    values: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Merge:
    """The nodes `sources` become part of `into`; what hangs below them moves below it."""

    into: str
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Split:
    """A node comes apart into `into`: codes of nodes that exist, or the founding of new ones (their parent
    defaults to the node's own). Where its own code is among them it lives on. `children` says which child
    goes where.
    """

    node: str
    into: tuple["str | Found", ...]
    children: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Rename:
    node: str
    name: str


@dataclass(frozen=True, slots=True)
class Recode:
    node: str
    code: str


@dataclass(frozen=True, slots=True)
class Reparent:
    node: str
    parent: str


@dataclass(frozen=True, slots=True)
class Convert:
    """Another kind (a region) or form, mode, nature … (a party organisation, in `values`), perhaps name and
    code.
    """

    node: str
    kind: str = ""
    name: str = ""
    code: str = ""
    values: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Dissolve:
    """The node ends; without a successor (`into`) its records stay under the node above it."""

    node: str
    into: str = ""


Step = Found | Merge | Split | Rename | Recode | Reparent | Convert | Dissolve

VERBS = {
    Found: "设立",
    Merge: "合并",
    Split: "拆分",
    Rename: "更名",
    Recode: "变更代码",
    Reparent: "调整上级",
    Convert: "改建",
    Dissolve: "撤销",
}


def mentioned(step: Step) -> list[str]:
    """Every code that `step` speaks of."""
    match step:
        case Found(code=code, parent=parent):
            return [code, parent]
        case Merge(into=into, sources=sources):
            return [into, *sources]
        case Split(node=node, into=parts, children=children):
            found = [c for part in parts for c in (mentioned(part) if isinstance(part, Found) else [part])]
            return [node, *found, *children, *children.values()]
        case Rename(node=node):
            return [node]
        case Reparent(node=node, parent=parent):
            return [node, parent]
        case Recode(node=node, code=code) | Convert(node=node, code=code):
            return [node, code] if code else [node]
        case Dissolve(node=node, into=into):
            return [node, into] if into else [node]


def uprooted(step: Step) -> list[str]:
    """The codes whose subtrees `step` moves."""
    match step:
        case Merge(sources=sources):
            return list(sources)
        case Split(node=node, children=children):
            return [node, *children]
        case Reparent(node=node) | Dissolve(node=node):
            return [node]
        case _:
            return []
