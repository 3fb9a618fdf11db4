"""The inputs that the fields of a flow become: what each shows, with what stands in it and what is wrong with it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import models
from django.utils import timezone

from jiceng.matters.flows import terms_for, vocabulary_of
from jiceng.matters.sections import FieldSpec
from jiceng.matters.values import FILES, RECORDS, SEVERAL
from jiceng.organisations.queries import codes_upwards
from jiceng.packs.catalogue import current
from jiceng.records.attachments import DOCUMENT, PHOTO, Attachment, Purpose, waiting
from jiceng.records.uids import new_uid
from jiceng.web.matters.forms.reading import texts_of
from jiceng.web.matters.forms.sheets import Proposed, Sheet
from jiceng.web.matters.naming import said
from jiceng.web.packs.shaping import english
from jiceng.web.registry.listing.terms import Words

FEW = 6
"""So many terms stand side by side to be tapped; more are a list to open."""

PURPOSES: Mapping[str, Purpose] = {"photo": PHOTO, "file": DOCUMENT}


@dataclass(frozen=True, slots=True)
class Input:
    """One input. `value` is what stands in it; `chosen` the records picked, as (key, name); `options` the terms as
    (key, label, chosen), `tree` the same as the options of a list; `proposed` records that one tap picks.
    """

    key: str
    kind: str
    label: str
    must: bool
    note: str = ""
    value: str = ""
    typed: str = ""
    most: int = 0
    several: bool = False
    picks: bool = False
    chosen: Sequence[tuple[int, str]] = ()
    options: Sequence[tuple[str, str, bool]] = ()
    tree: str = ""
    files: Sequence[Attachment] = ()
    endings: str = ""
    leads: bool = False
    proposed: Sequence[Proposed] = ()
    wrong: str = ""

    @property
    def wide(self) -> bool:
        """Whether it takes a whole line."""
        return self.kind in ("lines", "point", "photo", "file") or self.several


def key_of_form() -> str:
    """A key under which a form happens once, however often it is sent."""
    return new_uid().hex


def inputs_of(sheet: Sheet, request: Any, asked: Any, wrong: Mapping[str, str]) -> list[Input]:
    """The inputs of `sheet` with what was typed (`asked`: a form or a draft), else with what stands in them at
    first. `wrong` are refusals by the field's own name.
    """
    at = codes_upwards(sheet.region)
    words = Words(current(), at)
    above = {sheet.spec.fields[key].under for key in sheet.keys}
    return [_input(sheet, request, key, asked, wrong, words, leads=key in above) for key in sheet.keys]


def _input(
    sheet: Sheet, request: Any, key: str, asked: Any, wrong: Mapping[str, str], words: Words, *, leads: bool
) -> Input:
    spec = sheet.spec.fields[key]
    texts = texts_of(spec, key, asked) if asked is not None else _texts(spec, sheet.stands.get(key))
    more: dict[str, Any] = {"value": texts[0] if texts else "", "most": spec.most}
    if spec.kind in ("term", "terms"):
        more |= _terms(sheet, spec, texts, asked, words)
    elif spec.kind in FILES:
        purpose = PURPOSES[spec.kind]
        more |= {"files": waiting(texts, by=request.actor), "endings": ",".join(purpose.endings)}
    elif spec.kind in RECORDS:
        chosen = _chosen(spec, texts)
        typed = asked.get(f"{key}.typed", "") if asked is not None else ""
        single = chosen[0][1] if chosen and spec.kind not in SEVERAL else ""
        more |= {
            "chosen": chosen,
            "picks": True,
            "typed": typed or single,
            "proposed": sheet.proposed.get(key, ()),
        }
    return Input(
        key=key,
        kind=spec.kind,
        label=said(spec),
        must=key in sheet.required,
        note=(spec.note_en if english() else "") or spec.note,
        several=spec.kind in SEVERAL or spec.kind == "terms",
        leads=leads,
        wrong=wrong.get(spec.label, ""),
        **more,
    )


def _texts(spec: FieldSpec, value: Any) -> list[str]:
    """A value that a matter has, as the texts of its inputs."""
    if value is None or value == "":
        return []
    if isinstance(value, bool):
        return ["yes" if value else "no"]
    if spec.kind == "point":
        return [",".join(f"{part:.6f}" for part in value)]
    if isinstance(value, list | tuple):
        return [text for each in value for text in _texts(spec, each)]
    if isinstance(value, models.Model):
        return [str(value.pk)]
    if isinstance(value, datetime):
        return [timezone.localtime(value).strftime("%Y-%m-%dT%H:%M")]
    return [str(value)]


def _terms(sheet: Sheet, spec: FieldSpec, texts: Sequence[str], asked: Any, words: Words) -> dict[str, Any]:
    """The terms that may be chosen: a few to be tapped, many as a list, as a tree where the whole one is offered."""
    above = ""
    if spec.under:
        stands = _texts(sheet.spec.fields[spec.under], sheet.stands.get(spec.under))
        above = next(iter(texts_of(sheet.spec.fields[spec.under], spec.under, asked) if asked else []), "")
        above = above or next(iter(stands), "")
    offered = terms_for(sheet.spec, spec, sheet.region, sheet.day, above)
    options = [(key, label, key in texts) for key, label in offered]
    if len(options) <= FEW or spec.kind == "terms" or spec.below or spec.under:
        return {"options": options}
    return {"tree": words.options(vocabulary_of(sheet.spec, spec), texts[0] if texts else "", blank=False)}


def _chosen(spec: FieldSpec, texts: Sequence[str]) -> Sequence[tuple[int, str]]:
    """The records with these keys, as they are called. What may not be named was refused before it stood here."""
    keys = [int(text) for text in texts if text.isdigit()]
    rows = RECORDS[spec.kind]._base_manager.in_bulk(keys) if keys else {}
    return [(key, str(rows[key])) for key in keys if key in rows]
