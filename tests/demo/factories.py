"""Worlds made in memory: the test place's territory without a database, cohorts written for one test."""

import csv
from datetime import date
from functools import cache
from pathlib import Path
from textwrap import dedent
from typing import Any, ClassVar

import yaml
from django.conf import settings

from jiceng.demo.generating import new_world, scenario_of
from jiceng.demo.making.cohorts import Maker
from jiceng.demo.making.planning import read_cohorts
from jiceng.demo.making.territory import Territory, built
from jiceng.demo.making.world import World
from jiceng.packs.catalogue import Catalogue, of_folders

PLACE = Path(__file__).parent / "place"


class PlainLoader(yaml.SafeLoader):
    """Reads days as texts, as packs' files are read."""

    yaml_implicit_resolvers: ClassVar = {
        first: [(tag, pattern) for tag, pattern in found if not tag.endswith(":timestamp")]
        for first, found in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }


@cache
def catalogue() -> Catalogue:
    """The base pack and the test place."""
    return of_folders(settings.PACKS / "core", PLACE)


def territory() -> Territory:
    """The test place's regions as its list has them."""
    kinds = catalogue().vocabularies["region_kinds"]
    with (PLACE / "regions.csv").open(encoding="utf-8", newline="") as file:
        listed = list(csv.DictReader(file))
    keys = {row["code"]: number for number, row in enumerate(listed, start=1)}
    paths: dict[str, str] = {}
    children: dict[str, int] = {}
    rows: list[Any] = []
    for row in listed:
        above = row["parent"]
        children[above] = children.get(above, 0) + 1
        paths[row["code"]] = f"{paths.get(above, '')}{children[above]:04d}"
        level = kinds[f"core:{row['kind']}"].attr("level")
        rows.append((
            keys[row["code"]], row["code"], row["name"], f"core:{row['kind']}", keys.get(above),
            paths[row["code"]], level, date.fromisoformat(row["valid_from"]), None,
        ))  # fmt: skip
    tags = {keys[r["code"]]: frozenset(r["tags"].split(";")) for r in listed if r["tags"]}
    return built(sorted(rows, key=lambda r: r[5]), tags)


def make(scenario: str = "", *, scale: int = 1, **overrides: Any) -> World:
    """The world of some cohorts (YAML), or of the test place's own; overrides with `__` for a dot."""
    if scenario:
        written = yaml.load(dedent(scenario), Loader=PlainLoader)
    else:
        written = scenario_of(catalogue(), "testplace")
    replaced = {path.replace("__", "."): value for path, value in overrides.items()}
    world = new_world(catalogue(), "testplace", territory(), roots={"party": 0, "industry": 0}, scale=scale)
    Maker(world, read_cohorts(written, replaced, "testplace: scenario")).make_all(lambda *_: None)
    return world


def column(world: World, cohort: str, name: str) -> list[Any]:
    """One column of a cohort's rows."""
    table, rows = world.rows_of(cohort)
    values = world.table(table).get(name)
    return [values[row] for row in rows]


def persons(world: World, cohort: str, name: str) -> list[Any]:
    """One column of the persons that a cohort's rows hold."""
    values = world.table("person").get(name)
    return [values[person] for person in column(world, cohort, "person")]


def day(text: str) -> int:
    """The number of an ISO day."""
    return date.fromisoformat(text).toordinal()
