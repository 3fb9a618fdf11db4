"""The few fields that residents are asked, as their forms show them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from jiceng.matters.flows import terms_for
from jiceng.matters.sections import FieldSpec, MatterSpec
from jiceng.matters.values import label_of
from jiceng.organisations.models import Region
from jiceng.records.refusals import Refusal
from jiceng.web.residents.visiting import english


@dataclass(frozen=True, slots=True)
class Asked:
    """One field: how it is shown (`lines`, `line`, `number`, `date`, `yes_no`, `choice`, `choices`), what it holds."""

    key: str
    label: str
    shown: str
    must: bool
    value: Any
    note: str
    most: int
    options: Sequence[tuple[str, str, bool]]
    wrong: str


SHOWN = {
    "lines": "lines", "text": "line", "integer": "number", "number": "number", "date": "date",
    "boolean": "yes_no", "term": "choice", "terms": "choices", "point": "line",
}  # fmt: skip


def asked(
    spec: MatterSpec, keys: Mapping[str, bool], region: Region, day: date, post: Any, wrong: Mapping[str, str]
) -> list[Asked]:
    """The fields with these keys (and whether they must be filled in) as the form shows them; `post` is what was sent
    before, `wrong` what is wrong with it by label.
    """
    return [_asked(spec, key, must, region, day, post, wrong) for key, must in keys.items()]


def _asked(
    spec: MatterSpec, key: str, must: bool, region: Region, day: date, post: Any, wrong: Mapping[str, str]
) -> Asked:
    field: FieldSpec = spec.fields[key]
    held = post.getlist(key) if post is not None else []
    options = terms_for(spec, field, region, day) if field.kind in ("term", "terms") else []
    return Asked(
        key=key,
        label=label_of(field, english=english()),
        shown=SHOWN[field.kind],
        must=must,
        value=held[0] if held else "",
        note=(field.note_en if english() else "") or field.note,
        most=field.most,
        options=[(term, label, term in held) for term, label in options],
        wrong=wrong.get(field.label, ""),
    )


def given(spec: MatterSpec, keys: Mapping[str, Any], post: Any) -> dict[str, Any]:
    """What was filled in, by key: lists for fields that take several."""
    found: dict[str, Any] = {}
    for key in keys:
        kind = spec.fields[key].kind
        if kind == "photo":
            continue
        value: Any = post.getlist(key) if kind == "terms" else post.get(key, "")
        if value not in ("", []):
            found[key] = value
    return found


def wrong_in(refusals: Sequence[Refusal]) -> dict[str, str]:
    """What is wrong with single fields, by their labels."""
    return {
        each.where: f"{each.what}{'；' if each.remedy else ''}{each.remedy}"
        for each in refusals
        if each.where
    }
