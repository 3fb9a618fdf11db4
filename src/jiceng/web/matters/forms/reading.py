"""What people fill in, read back: texts by field, names typed instead of picked, files sent along with the form."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from django.db import models
from django.utils.translation import gettext as _

from jiceng.matters.models import Matter
from jiceng.matters.sections import FieldSpec
from jiceng.matters.values import FILES, RECORDS, SEVERAL, nameable
from jiceng.organisations.models import Region
from jiceng.people.models import Household
from jiceng.records.attachments import DOCUMENT, PHOTO, store
from jiceng.records.refusals import Refusal, Refusals
from jiceng.web.matters.forms.sheets import Sheet

LISTS = SEVERAL | FILES | {"terms"}

_BETWEEN = re.compile(r"[、,，;；\n]+")


def texts_of(spec: FieldSpec, key: str, asked: Any) -> list[str]:
    """The texts that stand in a field of a form, empty ones left out."""
    texts = asked.getlist(key)
    return [text for text in texts if text.strip()] if spec.kind in LISTS else [t for t in texts[:1] if t]


def given_by(request: Any, sheet: Sheet) -> dict[str, Any]:
    """The values of a form's fields as `matters` takes them: texts, keys of records, uids of files that have been
    taken in. Raises Refusals with every name that is nobody's or several's, and every file that is not taken.
    """
    found: dict[str, Any] = {}
    faults: list[Refusal] = []
    for key in sheet.keys:
        spec = sheet.spec.fields[key]
        texts = texts_of(spec, key, request.POST)
        try:
            if spec.kind in FILES:
                texts += taken_in(request, key, spec)
            elif spec.kind in RECORDS:
                texts += _typed(request, key, spec, sheet, texts)
        except Refusal as fault:
            faults.append(Refusal(fault.what, spec.label, fault.remedy))
        if texts:
            found[key] = texts if spec.kind in LISTS else texts[0]
    if faults:
        raise Refusals(faults)
    return found


def taken_in(request: Any, key: str, spec: FieldSpec) -> list[str]:
    """The files that came with the form itself, stored; their uids go back into the form, should it be refused."""
    purpose = PHOTO if spec.kind == "photo" else DOCUMENT
    files = request.FILES.getlist(f"{key}.files")
    uids = [str(store(by=request.actor, data=file, name=file.name, purpose=purpose).uid) for file in files]
    if uids:
        request.POST = request.POST.copy()
        request.POST.setlist(key, [*request.POST.getlist(key), *uids])
    return uids


def _typed(request: Any, key: str, spec: FieldSpec, sheet: Sheet, texts: Sequence[str]) -> list[str]:
    """The keys of records that were named in full instead of being picked."""
    typed = request.POST.get(f"{key}.typed", "").strip()
    if not typed or (texts and spec.kind not in SEVERAL):
        return []
    names = [name.strip() for name in _BETWEEN.split(typed)] if spec.kind in SEVERAL else [typed]
    return [str(_named(request, spec, sheet.region, sheet.day, name)) for name in names if name]


def _named(request: Any, spec: FieldSpec, region: Region, day: Any, name: str) -> int:
    model = RECORDS[spec.kind]
    rows = nameable(model, region, day, request.access.scope())
    found: list[int] = list(
        rows.filter(**{NAMED_BY.get(model, "name"): name}).values_list("pk", flat=True)[:2]
    )
    if len(found) == 1:
        return found[0]
    what = _("有几个“%(name)s”") if found else _("没有“%(name)s”")
    raise Refusal(what % {"name": name[:40]}, spec.label, _("从输入时出现的名单里点选"))


NAMED_BY: Mapping[type[models.Model], str] = {Matter: "number", Household: "code"}
"""The column by which a record is named in full, where it is not `name`."""


def wrong_in(refusals: Sequence[Refusal]) -> Mapping[str, str]:
    """What is wrong, by the name of the field where it is."""
    return {
        refusal.where: f"{refusal.what}{_('：') if refusal.remedy else ''}{refusal.remedy}"
        for refusal in refusals
        if refusal.where
    }
