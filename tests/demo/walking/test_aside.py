"""Work beside the load: what it makes comes back, what goes wrong in it is raised where it is asked for."""

import os
import signal

import pytest

from jiceng.demo.aside import Aside
from jiceng.records.refusals import Refusal


@pytest.mark.parametrize("apart", [True, False])
def test_what_it_makes_comes_back(apart):
    made = {"from": "before"}
    work = Aside(lambda: (os.getpid(), dict(made)), apart=apart)
    made["from"] = "afterwards"  # a fork has the world as it was
    process, found = work.take()
    assert (process != os.getpid()) == apart
    assert found == {"from": "before"}


def test_what_goes_wrong_in_it_is_raised():
    def fail():
        raise Refusal("流程里没有步骤", "walk.ways", "补上")

    with pytest.raises(Refusal, match="流程里没有步骤"):
        Aside(fail, apart=True).take()


def test_one_that_is_killed_is_said():
    work = Aside(lambda: os.kill(os.getpid(), signal.SIGKILL), apart=True)
    with pytest.raises(RuntimeError, match="ended without a word"):
        work.take()
