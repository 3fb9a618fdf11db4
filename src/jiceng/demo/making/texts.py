"""Names written with placeholders: 中共{host_unit}支部委员会."""

import re
from collections.abc import Mapping
from typing import Any

from jiceng.demo.days import year_of
from jiceng.demo.making.schema import target
from jiceng.demo.making.territory import COUNTY, LEVELS, TOWN, VILLAGE
from jiceng.demo.making.world import World
from jiceng.demo.naming import short_name
from jiceng.reports.numerals import chinese_number

_PLACEHOLDER = re.compile(r"\{([a-z_.]+)\}")
AROUND = frozenset({"region", "village", "town", "county", "county_short", "place", "place_short", "n", "cn"})


def placeholders(said: Any) -> set[str]:
    """The columns that a text with placeholders takes its names from."""
    if not isinstance(said, str):
        return set()
    found = set[str]()
    for name in _PLACEHOLDER.findall(said):
        if name == "year":
            found.add("valid_from")
        elif name in AROUND:
            found |= {"@region"} | ({"superior"} if name in {"n", "cn"} else set())
        else:
            found.add(name.partition(".")[0])
    return found


def around(world: World, region: int) -> dict[str, str]:
    """The names around a region, by placeholder; empty texts where there is none."""
    territory = world.territory
    county = territory.name_at(region, COUNTY) if region >= 0 else ""
    full = county or world.place.name
    return {
        "region": territory.areas[region].name if region >= 0 else world.place.name,
        "village": territory.name_at(region, VILLAGE) if region >= 0 else "",
        "town": territory.name_at(region, TOWN) if region >= 0 else "",
        "county": short_name(full),
        "county_full": full,
        "county_short": short_name(full),
        "place": world.place.name,
        "place_short": short_name(world.place.name),
        "province": short_name(world.place.province.replace("省", "")),
    }


class Writer:
    """Fills the placeholders of texts for the rows of one cohort, counting as it goes."""

    def __init__(self, world: World, table: str, values: Mapping[str, list[Any]]) -> None:
        self.world, self.table, self.values = world, table, values
        self._numbers: dict[tuple[str, str, int | None], int] = {}
        self._around: dict[int, dict[str, str]] = {}

    def fill(self, text: str, row: int) -> str:
        """`text` for one row; numbers run on within what the text names (a host, a town), else under the
        same superior or in the same region.
        """
        wanted = _PLACEHOLDER.findall(text)
        if not wanted:
            return text
        found = dict[str, str]()
        if not {"n", "cn"}.isdisjoint(wanted):
            number = self._number(text, row)
            found |= {"n": str(number), "cn": chinese_number(number)}
        for name in wanted:
            if name not in found:
                found[name] = self._name(name, row)
        return _PLACEHOLDER.sub(lambda match: found[match[1]], text)

    def _number(self, text: str, row: int) -> int:
        key = (text, *self._within(text, row))
        self._numbers[key] = self._numbers.get(key, 0) + 1
        return self._numbers[key]

    def _within(self, text: str, row: int) -> tuple[str, int | None]:
        """What numbers run on in: what the text names, the narrowest first."""
        wanted = [name.partition(".")[0] for name in _PLACEHOLDER.findall(text)]
        for name in wanted:
            if target(self.table, name) is not None and name in self.values:
                return name, self.values[name][row]
        region, superior = self.values["@region"][row], self.values.get("superior")
        named = next((name for name in ("region", "village", "town") if name in wanted), "")
        if named in LEVELS:
            return named, self.world.territory.at(region, LEVELS[named])
        if not named and superior and superior[row] is not None:
            return "superior", superior[row]
        return "region", region

    def _name(self, name: str, row: int) -> str:
        here = self.values.get("@region")  # not there yet where nothing around is named
        region = -1 if here is None or here[row] is None else here[row]
        if name == "county":  # in a text the county stands with its kind: 邻水县
            name = "county_full"
        if region not in self._around:
            self._around[region] = around(self.world, region)
        if name in self._around[region]:
            return self._around[region][name]
        if name == "year":
            return str(year_of(self.values["valid_from"][row]))
        column, _, rest = name.partition(".")
        value = self.values[column][row] if column in self.values else None
        to = target(self.table, column)
        if to is None or value is None:
            return "" if value is None else str(value)
        if rest:
            return str(self.world.value(to, value, rest) or "")
        return self.world.name_of(to, value)
