"""The packs' terms for a request: those in use at the territory the visitor looks at."""

from typing import Any

from jiceng.accounts.days import codes_above
from jiceng.packs.catalogue import current
from jiceng.web.registry.listing.terms import Words
from jiceng.web.shell.territory import standing


def words_for(request: Any) -> Words:
    """Labels and options of terms, as they hold where the visitor looks."""
    if not hasattr(request, "words"):
        here = standing(request)
        request.words = Words(current(), codes_above(here.path) if here else ())
    return request.words
