"""Working out what a document's steps come to, in memory, before a single row is written."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from jiceng.organisations import codes
from jiceng.organisations.naming import clean_name
from jiceng.organisations.queries import region_by_code
from jiceng.organisations.restructuring import steps as s
from jiceng.organisations.restructuring.nodes import Node, Nodes
from jiceng.organisations.spans import REGIONS, Dating
from jiceng.organisations.terms import level_of_kind
from jiceng.organisations.trees import Allocator
from jiceng.protection.scopes import SEGMENT
from jiceng.records.refusals import Refusal


class Plan:
    """The tree of `day` and what the steps taken so far make of it. Raises Refusal for a step that cannot
    be.
    """

    def __init__(self, dating: Dating, day: date) -> None:
        self.dating, self.day = dating, day
        self.nodes = Nodes(dating, day)
        self.touched: dict[int, None] = {}  # keys in the order in which steps reached them
        self.allocator = Allocator(dating)
        self._territory = dating is REGIONS
        self._paths: dict[int, str] = {}
        self._takes: dict[type[Any], Callable[[Any], object]] = {
            s.Found: self._found,
            s.Merge: self._merge,
            s.Split: self._split,
            s.Rename: self._rename,
            s.Recode: self._recode,
            s.Reparent: self._reparent,
            s.Convert: self._convert,
            s.Dissolve: self._dissolve,
        }

    def take(self, steps: Sequence[s.Step], where: Sequence[str] = ()) -> None:
        """Take the steps in order; a refusal says at which (`where`, one text a step)."""
        self.nodes.read(code for step in steps for code in s.mentioned(step))
        moved = [self.nodes.live[c] for step in steps for c in s.uprooted(step) if c in self.nodes.live]
        self.nodes.read_below(moved)
        for number, step in enumerate(steps, start=1):
            try:
                self._takes[type(step)](step)
            except Refusal as refusal:
                place = where[number - 1] if where else ""
                refusal.where = (
                    refusal.where
                    or place
                    or _("第%(n)s步（%(verb)s）")
                    % {
                        "n": number,
                        "verb": s.VERBS[type(step)],
                    }
                )
                raise

    # ------------------------------------------------------------------------------------- the eight steps
    def _found(self, step: s.Found) -> Node:
        parent = self._parent(step.parent) if step.parent else None
        return self._begin(
            step, parent.key if parent else None, parent.values.get("level", 0) if parent else 0
        )

    def _begin(self, step: s.Found, above: int | None, level_above: int) -> Node:
        code = codes.folded(step.code)
        self._refuse_code_in_use(code)
        node = Node(
            key=-1 - len(self.nodes.by_key),
            code=code,
            name=self._named(step.name),
            above=above,
            values=self._columns(step.values),
        )
        if self._territory:
            node.values["kind"] = step.kind
            node.values.setdefault("level", level_of_kind(step.kind, level_above))
        self.nodes.add(node)
        self.touched[node.key] = None
        return node

    def _merge(self, step: s.Merge) -> None:
        into = self._parent(step.into)
        for code in step.sources:
            node = self._ending(code)
            self._refuse_below(into, node)
            for child in self.nodes.children(node):
                self._hang(child, into)
            self._end(node, into.key)

    def _dissolve(self, step: s.Dissolve) -> None:
        if step.into:
            self._merge(s.Merge(step.into, (step.node,)))
            return
        node = self._ending(step.node)
        if children := self.nodes.children(node):
            raise Refusal(
                _("%(name)s 下还有%(count)s个下级（如 %(child)s）")
                % {"name": node.name, "count": len(children), "child": children[0].name},
                remedy=_("先为它们调整上级，或写明并入何处"),
            )
        self._end(node, node.above)

    def _split(self, step: s.Split) -> None:
        node = self._changing(step.node)
        self.nodes.read_below([node])
        lives_on = step.node in step.into
        if not lives_on:
            node = self._ending(step.node)
        for part in step.into:
            if isinstance(part, s.Found):
                self._part(part, node)
            else:
                self._parent(part)
        for child, target in step.children.items():
            self._hang(self._changing(child), self._parent(target))
        left = self.nodes.children(node)
        if left and not lives_on:
            raise Refusal(
                _("%(name)s 拆分后，下级 %(child)s 等%(count)s个没有去处")
                % {"name": node.name, "child": left[0].name, "count": len(left)},
                remedy=_("在拆分步骤里写明各下级归入何处，或先调整其上级"),
            )
        if not lives_on:
            self._end(node, node.above)
        node.pending = True

    def _part(self, part: s.Found, node: Node) -> None:
        """Found a part of a split node; what the step leaves open is as it was with the whole."""
        if self._territory:
            part = replace(part, kind=part.kind or node.values["kind"])
        else:
            part = replace(part, values={**node.values, **part.values})
        if part.parent:
            new = self._found(part)
        else:
            above = self.nodes.read_above(node)
            new = self._begin(part, node.above, above.values.get("level", 0) if above else 0)
        new.predecessor = node.key

    def _rename(self, step: s.Rename) -> None:
        self._changing(step.node).name = self._named(step.name)

    def _recode(self, step: s.Recode) -> None:
        node, code = self._changing(step.node), codes.folded(step.code)
        if code != node.code:
            self._refuse_code_in_use(code)
            del self.nodes.live[node.code]
            node.code = code
            self.nodes.live[code] = node

    def _reparent(self, step: s.Reparent) -> None:
        self._hang(self._changing(step.node), self._parent(step.parent))

    def _convert(self, step: s.Convert) -> None:
        node = self._changing(step.node)
        node.values |= self._columns(step.values)
        if step.kind:
            above = self.nodes.above(node)
            node.values["kind"] = step.kind
            otherwise = above.values["level"] if above else node.values["level"] - 1
            node.values["level"] = level_of_kind(step.kind, otherwise)
        if step.name:
            node.name = self._named(step.name)
        if step.code:
            self._recode(s.Recode(node.code, step.code))

    # ---------------------------------------------------------------------------------------- what holds
    def _columns(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """The further columns of a party organisation: its region is given by code."""
        found = dict(values)
        if code := found.pop("region", ""):
            region = region_by_code(code, self.day)
            if region is None:
                raise Refusal(
                    _("没有代码为 %(code)s 的区域") % {"code": code}, remedy=_("核对代码，或先导入区域")
                )
            found["region_id"] = region.pk
        return found

    def _named(self, name: str) -> str:
        clean = clean_name(name)
        if not clean:
            raise Refusal(_("缺少名称"), remedy=_("填写名称"))
        most = int(self.dating.model._meta.get_field("name").max_length)
        if len(clean) > most:
            raise Refusal(_("名称超过%(most)d个字") % {"most": most}, remedy=_("缩短名称"))
        return clean

    def _changing(self, code: str) -> Node:
        """The living node of that code, which a step changes."""
        node = self.nodes.living(code)
        self._refuse_later(node)
        self.touched[node.key] = None
        return node

    def _ending(self, code: str) -> Node:
        node = self._changing(code)
        self.nodes.read_below([node])
        if node.founded is None or node.founded >= self.day:
            raise Refusal(
                _("%(name)s 在生效日 %(day)s 当天才设立，不能同日终止")
                % {"name": node.name, "day": self.day},
                remedy=_("更正设立日期或生效日期"),
            )
        return node

    def _parent(self, code: str) -> Node:
        """The living node of that code, which others come to stand under or go on in: it must still be there,
        where it is, after the day.
        """
        node = self.nodes.living(code)
        if node.moves_later:
            self._refuse_later(node)
        return node

    def _refuse_later(self, node: Node) -> None:
        if node.later is not None:
            raise Refusal(
                _("%(name)s 在 %(later)s 另有变更，与 %(day)s 生效的调整相抵触")
                % {"name": node.name, "later": node.later, "day": self.day},
                remedy=_("按时间先后登记，或先更正后来的变更"),
            )

    def _refuse_code_in_use(self, code: str) -> None:
        self.nodes.read([code])
        if code in self.nodes.live:
            raise Refusal(
                _("代码 %(code)s 正由%(name)s使用") % {"code": code, "name": self.nodes.live[code].name},
                remedy=_("另给代码，或先变更原使用者的代码"),
            )
        if code in self.nodes.later_codes:
            start, name = self.nodes.later_codes[code]
            raise Refusal(
                _("代码 %(code)s 自 %(from)s 起由%(name)s使用") % {"code": code, "from": start, "name": name},
                remedy=_("另给代码，或核对生效日期"),
            )
        fault = codes.area_fault(code) if self._territory else ""
        if fault:
            raise Refusal(fault, remedy=_("更正代码"))

    def _refuse_below(self, node: Node, root: Node) -> None:
        """Raise Refusal where `node` is `root` or stands below it."""
        above: Node | None = node
        while above is not None:
            if above is root:
                raise Refusal(
                    _("%(node)s 就是 %(root)s 或在其之下，不能作它的上级或并入对象")
                    % {"node": node.name, "root": root.name},
                    remedy=_("先把该下级调整出去，或另选"),
                )
            above = self.nodes.above(above)

    def _hang(self, node: Node, above: Node) -> None:
        self.nodes.read_below([node])
        self._refuse_later(node)
        self._refuse_below(above, node)
        self.touched[node.key] = None
        self.nodes.hang(node, above.key)

    def _end(self, node: Node, above: int | None) -> None:
        del self.nodes.live[node.code]
        node.living = False
        self.nodes.hang(node, above)

    # ------------------------------------------------------------------------------------------- outcome
    def changed(self) -> list[Node]:
        """Nodes that existed before and differ now, those moved along with a node above them included."""
        own = [n for n in (self.nodes.by_key[k] for k in self.touched) if n.key > 0 and n.state() != n.was]
        moved = {n.key for n in own if n.above != n.was_above}
        listed = {n.key for n in own}
        return own + [n for n in self._along(moved) if n.key not in listed]

    def _along(self, moved: Iterable[int]) -> Iterable[Node]:
        """Everything below the moved nodes. Raises Refusal where something there changes after the day."""
        for key in moved:
            root = self.nodes.by_key[key]
            for path, start, name in self.nodes.later_paths:
                if root.path and path.startswith(root.path):
                    root.later = start
                    raise Refusal(
                        _("%(root)s 下的%(name)s %(from)s 另有变更，与 %(day)s 生效的调整相抵触")
                        % {"root": root.name, "name": name, "from": start, "day": self.day},
                        remedy=_("按时间先后登记，或先更正后来的变更"),
                    )
        waiting = [k for root in moved for k in self.nodes.below.get(root, ())]
        seen: set[int] = set()
        while waiting:
            key = waiting.pop()
            if key in seen or key < 0:
                continue
            seen.add(key)
            node = self.nodes.by_key[key]
            self._refuse_later(node)
            yield node
            waiting += self.nodes.below.get(key, ())

    def path(self, node: Node) -> str:
        """The place of `node` when all steps are taken."""
        if node.key not in self._paths:
            parent = self.nodes.above(node)
            if node.key < 0 or node.above != node.was_above:
                base = self.path(parent) if parent else ""
                before = [parent.path] if parent and parent.path else []
                self._paths[node.key] = base + self.allocator.under(*dict.fromkeys([base, *before]))
            elif parent is None:
                self._paths[node.key] = node.path
            else:
                self._paths[node.key] = self.path(parent) + node.path[-SEGMENT:]
        return self._paths[node.key]
