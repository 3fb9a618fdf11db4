"""The same small county as the organisations' tests, with two branches."""

import pytest

from jiceng.organisations.models import PartyOrg, Region
from tests.organisations.conftest import county
from tests.organisations.factories import org

__all__ = ["county"]


@pytest.fixture
def branches(county: dict[str, Region]) -> dict[str, PartyOrg]:
    """东镇党委 > 甲村党支部, 乙村党支部; and a temporary branch."""
    east = org(county["东镇"], name="东镇党委", form="core:committee")
    return {
        "东镇党委": east,
        "甲村党支部": org(county["甲村"], east, "甲村党支部"),
        "乙村党支部": org(county["乙村"], east, "乙村党支部"),
        "临时党支部": org(county["甲村"], east, "项目临时党支部", nature="core:temporary"),
    }
