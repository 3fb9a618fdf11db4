"""A record's form filled in: what stands in it, what was typed, and the one call that stores it."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django.db.models import Model
from django.utils.translation import gettext as _

from jiceng.accounts.permissions import Permission as P
from jiceng.accounts.scoping import covers, denied
from jiceng.accounts.tables import edit_permission
from jiceng.organisations.models import Region
from jiceng.records.refusals import Refusal, Refusals
from jiceng.web.registry.forms.acts import Act
from jiceng.web.registry.forms.endings import ENDINGS
from jiceng.web.registry.forms.inputs import Input, Shown, as_text, read, stored
from jiceng.web.registry.forms.specs import SPECS, Spec
from jiceng.web.registry.keeping import require_kept
from jiceng.web.registry.listing.terms import Words

DAY = Input("day", _("生效日期"), "date", must=True)


def offered(access: Any, spec: Spec) -> tuple[Input, ...]:
    """The inputs for this visitor: a failing code may be let through by those entitled only."""
    return tuple(i for i in spec.inputs if i.key != spec.note or access.may(P.CODE_OVERRIDE))


def shown(
    inputs: Iterable[Input],
    record: Model | None,
    asked: Mapping[str, str],
    words: Words,
    wrong: Mapping[str, str],
) -> list[Shown]:
    """The inputs with what was typed, else with what the record has."""
    return [_shown(field, record, asked, words, wrong.get(str(field.label), "")) for field in inputs]


def _shown(field: Input, record: Model | None, asked: Mapping[str, str], words: Words, wrong: str) -> Shown:
    kept = stored(field, record)
    value = asked[field.key] if field.key in asked else as_text(kept)
    typed = asked.get(f"{field.key}.typed", str(kept) if isinstance(kept, Model) else "")
    options = words.options(field.vocabulary, value, blank=False) if field.kind == "term" else None
    return Shown(field, value, typed, options, wrong)


def values_of(inputs: Iterable[Input], asked: Mapping[str, str]) -> dict[str, Any]:
    """What was typed, input by input. Raises Refusals with everything that cannot be read."""
    found, refusals = {}, []
    for field in inputs:
        try:
            found[field.key] = read(field, asked)
        except Refusal as refusal:
            refusals.append(refusal)
    if refusals:
        raise Refusals(refusals)
    return found


def changed_values(inputs: Iterable[Input], record: Model, values: Mapping[str, Any]) -> dict[str, Any]:
    """Those of `values` that differ from what the record has; an empty sealed input differs in nothing."""
    kept = {}
    for field in inputs:
        value = values[field.key]
        if field.sealed:
            if value:
                kept[field.key] = value
        elif as_text(value) != as_text(stored(field, record)):
            kept[field.key] = value
    return kept


def require_place(access: Any, table: str, values: Mapping[str, Any]) -> None:
    """Raise Denied where a record would be put into a region that the visitor does not keep."""
    region = values.get("region")
    permission = edit_permission(table)
    if isinstance(region, Region) and not covers(access.scope(permission), region):
        raise denied(permission, region.name)


def found(request: Any, table: str, asked: Mapping[str, str]) -> Model:
    """The new record. Raises Denied, Refusal or Refusals."""
    spec = SPECS[table]
    inputs = offered(request.access, spec)
    values = values_of(inputs, asked)
    day = read(DAY, asked)
    request.access.require(edit_permission(table))
    require_place(request.access, table, values)
    assert spec.found is not None
    given = {key: value for key, value in values.items() if value not in (None, "")}
    return spec.found(by=request.actor, day=day, reason=asked.get("reason", "").strip(), **given)


def changed(request: Any, table: str, record: Model, asked: Mapping[str, str]) -> Model:
    """The record changed. Raises Denied, Refusal or Refusals."""
    spec = SPECS[table]
    assert spec.changed is not None
    inputs = offered(request.access, spec)
    require_kept(request.access, table, record)
    values = changed_values(inputs, record, values_of(inputs, asked))
    require_place(request.access, table, values)
    if not values:
        raise Refusal(_("没有改动"), remedy=_("改好再保存，或返回"))
    _with_its_code(spec.note, values, record)
    day: date = read(DAY, asked) if spec.dated else request.today
    return spec.changed(
        by=request.actor, record=record, day=day, reason=asked.get("reason", "").strip(), **values
    )


def _with_its_code(note: str, values: dict[str, Any], record: Model) -> None:
    """A note is kept together with the code that it lets pass. Raises Refusal where that one is sealed."""
    if note not in values or values.keys() & {"code", "citizen_id"}:
        return
    if note == "citizen_id_note":
        raise Refusal(_("改证件说明要连同号码一起填写"), remedy=_("再填一次公民身份号码"))
    values["code"] = getattr(record, "code")  # noqa: B009 - only tables with a code have such a note


def ended(request: Any, table: str, record: Model, asked: Mapping[str, str]) -> Model:
    """The record's life ended. Raises Denied, Refusal or Refusals."""
    ending = ENDINGS[table]
    require_kept(request.access, table, record)
    values = {k: v for k, v in values_of(ending.inputs, asked).items() if v not in (None, "")}
    day = read(DAY, asked)
    ending.ended(by=request.actor, record=record, day=day, reason=asked.get("reason", "").strip(), **values)
    return record


def acted(request: Any, table: str, act: Act, record: Model, asked: Mapping[str, str]) -> Model:
    """What the act leads to: the record it gives, else the same. Raises Denied, Refusal or Refusals."""
    require_kept(request.access, table, record, edits=act.edits)
    values = {k: v for k, v in values_of(act.inputs, asked).items() if v not in (None, "")}
    if act.reaches:
        scope = request.access.scope(edit_permission(act.edits))
        for picked in values.values():
            if isinstance(picked, Model) and not covers(scope, picked):
                raise denied(edit_permission(act.edits), str(picked))
    day: date = read(DAY, asked) if act.dated else request.today
    reason = asked.get("reason", "").strip()
    return act.done(by=request.actor, record=record, day=day, reason=reason, **values) or record
