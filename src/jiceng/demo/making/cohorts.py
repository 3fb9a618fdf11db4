"""Makes cohorts one after the other: how many, where, linked to what, with which values."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from jiceng.demo import days
from jiceng.demo.chance import shared_out, uneven
from jiceng.demo.making import members, organisations, people
from jiceng.demo.making.drafting import HERE, Draft, Spec
from jiceng.demo.making.linking import Links
from jiceng.demo.making.planning import Sizes, in_order, thinned
from jiceng.demo.making.schema import schema
from jiceng.demo.making.territory import Area, Finder
from jiceng.demo.making.values import Values
from jiceng.demo.making.world import Made, World, listed
from jiceng.demo.sections import Cohort, Count, RegionFilter
from jiceng.demo.walking.making import SERVED_BY, finish_matters, make_matters
from jiceng.records.refusals import Refusal

Progress = Callable[[str, int, int], None]
"""Called with what is being made, how many cohorts are done, and how many there are."""

Parts = Mapping[str, list[tuple[Spec, list[int]]]]


class Maker:
    """Makes the cohorts of one place."""

    def __init__(self, world: World, cohorts: Mapping[str, Cohort]) -> None:
        self.world, self.cohorts = world, cohorts
        self.finder = Finder(world.territory, world.below, self._designated, self._regions_of)
        self.sizes = Sizes(world, cohorts, self.finder.find)
        self.codes: dict[tuple[str, str], int] = {}

    def make_all(self, progress: Progress) -> None:
        """Make every cohort, in the order of references. Raises Refusal naming pack, cohort and column."""
        self.make_registry(progress)
        self.make_matters()

    def make_registry(self, progress: Progress) -> None:
        """Make the cohorts that come before the first matters. What is raised as for all."""
        self._make(self._parted()[0], progress)
        organisations.place_under_authorities(self.world)

    def make_matters(self) -> None:
        """Make those that are left: matters, of which nothing in the registry is made. What is raised as for all."""
        self._make(self._parted()[1], lambda *_: None)
        finish_matters(self.world)

    def matters(self) -> int:
        """How many matters there will be, about."""
        return sum(self.sizes.made(key) for key in self._parted()[1] if not self.cohorts[key].each)

    def _parted(self) -> tuple[list[str], list[str]]:
        order = in_order(self.cohorts)
        registry = [key for key in order if self.cohorts[key].make != "matter"]
        if order[: len(registry)] != registry:  # something in the registry refers to matters
            return order, []
        return registry, order[len(registry) :]

    def _make(self, order: Sequence[str], progress: Progress) -> None:
        for number, key in enumerate(order):
            progress(self.cohorts[key].label, number, len(order))
            try:
                self.make(key)
            except Refusal as fault:
                if fault.where.startswith(self.world.place.pack):
                    raise
                where = f"{self.world.place.pack}: scenario.{key}"
                raise Refusal(fault.what, f"{where}.{fault.where}".rstrip("."), fault.remedy) from fault
            except (
                KeyError
            ) as missing:  # what the rows of the table cannot do without, and the cohort leaves out
                where = f"{self.world.place.pack}: scenario.{key}"
                name = str(missing.args[0])
                raise Refusal(f"缺少字段 {name}", where, f"在 with、draw 或 of 里写 {name}") from missing

    # ------------------------------------------------------------------------------------- regions
    def _designated(self, kind: str) -> frozenset[int]:
        table = self.world.table("designation")
        wanted = self.world.term("designations", kind)
        pairs = zip(table.get("region"), table.get("kind"), strict=True)
        return frozenset(region for region, found in pairs if region is not None and found == wanted)

    def _regions_of(self, reference: str) -> frozenset[int]:
        table, rows = self.world.rows_of(reference)
        return frozenset(self.world.region_of(table, row) for row in rows)

    # ---------------------------------------------------------------------------------- one cohort
    def make(self, key: str) -> None:
        """Make one cohort; those it refers to are there."""
        cohort = self.cohorts[key]
        draft = Draft(self.world, key, cohort, 0)
        self._count(draft)
        self._subsets(draft)
        if not draft.count:
            first = (
                len(self.world.territory.areas)
                if cohort.make == "region"
                else self.world.table(cohort.make).rows
            )
            self.world.made[key] = Made(cohort.make, first, 0, dict(draft.subsets))
            return
        specs = draft.specs()
        self._evaluate(draft, specs)
        self._store(draft, specs)

    def _count(self, draft: Draft) -> None:
        cohort, key = draft.cohort, draft.key
        per_each = len(cohort.rows) if cohort.rows is not None else None
        if cohort.each:
            ((draft.each_column, source),) = cohort.each.items()
            wanted = schema(cohort.make).links.get(draft.each_column)
            if wanted is None and draft.each_column == "region":
                wanted = "region"  # where the rows lie, in a table that says so only through its links
            if wanted is None and cohort.make == "matter" and draft.each_column == SERVED_BY:
                wanted = "matter"  # the matters that serve these, which links of their own say
            if wanted is None:
                raise draft.refusal(f"each 的字段 {draft.each_column} 不是关联", "each")
            targets, holders, draft.each_table = self._sources(draft, source, wanted)
            numbers = [per_each] * len(targets) if per_each else self.sizes.numbers(key, len(targets))
            column = [t for t, n in zip(targets, numbers, strict=True) for _ in range(n)]
            draft.each_rows = [h for h, n in zip(holders, numbers, strict=True) for _ in range(n)]
            draft.count = len(column)
            draft.values[draft.each_column] = column
            region_of = self.world.region_of
            draft.values[HERE] = [region_of(draft.each_table, row) for row in draft.each_rows]
        else:
            draft.count = per_each if per_each is not None else self.sizes.made(key)
        if cohort.in_ is not None:
            draft.values[HERE] = self._placed(draft, cohort.in_)

    def _sources(
        self, draft: Draft, source: RegionFilter | str | list[str], wanted: str
    ) -> tuple[list[int], list[int], str]:
        if isinstance(source, RegionFilter):
            found = self.finder.find(source)
            if draft.cohort.bulk and self.world.scale > 1:
                found = thinned(found, self.world.scale)
            return found, found, "region"
        targets, holders, tables = list[int](), list[int](), set[str]()
        for reference in listed(source):
            some, rows, table = self.world.held(reference, draft.each_column, wanted)
            targets, holders = targets + some, holders + rows
            tables.add(table)
        if len(tables) > 1:
            raise draft.refusal("each 的各批次须是同一张表的", "each")
        own = any(self.cohorts[r.partition(".")[0]].bulk for r in listed(source))
        if draft.cohort.bulk and self.world.scale > 1 and not own:
            kept = thinned(range(len(targets)), self.world.scale)
            targets, holders = [targets[i] for i in kept], [holders[i] for i in kept]
        return targets, holders, tables.pop() if tables else wanted

    def _placed(self, draft: Draft, wanted: RegionFilter) -> list[int]:
        """Regions for all rows, spread as the cohort says."""
        found, spread = self.finder.find(wanted), draft.cohort.spread
        if not found and draft.count:
            raise draft.refusal("没有符合条件的区域", "in", "放宽条件")
        rng = self.world.chance(draft.key, "in")
        count = draft.cohort.count
        if isinstance(count, Count) and count.per is not None:
            numbers = self._per(draft, count.per, found)
        else:
            weights = uneven(rng, len(found), spread.sigma)
            numbers = self._shared(draft, draft.count, found, weights)
        places = [region for region, n in zip(found, numbers, strict=True) for _ in range(n)]
        rng.shuffle(places)
        return places

    def _per(self, draft: Draft, per: Mapping[str, int], found: Sequence[int]) -> list[int]:
        """Given numbers below given regions; within each, spread as the cohort says."""
        whole, scaled = sum(per.values()), draft.count
        numbers = dict.fromkeys(found, 0)
        rng = self.world.chance(draft.key, "per")
        given = shared_out(scaled, list(per.values()), 0) if scaled != whole else list(per.values())
        for (code, _), number in zip(per.items(), given, strict=True):
            above = self.world.territory.by(code)
            inside = [h for h in found if self.world.territory.is_under(h, above)]
            weights = uneven(rng, len(inside), draft.cohort.spread.sigma)
            for handle, n in zip(inside, self._shared(draft, number, inside, weights), strict=True):
                numbers[handle] += n
        return list(numbers.values())

    def _shared(self, draft: Draft, number: int, found: Sequence[int], weights: list[float]) -> list[int]:
        spread, territory = draft.cohort.spread, self.world.territory
        if spread.weights:
            factors = {territory.by(code): weight for code, weight in spread.weights.items()}
            weights = [
                w * next((f for a, f in factors.items() if territory.is_under(h, a)), 1.0)
                for h, w in zip(found, weights, strict=True)
            ]
        room = None if spread.most is None else [spread.most] * len(found)
        least = spread.least if spread.least * len(found) <= number or self.world.scale == 1 else 0
        try:
            return shared_out(number, weights, least, room)
        except ValueError:
            what = f"{number} 条记录分不到 {len(found)} 个区域"
            raise draft.refusal(what, "spread", "调整 least、most 或个数") from None

    # --------------------------------------------------------------------------------------- subsets
    def _subsets(self, draft: Draft) -> None:
        full = self.sizes.full(draft.key)
        for name, subset in draft.cohort.subset.items():
            wanted = self.sizes.of_subset(subset, full, draft.count)
            candidates: list[int] = list(range(draft.count))
            for other in listed(subset.inside or []):
                candidates = [i for i in candidates if i in self._part(draft, other, name)]
            for other in listed(subset.outside or []):
                candidates = [i for i in candidates if i not in self._part(draft, other, name)]
            if wanted > len(candidates):
                if self.world.scale == 1:
                    what = f"子集 {name} 要 {wanted} 条，只有 {len(candidates)} 条可选"
                    raise draft.refusal(what, f"subset.{name}", "减少 count，或放宽 inside、outside")
                wanted = len(candidates)
            rng = self.world.chance(draft.key, "subset", name)
            draft.subsets[name] = frozenset(rng.sample(candidates, wanted))

    def _part(self, draft: Draft, other: str, name: str) -> frozenset[int]:
        if other not in draft.subsets:
            raise draft.refusal(f"子集 {name} 之前没有子集 {other}", f"subset.{name}", "先写被引用的子集")
        return draft.subsets[other]

    # --------------------------------------------------------------------------------------- columns
    def _evaluate(self, draft: Draft, specs: Parts) -> None:
        values, links = Values(draft), Links(draft)
        membership = draft.cohort.make == "membership"
        for column in draft.ordered(dict(specs)):
            if column in specs:
                try:
                    self._column(draft, column, specs[column], values, links)
                except Refusal as fault:
                    if fault.where.startswith(self.world.place.pack):
                        raise
                    raise draft.refusal(fault.what, column, fault.remedy) from fault
            elif column == HERE and HERE not in draft.values:
                draft.values[HERE] = self._here(draft, specs)
            elif column == "valid_from" and not membership and "valid_from" in draft.schema.columns:
                draft.values["valid_from"] = self._begins(draft)
        if "valid_from" in specs:
            self._not_before_links(draft)

    def _column(
        self, draft: Draft, column: str, parts: list[tuple[Spec, list[int]]], values: Values, links: Links
    ) -> None:
        if all(spec.how == "of" and spec.said.new for spec, _ in parts):
            return  # persons come when everything else is known
        stored: list[Any] = draft.values.get(column) or [None] * draft.count
        for spec, rows in parts:
            if spec.how == "of":
                found: Sequence[Any] = links.fill(column, spec.said, rows)
            elif spec.how == "with":
                found = values.fixed(column, spec.said, rows)
            else:
                found = values.drawn(column, spec.said, rows)
            for row, value in zip(rows, found, strict=True):
                stored[row] = value
        draft.values[column] = stored

    def _here(self, draft: Draft, specs: Parts) -> list[int]:
        link = draft.place_link(specs)
        if not link:
            return [-1] * draft.count
        table, region_of = draft.schema.links[link], self.world.region_of
        return [-1 if v is None else region_of(table, v) for v in draft.values[link]]

    def _begins(self, draft: Draft) -> list[int | None]:
        """The latest beginning among the links of each row."""
        since = self.world.territory.since
        here = draft.values.get(HERE) or [-1] * draft.count
        found = [
            self._latest_link(draft, row) or (since if here[row] >= 0 else 0) for row in range(draft.count)
        ]
        if any(day == 0 for day in found):
            raise draft.refusal("没有起始日期", "valid_from", "写 valid_from，或关联到有起始日期的记录")
        return [
            days.working_day_near(day, day, day + 30) if days.nothing_happens(day) else day for day in found
        ]

    def _latest_link(self, draft: Draft, row: int) -> int:
        """0 where nothing is linked. Territory that was there from the start says nothing."""
        day = 0
        for column, table in draft.schema.links.items():
            values = draft.values.get(column)
            if values and values[row] is not None:
                day = max(day, self.world.began(table, values[row]))
        return day

    def _not_before_links(self, draft: Draft) -> None:
        """Rows drawn to begin before what they are linked to begin with it instead."""
        begins = draft.values["valid_from"]
        for row, day in enumerate(begins):
            if day is None:
                raise draft.refusal("有记录没有起始日期", "valid_from", "放宽日期，或加 future: true")
            floor = self._latest_link(draft, row) if draft.cohort.make != "region" else 0
            if day < floor:
                later = days.working_day_near(floor, floor, floor + 30)
                begins[row] = floor if later is None else later
            if begins[row] > self.world.place.day:
                raise draft.refusal("有记录在做法包的日期之后才开始", "valid_from", "提前日期")

    # ----------------------------------------------------------------------------------------- store
    def _store(self, draft: Draft, specs: Parts) -> None:
        make, values, world = draft.cohort.make, draft.values, self.world
        new = any(spec.said.new for spec, _ in specs.get("person", ()) if spec.how == "of")
        if make == "membership":
            members.date_memberships(draft, given="valid_from" in specs)
        persons = people.add_persons(draft) if new else range(0)
        if new:
            values["person"] = list(persons)
        if make == "unit":
            organisations.finish_units(draft)
        elif make == "party_org":
            organisations.finish_party_orgs(draft)
        elif make == "appointment" and "document" not in values:
            values["document"] = Values(draft).drawn("document", {"document": "演示"}, range(draft.count))
        elif make == "region":
            world.made[draft.key] = self._store_regions(draft)
            return
        elif make == "matter":
            world.made[draft.key] = make_matters(draft)
            return
        if draft.located() or self._placed_alone(draft):
            values["region"] = values[HERE]
        if make == "household":
            self._number_homes(draft)
        columns = {c: v for c, v in values.items() if c in draft.schema.columns}
        self._check_dates(draft, columns)
        first = world.table(make).add(draft.count, columns)
        world.made[draft.key] = Made(make, first, draft.count, dict(draft.subsets), persons)
        self._afterwards(draft, first)

    def _placed_alone(self, draft: Draft) -> bool:
        """Whether rows are about nothing but the region that `in` gives them, such as a village's
        designation.
        """
        others = draft.schema.links.keys() & draft.values.keys()
        return draft.cohort.in_ is not None and draft.schema.links.get("region") == "region" and not others

    def _afterwards(self, draft: Draft, first: int) -> None:
        make, world = draft.cohort.make, self.world
        if make == "party_org":
            superiors = draft.values.get("superior") or [None] * draft.count
            organisations.place_in_hierarchy(world, superiors, first)
            organisations.add_covers(draft, first)
        elif make == "membership":
            members.check_members(draft)
            if draft.cohort.employed:
                members.add_employments(draft)
        elif make == "household":
            full = self.sizes.full(draft.key)
            wanted = draft.cohort.people or 0
            wanted = wanted if draft.count == full else int(wanted * draft.count / full + 0.5)
            world.made[draft.key].persons = people.Homes(draft, wanted).fill(first)

    def _check_dates(self, draft: Draft, columns: Mapping[str, Sequence[Any]]) -> None:
        ends = columns.get("valid_to")
        for begun, ended in zip(columns.get("valid_from", ()), ends or (), strict=False):
            if ended is not None and ended <= begun:
                raise draft.refusal("有记录的终止日期不晚于起始日期", "valid_to", "调整日期")

    def _number_homes(self, draft: Draft) -> None:
        """Household codes: the code of the region and a number in it."""
        numbers: dict[int, int] = {}
        codes = []
        for region in draft.values[HERE]:
            numbers[region] = numbers.get(region, 0) + 1
            codes.append(f"{self.world.territory.areas[region].code}H{numbers[region]:05d}")
        draft.values["code"] = codes
        draft.values["head_name"] = [""] * draft.count

    def _region_code(self, above: str, kind: str) -> str:
        """The next free code under `above`: the kind's first letter and a number."""
        letter = kind.partition(":")[2][:1].upper()
        number = self.codes.get((above, letter), 0) + 1
        while f"{above}{letter}{number:03d}" in self.world.territory.by_code:
            number += 1
        self.codes[above, letter] = number
        return f"{above}{letter}{number:03d}"

    def _store_regions(self, draft: Draft) -> Made:
        """New regions under those they were placed in, with the codes that follow."""
        territory, values = self.world.territory, draft.values
        first = len(territory.areas)
        for row in range(draft.count):
            parent = territory.areas[values[HERE][row]]
            code = self._region_code(parent.code, values["kind"][row])
            begun = values["valid_from"][row]
            area = Area(code, values["name"][row], values["kind"][row], values[HERE][row], "", 6, begun)
            area.level = max(parent.level + 1, 6)
            territory.add(area)
        return Made("region", first, draft.count, dict(draft.subsets))
