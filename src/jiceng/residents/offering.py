"""What residents may report at a place: public matter types, and the few of their fields that residents are asked."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from jiceng.matters.flows import in_vocabulary, terms_for, types_at
from jiceng.matters.sections import FieldSpec, MatterSpec
from jiceng.organisations.models import Region
from jiceng.packs.catalogue import current

ASKABLE = frozenset({"text", "lines", "integer", "number", "boolean", "date", "term", "terms", "photo"})
"""Kinds of fields that somebody without an account can fill in: none that picks a record of the ledgers."""

VOLUNTARY = frozenset({"text", "photo"})
"""Of what need not be filled in, residents are asked only what is said in a line or shown in a photo."""

ONLINE, REST = "online", "rest"
"""Attributes of terms: the channel by which things come over these pages; the category for whatever fits no other."""


@dataclass(frozen=True, slots=True)
class Offer:
    """A type that residents may raise at a place. `problem` is the field for what it is about, `category` the one the
    reporter may leave to us, `position` the one for longitude and latitude, `asked` the others with whether they must
    be filled in.
    """

    key: str
    spec: MatterSpec
    problem: str
    category: str
    photos: str
    position: str
    asked: Mapping[str, bool]

    @property
    def fields(self) -> Mapping[str, FieldSpec]:
        """All that residents are asked, problem first."""
        keys = [self.problem, *([self.category] if self.category else []), *self.asked]
        return {key: self.spec.fields[key] for key in [*keys, *([self.photos] if self.photos else [])]}


def offers_at(region: Region, day: date) -> Mapping[str, Offer]:
    """The types that residents may raise at `region`, by key, but those about another matter: first those for all."""
    found = {}
    for key, spec in types_at(region, day).items():
        offer = offer_of(key, spec) if spec.subject != "matter" else None
        if offer is not None:
            found[key] = offer
    return dict(sorted(found.items(), key=lambda each: bool(each[1].spec.reporters)))


def offer_of(key: str, spec: MatterSpec) -> Offer | None:
    """The type as residents are asked about it; None for one that is not public, or that asks what only staff can
    answer.
    """
    if not spec.public or any(spec.fields[name].kind not in ASKABLE for name in spec.form):
        return None
    named = [*spec.form, *spec.optional]
    columns = {spec.fields[name].column: name for name in named if spec.fields[name].column}
    problem = columns.get("text") or columns.get("title")
    if problem is None:
        return None
    category, position = columns.get("category", ""), columns.get("point", "")
    photos = next((name for name in named if spec.fields[name].kind == "photo"), "")
    asked = {
        name: name in spec.form
        for name in named
        if name not in (problem, category, photos, position)
        and (name in spec.form or (spec.fields[name].kind in VOLUNTARY and not spec.fields[name].column))
    }
    return Offer(key, spec, problem, category, photos, position, asked)


def categories(offer: Offer, region: Region, day: date) -> Sequence[tuple[str, str]]:
    """The categories to choose from, as (key, label): the leaves of the tree that holds there."""
    if not offer.category:
        return []
    field = offer.spec.fields[offer.category]
    found = terms_for(offer.spec, field, region, day)
    tree = current().vocabularies[offer.spec.categories]
    parents = {tree[key].parent for key, _label in found}
    return [(key, label) for key, label in found if key not in parents]


def guessed(offer: Offer, region: Region, day: date, text: str) -> str:
    """The category that the words of `text` speak of most; the one for the rest where they speak of none; empty where
    there is no such category either.
    """
    tree = current().vocabularies.get(offer.spec.categories) if offer.category else None
    if tree is None:
        return ""
    best, most, rest = "", 0, ""
    for key, _label in categories(offer, region, day):
        term = tree[key]
        if term.attr(REST):
            rest = rest or key
        hits = sum(text.count(pair) for pair in _pairs(term.label + str(term.attr("words", ""))))
        if hits > most:
            best, most = key, hits
    return best or rest


def _pairs(label: str) -> set[str]:
    """Every two letters of a label that stand side by side."""
    return {label[n : n + 2] for n in range(len(label) - 1)}


def channel_for(spec: MatterSpec, region: Region, day: date) -> str:
    """The channel by which a resident's report comes: the online one, where the type takes it; else the first that it
    takes. Empty where packs name none.
    """
    tree = current().vocabularies.get("matter_channels")
    if tree is None:
        return ""
    living = [key for key, _label in in_vocabulary("matter_channels", region, day)]
    allowed = {term for top in spec.channels for term in tree.below(top)} if spec.channels else set(living)
    online = next((key for key in living if tree[key].attr(ONLINE) and key in allowed), "")
    return online or next((key for key in living if key in allowed), "")


def kinds_for(spec: MatterSpec, region: Region, day: date) -> Sequence[tuple[str, str]]:
    """Who may report it, as (key, label): those that the type names, with what stands below them; else all."""
    living = in_vocabulary("reporter_kinds", region, day)
    if not spec.reporters:
        return living
    tree = current().vocabularies["reporter_kinds"]
    allowed = {term for top in spec.reporters for term in tree.below(top)}
    return [(key, label) for key, label in living if key in allowed]
