"""Practice packs: which are in force where, and what each of them says."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from jiceng.accounts.permissions import Permission as P
from jiceng.accounts.routes import needs, takes_files
from jiceng.matters.sections import MATTERS
from jiceng.organisations.models import Region
from jiceng.packs.catalogue import current, name_of_item
from jiceng.packs.models import PackVersion
from jiceng.packs.sections import all_sections
from jiceng.records.refusals import Refusal, Refusals
from jiceng.web.matters.naming import described
from jiceng.web.matters.picture import picture_of
from jiceng.web.packs.shaping import description_of, english, name_of, section_items, vocabulary_trees
from jiceng.web.packs.uploading import MOST_BYTES, uploaded

MOST_REFUSALS = 50


@needs(P.PACKS_VIEW, P.PACKS_MANAGE)
@require_GET
def packs(request: Any) -> HttpResponse:
    """Every pack in force, with its version, who installed it, and where it holds."""
    return _listed(request, [])


def _listed(request: Any, refusals: list[Refusal]) -> HttpResponse:
    catalogue = current()
    codes = {b.region for m in catalogue.packs.values() for b in m.binds}
    names = dict(Region.objects.current().filter(code__in=codes).values_list("code", "name"))
    versions = {v.pack: v for v in PackVersion.objects.filter(active=True).order_by("pack")}
    rows = [
        {
            "manifest": manifest,
            "name": name_of(manifest),
            "version": versions.get(key),
            "places": [names.get(b.region, b.region) for b in manifest.binds],
        }
        for key, manifest in sorted(catalogue.packs.items(), key=lambda p: (not p[1].base, p[0]))
    ]
    installs = request.access.may(P.PACKS_MANAGE)
    context = {"rows": rows, "installs": installs, "refusals": refusals[:MOST_REFUSALS]}
    return render(request, "packs/list.html", context, status=422 if refusals else 200)


@needs(P.PACKS_MANAGE)
@takes_files(MOST_BYTES)
@require_POST
def install(request: Any) -> HttpResponse:
    """Check the files of a pack, and put its version in force unless only the check was asked for."""
    refusals: list[Refusal] = []
    try:
        checks = "check" in request.POST
        installed = uploaded(request.FILES.getlist("files"), request.actor, only_check=checks)
        said = _("%(pack)s 没有问题，可以安装") if checks else _("%(pack)s 已生效")
        messages.success(request, said % {"pack": installed})
        return HttpResponseRedirect(reverse("packs:list"))
    except Refusal as refusal:
        refusals = [refusal]
    except Refusals as several:
        refusals = several.refusals
    return _listed(request, refusals)


@needs(P.PACKS_VIEW, P.PACKS_MANAGE)
@require_GET
def pack(request: Any, pack: str) -> HttpResponse:
    """What a pack says, section by section, and its earlier versions."""
    catalogue = current()
    manifest = catalogue.packs.get(pack)
    if manifest is None:
        raise Http404
    sections = [
        {
            "key": section.key,
            "label": gettext(section.label),
            "description": gettext(section.description),
            "items": items,
        }
        for section in all_sections().values()
        if (items := section_items(catalogue, section.key, pack))
    ]
    context = {
        "manifest": manifest,
        "name": name_of(manifest),
        "description": description_of(manifest),
        "counted": "used" in request.GET,
        "versions": PackVersion.objects.filter(pack=pack).order_by("-id"),
        "sections": sections,
        "vocabularies": vocabulary_trees(catalogue, pack, counts="used" in request.GET),
    }
    return render(request, "packs/pack.html", context)


@needs(P.PACKS_VIEW, P.PACKS_MANAGE)
@require_GET
def flow(request: Any, pack: str, key: str) -> HttpResponse:
    """A matter type of a pack as a picture."""
    catalogue = current()
    manifest, spec = catalogue.packs.get(pack), catalogue.section(MATTERS.key).get(f"{pack}:{key}")
    if manifest is None or spec is None:
        raise Http404(key)
    context = {
        "name": name_of_item(spec, english=english()),
        "description": described(spec),
        "picture": picture_of(spec),
        "back": reverse("packs:pack", args=[pack]),
        "back_name": name_of(manifest),
    }
    return render(request, "matters/flow.html", context)
