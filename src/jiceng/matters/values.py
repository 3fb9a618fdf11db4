"""What people fill in, checked and brought into form: by the field's kind, under the visitor's scope."""

import json
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.translation import gettext as _

from jiceng.matters.flows import terms_for
from jiceng.matters.models import Dispatch, Matter
from jiceng.matters.sections import FieldSpec, MatterSpec
from jiceng.matters.sections.fields import OF_DISPATCH
from jiceng.organisations.models import PartyOrg, Region, Unit
from jiceng.people.models import Household, Person
from jiceng.protection.scopes import SEGMENT, Scope
from jiceng.records.bases import valid_on
from jiceng.records.models import Attachment
from jiceng.records.refusals import Refusal, Refusals
from jiceng.records.texts import clean_line, clean_text

RECORDS: Mapping[str, type[models.Model]] = {
    "unit": Unit, "units": Unit, "party_org": PartyOrg, "person": Person, "people": Person,
    "household": Household, "region": Region, "matter": Matter, "matters": Matter,
}  # fmt: skip
SEVERAL = frozenset({"units", "people", "matters"})
FILES = frozenset({"file", "photo"})
MOST_FILES = 9
MOST_RECORDS = 60
MOST_KEY = 2**63


def label_of(field: FieldSpec, *, english: bool) -> str:
    """The field's name in the language asked for."""
    return field.label_en if english and field.label_en else field.label


class Filling:
    """Checks what was filled in for a matter at `region` on `day`, by someone who sees `scope`. `known` gives what
    a field holds from earlier steps.
    """

    def __init__(
        self, spec: MatterSpec, region: Region, day: date, scope: Scope,
        known: Callable[[str], Any] = lambda _field: None,
    ) -> None:  # fmt: skip
        self.spec, self.region, self.day, self.scope, self.known = spec, region, day, scope, known
        self._found: dict[str, Any] = {}

    def checked(
        self, required: Iterable[str], optional: Iterable[str], given: Mapping[str, Any]
    ) -> dict[str, Any]:
        """The values by field key: text, numbers, dates, term keys, model instances, lists of them.

        Raises Refusals with every field that is missing or wrong, and for fields that the step does not ask.
        """
        asked, faults = {**dict.fromkeys(required, True), **dict.fromkeys(optional, False)}, []
        found = self._found = {}
        for key in given:
            if key not in asked:
                faults.append(Refusal(_("这一步没有字段“%(key)s”") % {"key": str(key)[:40]}))
        for key, must in asked.items():
            field, value = self.spec.fields[key], given.get(key)
            if value is None or value in ("", [], ()) or (isinstance(value, str) and not value.strip()):
                if must:
                    faults.append(Refusal(_("没有填写"), field.label, _("请填写")))
                continue
            try:
                found[key] = self._one(field, value)
            except Refusal as fault:
                faults.append(Refusal(fault.what, fault.where or field.label, fault.remedy))
                continue
            if found[key] == "":  # nothing but space, or what cannot be seen
                del found[key]
                if must:
                    faults.append(Refusal(_("没有填写"), field.label, _("请填写")))
        if faults:
            raise Refusals(faults) if len(faults) > 1 else faults[0]
        return found

    def _one(self, field: FieldSpec, value: Any) -> Any:
        if field.kind in RECORDS:
            return self._records(field, value)
        if field.kind in FILES:
            return self._files(value)
        readers: Mapping[str, Any] = {
            "text": self._text, "lines": self._text, "integer": _integer, "number": _number,
            "boolean": _boolean, "date": _day, "datetime": _moment, "term": self._term, "point": _point,
            "terms": self._terms,
        }  # fmt: skip
        found = readers[field.kind](field, value)
        if field.column == "promised_on" and found < self.day:
            raise Refusal(_("限期早于%(day)s") % {"day": self.day}, field.label, _("写当天或以后的日期"))
        return found

    def _text(self, field: FieldSpec, value: Any) -> str:
        clean = clean_text if field.kind == "lines" else clean_line
        return clean(str(value), field.label, min(field.most, _room(field) or field.most))

    def _term(self, field: FieldSpec, value: Any) -> str:
        return self._terms(field, [value])[0]

    def _terms(self, field: FieldSpec, value: Any) -> list[str]:
        listed = [str(each) for each in (value if isinstance(value, list | tuple) else [value])]
        known = dict(terms_for(self.spec, field, self.region, self.day, self._above(field)))
        if wrong := next((each for each in listed if each not in known), None):
            raise Refusal(_("“%(value)s”不在可选之列") % {"value": wrong[:40]}, field.label)
        return list(dict.fromkeys(listed))

    def _above(self, field: FieldSpec) -> str:
        """The term, chosen in another field, below which this one's choices stand."""
        return str(self._found.get(field.under) or self.known(field.under) or "") if field.under else ""

    def _records(self, field: FieldSpec, value: Any) -> Any:
        model, several = RECORDS[field.kind], field.kind in SEVERAL
        listed = list(value) if several and isinstance(value, list | tuple) else [value]
        if len(listed) > MOST_RECORDS:
            raise Refusal(_("最多选%(most)s个") % {"most": MOST_RECORDS}, field.label)
        keys = [_key(each, field) for each in listed]
        rows = {row.pk: row for row in nameable(model, self.region, self.day, self.scope).filter(pk__in=keys)}
        if any(key not in rows for key in keys):
            raise Refusal(_("没有这条记录，或不在你的范围内"), field.label, _("重新选择"))
        return [rows[key] for key in dict.fromkeys(keys)] if several else rows[keys[0]]

    def _files(self, value: Any) -> list[str]:
        uids = [_uid(each) for each in (value if isinstance(value, list | tuple) else [value])]
        if len(uids) > MOST_FILES:
            raise Refusal(_("最多%(most)s个附件") % {"most": MOST_FILES})
        known = {str(uid) for uid in Attachment.objects.filter(uid__in=uids).values_list("uid", flat=True)}
        if set(uids) - known:
            raise Refusal(_("附件没有上传成功"), remedy=_("重新上传"))
        return uids


def nameable(model: type[models.Model], region: Region, day: date, scope: Scope) -> Any:
    """What may be named in a matter at `region` on `day` by someone who sees `scope`: what is in sight, and bodies
    that sit at or above the matter's own area, whose names are no secret.
    """
    if model is Region:
        return Region.objects.on(day)
    rows = model._base_manager.filter(scope.condition(model))
    if model is Matter:
        return rows
    if model in (Unit, PartyOrg):
        path = region.path
        above = [path[:end] for end in range(SEGMENT, len(path) + 1, SEGMENT)]
        rows = model._base_manager.filter(scope.condition(model) | Q(region_path__in=above))
    return rows.filter(valid_on(day))


def _room(field: FieldSpec) -> int | None:
    """How many characters the column of a field has room for; None where it has none, or room for all."""
    if field.column is None:
        return None
    model = Dispatch if field.column in OF_DISPATCH else Matter
    return getattr(model._meta.get_field(field.column), "max_length", None)


def _uid(value: Any) -> str:
    try:
        return str(UUID(str(value)))
    except ValueError:
        raise Refusal(_("附件没有上传成功"), remedy=_("重新上传")) from None


def _key(value: Any, field: FieldSpec) -> int:
    if isinstance(value, models.Model):
        return int(value.pk)
    try:
        key = int(value)
    except (TypeError, ValueError, OverflowError):
        key = 0
    if isinstance(value, bool) or not 0 < key < MOST_KEY:
        raise Refusal(_("没有这条记录"), field.label, _("重新选择"))
    return key


def _integer(field: FieldSpec, value: Any) -> int:
    try:
        number = int(str(value).strip())
    except ValueError:
        raise Refusal(_("应为整数"), field.label) from None
    if not 0 <= number <= (field.most if "most" in field.model_fields_set else 1_000_000):
        raise Refusal(_("数字超出范围"), field.label)
    return number


def _number(field: FieldSpec, value: Any) -> float:
    try:
        number = float(str(value).strip())
    except ValueError:
        raise Refusal(_("应为数字"), field.label) from None
    if number != number or abs(number) > 1e12:  # NaN is not itself
        raise Refusal(_("数字超出范围"), field.label)
    return number


def _boolean(field: FieldSpec, value: Any) -> bool:
    said = {"true": True, "yes": True, "1": True, "on": True, "是": True,
            "false": False, "no": False, "0": False, "否": False}.get(str(value).strip().lower())  # fmt: skip
    if said is None:
        raise Refusal(_("应为是或否"), field.label)
    return said


def _day(field: FieldSpec, value: Any) -> date:
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    try:
        found = parse_date(str(value).strip())
    except ValueError:
        found = None
    if found is None:
        raise Refusal(_("不是日期"), field.label, _("写成 2021-12-31"))
    return found


def _moment(field: FieldSpec, value: Any) -> datetime:
    found = value if isinstance(value, datetime) else None
    try:
        found = found or parse_datetime(str(value).strip())
    except ValueError:
        found = None
    if found is None:
        raise Refusal(_("不是时间"), field.label, _("写成 2021-12-31 15:30"))
    return found if timezone.is_aware(found) else timezone.make_aware(found)


def _point(field: FieldSpec, value: Any) -> tuple[float, float]:
    parts = value if isinstance(value, list | tuple) else str(value).split(",")
    try:
        longitude, latitude = (float(part) for part in parts)
    except (TypeError, ValueError):
        raise Refusal(_("不是经纬度"), field.label, _("写成 106.63,30.46")) from None
    # mainland China and its surroundings; elsewhere the two were swapped
    if not (73 <= longitude <= 136 and 3 <= latitude <= 54):
        raise Refusal(_("经纬度不在国内"), field.label, _("先经度、后纬度"))
    return longitude, latitude


def plain(value: Any) -> Any:
    """A checked value as the timeline's JSON keeps it: records by key, dates as ISO text."""
    if isinstance(value, models.Model):
        return value.pk
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, list | tuple):
        return [plain(each) for each in value]
    return value


def plain_values(values: Mapping[str, Any]) -> dict[str, Any]:
    """All of some checked values in that form."""
    return {key: plain(value) for key, value in values.items()}


def as_text(values: Mapping[str, Any]) -> str:
    """Values as the JSON that records keep."""
    return json.dumps(plain_values(values), ensure_ascii=False, separators=(",", ":"))
