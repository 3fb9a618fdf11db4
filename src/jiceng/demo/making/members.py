"""What memberships need beside their columns: founders, probation, beginnings, and where members work."""

from typing import Any

from jiceng.demo import days
from jiceng.demo.making.drafting import Draft
from jiceng.demo.making.linking import pick, units_covered
from jiceng.demo.making.world import World
from jiceng.demo.sections import Link

ADULT = 18
RECENT = 15 * 365
"""Organisations older than this may have outlived their founders."""


def date_memberships(draft: Draft, *, given: bool) -> None:
    """Entry, probation and beginning of memberships whose persons and organisations are chosen.

    `given`: `valid_from` stands in the scenario. Raises Refusal for anybody admitted before the age of 18.
    """
    world, values = draft.world, draft.values
    admission = world.term("membership_entries", "admission")
    begins = world.table("party_org").get("valid_from")
    admitted = values.get("admitted_on")
    if admitted is None:
        admitted = values["admitted_on"] = [None] * draft.count
    founders = _founders(draft) if not given else set()
    full = values.get("full_on") or [None] * draft.count
    started = values["valid_from"] if given else [None] * draft.count
    for row in range(draft.count):
        organisation = values["party_org"][row]
        if row in founders:
            _make_founder(draft, row, begins[organisation])
        if admitted[row] is not None and full[row] is None and "full_on" not in draft.values:
            after = days.quiet(days.years_after(admitted[row], 1), 0, 10**6)
            full[row] = after if after <= world.place.day else None
        if started[row] is None:
            own = values["entry"][row] == admission
            day = admitted[row] if own else max(admitted[row] or 0, begins[organisation])
            started[row] = day if day is not None else begins[organisation]
    values |= {"full_on": full, "valid_from": started}


def check_members(draft: Draft) -> None:
    """Nobody is admitted before the age of 18, nobody belongs to two organisations."""
    ended = draft.values.get("valid_to") or [None] * draft.count
    for person, end in zip(draft.values["person"], ended, strict=True):
        if end is None:
            if person in draft.world.belonging:
                raise draft.refusal("有人已有组织关系", "person", "换一个批次，或加 distinct: true")
            draft.world.belonging.add(person)
    born = draft.world.table("person").get("birth_date")
    values = draft.values
    for person, day in zip(values["person"], values["admitted_on"], strict=True):
        if day is not None and born[person] is not None and days.age_on(born[person], day) < ADULT:
            raise draft.refusal("有人入党时不满18岁", "admitted_on", "调整 person.birth_date 与 admitted_on")


def _founders(draft: Draft) -> set[int]:
    """The rows of those with whom recently founded organisations begin."""
    link = draft.cohort.of.get("party_org")
    if not isinstance(link, Link):
        return set()
    wanted = link.founders if link.founders is not None else 3 if link.least >= 3 else 0
    begins = draft.world.table("party_org").get("valid_from")
    oldest = draft.world.place.day - RECENT
    admission = draft.world.term("membership_entries", "admission")
    counted: dict[int, int] = {}
    found = set()
    for row, organisation in enumerate(draft.values["party_org"]):
        if begins[organisation] < oldest or draft.values["entry"][row] == admission:
            continue
        if counted.get(organisation, 0) < wanted:
            counted[organisation] = counted.get(organisation, 0) + 1
            found.add(row)
    return found


def _make_founder(draft: Draft, row: int, founded: int) -> None:
    """Let the member of `row` be a full one on the day the organisation was founded."""
    rng = draft.world.chance(draft.key, "founder", str(row))
    admitted = draft.values["admitted_on"]
    latest = days.years_before(founded, 1) - 3
    if admitted[row] is None or admitted[row] > latest:
        first = days.years_before(latest, 9)
        fitting, _weights = days.fitting_days(first, latest, "working")
        admitted[row] = fitting[int(rng.random() * len(fitting))]
    born = draft.values.get("person.birth_date")
    if born is not None and days.age_on(born[row], admitted[row]) < ADULT:
        low, high = days.born_between(ADULT, 32, admitted[row])
        born[row] = days.quiet(low + int(rng.random() * (high - low + 1)), low, high)


def add_employments(draft: Draft) -> None:
    """Let members work in a unit that their organisation covers."""
    world, values = draft.world, draft.values
    rng = world.chance(draft.key, "employed")
    covered = units_covered(world)
    hosts = world.table("party_org").get("host_unit")
    born = world.table("person").get("birth_date")
    columns: dict[str, list[Any]] = {"person": [], "unit": [], "valid_from": []}
    for row, organisation in enumerate(values["party_org"]):
        unit = pick(rng, covered.get(organisation, ()))
        unit = hosts[organisation] if unit is None else unit
        if unit is None:
            continue
        person = values["person"][row]
        begun = _hired(world, rng, unit, values["valid_from"][row], born[person])
        for name, value in (("person", person), ("unit", unit), ("valid_from", begun)):
            columns[name].append(value)
    world.table("employment").add(len(columns["person"]), columns)


def _hired(world: World, rng: Any, unit: int, joined: int, born: int) -> int:
    """A working day in the years before the membership, but neither before the unit nor before adulthood."""
    earliest = max(world.begins("unit", unit), days.years_after(born, ADULT))
    day = max(earliest, joined - int(rng.random() * 6 * 365))
    return days.working_day_near(day, earliest, max(day, joined) + 30) or day
