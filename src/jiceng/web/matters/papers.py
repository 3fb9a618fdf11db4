"""The Word file of a step that brings forth a document."""

from io import BytesIO
from typing import Any

from django.http import Http404, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_GET

from jiceng.accounts.permissions import Permission as P
from jiceng.accounts.routes import needs
from jiceng.matters.flows import spec_of
from jiceng.matters.models import Event, Matter
from jiceng.matters.sections import MatterSpec
from jiceng.organisations.queries import codes_upwards
from jiceng.records.writing import write
from jiceng.reports.documents import filled
from jiceng.reports.papers import docx
from jiceng.reports.sources.matters import matter_values, number_kept
from jiceng.web.matters.moments import now_for
from jiceng.web.shell.downloads import word_response

JOINED = ("matter__flow", "matter__region__parent", "matter__unit", "matter__party_org", "matter__person",
          "matter__lead_person")  # fmt: skip


def paper_address(spec: MatterSpec, event: Event) -> str:
    """Where the paper of a line of the timeline is to be had; empty where its step brings forth none."""
    step = spec.steps.get(event.step)
    return reverse("matters:paper", args=[event.pk]) if step is not None and step.document else ""


@needs(P.MATTERS_VIEW)
@require_GET
def paper(request: Any, event: int) -> HttpResponse:
    """The document that the step names, filled from its matter, for whoever sees that; the reading is recorded."""
    visible = Matter.objects.filter(pk__in=Event.objects.filter(pk=event).values("matter"))
    found = Event.objects.filter(pk=event, matter__in=visible).select_related(*JOINED).first()
    step = spec_of(found.matter.flow).steps.get(found.step) if found is not None else None
    if found is None or step is None or not step.document:
        raise Http404(event)
    matter = found.matter
    values, lists = matter_values(found, now_for(request, matter))
    at = codes_upwards(matter.region)
    made = filled(
        step.document, values, lists, at=at, day=found.on, dated=found.on, number=number_kept(found)
    )
    with write(by=request.actor, action="matter.paper", reason=f"{matter.number} {step.label}") as writing:
        writing.note("matters_matter", matter.pk, "read", None, {"document": step.document})
    return word_response(BytesIO(docx(made)), f"{matter.number} {made.title}.docx")
