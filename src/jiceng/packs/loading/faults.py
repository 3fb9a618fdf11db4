"""What pydantic finds wrong, said to the person who wrote the pack: where, what, and what to do."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, get_args

from django.utils.translation import gettext as _
from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from jiceng.packs.filters.resolving import meant
from jiceng.packs.loading.reading import Place
from jiceng.records.refusals import Refusal


def refusals(
    error: ValidationError, model: type[BaseModel], item: Any, where: Callable[[Place], str]
) -> list[Refusal]:
    """One refusal for each place of `item` that `error` complains of; `where` says how a place in it is
    called.

    Where nothing fits among several possibilities, pydantic complains of each; they become one refusal.
    """
    found: dict[tuple[Place, str], Refusal] = {}
    unfit: dict[Place, list[ErrorDetails]] = {}
    for detail in error.errors(include_url=False):
        place = _as_written(detail["loc"], item)
        if (said := _said_apart(detail, place, model)) is not None:
            found.setdefault((place, said[0]), Refusal(said[0], where(place), said[1]))
        else:
            unfit.setdefault(place, []).append(detail)
    for place, details in unfit.items():
        what, remedy = _said_together(details, place, model)
        found[place, what] = Refusal(what, where(place), remedy)
    return list(found.values())


def _as_written(place: Place, item: Any) -> Place:
    """The steps of `place` that `item` has: pydantic adds names of its own for the branches of a union."""
    kept: list[str | int] = []
    for step in place:
        inside = step in item if isinstance(item, dict) else False
        if isinstance(item, list) and isinstance(step, int):
            inside = step < len(item)
        if inside:
            kept.append(step)
            item = item[step]
    return tuple(kept)


def _said_apart(detail: ErrorDetails, place: Place, model: type[BaseModel]) -> tuple[str, str] | None:
    """What is wrong and the remedy, for faults that are not about the kind of a value."""
    if detail["type"] == "pack":
        context = detail["ctx"]
        return str(context["what"]), str(context["remedy"])
    name = str(detail["loc"][-1]) if detail["loc"] else ""
    if detail["type"] == "extra_forbidden":
        fields = {field for owner in _models_at(model, place[:-1]) for field in _written_names(owner)}
        return _("未知的字段“%(name)s”") % {"name": name}, meant(name, fields)
    if detail["type"] == "missing":
        return _("缺少字段“%(name)s”") % {"name": name}, _description(model, (*place, name))
    return None


def _said_together(details: list[ErrorDetails], place: Place, model: type[BaseModel]) -> tuple[str, str]:
    """What all the possibilities ask for, and the remedy."""
    written = details[0].get("input")
    asked = []
    for detail in details:
        said = _SAID.get(detail["type"])
        asked.append(said(detail.get("ctx", {})) if said else detail["msg"])
    what = _("“%(name)s”") % {"name": place[-1]} if place else _("这里")
    what += _("，或").join(dict.fromkeys(asked))
    if not isinstance(written, dict | list | tuple):
        what += _("，写的是“%(value)s”") % {"value": str(written)[:60]}
    texts = any(detail["type"].startswith("string_") for detail in details)
    if texts and isinstance(written, int | float):
        return what, _("给它加上引号")
    return what, _description(model, place)


def _number(context: Mapping[str, Any], name: str) -> dict[str, Any]:
    return {"n": context.get(name)}


_SAID: dict[str, Callable[[Mapping[str, Any]], str]] = {
    "string_type": lambda c: _("应为文本"),
    "string_too_short": lambda c: _("太短，至少 %(n)s 字") % _number(c, "min_length"),
    "string_too_long": lambda c: _("太长，最多 %(n)s 字") % _number(c, "max_length"),
    "string_pattern_mismatch": lambda c: _("写法不对，应符合 %(n)s") % _number(c, "pattern"),
    "int_type": lambda c: _("应为整数"),
    "int_parsing": lambda c: _("应为整数"),
    "int_from_float": lambda c: _("应为整数"),
    "float_type": lambda c: _("应为数字"),
    "float_parsing": lambda c: _("应为数字"),
    "decimal_type": lambda c: _("应为数字"),
    "decimal_parsing": lambda c: _("应为数字"),
    "bool_type": lambda c: _("应为 true 或 false"),
    "bool_parsing": lambda c: _("应为 true 或 false"),
    "dict_type": lambda c: _("应为映射（键: 值）"),
    "model_type": lambda c: _("应为映射（键: 值）"),
    "model_attributes_type": lambda c: _("应为映射（键: 值）"),
    "list_type": lambda c: _("应为列表"),
    "tuple_type": lambda c: _("应为列表"),
    "too_short": lambda c: _("太少，至少 %(n)s 项") % _number(c, "min_length"),
    "too_long": lambda c: _("太多，最多 %(n)s 项") % _number(c, "max_length"),
    "literal_error": lambda c: _("应为 %(n)s 之一") % _number(c, "expected"),
    "enum": lambda c: _("应为 %(n)s 之一") % _number(c, "expected"),
    "greater_than": lambda c: _("应大于 %(n)s") % _number(c, "gt"),
    "greater_than_equal": lambda c: _("应不小于 %(n)s") % _number(c, "ge"),
    "less_than": lambda c: _("应小于 %(n)s") % _number(c, "lt"),
    "less_than_equal": lambda c: _("应不大于 %(n)s") % _number(c, "le"),
    "value_error": lambda c: _("不对：%(n)s") % _number(c, "error"),
    "assertion_error": lambda c: _("不对：%(n)s") % _number(c, "error"),
}


def _written_names(model: type[BaseModel]) -> Iterator[str]:
    """The names under which the model's fields are written."""
    for name, field in model.model_fields.items():
        yield field.alias or name


def _models_in(annotation: Any) -> Iterator[type[BaseModel]]:
    """The models that an annotation mentions."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
        return
    for part in get_args(annotation):
        yield from _models_in(part)


def _models_at(model: type[BaseModel], place: Place) -> list[type[BaseModel]]:
    """The models that may stand at `place` of `model`; steps that are no field (keys, indices) keep the
    choice.
    """
    at = [model]
    for step in place:
        further = [
            found
            for owner in at
            for name, field in owner.model_fields.items()
            if step in (name, field.alias)
            for found in _models_in(field.annotation)
        ]
        named = any(step in owner.model_fields or step in set(_written_names(owner)) for owner in at)
        at = further if named else at
    return at


def _description(model: type[BaseModel], place: Place) -> str:
    """What the model says about the field at `place`."""
    for end in range(len(place), 0, -1):
        for owner in _models_at(model, place[: end - 1]):
            for name, field in owner.model_fields.items():
                if place[end - 1] in (name, field.alias):
                    return field.description or ""
    return ""
