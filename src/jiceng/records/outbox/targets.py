"""Where events may be sent: nowhere inside, unless the deployment names it.

Whoever may enter an address here could otherwise make the server ask machines that only it can reach. The address is
looked up once and connected to as it was found, so that a name cannot lead elsewhere a moment later.
"""

import ipaddress
import re
import socket
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from http.client import HTTPConnection
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import gettext as _

from jiceng.records.refusals import Refusal

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

TIMEOUT = 5.0
"""Seconds that a receiver has to take the connection, and again to answer."""

PLAIN = re.compile(r"[\x21-\x7e]+")
"""What an address is written in."""

TRANSLATED = ipaddress.IPv6Network("64:ff9b::/96")
"""Where networks of the newer kind show addresses of the older."""


@dataclass(frozen=True, slots=True)
class Target:
    """An address that may be sent to: the host's name, and the number that was found for it."""

    secure: bool
    host: str
    port: int
    path: str
    number: str


def target_of(url: str) -> Target:
    """The target that `url` names. Raises Refusal for what is no web address, for a host that is not found, for one
    that is not public, and for an unprotected connection, but to hosts that `WEBHOOK_HOSTS` names.
    """
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        host, port, parts = "", None, urlsplit("")
    if parts.scheme not in ("http", "https") or not host or parts.username or not PLAIN.fullmatch(url):
        raise Refusal(_("地址不对：%(url)s") % {"url": url[:80]}, remedy=_("写成 https://主机/路径"))
    secure = parts.scheme == "https"
    port = port or (443 if secure else 80)
    numbers = _numbers(host, port)
    named = all(_named(host, number) for number in numbers)
    if not named and not all(_public(number) for number in numbers):
        raise Refusal(
            _("不能推送到内部地址：%(host)s") % {"host": host},
            remedy=_("确需推送的，在 JICENG_WEBHOOK_HOSTS 里写明"),
        )
    if not named and not secure:
        raise Refusal(
            _("推送须用 https：%(host)s") % {"host": host},
            remedy=_("改用 https"),
        )
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Target(secure, host, port, path, str(numbers[0]))


def _numbers(host: str, port: int) -> list[Address]:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        return [ipaddress.ip_address(entry[4][0]) for entry in found]
    except (OSError, UnicodeError, ValueError):
        raise Refusal(_("找不到主机：%(host)s") % {"host": host[:80]}, remedy=_("检查地址")) from None


def _public(number: Address) -> bool:
    """Whether an address is one of the whole network, also where it is written as one of the newer kind."""
    if isinstance(number, ipaddress.IPv6Address):
        inner = number.ipv4_mapped or number.sixtofour
        if number in TRANSLATED:
            inner = ipaddress.IPv4Address(int(number) & 0xFFFFFFFF)
        if inner is not None:
            return _public(inner)
        if number.teredo is not None:
            return False
    return number.is_global and not number.is_multicast


def _named(host: str, number: Address) -> bool:
    """Whether the deployment names the host, or a network that it lies in."""
    for said in settings.WEBHOOK_HOSTS:
        if said.lower() == host.lower():
            return True
        try:
            if number in ipaddress.ip_network(said, strict=False):
                return True
        except ValueError:
            continue
    return False


class Pinned(HTTPConnection):
    """A connection to the number that was found for a target, whatever its name means by now."""

    def __init__(self, target: Target) -> None:
        super().__init__(target.host, target.port, timeout=TIMEOUT)
        self._target = target

    def connect(self) -> None:
        """Connect; a protected connection proves that it is the host's."""
        plain = socket.create_connection((self._target.number, self._target.port), self.timeout)
        if self._target.secure:
            self.sock = ssl.create_default_context().wrap_socket(plain, server_hostname=self._target.host)
        else:
            self.sock = plain


def post(target: Target, body: bytes, headers: Mapping[str, str]) -> int:
    """Send `body` and give the status of the answer, whose content is not read. It is sent nowhere else, whatever the
    answer says. Raises OSError or HTTPException where it does not arrive.
    """
    connection = Pinned(target)
    try:
        connection.request("POST", target.path, body, dict(headers))
        return connection.getresponse().status
    finally:
        connection.close()
