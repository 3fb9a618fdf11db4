"""One file for each area, zipped: made a few at a time by whoever watches, so that it can be left and taken up again.

A bundle is a folder in the data home: what is asked (`job.json`) and what is done (`papers.zip`). No queue holds it and
no process owns it; it is gone a day after it was begun.
"""

import fcntl
import json
import secrets
import shutil
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

from django.conf import settings
from django.utils.translation import gettext as _

from jiceng.records.refusals import Refusal

DAY = 24 * 3600
MOST = 1_000
"""So many areas a bundle may have."""

Make = Callable[[str, int], tuple[str, bytes, int]]
"""From an area's code and the records that earlier files hold to the file's name, its content, its records."""


@dataclass(frozen=True, slots=True)
class Bundle:
    """What is asked and how far it is. `asker` is the key of the account that began it; `records` have left so far."""

    token: str
    asker: int
    key: str
    ending: str
    query: str
    areas: tuple[str, ...]
    done: int = 0
    records: int = 0

    @property
    def folder(self) -> Path:
        """Where it lies."""
        return _home() / self.token

    @property
    def content(self) -> Path:
        """The zip file."""
        return self.folder / "papers.zip"

    @property
    def finished(self) -> bool:
        """Whether every area has its file."""
        return self.done == len(self.areas)


def begin(*, asker: int, key: str, ending: str, query: str, areas: Sequence[str]) -> Bundle:
    """A new bundle; those of yesterday are cleared away. Raises Refusal for no areas or too many."""
    if not 0 < len(areas) <= MOST:
        what = _("%(count)d 个区域，不能打包") % {"count": len(areas)}
        raise Refusal(what, remedy=_("选 1 至 %(most)d 个下级区域的层级") % {"most": MOST})
    _clear()
    made = Bundle(secrets.token_urlsafe(16), asker, key, ending, query, tuple(areas))
    made.folder.mkdir(parents=True, mode=0o700)
    with ZipFile(made.content, "w", ZIP_DEFLATED):
        pass
    _keep(made)
    return made


def bundle(token: str, asker: int) -> Bundle | None:
    """The bundle of that token; None where there is none, or it is somebody else's."""
    if not token or "/" in token or "." in token:
        return None
    try:
        written = json.loads((_home() / token / "job.json").read_text(encoding="utf-8"))
    except OSError:
        return None
    found = Bundle(**{**written, "areas": tuple(written["areas"])})
    return found if found.asker == asker else None


def go_on(given: Bundle, make: Make, seconds: float) -> Bundle:
    """Make the next files for about so long, at least one. Two who watch the same bundle do not make the same file."""
    until = time.monotonic() + seconds
    with _alone(given):
        now = bundle(given.token, given.asker) or given
        while not now.finished:
            name, content, records = make(now.areas[now.done], now.records)
            with ZipFile(now.content, "a", ZIP_DEFLATED) as archive:
                archive.writestr(f"{now.done + 1:03}-{name}", content)
            now = replace(now, done=now.done + 1, records=now.records + records)
            _keep(now)
            if time.monotonic() > until:
                break
    return now


@contextmanager
def _alone(given: Bundle) -> Iterator[None]:
    """One at a time; the lock goes with whoever holds it."""
    with (given.folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _keep(given: Bundle) -> None:
    draft = given.folder / "job.json.new"
    draft.write_text(json.dumps(asdict(given)), encoding="utf-8")
    draft.replace(given.folder / "job.json")


def _home() -> Path:
    return Path(settings.HOME) / "bundles"


def _clear() -> None:
    for old in _home().glob("*"):
        if old.stat().st_mtime < time.time() - DAY:
            shutil.rmtree(old, ignore_errors=True)
