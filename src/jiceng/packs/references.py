"""How a section's model says that a field names something else, so that the loader can qualify and check it.

    class Indicator(PackModel):
        fact: Annotated[str, FactRef()] = Field(description="…")
        where: Annotated[Node, FilterOn(field="fact")] = Field(EVERYTHING, description="…")
        of: Annotated[ColumnPath | None, ColumnOf(field="fact")] = Field(None, description="…")
        post: Annotated[str, TermRef("posts")] = Field(description="…")

What is validated holds qualified keys, parsed filters and resolved columns. A field that tells the fact of
another must stand before it. Validated outside the loader (without its context), keys are taken as they are
written.
"""

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Annotated, Any

from django.utils.translation import gettext as _
from pydantic import (
    BaseModel,
    BeforeValidator,
    GetCoreSchemaHandler,
    GetJsonSchemaHandler,
    ValidationError,
    ValidationInfo,
)
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, InitErrorDetails, PydanticCustomError, core_schema

from jiceng.packs.filters.nodes import EVERYTHING, ColumnPath, Node
from jiceng.packs.filters.parsing import FilterProblems, parse_filter
from jiceng.packs.filters.resolving import Unresolved, column_of, fact_of, meant
from jiceng.packs.vocabulary import Vocabulary

COLUMN: JsonSchemaValue = {"type": "string", "pattern": r"^[a-z_]+(\.[a-z_]+)*$"}
"""A column in a model's JSON Schema."""

FILTER = "x-filter"
"""Marks a filter in a model's JSON Schema; `schema` puts the grammar in its place."""


@dataclass(frozen=True, slots=True)
class Resolver:
    """How keys written in `pack` are qualified: the pack's own first, then those of the base packs.

    `items` holds, by section, every qualified key there is with its item as written.
    """

    pack: str
    bases: tuple[str, ...]
    vocabularies: Mapping[str, Vocabulary]
    items: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    def qualified(self, written: str, known: Collection[str], what: str) -> str:
        """The key among `known` that `written` means. Raises Unresolved, saying `what` was looked for."""
        if ":" in written:
            if written in known:
                return written
        else:
            for pack in (self.pack, *self.bases):
                if (key := f"{pack}:{written}") in known:
                    return key
        near = {
            key.partition(":")[2] if key.partition(":")[0] in (self.pack, *self.bases) else key
            for key in known
        }
        remedy = meant(written.rpartition(":")[2] if ":" in written else written, near)
        raise Unresolved(_("%(what)s里没有“%(key)s”") % {"what": what, "key": written[:80]}, remedy)

    def term(self, vocabulary: str, written: str) -> str:
        """See `filters.resolving.Keys`."""
        if vocabulary not in self.vocabularies:
            raise Unresolved(
                _("没有词表“%(name)s”") % {"name": vocabulary}, meant(vocabulary, self.vocabularies)
            )
        tree = self.vocabularies[vocabulary]
        return self.qualified(written, tree, tree.label or vocabulary)

    def item(self, section: str, written: str) -> str:
        """The qualified key of the item. Raises Unresolved."""
        return self.qualified(written, self.items.get(section, {}), section)

    def stored(self, section: str, written: str) -> str:
        """See `filters.resolving.Keys`."""
        key = self.item(section, written)
        bare = key.partition(":")[2]
        return next((f"{base}:{bare}" for base in self.bases if f"{base}:{bare}" in self.items[section]), key)

    def is_vocabulary(self, name: str) -> bool:
        """See `filters.resolving.Keys`."""
        return name in self.vocabularies

    def is_section(self, name: str) -> bool:
        """See `filters.resolving.Keys`."""
        return name in self.items

    def rank(self, vocabulary: str, key: str) -> float | None:
        """See `filters.resolving.Keys`."""
        rank = self.vocabularies[vocabulary][key].attr("rank")
        return float(rank) if isinstance(rank, int | float) else None


class AsWritten:
    """Takes every key as it is: for models built outside the loader."""

    def term(self, vocabulary: str, written: str) -> str:
        return written

    def item(self, section: str, written: str) -> str:
        return written

    def stored(self, section: str, written: str) -> str:
        return written

    def is_vocabulary(self, name: str) -> bool:
        return bool(name)

    def is_section(self, name: str) -> bool:
        return False

    def rank(self, vocabulary: str, key: str) -> float | None:
        return None


def _keys(info: ValidationInfo) -> Resolver | AsWritten:
    return info.context if isinstance(info.context, Resolver) else AsWritten()


def refuse(what: str, remedy: str = "") -> PydanticCustomError:
    """The error a validator raises so that the loader can say what is wrong and what to do."""
    return PydanticCustomError("pack", "{what}", {"what": what, "remedy": remedy})


class _Key:
    """A text that is looked up and replaced by its qualified form."""

    def find(self, written: str, keys: Resolver | AsWritten) -> str:
        raise Unresolved("")

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        def resolve(written: Any, info: ValidationInfo) -> Any:
            if not isinstance(written, str):
                return written  # an optional reference that is left out
            try:
                return self.find(written, _keys(info))
            except Unresolved as found:
                raise refuse(found.what, found.remedy) from None

        return core_schema.with_info_after_validator_function(resolve, handler(source))


@dataclass(frozen=True, slots=True)
class TermRef(_Key):
    """A term of `vocabulary`: `post: Annotated[str, TermRef("posts")]`."""

    vocabulary: str

    def find(self, written: str, keys: Resolver | AsWritten) -> str:
        return keys.term(self.vocabulary, written)


@dataclass(frozen=True, slots=True)
class ItemRef(_Key):
    """An item of a keyed section: `of: Annotated[str, ItemRef("indicators")]`."""

    section: str

    def find(self, written: str, keys: Resolver | AsWritten) -> str:
        return keys.item(self.section, written)


@dataclass(frozen=True, slots=True)
class FactRef(_Key):
    """A declared fact."""

    def find(self, written: str, keys: Resolver | AsWritten) -> str:
        return fact_of(written).key


def terms_of(model: BaseModel) -> list[str]:
    """The terms that the fields of `model` name (those that say `TermRef`)."""
    named = [
        getattr(model, name)
        for name, info in type(model).model_fields.items()
        if any(isinstance(said, TermRef) for said in info.metadata)
    ]
    return [term for term in named if isinstance(term, str) and term]


FactFinder = Callable[[Mapping[str, Any], Resolver | None], str | None]
"""From the fields read so far (and the resolver) to the fact a filter or column is about."""


@dataclass(frozen=True, slots=True)
class _About:
    """Something that is about the rows of one fact: a fixed one, the one another field names, or a found
    one.
    """

    fact: str = ""
    field: str = ""
    finder: FactFinder | None = None

    def about(self, info: ValidationInfo) -> str | None:
        """The fact's key; None where the field that names it is itself wrong, which has been said already."""
        if self.fact:
            return self.fact
        data = info.data or {}
        if self.finder is not None:
            return self.finder(data, info.context if isinstance(info.context, Resolver) else None)
        if self.field not in data:
            return None
        if not data[self.field]:
            raise refuse(_("没有写 %(field)s，不知道这里说的是什么") % {"field": self.field}, _("先写明它"))
        return str(data[self.field])


@dataclass(frozen=True, slots=True)
class FilterOn(_About):
    """A filter over the rows of a fact; the field's type is `Node` (or `Node | None`)."""

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.with_info_plain_validator_function(self._parse)

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        return {"type": "object", FILTER: True}

    def _parse(self, written: Any, info: ValidationInfo) -> Node | None:
        if written is None or isinstance(written, Node):
            return written
        fact = self.about(info)
        if fact is None:
            return EVERYTHING
        try:
            return parse_filter(written, fact, _keys(info))
        except FilterProblems as found:
            raise _with_places(found) from None


def _with_places(found: FilterProblems) -> ValidationError:
    """The filter's problems as pydantic's own, so that their places join the place of the filter."""
    return ValidationError.from_exception_data(
        "Filter",
        [InitErrorDetails(type=refuse(p.what, p.remedy), loc=p.place, input=None) for p in found.problems],
    )


@dataclass(frozen=True, slots=True)
class ColumnOf(_About):
    """A column of a fact by its dotted path, of one of `kinds` (any without); the field's type is
    `ColumnPath`.
    """

    kinds: tuple[str, ...] = ()

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.with_info_plain_validator_function(self._resolve)

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        return dict(COLUMN)

    def _resolve(self, written: Any, info: ValidationInfo) -> ColumnPath | None:
        if written is None or isinstance(written, ColumnPath):
            return written
        fact = self.about(info)
        if fact is None:
            return None
        if not isinstance(written, str):
            raise refuse(_("应为列名"), _("例如 region.kind"))
        try:
            column = column_of(fact_of(fact), written)
        except Unresolved as found:
            raise refuse(found.what, found.remedy) from None
        if self.kinds and column.kind not in self.kinds:
            kinds = {"column": written, "kind": column.kind, "wanted": "、".join(self.kinds)}
            raise refuse(_("“%(column)s”是 %(kind)s 列，这里要 %(wanted)s 列") % kinds)
        return column


def _iso_day(written: Any) -> Any:
    if isinstance(written, date):
        return written
    if isinstance(written, str) and re.fullmatch(r"\d{4}-\d{2}-\d{2}", written):
        try:
            return date.fromisoformat(written)
        except ValueError:
            pass
    raise refuse(_("“%(text)s”不是日期") % {"text": str(written)[:40]}, _("写成 2021-12-31"))


Day = Annotated[date, BeforeValidator(_iso_day)]
"""A day, written 2021-12-31 and no other way."""
