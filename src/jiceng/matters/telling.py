"""What reporters are told of a step: the flow's own sentence, with the fields that it names in braces put in.

    tells: 已转{lead}办理
    tells_en: Passed to {lead}

What a flow does not name in this way never reaches a reporter: neither who acted nor which unit has the matter.
"""

import re
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from jiceng.organisations.models import Unit
from jiceng.packs.catalogue import current

if TYPE_CHECKING:
    from jiceng.matters.sections import FieldSpec, MatterSpec

NAMED = re.compile(r"\{(\w+)\}")
TELLABLE = frozenset({"text", "lines", "integer", "number", "date", "term", "terms", "unit", "units"})
"""Kinds of fields that may be told; never a person, a household or a file."""


def named_in(sentence: str) -> list[str]:
    """The fields that a sentence names, in order."""
    return NAMED.findall(sentence)


def tellable(field: "FieldSpec") -> bool:
    """Whether what the field holds may be told to whoever reported."""
    return field.kind in TELLABLE and not field.personal


def words_told(spec: "MatterSpec", step: str, values: Mapping[str, Any], *, english: bool = False) -> str:
    """The sentence that reporters are told of `step`, whose `values` are as the timeline keeps them; empty where the
    flow tells them nothing. What was left open is left out.
    """
    found = spec.steps.get(step)
    if found is None:
        return ""
    sentence = (found.tells_en if english else "") or found.tells
    return NAMED.sub(lambda named: _said(spec, named[1], values.get(named[1]), english), sentence)


def _said(spec: "MatterSpec", key: str, value: Any, english: bool) -> str:
    field = spec.fields.get(key)
    if field is None or value in (None, "", []) or not tellable(field):
        return ""
    listed = value if isinstance(value, list) else [value]
    if field.kind in ("unit", "units"):
        return _("、").join(_names(listed))
    if field.kind in ("term", "terms"):
        vocabulary = field.vocabulary or (spec.categories if field.column == "category" else spec.grades)
        language = "en" if english else "zh-hans"
        return _("、").join(current().label(str(each), language, vocabulary) for each in listed)
    return str(value)


def _names(keys: Iterable[Any]) -> list[str]:
    rows = Unit._base_manager.in_bulk(list(keys))
    return [str(rows[key]) for key in keys if key in rows]
