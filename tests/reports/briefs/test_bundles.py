"""One file for each area, zipped: made step by step, taken up again, nobody else's."""

import os
import time
from zipfile import ZipFile

import pytest

from jiceng.records.refusals import Refusal
from jiceng.reports.briefs import bundles
from jiceng.reports.briefs.bundles import begin, bundle, go_on

AREAS = ("990101", "990102", "990103")


@pytest.fixture(autouse=True)
def home(settings, tmp_path):
    settings.HOME = tmp_path
    return tmp_path


def one(**said):
    return begin(
        **{"asker": 7, "key": "core:brief", "ending": "docx", "query": "period=2022", "areas": AREAS, **said}
    )


def made(code, records):
    return f"{code}.docx", f"{code} after {records}".encode(), 10


def test_a_bundle_is_made_step_by_step_and_whole_in_the_end():
    found = one()
    assert (found.done, found.finished) == (0, False)
    assert found.folder.stat().st_mode & 0o077 == 0
    for step in range(1, 4):
        found = go_on(found, made, 0.0)
        assert (found.done, found.records) == (step, 10 * step)
    assert found.finished
    with ZipFile(found.content) as archive:
        assert archive.namelist() == ["001-990101.docx", "002-990102.docx", "003-990103.docx"]
        assert archive.read("003-990103.docx") == b"990103 after 20"
    assert go_on(found, made, 1.0) == found


def test_as_much_as_there_is_time_for():
    assert go_on(one(), made, 60.0).finished


def test_what_failed_is_tried_again_and_nothing_is_made_twice():
    found = go_on(one(), made, 0.0)

    def fails(_code, _records):
        raise Refusal("不行")

    with pytest.raises(Refusal):
        go_on(found, fails, 0.0)
    stale = found
    go_on(found, made, 0.0)
    assert go_on(stale, made, 0.0).done == 3  # whoever knows less goes on from where it is
    with ZipFile(found.content) as archive:
        assert len(archive.namelist()) == 3


def test_a_bundle_is_its_askers_own():
    found = one()
    assert bundle(found.token, 7) == found
    assert bundle(found.token, 8) is None
    for token in ("", "none", "../x", "a/b", "."):
        assert bundle(token, 7) is None


def test_yesterdays_are_cleared_away():
    old = one()
    past = time.time() - bundles.DAY - 60
    os.utime(old.folder, (past, past))
    kept = one()
    assert bundle(old.token, 7) is None
    assert bundle(kept.token, 7) == kept


@pytest.mark.parametrize("areas", [(), tuple(map(str, range(bundles.MOST + 1)))])
def test_no_bundle_of_nothing_or_of_far_too_much(areas):
    with pytest.raises(Refusal):
        one(areas=areas)
