"""Processes that take steps are killed at random moments and begin again: what was acknowledged is there exactly once,
nothing is there by half.
"""

import json
import os
import random
import subprocess
import sys
import time

import pytest

from tests.matters.conftest import TOWN

STEPS = 7
"""Lines of a case's timeline from raising to closing."""


class Clerks:
    """Clerks at work in processes of their own, each with a journal."""

    def __init__(self, jiceng, folder, count: int, cases: int) -> None:
        root = TOWN.parents[2]
        path = os.pathsep.join([str(root / "src"), str(root)])
        self._env = jiceng.env | {"DJANGO_SETTINGS_MODULE": "jiceng.settings", "PYTHONPATH": path}
        self.folder, self.count, self.cases, self.killed = folder, count, cases, 0
        jiceng("pack", "list")  # makes the tables
        self._run("set")

    def _start(self, *words: str) -> subprocess.Popen:
        command = [sys.executable, "-m", "tests.matters.proofs.clerk", *words]
        return subprocess.Popen(
            command, env=self._env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )

    def _run(self, *words: str) -> str:
        one = self._start(*words)
        out, err = one.communicate(timeout=600)
        assert one.returncode == 0, err
        return out

    def _all(self) -> list[subprocess.Popen]:
        return [
            self._start("work", str(self.folder / f"journal{n}"), f"c{n}", str(self.cases))
            for n in range(self.count)
        ]

    def worked_and_killed(self, chance: random.Random) -> None:
        """Let all begin, and kill each at a moment of its own once somebody has written something."""
        clerks, sizes = self._all(), self.written()
        deadline = time.monotonic() + 120
        while self.written() == sizes and time.monotonic() < deadline:
            time.sleep(0.02)
        for one in chance.sample(clerks, len(clerks)):
            time.sleep(chance.uniform(0, 0.6))
            self.killed += one.poll() is None
            one.kill()
        for one in clerks:
            _out, err = one.communicate(timeout=60)
            assert one.returncode in (0, -9), err

    def finished(self) -> None:
        for one in self._all():
            _out, err = one.communicate(timeout=1_200)
            assert one.returncode == 0, err

    def written(self) -> int:
        return sum(path.stat().st_size for path in self.folder.glob("journal*"))

    def acknowledged(self) -> dict[str, str]:
        """Command key → what its clerk was told."""
        lines = [
            line.split() for path in self.folder.glob("journal*") for line in path.read_text().splitlines()
        ]
        done = [(key, told) for kind, key, told in lines if kind == "done"]
        assert len(done) == len(dict(done)), "a command was acknowledged twice"
        return dict(done)

    def found(self) -> dict:
        return json.loads(self._run("look"))


def _killed_again_and_again(jiceng, folder, *, count: int, cases: int, rounds: int) -> None:
    clerks, chance = Clerks(jiceng, folder, count, cases), random.Random(20220620)
    for _round in range(rounds):
        clerks.worked_and_killed(chance)
        found, told = clerks.found(), clerks.acknowledged()
        assert found["whole"]
        assert told.items() <= found["keys"].items(), "what was acknowledged is not there"
        assert len(found["keys"]) - len(told) <= count * (_round + 1), "more was done than was asked for"
    assert clerks.killed
    clerks.finished()
    found, told = clerks.found(), clerks.acknowledged()
    assert found["keys"] == told
    assert (found["matters"], found["events"]) == (count * cases, count * cases * STEPS)
    assert found["whole"]


def test_clerks_killed_at_any_moment_lose_nothing_and_do_nothing_twice(jiceng, tmp_path):
    _killed_again_and_again(jiceng, tmp_path, count=2, cases=6, rounds=2)


@pytest.mark.fullsize
def test_the_same_with_many_clerks_killed_many_times(jiceng, tmp_path):
    _killed_again_and_again(jiceng, tmp_path, count=4, cases=20, rounds=5)
