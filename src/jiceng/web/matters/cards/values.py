"""Values of a matter as people read them: records by name, terms by label, files to open."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from jiceng.accounts.permissions import Permission as P
from jiceng.accounts.tables import permission_for
from jiceng.matters.flows import vocabulary_of
from jiceng.matters.models import Matter
from jiceng.matters.sections import FieldSpec, MatterSpec
from jiceng.matters.values import FILES, RECORDS, SEVERAL
from jiceng.people.models import Household, Person
from jiceng.protection.masking import masked_name
from jiceng.records.attachments import Attachment
from jiceng.web.matters.naming import address_of, said
from jiceng.web.registry.ledgers import table_of_model
from jiceng.web.registry.listing.terms import Words


@dataclass(frozen=True, slots=True)
class Piece:
    """One thing that a value names; `url` opens it."""

    text: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class Fact:
    """A line of a card: what, and its value in pieces; `files` in their place for a field of files."""

    label: str
    pieces: Sequence[Piece]
    files: Sequence[Attachment] = ()


class Values:
    """Says values of a matter's fields. What they name is read at once for all of them: one query for each kind of
    record, however many there are.
    """

    def __init__(
        self, request: Any, spec: MatterSpec, words: Words, given: Iterable[Mapping[str, Any]]
    ) -> None:
        self._spec, self._words, self._access = spec, words, request.access
        wanted: dict[type[models.Model], set[int]] = {}
        uids: set[str] = set()
        for values in given:
            for key, value in values.items():
                field = spec.fields.get(key)
                if field is None or value in (None, "", []):
                    continue
                listed = value if isinstance(value, list) else [value]
                if field.kind in RECORDS:
                    wanted.setdefault(RECORDS[field.kind], set()).update(listed)
                elif field.kind in FILES:
                    uids.update(listed)
        self._records = {model: model._base_manager.in_bulk(list(keys)) for model, keys in wanted.items()}
        files = Attachment.objects.filter(uid__in=uids) if uids else ()
        self._files = {str(file.uid): file for file in files}

    def facts(self, values: Mapping[str, Any]) -> list[Fact]:
        """The lines of `values`, in the order of the type's fields, empty ones and what is no field left out."""
        found = []
        for key, field in self._spec.fields.items():
            value = values.get(key)
            if value in (None, "", []):
                continue
            if field.kind in FILES:
                found.append(Fact(said(field), (), [self._files[uid] for uid in value if uid in self._files]))
            else:
                found.append(Fact(said(field), self.pieces(field, value)))
        return found

    def pieces(self, field: FieldSpec, value: Any) -> list[Piece]:
        """What a stored value says."""
        listed = value if isinstance(value, list) and field.kind in (*SEVERAL, "terms") else [value]
        return [self._piece(field, each) for each in listed]

    def _piece(self, field: FieldSpec, value: Any) -> Piece:
        if field.kind in RECORDS:
            record = self._records.get(RECORDS[field.kind], {}).get(value)
            return record_piece(self._access, record) if record is not None else Piece(str(value))
        if field.kind in ("term", "terms"):
            return Piece(self._words.label(value, vocabulary_of(self._spec, field)))
        return Piece(plain(value))


def record_piece(access: Any, record: models.Model) -> Piece:
    """A record by its name, with its card where the visitor may open it. Persons have their names for those who see
    persons.
    """
    if isinstance(record, Matter):
        return Piece(f"{record.number} {record.title}", address_of(record))
    table = table_of_model(type(record))
    name = str(record)
    if isinstance(record, (Person, Household)) and not access.may(P.PEOPLE_VIEW, P.MEMBERS_VIEW):
        name = masked_name(name)
    opens = bool(table) and access.may(permission_for(table))
    return Piece(name, reverse("registry:card", args=[table, record.pk]) if opens else "")


def plain(value: Any) -> str:
    """A value without a vocabulary or a record, as text: yes and no in words, moments on the local clock."""
    if isinstance(value, bool):
        return _("是") if value else _("否")
    if isinstance(value, list | tuple):
        return ", ".join(f"{part:.6f}" if isinstance(part, float) else str(part) for part in value)
    if isinstance(value, str) and "T" in value and (moment := _moment(value)) is not None:
        value = moment
    if isinstance(value, datetime):
        return timezone.localtime(value).strftime("%Y-%m-%d %H:%M")
    return value.isoformat() if isinstance(value, date) else str(value)


def _moment(text: str) -> datetime | None:
    try:
        found = parse_datetime(text)
    except ValueError:
        return None
    return found if found is not None and timezone.is_aware(found) else None
