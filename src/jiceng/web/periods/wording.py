"""What the kinds of period are called."""

from django.utils.translation import pgettext_lazy

from jiceng.indicators.definition import english
from jiceng.periods.sections import Return

KINDS = {
    "month": pgettext_lazy("period", "月报"),
    "quarter": pgettext_lazy("period", "季报"),
    "half": pgettext_lazy("period", "半年报"),
    "year": pgettext_lazy("period", "年报"),
}


def kind_words(kind: str) -> str:
    """The kind of period in words."""
    return str(KINDS[kind])


def return_name(one: Return) -> str:
    """What a return is called, in the active language."""
    return one.name_en if english() and one.name_en else one.name
