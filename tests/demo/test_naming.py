"""Names: fitting to place, sex and year, nobody's whose name must not come out, no body's twice."""

from collections import Counter

import pytest

from jiceng.demo.chance import stream
from jiceng.demo.naming import Naming, short_name
from jiceng.records.refusals import Refusal
from tests.demo.factories import catalogue, day


def material(**replaced):
    whole = {
        key.partition(":")[2]: item.value
        for key, item in catalogue().section("names", at=["5198", "51"]).items()
    }
    return whole | replaced


AROUND = {
    "county": "广汉", "county_full": "广汉市", "province": "四川", "place": "广汉市",
    "town": "三水镇", "village": "友谊村",
}  # fmt: skip


@pytest.mark.parametrize(
    ("name", "short"),
    [("犍为县", "犍为"), ("广安市", "广安"), ("章贡区", "章贡"), ("吉县", "吉县"), ("某州", "某州")],
)
def test_short_names(name, short):
    assert short_name(name) == short


def test_surnames_come_as_often_as_the_material_says():
    naming, rng = Naming(material()), stream("surnames")
    found = Counter(naming.surname(rng) for _ in range(20_000))
    weights = material()["surnames"]["sichuan"]
    whole = sum(weights.values())
    for name in ("李", "王", "张", "陈"):
        assert found[name] == pytest.approx(20_000 * weights[name] / whole, rel=0.12)


def test_given_names_fit_sex_and_decade():
    naming, rng = Naming(material()), stream("given")
    material_names = material()["given_names"]

    def of(year: int, sex: str) -> set[str]:
        block = next(b for b in material_names if b["born"][0] <= year <= b["born"][1])
        return {name for line in block[sex] for name in line["names"]}

    for year in (1944, 1958, 1967, 1985, 1996, 2005):
        local = set(material()["regional_given_names"]["sichuan"]["female"]) if year <= 1975 else set()
        for _ in range(300):
            name = naming.person(rng, False, day(f"{year}-05-06"), "李")
            assert name[0] == "李"
            assert name[1:] in of(year, "female") | local


def test_children_keep_the_surname_they_are_given():
    naming, rng = Naming(material()), stream("family")
    assert {naming.person(rng, True, day("2009-03-04"), "欧阳")[:2] for _ in range(50)} == {"欧阳"}


def test_names_that_must_not_come_out_never_do():
    few = material(
        surnames={"few": {"李": 1, "何": 1}}, local={"surnames": "few"},
        given_names=[{"born": [1930, 2009], "male": [{"weight": 1, "names": ["勇", "强", "平"]}],
                      "female": [{"weight": 1, "names": ["平"]}]}],
    )  # fmt: skip
    naming, rng = Naming(few), stream("never")
    found = {naming.person(rng, True, day("1980-05-06")) for _ in range(500)}
    assert found == {"李勇", "李平", "何强", "何平"}


def test_firms_are_named_after_place_trade_and_form_and_each_once():
    naming, rng = Naming(material()), stream("firms")
    found = [naming.firm(rng, "物流快递", AROUND) for _ in range(400)]
    assert len(set(found)) == 400
    assert all(name.startswith(("广汉", "四川")) for name in found)
    forms = Counter(name[-4:] for name in found)
    assert forms["有限公司"] > 250


def test_social_organisations_are_named_after_the_county_first():
    naming, rng = Naming(material()), stream("social")
    found = [naming.social_org(rng, "文体社团", AROUND) for _ in range(60)]
    assert len(set(found)) == 60
    assert found[0].startswith("广汉市")
    assert found[0].endswith("协会")


def test_an_unknown_line_is_refused_with_what_there_is():
    with pytest.raises(Refusal, match=r"没有名为“航天”的用语.*玉器"):
        Naming(material()).firm(stream("x"), "航天", AROUND)


def test_a_place_must_say_which_surnames_it_takes():
    whole = material()
    whole.pop("local")
    with pytest.raises(Refusal, match="local"):
        Naming(whole)
    with pytest.raises(Refusal, match="surnames"):
        Naming(material(local={"surnames": "nowhere"}))
