"""One act done to many records at once: all of them, in one write, or none."""

from typing import Any

from django.contrib import messages
from django.db.models import Model
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from jiceng.accounts.routes import needs
from jiceng.accounts.scoping import Denied
from jiceng.protection.scopes import scoped
from jiceng.records.refusals import Refusal, Refusals
from jiceng.records.writing import write
from jiceng.web.registry.cards.building import title_of_record
from jiceng.web.registry.forms import editing
from jiceng.web.registry.forms.acts import Act, act_of
from jiceng.web.registry.forms.views import KEEPS
from jiceng.web.registry.keeping import require_kept
from jiceng.web.registry.ledgers import Ledger, ledger_of
from jiceng.web.registry.words import words_for
from jiceng.web.shell.sight import sight

MOST = 500
NAMED = 12


@needs(*KEEPS)
@require_http_methods(["GET", "POST"])
def many(request: Any, table: str, act: str) -> HttpResponse:
    """The act's form for the marked records; a POST does it to all of them."""
    ledger, asked = ledger_of(table, request.access), act_of(table, act)
    if asked is None or not asked.many:
        raise Http404(act)
    records = _marked(request, ledger, asked)
    refusals: list[Refusal] = []
    if request.method == "POST":
        try:
            _done(request, table, asked, records)
            said = ngettext("已办理 %(n)s 条", "已办理 %(n)s 条", len(records)) % {"n": len(records)}
            messages.success(request, said)
            return HttpResponseRedirect(reverse("registry:list", args=[table]))
        except Denied:
            raise
        except Refusal as refusal:
            refusals = [refusal]
        except Refusals as several:
            refusals = several.refusals
    wrong = {refusal.where: refusal.what for refusal in refusals if refusal.where}
    context = {
        "ledger": ledger,
        "act": asked,
        "records": records,
        "names": [title_of_record(record) for record in records[:NAMED]],
        "more": max(0, len(records) - NAMED),
        "inputs": editing.shown(asked.inputs, None, request.POST, words_for(request), wrong),
        "day": request.POST.get("day") or request.today.isoformat(),
        "reason": request.POST.get("reason", ""),
        "refusals": refusals,
    }
    return render(request, "registry/many.html", context, status=422 if refusals else 200)


def _marked(request: Any, ledger: Ledger, act: Act) -> list[Model]:
    """The marked records, where the visitor sees and keeps every one. Raises Refusal for none or too many."""
    asked = request.POST if request.method == "POST" else request.GET
    keys = {int(key) for key in asked.getlist("row") if key.isdigit()}
    if not keys or len(keys) > MOST:
        raise Refusal(_("没有选中记录，或选得太多"), remedy=_("在台账里勾选，一次最多%(n)s条") % {"n": MOST})
    with scoped(sight(request, ledger.permission)):
        records = list(ledger.visible().filter(pk__in=keys).order_by("pk"))
    if len(records) < len(keys):
        raise Http404(ledger.key)
    for record in records:
        require_kept(request.access, ledger.key, record, edits=act.edits)
    return records


def _done(request: Any, table: str, act: Act, records: list[Model]) -> None:
    """Do the act to each; the first that is refused takes all of them back."""
    reason = request.POST.get("reason", "").strip()
    with write(by=request.actor, action=act.many, reason=reason):
        for record in records:
            name = title_of_record(record)
            if getattr(record, "valid_to", None) or not act.when(record):
                raise Refusal(_("这条记录现在不能办这件事"), name, _("去掉这一条再办"))
            try:
                editing.acted(request, table, act, record, request.POST)
            except Refusal as refusal:
                refusal.where = refusal.where or name
                raise
