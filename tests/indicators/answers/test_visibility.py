"""A scope shows the same records in the engine as in the database, whatever it is made of."""

import random

import pytest
from django.apps import apps
from django.db.models import Q

from jiceng.protection.scopes import Scope, ScopedModel
from jiceng.records.facts import all_facts
from tests.indicators.conftest import LAST, ask, records_of

SCOPED = [
    key
    for key, fact in all_facts().items()
    if fact.countable and (fact.seen_with or issubclass(apps.get_model(fact.model), ScopedModel))
]


def seen_in_the_database(key: str, scope: Scope) -> set[int]:
    """The rows of a fact that hold on the last day and that the database shows to `scope`."""
    fact = all_facts()[key]
    model = apps.get_model(fact.model)
    living = Q(**{f"{fact.begins}__lte": LAST})
    if fact.ends:
        living &= Q(**{f"{fact.ends}__isnull": True}) | Q(**{f"{fact.ends}__gt": LAST})
    if not fact.seen_with:
        return set(model.visible_to(scope).filter(living).values_list("pk", flat=True))
    other = model._meta.get_field(fact.seen_with).related_model
    shown = other.visible_to(scope).values("pk")
    rows = model._base_manager.filter(living, **{f"{fact.seen_with}__in": shown})
    return set(rows.values_list("pk", flat=True))


def some_scope(chance, world) -> Scope:
    """Subtrees of every tree, held records, perhaps cut down to an area; often with nothing of a sort."""

    def paths(fact, column="path"):
        every = {span[column] for spans in world.spans[fact].values() for span in spans if span[column]}
        return tuple(chance.sample(sorted(every), chance.choice([0, 1, 2])))

    held = {
        all_facts()[fact].model: frozenset(chance.sample(list(world.rows[fact]), chance.choice([0, 2])))
        for fact in ("unit", "party_org", "appointment")
    }
    return Scope(
        territory=paths("region"),
        party=paths("party_org"),
        industry=paths("unit", "authority_path"),
        held=held,
        area=paths("region") if chance.random() < 0.4 else (),
    )


@pytest.mark.parametrize("county", [1, 2], indirect=True)
def test_the_engine_shows_what_the_database_shows(county, request):
    chance = random.Random(request.node.name)
    assert {"person", "membership", "party_org", "unit", "appointment", "matter", "dispatch"} <= set(SCOPED)
    seen = 0
    for fact in SCOPED:
        for _ in range(6):
            scope = some_scope(chance, county)
            expected = sorted(seen_in_the_database(fact, scope))
            assert records_of({"fact": fact}, scope=scope).ids() == expected, (fact, scope)
            assert ask({"fact": fact}, scope=scope).value == len(expected)
            seen += len(expected)
    assert seen > 100  # the scopes did show something


def test_an_empty_scope_shows_nothing(county):
    for fact in ("unit", "charge", "cover", "standing", "region"):
        assert ask({"fact": fact}, scope=Scope()).rows == 0


def test_what_has_no_scope_of_its_own_is_seen_by_its_place(county):
    village = next(v for v in county.villages if county.rows["region"][v]["valid_to"] is None)
    path = county.spans["region"][village][-1]["path"]
    shown = records_of({"fact": "standing"}, scope=Scope(territory=(path,))).ids()
    people = {key for key, row in county.rows["person"].items() if row["region"] == village}
    homes = {key for key, row in county.rows["household"].items() if row["region"] == village}
    assert shown == [
        key
        for key, row in county.rows["standing"].items()
        if (row["person"] in people or row["household"] in homes)
        and row["valid_from"] <= LAST
        and (row["valid_to"] is None or row["valid_to"] > LAST)
    ]


class TestWhoSeesTheValue:
    """Alice has the whole county, Bob one town, Charlie another county altogether."""

    @pytest.fixture
    def scopes(self, county):
        town = county.towns[0]
        return {
            "alice": Scope(territory=(county.spans["region"][county.county][-1]["path"],)),
            "bob": Scope(territory=(county.spans["region"][town][-1]["path"],)),
            "charlie": Scope(territory=("0777",)),
            "town": town,
        }

    def test_for_the_scope_each_sees_their_own(self, county, scopes):
        value = {who: ask({"fact": "unit"}, scope=scopes[who]).value for who in ("alice", "bob", "charlie")}
        assert value["alice"] > value["bob"] > 0 == value["charlie"]
        assert not ask({"fact": "unit"}, scope=scopes["bob"]).whole

    def test_for_the_place_its_people_see_all_of_it_and_others_nothing(self, county, scopes):
        units = {"fact": "unit", "scope": "place"}
        whole = ask(units, node=county.county).value
        assert ask(units, node=county.county, scope=scopes["bob"]).value == whole
        assert ask(units, node=county.county, scope=scopes["bob"]).whole
        assert ask(units, node=county.county, scope=scopes["charlie"]).value == 0
        elsewhere = ask(units, node=county.towns[1], scope=scopes["bob"])
        assert (elsewhere.value, elsewhere.whole) == (0, False)

    def test_the_public_sees_the_value_but_no_record(self, county, scopes):
        units = {"fact": "unit", "scope": "public"}
        assert ask(units, scope=scopes["charlie"]).value == ask(units).value > 0
        assert records_of(units, scope=scopes["charlie"]).ids() == []

    def test_records_obey_the_scope_also_where_the_value_is_for_all(self, county, scopes):
        units = {"fact": "unit", "scope": "place"}
        bobs = records_of(units, node=county.county, scope=scopes["bob"]).ids()
        assert 0 < len(bobs) < ask(units, node=county.county, scope=scopes["bob"]).value
        assert bobs == records_of({"fact": "unit"}, scope=scopes["bob"]).ids()

    def test_a_cached_answer_is_never_another_ones(self, county, scopes):
        first = [ask({"fact": "unit"}, scope=scopes[who]).value for who in ("alice", "bob", "alice", "bob")]
        assert first[:2] == first[2:]
        assert first[0] != first[1]


def test_the_hierarchy_of_the_party_opens_its_own_figures(county):
    org = 1
    path = county.spans["party_org"][org][-1]["path"]
    scope = Scope(party=(path,))
    asked = {"fact": "membership", "scope": "place"}
    assert ask(asked, scope=scope, tree="party", node=org).value == ask(asked, tree="party", node=org).value
    assert not ask(asked, scope=scope, node=county.county).whole
