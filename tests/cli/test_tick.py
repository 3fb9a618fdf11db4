"""`jiceng tick`, and the process beside the server that does the same in time."""

import json

import pytest

from jiceng.cli import following
from jiceng.matters.ticking import Tick


@pytest.fixture
def ticked(monkeypatch):
    """A ticker whose clock the test sets, and how often it ticked; each tick gives the next of `more`."""

    class Watched:
        now, count, more, loading = 1000.0, 0, [], False

        def tick(self, most):
            assert most == following.TICK_STEP
            self.count += 1
            return Tick(0, 0, 0, 0, 0, more=self.more.pop() if self.more else False)

    found = Watched()
    monkeypatch.setattr(following.time, "monotonic", lambda: found.now)
    monkeypatch.setattr(following, "tick", found.tick)
    monkeypatch.setattr(following, "is_loading", lambda: found.loading)
    found.ticker = following.Ticker()
    return found


def test_it_ticks_at_the_beginning_and_then_every_half_minute(ticked):
    for _look in range(3):
        ticked.ticker.step()
    assert ticked.count == 1
    ticked.now += 29.9
    ticked.ticker.step()
    assert ticked.count == 1
    ticked.now += 0.2
    ticked.ticker.step()
    assert ticked.count == 2


def test_where_something_was_left_the_next_tick_follows_at_once(ticked):
    ticked.more = [False, True, True]
    for _look in range(5):
        ticked.ticker.step()
    assert ticked.count == 3


def test_a_load_is_not_disturbed(ticked):
    ticked.loading = True
    ticked.ticker.step()
    assert ticked.count == 0
    ticked.loading = False
    ticked.ticker.step()
    assert ticked.count == 1


def test_a_tick_that_fails_is_not_repeated_at_once(ticked, monkeypatch):
    def fail(_most):
        ticked.count += 1
        raise OSError

    monkeypatch.setattr(following, "tick", fail)
    with pytest.raises(OSError):
        ticked.ticker.step()
    ticked.ticker.step()
    assert ticked.count == 1


def test_the_command_says_what_was_done(jiceng):
    said = json.loads(jiceng("tick", "--json"))
    assert said == {"late": 0, "settled": 0, "handed_over": 0, "recomputed": 0, "failed": 0}
    assert jiceng("tick") == "没有到时的事\n"


def test_what_was_announced_is_sent_every_half_minute_but_not_beside_a_load(ticked, monkeypatch):
    sent = []
    monkeypatch.setattr(following, "deliver", lambda: sent.append(ticked.now))
    sender = following.Sender()
    ticked.loading = True
    sender.step()
    assert sent == []
    ticked.loading = False
    for _look in range(2):
        sender.step()
    ticked.now += 30
    sender.step()
    assert sent == [1000.0, 1030.0]
