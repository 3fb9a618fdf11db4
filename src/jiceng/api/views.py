"""The methods of GeoReport v2. What was not released is not there, but for the program that has sent it."""

from collections.abc import Callable
from functools import reduce, wraps
from operator import or_
from typing import Any

from django.conf import settings
from django.db.models import Q
from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_http_methods

from jiceng.accounts.routes import open_to_all
from jiceng.api.answering import ApiError, answer, refused
from jiceng.api.asking import jurisdiction, listed, new_key, period, place_of, told
from jiceng.api.services import Service, defined, keys_of, services_at
from jiceng.api.services import listed as service_listed
from jiceng.api.shaping import sent_by, shaped, shaped_own
from jiceng.matters.models import Matter
from jiceng.organisations.models import Region
from jiceng.protection.scopes import within
from jiceng.records.refusals import Refusal, Refusals
from jiceng.residents.following import reported_by
from jiceng.residents.keys import key_of
from jiceng.residents.models import ApiKey
from jiceng.residents.places import now_at
from jiceng.residents.redirecting import desks
from jiceng.residents.reporting import code_for, report, written
from jiceng.residents.showing import released
from jiceng.residents.throttling import (
    API_REPORTS,
    LOOKS_ADDRESS,
    WRONG_CODES_ADDRESS,
    Throttled,
    network_of,
    refuse_spent,
    spend,
)

MOST = 1_000
"""So many requests one answer lists, as the specification says."""

CHANGED = "2026-11-30T00:00:00+08:00"
View = Callable[..., HttpResponse]


def method(view: View) -> View:
    """A method of the interface: open to all, errors in the form asked for, a budget for each address."""

    @wraps(view)
    def asked(visit: Any, form: str, **named: str) -> HttpResponse:
        try:
            spend(LOOKS_ADDRESS, network_of(visit.META))
            return view(visit, form, **named)
        except ApiError as error:
            return refused(form, error)
        except Throttled as throttled:
            response = refused(form, ApiError(429, str(throttled)))
            response.headers["Retry-After"] = str(int(throttled.wait.total_seconds()) + 1)
            return response
        except Refusals as several:
            return refused(form, ApiError(400, *(str(each) for each in several.refusals)))
        except Refusal as refusal:
            return refused(form, ApiError(400, str(refusal)))

    return asked


# ------------------------------------------------------------------------------------------------ services
@open_to_all
@require_GET
@method
def discovery(visit: Any, form: str) -> HttpResponse:
    """Where the interface is, and in which forms it answers."""
    here = visit.build_absolute_uri(reverse("open311:services", args=["json"])).rpartition("/")[0]
    endpoint = {
        "specification": "http://wiki.open311.org/GeoReport_v2",
        "url": here,
        "changeset": CHANGED,
        "type": "test" if settings.DEMO else "production",
        "formats": ["text/xml", "application/json"],
    }
    said = "; ".join(f"{desk.label} {desk.telephone}" for desk in desks(None))
    content = {"changeset": CHANGED, "contact": said, "key_service": said, "endpoints": [endpoint]}
    return answer(form, "discovery", content)


@open_to_all
@require_GET
@method
def services(visit: Any, form: str) -> HttpResponse:
    """What can be reported in a jurisdiction."""
    region = jurisdiction(visit.GET)
    found = services_at(region, _day(region), english=_english())
    return answer(form, "services", [service_listed(service) for service in found.values()])


@open_to_all
@require_GET
@method
def definition(visit: Any, form: str, code: str) -> HttpResponse:
    """What a service asks besides."""
    region = jurisdiction(visit.GET)
    service = _service(region, code)
    return answer(form, "service_definition", defined(service, region, _day(region), english=_english()))


def _service(region: Region, code: str) -> Service:
    if not code:
        raise ApiError(400, "service_code was not provided")
    found = services_at(region, _day(region), english=_english()).get(code)
    if found is None:
        raise ApiError(404, "service_code provided was not found")
    return found


# ------------------------------------------------------------------------------------------------ requests
@open_to_all
@csrf_exempt
@require_http_methods(["GET", "POST"])
@method
def requests(visit: Any, form: str) -> HttpResponse:
    """Report something, or list what was made public."""
    return _posted(visit, form) if visit.method == "POST" else _listed(visit, form)


def _posted(visit: Any, form: str) -> HttpResponse:
    key = key_of(visit.POST.get("api_key", ""))
    if key is None:
        raise ApiError(403, "Missing or Invalid API Key")
    spend(API_REPORTS, str(key.pk))
    region = jurisdiction(visit.POST)
    service = _service(region, visit.POST.get("service_code", ""))
    if not visit.POST.get("description", "").strip():
        raise ApiError(400, "description was not provided")
    place, position = place_of(visit.POST, region)
    own = new_key()
    matter = report(
        offer=service.offer, region=place, told=told(service, visit.POST), key=own, reporter=sent_by(key),
        position=position,
    )  # fmt: skip
    made = {
        "service_request_id": matter.number,
        "service_notice": written(code_for(own)),
        "account_id": "",
    }
    return answer(form, "service_requests", [made], 201)


def _listed(visit: Any, form: str) -> HttpResponse:
    asked = visit.GET
    region = jurisdiction(asked)
    rows = released(region)
    if numbers := listed(asked, "service_request_id"):
        return answer(
            form, "service_requests", shaped(list(rows.filter(number__in=numbers)), english=_english())
        )
    start, end = period(asked, now_at(region))
    rows = rows.filter(raised_at__gte=start, raised_at__lte=end)
    status = set(listed(asked, "status"))
    if status - {"open", "closed"}:
        raise ApiError(400, "status is open, closed, or both")
    if len(status) == 1:
        rows = rows.filter(phase="done") if status == {"closed"} else rows.exclude(phase="done")
    if codes := listed(asked, "service_code"):
        rows = rows.filter(
            reduce(or_, (Q(type=kind, category=category) for kind, category in map(keys_of, codes)))
        )
    found = list(rows.order_by("-raised_at", "-pk")[:MOST])
    return answer(form, "service_requests", shaped(found, english=_english()))


@open_to_all
@require_GET
@method
def request(visit: Any, form: str, number: str) -> HttpResponse:
    """One request: released, or sent by the program whose key comes along."""
    region = jurisdiction(visit.GET)
    found = released(region).filter(number=number).first()
    if found is not None:
        return answer(form, "service_requests", shaped([found], english=_english()))
    key = key_of(visit.GET.get("api_key", ""))
    own = _own(key, number, region) if key is not None else None
    if own is None:
        raise ApiError(404, "service_request_id provided was not found")
    return answer(form, "service_requests", [shaped_own(own, english=_english())])


def _own(key: ApiKey, number: str, region: Region) -> Matter | None:
    rows = Matter._base_manager.filter(within("region_path", region.path), number=number)
    found: Matter | None = (
        rows.filter(raised_by=f"reporter:{sent_by(key)}").select_related("flow", "region").first()
    )
    return found


@open_to_all
@require_GET
@method
def token(visit: Any, form: str, token: str) -> HttpResponse:
    """The request that belongs to a token, which is the code that its reporter was given. Wrong ones cost."""
    refuse_spent(WRONG_CODES_ADDRESS, network_of(visit.META))
    reporter = reported_by(token)
    if reporter is None:
        spend(WRONG_CODES_ADDRESS, network_of(visit.META))
        raise ApiError(404, "token was not found")
    said = {"service_request_id": reporter.matter.number, "token": token}
    return answer(form, "service_requests", [said])


def _day(region: Region) -> Any:
    return timezone.localdate(now_at(region))


def _english() -> bool:
    return (get_language() or "").startswith("en")
