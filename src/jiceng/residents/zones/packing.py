"""A package for the other zone: listed, decided by a second person, then written out, signed."""

import json
from collections.abc import Sequence

from django.conf import settings
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from jiceng.accounts.deciding import Decision
from jiceng.accounts.permissions import Permission
from jiceng.accounts.scoping import Access, Denied, actor_of
from jiceng.records.chain import sm3
from jiceng.records.refusals import Refusal
from jiceng.records.writing import write
from jiceng.residents.models import Crossed, Package
from jiceng.residents.zones.gathering import ANSWERS, REPORTS, Item, answers, reports
from jiceng.residents.zones.identities import own, peer, signed

FORMAT = 1


def propose(*, access: Access) -> Package:
    """List what has changed since the last package, for somebody else to decide.

    Raises Denied without the right to release, Refusal where nothing has changed or no other zone is pinned, and on a
    server of both zones, which has nothing to exchange.
    """
    access.require(Permission.MATTERS_RELEASE)
    if settings.ZONE == "both":
        raise Refusal(_("两个区在同一台服务器上，不需要交换"))
    receiver = peer()
    found = list(reports(receiver) if settings.ZONE == "resident" else answers())
    sent = dict(Crossed.objects.values_list("matter", "digest"))
    known = {str(uid): digest for uid, digest in sent.items()}
    items = [item for item in found if known.get(item["uid"]) != digest_of(item)]
    if not items:
        raise Refusal(_("自上次以来没有变化，不需要交换"))
    with write(by=actor_of(access.user), action="zone.propose"):
        serial = (Package.objects.aggregate(last=Max("serial"))["last"] or 0) + 1
        made = Package(serial=serial, requested_by=access.user, items=len(items))
        content = {
            "format": FORMAT,
            "package": str(made.uid),
            "serial": serial,
            "from": own().fingerprint,
            "to": receiver.fingerprint,
            "holds": REPORTS if settings.ZONE == "resident" else ANSWERS,
            "made_at": timezone.now().isoformat(),
            "items": items,
        }
        made.content = json.dumps(content, ensure_ascii=False)
        made.digest = sm3(made.content)
        made.save()
    return made


def digest_of(item: Item) -> str:
    """What an item says, seals apart: they differ each time."""
    return sm3(json.dumps({key: item[key] for key in sorted(item) if key != "sealed"}, ensure_ascii=False))


def listed(package: Package) -> Sequence[Item]:
    """What a package holds, as the reviewer reads it: everything but what is sealed."""
    items: list[Item] = json.loads(package.content)["items"]
    return [{key: value for key, value in item.items() if key != "sealed"} for item in items]


def decide(*, package: Package, access: Access, approve: bool, decision: str = "") -> None:
    """Let a package go, or not. Raises Denied for one's own and without the right; Refusal without a reason for not
    letting it go, and for one that is decided.
    """
    access.require(Permission.MATTERS_RELEASE)
    if package.requested_by_id == access.user.pk:
        raise Denied(_("不能审批自己列出的交换包"), str(package), _("请另一名有审核公开权的人审批"))
    if not approve and not decision.strip():
        raise Refusal(_("没有填写未批准的原因"), str(package), _("写明原因"))
    with write(by=actor_of(access.user), action="zone.decide", reason=decision):
        kept = Package.objects.select_for_update().get(pk=package.pk)
        if kept.status != Decision.PENDING:
            raise Refusal(_("这个交换包已经审批过"), str(package))
        kept.status = Decision.APPROVED if approve else Decision.REFUSED
        kept.decided_by, kept.decided_at, kept.decision = access.user, timezone.now(), decision
        kept.save()
    package.refresh_from_db()


def written_out(*, package: Package, access: Access) -> str:
    """The signed file of an approved package. Writing it again gives the same content.

    Raises Denied without the right, Refusal for one that nobody has approved.
    """
    access.require(Permission.MATTERS_RELEASE)
    if package.status != Decision.APPROVED:
        raise Refusal(_("这个交换包还没有另一人批准"), str(package), _("等待审批"))
    if sm3(package.content) != package.digest:
        raise Refusal(_("交换包在批准后被改动过"), str(package), _("重新列出并审批"))
    with write(by=actor_of(access.user), action="zone.export"):
        if package.written_at is None:
            package.written_at = timezone.now()
            package.save()
        for item in json.loads(package.content)["items"]:
            crossed = Crossed.objects.filter(matter=item["uid"]).first() or Crossed(matter=item["uid"])
            crossed.digest = digest_of(item)
            crossed.save()
    return json.dumps(
        {"content": package.content, "signature": signed(package.content.encode()).hex()}, ensure_ascii=False
    )
