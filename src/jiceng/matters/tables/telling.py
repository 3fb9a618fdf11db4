"""What a line of another system's workbook says of a matter's course, checked: its type, moments, state and result."""

import re
from collections.abc import Mapping
from datetime import date, datetime, time
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from jiceng.exchange.reading.headers import folded
from jiceng.exchange.writing.rows import Row
from jiceng.matters.bulk.places import Place
from jiceng.matters.enums import Outcome, Phase
from jiceng.matters.sections import MatterSpec
from jiceng.organisations.terms import vocabulary
from jiceng.protection.ciphers import blind_index, encrypt, new_key

MOMENTS = {
    "raised_at": gettext_noop("提出时间"),
    "sent_at": gettext_noop("派单时间"),
    "signed_at": gettext_noop("签收时间"),
    "answered_at": gettext_noop("答复时间"),
    "closed_at": gettext_noop("办结时间"),
}
"""The moments of a matter in their order, with what the columns are called."""

EARLIEST = 2000
"""No system has records of before; an earlier year is a slip."""

RESULTS = "matter_results"
_APART = re.compile(r"[、,，;；\n]+")


def names_in(written: str) -> list[str]:
    """The units that one cell names."""
    return list(dict.fromkeys(name for part in _APART.split(written) if (name := part.strip())))


def kind_of(row: Row, place: Place) -> str:
    """The type of the line's matter as records call it; empty, and the line refused, where that is unclear."""
    written, types = row.given.get("type"), place.types
    if type(written) is not str:
        usual = [key for key, spec in types.items() if spec.imports]
        if len(usual) == 1:
            return usual[0]
        row.refuse("type", _("缺少事项类型；可填：%(types)s") % {"types": _types(types)})
        return ""
    fitting = [key for key, spec in types.items() if folded(written) in _called(key, spec)]
    # two types of one name: what other systems' records usually are
    found = next((key for key in fitting if types[key].imports), next(iter(fitting), ""))
    if found and types[found].subject != "matter":
        return found
    if found:
        row.refuse("type", _("“%(type)s”挂在别的事项上，不能单独导入") % {"type": types[found].label})
        return ""
    said = {"type": written[:30], "types": _types(types)}
    row.refuse("type", _("这里没有事项类型“%(type)s”；可填：%(types)s") % said)
    return ""


def _called(key: str, spec: MatterSpec) -> frozenset[str]:
    """How a type may be written, folded."""
    return frozenset(map(folded, (spec.label, spec.name_en, key, key.partition(":")[2]))) - {""}


def _types(types: Mapping[str, MatterSpec]) -> str:
    return _("、").join(spec.label for spec in types.values() if spec.subject != "matter")


def moments_of(row: Row, as_of: date) -> dict[str, datetime]:
    """The moments that the line names, aware. A day alone is its beginning, or the moment before it where that is on
    the same day. Refuses the line for moments out of order, or past the day the file speaks of.
    """
    found: dict[str, datetime] = {}
    last, named = None, ""
    for key, label in MOMENTS.items():
        given = row.given.get(key)
        if not isinstance(given, date):
            continue
        if isinstance(given, datetime):
            at, shown = given, f"{timezone.localtime(given):%Y-%m-%d %H:%M}"
        else:
            at, shown = timezone.make_aware(datetime.combine(given, time())), given.isoformat()
            if last is not None and at < last and timezone.localdate(last) == given:
                at = last
        if timezone.localdate(at) > as_of:
            row.refuse(key, _("%(day)s 晚于数据日期 %(as_of)s") % {"day": shown, "as_of": as_of})
        elif at.year < EARLIEST:
            row.refuse(key, _("“%(text)s”的年份不对") % {"text": shown})
        elif last is not None and at < last:
            before = f"{timezone.localtime(last):%Y-%m-%d %H:%M}"
            said = {"label": _(label), "at": shown, "before": _(MOMENTS[named]), "then": before}
            row.refuse(key, _("%(label)s %(at)s 早于%(before)s %(then)s") % said)
        else:
            found[key], last, named = at, at, key
    return found


def state_of(row: Row, spec: MatterSpec, *, closed: bool) -> str:
    """The state of the flow that the line names; empty where it names none, or only whether the matter is closed.
    Refuses the line for a state that the flow does not have, and one that contradicts the moments.
    """
    written = row.given.get("state")
    if type(written) is not str:
        return ""
    asked = folded(written)
    found, phase = "", ""
    for key, state in spec.states.items():
        if asked in (folded(state.label), folded(state.label_en), folded(key)):
            found, phase = key, state.phase
            break
    else:
        phase = next((p.value for p in Phase if asked == folded(str(p.label))), "")
    if not phase:
        states = _("、").join(state.label for state in spec.states.values())
        row.refuse(
            "state", _("没有状态“%(text)s”；可填：%(states)s") % {"text": written[:30], "states": states}
        )
    elif phase == Phase.DONE and not closed:
        row.refuse("closed_at", _("状态是“%(state)s”，缺少办结时间") % {"state": written[:30]})
    elif phase != Phase.DONE and closed:
        row.refuse("state", _("已有办结时间，状态却是“%(state)s”") % {"state": written[:30]})
    return found


def outcome_of(row: Row, *, closed: bool) -> str:
    """How the matter ended, an `Outcome`; empty where the line does not say. Refuses a result of an open matter."""
    key, solved = row.given.get("outcome"), row.given.get("solved")
    if type(key) is str:
        if not closed:
            row.refuse("outcome", _("写了结果，缺少办结时间"))
        return str(vocabulary(RESULTS)[key].attr("outcome", ""))
    if closed and isinstance(solved, bool):
        return Outcome.SOLVED if solved else Outcome.UNSOLVED
    return ""


def result_term(outcome: str) -> str:
    """The term by which workbooks call an outcome; empty for none."""
    terms = vocabulary(RESULTS).items()
    return next((key for key, term in terms if outcome and term.attr("outcome") == outcome), "")


def sealed_reporter(row: Row) -> dict[str, str]:
    """Who told the other system of it, sealed under a key of its own, as hexadecimal text; nothing for nobody."""
    name, phone = (row.given.get(key) for key in ("reporter", "reporter_phone"))
    if type(name) is not str and type(phone) is not str:
        return {}
    key = new_key()
    found = {"sealed_key": key.hex()}
    if type(name) is str:
        found["name"] = encrypt(key, name).hex()
    if type(phone) is str:
        found |= {"phone": encrypt(key, phone).hex(), "phone_index": blind_index("phone", phone)}
    return found


def opened(kept: Mapping[str, Any]) -> dict[str, Any]:
    """A sealed reporter as its columns hold it."""
    sealed = ("sealed_key", "name", "phone")
    return {name: bytes.fromhex(value) if name in sealed else value for name, value in kept.items()}
