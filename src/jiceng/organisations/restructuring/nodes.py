"""The part of a tree that a document speaks of, as it stands on its day, read into memory."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from jiceng.organisations.spans import Dating, chunks, locked
from jiceng.protection.scopes import within
from jiceng.records.refusals import Refusal

RANGES = 100
"""Path ranges in one query."""


@dataclass(slots=True, eq=False)
class Node:
    """A region or party organisation on the day of the document, and what the steps have made of it so far.

    New nodes bear negative keys until they are stored; `above` is the key of the node one step up.
    """

    key: int
    code: str
    name: str
    above: int | None
    values: dict[str, Any]  # dated columns other than code, name and place
    living: bool = True
    pending: bool = False
    path: str = ""  # on the day, before any step
    founded: date | None = None  # first day of its life; None for one that this document founds
    later: date | None = None  # when something else changes about it after the day
    moves_later: bool = False  # its place today is not that of the day, or it has ended since
    was: tuple[Any, ...] = ()
    predecessor: int | None = None  # what it was split from

    def state(self) -> tuple[Any, ...]:
        """Everything a step can change."""
        return self.code, self.name, self.above, self.living, self.pending, *sorted(self.values.items())

    @property
    def was_living(self) -> bool:
        """Whether it lived before the first step."""
        return bool(self.was) and bool(self.was[3])

    @property
    def was_above(self) -> int | None:
        """The node above it before the first step."""
        above: int | None = self.was[2] if self.was else None
        return above

    @property
    def old_code(self) -> str:
        """Its code before the first step; empty for a new node."""
        return str(self.was[0]) if self.was else ""


@dataclass(slots=True)
class Nodes:
    """Nodes by key, living ones by code, children by the key of their parent; read as the steps need them."""

    dating: Dating
    day: date
    by_key: dict[int, Node] = field(default_factory=dict)
    live: dict[str, Node] = field(default_factory=dict)
    below: dict[int | None, dict[int, None]] = field(default_factory=dict)
    later_codes: dict[str, tuple[date, str]] = field(default_factory=dict)
    later_paths: list[tuple[str, date, str]] = field(default_factory=list)
    _asked: set[str] = field(default_factory=set)
    _whole: set[int] = field(default_factory=set)

    # ------------------------------------------------------------------------------------------ reading
    def _spans(self) -> Any:
        """Spans that end after the day, with their entities."""
        rows = self.dating.span._base_manager.filter(Q(valid_to__isnull=True) | Q(valid_to__gt=self.day))
        return rows.select_related(self._entity).order_by("valid_from")

    def read(self, codes: Iterable[str]) -> None:
        """Read the living nodes that bear these codes on the day, and note who bears them later."""
        asked = sorted(set(codes) - self._asked)
        self._asked |= set(asked)
        for some in chunks(asked):
            self._take(Q(**{f"{self._code}__in": some, "living": True}))

    @property
    def _code(self) -> str:
        """Where a span finds its code: among its own columns, or on its entity's row."""
        return "code" if "code" in self.dating.shared else f"{self._entity}__code"

    @property
    def _entity(self) -> str:
        return self.dating.key.removesuffix("_id")

    def read_below(self, nodes: Iterable[Node]) -> None:
        """Read everything below these nodes, positions of ended ones included.

        Raises Refusal where something below changes after the day: moving the node would contradict it.
        """
        roots: list[Node] = []
        for node in sorted((n for n in nodes if n.path and n.key not in self._whole), key=lambda n: n.path):
            self._whole.add(node.key)
            if not roots or not node.path.startswith(roots[-1].path):
                roots.append(node)
        for start in range(0, len(roots), RANGES):
            some = roots[start : start + RANGES]
            ranges = reduce(or_, (within(self.dating.path, n.path) for n in some))
            self._take(ranges)

    def _take(self, wanted: Q) -> None:
        keys = set(self._spans().filter(wanted).values_list(self.dating.key, flat=True)) - self.by_key.keys()
        locked(self.dating, keys)  # first, so that what is read afterwards stays true until the write ends
        found: dict[int, Node] = {}
        for span in self._spans().filter(wanted):
            entity = getattr(span, self._entity)
            if entity.pk in self.by_key:
                continue
            if span.valid_from <= self.day:
                found[entity.pk] = self._node(entity, span)
            elif entity.pk not in found:
                code = span.code if "code" in self.dating.shared else entity.code
                self.later_codes.setdefault(code, (span.valid_from, span.name))
                self.later_paths.append((getattr(span, self.dating.path), span.valid_from, span.name))
        for node in found.values():
            self.by_key[node.key] = node
            self.below.setdefault(node.above, {})[node.key] = None
            if node.living:
                self.live.setdefault(node.code, node)

    def _node(self, entity: Any, span: Any) -> Node:
        apart = {"code", "name", self.dating.above, self.dating.path}
        node = Node(
            key=entity.pk,
            code=span.code if "code" in self.dating.shared else entity.code,
            name=span.name,
            above=getattr(span, self.dating.above),
            values={c: getattr(span, c) for c in self.dating.shared if c not in apart},
            living=span.living,
            pending=getattr(span, "pending", False),
            path=getattr(span, self.dating.path),
            founded=entity.valid_from,
            later=span.valid_to,
            moves_later=getattr(entity, self.dating.path) != getattr(span, self.dating.path)
            or (span.living and entity.valid_to is not None),
        )
        node.was = node.state()
        return node

    # ---------------------------------------------------------------------------------------- answering
    def living(self, code: str) -> Node:
        """The node that bears `code` now. Raises Refusal for an unknown or ended one."""
        if code not in self.live:
            self.read([code])
        if code in self.live:
            return self.live[code]
        raise self._not_there(code)

    def _not_there(self, code: str) -> Refusal:
        ended = next((n for n in self.by_key.values() if n.old_code == code), None)
        if ended is not None:
            what = _("本次调整到这一步，%(code)s %(name)s 已不存在或已变更代码") % {
                "code": code,
                "name": ended.name,
            }
            return Refusal(what, remedy=_("核对步骤的先后和代码"))
        if code in self.later_codes:
            start, name = self.later_codes[code]
            return Refusal(
                _("%(code)s %(name)s 自 %(from)s 起才有") % {"code": code, "name": name, "from": start},
                remedy=_("更正代码或生效日期"),
            )
        past = (
            self.dating.span._base_manager.filter(**{self._code: code, "living": True})
            .order_by("-valid_from")
            .first()
        )
        if past is not None:
            return Refusal(
                _("%(code)s %(name)s 已于 %(to)s 撤销或变更代码")
                % {"code": code, "name": past.name, "to": past.valid_to},
                remedy=_("改用现行代码"),
            )
        return Refusal(_("没有代码为 %(code)s 的对象") % {"code": code}, remedy=_("核对代码，或先导入"))

    def above(self, node: Node) -> Node | None:
        """The node one step up, if it was read."""
        return self.by_key.get(node.above) if node.above is not None else None

    def read_above(self, node: Node) -> Node | None:
        """The node one step up; None for a root."""
        if node.above is not None and node.above not in self.by_key:
            self._take(Q(**{self.dating.key: node.above}))
        return self.above(node)

    def children(self, node: Node) -> list[Node]:
        """Living nodes directly below, in the order they came."""
        return [n for n in (self.by_key[k] for k in self.below.get(node.key, ())) if n.living]

    def hang(self, node: Node, above: int | None) -> None:
        """Put `node` under another one."""
        self.below.get(node.above, {}).pop(node.key, None)
        node.above = above
        self.below.setdefault(above, {})[node.key] = None

    def add(self, node: Node) -> None:
        """Take in a node that the document founds."""
        self.by_key[node.key] = node
        self.live[node.code] = node
        self.below.setdefault(node.above, {})[node.key] = None
