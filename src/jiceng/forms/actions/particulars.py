"""What a form must say of itself before anybody fills it: number, issuing body, approval, term, frequency."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jiceng.forms.models import Frequency
from jiceng.records.refusals import Refusal, Refusals
from jiceng.records.texts import clean_line

TEXTS = {
    "number": (40, gettext_lazy("表号")),
    "title": (120, gettext_lazy("表名")),
    "issuer": (80, gettext_lazy("制定机关")),
    "approval": (80, gettext_lazy("批准（备案）文号")),
}
"""What is written freely, with how long it may be."""


def checked_particulars(said: Mapping[str, str], day: date) -> dict[str, Any]:
    """The particulars of a form as its record holds them. Raises Refusals for all that is missing or wrong at once."""
    kept: dict[str, Any] = {
        key: clean_line(said.get(key, ""), str(label), most) for key, (most, label) in TEXTS.items()
    }
    wrong = [
        Refusal(_("没有填写%(what)s") % {"what": label}, key)
        for key, (_most, label) in TEXTS.items()
        if not kept[key]
    ]
    kept["expires"] = _day(said.get("expires", ""))
    if kept["expires"] is None or kept["expires"] < day:
        wrong.append(Refusal(_("有效期没有填写，或已经过了"), "expires", _("填写文件规定的有效期")))
    kept["frequency"] = said.get("frequency", "")
    if kept["frequency"] not in Frequency.values:
        wrong.append(Refusal(_("没有选择报送周期"), "frequency"))
    if wrong:
        raise Refusals(wrong)
    return {**kept, "second_person": bool(said.get("second_person"))}


def _day(written: str) -> date | None:
    try:
        return date.fromisoformat(written)
    except ValueError:
        return None
