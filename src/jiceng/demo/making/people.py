"""New persons, and the households they live in."""

from collections.abc import Sequence
from random import Random
from typing import Any

from jiceng.demo import days
from jiceng.demo.chance import apportioned
from jiceng.demo.making.drafting import HERE, Draft
from jiceng.demo.making.linking import Key, Pool, Sharing
from jiceng.demo.making.territory import LEVELS
from jiceng.demo.sections import Link

RESIDENT_COLUMNS = (
    "sex", "birth_date", "ethnicity", "education", "name", "region", "valid_from", "household", "relation",
)  # fmt: skip
PERSON_COLUMNS = (*RESIDENT_COLUMNS, "full_time_education", "valid_to")
OLDEST = 98
RELATIONS = {
    "head": ("head", "head"),
    "spouse": ("spouse", "spouse"),
    "child": ("son", "daughter"),
    "child_in_law": ("son_in_law", "daughter_in_law"),
    "grandchild": ("grandchild", "grandchild"),
    "parent": ("father", "mother"),
    "other": ("other_relative", "other_relative"),
}
"""What people are to the head of their household, as terms for men and for women."""


def add_persons(draft: Draft) -> range:
    """The new persons of a draft, from its `person.…` columns; fills the rest and gives their handles."""
    world, count = draft.world, draft.count
    rng = world.chance(draft.key, "person")
    given = {c: draft.values[f"person.{c}"] for c in PERSON_COLUMNS if f"person.{c}" in draft.values}
    male = world.term("sexes", "male")
    sexes = given.get("sex") or [
        male if rng.random() < 0.66 else world.term("sexes", "female") for _ in range(count)
    ]
    born = given.get("birth_date") or _births(draft, rng)
    name = world.naming.person
    columns: dict[str, list[Any]] = {
        "sex": sexes,
        "birth_date": born,
        "name": given.get("name") or [name(rng, s == male, b) for s, b in zip(sexes, born, strict=True)],
        "ethnicity": given.get("ethnicity") or [world.term("ethnicities", "han")] * count,
        "region": given.get("region") or list(draft.values[HERE]),
        "valid_from": given.get("valid_from") or list(born),
    }
    for column in ("education", "full_time_education", "valid_to", "relation"):
        if column in given:
            columns[column] = given[column]
    first = world.table("person").add(count, columns)
    return range(first, first + count)


def _births(draft: Draft, rng: Random) -> list[int]:
    """Birth dates nobody asked for anything about: 28 to 58 on the first day of the row."""
    begins = draft.values.get("admitted_on") or draft.values.get("valid_from")
    found = []
    for row in range(draft.count):
        day = begins[row] if begins and begins[row] is not None else draft.world.place.day
        first, last = days.born_between(28, 58, day)
        found.append(days.quiet(first + int(rng.random() * (last - first + 1)), first, last))
    return found


# ------------------------------------------------------------------------------------------ households
class Homes:
    """Fills a cohort of households with people: heads, spouses, children, parents, of fitting ages."""

    def __init__(self, draft: Draft, people: int) -> None:
        self.draft, self.world = draft, draft.world
        self.rng = self.world.chance(draft.key, "people")
        self.people = people
        self.male, self.female = self.world.term("sexes", "male"), self.world.term("sexes", "female")
        self.han = self.world.term("ethnicities", "han")
        self.relation = {
            (key, male): self.world.term("household_relations", term)
            for key, terms in RELATIONS.items()
            for male, term in zip((True, False), terms, strict=True)
        }
        self.columns: dict[str, list[Any]] = {c: [] for c in RESIDENT_COLUMNS}
        self.schooling = self._schooling()

    def _schooling(self) -> list[tuple[int, list[str]]]:
        """By latest birth year, the educations a resident may have, commonest first."""
        term = self.world.term
        kinds = ("primary", "junior_secondary", "senior_secondary", "junior_college", "bachelor")
        low, middle, high, college, bachelor = (term("educations", k) for k in kinds)
        return [
            (1955, [low, low, low, middle, middle]),
            (1970, [low, low, middle, middle, middle, high]),
            (1985, [middle, middle, middle, middle, high, college]),
            (1997, [middle, middle, high, high, college, college, bachelor]),
        ]

    def fill(self, first_home: int) -> range:
        """Make the residents of the households from `first_home` on; gives the new persons' handles."""
        sizes = self._sizes()
        adopted = self._adopted(first_home)
        homes = self.world.table("household")
        regions, begun = homes.get("region"), homes.get("valid_from")
        heads = homes.get("head_name")
        names = self.world.table("person").get("name")
        start = self.world.table("person").rows
        for place, size in enumerate(sizes):
            home = first_home + place
            adoptee = adopted.get(home)
            self._home(home, regions[home], begun[home], size, adoptee)
            heads[home] = names[adoptee] if adoptee is not None else self.columns["name"][-size]
        count = len(self.columns["name"])
        self.world.table("person").add(count, self.columns)
        return range(start, start + count)

    def _sizes(self) -> list[int]:
        given = self.draft.cohort.sizes or {}
        wanted, count = list(given), self.draft.count
        if not min(wanted) * count <= self.people <= max(wanted) * count:
            raise self.draft.refusal(
                f"{count} 户容不下恰好 {self.people} 人", "people", "调整 people、count 或 sizes"
            )
        sizes = [
            s for s, n in zip(wanted, apportioned(count, list(given.values())), strict=True) for _ in range(n)
        ]
        self.rng.shuffle(sizes)
        difference, step = self.people - sum(sizes), 1
        if difference < 0:
            difference, step = -difference, -1
        bound = max(wanted) if step > 0 else min(wanted)
        while difference:
            place = int(self.rng.random() * count)
            if sizes[place] != bound:
                sizes[place] += step
                difference -= 1
        return sizes

    def _adopted(self, first_home: int) -> dict[int, int]:
        """Which person of another cohort heads which household: of the same village where there is one."""
        persons: list[int] = []
        for reference in self.draft.cohort.adopt:
            persons += self.world.held(reference, "person", "person")[0]
        persons = list(dict.fromkeys(persons))
        if not persons:
            return {}
        table = self.world.table("person")
        where = table.get("region")
        homes = range(first_home, first_home + self.draft.count)
        pool = Pool(self.world, "household", list(homes), {h: (h, "household") for h in homes})
        link = Link.model_validate({"from": "-", "distinct": True})
        sharing, found, left = Sharing(pool, link, self.rng, None, forgiving=True), dict[int, int](), persons
        for step in ("village", "town", "county", "everywhere"):
            left = sharing.tier(left, self._near(where, step), pool.key(step, ()), {}, found)
        if left and self.world.scale == 1:
            raise self.draft.refusal(
                f"{len(left)} 人没有可入住的户", "adopt", "增加户数，或减少 adopt 的批次"
            )
        lived, relations = table.get("household"), table.get("relation")
        for person, home in found.items():
            lived[person], relations[person] = home, self.relation["head", True]
            where[person] = self.world.table("household").get("region")[home]
        return {home: person for person, home in found.items()}

    def _near(self, regions: Sequence[int], step: str) -> Key:
        """The key by which a person meets a household at a step of nearness."""
        at = self.world.territory.at
        if step == "everywhere":
            return lambda person: (0,)
        return lambda person: (at(regions[person], LEVELS[step]),)

    # ------------------------------------------------------------------------------------ one household
    def _home(self, home: int, region: int, begun: int, size: int, adoptee: int | None) -> None:
        roll, today = self.rng.random, self.world.place.day
        if adoptee is not None:
            person = self.world.table("person")
            born, male = person.get("birth_date")[adoptee], person.get("sex")[adoptee] == self.male
            age, surname = days.age_on(born, today), person.get("name")[adoptee][:1]
        else:
            male, surname = roll() < 0.8, ""
            age = self._head_age(size)
            surname = self._live(home, region, begun, male, age, "", "head")
        left = size - 1
        coupled = left and (roll() < 0.86 if left > 1 else roll() < 0.78) and age >= 21
        if coupled:
            other = age + (int(roll() * 7) - 5 if male else int(roll() * 7) - 1)
            self._live(home, region, begun, not male, max(other, 20), "", "spouse")
            left -= 1
        family = surname if male else ""
        if age < 50:
            self._children(home, region, begun, left, age, family, surname)
        else:
            self._grown_up(home, region, begun, left, age, family, surname)

    def _head_age(self, size: int) -> int:
        roll = self.rng.random
        if size == 1:
            return 24 + int(roll() * 30) if roll() < 0.4 else 55 + int(roll() * 33)
        if size == 2:
            return 25 + int(roll() * 20) if roll() < 0.25 else 48 + int(roll() * 34)
        return 27 + int(roll() * 24) if roll() < 0.6 else 50 + int(roll() * 24)

    def _children(
        self, home: int, region: int, begun: int, left: int, age: int, family: str, surname: str
    ) -> None:
        """Children of a young family; where more live together, the head's parents."""
        roll, born = self.rng.random, age - 21 - int(self.rng.random() * 8)
        while left and born >= 0 and (left > 2 or roll() < 0.8):
            self._live(home, region, begun, roll() < 0.53, born, family, "child")
            born -= 2 + int(roll() * 6)
            left -= 1
            if left <= 2 and roll() < 0.45:
                break
        parent = age + 21 + int(roll() * 9)
        for number in range(left):
            if number < 2 and parent <= OLDEST:
                man = number == 0 and roll() < 0.6 if left == 1 else number == 0
                self._live(home, region, begun, man, parent - 2 * number, surname if man else "", "parent")
            else:
                self._live(
                    home, region, begun, roll() < 0.5, max(1, age - 30 + int(roll() * 20)), "", "other"
                )

    def _grown_up(
        self, home: int, region: int, begun: int, left: int, age: int, family: str, surname: str
    ) -> None:
        """An older couple with grown-up children, their families, or a parent of their own."""
        roll = self.rng.random
        if left == 1 and age < 72 and roll() < 0.3:
            man = roll() < 0.35
            self._live(
                home,
                region,
                begun,
                man,
                min(age + 21 + int(roll() * 8), OLDEST),
                surname if man else "",
                "parent",
            )
            return
        child = age - 22 - int(roll() * 9)
        if left:
            self._live(home, region, begun, roll() < 0.62, child, family, "child")
            left -= 1
        if left >= 2 or (left and roll() < 0.4 and child >= 22):
            self._live(home, region, begun, roll() < 0.35, max(child - 1, 20), "", "child_in_law")
            left -= 1
        grandchild = child - 23 - int(roll() * 6)
        while left:
            if grandchild >= 0:
                self._live(home, region, begun, roll() < 0.53, grandchild, family, "grandchild")
                grandchild -= 2 + int(roll() * 5)
            else:
                self._live(
                    home, region, begun, roll() < 0.5, max(1, child - 2 - int(roll() * 3)), family, "child"
                )
                child -= 3
            left -= 1

    def _live(
        self, home: int, region: int, begun: int, male: bool, age: int, surname: str, relation: str
    ) -> str:
        """One resident of that age; gives the surname."""
        first, last = days.born_between(age, age, self.world.place.day)
        born = days.quiet(first + int(self.rng.random() * (last - first + 1)), first, last)
        name = self.world.naming.person(self.rng, male, born, surname)
        columns = self.columns
        columns["sex"].append(self.male if male else self.female)
        columns["birth_date"].append(born)
        columns["ethnicity"].append(self.han)
        columns["name"].append(name)
        columns["region"].append(region)
        columns["household"].append(home)
        columns["relation"].append(self.relation[relation, male])
        columns["valid_from"].append(max(born, begun))
        columns["education"].append(self._learnt(born))
        return surname or name[:1]

    def _learnt(self, born: int) -> str:
        year = days.year_of(born)
        for until, kinds in self.schooling:
            if year <= until:
                return kinds[int(self.rng.random() * len(kinds))]
        return ""
