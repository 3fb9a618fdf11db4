"""Reading the chain again from its first link: what `jiceng audit verify` does."""

from collections.abc import Callable
from dataclasses import dataclass

from jiceng.protection.actors import Actor
from jiceng.records.chain import GENESIS, Writing, entry_text, link, row_digest
from jiceng.records.models import AuditEntry, AuditRow, ChainHead


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether the chain is whole; if not, at which entry it breaks and how."""

    whole: bool
    entries: int
    broken_at: int | None = None
    why: str = ""


def verify(progress: Callable[[int, int], None] | None = None) -> Verdict:
    """Recompute every digest and link. A changed, missing or added row or entry breaks the chain where it
    stands.

    `progress(done, total)` is called after every entry. Cost grows with the number of audit rows.
    """
    previous, seq = GENESIS, 0
    total = AuditEntry.objects.count()
    for entry in AuditEntry.objects.order_by("seq").iterator():
        seq += 1
        if entry.seq != seq:
            return Verdict(False, seq - 1, seq, "missing entry")
        if entry.previous != previous:
            return Verdict(False, seq, seq, "link to the entry before is broken")
        rows = list(
            AuditRow.objects.filter(entry=entry.uid)
            .order_by("id")
            .values_list("table", "record", "last", "verb", "before", "after")
        )
        if len(rows) != entry.rows or row_digest(rows) != entry.digest:
            return Verdict(False, seq, seq, "its audit rows were changed")
        writing = Writing(Actor(entry.actor, entry.actor_name), entry.action, entry.reason, entry.uid, rows)
        if link(previous, seq, entry_text(writing, entry.at, entry.digest)) != entry.hash:
            return Verdict(False, seq, seq, "the entry was changed")
        previous = entry.hash
        if progress:
            progress(seq, total)
    head = ChainHead.objects.filter(pk=1).first()
    if (head.seq if head else 0) != seq or (head.hash if head else GENESIS) != previous:
        return Verdict(False, seq, seq + 1, "entries are missing at the end")
    orphans = AuditRow.objects.exclude(entry__in=AuditEntry.objects.values("uid")).exists()
    return Verdict(not orphans, seq, None, "audit rows without an entry" if orphans else "")
