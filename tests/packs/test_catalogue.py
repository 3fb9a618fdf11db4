"""What packs say together: which of them holds at a place, and what is in force."""

from datetime import date

import pytest

from jiceng.packs import catalogue as catalogues
from jiceng.packs.catalogue import build, current, of_folders, shipped
from jiceng.packs.installing import install
from jiceng.packs.loading import read_folder
from jiceng.protection.actors import Actor
from jiceng.records.refusals import Refusal, Refusals

ACTOR = Actor("test:1", "测试")
VILLAGE = ("511602101201", "511602101", "511602", "5116", "51")
ELSEWHERE = ("510681100001", "510681100", "510681", "5106", "51")


def bound(pack, name, region, content="", since="2012-01-01", until=""):
    end = f", to: {until}" if until else ""
    binds = f"[{{region: '{region}', from: {since}{end}}}]"
    manifest = f"pack: {{id: {name}, name: {name}, version: 1.0.0, binds: {binds}}}"
    return pack(name, manifest, **({"rules": content} if content else {}))


def rule(number):
    return f"rules: {{branch_size: {{label: 党支部党员人数, at_most: {number}}}}}"


@pytest.fixture
def three(pack, ground):
    """A base, a prefecture's pack and one of a county in it."""
    return of_folders(
        ground,
        bound(pack, "prefecture", "5116", rule(45) + "\n"),
        bound(pack, "county", "511602", rule(40)),
    )


def test_the_nearest_binding_wins_key_by_key_and_the_base_comes_last(three):
    assert three.packs_at(VILLAGE) == ("county", "prefecture", "ground")
    assert three.packs_at(VILLAGE[2:]) == ("county", "prefecture", "ground")
    assert three.packs_at(VILLAGE[3:]) == ("prefecture", "ground")
    assert three.packs_at(ELSEWHERE) == ("ground",)
    assert list(three.section("rules", VILLAGE)) == ["county:branch_size"]
    assert list(three.section("rules", VILLAGE[3:])) == ["prefecture:branch_size"]
    assert list(three.section("rules", ELSEWHERE)) == ["ground:branch_size"]
    assert set(three.section("rules")) == {f"{p}:branch_size" for p in ("county", "prefecture", "ground")}
    assert three.item("rules", "branch_size", VILLAGE).number == 40
    assert three.item("rules", "ground:branch_size", VILLAGE).number == 50


def test_keys_that_only_one_pack_has_hold_beside_the_others(pack, ground):
    more = of_folders(ground, bound(pack, "prefecture", "5116", "rules: {own: {label: 自定, value: 1}}"))
    assert set(more.section("rules", VILLAGE)) == {"prefecture:own", "ground:branch_size"}
    with pytest.raises(KeyError):
        more.item("rules", "own", ELSEWHERE)


def test_a_binding_holds_from_its_day_to_its_end(pack, ground):
    place = bound(pack, "county", "511602", rule(40), since="2020-01-01", until="2022-01-01")
    found = of_folders(ground, place)
    for day, expected in (("2019-12-31", 50), ("2020-01-01", 40), ("2021-12-31", 40), ("2022-01-01", 50)):
        assert found.item("rules", "branch_size", VILLAGE, date.fromisoformat(day)).number == expected


def test_of_two_packs_bound_to_one_node_the_later_binding_goes_first(pack, ground):
    found = of_folders(
        ground,
        bound(pack, "older", "511602", rule(40)),
        bound(pack, "newer", "511602", rule(30), since="2021-01-01"),
    )
    assert found.packs_at(VILLAGE, date(2021, 6, 1)) == ("newer", "older", "ground")
    assert found.packs_at(VILLAGE, date(2020, 6, 1)) == ("older", "ground")


def test_a_pack_bound_nowhere_holds_nowhere_but_is_known(pack, ground):
    found = of_folders(ground, pack("loose", practice=rule(10)))
    assert found.packs_at(VILLAGE) == ("ground",)
    assert "loose:branch_size" in found.section("rules")


def test_a_vocabulary_at_a_place_has_the_terms_of_the_packs_there(pack, ground):
    terms = "vocabularies: {posts: {terms: {guide: {label: 向导, parent: instructor}}}}"
    found = of_folders(ground, bound(pack, "county", "511602", terms))
    assert "county:guide" in found.vocabulary("posts", VILLAGE)
    assert "county:guide" not in found.vocabulary("posts", ELSEWHERE)
    assert "county:guide" in found.vocabulary("posts")
    assert "county:guide" in found.descendants("posts", "ground:instructor")


def test_a_reference_to_another_place_s_pack_is_written_in_full(pack, ground):
    first = bound(pack, "county", "511602", "vocabularies: {posts: {terms: {guide: {label: 向导}}}}")
    second = bound(
        pack,
        "other",
        "5106",
        "vocabularies: {posts: {terms: {helper: {label: 帮手, parent: 'county:guide'}}}}",
    )
    assert of_folders(ground, first, second).term("other:helper", "posts").parent == "county:guide"
    with pytest.raises(Refusals, match="county:guide"):
        of_folders(ground, second)


def test_building_leaves_out_what_is_faulty_and_keeps_the_rest(pack, ground):
    broken = pack("place", practice="rules: {bad: {label: 坏}, good: {label: 好, value: 1}}\nno_such: {a: 1}")
    packs = [read_folder(folder)[0] for folder in (ground, broken)]
    found, faults = build(packs)
    assert "place:good" in found.section("rules")
    assert "place:bad" not in found.section("rules")
    assert len(faults) == 2
    assert found.section("no_such") == {}


# -------------------------------------------------------------------------------------------- in force
@pytest.mark.django_db
def test_the_catalogue_in_force_follows_installations(pack, ground):
    install(folders=[ground], by=ACTOR)
    assert list(current().packs) == ["ground"]
    install(folders=[pack("place", practice=rule(7))], by=ACTOR)
    assert set(current().packs) == {"ground", "place"}
    assert current().section("rules")["place:branch_size"].number == 7


@pytest.mark.django_db
def test_the_catalogue_in_force_is_kept_and_costs_one_query_to_ask_for(ground, django_assert_num_queries):
    install(folders=[ground], by=ACTOR)
    first = current()
    with django_assert_num_queries(1):
        assert current() is first


@pytest.mark.django_db
def test_an_earlier_wording_holds_inside_and_only_there(pack, ground):
    install(folders=[ground, pack("place", practice=rule(7))], by=ACTOR)
    then = catalogues.in_force()
    newer = "pack: {id: place, name: place, version: 1.0.1}"
    install(folders=[pack("place", newer, practice=rule(8))], by=ACTOR)
    now = current()
    with catalogues.wording(then):
        assert current().section("rules")["place:branch_size"].number == 7
        assert current().digests == then
    assert current() is now
    assert now.section("rules")["place:branch_size"].number == 8
    gone = (*then[:-1], ("place", "0" * 64))
    with pytest.raises(Refusal, match="place"), catalogues.wording(gone):
        current()


@pytest.mark.django_db
def test_the_order_of_terms_survives_installation(pack, ground):
    keys = ["zebra", "ant", "mouse_deer", "b"]
    terms = ", ".join(f"{key}: {{label: {key}}}" for key in keys)
    place = pack("place", practice=f"vocabularies: {{posts: {{terms: {{{terms}}}}}}}")
    install(folders=[ground, place], by=ACTOR)
    assert [k.partition(":")[2] for k in current().vocabulary("posts") if k.startswith("place:")] == keys


@pytest.mark.django_db
def test_what_no_longer_validates_is_left_out_and_logged(pack, ground, monkeypatch, caplog):
    install(folders=[ground, pack("place", practice=rule(7))], by=ACTOR)
    catalogues._kept.clear()
    monkeypatch.setattr("jiceng.packs.sections._sections", {})
    found = current()
    catalogues._kept.clear()
    assert found.section("rules") == {}
    assert found.term("ground:enterprise").label == "非公有制企业"
    assert "rules" in caplog.text


@pytest.mark.django_db
def test_without_installed_packs_the_catalogue_is_empty():
    assert current().packs == {}
    assert current().section("rules", VILLAGE) == {}
    assert current().label("any:key") == "any:key"


def test_the_packs_that_come_with_the_program_are_found():
    assert len(shipped()) >= 6
    assert all((folder / "pack.yaml").is_file() for folder in shipped())
