"""What a program asks for: where, which services, and what it reports."""

import re
import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from jiceng.api.answering import ApiError
from jiceng.api.services import Service
from jiceng.organisations.models import Region
from jiceng.residents.places import region_called, roots
from jiceng.residents.reporting import Told

LONGEST = timedelta(days=90)
ATTRIBUTE = re.compile(r"attribute\[(\w+)\](\[\])?")


def jurisdiction(asked: Mapping[str, Any]) -> Region:
    """The region whose code is given as jurisdiction; the only one, where there is just one and none is given.

    Raises ApiError: 400 for none given where there are several, 404 for one that is not here.
    """
    code = str(asked.get("jurisdiction_id") or "")
    if not code:
        tops = roots()
        if len(tops) != 1:
            raise ApiError(400, "jurisdiction_id was not provided")
        return tops[0]
    region = region_called(code)
    if region is None:
        raise ApiError(404, "jurisdiction_id provided was not found")
    return region


def period(asked: Mapping[str, Any], now: datetime) -> tuple[datetime, datetime]:
    """From when until when, both given or reckoned from the other; the last 90 days where neither is. Raises ApiError
    for what is no moment and for more than 90 days.
    """
    start, end = _moment(asked, "start_date"), _moment(asked, "end_date")
    if end is None:
        end = start + LONGEST if start is not None else now
    if start is None:
        start = end - LONGEST
    if not timedelta(0) <= end - start <= LONGEST:
        raise ApiError(400, "start_date and end_date may not span more than 90 days")
    return start, end


def _moment(asked: Mapping[str, Any], name: str) -> datetime | None:
    given = str(asked.get(name) or "")
    try:
        # a plus in an address that was not encoded arrives as a space
        found = parse_datetime(given.strip().replace(" ", "+")) if given else None
    except ValueError:
        found = None
    if given and found is None:
        raise ApiError(400, f"{name} is not a date in ISO 8601")
    return timezone.make_aware(found) if found is not None and timezone.is_naive(found) else found


def listed(asked: Mapping[str, Any], name: str) -> list[str]:
    """The items of a comma-delimited parameter; empty for none."""
    return [each.strip() for each in str(asked.get(name) or "").split(",") if each.strip()][:1_000]


def told(service: Service, post: Any) -> Told:
    """What is reported, in the type's own fields. Raises ApiError for attributes that are not asked."""
    offer = service.offer
    given: dict[str, Any] = {offer.problem: _text(post)}
    if service.category:
        given[offer.category] = service.category
    for name in post:
        found = ATTRIBUTE.fullmatch(name)
        if found is None:
            continue
        if found[1] not in offer.asked:
            raise ApiError(400, f"attribute {found[1][:40]} is not one of this service")
        values = post.getlist(name)
        given[found[1]] = values if offer.spec.fields[found[1]].kind == "terms" else values[0]
    address = post.get("address_string", "").strip()
    line = next(
        (key for key in offer.asked if offer.spec.fields[key].kind == "text" and key not in given), ""
    )
    if address and line:
        given[line] = address
    elif address:
        given[offer.problem] = f"{given[offer.problem]}\n{_('地点')}：{address}"
    names = [post.get("last_name", "").strip(), post.get("first_name", "").strip()]
    together = "" if all(not name.isascii() for name in names) else " "
    return Told(given, (), together.join(name for name in names if name), post.get("phone", ""))


def _text(post: Any) -> str:
    """What it is about. A picture elsewhere is named, never fetched: that would let strangers send us anywhere."""
    text, media = post.get("description", "").strip(), post.get("media_url", "").strip()[:500]
    if media and not media.startswith(("http://", "https://")):
        raise ApiError(400, "media_url is not an address")
    return f"{text}\n{_('图片')}：{media}" if media else text


def place_of(post: Any, region: Region) -> tuple[Region, tuple[float, float] | None]:
    """The region that it is about (an `address_id` is the code of one below the jurisdiction), and the position.

    Raises ApiError where neither address nor position is given, and for a position that is none.
    """
    code, address = post.get("address_id", "").strip(), post.get("address_string", "").strip()
    position = None
    if post.get("lat") or post.get("long"):
        try:
            position = (float(post.get("long", "")), float(post.get("lat", "")))
        except ValueError:
            raise ApiError(400, "lat and long are not numbers") from None
    if position is None and not code and not address:
        raise ApiError(400, "lat and long, address_string or address_id was not provided")
    if not code:
        return region, position
    found = region_called(code)
    if found is None or not found.path.startswith(region.path):
        raise ApiError(404, "address_id provided was not found")
    return found, position


def new_key() -> str:
    """A key for a report that brings none of its own."""
    return secrets.token_hex(16)
