"""A request as GeoReport v2 tells it: of a released matter what all may read, of one's own how far it has come."""

from collections.abc import Sequence
from typing import Any

from jiceng.api.answering import moment
from jiceng.api.services import code_of
from jiceng.matters.enums import Phase
from jiceng.matters.models import Matter
from jiceng.residents.following import story_of
from jiceng.residents.models import ApiKey
from jiceng.residents.showing import Shown, shown


def sent_by(key: ApiKey) -> str:
    """The name under which matters keep that this program has sent them."""
    return f"api {key.pk}"


def shaped(matters: Sequence[Matter], *, english: bool = False) -> list[dict[str, Any]]:
    """Released matters."""
    return [_shaped(each) for each in shown(matters, english=english)]


def _shaped(each: Shown) -> dict[str, Any]:
    return {
        "service_request_id": each.number,
        "status": _status(each.phase),
        "status_notes": each.state,
        "service_name": each.category or each.kind,
        "service_code": code_of(each.type, each.category_key),
        "description": "\n".join(part for part in (each.title, each.text) if part),
        "agency_responsible": "",
        "service_notice": "",
        "requested_datetime": moment(each.raised_at),
        "updated_datetime": moment(max(each.released_at, each.closed_at or each.released_at)),
        "expected_datetime": moment(each.expected_at),
        "address": each.place,
        "address_id": each.place_code,
        "zipcode": "",
        "lat": each.latitude,
        "long": each.longitude,
        "media_url": "",
    }


def shaped_own(matter: Matter, *, english: bool = False) -> dict[str, Any]:
    """A matter that was not released, for the program that has sent it: no word of what was told comes back."""
    story = story_of(matter, english=english)
    updated = max([matter.raised_at, *(line.at for line in story.lines)])
    return {
        "service_request_id": matter.number,
        "status": _status(matter.phase),
        "status_notes": story.state,
        "service_name": story.kind,
        "service_code": code_of(matter.type, matter.category),
        "description": "",
        "agency_responsible": "",
        "service_notice": "",
        "requested_datetime": moment(matter.raised_at),
        "updated_datetime": moment(updated),
        "expected_datetime": moment(story.expected_at),
        "address": matter.region.name,
        "address_id": matter.region.code,
        "zipcode": "",
        "lat": None,
        "long": None,
        "media_url": "",
    }


def _status(phase: str) -> str:
    return "closed" if phase == Phase.DONE else "open"
