"""Places in the three trees: fixed-width digit paths, given out one segment after the other under each
node.
"""

from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from jiceng.organisations.spans import Dating, Stretches, locked
from jiceng.protection.scopes import SEGMENT, upper_bound
from jiceng.records.refusals import Refusal

LAST = 10**SEGMENT - 1


class Allocator:
    """Gives out free segments under nodes, each once; make one for a write and keep it for its length.

    A segment that was ever used under a path is not used again while others are free, so that a path means
    one node.
    """

    def __init__(self, dating: Dating) -> None:
        self.dating = dating
        self._rows = (dating.span if dating.positions else dating.model)._base_manager
        self._column = dating.path
        self._longest = dating.model._meta.get_field(dating.path).max_length
        self._next: dict[str, int] = {}
        self._lives: dict[int, tuple[str, list[tuple[date | None, date, str]]]] = {}

    def under(self, *above: str) -> str:
        """A free segment under every one of the paths `above` (those that one node has had), four digits."""
        wanted = max(self._free(path) for path in above)
        if wanted > LAST:
            wanted = self._gap(above)
        if max(map(len, above)) + SEGMENT > self._longest:
            raise Refusal(
                _("层级太深：最多%(steps)s级") % {"steps": self._longest // SEGMENT},
                remedy=_("挂到更高一级的节点下"),
            )
        for path in above:
            self._next[path] = wanted + 1
        return f"{wanted:0{SEGMENT}d}"

    def place(self, above: Any | None, day: date, *, leaf: bool = False) -> tuple[str, Stretches]:
        """A path for a node that begins on `day` under `above`, and its stretches where `above` has moved
        since.

        The stretches are empty for a node whose place was always the same. A `leaf` gets no segment of its
        own but stands at the path of `above`, as thousands of units do under one authority. Locks `above`.
        """
        if above is None:
            return ("" if leaf else self.under("")), ()
        today, life = self._life(above)
        paths = [(start, path) for end, start, path in life if end is None or end > day]
        segment = "" if leaf else self.under(*dict.fromkeys([*(path for _start, path in paths), today]))
        stretches = []
        for place, (start, path) in enumerate(paths):
            if place == 0 or path != paths[place - 1][1]:
                stretches.append((day if place == 0 else start, {self._column: path + segment}))
        return today + segment, stretches if len(stretches) > 1 else ()

    def forget(self, above: Any) -> None:
        """Read `above` anew next time: its own place has changed."""
        self._lives.pop(above.pk, None)

    def _life(self, above: Any) -> tuple[str, list[tuple[date | None, date, str]]]:
        """The path of `above` today, and its spans as (end, start, path)."""
        if above.pk not in self._lives:
            row = locked(self.dating, [above.pk])[above.pk]
            spans = self.dating.span._base_manager.filter(**{self.dating.key: above.pk}).order_by(
                "valid_from"
            )
            life = list(spans.values_list("valid_to", "valid_from", self._column))
            self._lives[above.pk] = getattr(row, self._column), life
        return self._lives[above.pk]

    def _below(self, path: str) -> Any:
        rows = self._rows.filter(**{f"{self._column}__gt": path})
        return rows.filter(**{f"{self._column}__lt": upper_bound(path)}) if path else rows

    def _free(self, path: str) -> int:
        if path not in self._next:
            # the last path of the subtree carries the highest segment of every step above it
            last = self._below(path).order_by(f"-{self._column}").values_list(self._column, flat=True).first()
            self._next[path] = int(last[len(path) : len(path) + SEGMENT]) + 1 if last else 1
        return self._next[path]

    def _gap(self, above: tuple[str, ...]) -> int:
        used = set()
        for path in above:
            for held in self._below(path).values_list(self._column, flat=True).iterator():
                used.add(int(held[len(path) : len(path) + SEGMENT]))
        free = next((n for n in range(1, LAST + 1) if n not in used), None)
        if free is None:
            raise Refusal(
                _("同一上级下最多%(most)s个下级，已经用完") % {"most": LAST},
                remedy=_("在中间设一级，再挂下级"),
            )
        return free


def refuse_cycle(dating: Dating, entity: Any, above: Any) -> None:
    """Raise Refusal where `above` is `entity` itself or stands below it."""
    own, theirs = getattr(entity, dating.path), getattr(above, dating.path)
    if above.pk == entity.pk or (own and theirs.startswith(own)):
        raise Refusal(
            _("%(above)s 就在 %(name)s 之下，不能作它的上级") % {"above": above, "name": entity},
            remedy=_("先把该下级调整出去，或另选上级"),
        )


def refuse_ended(above: Any, day: date, *, founded: bool = True) -> None:
    """Raise Refusal where `above` does not live until today, or (`founded`) did not yet exist on `day`."""
    if above.valid_to is not None:
        raise Refusal(
            _("上级 %(name)s 已于 %(to)s 终止") % {"name": above, "to": above.valid_to},
            remedy=_("选择现存的上级"),
        )
    if founded and above.valid_from > day:
        raise Refusal(
            _("上级 %(name)s %(from)s 才设立，晚于 %(day)s")
            % {"name": above, "from": above.valid_from, "day": day},
            remedy=_("更正生效日期，或先更正上级的设立日期"),
        )
