"""Raising a matter: which type, then its form, with near and alike open ones beside it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.db.models import Q
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from jiceng.accounts.permissions import Permission as P
from jiceng.accounts.routes import needs, takes_files
from jiceng.accounts.scoping import Access, Denied
from jiceng.matters.actions import Acting, Report, join, raise_matter
from jiceng.matters.actions.reporters import new_code
from jiceng.matters.enums import LinkKind, Phase
from jiceng.matters.flows import in_vocabulary, types_at
from jiceng.matters.models import Matter
from jiceng.matters.queries.alike import Told, alike
from jiceng.matters.rights import office_at
from jiceng.matters.sections import MatterSpec
from jiceng.organisations.models import Region
from jiceng.organisations.terms import vocabulary
from jiceng.protection.scopes import within
from jiceng.records.refusals import Refusal, Refusals
from jiceng.web.matters.cards.locating import outline_of
from jiceng.web.matters.finding import matter_of
from jiceng.web.matters.forms.drafts import drafted, sent
from jiceng.web.matters.forms.inputs import Input, inputs_of, key_of_form
from jiceng.web.matters.forms.reading import given_by, wrong_in
from jiceng.web.matters.forms.sheets import Sheet
from jiceng.web.matters.forms.steps import MOST_BYTES, key_in
from jiceng.web.matters.moments import now_for
from jiceng.web.matters.naming import address_of, described, place_name, said, specs_of, state_name
from jiceng.web.shell.territory import allowed, root_paths, standing

CHANNEL = "matters_channel"
"""Session key: the source that the visitor gave last, who mostly takes them from one."""


PLACE = "region"
"""Where a refusal stands that is about the place, which is no field of the type."""


@dataclass(frozen=True, slots=True)
class Card:
    """A type that may be raised here."""

    name: str
    description: str
    url: str


@dataclass(frozen=True, slots=True)
class Raising:
    """What is about to be raised, where, and on which other matter it hangs."""

    key: str
    spec: MatterSpec
    region: Region
    sheet: Sheet
    on: Matter | None
    at: datetime
    unplaced: Refusal | None = None  # why the place that the form names is none

    @property
    def draft(self) -> str:
        """The name under which the form keeps itself."""
        return f"new:{self.key}:{self.on.pk if self.on else ''}"

    @property
    def hangs_on(self) -> tuple[LinkKind, Matter] | None:
        """How it hangs on the other, where there is one."""
        return (self.spec.hangs, self.on) if self.on is not None else None


@needs(P.MATTERS_ACT)
@require_GET
def choose(request: Any) -> HttpResponse:
    """The types that the visitor may raise where she stands, by cards."""
    region = region_for(request, request.GET.get("region", ""))
    cards = cards_at(request.access, region, now_for(request)) if region is not None else []
    return render(request, "matters/choose.html", {"cards": cards, "region": region})


def cards_at(access: Access, region: Region, at: datetime, on: Matter | None = None) -> Sequence[Card]:
    """The types that `access` may raise at `region`; with `on` those about another matter, about that one."""
    found = []
    for key, spec in types_at(region, timezone.localdate(at)).items():
        if (spec.subject == "matter") != (on is not None) or office_at(
            access, spec.raised_by, region
        ) is None:
            continue
        asked = {"on": on.number} if on is not None else {"region": region.pk}
        url = f"{reverse('matters:raise', args=[key])}?{urlencode(asked)}"
        found.append(Card(said(spec), described(spec), url))
    return found


def region_for(request: Any, asked: str) -> Region | None:
    """The region with the key asked for, where the visitor may look; else where she looks now, or the first of her
    own.
    """
    living = Region.objects.filter(valid_to__isnull=True).select_related("parent")
    found = living.filter(pk=int(asked)).first() if asked.isdigit() else None
    if found is not None and allowed(request.access, found):
        return found
    return standing(request) or living.filter(path__in=root_paths(request.access)).order_by("path").first()


@needs(P.MATTERS_ACT)
@takes_files(MOST_BYTES)
@require_http_methods(["GET", "POST"])
def new(request: Any, type_key: str) -> HttpResponse:
    """A matter of a type: its form, or what sending it leads to; a refused one comes back as it was typed."""
    begun = _begun(request, type_key)
    refusals: list[Refusal] = []
    if request.method == "POST" and "refresh" not in request.POST:
        try:
            return _raised(request, begun)
        except Denied:
            raise
        except Refusal as refusal:
            refusals = [refusal]
        except Refusals as several:
            refusals = several.refusals
    return _form(request, begun, refusals)


def _begun(request: Any, type_key: str) -> Raising:
    """What the address and the form name. Raises Refusal for a type that does not hold there, Denied for who may not
    raise it there.
    """
    asked = request.POST if request.method == "POST" else request.GET
    on = matter_of(request, asked["on"]) if asked.get("on") else None
    region, unplaced = (on.region, None) if on is not None else _placed(request, asked)
    at = now_for(request, on)
    spec = types_at(region, timezone.localdate(at)).get(type_key) if region is not None else None
    if spec is None or region is None:
        raise Refusal(_("这里没有这类事项"), region.name if region else "", _("另选事项类型或区域"))
    sheet = Sheet(spec, region, timezone.localdate(at), spec.form, spec.optional)
    return Raising(type_key, spec, region, sheet, on, at, unplaced)


def _placed(request: Any, asked: Any) -> tuple[Region | None, Refusal | None]:
    """The region that the form names, by its key or by its name alone; what is wrong with it, where nothing bears
    that name or several do. Then it is still about where the form was.
    """
    found, typed = region_for(request, asked.get("region", "")), asked.get("region.typed", "").strip()
    stays = found is not None and asked.get("region") and typed in (found.name, place_name(found))
    if not typed or stays:
        return found, None
    below = Q(pk__in=[])
    for path in root_paths(request.access):
        below |= within("path", path)
    named = list(Region.objects.filter(below, name=typed, valid_to__isnull=True).select_related("parent")[:2])
    if len(named) == 1:
        return named[0], None
    what = _("有几个“%(name)s”") if named else _("没有“%(name)s”")
    return found, Refusal(what % {"name": typed[:40]}, PLACE, _("从输入时出现的名单里点选"))


def _raised(request: Any, begun: Raising) -> HttpResponse:
    """Raise it. Raises Denied, Refusal or Refusals."""
    if begun.unplaced is not None:
        raise begun.unplaced
    post = request.POST
    told = bool(post.get("reporter") or post.get("phone"))
    code = new_code() if told and begun.spec.public else ""
    given = given_by(request, begun.sheet)
    matter = raise_matter(
        by=Acting.person(request.access),
        type=begun.key,
        region=begun.region,
        channel=post.get("channel", ""),
        report=Report(
            given=given,
            name=post.get("reporter", ""),
            phone=post.get("phone", ""),
            kind=post.get("kind", ""),
            code=code,
        ),
        hangs_on=begun.hangs_on,
        at=begun.at,
        key=key_in(request),
    )
    sent(request, begun.draft)
    request.session[CHANNEL] = post.get("channel", "")
    said_of = _("已提出，编号 %(number)s") % {"number": matter.number}
    if code:
        said_of += _("；反映人凭查询码 %(code)s 可以查办理情况") % {"code": f"{code[:5]}-{code[5:]}"}
    messages.success(request, said_of)
    shown = _joined(request, matter)
    if "again" in post:
        return HttpResponseRedirect(f"{request.path}?{urlencode({'region': begun.region.pk})}")
    return HttpResponseRedirect(address_of(shown))


def _joined(request: Any, matter: Matter) -> Matter:
    """The matter that is shown: the open one that the new one was joined into, where the visitor said that they are
    the same.
    """
    into = request.POST.get("into", "")
    other = Matter.objects.filter(pk=int(into)).first() if into.isdigit() else None
    if other is None or matter.phase == Phase.DONE:
        return matter
    at = max(now_for(request, matter), now_for(request, other))
    try:
        join(access=request.access, matter=matter, into=other, reason=_("提出时认出是同一件事"), at=at)
    except Refusal as refusal:  # it was closed meanwhile: the new one stands for itself
        messages.warning(request, str(refusal))
        return matter
    messages.success(request, _("已并入 %(number)s") % {"number": other.number})
    return other


@needs(P.MATTERS_ACT)
@require_POST
def likes(request: Any, type_key: str) -> HttpResponse:
    """The open matters near to and alike what stands in the form so far."""
    begun, post = _begun(request, type_key), request.POST
    columns = {field.column: key for key, field in begun.spec.fields.items() if field.column}
    texts = [post.get(columns[column], "") for column in ("title", "text") if column in columns]
    told = Told(
        begun.key, begun.region, " ".join(texts)[:2_000],
        category=post.get(columns.get("category", ""), ""), point=_point(post.get(columns.get("point", ""), "")),
    )  # fmt: skip
    found = (
        alike(told, begun.spec, begun.sheet.day, request.access.scope()) if told.text or told.point else ()
    )
    specs = specs_of(each.matter.flow_id for each in found)
    rows = [
        (
            each.matter,
            address_of(each.matter),
            state_name(specs[each.matter.flow_id], each.matter.state),
            each.reasons,
        )
        for each in found
    ]
    if not rows:
        return HttpResponse("")
    chosen = post.get("into", "")
    return render(
        request, "matters/alike.html", {"rows": rows, "chosen": int(chosen) if chosen.isdigit() else 0}
    )


def _point(text: str) -> tuple[float, float] | None:
    """What may be longitude and latitude; whether it is any is said when the form is sent."""
    try:
        longitude, latitude = (float(part) for part in text.split(","))
    except ValueError:
        return None
    return (longitude, latitude) if abs(longitude) <= 180 and abs(latitude) <= 90 else None


def _form(request: Any, begun: Raising, refusals: list[Refusal]) -> HttpResponse:
    asked = request.POST if request.method == "POST" else drafted(request, begun.draft)
    wrong = wrong_in(refusals)
    beside = {PLACE, *(begun.spec.fields[key].label for key in begun.sheet.keys)}
    typed = asked.get("region.typed", "") if begun.unplaced is not None and asked is not None else ""
    channel = (asked.get("channel") if asked is not None else "") or request.session.get(CHANNEL, "")
    kind = asked.get("kind", "") if asked is not None else ""
    inputs = inputs_of(begun.sheet, request, asked, wrong)
    context = {
        "type": said(begun.spec),
        "description": described(begun.spec),
        "type_key": begun.key,
        "on": begun.on,
        "on_address": address_of(begun.on) if begun.on is not None else "",
        "region": begun.region,
        "place": Input(
            "region", "region", _("所在区域"), must=True, value=str(begun.region.pk),
            typed=typed or place_name(begun.region), picks=True,
            leads=True, wrong=wrong.get(PLACE, ""),
        ),
        "inputs": inputs,
        "outline": outline_of(begun.region) if any(each.kind == "point" for each in inputs) else None,
        "channels": _channels(begun, channel),
        "kinds": [(key, label, key == kind) for key, label in _terms(begun, "reporter_kinds")],
        "reporter": asked.get("reporter", "") if asked is not None else "",
        "phone": asked.get("phone", "") if asked is not None else "",
        "told_by": begun.on is None,
        "alike": begun.on is None and begun.spec.alike_days > 0,
        "draft": begun.draft,
        "restored": request.method == "GET" and asked is not None,
        "key": request.POST.get("key") or key_of_form(),
        "refusals": [refusal for refusal in refusals if refusal.where not in beside],
        "faulty": bool(refusals),
    }  # fmt: skip
    return render(request, "matters/raise.html", context, status=422 if refusals else 200)


def _channels(begun: Raising, chosen: str) -> list[tuple[str, str, bool]]:
    """The sources that the type knows, the one given last chosen; where there is one only, that."""
    offered = _terms(begun, "matter_channels")
    if begun.spec.channels:
        terms = vocabulary("matter_channels")
        below = {key for top in begun.spec.channels for key in terms.below(top)}
        offered = [(key, label) for key, label in offered if key in below]
    return [(key, label, key == chosen or len(offered) == 1) for key, label in offered]


def _terms(begun: Raising, name: str) -> Sequence[tuple[str, str]]:
    return in_vocabulary(name, begun.region, begun.sheet.day)
