"""A form filled for an area and period: looked at, asked for, signed off, exported."""

from datetime import date
from io import BytesIO
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from jiceng.accounts.permissions import Permission as P
from jiceng.accounts.routes import needs
from jiceng.accounts.scoping import covers
from jiceng.forms.actions.asking import ask_gaps
from jiceng.forms.actions.signing import check, exported, file_name, sign, withdraw
from jiceng.forms.models import Filing, Form
from jiceng.forms.periods import Period, period_of, periods_of
from jiceng.forms.queries import SEES, Standing, asks_of, forms_for, standing
from jiceng.records.writing import write
from jiceng.web.forms.shaping import filled, pages
from jiceng.web.forms.views import form_of, region_of
from jiceng.web.shell.downloads import attachment_response, word_response, workbook_response

ANSWERS = 200


def _period(request: Any, form: Form) -> Period:
    """The period asked for by a day in it, else the present one."""
    written = (request.POST or request.GET).get("period", "")
    try:
        return period_of(form, min(date.fromisoformat(written), request.today))
    except ValueError:
        return period_of(form, request.today)


def _stands(request: Any, key: int) -> Standing:
    form = form_of(request, key)
    region = region_of(request)
    return standing(form, region=region, period=_period(request, form), access=request.access)


@needs(*SEES)
@require_GET
def fill(request: Any, key: int) -> HttpResponse:
    """The form filled from the ledgers; every value opens to where it comes from, what is missing is listed."""
    stands = _stands(request, key)
    form, asking = stands.form, stands.filler.asking
    known, answered, missing = stands.filled.counts()
    lengths = {rows.at: len(stands.filled.lists[rows.at]) for rows in stands.bindings.rows if not rows.names}
    told = asks_of(form, asking.region, (asking.first, asking.last)).select_related("region", "answered_by")
    context = {
        "form": form,
        "region": asking.region,
        "period": asking.first,
        "periods": [(first.isoformat(), f"{first} — {last}") for first, last in periods_of(form, request.today)],
        "pages": pages(stands.blank, stands.bindings, filled(stands), lengths),
        "known": known, "answered": answered, "missing": missing,
        "share": round(100 * known / (known + answered + missing)) if known + answered + missing else 100,
        "unknown": stands.filled.unknown,
        "waiting": stands.open_asks,
        "answers": list(told.exclude(answered_at=None).order_by("-answered_at")[:ANSWERS]),
        "filing": stands.filing,
        "in_force": form.state == Form.State.ISSUED and not form.is_over(request.today),
        "may_answer": covers(request.access.scope(P.FORMS_ANSWER), asking.region),
        "own": stands.filing is not None and stands.filing.signed_by_id == request.access.user.pk,
    }  # fmt: skip
    return render(request, "forms/fill.html", context)


def _back(form: Form, period: date) -> HttpResponse:
    return HttpResponseRedirect(f"{reverse('forms:fill', args=[form.pk])}?period={period}")


@needs(P.FORMS_ANSWER, P.FORMS_DESIGN)
@require_POST
def ask(request: Any, key: int) -> HttpResponse:
    """Put what is missing to whoever can answer."""
    form = form_of(request, key)
    period = _period(request, form)
    asked = ask_gaps(access=request.access, form=form, region=region_of(request), period=period)
    said = {"new": asked.new, "before": asked.before}
    messages.success(request, _("新问 %(new)s 处；%(before)s 处之前已问过，不重复问") % said)
    return _back(form, period[0])


@needs(P.FORMS_ANSWER)
@require_POST
def sign_off(request: Any, key: int) -> HttpResponse:
    """Sign the filling off, as it stands now."""
    form = form_of(request, key)
    period = _period(request, form)
    sign(
        access=request.access, form=form, region=region_of(request), period=period,
        despite_gaps="despite_gaps" in request.POST,
    )  # fmt: skip
    messages.success(request, _("已签报，报表文件已留存"))
    return _back(form, period[0])


@needs(*SEES)
@require_GET
def file(request: Any, key: int) -> HttpResponse:
    """The filled form in the layout it came in; taking it out is recorded."""
    stands = _stands(request, key)
    content = BytesIO(exported(stands))
    with write(by=request.actor, action="form.export", reason=file_name(stands)) as writing:
        writing.note("forms_form", stands.form.pk, "read", None, {"region": stands.filler.asking.region.pk})
    respond = workbook_response if stands.form.kind == "xlsx" else word_response
    return respond(content, file_name(stands))


@needs(P.FORMS_ANSWER, P.FORMS_DESIGN)
def filed(request: Any, key: int) -> HttpResponse:
    """What was signed: the file itself; a POST checks it as the second person, or takes the signature back."""
    rows = Filing.objects.select_related("form__region", "region", "file")
    filing = get_object_or_404(rows.filter(form__in=forms_for(request.access)), pk=key)
    if request.method != "POST":
        request.access.require(P.FORMS_ANSWER, filing.region)
        return attachment_response(filing.file)
    if request.POST.get("act") == "withdraw":
        withdraw(access=request.access, filing=filing)
        messages.success(request, _("已撤回签报"))
    else:
        check(access=request.access, filing=filing)
        messages.success(request, _("已审核"))
    return _back(filing.form, filing.first)
