"""What units and party organisations need beside their columns: codes, addresses, paths, terms, covers."""

from collections.abc import Sequence
from random import Random
from typing import Any

from jiceng.demo import days
from jiceng.demo.identities import credit_code, unassigned_area
from jiceng.demo.making.drafting import HERE, Draft
from jiceng.demo.making.linking import Links, Pool, Sharing
from jiceng.demo.making.territory import LEVELS
from jiceng.demo.making.values import numbered
from jiceng.demo.making.world import World, listed
from jiceng.demo.sections import Term

AUTHORITIES = (
    ("social_org", "52"),
    ("mass_organisation", "13"),
    ("agency", "11"),
    ("public_institution", "12"),
    ("individual_business", "92"),
    ("farmers_cooperative", "93"),
    ("village_collective", "N2"),
)
"""How the credit codes of kinds of units begin: who registers them, and as what."""
FIRM = "91"

LATE = (20, 400)
"""By how many days an election that is overdue is late."""


# ----------------------------------------------------------------------------------------------- units
def finish_units(draft: Draft) -> None:
    """Codes, principals and addresses that nobody has written."""
    world, values, count = draft.world, draft.values, draft.count
    rng = world.chance(draft.key, "unit")
    if "code" not in values:
        values["code"] = [_code(world, kind) for kind in values["kind"]]
    if "principal" not in values:
        person, today = world.naming.person, world.place.day
        values["principal"] = [
            person(rng, rng.random() < 0.72, today - 365 * rng.randint(30, 62)) for _ in range(count)
        ]
    if "address" not in values:
        values["address"] = [_address(world, rng, region) for region in values[HERE]]
    if "status" not in values:
        values["status"] = [world.term("unit_statuses", "operating")] * count


def _code(world: World, kind: str) -> str:
    serial = world.paths.get(-2, 0)
    world.paths[-2] = serial + 1
    authority = next((a for k, a in AUTHORITIES if kind in world.below("unit_kinds", k)), FIRM)
    return credit_code(authority, unassigned_area(world.place.code), serial)


def _address(world: World, rng: Random, region: int) -> str:
    territory = world.territory
    county, town, village = (territory.name_at(region, level) for level in (3, 4, 5))
    return f"{county or world.place.name}{town}{village or world.naming.street(rng)}{rng.randint(1, 399)}号"


# ------------------------------------------------------------------------------------ party organisations
def finish_party_orgs(draft: Draft) -> None:
    """Codes, document numbers and terms of office that nobody has written."""
    world, values = draft.world, draft.values
    rng = world.chance(draft.key, "party_org")
    if "code" not in values:
        start = world.table("party_org").rows
        values["code"] = [
            f"{unassigned_area(world.place.code)}{start + i + 1:07d}" for i in range(draft.count)
        ]
    if "approval" not in values:
        values["approval"] = numbered(rng, "演示", values["valid_from"])
    if "elected_on" not in values and draft.cohort.term is not None:
        _terms(draft, draft.cohort.term, rng)


def _terms(draft: Draft, term: Term, rng: Random) -> None:
    """The last election before the pack's day, at most a term back but for the share that is overdue."""
    begins, today = draft.values["valid_from"], draft.world.place.day
    late = set(rng.sample(range(draft.count), int(draft.count * term.overdue + 0.5)))
    elected: list[int | None] = []
    until: list[int | None] = []
    for row, begun in enumerate(begins):
        first = days.working_day_near(begun + 10 + int(rng.random() * 31), begun + 1, begun + 60)
        if first is None or first > today:
            elected.append(None)
            until.append(None)
            continue
        last = _last_election(rng, first, today, term.years, overdue=row in late)
        elected.append(last)
        until.append(days.quiet(days.years_after(last, term.years), 0, 10**6))
    draft.values |= {"elected_on": elected, "term_from": list(elected), "term_until": until}


def _last_election(rng: Random, first: int, today: int, years: int, *, overdue: bool) -> int:
    """Elections follow each other by a term, give or take some weeks before it ends.

    Whoever is overdue missed the last one a short while ago: a superior would not look on for a whole term.
    """
    if overdue:
        held = days.years_after(today - rng.randint(*LATE), -years)
        return max(first, days.working_day_near(held, held - 20, held) or held)
    held = first
    while True:
        following = days.years_after(held, years) - int(rng.random() * 45)
        following = days.working_day_near(following, held + 1, following + 20) or following
        if following > today:
            return held
        held = following


def place_in_hierarchy(world: World, superiors: Sequence[int | None], first: int) -> None:
    """Paths for party organisations whose rows begin at `first`, in order under their superiors."""
    paths = world.table("party_org").get("path")
    for row, superior in enumerate(superiors, start=first):
        above = -1 if superior is None else superior
        number = world.paths.get(above, world.root_paths.get("party", 0) if above < 0 else 0) + 1
        world.paths[above] = number
        paths[row] = f"{paths[above] if above >= 0 else ''}{number:04d}"


def place_under_authorities(world: World) -> None:
    """Paths in the industry-authority tree, once all units are there.

    Units that others answer to are nodes with a segment of their own; all others stand at their authority's
    path.
    """
    units = world.table("unit")
    authorities, paths = units.get("authority"), units.get("authority_path")
    nodes = {authority for authority in authorities if authority is not None}
    numbers: dict[str, int] = {"": world.root_paths.get("industry", 0)}

    def path(unit: int | None) -> str:
        if unit is None:
            return ""
        if paths[unit] is None:
            above = path(authorities[unit])
            paths[unit] = above
            if unit in nodes:
                numbers[above] = numbers.get(above, 0) + 1
                paths[unit] = f"{above}{numbers[above]:04d}"
        return str(paths[unit])

    for unit in range(units.rows):
        path(unit)


def add_covers(draft: Draft, first: int) -> None:
    """What the organisations of a draft cover: their host, and what joins them."""
    world, values = draft.world, draft.values
    if draft.cohort.cover:
        joint, own = (world.term("cover_kinds", kind) for kind in ("joint", "own"))
        jointly = world.below("party_org_modes", "joint")
        rows: list[tuple[int, int | None, int | None, str, int]] = []
        for row in range(draft.count):
            kind = joint if values["mode"][row] in jointly else own
            unit, region = (values[c][row] if c in values else None for c in ("host_unit", "host_region"))
            if unit is not None:
                rows.append((first + row, unit, None, kind, values["valid_from"][row]))
            elif region is not None:
                rows.append((first + row, None, region, kind, values["valid_from"][row]))
        _store_covers(world, rows)
    if draft.cohort.joins is not None:
        _join(draft, first)


def _store_covers(world: World, rows: Sequence[tuple[int, int | None, int | None, str, int]]) -> None:
    if rows:
        names = ("party_org", "unit", "region", "kind", "valid_from")
        columns: dict[str, list[Any]] = {
            name: list(values) for name, values in zip(names, zip(*rows, strict=True), strict=True)
        }
        world.table("cover").add(len(rows), columns)


def _join(draft: Draft, first: int) -> None:
    """Share the units or regions that join among the organisations just made."""
    world, link = draft.world, draft.cohort.joins
    if link is None:
        return
    table = world.rows_of(listed(link.from_ or [])[0])[0]
    column = "unit" if table == "unit" else "region"
    hosts = set(draft.values.get(f"host_{column}", ()))
    waiting: list[int] = []
    for reference in listed(link.from_ or []):
        waiting += [row for row in world.rows_of(reference)[1] if row not in hosts]
    organisations = range(first, first + draft.count)
    pool = Pool(world, "party_org", list(organisations), {o: (o, "party_org") for o in organisations})
    sharing = Sharing(pool, link, world.chance(draft.key, "joins"), None, forgiving=world.scale > 1)
    found, left = dict[int, int](), waiting
    for step in Links(draft).steps(link):
        left = sharing.tier(left, _place_key(world, table, step), pool.key(step, ()), {}, found)
    if left:
        raise draft.refusal(f"有 {len(left)} 个单位无处加入", "joins", "增加联合党组织，或放宽 most")
    kind = world.term("cover_kinds", "joint")
    rows = []
    for one in sorted(found):
        organisation = found[one]
        begun = max(world.begins("party_org", organisation), world.begins(table, one))
        unit, region = (one, None) if column == "unit" else (None, one)
        rows.append((organisation, unit, region, kind, begun))
    _store_covers(world, rows)


def _place_key(world: World, table: str, step: str) -> Any:
    def key(row: int) -> tuple[int]:
        if step == "everywhere":
            return (0,)
        region = world.region_of(table, row)
        return (region if step == "region" else world.territory.at(region, LEVELS[step]),)

    return key
