"""The pages of the exchange on the server of staff, and files that the residents' server has made."""

import pytest

from tests.residents.county import County
from tests.residents.sides import Sides, elsewhere
from tests.web.visiting import BACKEND, Visitor


@pytest.fixture
def county(db):
    return County()


@pytest.fixture
def sides(county, settings, tmp_path):
    home = settings.HOME
    found = Sides(county, settings, tmp_path)
    found.at("staff")
    settings.ROOT_URLCONF = "tests.zone_of_staff"
    yield found
    settings.HOME = home


@pytest.fixture
def visit(county, sides):
    """`visit("case_centre")`: that person's browser, signed in, on the server of staff."""

    def sign_in(role, place="qingshan"):
        visitor = Visitor()
        visitor.force_login(county.cast[f"{place}.{role}"], backend=BACKEND)
        return visitor

    return sign_in


@pytest.fixture
def released(county, sides):
    """A matter that is public and waits to go out."""
    return county.released(county.reported()[0], "路灯不亮", "某巷的路灯坏了，正在修")


@pytest.fixture
def file(county, sides):
    """What the residents' server has written out: one report."""
    with elsewhere():
        sides.at("resident")
        county.reported(text="青家门口的路灯不亮")
        made = sides.package("resident")
    sides.at("staff")
    return made
