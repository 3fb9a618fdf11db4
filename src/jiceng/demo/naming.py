"""Fictional names from a pack's material: people by place, sex and year of birth, firms, areas."""

import random
from bisect import bisect
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from jiceng.demo.chance import cumulated
from jiceng.demo.days import year_of
from jiceng.records.refusals import Refusal
from jiceng.reports.numerals import chinese_number

Pool = tuple[list[str], list[float]]


def short_name(name: str) -> str:
    """A place without what kind it is: 青山县 → 青山."""
    for ending in ("自治州", "自治县", "市", "县", "区"):
        if name.endswith(ending) and len(name) > len(ending) + 1:
            return name[: -len(ending)]
    return name


class Naming:
    """The name material as one place uses it, and what it has already given away there."""

    def __init__(self, material: Mapping[str, Any]) -> None:
        """`material` is the merged section `names` by bare key. Raises Refusal for what is missing."""
        self.material = material
        local = self._part("local")
        self.surnames = _pool(self._part("surnames").get(local["surnames"], {}), "surnames")
        regional = self._part("regional_given_names", {}).get(local.get("given_names"), {})
        self.never = set(self._part("excluded_persons", [])) | set(self._part("avoided_names", []))
        self.given = {sex: _decades(self._part("given_names"), sex) for sex in ("male", "female")}
        self.regional: dict[str, list[str]] = {sex: list(regional.get(sex, ())) for sex in ("male", "female")}
        self.regional_until = int(regional.get("until", 0))
        self.regional_share = float(regional.get("share", 0)) if all(self.regional.values()) else 0.0
        self.taken: set[str] = set()

    def _part(self, key: str, otherwise: Any = None) -> Any:
        found = self.material.get(key, otherwise)
        if found is None:
            raise Refusal(f"起名材料缺少 {key}", "names", "在做法包的 names 里补上")
        return found

    # ------------------------------------------------------------------------------------------ people
    def surname(self, rng: random.Random) -> str:
        """One surname, as they are spread in the place."""
        names, sums = self.surnames
        return names[_place(sums, rng.random())]

    def person(self, rng: random.Random, male: bool, born: int, surname: str = "") -> str:
        """A full name that fits sex and year of birth; nobody's whose name must not come out."""
        sex = "male" if male else "female"
        year = year_of(born)
        names, sums = self.given[sex][min(max(year // 10, 193), 193 + len(self.given[sex]) - 1) - 193]
        regional = self.regional[sex] if self.regional_share and year <= self.regional_until else None
        roll = rng.random
        while True:
            first = surname or self.surname(rng)
            if regional and roll() < self.regional_share:
                given = regional[int(roll() * len(regional))]
            else:
                given = names[_place(sums, roll())]
            if first + given not in self.never:
                return first + given

    # ------------------------------------------------------------------------------------------ bodies
    def firm(self, rng: random.Random, industry: str, around: Mapping[str, str]) -> str:
        """A firm's name of one of the material's industries: place + trade name + line + legal form."""
        firms = self._part("firms")
        lines = _named(firms["industries"], industry, "firms.industries")

        def draft() -> str:
            line, forms = rng.choice(lines["lines"]), lines["forms"]
            # the first legal form is by far the commonest; one that repeats the line's own words reads badly
            form = rng.choice(forms) if rng.random() < 0.3 else forms[0]
            form = forms[0] if form[:2] in line else form
            pattern = str(rng.choice(firms["patterns"]))
            return pattern.format(trade_name=rng.choice(firms["trade_names"]), line=line, form=form, **around)

        return self.unique(draft)

    def social_org(self, rng: random.Random, kind: str, around: Mapping[str, str]) -> str:
        """A social organisation's name of one of the material's kinds."""
        bodies = self._part("social_organisations")
        lines = _named(bodies["kinds"], kind, "social_organisations.kinds")
        # named after the county while there is room, then after the town, then after the village
        areas = iter([around["county_full"]] * 20 + [around["town"]] * 20 + [around["village"]] * 40)

        def draft() -> str:
            named = {**around, "county_full": next(areas) or around["county_full"]}
            pattern = str(rng.choice(bodies["patterns"]))
            return pattern.format(line=rng.choice(lines["lines"]), form=rng.choice(lines["forms"]), **named)

        return self.unique(draft)

    def residential_area(self, rng: random.Random) -> str:
        """A residential area's name; the caller sees that it is alone in its town."""
        areas = self._part("residential_areas")
        pattern = str(rng.choice(areas["patterns"] + areas["patterns"][:1] * 3))
        return pattern.format(first=rng.choice(areas["first"]), second=rng.choice(areas["second"]))

    def team(self, rng: random.Random, kind: str, host: str) -> str:
        """A team's name of one of the material's kinds."""
        return str(rng.choice(self._part("teams")[kind])).format(host=host)

    def street(self, rng: random.Random) -> str:
        """A street's name."""
        streets = self._part("streets")
        return str(rng.choice(streets["patterns"])).format(stem=rng.choice(streets["stems"]))

    def unique(self, draft: Callable[[], str]) -> str:
        """The first draft that nobody in the place has; after many tries a number tells them apart."""
        for _ in range(60):
            name = draft()
            if name not in self.taken:
                self.taken.add(name)
                return name
        base, number = draft(), 2
        while f"{base}（{chinese_number(number)}部）" in self.taken:
            number += 1
        name = f"{base}（{chinese_number(number)}部）"
        self.taken.add(name)
        return name


def _place(sums: Sequence[float], roll: float) -> int:
    """Where `roll` (0 to 1) falls among cumulated weights that end in 1."""
    return min(bisect(sums, roll), len(sums) - 1)


def _pool(weights: Mapping[str, float], what: str) -> Pool:
    if not weights:
        raise Refusal(f"起名材料缺少 {what}", "names.local", "local 里写明用哪一份")
    sums = cumulated([float(w) for w in weights.values()])
    return list(weights), [s / sums[-1] for s in sums]


def _decades(blocks: Sequence[Mapping[str, Any]], sex: str) -> list[Pool]:
    """One pool a decade from the 1930s on, gaps filled from the decade before."""
    found: list[Pool] = []
    for block in blocks:
        weights: dict[str, float] = {}
        for line in block[sex]:
            for name in line["names"]:
                weights[str(name)] = weights.get(str(name), 0) + float(line["weight"])
        pool = _pool(weights, "given_names")
        while len(found) <= int(block["born"][1]) // 10 - 193:
            found.append(pool)
    return found


def _named(lines: Sequence[Mapping[str, Any]], name: str, where: str) -> Mapping[str, Any]:
    for line in lines:
        if line["name"] == name:
            return line
    known = "、".join(str(line["name"]) for line in lines)
    raise Refusal(f"没有名为“{name}”的用语", f"names.{where}", f"可用：{known}")
