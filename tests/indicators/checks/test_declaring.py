"""What a pack may say of checks, and what is refused with a remedy."""

import pytest
from pydantic import ValidationError

from jiceng.indicators.checks.declaring import Check
from jiceng.packs.references import Resolver

KNOWN = Resolver(
    "place", ("core",), {}, {"indicators": {"core:members": {}, "place:members": {}, "core:women": {}}}
)


def read(**written):
    return Check.model_validate({"name": "核对", **written}, context=KNOWN)


def test_names_are_those_of_the_pack_itself_then_of_the_base():
    found = read(compare="women + core:members <= members * 2")
    assert found.compare.names() == ["core:women", "core:members", "place:members"]
    assert read(jump={"of": "women", "share": 5}).jump.of == "core:women"


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ({}, "compare 或 jump"),
        ({"compare": "women = members", "jump": {"of": "women", "share": 5}}, "compare 或 jump"),
        ({"compare": "women + members"}, "没有比较"),
        ({"compare": "men <= members"}, "没有“men”"),
        ({"compare": "women <= len(members)"}, "读不懂"),
        ({"compare": 7}, "没有比较"),
        ({"jump": {"of": "men", "share": 5}}, "没有“men”"),
        ({"jump": {"of": "women", "share": 0}}, "greater than 0"),
        ({"jump": {"of": "women"}}, "share"),
        ({"compare": "women = members", "spare": -1}, "greater than or equal to 0"),
    ],
)
def test_what_is_wrong_is_said(written, said):
    with pytest.raises(ValidationError, match=said):
        read(**written)


def test_outside_the_loader_names_stay_as_they_are():
    assert Check.model_validate({"name": "核对", "compare": "a = b"}).compare.names() == ["a", "b"]
