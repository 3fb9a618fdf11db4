"""A content is stored once, sealed, whole or not at all; what no record stands for goes after a while."""

import hashlib
import os
import stat
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings as configured
from django.utils import timezone

from jiceng.records.attachments import storing
from jiceng.records.attachments.storing import ContentFiles, DamagedFileError, files
from tests.records.together import together

CONTENT = "名单：张三、李四".encode() * 100
DIGEST = hashlib.sha256(CONTENT).hexdigest()


def stored(home):
    return sorted(p for p in (home / "files").glob("??/*") if p.is_file())


def age(path, **how):
    moment = (timezone.now() - timedelta(**how)).timestamp()
    os.utime(path, (moment, moment))


def sweep(*known, hours=24):
    return files().sweep(lambda digests: digests & set(known), timezone.now() - timedelta(hours=hours))


def test_what_is_kept_comes_back(home):
    assert files().keep(CONTENT) == DIGEST
    assert files().fetch(DIGEST) == CONTENT
    assert stored(home) == [home / "files" / DIGEST[:2] / DIGEST]


def test_the_settings_name_this_storage():
    assert isinstance(files(), ContentFiles)


def test_the_same_content_is_stored_once(home):
    files().keep(CONTENT)
    (path,) = stored(home)
    before = path.read_bytes()
    age(path, days=3)
    assert files().keep(CONTENT) == DIGEST
    assert path.read_bytes() == before
    assert timezone.now().timestamp() - path.stat().st_mtime < 60  # asked for anew


def test_what_lies_on_the_disk_says_nothing_to_who_lacks_the_key(home):
    files().keep(CONTENT)
    (path,) = stored(home)
    assert "张三".encode() not in path.read_bytes()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


@pytest.mark.parametrize(
    "change", [lambda b: b[:-1], lambda b: b[:-1] + bytes([b[-1] ^ 1]), lambda b: b"", lambda b: b"x"]
)
def test_a_changed_file_is_not_given_out(home, change):
    files().keep(CONTENT)
    (path,) = stored(home)
    path.write_bytes(change(path.read_bytes()))
    with pytest.raises(DamagedFileError):
        files().fetch(DIGEST)


def test_another_file_in_its_place_is_not_given_out(home):
    other = files().keep(b"another")
    files().keep(CONTENT)
    place = home / "files" / DIGEST[:2] / DIGEST
    place.write_bytes((home / "files" / other[:2] / other).read_bytes())
    with pytest.raises(DamagedFileError):
        files().fetch(DIGEST)
    place.unlink()
    with pytest.raises(DamagedFileError):
        files().fetch(DIGEST)


def test_a_disk_that_fails_leaves_nothing_behind(home, monkeypatch):
    def fails(_descriptor):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(storing.os, "fsync", fails)
    with pytest.raises(OSError, match="No space"):
        files().keep(CONTENT)
    assert stored(home) == []


KILLED = """
import os, signal
from jiceng.records.attachments import storing
ordinary = storing.os.fsync
def killed(descriptor):
    ordinary(descriptor)
    os.kill(os.getpid(), signal.SIGKILL)
storing.os.fsync = killed
storing.files().keep(b"content" * 1000)
"""


def test_a_process_killed_while_it_writes_leaves_no_file_under_a_digest(home):
    django = "import django; django.setup()\n"
    env = os.environ | {"JICENG_HOME": str(home), "DJANGO_SETTINGS_MODULE": "jiceng.settings"}
    env["PYTHONPATH"] = str(Path(configured.ROOT) / "src")
    done = subprocess.run([sys.executable, "-c", django + KILLED], env=env, check=False, timeout=300)
    assert done.returncode == -9
    (left,) = stored(home)
    assert left.suffix == ".partial"
    assert sweep() == 0
    age(left, days=2)
    assert (sweep(), stored(home)) == (1, [])


# -------------------------------------------------------------------------------------------- sweeping
def test_a_sweep_takes_what_is_old_and_nobody_s(home):
    digests = [files().keep(name) for name in (b"held and old", b"lost and old", b"lost and new")]
    for digest in digests[:2]:
        age(home / "files" / digest[:2] / digest, days=2)
    assert sweep(digests[0]) == 1
    assert {p.name for p in stored(home)} == {digests[0], digests[2]}
    assert sweep(digests[0]) == 0


def test_a_sweep_of_nothing(home):
    assert sweep() == 0


def test_a_sweep_asks_in_batches(home, monkeypatch):
    monkeypatch.setattr(storing, "BATCH", 2)
    digests = {files().keep(bytes([n])) for n in range(5)}
    asked = []

    def known(some):
        asked.append(some)
        return some

    assert files().sweep(known, timezone.now() + timedelta(hours=1)) == 0
    assert max(map(len, asked)) == 2
    assert set().union(*asked) == digests


def test_what_is_asked_for_during_a_sweep_is_not_taken(home):
    """Kept again between the sweep's look and its grasp: its time is new, so it stays."""
    files().keep(CONTENT)
    (path,) = stored(home)
    age(path, days=2)

    def known(_digests):
        files().keep(CONTENT)  # somebody sends the same file at this moment
        return set()

    assert files().sweep(known, timezone.now() - timedelta(days=1)) == 0
    assert files().fetch(DIGEST) == CONTENT


def test_nothing_is_lost_between_many_who_keep_and_one_who_sweeps(home):
    """All files are old and nobody's; some are sent again while the sweep is under way, and must stay."""
    contents = [bytes([n]) * 50 for n in range(12)]
    for _round in range(15):
        for content in contents:
            digest = files().keep(content)
            age(home / "files" / digest[:2] / digest, days=2)

        def work(number):
            if not number:
                return sweep()
            return [files().keep(content) for content in contents[:6]]

        swept, *kept = together(work, 5)
        assert swept <= len(contents)
        assert {files().fetch(digest) for mine in kept for digest in mine} == set(contents[:6])
        assert {p.name for p in stored(home)} == set(kept[0])


def test_who_comes_second_with_the_same_content_leaves_one_file(home, monkeypatch):
    digest = files().keep(CONTENT)
    looked = iter([False])  # it was not there yet, and a moment later it is
    monkeypatch.setattr(ContentFiles, "exists", lambda self, name: next(looked, name.endswith(digest)))
    assert files().keep(CONTENT) == digest
    assert len(stored(home)) == 1
    assert files().fetch(digest) == CONTENT
