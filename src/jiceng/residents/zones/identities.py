"""Who a deployment is to the other: a key that signs and a key that opens, and the fingerprint of both.

The private keys never leave `$JICENG_HOME/keys`. The other side's are pinned by a person who compares the fingerprint.
"""

import json
import os
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.utils.translation import gettext as _

from jiceng.protection.ciphers import UnreadableValueError, open_under, seal_under
from jiceng.records.chain import sm3
from jiceng.records.refusals import Refusal

RAW = 32


@dataclass(frozen=True, slots=True)
class Identity:
    """The public half of a deployment: 32 bytes each."""

    sign: bytes
    seal: bytes

    @property
    def fingerprint(self) -> str:
        """What people compare: 64 hexadecimal digits."""
        return sm3(f"{self.sign.hex()}\x1f{self.seal.hex()}")

    def text(self) -> str:
        """The identity as a file holds it."""
        return json.dumps({"sign": self.sign.hex(), "seal": self.seal.hex()})


def own() -> Identity:
    """This deployment's identity; made at its first use."""
    signing, opening = _private()
    return Identity(signing.public_key().public_bytes_raw(), opening.public_key().public_bytes_raw())


def peer() -> Identity:
    """The other zone's identity. Raises Refusal where none is pinned."""
    path = _folder() / "zone-peer.json"
    if not path.exists():
        raise Refusal(_("还没有信任对方的密钥"), remedy="jiceng zone trust FILE --fingerprint …")
    return _read(path.read_text("utf-8"))


def trust(text: str, fingerprint: str) -> Identity:
    """Pin the other zone's identity. Raises Refusal for a file that is none, or another fingerprint than the one that
    was read out.
    """
    found = _read(text)
    if "".join(fingerprint.lower().split()) != found.fingerprint:
        raise Refusal(_("指纹不一致，没有信任这个密钥"), found.fingerprint, _("与对方逐字核对指纹"))
    path = _folder() / "zone-peer.json"
    path.write_text(found.text(), "utf-8")
    return found


def signed(content: bytes) -> bytes:
    """This deployment's signature (Ed25519)."""
    return _private()[0].sign(content)


def refuse_forged(content: bytes, signature: bytes, by: Identity) -> None:
    """Raise Refusal where the signature is not the other zone's for exactly this content."""
    try:
        Ed25519PublicKey.from_public_bytes(by.sign).verify(signature, content)
    except InvalidSignature:
        raise Refusal(_("签名不对：文件被改动过，或不是对方签发的"), remedy=_("请对方重新导出")) from None


def sealed_for(receiver: Identity, plain: bytes) -> bytes:
    """`plain` so that only the receiver can open it: a key of its own by X25519, then SM4-GCM."""
    once = X25519PrivateKey.generate()
    mine = once.public_key().public_bytes_raw()
    shared = once.exchange(X25519PublicKey.from_public_bytes(receiver.seal))
    return mine + seal_under(_key(shared, mine, receiver.seal), plain)


def opened(sealed: bytes) -> bytes:
    """What was sealed for this deployment. Raises Refusal for what was not, or was changed."""
    theirs, opening = sealed[:RAW], _private()[1]
    try:
        shared = opening.exchange(X25519PublicKey.from_public_bytes(theirs))
        return open_under(_key(shared, theirs, opening.public_key().public_bytes_raw()), sealed[RAW:])
    except (ValueError, UnreadableValueError):
        raise Refusal(_("内容不是加密给本机的"), remedy=_("请对方用本机现在的密钥重新导出")) from None


def _key(shared: bytes, once: bytes, receiver: bytes) -> bytes:
    return HKDF(algorithm=hashes.SM3(), length=16, salt=None, info=b"zone" + once + receiver).derive(shared)


def _private() -> tuple[Ed25519PrivateKey, X25519PrivateKey]:
    path = _folder() / "zone.key"
    if not path.exists():
        fresh = (
            Ed25519PrivateKey.generate().private_bytes_raw() + X25519PrivateKey.generate().private_bytes_raw()
        )
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(fresh)
    kept = path.read_bytes()
    return Ed25519PrivateKey.from_private_bytes(kept[:RAW]), X25519PrivateKey.from_private_bytes(kept[RAW:])


def _folder() -> Path:
    folder: Path = settings.HOME / "keys"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return folder


def _read(text: str) -> Identity:
    try:
        found = json.loads(text)
        identity = Identity(bytes.fromhex(found["sign"]), bytes.fromhex(found["seal"]))
    except (ValueError, KeyError, TypeError):
        raise Refusal(_("这不是密钥文件"), remedy=_("用对方 jiceng zone key 写出的文件")) from None
    if {len(identity.sign), len(identity.seal)} != {RAW}:
        raise Refusal(_("这不是密钥文件"), remedy=_("用对方 jiceng zone key 写出的文件"))
    return identity
