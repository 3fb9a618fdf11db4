"""A small county to try things on."""

import pytest

from jiceng.organisations.models import Region
from tests.organisations.factories import region


@pytest.fixture
def county(db) -> dict[str, Region]:
    """By name: 演示省 > 演示市 > 演示县 > 东镇 (甲村 with two groups, 乙村), 西乡 (丙村, 丁社区)."""
    made: dict[str, Region] = {}
    for code, name, kind, parent in (
        ("99", "演示省", "province", ""),
        ("9901", "演示市", "prefecture", "演示省"),
        ("990121", "演示县", "county", "演示市"),
        ("990121100", "东镇", "town", "演示县"),
        ("990121200", "西乡", "township", "演示县"),
        ("990121100201", "甲村", "village", "东镇"),
        ("990121100202", "乙村", "village", "东镇"),
        ("990121100201001", "甲一组", "resident_group", "甲村"),
        ("990121100201002", "甲二组", "resident_group", "甲村"),
        ("990121200201", "丙村", "village", "西乡"),
        ("990121200001", "丁社区", "community", "西乡"),
    ):
        made[name] = region(code, name, kind, made.get(parent))
    return made
