"""Nodes of the dated trees as the snapshot knows them: the subtrees a question is about, and their parts."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from jiceng.indicators.engine import Engine
from jiceng.indicators.shapes import NODES
from jiceng.protection.scopes import SEGMENT, upper_bound

FOREVER = date(9999, 12, 31)
BEFORE_ALL, AFTER_ALL = "", ":"  # every path is made of digits
ON_DAY = (
    "(CAST($day AS DATE) IS NULL OR (valid_from <= CAST($day AS DATE) "
    "AND (valid_to IS NULL OR valid_to > CAST($day AS DATE))))"
)


@dataclass(frozen=True, slots=True)
class Root:
    """A subtree for some time (`until` exclusive).

    For parts: nodes whose path has `depth` digits are the parts; or all of it belongs to the part `head`.
    """

    path: str
    since: date = date.min
    until: date = FOREVER
    depth: int = 0
    head: int | None = None

    @property
    def bounds(self) -> tuple[str, str]:
        """The first path inside and the first behind."""
        return (self.path, upper_bound(self.path)) if self.path else (BEFORE_ALL, AFTER_ALL)


@dataclass(frozen=True, slots=True)
class Node:
    """A node as it is on a day. `living` is false once it was merged, split or dissolved."""

    id: int
    path: str
    name: str = ""
    living: bool = True
    pending: bool = False


def roots(engine: Engine, tree: str, node: int | None, day: date | None) -> list[Root]:
    """The subtrees that make up `node`: its own, and those of the nodes that it holds, without overlaps.

    On `day`, or at all times where it is None. A node that does not exist has none; no node is everything.
    """
    if node is None:
        return [Root(BEFORE_ALL)]
    own = _own(engine, tree, node, day)
    held = _held(engine, [node], day) if tree == "territory" else []
    return without_overlaps([*own, *(root for root, _holder in held)])


def heads(engine: Engine, tree: str, node: int | None, day: date | None, steps: int) -> list[Root]:
    """`roots` with what their parts are: the nodes so many steps below, or what is held itself; and, for
    each of them that holds nodes standing elsewhere, those nodes again as its own part.
    """
    own_paths = {root.path for root in (_own(engine, tree, node, day) if node is not None else [])}
    found = [
        replace(root, depth=len(root.path) + SEGMENT * (steps - (bool(node) and root.path not in own_paths)))
        for root in roots(engine, tree, node, day)
    ]
    return found + (_beside(engine, found, day) if tree == "territory" else [])


def places(engine: Engine, tree: str, found: Sequence[Root], day: date | None) -> str:
    """The table of all nodes within `found`: `of`, `part` (where the roots say what parts are), `since`,
    `until`.

    On `day`; or, where it is None, for as long as each stood there. Gives the table's name.
    """
    fact, column, above = NODES[tree]
    query = f"""
        WITH roots AS (SELECT unnest(CAST($lo AS VARCHAR[])) AS lo, unnest(CAST($hi AS VARCHAR[])) AS hi,
            unnest(CAST($since AS DATE[])) AS since, unnest(CAST($until AS DATE[])) AS until,
            unnest(CAST($depth AS BIGINT[])) AS depth, unnest(CAST($head AS BIGINT[])) AS head),
        heads AS (SELECT "{column}" AS path, coalesce(max("of") FILTER ("of" IN (SELECT "{above}" FROM {fact}_spans)),
            max("of")) AS head FROM {fact}_spans GROUP BY 1)
        SELECT s."of", coalesce(r.head, h.head) AS part, greatest(s.valid_from, r.since) AS since,
            least(coalesce(s.valid_to, $forever), r.until) AS until
        FROM {fact}_spans s JOIN roots r ON s."{column}" >= r.lo AND s."{column}" < r.hi
            AND s.valid_from < r.until AND coalesce(s.valid_to, $forever) > r.since
        LEFT JOIN heads h ON r.depth > 0 AND length(s."{column}") >= r.depth
            AND h.path = substr(s."{column}", 1, r.depth)
        WHERE {ON_DAY.replace("valid_", "s.valid_")}"""
    told = {
        "lo": [root.bounds[0] for root in found],
        "hi": [root.bounds[1] for root in found],
        "since": [root.since for root in found],
        "until": [root.until for root in found],
        "depth": [root.depth for root in found],
        "head": [root.head for root in found],
        "day": day,
        "forever": FOREVER,
    }
    return engine.table(query, told)


def _beside(engine: Engine, found: Sequence[Root], day: date | None) -> list[Root]:
    """What the parts hold elsewhere, each piece as belonging to the part that holds it."""
    holders = [node for root in found for node in nodes_at(engine, "territory", root, day)]
    paths: dict[int, list[str]] = {}
    for node in holders:
        paths.setdefault(node.id, []).append(node.path)
    elsewhere: dict[int, list[Root]] = {}
    for root, holder in _held(engine, list(paths), day):
        inside = any(root.path.startswith(asked.path) for asked in found)
        if inside and not any(root.path.startswith(path) for path in paths[holder]):
            elsewhere.setdefault(holder, []).append(replace(root, head=holder))
    return [root for held in elsewhere.values() for root in without_overlaps(held)]


def _own(engine: Engine, tree: str, node: int, day: date | None) -> list[Root]:
    _relation, column, _above = NODES[tree]
    query = (
        f'SELECT "{column}", valid_from, valid_to FROM ({_nodes(tree)}) '
        f'WHERE "of" = $node AND {ON_DAY} ORDER BY valid_from'
    )
    found = engine.looked_up(query, {"node": node, "day": day})
    return [Root(path, since, until or FOREVER) for path, since, until in found]


def _nodes(tree: str) -> str:
    """The query for the stretches of a tree's nodes, without the rows that only stand at a node's path."""
    relation, column, above = NODES[tree]
    return (
        f'SELECT * FROM {relation}_spans s WHERE "{column}" IS NOT NULL AND NOT EXISTS (SELECT 1 '
        f'FROM {relation}_spans a WHERE a."of" = s."{above}" AND a."{column}" = s."{column}")'
    )


def _held(engine: Engine, holders: Sequence[int], day: date | None) -> list[tuple[Root, int]]:
    """The subtrees that `holders` hold, for as long as they hold them and those stand there, with their
    holder.
    """
    query = (
        "SELECT s.path, greatest(s.valid_from, h.valid_from), "
        "least(coalesce(s.valid_to, $forever), coalesce(h.valid_to, $forever)) AS until, h.holder "
        'FROM holding h JOIN region_spans s ON s."of" = h.held '
        "AND s.valid_from < coalesce(h.valid_to, $forever) AND coalesce(s.valid_to, $forever) > h.valid_from "
        "WHERE list_contains(CAST($holders AS BIGINT[]), h.holder) AND (CAST($day AS DATE) IS NULL "
        "OR (greatest(s.valid_from, h.valid_from) <= CAST($day AS DATE) AND until > CAST($day AS DATE)))"
    )
    rows = engine.looked_up(query, {"holders": holders, "day": day, "forever": FOREVER})
    return [(Root(path, since, until), holder) for path, since, until, holder in rows]


def nodes_at(engine: Engine, tree: str, root: Root, day: date | None) -> list[Node]:
    """The nodes at the root's depth: those that a part may be. On `day`, or whenever they stood there."""
    _relation, column, _above = NODES[tree]
    named = "name, living, pending" if tree == "territory" else "'', true, false"
    low, high = root.bounds
    query = (
        f'SELECT "of", "{column}", {named} FROM ({_nodes(tree)}) WHERE "{column}" >= $low '
        f'AND "{column}" < $high AND length("{column}") = $depth AND {ON_DAY} ORDER BY "{column}", valid_from'
    )
    asked = {"low": low, "high": high, "depth": root.depth, "day": day}
    return [Node(*row) for row in engine.looked_up(query, asked)]


def nodes_of_earlier(engine: Engine, keys: Sequence[int], day: date) -> list[Node]:
    """Regions that no longer are nodes on `day`, as they were the last time before, in the order of their
    places then.
    """
    query = (
        'SELECT "of", arg_max(path, valid_from) AS path, arg_max(name, valid_from), false, false '
        'FROM region_spans WHERE list_contains(CAST($keys AS BIGINT[]), "of") AND living '
        'AND valid_from <= CAST($day AS DATE) GROUP BY "of" ORDER BY path, "of"'
    )
    return [Node(*row) for row in engine.looked_up(query, {"keys": keys, "day": day})]


def without_overlaps(found: Iterable[Root]) -> list[Root]:
    """The same territory and time with nothing in it twice: what lies in a wider root at the time is left
    out.
    """
    kept: list[Root] = []
    for root in sorted(found, key=lambda root: (len(root.path), root.since)):
        pieces = [root]
        for wider in kept:
            if root.path.startswith(wider.path):
                pieces = [rest for piece in pieces for rest in _minus(piece, wider)]
        kept += pieces
    return kept


def _minus(root: Root, wider: Root) -> list[Root]:
    """The stretches of `root` in which `wider` does not hold."""
    before = replace(root, until=min(root.until, wider.since))
    after = replace(root, since=max(root.since, wider.until))
    return [piece for piece in (before, after) if piece.since < piece.until]
