"""How much strangers may ask for. Budgets lie in the database, so that all processes of a server share them.

A budget holds so much and runs off evenly; what goes beyond it is refused, and each refusal in a row makes the wait
twice as long. People behind one address share a wide budget: a village may well have one.
"""

import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from jiceng.protection.ciphers import blind_index
from jiceng.records.refusals import Refusal
from jiceng.residents.models import Budget

HOUR = 3_600.0
LONGEST = timedelta(hours=1)
KEPT = timedelta(days=2)
SWEPT = 200


@dataclass(frozen=True, slots=True)
class Allowance:
    """What `what` may cost: `holds` at once, run off in `seconds`; `first` is the wait after one refusal."""

    what: str
    holds: float
    seconds: float
    first: float = 30.0


REPORTS_ADDRESS = Allowance("reports by address", 60, HOUR)
REPORTS_VISIT = Allowance("reports by visit", 5, HOUR / 2)
WRONG_CODES_ADDRESS = Allowance("wrong codes by address", 30, HOUR)
WRONG_CODES_VISIT = Allowance("wrong codes by visit", 6, HOUR / 2)
LOOKS_ADDRESS = Allowance("looks by address", 3_000, HOUR)
API_REPORTS = Allowance("reports by key", 600, HOUR)


class Throttled(Refusal):
    """Too much at once; `wait` says how long."""

    def __init__(self, wait: timedelta) -> None:
        self.wait = wait
        minutes = max(1, -(-int(wait.total_seconds()) // 60))
        super().__init__(
            _("提交得太频繁，请过%(minutes)s分钟再试") % {"minutes": minutes},
            remedy=_("急事请直接打服务电话"),
        )


def spend(allowance: Allowance, who: str, cost: float = 1.0, now: datetime | None = None) -> None:
    """Take `cost` from the budget that `who` (an address, a visit, a key) has by `allowance`.

    Raises Throttled where it holds no more, and while the wait from before lasts; nothing is taken then.
    """
    moment = now or timezone.now()
    with transaction.atomic():
        budget = _budget(allowance, who, moment)
        wait = _wait(budget, allowance, cost, moment)
        if wait is None:
            budget.spent += cost
            budget.save()
    if wait is not None:
        raise Throttled(wait)


def refuse_spent(allowance: Allowance, who: str, now: datetime | None = None) -> None:
    """Raise Throttled where the budget is spent, taking nothing from it: for what costs only when it goes wrong."""
    moment = now or timezone.now()
    found = Budget.objects.filter(pk=_fingerprint(allowance, who)).first()
    if found is None:
        return
    if found.until is not None and found.until > moment:
        raise Throttled(found.until - moment)


def network_of(meta: Mapping[str, str]) -> str:
    """The network that a request comes from (`meta` as WSGI has it): an IPv4 address, or the first half of an IPv6
    one, of which one line has many.
    """
    header = f"HTTP_{settings.CLIENT_HEADER.upper().replace('-', '_')}" if settings.CLIENT_HEADER else ""
    given = (meta.get(header, "") or meta.get("REMOTE_ADDR", "")).strip()
    try:
        found = ipaddress.ip_address(given)
    except ValueError:
        return given[:60] or "nowhere"
    if isinstance(found, ipaddress.IPv6Address):
        return str(ipaddress.ip_network((found, 64), strict=False))
    return str(found)


def _budget(allowance: Allowance, who: str, now: datetime) -> Budget:
    """The budget, ours until the transaction ends, as far as it has run off."""
    key = _fingerprint(allowance, who)
    Budget.objects.get_or_create(pk=key, defaults={"at": now})
    budget = Budget.objects.select_for_update().get(pk=key)
    passed = max(0.0, (now - budget.at).total_seconds())
    budget.spent = max(0.0, budget.spent - allowance.holds * passed / allowance.seconds)
    if budget.spent == 0:
        budget.refused = 0
    budget.at = max(now, budget.at)
    return budget


def _wait(budget: Budget, allowance: Allowance, cost: float, now: datetime) -> timedelta | None:
    """None where there is enough; else how long it takes until there may be, noted in the budget."""
    if budget.until is not None and budget.until > now:
        return budget.until - now
    if budget.spent + cost <= allowance.holds:
        budget.until = None
        return None
    budget.refused = min(budget.refused + 1, 20)
    wait = min(LONGEST, timedelta(seconds=allowance.first * 2 ** (budget.refused - 1)))
    budget.until = now + wait
    budget.save()
    return wait


def _fingerprint(allowance: Allowance, who: str) -> str:
    return blind_index(f"budget {allowance.what}", who) or "0"


def sweep_budgets(now: datetime | None = None) -> int:
    """Forget budgets that nobody has used for two days, some at a time; gives how many."""
    moment = now or timezone.now()
    old = list(Budget.objects.filter(at__lt=moment - KEPT).values_list("pk", flat=True)[:SWEPT])
    return Budget.objects.filter(pk__in=old).delete()[0] if old else 0
