"""What is wrong with a list of divisions that is to stand on its own, found without the ledger."""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path

from django.utils.translation import gettext as _

from jiceng.organisations.region_loading.listing import KNOWN, MOST_FAULTS, Listing, listing, read_list
from jiceng.organisations.region_loading.placing import parents_first
from jiceng.packs.filters.resolving import meant
from jiceng.records.refusals import Refusal, Refusals


def faults_of(path: Path, *, as_of: date) -> list[Refusal]:
    """What loading the CSV file as the list of `as_of` would refuse, by row, and besides: columns that
    nothing reads, and parents that the list does not have itself. At most 50.
    """
    shown = str(path)
    try:
        columns, rows = read_list(path)
        if wrong := list(_wrong_columns(columns, f"{shown}:1")):
            return wrong
        listed = listing(columns, rows, as_of=as_of, file=shown)
        if wrong := list(_wrong_parents(listed)):
            return wrong[:MOST_FAULTS]
        parents_first(listed)
    except Refusals as several:
        return several.refusals
    except Refusal as one:
        return [one]
    return []


def _wrong_columns(columns: Sequence[str], where: str) -> Iterator[Refusal]:
    for column, times in Counter(columns).items():
        if column not in KNOWN:
            yield Refusal(_("不认识的列“%(name)s”") % {"name": column[:40]}, where, meant(column, KNOWN))
        elif times > 1:
            yield Refusal(_("“%(key)s”写了两遍") % {"key": column}, where, _("删去一列"))


def _wrong_parents(listed: Listing) -> Iterator[Refusal]:
    begins = dict(zip(listed.codes, listed.begins, strict=True))
    for row, parent in enumerate(listed.parents):
        said = {"name": listed.names[row], "parent": parent}
        if parent and parent not in begins:
            what, remedy = _("%(name)s 的上级 %(parent)s 不在清单里"), _("在清单里补上上级，或更正上级代码")
            yield Refusal(what % said, listed.where(row), remedy)
        elif parent and listed.begins[row] < begins[parent]:
            what, remedy = _("%(name)s 的设立日期早于上级"), _("更正设立日期，或先更正上级的设立日期")
            yield Refusal(what % said, listed.where(row), remedy)
