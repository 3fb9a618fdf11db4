"""Personal values at rest: SM4-GCM under a key per person, found again by an HMAC-SM3 blind index.

The person's key is itself stored encrypted. Destroying that one value makes everything encrypted under it
unreadable, also in backups and in the audit chain, while the chain's hashes stay whole (GB/T 39786 asks for
protection of stored personal data; the algorithms are GB/T 32907 and GB/T 32905).
"""

import os
import unicodedata

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes, hmac
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from jiceng.protection.keys import derived

NONCE = 12
TAG = 16


class UnreadableValueError(ValueError):
    """The stored bytes are not what this key wrote: a wrong or destroyed key, or a changed row."""


def _seal(key: bytes, plain: bytes) -> bytes:
    nonce = os.urandom(NONCE)
    encryptor = Cipher(algorithms.SM4(key), modes.GCM(nonce)).encryptor()
    return nonce + encryptor.update(plain) + encryptor.finalize() + encryptor.tag


def _open(key: bytes, sealed: bytes) -> bytes:
    nonce, body, tag = sealed[:NONCE], sealed[NONCE:-TAG], sealed[-TAG:]
    decryptor = Cipher(algorithms.SM4(key), modes.GCM(nonce, tag)).decryptor()
    try:
        return decryptor.update(body) + decryptor.finalize()
    except InvalidTag as error:
        raise UnreadableValueError("the value does not fit its key") from error


def seal_under(key: bytes, plain: bytes) -> bytes:
    """`plain` encrypted under a 16-byte key of the caller's: for what leaves this deployment."""
    return _seal(key, plain)


def open_under(key: bytes, sealed: bytes) -> bytes:
    """What `seal_under` took. Raises UnreadableValueError for another key or changed bytes."""
    return _open(key, sealed)


def new_key() -> bytes:
    """A fresh person's key, sealed under the deployment's own: what the database stores."""
    return _seal(derived("person keys", 16), os.urandom(16))


def encrypt(sealed_key: bytes, value: str) -> bytes:
    """`value` encrypted under the person's key; the empty text stays empty."""
    return _seal(_open(derived("person keys", 16), sealed_key), value.encode()) if value else b""


def decrypt(sealed_key: bytes, sealed: bytes) -> str:
    """The text that `encrypt` took. Raises UnreadableValueError for a destroyed key or changed bytes."""
    if not sealed:
        return ""
    if not sealed_key:
        raise UnreadableValueError("the person's key was destroyed")
    return _open(_open(derived("person keys", 16), bytes(sealed_key)), bytes(sealed)).decode()


def seal(purpose: str, value: str) -> bytes:
    """`value` encrypted under the deployment's key of `purpose`: for secrets that belong to no person's
    record.
    """
    return _seal(derived(purpose, 16), value.encode())


def unseal(purpose: str, sealed: bytes) -> str:
    """The text that `seal` took. Raises UnreadableValueError for another key or changed bytes."""
    return _open(derived(purpose, 16), sealed).decode()


def encrypt_bytes(sealed_key: bytes, content: bytes) -> bytes:
    """`content` (a file) encrypted under a key that `new_key` gave."""
    return _seal(_open(derived("person keys", 16), sealed_key), content)


def decrypt_bytes(sealed_key: bytes, sealed: bytes) -> bytes:
    """The content that `encrypt_bytes` took. Raises UnreadableValueError for a destroyed key or changed bytes."""
    if not sealed_key:
        raise UnreadableValueError("the key was destroyed")
    return _open(_open(derived("person keys", 16), bytes(sealed_key)), bytes(sealed))


def blind_index(purpose: str, value: str) -> str:
    """A keyed fingerprint by which an exact value is found without being stored; '' for an empty value.

    Full-width digits and letters, spaces and case are folded first, so `１１０１…x` and `1101…X` meet.
    Never used for names: their few values would be guessed from their frequencies.
    """
    folded = unicodedata.normalize("NFKC", value).replace(" ", "").upper()
    if not folded:
        return ""
    keyed = hmac.HMAC(derived(f"blind index {purpose}", 32), hashes.SM3())
    keyed.update(folded.encode())
    return keyed.finalize().hex()
