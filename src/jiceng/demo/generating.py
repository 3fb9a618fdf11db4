"""`generate`: one place's demonstration, from its pack's scenario to records in the database."""

import csv
import io
import json
from collections.abc import Callable, Mapping
from typing import Any

from django.db.models import Max

from jiceng.demo.aside import Aside, pays
from jiceng.demo.days import ordinal
from jiceng.demo.loading import Loader
from jiceng.demo.making.cohorts import Maker
from jiceng.demo.making.planning import read_cohorts
from jiceng.demo.making.terms import Terms
from jiceng.demo.making.territory import PROVINCE, Territory, read_territory
from jiceng.demo.making.world import Made, Place, Table, World
from jiceng.demo.naming import Naming
from jiceng.demo.spots import Spots, read_outlines
from jiceng.demo.walking.storing import OF_MATTERS, Store
from jiceng.matters.sections import MatterSpec
from jiceng.organisations.models import PartyOrgSpan, Region, UnitSpan
from jiceng.packs.catalogue import Catalogue, current
from jiceng.packs.models import PackFile
from jiceng.protection.actors import Actor
from jiceng.records.chain import sm3
from jiceng.records.isolated.garbage import uncollected
from jiceng.records.models import CommandKey
from jiceng.records.refusals import Refusal
from jiceng.records.writing import AlreadyDoneError, write

WORTH_A_PROCESS = 2_000
"""So many matters are made beside the loading of the registry: each takes some three thousandths of a second."""

NO_OUTLINES = '{"features": []}'

Progress = Callable[[str, int, int], None]
"""Called with the step (Chinese), what is done of it and how much it is."""


def generate(
    place: str,
    *,
    scale: int = 1,
    overrides: Mapping[str, Any] | None = None,
    by: Actor,
    progress: Progress = lambda step, done, total: None,
    pause: float = 0.0,
) -> World:
    """Make the records of the pack `place` and store them; gives what was made.

    The pack is installed and its territory loaded. `scale` divides bulk cohorts; `overrides` replaces values
    of the scenario by dotted path (`{"firms.count": 700}`). A load that was interrupted goes on; one that is
    finished stays. Between writes it sleeps for `pause` seconds, so that others who wait to write get their
    turn. Raises Refusal for a scenario that cannot be made, and where the data home holds a load with other
    parameters.
    """
    catalogue = current()
    written = scenario_of(catalogue, place)
    cohorts = read_cohorts(written, overrides or {}, f"{place}: scenario")
    asked = {"fingerprint": _fingerprint(written, overrides, scale), **_asked(scale, overrides)}
    begun = _begun(place, asked)
    world = _world(catalogue, place, begun, scale)
    maker = Maker(world, cohorts)
    with uncollected():
        maker.make_registry(lambda label, done, total: progress(f"生成 {label}", done, total))
        mark(place, "begin", by, json.dumps({**begun, **asked}))
        expected = maker.matters()
        matters = Aside(lambda: _matters(maker), apart=expected >= WORTH_A_PROCESS and pays())
        try:
            loader = Loader(
                world, by=by, progress=lambda part, done, total: progress("装入", done, total), pause=pause
            )
            loader.load(lambda: _taken(world, matters.take()), expected)
        finally:
            matters.stop()
    mark(place, "done", by)
    return world


Matters = tuple[
    Mapping[str, Table], Mapping[str, Made], Mapping[str, MatterSpec], Mapping[tuple[str, int], int]
]
"""Tables, cohorts, types by key and last numbers of what has been made of matters: all that loading asks for."""


def _matters(maker: Maker) -> Matters | None:
    """Make the matters of a place whose registry is made; None where it has none."""
    maker.make_matters()
    made = maker.world.matters
    if not isinstance(made, Store):
        return None
    tables = {name: table for name, table in maker.world.tables.items() if name in OF_MATTERS}
    cohorts = {key: one for key, one in maker.world.made.items() if one.table == "matter"}
    return tables, cohorts, made.flows, made.last


def _taken(world: World, found: Matters | None) -> None:
    """Bring matters that were made elsewhere into their world."""
    if found is not None:
        tables, cohorts, flows, last = found
        world.tables.update(tables)
        world.made.update(cohorts)
        world.matters = Store(world, dict(flows), last=dict(last))


def made(place: str, *, scale: int = 1, overrides: Mapping[str, Any] | None = None) -> World:
    """What `generate` would store, in memory only."""
    catalogue = current()
    cohorts = read_cohorts(scenario_of(catalogue, place), overrides or {}, f"{place}: scenario")
    world = _world(catalogue, place, _state(), scale)
    Maker(world, cohorts).make_all(lambda label, done, total: None)
    return world


def scenario_of(catalogue: Catalogue, place: str) -> dict[str, Any]:
    """The pack's own cohorts as written, by bare key. Raises Refusal where there is none."""
    if place not in catalogue.packs:
        known = "、".join(sorted(catalogue.packs))
        raise Refusal(f"没有安装做法包 {place}", remedy=f"已安装：{known}")
    found = {
        key.partition(":")[2]: item.model_dump(by_alias=True, exclude_unset=True)
        for key, item in catalogue.section("scenario").items()
        if key.startswith(f"{place}:")
    }
    if not found:
        raise Refusal(f"做法包 {place} 没有 scenario", remedy="见 docs/packs.md")
    return found


# ---------------------------------------------------------------------------------------------- world
def new_world(
    catalogue: Catalogue, pack: str, territory: Territory, *, roots: Mapping[str, int], scale: int = 1
) -> World:
    """An empty world for the pack on its territory. `roots`: the last root numbers that the party hierarchy
    and the tree of authorities have so far. Raises Refusal for a pack without a place or a day.
    """
    manifest = catalogue.packs[pack]
    if not manifest.binds or manifest.day is None:
        raise Refusal(f"做法包 {pack} 没有写 binds 或 day", remedy="在 pack.yaml 里写明")
    root = territory.by(manifest.binds[0].region)
    chain = _ancestors(territory, root)
    terms = Terms(catalogue, catalogue.packs_at(chain))
    names = {k.partition(":")[2]: item.value for k, item in catalogue.section("names", at=chain).items()}
    area = territory.areas[root]
    place = Place(pack, area.code, area.name, territory.name_at(root, PROVINCE), ordinal(manifest.day))
    world = World(place, territory, Naming(names), terms.term, terms.below, scale)
    world.root_paths = {"party": roots["party"], "industry": roots["industry"]}
    world.catalogue = catalogue
    return world


def _world(catalogue: Catalogue, pack: str, state: Mapping[str, int], scale: int) -> World:
    binds = [bind.region for bind in catalogue.packs[pack].binds]
    others = _mentioned(catalogue, pack)
    territory = read_territory(binds, others, _tags(pack), until=state["region"])
    world = new_world(catalogue, pack, territory, roots=state, scale=scale)
    world.spot = Spots(pack, territory, read_outlines(_file(pack, "geo") or NO_OUTLINES)).near
    return world


def _file(pack: str, use: str) -> str:
    """The text of a file of the pack's version in force; empty where it has none."""
    kept = PackFile.objects.filter(version__pack=pack, version__active=True, use=use).first()
    return kept.text if kept is not None else ""


def _tags(pack: str) -> dict[str, frozenset[str]]:
    """The tags that the pack's own list of regions gives, by code."""
    written = csv.DictReader(io.StringIO(_file(pack, "regions")))
    rows = [(row["code"], row.get("tags") or "") for row in written]
    return {code: frozenset(tags.split(";")) for code, tags in rows if tags}


def _mentioned(catalogue: Catalogue, pack: str) -> list[str]:
    """Codes of regions outside the place that the scenario names."""
    text = json.dumps(scenario_of(catalogue, pack), ensure_ascii=False, default=str)
    return sorted(set(Region.objects.filter(code__in=_codes(text)).values_list("code", flat=True)))


def _codes(text: str) -> list[str]:
    digits = "".join(c if c.isalnum() and c.isascii() else " " for c in text)
    return sorted({w for w in digits.split() if w[:2].isdigit() and 4 <= len(w) <= 20})


def _ancestors(territory: Territory, region: int) -> list[str]:
    found = []
    while region >= 0:
        found.append(territory.areas[region].code)
        region = territory.areas[region].parent
    return found


# --------------------------------------------------------------------------------- what was begun, done
def _state() -> dict[str, int]:
    """What the database holds before a load: its last region and the last roots of its trees."""

    def last(model: Any, column: str) -> int:
        found = model._base_manager.aggregate(last=Max(column))["last"]
        return int(found[:4]) if found else 0

    region = Region.objects.aggregate(last=Max("id"))["last"] or 0
    return {
        "region": region,
        "party": last(PartyOrgSpan, "path"),
        "industry": last(UnitSpan, "authority_path"),
    }


def _begun(place: str, asked: Mapping[str, Any]) -> dict[str, int]:
    """What the load begins from: what an interrupted one noted, or the database as it is."""
    kept = CommandKey.objects.filter(pk=f"demo:{place}:begin").first()
    if kept is None:
        return _state()
    state = json.loads(kept.result)
    if state["fingerprint"] != asked["fingerprint"]:
        raise _loaded_otherwise(place)
    return {key: int(state[key]) for key in ("region", "party", "industry")}


def _asked(scale: int, overrides: Mapping[str, Any] | None) -> dict[str, Any]:
    return {"scale": scale, "overrides": {path: str(value) for path, value in (overrides or {}).items()}}


def refuse_other_parameters(
    place: str, *, scale: int = 1, overrides: Mapping[str, Any] | None = None
) -> None:
    """Raise Refusal where the place has been loaded with another scale or other values than these."""
    begun = CommandKey.objects.filter(pk=f"demo:{place}:begin").first()
    asked = _asked(scale, overrides)
    if begun is not None and any(json.loads(begun.result).get(key) != value for key, value in asked.items()):
        raise _loaded_otherwise(place)


def _loaded_otherwise(place: str) -> Refusal:
    remedy = "换一个数据目录（JICENG_HOME），或清空后重来"
    return Refusal(f"数据目录里已有按其他参数装入的 {place}", remedy=remedy)


def _fingerprint(written: Mapping[str, Any], overrides: Mapping[str, Any] | None, scale: int) -> str:
    return sm3(
        json.dumps([written, dict(overrides or {}), scale], ensure_ascii=False, sort_keys=True, default=str)
    )


def mark(place: str, part: str, by: Actor, result: str = "") -> None:
    """Note that a part of a place's load is finished, once; `is_marked` tells."""
    try:
        with write(by=by, action="demo.mark", key=f"demo:{place}:{part}") as writing:
            writing.result = result
    except AlreadyDoneError:
        pass


def is_marked(place: str, part: str) -> bool:
    """Whether a part of a place's load is finished."""
    return CommandKey.objects.filter(pk=f"demo:{place}:{part}").exists()
