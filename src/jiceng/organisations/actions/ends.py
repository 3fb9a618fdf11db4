"""What holds for every dated record beside the three entities: it begins where its ends live, overlaps none
of its kind, and ends once.
"""

from datetime import date
from typing import Any

from django.db import models
from django.utils.translation import gettext as _

from jiceng.records.refusals import Refusal


def end_record(record: Any, day: date, **values: Any) -> None:
    """Let a dated record end on `day` (exclusive) and give it `values`; called inside `write(...)`.

    Raises Refusal for a day not after its beginning and for a record that ended before.
    """
    if record.valid_to is not None and record.valid_to <= day:
        raise Refusal(
            _("该%(kind)s已于 %(to)s 结束") % {"kind": record._meta.verbose_name, "to": record.valid_to},
            remedy=_("核对后不必重复登记"),
        )
    if day <= record.valid_from:
        raise Refusal(
            _("结束日期 %(day)s 应晚于起始日期 %(from)s") % {"day": day, "from": record.valid_from},
            remedy=_("更正日期；登记有误的，撤销该记录"),
        )
    record.valid_to = day
    for name, value in values.items():
        setattr(record, name, value)
    record.save()


def refuse_not_there(thing: Any, day: date) -> None:
    """Raise Refusal where a dated `thing` does not live on `day`."""
    if thing.valid_from > day or (thing.valid_to is not None and thing.valid_to <= day):
        until = thing.valid_to or _("今")
        raise Refusal(
            _("%(name)s 在 %(day)s 不存在（%(from)s 至 %(until)s）")
            % {"name": thing, "day": day, "from": thing.valid_from, "until": until},
            remedy=_("更正日期，或另选对象"),
        )


def refuse_overlap(rows: Any, day: date, until: date | None) -> None:
    """Raise Refusal where one of the dated `rows` holds on a day from `day` (to `until`, exclusive)."""
    meeting = rows.exclude(valid_to__lte=day)
    first = (meeting.filter(valid_from__lt=until) if until else meeting).order_by("valid_from").first()
    if first is not None:
        raise Refusal(
            _("与已有的%(kind)s（%(from)s 起）时间重叠")
            % {"kind": first._meta.verbose_name, "from": first.valid_from},
            remedy=_("先结束原记录，或更正日期"),
        )


def refuse_reversed(day: date, until: date | None) -> None:
    """Raise Refusal where a stretch would end before it begins."""
    if until is not None and until <= day:
        raise Refusal(
            _("结束日期 %(day)s 应晚于起始日期 %(from)s") % {"day": until, "from": day}, remedy=_("更正日期")
        )


def missing(model: type[models.Model], column: str) -> Refusal:
    """The refusal of a record without `column`."""
    label = str(getattr(model._meta.get_field(column), "verbose_name", column))
    return Refusal(_("缺少%(label)s") % {"label": label}, remedy=_("填写该项"))
