"""Finding the indicator that a question means."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from jiceng.indicators.answering.question import Question
from jiceng.indicators.sections import Indicator
from jiceng.organisations.models import PartyOrg, Region, Unit
from jiceng.packs.catalogue import Catalogue, current
from jiceng.packs.filters.resolving import meant
from jiceng.protection.scopes import SEGMENT
from jiceng.records.refusals import Refusal

SECTION = "indicators"


@dataclass(frozen=True, slots=True)
class Declared:
    """An indicator with its qualified key and the catalogue that it comes from."""

    key: str
    indicator: Indicator
    catalogue: Catalogue

    def other(self, key: str) -> "Declared":
        """Another indicator of the same catalogue, by its qualified key."""
        return Declared(key, self.catalogue.item(SECTION, key), self.catalogue)

    @property
    def flow(self) -> bool:
        """Whether it counts what happened within a period; a change does where what changes does."""
        if self.indicator.measure == "change":
            return self.other(str(self.indicator.of)).flow
        return self.indicator.time == "flow"


def declared(key: str, question: Question) -> Declared:
    """The indicator `key`: a qualified one as it is, a bare one as it holds at the node asked for, where the
    pack bound nearest goes first. Raises Refusal where there is none.
    """
    return find(key, () if ":" in key else codes_at(question.tree, question.node))


def find(key: str, at: Sequence[str] = ()) -> Declared:
    """The indicator `key`, as it holds where the regions with the codes `at` are, nearest first."""
    catalogue = current()
    for qualified, indicator in catalogue.section(SECTION, None if ":" in key else at).items():
        if key in (qualified, qualified.partition(":")[2]):
            return Declared(qualified, indicator, catalogue)
    known = [name.partition(":")[2] for name in catalogue.section(SECTION)]
    raise Refusal(_("没有指标“%(key)s”") % {"key": key[:80]}, remedy=meant(key, known))


def codes_at(tree: str, node: int | None) -> list[str]:
    """The codes of the node's region and of all regions above it today, nearest first."""
    model = {"territory": Region, "party": PartyOrg, "industry": Unit}[tree]
    column = "path" if tree == "territory" else "region_path"
    path = model._base_manager.filter(pk=node).values_list(column, flat=True).first() or ""
    above = [path[:length] for length in range(len(path), 0, -SEGMENT)]
    found = dict(Region._base_manager.filter(path__in=above, valid_to=None).values_list("path", "code"))
    return [found[step] for step in above if step in found]
