"""A package for the other zone: listed, decided by a second person, then written out, signed."""

import json
from collections.abc import Collection, Sequence

from django.conf import settings
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from jiceng.accounts.deciding import Decision
from jiceng.accounts.permissions import Permission
from jiceng.accounts.scoping import Access, Denied, actor_of
from jiceng.matters.models import Matter
from jiceng.records.chain import sm3
from jiceng.records.refusals import Refusal
from jiceng.records.texts import clean_line
from jiceng.records.writing import write
from jiceng.residents.models import Crossed, Package
from jiceng.residents.zones.gathering import ANSWERS, REPORTS, Item, answers, reports
from jiceng.residents.zones.identities import own, peer, signed

FORMAT = 1
MOST_DECISION = 200


def propose(*, access: Access) -> Package:
    """List what has changed in one's area since the last package, for somebody else to decide.

    Raises Denied without the right to release, Refusal where nothing has changed, where what has is on its way
    already, where no other zone is pinned, and on a server of both zones, which has nothing to exchange.
    """
    access.require(Permission.MATTERS_RELEASE)
    if settings.ZONE == "both":
        raise Refusal(_("两个区在同一台服务器上，不需要交换"))
    receiver = peer()
    area = access.scope(Permission.MATTERS_RELEASE)
    found = list(reports(receiver, area) if settings.ZONE == "resident" else answers(area))
    sent = dict(Crossed.objects.values_list("matter", "digest"))
    known = {str(uid): digest for uid, digest in sent.items()}
    items = [item for item in found if known.get(item["uid"]) != digest_of(item)]
    if not items:
        raise Refusal(_("自上次以来没有变化，不需要交换"))
    _refuse_under_way({item["uid"] for item in items})
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


def _refuse_under_way(uids: set[str]) -> None:
    """Raise Refusal where some of these matters stand in a package that may still go out."""
    last = _last_written()
    rows = Package.objects.filter(written_at__isnull=True, serial__gt=last).exclude(status=Decision.REFUSED)
    for package in rows.order_by("serial"):
        if uids & set(uids_in(package)):
            said = {"serial": package.serial}
            what = (
                _("第%(serial)s个交换包还在等审批")
                if package.status == Decision.PENDING
                else _("第%(serial)s个交换包已批准，还没有导出")
            )
            raise Refusal(what % said, remedy=_("先办完它；内容过时的，审批人可以不批准，再重新列出"))


def _last_written() -> int:
    """The number of the latest package that has been written out; 0 for none."""
    rows = Package.objects.filter(written_at__isnull=False)
    return int(rows.aggregate(last=Max("serial"))["last"] or 0)


def uids_in(package: Package) -> list[str]:
    """The matters of which a package tells."""
    return [item["uid"] for item in json.loads(package.content)["items"]]


def in_area(access: Access, uids: Collection[str]) -> set[str]:
    """Which of these matters lie where one may release."""
    area = Matter.visible_to(access.scope(Permission.MATTERS_RELEASE))
    return {str(uid) for uid in area.filter(uid__in=uids).values_list("uid", flat=True)}


def _refuse_beyond(package: Package, access: Access) -> None:
    """Raise Denied where a package tells of a matter that lies outside one's area."""
    uids = set(uids_in(package))
    beyond = len(uids - in_area(access, uids))
    if beyond:
        what = _("交换包里有%(n)s条不在你的范围内") % {"n": beyond}
        raise Denied(what, str(package), _("请范围包括全部内容、有审核公开权的人办理"))


def _refuse_overtaken(package: Package) -> None:
    """Raise Refusal where a newer package has gone out: the other side would refuse this one as old."""
    last = _last_written()
    if package.written_at is None and package.serial < last:
        what = _("第%(last)s个交换包已经导出，这一个过时了") % {"last": last}
        raise Refusal(what, str(package), _("不批准它，再重新列出"))


def digest_of(item: Item) -> str:
    """What an item says, seals apart: they differ each time."""
    return sm3(json.dumps({key: item[key] for key in sorted(item) if key != "sealed"}, ensure_ascii=False))


def listed(package: Package) -> Sequence[Item]:
    """What a package holds, as the reviewer reads it: everything but what is sealed."""
    items: list[Item] = json.loads(package.content)["items"]
    return [{key: value for key, value in item.items() if key != "sealed"} for item in items]


def decide(*, package: Package, access: Access, approve: bool, decision: str = "") -> None:
    """Let a package go, or not. Raises Denied for one's own, without the right, and without it over every matter in
    the package; Refusal without a reason for not letting it go, for one that is decided, and for letting one go that
    a newer one has overtaken.
    """
    access.require(Permission.MATTERS_RELEASE)
    if package.requested_by_id == access.user.pk:
        raise Denied(_("不能审批自己列出的交换包"), str(package), _("请另一名有审核公开权的人审批"))
    _refuse_beyond(package, access)
    said = clean_line(decision, _("审批意见"), MOST_DECISION)
    if not approve and not said:
        raise Refusal(_("没有填写未批准的原因"), str(package), _("写明原因"))
    with write(by=actor_of(access.user), action="zone.decide", reason=said):
        kept = Package.objects.select_for_update().get(pk=package.pk)
        if kept.status != Decision.PENDING:
            raise Refusal(_("这个交换包已经审批过"), str(package))
        if approve:
            _refuse_overtaken(kept)
        kept.status = Decision.APPROVED if approve else Decision.REFUSED
        kept.decided_by, kept.decided_at, kept.decision = access.user, timezone.now(), said
        kept.save()
    package.refresh_from_db()


def written_out(*, package: Package, access: Access) -> str:
    """The signed file of an approved package. Writing it again gives the same content.

    Raises Denied without the right over every matter in it, Refusal for one that nobody has approved, and for one
    that a newer one has overtaken.
    """
    access.require(Permission.MATTERS_RELEASE)
    _refuse_beyond(package, access)
    if package.status != Decision.APPROVED:
        raise Refusal(_("这个交换包还没有另一人批准"), str(package), _("等待审批"))
    if sm3(package.content) != package.digest:
        raise Refusal(_("交换包在批准后被改动过"), str(package), _("重新列出并审批"))
    with write(by=actor_of(access.user), action="zone.export"):
        kept = Package.objects.select_for_update().get(pk=package.pk)
        _refuse_overtaken(kept)
        first = kept.written_at is None
        if first:
            kept.written_at = timezone.now()
            kept.save()
        # what has gone out since is newer than what an old package says
        for item in json.loads(package.content)["items"] if first else ():
            crossed = Crossed.objects.filter(matter=item["uid"]).first() or Crossed(matter=item["uid"])
            crossed.digest = digest_of(item)
            crossed.save()
    package.refresh_from_db()
    return json.dumps(
        {"content": package.content, "signature": signed(package.content.encode()).hex()}, ensure_ascii=False
    )
