"""What the audit stream says has changed since a snapshot."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from jiceng.records.isolated.columnar import ColumnarReader

IDS_A_QUERY = 10_000


@dataclass(slots=True)
class Changes:
    """The touched records of one table: single ones, unbroken runs, or `whole`: it may be any of them."""

    ids: set[int] = field(default_factory=set)
    runs: list[tuple[int, int]] = field(default_factory=list)
    deleted: set[int] = field(default_factory=set)
    whole: bool = False

    def count(self) -> int:
        """How many records at most."""
        return len(self.ids) + sum(last - first + 1 for first, last in self.runs)

    def conditions(self) -> Iterator[str]:
        """Conditions on the key that find each of them once, each short enough for one query."""
        runs = self._joined()
        for first, last in runs:
            yield f"id BETWEEN {first} AND {last}"
        starts = [first for first, _last in runs]
        ordered = [key for key in sorted(self.ids) if not _within(key, runs, starts)]
        for start in range(0, len(ordered), IDS_A_QUERY):
            yield f"id IN ({', '.join(map(str, ordered[start : start + IDS_A_QUERY]))})"

    def _joined(self) -> list[tuple[int, int]]:
        """The runs in order, overlapping and neighbouring ones joined."""
        joined: list[tuple[int, int]] = []
        for first, last in sorted(self.runs):
            if joined and first <= joined[-1][1] + 1:
                joined[-1] = (joined[-1][0], max(joined[-1][1], last))
            else:
                joined.append((first, last))
        return joined

    def note(self, record: int, last: int | None, verb: str) -> None:
        """Take in one audit row. A verb that does not say which records touches the whole table."""
        if verb == "read":
            return
        if verb in ("insert", "update", "delete"):
            self.ids.add(record)
            if verb == "delete":
                self.deleted.add(record)
        elif verb == "load" and last is not None:
            self.runs.append((record, last))
        else:
            self.whole = True


def _within(key: int, runs: list[tuple[int, int]], starts: list[int]) -> bool:
    place = bisect_right(starts, key) - 1
    return place >= 0 and key <= runs[place][1]


def head(reader: ColumnarReader) -> tuple[int, str]:
    """The last audit entry: its number and its chain hash; (0, '') before the first."""
    found = reader.rows("SELECT seq, hash FROM records_auditentry ORDER BY seq DESC LIMIT 1")
    return (int(found[0][0]), str(found[0][1])) if found else (0, "")


def still_follows(reader: ColumnarReader, seq: int, chain_hash: str) -> bool:
    """Whether the stream is the one a snapshot up to `seq` was taken from: another database has another."""
    if not seq:
        return True
    return [(chain_hash,)] == reader.rows(f"SELECT hash FROM records_auditentry WHERE seq = {int(seq)}")


def changes_since(reader: ColumnarReader, seq: int) -> Mapping[str, Changes]:
    """What entries after `seq` touched, by table."""
    found: defaultdict[str, Changes] = defaultdict(Changes)
    rows = reader.rows(
        'SELECT DISTINCT r."table", r.record, r.last, r.verb FROM records_auditentry e '
        f"JOIN records_auditrow r ON r.entry = e.uid WHERE e.seq > {int(seq)}"
    )
    for table, record, last, verb in rows:
        found[table].note(int(record), None if last is None else int(last), verb)
    return found
