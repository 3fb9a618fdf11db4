"""What the ledgers know by which words: figures by their names, fields by the titles that workbooks give them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import cached_property

from django.utils.translation import gettext as _

from jiceng.exchange.reading.headers import folded, is_index
from jiceng.exchange.tables import Field, Table, all_tables
from jiceng.exchange.words import Recogniser, Words, forms
from jiceng.forms.bindings import ABOUTS, Source
from jiceng.indicators.definition import name_of
from jiceng.indicators.sections import Indicator
from jiceng.organisations.models import PartyOrg, Region, Unit
from jiceng.packs.catalogue import Catalogue, current

CLOSE = 0.78
MOSTLY = 0.7
"""So much of a heading a name must be that it contains."""

SHORTEST = 4
"""Letters that a heading has at least to be compared with names that are only near."""


def tables() -> dict[str, Table]:
    """The ledgers whose records may be the lines of a form: what the right to see the registry shows. Lists of persons
    are taken out of their ledgers, where a second person agrees.
    """
    return {key: table for key, table in all_tables().items() if table.model in (Unit, PartyOrg, Region)}


def fields_of(table: Table) -> list[Field]:
    """The fields that a form may show of a record."""
    return [f for f in table.offered() if f.read_from and not f.sensitive]


@dataclass(frozen=True)
class Known:
    """The words that hold where the regions with the codes `at` are, nearest first."""

    at: Sequence[str]
    catalogue: Catalogue = field(default_factory=current)

    @cached_property
    def words(self) -> Words:
        """The packs' words for workbooks."""
        return Words(self.at or None, catalogue=self.catalogue)

    @cached_property
    def indicators(self) -> dict[str, Indicator]:
        """Every indicator that holds here, by key."""
        return dict(self.catalogue.section("indicators", self.at or None))

    @cached_property
    def _figures(self) -> dict[str, str]:
        """Folded names to the indicators' keys; the nearest pack's go first."""
        found: dict[str, str] = {}
        for key, indicator in self.indicators.items():
            for name in (indicator.name, indicator.name_en):
                if name:
                    found.setdefault(folded(name), key)
        return found

    @cached_property
    def _abouts(self) -> dict[str, str]:
        found: dict[str, str] = {}
        for key, spec in self.catalogue.section("form_words", self.at or None).items():
            for word in spec.words:
                found.setdefault(folded(word), key.partition(":")[2])
        return found

    def recogniser(self, table: Table) -> Recogniser:
        """Recognises the titles of a ledger's fields."""
        if table.key not in self._recognisers:
            self._recognisers[table.key] = self.words.recogniser(table)
        return self._recognisers[table.key]

    @cached_property
    def _recognisers(self) -> dict[str, Recogniser]:
        return {}

    # ---------------------------------------------------------------------------------- what a text means
    def figure(self, text: str, *, close: bool = True) -> str:
        """The indicator that a heading means; empty where none does."""
        tries = forms(text)
        for form in tries:
            if form in self._figures:
                return self._figures[form]
        for form in tries if close else ():
            inside = [name for name in self._figures if name in form and len(name) >= MOSTLY * len(form)]
            if inside:
                return self._figures[max(inside, key=len)]
            if len(form) >= SHORTEST and (near := get_close_matches(form, self._figures, n=1, cutoff=CLOSE)):
                return self._figures[near[0]]
        return ""

    def about(self, text: str) -> str:
        """What of itself a form asks for with these words; empty for nothing of the kind."""
        if is_index(text):
            return "line"
        return next((self._abouts[form] for form in forms(text) if self._abouts.get(form) in ABOUTS), "")

    def field(self, table: Table, text: str, *, close: bool = True) -> str:
        """The field of `table` that a heading means, as far as a form may show it."""
        recogniser = self.recogniser(table)
        key = recogniser.exact(text) or (recogniser.close(text) if close else "")
        return key if key in {f.key for f in fields_of(table)} else ""

    def source(self, text: str, table: Table | None = None) -> Source | None:
        """What to propose for a heading: in a list of `table` its fields first, elsewhere the figures."""
        if not folded(text):
            return None
        if about := self.about(text):
            return Source("about", about)
        if table is not None:
            return Source("field", key) if (key := self.field(table, text)) else None
        return Source("figure", key) if (key := self.figure(text)) else None

    # -------------------------------------------------------------------- what must not be asked again
    def holders(self, text: str, table: Table | None = None) -> Iterator[str]:
        """Where the ledgers hold what a question asks for, in words: figures; of a list's records the fields, else
        those of every ledger.
        """
        if key := self.figure(text, close=False):
            yield _("指标“%(name)s”") % {"name": name_of(self.indicators[key])}
        for each in [table] if table is not None else list(tables().values()):
            if key := self.field(each, text, close=False):
                said = {"table": _(each.label), "field": _(each.field(key).label)}
                yield _("台账“%(table)s”的“%(field)s”") % said

    def label(self, source: Source, table: Table | None = None) -> str:
        """A source in the reader's words."""
        if source.kind == "about":
            return str(ABOUTS.get(source.key, source.key))
        if source.kind == "question":
            return source.key
        if source.kind == "field":
            has = table is not None and table.has(source.key)
            return _(table.field(source.key).label) if has and table is not None else source.key
        indicator = self.indicators.get(source.key)
        return name_of(indicator) if indicator is not None else source.key
