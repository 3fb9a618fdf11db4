"""Taking in a package of the other zone: whole or not at all, once, and never one that is older than the last."""

import base64
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from jiceng.accounts.permissions import Permission
from jiceng.accounts.scoping import Access, Denied, actor_of, covers
from jiceng.matters.actions import Acting, Report, act, raise_matter
from jiceng.matters.actions.recording import not_before
from jiceng.matters.enums import Hand, LinkKind, Phase
from jiceng.matters.flows import flow_for, types_at
from jiceng.matters.models import Event, Matter
from jiceng.organisations.models import Region
from jiceng.organisations.queries import region_by_code
from jiceng.protection.actors import Actor
from jiceng.records.attachments import PHOTO, store
from jiceng.records.chain import sm3
from jiceng.records.refusals import Refusal, Refusals
from jiceng.records.writing import write
from jiceng.residents.models import Crossed, Taken
from jiceng.residents.zones.gathering import ANSWERS, REPORTS, Item, acts_in
from jiceng.residents.zones.identities import opened, own, peer, refuse_forged
from jiceng.residents.zones.packing import FORMAT

MOST_BYTES = 500_000_000
OTHER = Actor("zone", "")
"""Who has done what came from staff: nobody whom residents are told of."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of taking a package in; `refused` says which steps the matters no longer allowed."""

    items: int
    again: bool
    refused: tuple[str, ...] = ()


def take_in(*, text: str, access: Access) -> Outcome:
    """Take a package in, as the file has it. One that was taken in before changes nothing.

    Raises Denied without the right to release over all that it tells of; Refusal for a file that is none, forged,
    meant for others, of the wrong direction, older than the last, or of packs that this deployment does not have.
    """
    access.require(Permission.MATTERS_RELEASE)
    content, written = checked(text)
    refuse_elsewhere(content, access)
    if Taken.objects.filter(package=content["package"]).exists():
        return Outcome(len(content["items"]), again=True)
    refuse_older(content)
    take: Callable[[Item, Any], list[str]] = _report if content["holds"] == REPORTS else _answer
    ready = [(item, _stored(item) if content["holds"] == REPORTS else None) for item in content["items"]]
    refused: list[str] = []
    with write(by=actor_of(access.user), action="zone.import"):
        for item, told in ready:
            refused += take(item, told)
        Taken(
            package=content["package"], serial=content["serial"], sender=content["from"], digest=sm3(written),
            items=len(content["items"]), taken_at=timezone.now(),
        ).save()  # fmt: skip
    return Outcome(len(content["items"]), again=False, refused=tuple(refused))


def refuse_older(content: Mapping[str, Any]) -> None:
    """Raise Refusal for a package that is older than the last of its sender that was taken in."""
    last = Taken.objects.filter(sender=content["from"]).aggregate(last=Max("serial"))["last"] or 0
    if content["serial"] <= last:
        said = {"serial": content["serial"], "last": last}
        raise Refusal(
            _("这个交换包（第%(serial)s个）比已导入的第%(last)s个旧") % said, remedy=_("用最新的交换包")
        )


def refuse_elsewhere(content: Mapping[str, Any], access: Access) -> None:
    """Raise Denied where a package tells of what lies outside one's area, Refusal for a region not known here."""
    area = access.scope(Permission.MATTERS_RELEASE)
    regions = [_region(code) for code in {item["region"] for item in content["items"]}]
    beyond = sorted(region.name for region in regions if not covers(area, region))
    if beyond:
        what = _("交换包里有你的范围以外的内容：%(places)s") % {"places": "、".join(beyond[:3])}
        raise Denied(what, remedy=_("请范围包括全部内容、有审核公开权的人导入"))


def checked(text: str) -> tuple[dict[str, Any], str]:
    """The content of a file that the other zone has signed for this one."""
    sender = peer()
    try:
        outer = json.loads(text)
        written, signature = outer["content"], bytes.fromhex(outer["signature"])
    except (ValueError, KeyError, TypeError, RecursionError):
        raise Refusal(_("这不是交换包"), remedy=_("用对方 jiceng zone export 写出的文件")) from None
    refuse_forged(str(written).encode(), signature, sender)
    content: dict[str, Any] = json.loads(written)
    if content["format"] != FORMAT:
        raise Refusal(_("交换包的格式版本不同"), str(content["format"]), _("两边升级到同一版本"))
    if content["from"] != sender.fingerprint or content["to"] != own().fingerprint:
        raise Refusal(_("这个交换包不是给本机的"), remedy=_("核对文件和两边的密钥"))
    wanted = {"staff": REPORTS, "resident": ANSWERS}.get(settings.ZONE)
    if content["holds"] != wanted:
        raise Refusal(_("这个交换包的方向不对"), remedy=_("居民区导出的由工作区导入，反之亦然"))
    return content, str(written)


def _at(item: Mapping[str, Any], name: str) -> datetime | None:
    return parse_datetime(item[name]) if item.get(name) else None


def _region(code: str) -> Region:
    region = region_by_code(code)
    if region is None:
        raise Refusal(_("本机没有区域 %(code)s") % {"code": code}, remedy=_("先导入同样的区划"))
    return region


# ------------------------------------------------------------------------------------ reports, taken by staff
def _reporter(item: Item) -> Acting:
    return Acting.reporter(f"zone {item['uid']}")


def _stored(item: Item) -> dict[str, Any]:
    """What was told, opened, its photos stored anew: before the write, because judging takes time."""
    told: dict[str, Any] = json.loads(opened(bytes.fromhex(item["sealed"])))
    if Matter._base_manager.filter(uid=item["uid"]).exists():
        return told
    if told["field"] and told["photos"]:
        by = _reporter(item).actor
        told["given"][told["field"]] = [
            str(store(by=by, data=base64.b64decode(photo["data"]), name=photo["name"], purpose=PHOTO).uid)
            for photo in told["photos"]
        ]
    return told


def _report(item: Item, told: dict[str, Any]) -> list[str]:
    """Raise what is not here yet, and take the reporter's steps that have not been taken; gives those refused."""
    matter = Matter._base_manager.filter(uid=item["uid"]).first()
    if matter is None:
        matter = _raised(item, told)
    crossed = Crossed.objects.filter(matter=item["uid"]).first() or Crossed(matter=item["uid"])
    refused = []
    for step in item["acts"][crossed.acts :]:
        try:
            with transaction.atomic():
                at = not_before(matter, parse_datetime(step["at"]) or timezone.now())
                act(
                    by=_reporter(item),
                    matter=matter.pk,
                    step=step["step"],
                    given=step["given"],
                    note=step["note"],
                    at=at,
                )
        except (Refusal, Refusals, Denied) as said:
            refused.append(f"{matter.number}: {said}")
    crossed.acts = len(item["acts"])
    crossed.save()
    return refused


def _raised(item: Item, told: dict[str, Any]) -> Matter:
    hangs_on = None
    if item["on"] is not None:
        other = Matter._base_manager.filter(uid=item["on"][1]).first()
        if other is None:
            raise Refusal(_("本机没有它所关联的事项"), item["number"])
        hangs_on = (LinkKind(item["on"][0]), other)
    matter = raise_matter(
        by=_reporter(item),
        type=item["type"],
        region=_region(item["region"]),
        channel=item["channel"],
        report=Report(given=told["given"], name=told["name"], phone=told["phone"], kind=item["kind"]),
        hangs_on=hangs_on,
        at=_at(item, "raised_at"),
    )
    matter.uid, matter.number = UUID(item["uid"]), item["number"]
    matter.save()
    return matter


# --------------------------------------------------------------------------------- answers, taken by residents
def _answer(item: Item, _told: None) -> list[str]:
    """Bring a matter up to what staff say of it; what its reporter has done here that staff do not know yet stays."""
    matter = Matter._base_manager.filter(uid=item["uid"]).first() or _new(item)
    if matter.pk is None or acts_in(matter) <= item["acts"]:
        _bring(matter, item)
    matter.released_at = _at(item, "released_at")
    matter.public_title, matter.public_text = item["title"], item["text"]
    matter.save()
    for line in item["lines"]:
        if line["seq"] > _last(matter):
            _tell(matter, line)
    return []


def _new(item: Item) -> Matter:
    """A matter that residents only read: its released words are all there is of it."""
    region, at = _region(item["region"]), _at(item, "raised_at") or timezone.now()
    spec = types_at(region, timezone.localdate(at)).get(item["type"])
    if spec is None:
        raise Refusal(_("本机没有这类事项"), item["type"], _("两边安装同样版本的做法包"))
    return Matter(
        uid=UUID(item["uid"]), number=item["number"], type=item["type"], flow=flow_for(item["type"], spec), version=0,
        title=item["title"], channel=item["channel"], category=item["category"], region=region, region_path=region.path,
        longitude=item["longitude"], latitude=item["latitude"], raised_at=at, raised_on=timezone.localdate(at),
        raised_by=OTHER.key, raised_by_name=OTHER.name,
    )  # fmt: skip


def _bring(matter: Matter, item: Item) -> None:
    spec = types_at(matter.region, matter.raised_on).get(item["type"])
    if spec is None or item["state"] not in spec.states:
        raise Refusal(
            _("本机的流程没有状态“%(state)s”") % {"state": item["state"]},
            item["number"],
            _("两边安装同样版本的做法包"),
        )
    matter.state, matter.phase, matter.outcome = (
        item["state"],
        spec.states[item["state"]].phase,
        item["outcome"],
    )
    done = matter.phase == Phase.DONE
    matter.closed_at = (_at(item, "closed_at") or timezone.now()) if done else None
    matter.closed_on = timezone.localdate(matter.closed_at) if matter.closed_at is not None else None


def _last(matter: Matter) -> int:
    """The number, with staff, of the last line that has been told."""
    told = Event.objects.filter(matter=matter, actor=OTHER.key)
    return max((event.values().get("zone_seq", 0) for event in told), default=0)


def _tell(matter: Matter, line: Item) -> None:
    at = not_before(matter, parse_datetime(line["at"]) or timezone.now())
    matter.version += 1
    Event(
        matter=matter, seq=matter.version, at=at, on=timezone.localdate(at), step=line["step"], hand=Hand.PERSON,
        actor=OTHER.key, actor_name=OTHER.name, before=matter.state, after=matter.state,
        data=json.dumps({**line["values"], "zone_seq": line["seq"]}, ensure_ascii=False), tells=line["tells"][:300],
    ).save()  # fmt: skip
    matter.save()
