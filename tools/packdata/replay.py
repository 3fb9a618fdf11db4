"""Replay the dated reforms of every pack and prove that its territory adds up.

    python tools/packdata/replay.py [packs]

Reads packs/<place>/{regions.csv, operations.yaml, holdings.csv}, applies the steps in order, refuses any
step that speaks of a region that is not there, and compares the outcome with tools/packdata/expected.
"""

import csv
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

EXPECTED = Path(__file__).parent / "expected"


@dataclass
class Region:
    code: str
    name: str
    kind: str
    parent: "Region | None"
    valid_from: str


@dataclass
class Territory:
    live: dict[str, Region] = field(default_factory=dict)
    codes_ever_used: set[str] = field(default_factory=set)

    def add(self, region: Region) -> None:
        self.claim(region.code)
        self.live[region.code] = region

    def claim(self, code: str) -> None:
        if code in self.codes_ever_used:
            raise ValueError(f"code {code} is used twice")
        self.codes_ever_used.add(code)

    def get(self, code: str) -> Region:
        if code not in self.live:
            raise ValueError(f"no live region {code}")
        return self.live[code]

    def close(self, code: str) -> None:
        gone = self.get(code)
        orphans = [r.code for r in self.live.values() if r.parent is gone]
        if orphans:
            raise ValueError(f"{code} {gone.name} ends but holds {orphans[:3]}")
        del self.live[code]

    def found(self, day: str, code: str, name: str, kind: str, parent: str) -> None:
        self.add(Region(code, name, kind, self.get(parent), day))

    def recode(self, region: str, code: str) -> None:
        node = self.get(region)
        self.claim(code)
        del self.live[region]
        node.code = code
        self.live[code] = node

    def convert(self, region: str, kind: str, name: str = "", code: str = "") -> None:
        node = self.get(region)
        node.kind, node.name = kind, name or node.name
        if code:
            self.recode(region, code)


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def before(path: Path) -> tuple[Territory, list[dict[str, str]]]:
    """The state before any reform, and the regions that are founded later without one."""
    territory = Territory()
    listed = rows(path)
    first_day = min(row["valid_from"] for row in listed)
    later = [row for row in listed if row["valid_from"] > first_day]
    for row in listed:
        if row["valid_from"] == first_day:
            parent = territory.get(row["parent"]) if row["parent"] else None
            territory.add(Region(row["code"], row["name"], row["kind"], parent, first_day))
    return territory, later


def table_steps(path: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    for row in rows(path):
        if "into" not in row:
            yield ("reparent" if "parent" in row else "recode"), row
            continue
        if row["from"]:
            yield "merge", {"into": row["into"], "from": row["from"].split(";")}
        if row["name"]:
            yield "rename", {"region": row["into"], "name": row["name"]}
        if row["code"]:
            yield "recode", {"region": row["into"], "code": row["code"]}


def steps(document: dict[str, Any], folder: Path) -> Iterator[tuple[str, Any]]:
    for step in document["steps"]:
        ((verb, what),) = step.items()
        if verb == "steps_file":
            yield from table_steps(folder / what)
        else:
            yield verb, what


def apply(territory: Territory, verb: str, what: dict[str, Any], day: str) -> None:
    if verb == "merge":
        territory.get(what["into"])
        for code in what["from"]:
            territory.close(code)
    elif verb == "found":
        territory.found(day, **what)
    elif verb == "rename":
        territory.get(what["region"]).name = what["name"]
    elif verb == "recode":
        territory.recode(**what)
    elif verb == "reparent":
        territory.get(what["region"]).parent = territory.get(what["parent"])
    elif verb == "convert":
        territory.convert(**what)
    elif verb == "dissolve":
        territory.close(what["region"])
    else:
        raise ValueError(f"unknown step {verb}")


def states(folder: Path) -> Iterator[tuple[str, Territory]]:
    """The territory after each day on which something happened, oldest first."""
    territory, later = before(folder / "regions.csv")
    path = folder / "operations.yaml"
    documents = yaml.safe_load(path.read_text(encoding="utf-8"))["operations"] if path.exists() else []
    days = sorted({str(d["effective"]) for d in documents} | {row["valid_from"] for row in later})
    yield "", territory
    for day in days:
        for document in documents:
            if str(document["effective"]) == day:
                for verb, what in steps(document, folder):
                    apply(territory, verb, what, day)
        for row in later:
            if row["valid_from"] == day:
                territory.found(day, row["code"], row["name"], row["kind"], row["parent"])
        yield day, territory


def count_faults(place: str, day: str, wanted: dict[str, int], counts: Counter[str]) -> list[str]:
    return [
        f"{place} on {day}: {counts[kind]} {kind}, not {number}"
        for kind, number in wanted.items()
        if counts[kind] != number
    ]


def outcome_faults(place: str, territory: Territory, same_as: str) -> list[str]:
    wanted = {(r["code"], r["name"], r["kind"], r["parent"]) for r in rows(EXPECTED / same_as)}
    root = min((code for code, *_ in wanted), key=len)
    # no national list has residents' groups or zones
    found = {
        (r.code, r.name, r.kind, r.parent.code if r.parent else "")
        for r in territory.live.values()
        if r.code.startswith(root) and r.code.isdigit() and len(r.code) <= 12
    }
    return [f"{place}: differs from {same_as}: {row}" for row in sorted(wanted ^ found)]


def shape_faults(place: str, territory: Territory) -> list[str]:
    faults = []
    for region in territory.live.values():
        parent = region.parent
        if parent and territory.live.get(parent.code) is not parent:
            faults.append(f"{place}: {region.code} {region.name} stands under {parent.name}, which has ended")
        if parent and not region.code.startswith(parent.code):
            faults.append(f"{place}: {region.code} {region.name} does not carry the code of {parent.name}")
    names = Counter((r.parent.code, r.name) for r in territory.live.values() if r.parent)
    faults += [f"{place}: {name} stands twice under {parent}" for (parent, name), n in names.items() if n > 1]
    return faults


def holding_faults(place: str, folder: Path, held_on: dict[str, set[str]]) -> list[str]:
    path = folder / "holdings.csv"
    if not path.exists():
        return []
    faults = []
    for row in rows(path):
        known = held_on[max(day for day in held_on if day <= row["valid_from"])]
        faults += [
            f"{place}: holding of {row[end]}, unknown that day"
            for end in ("holder", "held")
            if row[end] not in known
        ]
    return faults


def check(folder: Path, expected: dict[str, Any]) -> list[str]:
    place = folder.name
    wanted = {str(day): counts for day, counts in expected.items() if day != "same_as"}
    counts: dict[str, Counter[str]] = {}
    codes: dict[str, set[str]] = {}
    for day, state in states(folder):
        counts[day] = Counter(r.kind for r in state.live.values())
        codes[day] = set(state.live)
        territory = state
    faults = shape_faults(place, territory) + holding_faults(place, folder, codes)
    for day, numbers in wanted.items():
        reached = max(d for d in counts if d <= day)
        faults += count_faults(place, day, numbers, counts[reached])
        print(place, day, *(f"{kind} {counts[reached][kind]}" for kind in numbers))
    if "same_as" in expected:
        faults += outcome_faults(place, territory, expected["same_as"])
    return faults


def main() -> int:
    packs = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parents[2] / "packs"
    expected = yaml.safe_load((EXPECTED / "counts.yaml").read_text(encoding="utf-8"))
    faults = [fault for place, wanted in expected.items() for fault in check(packs / place, wanted)]
    for fault in faults[:40]:
        print(fault, file=sys.stderr)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
