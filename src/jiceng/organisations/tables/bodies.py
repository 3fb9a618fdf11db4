"""Finding units and party organisations as ledgers write them: by code, by system number, by name within
the area.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext as _

from jiceng.exchange.writing.references import Asked, Context, Found, Trouble
from jiceng.exchange.writing.stored import chunked
from jiceng.organisations import codes
from jiceng.organisations.models import PartyOrg, Unit
from jiceng.organisations.naming import clean_name
from jiceng.protection.scopes import within

NAMED = 4
CHUNK = 400
PARTY = ("中国共产党", "中共")


class BodyResolver:
    """Units or party organisations by (code, name), those that live on the run's day.

    `everywhere` looks beyond the importer's scope: for bodies that stand above or beside a record (an
    authority, a superior) and give no right to it.
    """

    model: type[Any]

    def __init__(self, context: Context, *, everywhere: bool = False) -> None:
        self._context = context
        day = context.as_of
        rows = self.model._base_manager if everywhere else self.model.visible_to(context.scope)
        self._rows = rows.filter(Q(valid_to__isnull=True) | Q(valid_to__gt=day), valid_from__lte=day)

    def find(self, asked: set[Asked]) -> Mapping[Asked, Found | Trouble]:
        """An answer for each (code, name)."""
        coded = {words[0] for words in asked if words[0]}
        by_code = self._by_code(coded | {words[1] for words in asked if _is_code(words[1])})
        names = {v for words in asked if words[1] for v in self.spelt(words[1])}
        by_name = self._by_name(names)
        return {words: self._answer(words, by_code, by_name) for words in asked}

    def spelt(self, name: str) -> tuple[str, ...]:
        """How the same body may be written; the name as it is stored comes first."""
        return (clean_name(name),)

    def found(self, record: Any) -> Found:
        """The record as rows refer to it."""
        values = {"region_path": record.region_path, "region_id": record.region_id}
        paths = {tree: getattr(record, column) for tree, column in self.model.scope_paths.items()}
        return Found(record.pk, record.name, values, paths)

    def _answer(
        self, words: Asked, by_code: Mapping[str, Any], by_name: Mapping[str, list[Any]]
    ) -> Found | Trouble:
        code, name = words[0], words[1]
        if record := by_code.get(codes.folded(code or name)):
            return self.found(record)
        if code:
            return Trouble(
                _("没有代码为“%(code)s”的%(kind)s") % {"code": code, "kind": self._kind()}, absent=True
            )
        for spelt in self.spelt(name):
            records = {r.pk: r for r in by_name.get(spelt, ())}
            if len(records) == 1:
                return self.found(next(iter(records.values())))
            if records:
                return self._ambiguous(name, list(records.values()))
        return Trouble(
            _("没有叫“%(name)s”的%(kind)s") % {"name": name[:60], "kind": self._kind()}, absent=True
        )

    def _kind(self) -> str:
        return str(self.model._meta.verbose_name)

    def _by_code(self, written: set[str]) -> dict[str, Any]:
        folded = {codes.folded(code) for code in written}
        numbers = {uid for code in written if (uid := _uid(code)) is not None}
        found: dict[str, Any] = {}
        for some in chunked(sorted(folded), CHUNK):
            found |= {record.code: record for record in self._rows.filter(code__in=some)}
        for some in chunked(sorted(numbers), CHUNK):
            found |= {codes.folded(str(record.uid)): record for record in self._rows.filter(uid__in=some)}
        return found

    def _by_name(self, names: Iterable[str]) -> dict[str, list[Any]]:
        rows = self._rows
        if self._context.area is not None:
            rows = rows.filter(within("region_path", self._context.area.today))
        found: dict[str, list[Any]] = {}
        for some in chunked(sorted(set(names)), CHUNK):
            for record in rows.filter(name__in=some):
                found.setdefault(record.name, []).append(record)
        return found

    def _ambiguous(self, name: str, records: list[Any]) -> Trouble:
        some = self.model._base_manager.filter(pk__in=[r.pk for r in records[:NAMED]]).select_related(
            "region"
        )
        listed = "；".join(f"{r.name}（{r.code or r.uid}，{r.region.name}）" for r in some)
        return Trouble(
            _("有 %(count)s 个“%(name)s”，请填写代码：%(list)s")
            % {"count": len(records), "name": name[:60], "list": listed}
        )


class UnitResolver(BodyResolver):
    """Units."""

    model = Unit


class PartyOrgResolver(BodyResolver):
    """Party organisations; 中共 in front may be there or not."""

    model = PartyOrg

    def found(self, record: Any) -> Found:
        plain = super().found(record)
        return replace(plain, values={**plain.values, "party_path": record.path, "nature": record.nature})

    def spelt(self, name: str) -> tuple[str, ...]:
        clean = clean_name(name)
        bare = next((clean[len(p) :] for p in PARTY if clean.startswith(p)), clean)
        return tuple(dict.fromkeys((clean, *(p + bare for p in PARTY), bare)))


def everywhere(resolver: type[BodyResolver]) -> Callable[[Context], BodyResolver]:
    """The same resolver beyond the importer's scope."""
    return lambda context: resolver(context, everywhere=True)


def _uid(text: str) -> UUID | None:
    try:
        return UUID(text) if len(text) >= 32 else None
    except ValueError:
        return None


def _is_code(text: str) -> bool:
    return bool(text) and text.isascii()
