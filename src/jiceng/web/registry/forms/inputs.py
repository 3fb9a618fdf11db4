"""Inputs of a record's form: what each shows, and what people type into it read back."""

import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Model
from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from jiceng.organisations.models import PartyOrg, Region, Unit
from jiceng.people.models import Household
from jiceng.records.refusals import Refusal

PICKED: Mapping[str, type[Model]] = {
    "regions": Region,
    "units": Unit,
    "party-orgs": PartyOrg,
    "households": Household,
}
"""What may be picked by name, by the key of its table."""


@dataclass(frozen=True, slots=True)
class Input:
    """One input. `kind` is text, integer, date, boolean, term, or the table of the record to be picked.

    `wide` ones take a whole line. `column` is where the record keeps the value, default `key`; without one
    (`sealed`) the form begins empty, and an empty input changes nothing.
    """

    key: str
    label: str | Promise
    kind: str = "text"
    vocabulary: str = ""
    must: bool = False
    wide: bool = False
    sealed: bool = False
    hint: str | Promise = ""


@dataclass(frozen=True, slots=True)
class Shown:
    """An input with what stands in it: for a picked record its key and the text beside it."""

    input: Input
    value: str
    typed: str = ""
    options: SafeString | None = None
    wrong: str = ""


def stored(field: Input, record: Model | None) -> Any:
    """The value that the record has; for a picked one the record itself."""
    return None if record is None or field.sealed else getattr(record, field.key)


def as_text(value: Any) -> str:
    """A stored value as the input shows it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value.pk) if isinstance(value, Model) else str(value)


def read(field: Input, asked: Mapping[str, str]) -> Any:
    """What was typed into `field`, as the domain takes it. Raises Refusal for what it cannot be."""
    text = unicodedata.normalize("NFKC", asked.get(field.key, "")).strip()
    if field.kind == "text":
        text = asked.get(field.key, "").strip()
    typed = asked.get(f"{field.key}.typed", "").strip()
    value = READERS.get(field.kind, _picked)(field, text, typed)
    if field.must and value in (None, ""):
        raise Refusal(_("没有填写%(label)s") % {"label": field.label}, str(field.label))
    return value


def _text(field: Input, text: str, _typed: str) -> str:
    return text


def _integer(field: Input, text: str, _typed: str) -> int | None:
    if not text:
        return None
    try:
        number = int(text)
    except ValueError:
        raise Refusal(_("“%(text)s”不是整数") % {"text": text[:20]}, str(field.label)) from None
    if not 0 <= number < 2**31:
        raise Refusal(_("%(text)s超出范围") % {"text": text[:20]}, str(field.label))
    return number


def _date(field: Input, text: str, _typed: str) -> date | None:
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Refusal(_("“%(text)s”不是日期") % {"text": text[:20]}, str(field.label)) from None


def _boolean(field: Input, text: str, _typed: str) -> bool | None:
    return {"yes": True, "no": False}.get(text)


def _picked(field: Input, text: str, typed: str) -> Model | None:
    """The record whose key was picked; a name alone is enough where exactly one bears it."""
    model = PICKED[field.kind]
    rows = model._base_manager.filter(valid_to__isnull=True)
    if text.isdigit() and (found := rows.filter(pk=int(text)).first()):
        return found
    if not typed:
        return None
    named: list[Model] = list(rows.filter(**{_name_column(model): typed})[:2])
    if len(named) == 1:
        return named[0]
    what = _("有几个“%(name)s”") if named else _("没有“%(name)s”")
    raise Refusal(what % {"name": typed[:40]}, str(field.label), _("从输入时出现的名单里点选"))


def _name_column(model: type[Model]) -> str:
    return "code" if model is Household else "name"


READERS: Mapping[str, Callable[[Input, str, str], Any]] = {
    "text": _text,
    "term": _text,
    "integer": _integer,
    "date": _date,
    "boolean": _boolean,
}
