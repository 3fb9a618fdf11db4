"""Keys by which other programs report (Open311): made once, shown once, kept as a fingerprint."""

import secrets

from django.db import IntegrityError
from django.utils import timezone
from django.utils.translation import gettext as _

from jiceng.protection.actors import Actor
from jiceng.protection.ciphers import blind_index
from jiceng.records.refusals import Refusal
from jiceng.records.texts import clean_line
from jiceng.records.writing import write
from jiceng.residents.models import ApiKey


def add_key(*, name: str, by: Actor) -> str:
    """Make a key for the program called `name` and give it; it is never shown again.

    Raises Refusal without a name, and for one that is taken.
    """
    called = clean_line(name, _("名称"), 80)
    if not called:
        raise Refusal(_("没有写名称"), remedy=_("写明哪个单位的哪个系统"))
    key = secrets.token_urlsafe(24)
    try:
        with write(by=by, action="api_key.add"):
            ApiKey(name=called, digest=_digest(key), added_at=timezone.now()).save()
    except IntegrityError:
        raise Refusal(
            _("已有叫“%(name)s”的密钥") % {"name": called}, remedy=_("换一个名称，或先收回旧的")
        ) from None
    return key


def revoke_key(*, name: str, by: Actor, reason: str) -> None:
    """Let a key open nothing any more. Raises Refusal where there is none of that name."""
    with write(by=by, action="api_key.revoke", reason=reason):
        found = ApiKey.objects.filter(name=name.strip(), revoked_at__isnull=True).first()
        if found is None:
            raise Refusal(_("没有叫“%(name)s”的有效密钥") % {"name": name[:80]})
        found.revoked_at = timezone.now()
        found.save()


def key_of(given: str) -> ApiKey | None:
    """The program whose key that is; None for no key, a wrong one and one that was revoked."""
    if not given or len(given) > 100:
        return None
    return ApiKey.objects.filter(digest=_digest(given), revoked_at__isnull=True).first()


def _digest(key: str) -> str:
    # letters of a key differ by case, which a blind index folds: it is taken of the key's bytes
    return blind_index("api key", key.encode().hex())
