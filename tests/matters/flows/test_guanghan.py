"""Guanghan: a household leaves its homestead by three papers in order."""

import pytest

from jiceng.matters.enums import LinkKind
from tests.matters.flows.walking import Story, Walk

PLACE = "guanghan"
KIND = "guanghan:homestead_exit"
APPLIED = {"who": "clerk", "channel": "core:application"}
AGREED = """
    clerk village_agree > town
    street town_agree > first
"""

STORIES = [
    Story(
        KIND, "three papers in order, then the money", APPLIED,
        """
        ! street town_agree
        clerk village_agree > town
        street town_agree > first
        ! clerk second
        ! clerk third
        clerk first > second
        ! clerk third
        ! clerk first
        clerk second > third
        ! street pay
        clerk third > paying
        ! clerk pay
        street pay > left
        """,
        outcome="solved",
    ),
    Story(KIND, "refused by the village", APPLIED, "clerk village_refuse > refused", outcome="refused"),
    Story(KIND, "refused by the town", APPLIED, "clerk village_agree > town\nstreet town_refuse > refused",
          outcome="refused"),
    Story(KIND, "withdrawn by the household", APPLIED, AGREED + "clerk withdraw > withdrawn", outcome="withdrawn"),
]  # fmt: skip


@pytest.mark.parametrize("story", STORIES, ids=str)
def test_stories(place, story):
    story.walk(place)


@pytest.mark.parametrize("paper", ["first", "second", "third"])
def test_a_paper_is_there_or_the_step_is_not_taken(place, paper):
    before = {
        "first": "",
        "second": "clerk first > second\n",
        "third": "clerk first > second\nclerk second > third\n",
    }
    walk = Walk.raised(place, KIND, **APPLIED).go(AGREED + before[paper])
    assert "没有填写" in walk.refuse(f"clerk {paper}", **{f"{paper}_paper": []})


def test_a_refusal_can_be_appealed_against(place):
    walk = Walk.raised(place, KIND, **APPLIED).go("clerk village_refuse > refused")
    appeal = walk.hung("core:appeal", LinkKind.APPEALS, "street")
    appeal.go("leader accept > hearing\nleader uphold > upheld")
    walk.go("system overturned > applied")
