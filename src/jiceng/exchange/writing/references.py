"""How rows name other records, and who finds them. Rooms register a resolver for each kind of record they
own.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Protocol

from django.utils.translation import gettext as _

from jiceng.exchange.words import Words
from jiceng.protection.actors import Actor
from jiceng.protection.scopes import Scope
from jiceng.records.refusals import Refusal

Asked = tuple[str, ...]
"""What a row writes about a record, one text for each part of the reference (empty where the cell is)."""


@dataclass(frozen=True, slots=True)
class Found:
    """A record that a row names: its key, how people call it, columns that rows copy from it
    (`region_path`), and its places in the trees of scopes.
    """

    id: int
    label: str
    values: Mapping[str, Any] = field(default_factory=dict)
    paths: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Trouble:
    """Why a record was not found. `absent`: there is none of that name at all, so it may be a new row of
    the file.
    """

    text: str
    absent: bool = False


@dataclass(frozen=True, slots=True)
class Area:
    """The region within which a file's names are looked up; `codes` are its own and its ancestors', nearest
    first.
    """

    id: int
    code: str
    name: str
    path: str
    today: str
    codes: tuple[str, ...]
    level: int


@dataclass(frozen=True, slots=True)
class Context:
    """What holds for every row of a run: the day it speaks of, its area, who imports and what they may
    touch.
    """

    as_of: date
    by: Actor
    scope: Scope
    words: Words
    area: Area | None = None
    may_override: bool = True
    today: date | None = None


class Resolver(Protocol):
    """Finds records of one kind by what rows write; asked in batches, and only once for the same words."""

    def find(self, asked: set[Asked]) -> Mapping[Asked, Found | Trouble]:
        """An answer for every one of `asked`."""
        ...


_resolvers: dict[str, Callable[[Context], Resolver]] = {}


def register_resolver(kind: str, make: Callable[[Context], Resolver]) -> None:
    """Let references of `kind` be found by what `make` gives for a run."""
    _resolvers[kind] = make


_area_finders: list[Callable[[str, date], Area | None]] = []


def register_area(find: Callable[[str, date], Area | None]) -> None:
    """Let areas be found by code: `find` gives the region that bears a code on a day."""
    _area_finders[:] = [find]


def area_of(code: str, day: date) -> Area:
    """The area with that code on that day. Raises Refusal where there is none."""
    found = _area_finders[0](code, day) if _area_finders else None
    if found is None:
        raise Refusal(
            _("%(day)s 没有区划代码为 %(code)s 的区域") % {"day": day, "code": code[:20]},
            remedy=_("核对区划代码；数据日期早于该区域设立的，更正日期"),
        )
    return found


class References:
    """The resolvers of one run, with everything they have answered."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._resolvers: dict[str, Resolver] = {}
        self._answers: dict[str, dict[Asked, Found | Trouble]] = {}

    def answers(self, kind: str, asked: set[Asked]) -> Mapping[Asked, Found | Trouble]:
        """What every one of `asked` means; what was answered before is not asked again."""
        known = self._answers.setdefault(kind, {})
        new = asked - known.keys()
        if new:
            if kind not in self._resolvers:
                self._resolvers[kind] = _resolvers[kind](self._context)
            known.update(self._resolvers[kind].find(new))
        return known
