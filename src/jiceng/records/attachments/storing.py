"""Where files lie: in the data home, sealed, each content once, under its SHA-256."""

import hashlib
import os
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.locks import LOCK_EX, LOCK_SH, lock, unlock
from django.core.files.storage import FileSystemStorage, storages

from jiceng.protection.ciphers import NONCE, TAG, decrypt_bytes, encrypt_bytes, new_key

BATCH = 500
KEY = NONCE + 16 + TAG
"""Bytes at the beginning of a file that are its sealed key."""

Known = Callable[[set[str]], set[str]]
"""Those of some digests that a record stands for."""


class DamagedFileError(RuntimeError):
    """A stored file is gone, or no longer holds what its name says."""


class ContentFiles(FileSystemStorage):
    """Django's storage of files in `$JICENG_HOME/files`, where a name stands for a content.

    A file is whole or not there: it is written beside its place, flushed to the disk, then moved. Its content is
    sealed under a key of its own, which stands at its beginning, sealed under the deployment's.
    """

    @property
    def base_location(self) -> str:
        """The folder that all files are in."""
        return str(settings.HOME / "files")

    @property
    def location(self) -> str:
        """The same: the tests' data home is not the one that the settings began with."""
        return self.base_location

    def keep(self, content: bytes) -> str:
        """Store `content` unless it is there already; gives its SHA-256. The file is on the disk when this returns."""
        digest = hashlib.sha256(content).hexdigest()
        name = _name_of(digest)
        with self._turn(LOCK_SH):  # a sweep must not take away what is about to get a row
            if self.exists(name):
                os.utime(self.path(name))
            else:
                key = new_key()
                self.save(name, ContentFile(key + encrypt_bytes(key, content)))
        return digest

    def fetch(self, digest: str) -> bytes:
        """The content with that SHA-256. Raises DamagedFileError where it is gone or changed."""
        try:
            with self.open(_name_of(digest)) as file:
                stored = file.read()
            content = decrypt_bytes(stored[:KEY], stored[KEY:])
        except (OSError, ValueError) as error:  # gone, or not what the key has sealed, or cut off
            raise DamagedFileError(digest) from error
        if hashlib.sha256(content).hexdigest() != digest:
            raise DamagedFileError(digest)
        return content

    def sweep(self, known: Known, before: datetime) -> int:
        """Remove the files last asked to be kept before `before` that no record stands for; gives how many.

        What a crash left half written goes too.
        """
        old = [path for path in self._stored() if _touched(path) < before.timestamp()]
        gone = 0
        for start in range(0, len(old), BATCH):
            some = {path.name: path for path in old[start : start + BATCH]}
            for digest in some.keys() - known(set(some)):
                with self._turn(LOCK_EX):
                    if _touched(some[digest]) < before.timestamp() and not known({digest}):
                        some[digest].unlink(missing_ok=True)
                        gone += 1
        return gone

    def get_available_name(self, name: str, max_length: int | None = None) -> str:
        """The name itself: of two who bring the same content at the same time, the later one's file takes the place of
        the earlier one's, whole.
        """
        return name

    def _save(self, name: str, content: Any) -> str:
        path = Path(self.path(name))
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        partial = path.with_name(f"{path.name}.{secrets.token_hex(4)}.partial")
        try:
            descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "wb") as file:
                for piece in content.chunks():
                    file.write(piece)
                file.flush()
                os.fsync(file.fileno())
            partial.rename(path)
        except BaseException:
            partial.unlink(missing_ok=True)
            raise
        _flush_folder(path.parent)
        return name

    def _stored(self) -> Iterator[Path]:
        return (path for path in Path(self.location).glob("??/*") if path.is_file())

    @contextmanager
    def _turn(self, how: int) -> Iterator[None]:
        """Keep files shared with others who do, or alone while one is taken away."""
        folder = Path(self.location)
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        with (folder / "turn").open("ab") as file:
            lock(file, how)
            try:
                yield
            finally:
                unlock(file)


def files() -> ContentFiles:
    """The storage that the settings name."""
    found = storages["default"]
    assert isinstance(found, ContentFiles)
    return found


def _name_of(digest: str) -> str:
    return f"{digest[:2]}/{digest}"


def _touched(path: Path) -> float:
    """When the file was last kept, in seconds; never, where it has gone meanwhile."""
    with suppress(FileNotFoundError):
        return path.stat().st_mtime
    return float("inf")


def _flush_folder(folder: Path) -> None:
    """A moved file is only sure to be in its place once its folder is on the disk as well."""
    for each in (folder, folder.parent):
        descriptor = os.open(each, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
