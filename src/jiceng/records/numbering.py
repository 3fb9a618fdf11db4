"""Numbers that are given out one after the other, and the numbers of official documents (GB/T 9704)."""

import re

from django.conf import settings
from django.db.models import F
from django.utils.translation import gettext as _

from jiceng.records.chain import current_writing
from jiceng.records.models import Series
from jiceng.records.refusals import Refusal

DEMONSTRATION = "演示"
"""What stands in a demonstration's document numbers where the issuing body's own code would."""

YEARS = range(1949, 10_000)

_PREFIX = re.compile(r"[^\W\d_]+", re.UNICODE)
"""Letters and Chinese characters: 发文机关代字."""


def next_number(series: str, year: int) -> int:
    """The next number of `series` in `year` (1, 2, 3 …), ours if the write in progress is kept.

    A write that is taken back gives its number back, so none is ever missing; whoever wants one meanwhile waits.
    So take it late in the write, and several series in the order of their names. Raises UnrecordedWriteError
    outside a write.
    """
    current_writing()
    ours = Series.objects.filter(series=series, year=year)
    if not ours.update(last=F("last") + 1):  # the first of its year; of two at once one makes the row
        Series.objects.get_or_create(series=series, year=year)
        ours.update(last=F("last") + 1)
    return ours.values_list("last", flat=True).get()


def claim_numbers(series: str, year: int, last: int) -> None:
    """Take the numbers 1 to `last` of a series at once, for records that are loaded with numbers of their own. Raises
    Refusal where the series has begun already, UnrecordedWriteError outside a write.
    """
    current_writing()
    _row, made = Series.objects.get_or_create(series=series, year=year, defaults={"last": last})
    if not made:
        what = _("%(year)s 年的编号“%(series)s”已经用过") % {"year": year, "series": series}
        raise Refusal(what, remedy=_("换一个数据目录，或不再装入"))


def issuing(prefix: str) -> str:
    """The issuer's code as numbers have it here: a demonstration's read 演示, and are taken for nobody's."""
    return DEMONSTRATION if settings.DEMO else prefix


def document_number(prefix: str, year: int, n: int) -> str:
    """The number of an official document, such as `×组通〔2022〕5号`: six-angled brackets, the whole year, no zero
    before the number and no 第.

    `prefix` is the issuer's code (发文机关代字). Raises Refusal for a prefix that is none, for a year without four
    digits and for a number below 1.
    """
    if not _PREFIX.fullmatch(prefix):
        raise Refusal(
            _("“%(prefix)s”不是发文机关代字") % {"prefix": prefix[:30]}, remedy=_("只用汉字或字母，如“组通”")
        )
    if year not in YEARS:
        raise Refusal(_("文号的年份应为四位数：%(year)s") % {"year": year}, remedy=_("写全年份，如 2022"))
    if n < 1:
        raise Refusal(_("文号的顺序号从 1 开始：%(n)s") % {"n": n}, remedy=_("填写发文的顺序号"))
    return f"{prefix}〔{year}〕{n}号"
