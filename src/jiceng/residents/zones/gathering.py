"""What goes to the other zone. From residents to staff: what they have told, sealed for the receiver, and the steps
they have taken. From staff to residents: what was released, and how far the residents' own matters have come; no
name of anybody, no member, no unit but where the flow's own words name one.
"""

import base64
import json
from collections.abc import Iterator
from typing import Any

from django.db.models import Q

from jiceng.matters.actions.raising import RAISE
from jiceng.matters.actions.reporters import clear_reporter
from jiceng.matters.enums import Hand
from jiceng.matters.flows import spec_of
from jiceng.matters.models import Event, Matter, MatterLink, Reporter
from jiceng.matters.telling import named_in, words_told
from jiceng.matters.values import FILES
from jiceng.protection.scopes import Scope
from jiceng.records.attachments import attachments_of, content_of
from jiceng.residents.models import Crossed
from jiceng.residents.showing import shown
from jiceng.residents.zones.identities import Identity, sealed_for

REPORTS, ANSWERS = "reports", "answers"
FROM_THERE = "reporter:zone"
"""Beginning of the name under which staff's matters keep that they came from the other zone."""

Item = dict[str, Any]


def reports(receiver: Identity, area: Scope) -> Iterator[Item]:
    """Everything that residents have told here about `area`, sealed for the receiver."""
    inside = Matter.visible_to(area).values("pk")
    rows = Reporter._base_manager.filter(actor__startswith="reporter:", matter__in=inside)
    for reporter in rows.select_related("matter__region", "matter__flow").order_by("pk"):
        matter = reporter.matter
        hung = MatterLink.objects.filter(matter=matter).select_related("other").first()
        yield {
            "uid": str(matter.uid),
            "number": matter.number,
            "type": matter.type,
            "region": matter.region.code,
            "channel": matter.channel,
            "kind": reporter.kind,
            "raised_at": matter.raised_at.isoformat(),
            "on": [str(hung.kind), str(hung.other.uid)] if hung is not None else None,
            "acts": [_act(event) for event in _acts(matter)],
            "sealed": sealed_for(receiver, _told(matter, reporter)).hex(),
        }


def _told(matter: Matter, reporter: Reporter) -> bytes:
    spec, raised = spec_of(matter.flow), Event.objects.get(matter=matter, step=RAISE)
    files = [key for key in raised.values() if spec.fields[key].kind in FILES]
    photos = [
        {"name": each.name, "data": base64.b64encode(content_of(each)).decode()}
        for each in attachments_of([matter])[matter.pk]
    ]
    name, phone = clear_reporter(reporter)
    given = {key: value for key, value in raised.values().items() if key not in files}
    told = {
        "given": given,
        "field": files[0] if files else "",
        "photos": photos,
        "name": name,
        "phone": phone,
    }
    return json.dumps(told, ensure_ascii=False).encode()


def _acts(matter: Matter) -> Any:
    return Event.objects.filter(matter=matter, hand=Hand.REPORTER).exclude(step=RAISE).order_by("seq")


def acts_in(matter: Matter) -> int:
    """How many steps its reporter has taken."""
    return int(_acts(matter).count())


def _act(event: Event) -> Item:
    return {"step": event.step, "given": event.values(), "note": event.note, "at": event.at.isoformat()}


def answers(area: Scope) -> Iterator[Item]:
    """What was released in `area`, and the residents' own matters there with what they are to be told."""
    theirs = Reporter._base_manager.filter(actor__startswith=FROM_THERE).values("matter")
    rows = Matter.visible_to(area).filter(Q(released_at__isnull=False) | Q(pk__in=theirs))
    taken = dict(Crossed.objects.values_list("matter", "acts"))
    for matter in rows.select_related("region", "flow").order_by("pk"):
        public = next(iter(shown([matter])), None)
        own = taken.get(matter.uid)
        yield {
            "uid": str(matter.uid),
            "number": matter.number,
            "type": matter.type,
            # the residents' own place they know; of what is only read the coarsened one goes
            "region": public.place_code if public is not None and own is None else matter.region.code,
            "channel": matter.channel,
            "category": matter.category,
            "state": matter.state,
            "outcome": matter.outcome,
            "raised_at": matter.raised_at.isoformat(),
            "closed_at": matter.closed_at.isoformat() if matter.closed_at is not None else None,
            "released_at": matter.released_at.isoformat() if matter.released_at is not None else None,
            "title": public.title if public is not None else "",
            "text": public.text if public is not None else "",
            "longitude": public.longitude if public is not None else None,
            "latitude": public.latitude if public is not None else None,
            "acts": own or 0,
            "lines": list(_lines(matter)) if own is not None else [],
        }


def _lines(matter: Matter) -> Iterator[Item]:
    """What the reporter is told, with those values alone that the sentences name."""
    spec = spec_of(matter.flow)
    for event in Event.objects.filter(matter=matter).exclude(hand=Hand.REPORTER).order_by("seq"):
        step = spec.steps.get(event.step)
        text = words_told(spec, event.step, event.values())
        if step is None or not text:
            continue
        named = {*named_in(step.tells), *named_in(step.tells_en)}
        values = {key: value for key, value in event.values().items() if key in named}
        yield {
            "seq": event.seq,
            "step": event.step,
            "at": event.at.isoformat(),
            "values": values,
            "tells": text,
        }
