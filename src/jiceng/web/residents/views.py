"""Where everybody begins, the language, the size of letters, and what goes elsewhere."""

from typing import Any

from django.conf import settings
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import check_for_language
from django.views.decorators.http import require_GET, require_POST

from jiceng.accounts.routes import open_to_all
from jiceng.residents.redirecting import channels as all_channels
from jiceng.web.residents.visiting import LARGE, chosen, english, keep, page


@require_GET
def to_begin(request: Any) -> HttpResponse:
    """The first address of a server that has residents' pages only."""
    return HttpResponseRedirect(reverse("residents:begin"))


@open_to_all
@require_GET
def begin(request: Any) -> HttpResponse:
    """What one can do here."""
    return page(request, "residents/begin.html", {"place": chosen(request)})


@open_to_all
@require_GET
def channels(request: Any) -> HttpResponse:
    """What is not taken here, and where it goes."""
    found = all_channels(chosen(request), timezone.localdate(), english=english())
    return page(request, "residents/channels.html", {"channels": found})


@open_to_all
@require_POST
def language(request: Any) -> HttpResponse:
    """Another language for this browser."""
    wanted, response = request.POST.get("language", ""), _back(request)
    if check_for_language(wanted) and wanted in dict(settings.LANGUAGES):
        keep(response, settings.LANGUAGE_COOKIE_NAME, wanted)
    return response


@open_to_all
@require_POST
def size(request: Any) -> HttpResponse:
    """Large letters, or ordinary ones again."""
    response = _back(request)
    keep(response, LARGE, "0" if request.COOKIES.get(LARGE) == "1" else "1")
    return response


def _back(request: Any) -> HttpResponse:
    """Back to the page that was open; a form that was sent from there is opened anew."""
    back = request.POST.get("next", "")
    if not back.startswith(reverse("residents:begin")) or not url_has_allowed_host_and_scheme(back, None):
        back = reverse("residents:begin")
    return HttpResponseRedirect(back)
