"""The process that reads the database and writes the files: `python -m jiceng.indicators.snapshot.child`.

It is a process of its own because of what its SQLite driver would do to Django's (`records.isolated.columnar`), and
because a snapshot of a prefecture should not stay in a web server's memory. It takes one JSON object on
standard input and writes one JSON object a line: `{"progress": [done, total]}`, at last `{"manifest": …}`.
"""

import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

from jiceng.indicators.snapshot.making import Making
from jiceng.indicators.snapshot.manifest import Manifest
from jiceng.indicators.snapshot.relations import Relation, Relations, Stored
from jiceng.records.isolated.columnar import Source, columnar_reader


def order(
    source: Source, folder: Path, relations: Relations, earlier: Manifest | None, overlay_rows: int
) -> str:
    """What the process is told: the text for its standard input."""
    told = {
        "source": asdict(source),
        "folder": str(folder),
        "relations": [asdict(relation) for relation in relations.values()],
        "earlier": earlier.text() if earlier else "",
        "overlay_rows": overlay_rows,
    }
    return json.dumps(told)


def _relation(told: dict[str, Any]) -> Relation:
    columns = tuple(Stored(**column) for column in told.pop("columns"))
    return Relation(columns=columns, **told)


def _say(**what: Any) -> None:
    print(json.dumps(what), flush=True)  # noqa: T201 - the parent reads it


def main() -> None:
    """Make the snapshot that standard input asks for."""
    told = json.load(sys.stdin)
    relations = {relation.name: relation for relation in map(_relation, told["relations"])}
    earlier = Manifest.parse(told["earlier"]) if told["earlier"] else None
    with columnar_reader(Source(**told["source"])) as reader:
        making = Making(
            reader,
            Path(told["folder"]),
            relations,
            told["overlay_rows"],
            lambda done, total: _say(progress=[done, total]),
        )
        _say(manifest=making.next(earlier).text())


if __name__ == "__main__":
    main()
