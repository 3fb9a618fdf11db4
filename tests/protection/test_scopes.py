"""Scopes as values: subtree conditions, narrowing, and the manager that refuses to read without one."""

import threading

import pytest
from django.db.models import Q

from jiceng.organisations.models import PartyOrg, Unit
from jiceng.people.models import Membership, Person
from jiceng.protection.scopes import (
    Scope,
    UnscopedQueryError,
    active_scope,
    scoped,
    upper_bound,
    within,
)
from tests.accounts.cast import build_world, membership, person


def names(model, scope):
    return {str(getattr(row, "name", row.pk)) for row in model.visible_to(scope)}


# ------------------------------------------------------------------------------------------------ paths
@pytest.mark.parametrize(
    ("path", "bound"),
    [
        ("0001", "0002"),
        ("00010009", "00010010"),
        ("00019998", "00019999"),
        ("00019999", "0002"),
        ("000199999999", "0002"),
    ],
)
def test_the_bound_of_a_subtree_is_the_next_path_outside(path, bound):
    assert upper_bound(path) == bound


@pytest.mark.parametrize("path", ["0001", "00010007", "00019999"])
def test_everything_below_lies_inside_the_bound_and_nothing_else(path):
    inside = [path, path + "0001", path + "9999", path + "99999999"]
    beside = ["0000", "00010006", "00010008", "0002", "99"]
    condition = dict(within("path", path).children)
    low, high = condition["path__gte"], condition["path__lt"]
    assert all(low <= p < high for p in inside)
    assert not any(low <= p < high for p in beside if not p.startswith(path))


# ------------------------------------------------------------------------------------------- the manager
def test_reading_without_a_scope_raises(db):
    for read in (
        Unit.objects.all,
        Unit.objects.count,
        lambda: Unit.objects.filter(name="x"),
        PartyOrg.objects.current,
    ):
        with pytest.raises(UnscopedQueryError, match="no scope"):
            read()


def test_a_scope_ends_with_its_block_and_gives_way_to_an_inner_one(db):
    with scoped(Scope.all()):
        with scoped(Scope(territory=("0001",))) as inner:
            assert active_scope() is inner
        assert active_scope().everything
    with pytest.raises(UnscopedQueryError):
        active_scope()


def test_a_scope_ends_even_when_the_block_fails(db):
    with pytest.raises(ZeroDivisionError), scoped(Scope.all()):
        raise ZeroDivisionError
    with pytest.raises(UnscopedQueryError):
        Unit.objects.all()


def test_another_thread_does_not_inherit_it():
    found = []

    def look():
        try:
            found.append(active_scope())
        except UnscopedQueryError as error:
            found.append(error)

    with scoped(Scope.all()):
        thread = threading.Thread(target=look)
        thread.start()
        thread.join()
    assert isinstance(found[0], UnscopedQueryError)


def test_the_empty_scope_sees_nothing_and_all_sees_everything(db):
    build_world()
    for model in (Unit, PartyOrg, Person, Membership):
        with scoped(Scope()):
            assert model.objects.count() == 0
        with scoped(Scope.all()):
            assert model.objects.count() == model._base_manager.count() > 0


def test_lists_reached_from_a_record_are_scoped_too(db):
    world = build_world()
    with pytest.raises(UnscopedQueryError):
        world.qingshan.branch.memberships.all()
    with scoped(Scope(territory=(world.baishui.region.path,))):
        assert not world.qingshan.branch.memberships.exists()


# ------------------------------------------------------------------------------------------- three trees
@pytest.fixture
def world(db):
    return build_world()


def test_trees_add_up(world):
    county = world.qingshan
    scope = Scope(territory=(county.other_town.path,), industry=(county.bureau.authority_path,))
    assert names(Unit, scope) == {"青禾粮油公司", "青府商务局", "青松木业公司"}
    assert names(PartyOrg, Scope(territory=(county.other_town.path,), party=(county.committee.path,))) == {
        "青田粮油支部",
        "青石镇党委",
        "青松木业支部",
    }


def test_a_tree_a_table_has_no_place_in_shows_nothing_of_it(world):
    assert names(Person, Scope(industry=(world.qingshan.bureau.authority_path,))) == set()


def test_what_one_holds_is_seen_with_what_hangs_on_it(world):
    county = world.qingshan
    scope = Scope(held={"organisations.partyorg": frozenset({county.branch.pk})})
    assert names(PartyOrg, scope) == {"青松木业支部"}
    assert Membership.visible_to(scope).count() == 3
    assert names(Person, scope) == {"青云书记", "青水生", "青远行"}
    assert names(Unit, scope) == set()


def test_the_party_tree_shows_members_of_today_wherever_they_live(world):
    county = world.qingshan
    scope = Scope(party=(county.branch.path,))
    assert "青远行" in names(Person, scope)
    membership(person("青异乡", world.baishui.village), county.branch)
    assert "青异乡" in names(Person, scope)
    assert "青异乡" not in names(Person, Scope(territory=(county.region.path,)))


# -------------------------------------------------------------------------------------------- narrowing
def test_narrowing_cuts_the_territory_down(world):
    county = world.qingshan
    whole = Scope(territory=(county.region.path,))
    assert names(Unit, whole.narrowed(county.town.path)) == {"青松木业公司"}
    assert names(Unit, whole.narrowed(world.prefecture.path)) == names(Unit, whole)
    assert names(Unit, whole.narrowed(world.baishui.region.path)) == set()
    assert names(Unit, Scope.all().narrowed(county.town.path)) == {"青松木业公司"}


def test_narrowing_cuts_every_other_tree_too(world):
    county = world.qingshan
    for scope in (
        Scope(industry=(county.bureau.authority_path,)),
        Scope(held={"organisations.unit": frozenset({county.firm.pk})}),
    ):
        assert "青松木业公司" in names(Unit, scope.narrowed(county.town.path))
        assert names(Unit, scope.narrowed(county.other_town.path)) == set()
    party = Scope(party=(county.committee.path,))
    assert names(PartyOrg, party.narrowed(county.village.path)) == {"青松木业支部"}


def test_narrowing_to_several_places_shows_them_all(world):
    county = world.qingshan
    both = Scope(territory=(county.region.path,)).narrowed(county.village.path, county.other_town.path)
    assert names(Unit, both) == {"青松木业公司", "青禾粮油公司"}


def test_narrowing_never_shows_more(world):
    county = world.qingshan
    town = Scope(
        territory=(county.town.path,), held={"organisations.unit": frozenset({county.other_firm.pk})}
    )
    for path in (county.region.path, county.town.path, county.village.path, world.baishui.region.path):
        assert names(Unit, town.narrowed(path)) <= names(Unit, town)


def test_digests_tell_scopes_apart(world):
    scopes = [
        Scope(),
        Scope.all(),
        Scope(territory=("0001",)),
        Scope(party=("0001",)),
        Scope(industry=("0001",)),
        Scope(held={"a.b": frozenset({1})}),
        Scope(held={"a.c": frozenset({1})}),
        Scope(territory=("0001",)).narrowed("00010001"),
        Scope(party=("0001",)).narrowed("0001"),
    ]
    assert len({s.digest() for s in scopes}) == len(scopes)
    assert Scope(held={"a": frozenset({1, 2})}).digest() == Scope(held={"a": frozenset({2, 1})}).digest()


def test_a_condition_is_a_plain_query_condition(world):
    assert Scope.all().condition(Unit) == Q()
    assert Unit._base_manager.filter(Scope().condition(Unit) | Q(name="青松木业公司")).count() == 1
