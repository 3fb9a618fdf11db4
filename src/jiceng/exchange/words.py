"""What the packs that hold at a place say about the words of workbooks: titles of columns, spellings of
terms.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from difflib import get_close_matches
from functools import cache, cached_property

from django.utils.translation import get_language

from jiceng.exchange.reading.headers import folded, is_index
from jiceng.exchange.sections import EVERY_TABLE, YES_NO, Headers, LayoutSpec, Wordings, table_in_pack
from jiceng.exchange.tables import Table
from jiceng.packs.catalogue import Catalogue, build, current
from jiceng.packs.installing import shipped_bases
from jiceng.packs.vocabulary import Term

_ASIDE = re.compile(r"[(\[【〔<][^)\]】〕>]*[)\]】〕>]")


def forms(title: str) -> list[str]:
    """How a column's title may be looked up, from the whole of it to its last part.

    `党员情况-其中：女(人)` gives itself without the joint, without the aside, and its child alone.
    """
    whole = folded(title)
    parts = [part for part in whole.split("-") if part]
    tries = [whole, "".join(parts), _ASIDE.sub("", "".join(parts))]
    if parts:
        tries += [parts[-1], _ASIDE.sub("", parts[-1])]
    if len(parts) > 1 and len(parts[-1]) <= 1:
        tries.append(parts[0])
    return list(dict.fromkeys(t for t in tries if t))


@cache
def _shipped() -> Catalogue:
    """The base packs that come with the program: also an installation without packs knows their words."""
    return build(shipped_bases([]))[0]


class Words:
    """The words that hold at a place (codes from the region up), or everywhere without one."""

    def __init__(
        self, at: Sequence[str] | None = None, day: date | None = None, catalogue: Catalogue | None = None
    ) -> None:
        self.catalogue = catalogue or current()
        if not self.catalogue.packs:
            self.catalogue = _shipped()
        self._at, self._day = at, day
        self._terms: dict[str, dict[str, str]] = {}

    @cached_property
    def _packs(self) -> list[str]:
        """The packs to listen to, the one that decides first."""
        if self._at is not None:
            return list(self.catalogue.packs_at(self._at, self._day))
        return sorted(self.catalogue.packs, key=lambda p: (not self.catalogue.packs[p].base, p))

    def _items(self, section: str) -> "Iterator[tuple[str, str, Headers | Wordings | LayoutSpec]]":
        """(pack, key, item) of a section in the order of the packs."""
        items = self.catalogue.section(section)
        for pack in self._packs:
            for qualified, item in items.items():
                owner, _colon, key = qualified.partition(":")
                if owner == pack:
                    yield pack, key, item

    # ----------------------------------------------------------------------------------------- titles
    def titles(self, table: Table) -> dict[str, str]:
        """Folded titles to the field each means: labels and keys of the table, then what the packs add."""
        found: dict[str, str] = {}
        for field in table.fields:
            found.setdefault(folded(field.label), field.key)
            found.setdefault(field.key, field.key)
        for _pack, key, item in self._items("headers"):
            if isinstance(item, Headers) and table_in_pack(key) is table:
                for name, written in item.columns.items():
                    for title in written:
                        if table.has(name):
                            found.setdefault(folded(title), name)
        return found

    def left_out(self, table: Table) -> frozenset[str]:
        """Folded titles that are known and not imported."""
        found: set[str] = set()
        for _pack, key, item in self._items("headers"):
            if isinstance(item, Headers) and (key == EVERY_TABLE or table_in_pack(key) is table):
                found.update(folded(title) for title in item.left_out)
        return frozenset(found)

    def layouts(self, table: Table | None = None) -> Iterator[tuple[str, LayoutSpec]]:
        """Known layouts by qualified key, of `table` only if given."""
        for pack, key, item in self._items("layouts"):
            if isinstance(item, LayoutSpec) and (table is None or table_in_pack(item.table) is table):
                yield f"{pack}:{key}", item

    def recogniser(self, table: Table) -> "Recogniser":
        """Recognises column titles of `table`."""
        return Recogniser(self.titles(table), self.left_out(table))

    # ------------------------------------------------------------------------------------------ terms
    def _spellings(self, vocabulary: str) -> dict[str, str]:
        """Every way to write a term, folded, to its key; the first pack to claim a spelling has it."""
        if vocabulary not in self._terms:
            found: dict[str, str] = {}
            live = self.terms(vocabulary)
            for term in live.values():
                bare = term.key.partition(":")[2]
                for text in (term.label, term.en, bare, term.key, term.attr("code", "")):
                    if text:
                        found.setdefault(folded(str(text)), term.key)
            for pack, key, item in self._items("wordings"):
                if isinstance(item, Wordings) and key == vocabulary:
                    for named, written in item.terms.items():
                        term_key = self._qualified(pack, named, live)
                        for text in written if term_key else ():
                            found.setdefault(folded(text), term_key)
            self._terms[vocabulary] = found
        return self._terms[vocabulary]

    def _qualified(self, pack: str, named: str, live: Mapping[str, Term]) -> str:
        bases = [p for p, manifest in self.catalogue.packs.items() if manifest.base]
        tries = [named] if ":" in named else [f"{p}:{named}" for p in (pack, *bases)]
        return next((key for key in tries if key in live), "")

    def terms(self, vocabulary: str) -> dict[str, Term]:
        """The terms one may choose here, in the order they were written."""
        tree: Mapping[str, Term] = self.catalogue.vocabularies.get(vocabulary, {})
        packs = set(self._packs)
        return {key: term for key, term in tree.items() if term.pack in packs and not term.retired}

    def term(self, vocabulary: str, written: str) -> str:
        """The key of the term that someone wrote in whatever way; empty where there is none."""
        spellings = self._spellings(vocabulary)
        whole = folded(written)
        return spellings.get(whole) or spellings.get(_ASIDE.sub("", whole)) or ""

    def label(self, vocabulary: str, key: str, language: str = "") -> str:
        """The name of a term in its vocabulary (one key may stand in several), or the key where it is none."""
        tree: Mapping[str, Term] = self.catalogue.vocabularies.get(vocabulary, {})
        term = tree.get(key)
        if term is None:
            return key
        english = (language or get_language() or "").startswith("en")
        return term.en if english and term.en else term.label

    def inside(self, vocabulary: str, text: str) -> str:
        """The term whose spelling a longer text contains, the longest one; empty where there is none."""
        whole = folded(text)
        held = [spelt for spelt in self._spellings(vocabulary) if len(spelt) > 1 and spelt in whole]
        return self._spellings(vocabulary)[max(held, key=len)] if held else ""

    def first(self, vocabulary: str) -> str:
        """The term that is written first: what a vocabulary takes for the usual."""
        return next(iter(self.terms(vocabulary)), "")

    def near(self, vocabulary: str, written: str) -> list[str]:
        """Labels close to what was written, to choose from; the first few of all where nothing is close."""
        spellings = self._spellings(vocabulary)
        close = get_close_matches(folded(written), spellings, n=4, cutoff=0.5)
        keys = list(dict.fromkeys(spellings[text] for text in close))
        labels = [self.catalogue.term(key, vocabulary).label for key in keys]
        return labels or [term.label for term in self.terms(vocabulary).values()][:8]

    def yes_no(self) -> dict[str, bool]:
        """Words for 是 and 否 beyond the usual ones (规上, 规下)."""
        found: dict[str, bool] = {}
        for _pack, key, item in self._items("wordings"):
            if isinstance(item, Wordings) and key == YES_NO:
                for meaning, written in item.terms.items():
                    for text in written:
                        found.setdefault(text.lower(), meaning == "yes")
        return found


class Recogniser:
    """Which field a column's title means."""

    CLOSE = 0.72

    def __init__(self, titles: Mapping[str, str], left_out: frozenset[str]) -> None:
        self._titles, self._left_out = titles, left_out

    def exact(self, title: str) -> str:
        """The field that bears this title in one of its forms, or nothing."""
        return next((self._titles[form] for form in forms(title) if form in self._titles), "")

    def is_left_out(self, title: str) -> bool:
        """Whether the column is known and not imported (序号 among them)."""
        return is_index(title) or any(form in self._left_out for form in forms(title)[:3])

    def known(self, title: str) -> bool:
        """Whether the title says that this line is a header."""
        return bool(self.exact(title)) or self.is_left_out(title)

    def close(self, title: str) -> str:
        """The field whose title is contained in this one, or differs by little."""
        for form in forms(title):
            inside = [t for t in self._titles if len(t) >= 3 and t in form]
            if inside:
                return self._titles[max(inside, key=len)]
        for form in forms(title):
            if len(form) >= 3 and (near := get_close_matches(form, self._titles, n=1, cutoff=self.CLOSE)):
                return self._titles[near[0]]
        return ""
