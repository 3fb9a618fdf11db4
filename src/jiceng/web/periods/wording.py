"""What the kinds of period are called."""

from django.utils.translation import pgettext_lazy

KINDS = {
    "month": pgettext_lazy("period", "月报"),
    "quarter": pgettext_lazy("period", "季报"),
    "half": pgettext_lazy("period", "半年报"),
    "year": pgettext_lazy("period", "年报"),
}


def kind_words(kind: str) -> str:
    """The kind of period in words."""
    return str(KINDS[kind])
