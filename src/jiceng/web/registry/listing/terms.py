"""Terms of packs as lists show and offer them: labels, and the options of a select."""

from collections.abc import Sequence
from functools import lru_cache

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from jiceng.packs.catalogue import Catalogue
from jiceng.packs.vocabulary import Vocabulary

INDENT = "　"


class Words:
    """A catalogue's labels in the active language, each looked up once."""

    def __init__(self, catalogue: Catalogue, at: Sequence[str]) -> None:
        self.catalogue, self.packs = catalogue, catalogue.packs_at(at)
        self.language = get_language() or ""
        self._known: dict[tuple[str, str], str] = {}

    def label(self, key: str, vocabulary: str = "") -> str:
        """The term's name; the key itself where there is no such term. Where `vocabulary` is a section of packs, the
        name of its item.
        """
        if not key:
            return ""
        if (vocabulary, key) not in self._known:
            self._known[vocabulary, key] = self.catalogue.label(key, self.language, vocabulary)
        return self._known[vocabulary, key]

    def below(self, vocabulary: str, key: str) -> frozenset[str]:
        """The term and those below it."""
        if vocabulary not in self.catalogue.vocabularies:
            return frozenset({key})
        return self.catalogue.below(vocabulary, key)

    def options(self, vocabulary: str, chosen: str = "", *, blank: bool = True) -> SafeString:
        """The options of a select: the terms in use here as an indented tree, `chosen` selected."""
        html = _options(self.catalogue, vocabulary, self.packs, self.language)
        if blank:
            html += f'<option value="-">{escape(_("（未填）"))}</option>'
        if chosen:
            value = f'value="{escape(chosen)}"'
            html = html.replace(value, f"{value} selected", 1)
        return mark_safe(html)  # noqa: S308 - labels are escaped where the options are made


@lru_cache(maxsize=256)
def _options(catalogue: Catalogue, vocabulary: str, packs: tuple[str, ...], language: str) -> str:
    if vocabulary not in catalogue.vocabularies:
        return "".join(_items(catalogue, vocabulary, packs, language))
    whole = catalogue.vocabularies[vocabulary]
    here = whole.only(frozenset(packs)) if packs else whole
    return "".join(_branch(catalogue, here, "", 0, language))


def _items(catalogue: Catalogue, section: str, packs: tuple[str, ...], language: str) -> list[str]:
    """The options of a section's items that hold here: of several packs' under one key the nearest's."""
    items = catalogue.section(section)
    found: dict[str, str] = {}
    for pack in packs or tuple(catalogue.packs):
        for key in items:
            owner, _colon, bare = key.partition(":")
            if owner == pack:
                found.setdefault(bare if packs else key, key)
    return [
        f'<option value="{escape(key)}">{escape(catalogue.label(key, language, section))}</option>'
        for key in found.values()
    ]


def _branch(catalogue: Catalogue, terms: Vocabulary, above: str, depth: int, language: str) -> list[str]:
    """The options of the terms directly below `above`, each followed by its own."""
    found = []
    for term in terms.children(above):
        if term.retired:
            continue
        label = escape(INDENT * depth + catalogue.label(term.key, language))
        found.append(f'<option value="{escape(term.key)}">{label}</option>')
        found += _branch(catalogue, terms, term.key, depth + 1, language)
    return found
