"""What one write has touched, how it is digested, and how the digests are chained (SM3, GB/T 32905)."""

import json
from collections.abc import Iterable, Mapping
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from cryptography.hazmat.primitives import hashes
from django.db import models

from jiceng.protection.actors import Actor
from jiceng.records.uids import new_uid

GENESIS = "0" * 64


class UnrecordedWriteError(RuntimeError):
    """A recorded table was changed outside `write(...)`: a programming fault, never a user's."""


def _plain(value: Any) -> Any:
    if isinstance(value, (date, datetime)):
        return value.isoformat()
    if isinstance(value, (UUID, Decimal)):
        return str(value)
    if isinstance(value, (bytes, memoryview)):
        return bytes(value).hex()
    return value


def as_json(values: Mapping[str, Any] | None) -> str:
    """Canonical JSON of a record's values: the text that audit rows keep and the chain digests."""
    if values is None:
        return ""
    return json.dumps({k: _plain(v) for k, v in values.items()}, ensure_ascii=False, separators=(",", ":"))


def snapshot_of(record: models.Model) -> dict[str, Any]:
    """The stored values of `record` by column, empty ones left out."""
    found = {}
    for column in record._meta.concrete_fields:
        value = getattr(record, column.attname)
        if value is not None and value != "" and value != b"":
            found[column.attname] = value
    return found


def sm3(text: str) -> str:
    """SM3 (GB/T 32905) of UTF-8 text, as 64 hexadecimal digits."""
    digest = hashes.Hash(hashes.SM3())
    digest.update(text.encode())
    return digest.finalize().hex()


Row = tuple[str, int, int | None, str, str, str]
"""One audit row: table, record, last record of a load, verb, JSON before, JSON after."""


@dataclass(slots=True)
class Writing:
    """What the write in progress has touched so far."""

    actor: Actor
    action: str
    reason: str = ""
    uid: UUID = field(default_factory=new_uid)
    rows: list[Row] = field(default_factory=list)
    result: str = ""

    def note(
        self,
        table: str,
        record: int,
        verb: str,
        before: Mapping[str, Any] | None = None,
        after: Mapping[str, Any] | None = None,
        last: int | None = None,
    ) -> None:
        """Record that `verb` (insert, update, delete, load, read) happened to `record` (to `last` for a
        load).
        """
        self.rows.append((table, record, last, verb, as_json(before), as_json(after)))


CURRENT: ContextVar[Writing | None] = ContextVar("writing", default=None)


def current_writing() -> Writing:
    """The write in progress. Raises UnrecordedWriteError where none is."""
    writing = CURRENT.get()
    if writing is None:
        raise UnrecordedWriteError("recorded tables are changed inside `with write(by=..., action=...)` only")
    return writing


def row_digest(rows: Iterable[Row]) -> str:
    """SM3 over the audit rows of one write, in order."""
    digest = hashes.Hash(hashes.SM3())
    for row in rows:
        digest.update("\x1f".join("" if v is None else str(v) for v in row).encode() + b"\x1e")
    return digest.finalize().hex()


LINKED = ("uid", "at", "actor", "actor_name", "action", "reason", "rows", "digest")


def link(previous: str, seq: int, entry: Mapping[str, str]) -> str:
    """The chain hash of one entry: SM3 over the hash before it and everything the entry says."""
    # as JSON, so that no text within a field can pass for the border between two
    said = json.dumps([entry[name] for name in LINKED], ensure_ascii=False, separators=(",", ":"))
    return sm3(f"{previous}\x1e{seq}\x1e{said}")


def entry_text(writing: Writing, at: datetime, digest: str) -> dict[str, str]:
    """The linked fields of the entry that `writing` becomes, as text; `at` in UTC to the microsecond."""
    return {
        "uid": str(writing.uid),
        "at": at.isoformat(timespec="microseconds"),
        "actor": writing.actor.key,
        "actor_name": writing.actor.name,
        "action": writing.action,
        "reason": writing.reason,
        "rows": str(len(writing.rows)),
        "digest": digest,
    }
