"""Terms as a scenario writes them, found in the vocabularies of the packs that hold at its place."""

from collections.abc import Container

from jiceng.packs.catalogue import Catalogue
from jiceng.records.refusals import Refusal


class Terms:
    """Terms as a place writes them: its own pack's first, then those bound above it, then the base packs'."""

    def __init__(self, catalogue: Catalogue, packs: tuple[str, ...]) -> None:
        self.catalogue, self.packs = catalogue, packs
        self._found: dict[tuple[str, str], str] = {}
        self._below: dict[tuple[str, str], frozenset[str]] = {}

    def term(self, vocabulary: str, key: str) -> str:
        """The qualified key. Raises Refusal for one that no pack has."""
        found = self._found.get((vocabulary, key)) or self._find(vocabulary, key)
        if found is None:
            raise Refusal(
                f"词表 {vocabulary} 没有词条 {key}", remedy="更正，或在做法包的 vocabularies 里添上"
            )
        self._found[vocabulary, key] = found
        return found

    def below(self, vocabulary: str, key: str) -> frozenset[str]:
        """The qualified key and all below it; only itself where no pack has it."""
        if (vocabulary, key) not in self._below:
            found = self._find(vocabulary, key)
            below = self.catalogue.below(vocabulary, found) if found else frozenset({key})
            self._below[vocabulary, key] = below
        return self._below[vocabulary, key]

    def _find(self, vocabulary: str, key: str) -> str | None:
        terms: Container[str] = self.catalogue.vocabularies.get(vocabulary, ())
        options = [key] if ":" in key else [f"{pack}:{key}" for pack in self.packs]
        return next((option for option in options if option in terms), None)
