"""Households: exact totals, plausible families, members who live in them."""

from collections import Counter, defaultdict

import pytest

from jiceng.demo import days
from jiceng.records.refusals import Refusal
from tests.demo.factories import column, make

HEAD, SPOUSE = "core:head", "core:spouse"
CHILDREN = {"core:son", "core:daughter"}
PARENTS = {"core:father", "core:mother"}


@pytest.fixture(scope="module")
def whole():
    return make()


@pytest.fixture(scope="module")
def families(whole):
    """By household, its people as (relation, sex, age, name)."""
    people = whole.table("person")
    found = defaultdict(list)
    columns = ("household", "relation", "sex", "birth_date", "name")
    for home, relation, sex, born, name in zip(*(people.get(c) for c in columns), strict=True):
        if home is not None:
            found[home].append((relation, sex, days.age_on(born, whole.place.day), name))
    return found


def ages(family, relations):
    return [age for relation, _, age, _ in family if relation in relations]


def test_people_and_households_are_exactly_so_many(whole, families):
    assert len(families) == 1200
    assert sum(map(len, families.values())) == 3500
    assert make(homes__people=3100, homes__count=1100).table("household").rows == 1100


def test_sizes_come_about_as_asked(families):
    sizes = Counter(map(len, families.values()))
    assert set(sizes) == {1, 2, 3, 4, 5, 6}
    assert sizes[3] > sizes[5] > 0
    assert sizes[2] > sizes[1]


def test_every_household_has_one_grown_up_head_who_gives_it_the_name(whole, families):
    heads = whole.table("household").get("head_name")
    for home, family in families.items():
        ((_, _, age, name),) = [p for p in family if p[0] == HEAD]
        assert age >= 18
        assert heads[home] == name


def test_at_most_one_spouse_of_the_other_sex_and_about_the_same_age(families):
    couples = 0
    for family in families.values():
        spouses = [p for p in family if p[0] == SPOUSE]
        assert len(spouses) <= 1
        if spouses:
            couples += 1
            (head,) = (p for p in family if p[0] == HEAD)
            assert head[1] != spouses[0][1]
            assert abs(head[2] - spouses[0][2]) <= 8
    assert couples > 600


def test_children_are_younger_and_parents_older_by_a_generation(families):
    for family in families.values():
        (head,) = ages(family, {HEAD})
        assert all(15 <= head - age <= 45 for age in ages(family, CHILDREN)), family
        assert all(15 <= age - head <= 45 for age in ages(family, PARENTS)), family
        assert all(age >= 0 for _, _, age, _ in family)
        assert all(head - age >= 35 for age in ages(family, {"core:grandchild"})), family
        assert max(age for _, _, age, _ in family) <= 110


def test_children_bear_the_father_s_name(families):
    told = shared = 0
    for family in families.values():
        (head,) = (p for p in family if p[0] == HEAD)
        if head[1] != "core:male":
            continue
        for relation, _, _, name in family:
            if relation in CHILDREN:
                told += 1
                shared += name[0] == head[3][0]
    assert told > 200
    assert shared == told


def test_sons_are_men_and_mothers_women(families):
    sexes = {
        "core:son": "core:male",
        "core:daughter": "core:female",
        "core:father": "core:male",
        "core:mother": "core:female",
    }
    for family in families.values():
        assert all(sex == sexes.get(relation, sex) for relation, sex, _, _ in family)


def test_the_sexes_are_balanced_and_ages_spread(families):
    people = [person for family in families.values() for person in family]
    men = sum(sex == "core:male" for _, sex, _, _ in people)
    assert 0.45 < men / len(people) < 0.6
    bands = Counter(min(age // 15, 5) for _, _, age, _ in people)
    assert all(bands[band] > 100 for band in range(5))


def test_members_head_households_of_their_village_where_there_is_room(whole):
    homes, relations = whole.table("person").get("household"), whole.table("person").get("relation")
    adopted = column(whole, "members", "person") + column(whole, "admitted", "person")
    assert all(homes[p] is not None and relations[p] == HEAD for p in adopted)
    assert len({homes[p] for p in adopted}) == len(adopted), "one in each"
    regions, orgs = whole.table("household").get("region"), whole.table("party_org").get("region")
    belongs = dict(
        zip(column(whole, "members", "person"), column(whole, "members", "party_org"), strict=True)
    )
    at = whole.territory.at
    near = sum(at(regions[homes[p]], 4) == at(orgs[o], 4) for p, o in belongs.items())
    assert near > 0.7 * len(belongs)
    assert all(whole.table("person").get("region")[p] == regions[homes[p]] for p in belongs)


def test_codes_of_households_are_their_own(whole):
    codes = whole.table("household").get("code")
    assert len(set(codes)) == len(codes)
    assert all(len(code) <= 30 for code in codes)


@pytest.mark.parametrize("people", [1199, 7201])
def test_people_who_do_not_fit_are_refused(people):
    with pytest.raises(Refusal, match="容不下"):
        make(homes__people=people)


def test_too_few_households_for_the_members_are_refused():
    with pytest.raises(Refusal, match=r"homes\.adopt.*没有可入住的户"):
        make(homes__count=700, homes__people=1900)


def test_at_a_scale_the_people_shrink_with_the_households():
    world = make(scale=10)
    assert world.table("household").rows == 120
    assert sum(home is not None for home in world.table("person").get("household")) == 350
