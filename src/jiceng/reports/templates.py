"""Templates of packs: fixed text with `{name}` where a value stands. Nothing is computed in them."""

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal
from math import isfinite
from typing import Annotated, Any

from django.utils.translation import gettext as _
from pydantic import AfterValidator

from jiceng.packs.references import refuse
from jiceng.reports.numerals import chinese_day, chinese_moment, chinese_month, plain, rounded
from jiceng.reports.papers.paper import gap
from jiceng.reports.sources import Name
from jiceng.reports.tables import NOTHING, Share
from jiceng.reports.tracing import Mark, Traced, bare, unmarked

PLACEHOLDER = re.compile(r"\{([a-z][a-z0-9_]*)\}")
MOST = 2_000


def _well_formed(text: str) -> str:
    """Braces stand around names only."""
    if re.search(r"[{}]", PLACEHOLDER.sub("", text)):
        raise refuse(_("花括号里只能写名称"), _("写成 {name}：小写字母、数字、下划线；不能运算，也没有格式"))
    return text


Template = Annotated[str, AfterValidator(_well_formed)]
"""A text of a pack with placeholders; which names it may use depends on what its document is about."""


def names_in(template: str) -> Iterator[str]:
    """The names that the template uses, in its order."""
    return (match[1] for match in PLACEHOLDER.finditer(template))


def alone(template: str) -> str | None:
    """The name of a template that is nothing but one placeholder."""
    match = PLACEHOLDER.fullmatch(template)
    return match[1] if match else None


def missing(value: Any) -> bool:
    """Whether nobody has said it: no value, an empty text, an empty list. Nought is something."""
    value = bare(value)
    return value is None or value == "" or (isinstance(value, (list, tuple)) and not value)


def said(value: Any, name: Name) -> str:
    """The value in running text, in Chinese, as its kind has it; the mark of a gap where it is missing."""
    value = bare(value)
    if missing(value):
        return name.empty or gap(name.label)
    if name.decimals is not None and isinstance(value, (int, float, Decimal, Share)):
        return _rounded(value, name.decimals)
    return _SAID.get(name.kind, _any)(value)


def filled_in(
    template: str, names: Mapping[str, Name], values: Mapping[str, Any], mark: Mark = unmarked
) -> str:
    """The template with its names replaced. Braces in a value are only text. What is traced is marked."""

    def replaced(match: re.Match[str]) -> str:
        value = values.get(match[1])
        text = said(value, names[match[1]])
        return mark(text, value) if isinstance(value, Traced) and not missing(value) else text

    return PLACEHOLDER.sub(replaced, template)


# ------------------------------------------------------------------------------------------ how to say it
def _any(value: Any) -> str:
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, Share):
        return _share(value)
    if isinstance(value, datetime):
        return chinese_moment(value)
    if isinstance(value, date):
        return chinese_day(value)
    if isinstance(value, (list, tuple)):
        return "、".join(_any(one) for one in value)
    if isinstance(value, (int, float, Decimal)):
        return plain(value) if isfinite(value) else NOTHING
    return str(value)


def _share(value: Share) -> str:
    quotient = value.value
    return NOTHING if quotient is None else f"{plain(quotient * 100)}%"


def _rounded(value: int | float | Decimal | Share, decimals: int) -> str:
    if isinstance(value, Share):
        quotient = value.value
        return NOTHING if quotient is None else f"{rounded(quotient * 100, decimals)}%"
    return rounded(value, decimals) if isfinite(value) else NOTHING


def _dated(say: Callable[[Any], str]) -> Callable[[Any], str]:
    return lambda value: say(value) if isinstance(value, date) else _any(value)


_SAID: Mapping[str, Callable[[Any], str]] = {
    "day": _dated(chinese_day),
    "month": _dated(chinese_month),
}
