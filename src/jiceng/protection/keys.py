"""Where keys come from. A deployment with a certified device replaces the provider, nothing else."""

import os
import secrets
from functools import cache
from pathlib import Path
from typing import Protocol

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings


class KeyProvider(Protocol):
    """Gives the key of a purpose: 16 bytes for SM4, 32 for HMAC-SM3. The same purpose always gives the same
    key.
    """

    def key(self, purpose: str, length: int) -> bytes: ...


class FileKeys:
    """Derives keys by HKDF-SM3 from one master secret in a file that only its owner may read."""

    def __init__(self, path: Path) -> None:
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "wb") as file:
                file.write(secrets.token_bytes(32))
        self._master = path.read_bytes()

    def key(self, purpose: str, length: int) -> bytes:
        """The `length`-byte key of `purpose`."""
        return HKDF(algorithm=hashes.SM3(), length=length, salt=None, info=purpose.encode()).derive(
            self._master
        )


@cache
def provider() -> KeyProvider:
    """The deployment's key provider."""
    return FileKeys(settings.HOME / "keys" / "master.key")


@cache
def derived(purpose: str, length: int) -> bytes:
    """The key of `purpose`, derived once a process."""
    return provider().key(purpose, length)
