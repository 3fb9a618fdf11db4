"""What a snapshot says of itself."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass

from jiceng.records.uids import new_uid


@dataclass(frozen=True, slots=True)
class Files:
    """One relation's files: `rows` rows in `base`, and `changed` rows that changed since in `overlay`."""

    base: str
    rows: int
    overlay: str = ""
    changed: int = 0


@dataclass(frozen=True, slots=True)
class Manifest:
    """One snapshot. It holds everything up to audit entry `seq`, whose chain hash is `head`."""

    id: str
    schema: str
    seq: int
    head: str
    created: str
    relations: Mapping[str, Files]

    def files(self) -> frozenset[str]:
        """The names of all its files."""
        named = {f.base for f in self.relations.values()} | {f.overlay for f in self.relations.values()}
        return frozenset(named - {""})

    def text(self) -> str:
        """The manifest as it is kept."""
        return json.dumps(asdict(self))

    @classmethod
    def parse(cls, text: str) -> "Manifest":
        """The manifest that `text` keeps. Raises ValueError, TypeError or KeyError where it keeps none."""
        kept = json.loads(text)
        relations = {name: Files(**files) for name, files in kept.pop("relations").items()}
        return cls(relations=relations, **kept)


def new_file() -> str:
    """The name of a Parquet file that does not exist yet."""
    return f"{new_uid().hex}.parquet"
