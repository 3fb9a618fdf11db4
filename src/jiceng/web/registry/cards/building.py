"""A record's card on a day: facts, what is tied to it, its timeline."""

from datetime import date
from typing import Any

from django.db.models import Model
from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext as _

from jiceng.exchange.tables import Field
from jiceng.organisations.models import PartyOrg, Region, RegionSpan, Unit
from jiceng.organisations.queries import ancestors
from jiceng.organisations.queries import card as dated_columns
from jiceng.people.models import Person
from jiceng.protection.ciphers import UnreadableValueError, decrypt
from jiceng.protection.masking import masked_citizen_id, masked_phone
from jiceng.protection.scopes import scoped
from jiceng.records.bases import valid_on
from jiceng.web.registry.cards.chronicle import chronicle
from jiceng.web.registry.cards.parts import Card, Fact
from jiceng.web.registry.cards.ties import tied
from jiceng.web.registry.ledgers import Ledger, table_of_model
from jiceng.web.registry.listing.terms import Words
from jiceng.web.shell.sight import sight

NOTED = {"code_note": "code_noted_by", "citizen_id_note": "citizen_id_noted_by"}
"""Why a code that fails its check was let through, and by whom: shown only where it was."""

UNSAID = frozenset({"uid", "valid_from", "valid_to"})
"""Fields that a card shows elsewhere or not at all."""


def record_of(request: Any, ledger: Ledger, key: int) -> Model:
    """The record with this key, where the visitor may see it. Raises Http404."""
    read = {f.read_from.partition("__")[0] for f in ledger.table.fields if "__" in f.read_from}
    heads = {head for head in read if ledger.has(head)}
    with scoped(sight(request, ledger.permission)):
        found: Model | None = ledger.visible().select_related(*sorted(heads)).filter(pk=key).first()
    if found is None:
        raise Http404(key)
    return found


def build(request: Any, ledger: Ledger, record: Any, day: date, words: Words) -> Card:
    """The whole card as of `day`; the record's row itself is left as it was."""
    began, ended = getattr(record, "valid_from", None), getattr(record, "valid_to", None)
    alive = (began is None or began <= day) and (ended is None or ended > day)
    past = day if day < request.today else None
    events = chronicle(record, words, past)  # reads the row as it is today
    if isinstance(record, (Region, Unit, PartyOrg)):
        for column, value in (dated_columns(record, day) or {}).items():
            if column != "living":
                setattr(record, column, value)
    return Card(
        table=ledger.key,
        table_label=ledger.label,
        record=record,
        title=title_of_record(record),
        place=_place(record, day),
        day=day,
        today=request.today,
        alive=alive,
        began=began,
        ended=ended,
        facts=tuple(facts_of(ledger, record, words)),
        tied=tied(request, ledger.key, record, day, words),
        events=events,
    )


def title_of_record(record: Any) -> str:
    """What the record is called: by its own name, else by the person or body that it is about."""
    for source in (record, *(getattr(record, part, None) for part in ("person", "party_org", "unit"))):
        if named := getattr(source, "name", "") or getattr(source, "head_name", ""):
            return str(named)
    return f"{record._meta.verbose_name} {record.pk}"


def _place(record: Any, day: date) -> str:
    """The regions around the record, as they were called on `day`, from the outermost in."""
    region = record if isinstance(record, Region) else getattr(record, "region", None)
    if region is None:
        return ""
    above = [span.name for span in reversed(ancestors(region, day))]
    if isinstance(record, Region):
        return " / ".join(above)
    own = RegionSpan._base_manager.filter(valid_on(day), region=region).values_list("name", flat=True).first()
    return " / ".join([*above, own or region.name])


def facts_of(ledger: Ledger, record: Any, words: Words) -> list[Fact]:
    """The record's lines, as its row says them; sealed values masked."""
    found = []
    named = {
        f.read_from.removesuffix("__name") for f in ledger.table.fields if f.read_from.endswith("__name")
    }
    for field in ledger.table.fields:
        head, code, _more = field.read_from.partition("__code")
        if code and head in named:  # the code of what another field names
            continue
        if field.sensitive and isinstance(record, Person):
            found.append(_sealed(field, record))
        elif field.key in NOTED:
            if note := getattr(record, field.key, ""):
                found.append(Fact(gettext(field.label), note, note=getattr(record, NOTED[field.key], "")))
        elif field.read_from and field.offered and not (field.sensitive or field.key in UNSAID):
            found.append(_fact(field, record, words))
    return found


def _fact(field: Field, record: Any, words: Words) -> Fact:
    head, _double, tail = field.read_from.partition("__")
    value, url = getattr(record, head, None), ""
    if tail:
        related = value
        for step in tail.split("__"):
            value = getattr(value, step, None)
        table = table_of_model(type(related)) if isinstance(related, Model) else ""
        if isinstance(related, Model) and table and tail == "name":
            url = reverse("registry:card", args=[table, related.pk])
    return Fact(gettext(field.label), _text(field, value, words), url)


def _text(field: Field, value: Any, words: Words) -> str:
    if value is None or value == "":
        return "—"
    if isinstance(value, bool):
        return _("是") if value else _("否")
    if field.kind == "term":
        return words.label(str(value))
    return value.isoformat() if isinstance(value, date) else str(value)


def _sealed(field: Field, record: Person) -> Fact:
    """A sealed value as everyone who may see the person sees it: masked."""
    masked = masked_phone if field.kind == "phone" else masked_citizen_id
    column = "phone" if field.kind == "phone" else "citizen_id"
    try:
        value = decrypt(bytes(record.sealed_key), bytes(getattr(record, column)))
    except UnreadableValueError:
        return Fact(gettext(field.label), _("已删除"))
    return Fact(gettext(field.label), masked(value) if value else "—", sealed=column if value else "")
