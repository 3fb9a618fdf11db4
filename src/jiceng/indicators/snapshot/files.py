"""The snapshot's folder: immutable files, manifests that name them, and one pointer swapped by rename.

A reader holds a shared lock on the manifest it reads, so that no file goes away under it; the lock ends with
the reader's process, whatever ends that. One writer at a time holds the folder's own lock.
"""

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import TracebackType

from django.conf import settings
from django.utils.translation import gettext as _

from jiceng.indicators.snapshot.manifest import Manifest
from jiceng.records.refusals import Refusal


def folder() -> Path:
    """Where snapshots are kept."""
    found = Path(settings.HOME) / "figures"
    found.mkdir(parents=True, exist_ok=True)
    return found


def _pointer() -> Path:
    return folder() / "current"


def _path(manifest: str) -> Path:
    return folder() / f"{manifest}.json"


def _kept(manifest: str) -> Path:
    return folder() / "kept" / f"{manifest}.json"


def beside(manifest: str) -> Path:
    """Where engines lay what they make of a snapshot; it goes when the snapshot does."""
    found = folder() / "beside" / manifest
    found.mkdir(parents=True, exist_ok=True)
    return found


def current_id() -> str:
    """The id of the snapshot in force; '' before the first."""
    try:
        return _pointer().read_text()
    except FileNotFoundError:
        return ""


def current() -> Manifest | None:
    """The snapshot in force, or None where there is none that can be read."""
    return _read(current_id())


def _read(manifest: str) -> Manifest | None:
    try:
        return Manifest.parse(_path(manifest).read_text())
    except (OSError, ValueError, TypeError, KeyError):
        return None  # torn, or of another version: the next refresh makes a new one


def publish(manifest: Manifest) -> None:
    """Put `manifest` in force and remove what nobody reads any more. Call with the writer's lock."""
    _replace(_path(manifest.id), manifest.text())
    _replace(_pointer(), manifest.id)
    collect()


def _replace(path: Path, text: str) -> None:
    """Write `path` so that a reader finds either the old text or the new one, also after a power failure."""
    draft = path.with_suffix(".new")
    with draft.open("w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)


class Pin:
    """A snapshot that stays whole until it is let go (or its reader's process ends)."""

    def __init__(self, manifest: Manifest, descriptor: int) -> None:
        self.manifest = manifest
        self._descriptor = descriptor

    def release(self) -> None:
        """Let go: its files may be removed."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1

    def __enter__(self) -> Manifest:
        return self.manifest

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.release()


def pin() -> Pin:
    """Hold the snapshot in force. Raises Refusal where there is none."""
    for _attempt in range(10):  # a snapshot may be replaced and removed while we reach for it
        name = current_id()
        with suppress(FileNotFoundError):
            descriptor = os.open(_path(name), os.O_RDONLY)
            fcntl.flock(descriptor, fcntl.LOCK_SH)
            manifest = _read(name)
            if manifest is not None and os.fstat(descriptor).st_nlink:
                return Pin(manifest, descriptor)
            os.close(descriptor)
    raise Refusal(_("还没有数据快照"), remedy=_("先运行 jiceng snapshot"))


def keep(manifest: Manifest) -> None:
    """Let the files of a snapshot stay, whatever replaces it. Call while it is held (`pin`)."""
    path = _kept(manifest.id)
    path.parent.mkdir(exist_ok=True)
    _replace(path, manifest.text())


def let_go(manifest: str) -> None:
    """Keep that snapshot no longer: its files go with the next one that is put in force."""
    _kept(manifest).unlink(missing_ok=True)


def kept(manifest: str) -> Manifest:
    """A snapshot that is kept. Raises Refusal where it is not."""
    try:
        return Manifest.parse(_kept(manifest).read_text())
    except (OSError, ValueError, TypeError, KeyError):
        said = _("当时的数据快照不在了：%(id)s") % {"id": manifest}
        raise Refusal(said, remedy=_("从备份恢复数据目录中的 figures 文件夹")) from None


@contextmanager
def writer() -> Iterator[None]:
    """The right to replace the snapshot; waits for whoever has it."""
    descriptor = os.open(folder() / "lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def collect() -> None:
    """Remove replaced snapshots that nobody holds or keeps, and files of none. Call with the writer's lock."""
    needed: set[str] = set()
    for path in folder().glob("kept/*.json"):
        needed |= kept(path.stem).files()
    now = current_id()
    for path in folder().glob("*.json"):
        if path.stem != now and _unheld(path):
            path.unlink()
        elif manifest := _read(path.stem):
            needed |= manifest.files()
    for path in folder().glob("*.parquet"):
        if path.name not in needed:
            path.unlink()
    for path in folder().glob("beside/*"):
        if not (_path(path.name).exists() or _kept(path.name).exists()):
            shutil.rmtree(path)


def _unheld(path: Path) -> bool:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    finally:
        os.close(descriptor)
    return True
