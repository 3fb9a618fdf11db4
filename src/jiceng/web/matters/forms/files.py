"""Files of matters: sent in one by one while a form is filled in, and shown to who sees the matter."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_POST

from jiceng.accounts.permissions import Permission as P
from jiceng.accounts.routes import needs, takes_files
from jiceng.matters.models import Matter
from jiceng.records.attachments import Attachment, store
from jiceng.records.refusals import Refusal
from jiceng.web.matters.forms.inputs import PURPOSES
from jiceng.web.shell.downloads import attachment_response


@needs(P.MATTERS_ACT)
@takes_files(max(purpose.most for purpose in PURPOSES.values()))
@require_POST
def take_in(request: Any) -> HttpResponse:
    """Take one file in for the field of a form; what comes back stands in the form in its place."""
    field, file = request.POST.get("field", "")[:40], request.FILES.get("file")
    purpose = PURPOSES.get(request.POST.get("purpose", ""))
    if purpose is None or file is None:
        raise Http404(field)
    try:
        kept = store(by=request.actor, data=file, name=file.name, purpose=purpose)
    except Refusal as refusal:
        context = {"refusals": [refusal], "name": file.name}
        return render(request, "matters/file_refused.html", context, status=422)
    return render(request, "matters/file.html", {"file": kept, "field": field})


@needs(P.MATTERS_VIEW)
@require_GET
def show(request: Any, uid: UUID) -> HttpResponse:
    """A file of a matter in sight, or one that the visitor has sent in and not yet given to any. Raises Http404."""
    found = Attachment.objects.filter(uid=uid).first()
    if found is None or not _may_see(request, found):
        raise Http404(uid)
    return attachment_response(found, inline=True)


def _may_see(request: Any, attachment: Attachment) -> bool:
    if not attachment.holder_table:
        return bool(attachment.added_by == request.actor.key)
    if attachment.holder_table != Matter._meta.db_table:
        return False
    return bool(Matter.objects.filter(pk=attachment.holder_id).exists())
