"""Matters of the demonstration are what the actions would have made of the same steps, row by row."""

from jiceng.matters.models import Event, Matter, MatterLink
from jiceng.organisations.models import Unit
from tests.demo.walking.replaying import Replay, differences


def test_what_was_made_comes_out_of_the_actions_too(loaded):
    replay = Replay(list(Unit._base_manager.order_by("pk").values_list("pk", flat=True)))
    made = list(Matter._base_manager.order_by("pk"))
    assert len(made) > 100
    done: set[int] = set()
    for matter in made:
        if matter.pk not in done:
            again = replay.again(matter)
            for key, other in again.items():
                first = Matter._base_manager.get(pk=key)
                assert differences(first, other) == [], first.title
            done |= set(again)
    assert MatterLink.objects.filter(matter__in=done).count() > 5
    steps = set(Event.objects.values_list("step", flat=True))
    assert {"pass", "refuse", "exclude", "again", "reopen", "wait", "minutes", "mark", "take"} <= steps
