"""What comes in from the zone of residents: a file is handed over, looked at, then taken in whole, or thrown away."""

import re
import time
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from jiceng.accounts.permissions import Permission as P
from jiceng.accounts.routes import needs, takes_files
from jiceng.accounts.scoping import Denied
from jiceng.records.chain import sm3
from jiceng.records.refusals import Refusal
from jiceng.residents.zones.looking import look_into
from jiceng.residents.zones.taking import MOST_BYTES, take_in
from jiceng.web.zones.going import board_page
from jiceng.web.zones.shaping import records

KEY = re.compile(r"[0-9a-f]{64}")
KEPT_SECONDS = 24 * 3600
"""So long a file that was handed over waits to be taken in."""


@needs(P.MATTERS_RELEASE)
@takes_files(MOST_BYTES)
@require_POST
def upload(request: Any) -> HttpResponse:
    """Take the file over to look into it; nothing of it is taken in yet."""
    try:
        text = _text_of(request.FILES.get("file"))
        look_into(text=text, access=request.access)
    except Denied:
        raise
    except Refusal as refusal:
        return board_page(request, [refusal])
    key = sm3(f"{request.access.user.pk}\x1f{text}")
    _clear_old()
    _path(key).write_text(text, encoding="utf-8")
    return HttpResponseRedirect(reverse("zones:preview", args=[key]))


def _text_of(file: Any) -> str:
    if file is None:
        raise Refusal(_("没有选文件"), remedy=_("选对方导出的交换包（.json）"))
    try:
        text: str = file.read().decode("utf-8")
    except UnicodeDecodeError:
        raise Refusal(_("这不是交换包，或传输中损坏了"), file.name, _("请对方重新拷一份")) from None
    return text


@needs(P.MATTERS_RELEASE)
@require_GET
def preview(request: Any, key: str) -> HttpResponse:
    """What the file would bring, record by record; what is sealed stays sealed."""
    found = look_into(text=_kept(request, key), access=request.access)
    context = {
        "found": found,
        "records": records(found.items, {}, found.known),
        "new": len(found.items) - len(found.known),
        "key": key,
    }
    return render(request, "zones/preview.html", context)


@needs(P.MATTERS_RELEASE)
@require_POST
def take(request: Any, key: str) -> HttpResponse:
    """Take the file in, whole or not at all."""
    text = _kept(request, key)
    try:
        outcome = take_in(text=text, access=request.access)
    except Denied:
        raise
    except Refusal as refusal:
        return board_page(request, [refusal])
    _path(key).unlink(missing_ok=True)
    if outcome.again:
        messages.warning(request, _("这个交换包以前导入过，没有变化"))
    else:
        messages.success(request, _("已导入 %(n)s 条") % {"n": outcome.items})
    for said in outcome.refused:
        messages.warning(request, _("有一步现在不能办：%(what)s") % {"what": said})
    return HttpResponseRedirect(reverse("zones:board"))


@needs(P.MATTERS_RELEASE)
@require_POST
def discard(request: Any, key: str) -> HttpResponse:
    """Throw the file away that was handed over."""
    _kept(request, key)
    _path(key).unlink(missing_ok=True)
    messages.success(request, _("没有导入，文件已丢弃"))
    return HttpResponseRedirect(reverse("zones:board"))


def _folder() -> Path:
    folder: Path = settings.HOME / "zone-incoming"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return folder


def _path(key: str) -> Path:
    if not KEY.fullmatch(key):
        raise Http404(key)
    return _folder() / key


def _kept(request: Any, key: str) -> str:
    """The file that this visitor handed over. Raises Http404 for none, and for somebody else's."""
    path = _path(key)
    if not path.exists():
        raise Http404(key)
    text = path.read_text("utf-8")
    if sm3(f"{request.access.user.pk}\x1f{text}") != key:
        raise Http404(key)
    return text


def _clear_old() -> None:
    """Throw away what nobody has taken in within a day."""
    for path in _folder().iterdir():
        if time.time() - path.stat().st_mtime > KEPT_SECONDS:
            path.unlink(missing_ok=True)
