"""A split proposed for an oversize branch (超大支部): parts that keep neighbours and colleagues together."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from jiceng.organisations.models import PartyOrg
from jiceng.people.models import Employment, Membership
from jiceng.records.bases import valid_on


@dataclass(frozen=True, slots=True)
class Part:
    """One proposed branch: what its members share, and who they are (membership keys)."""

    shared: tuple[str, ...]
    memberships: tuple[int, ...]


def propose_split(party_org: PartyOrg, day: date, *, most: int, least: int) -> list[Part]:
    """Parts of at most `most` and, where it can be, at least `least` members each; one part where nothing
    need be done.

    Members who work in one unit stay together, the others by the region they live in; groups larger than
    `most` are cut, small ones are packed with their neighbours in the tree. A proposal only: a person decides
    (restructuring).
    """
    groups = _groups(party_org, day)
    total = sum(len(members) for _, members in groups)
    if total <= most:
        return [Part(tuple(name for name, _ in groups), tuple(m for _, g in groups for m in g))]
    target = -(-total // -(-total // most))  # even parts, as few as the bound allows
    parts: list[tuple[list[str], list[int]]] = []
    for name, chunk in ((n, g[i : i + most]) for n, g in groups for i in range(0, len(g), most)):
        if parts and len(parts[-1][1]) < target and len(parts[-1][1]) + len(chunk) <= most:
            parts[-1][0].append(name)
            parts[-1][1].extend(chunk)
        else:
            parts.append(([name], list(chunk)))
    return [Part(tuple(dict.fromkeys(names)), tuple(held)) for names, held in _without_scraps(parts, least)]


def _without_scraps(
    parts: list[tuple[list[str], list[int]]], least: int
) -> list[tuple[list[str], list[int]]]:
    """A last part below `least` is filled up from the one before it."""
    if len(parts) > 1 and len(parts[-1][1]) < least:
        names, held = parts[-2]
        missing = least - len(parts[-1][1])
        if len(held) - missing >= least:
            parts[-1] = ([names[-1], *parts[-1][0]], held[-missing:] + parts[-1][1])
            parts[-2] = (names, held[:-missing])
    return parts


def _groups(party_org: PartyOrg, day: date) -> list[tuple[str, list[int]]]:
    """Members of the branch on `day` by workplace, else by region, neighbours in the tree next to each
    other.
    """
    rows = Membership._base_manager.filter(valid_on(day), party_org=party_org).values_list(
        "pk", "person_id", "person__region_path", "person__region__name"
    )
    members = list(rows)
    jobs = dict(
        Employment.objects.filter(
            valid_on(day), person__in=[person for _, person, _, _ in members]
        ).values_list("person_id", "unit__name")
    )
    grouped: dict[tuple[str, str], list[int]] = defaultdict(list)
    for key, person, path, region in sorted(members, key=lambda m: (m[2], m[0])):
        grouped[("", jobs[person]) if person in jobs else (path, region)].append(key)
    return [(name, found) for (_, name), found in sorted(grouped.items())]
