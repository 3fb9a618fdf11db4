"""The wording of a type that a matter began with, and the types that hold at a place."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache

from django.db import IntegrityError, transaction

from jiceng.coverage.compiling import Lookup, canonical
from jiceng.matters.models import Flow, FlowKey
from jiceng.matters.sections import FieldSpec, MatterSpec
from jiceng.matters.sections.naming import effects_of
from jiceng.organisations.models import Region
from jiceng.organisations.queries import codes_upwards
from jiceng.organisations.terms import pinned
from jiceng.packs.catalogue import Catalogue, current
from jiceng.packs.filters.matching import Row, matches
from jiceng.packs.filters.nodes import EVERYTHING, Node, RankAtLeast, TermIn, walk
from jiceng.packs.references import Resolver, terms_of
from jiceng.packs.sections import all_sections
from jiceng.records.chain import sm3


@dataclass(slots=True)
class _Known:
    """What one action keeps to: the packs in force at its beginning, and where regions lie."""

    catalogue: Catalogue
    codes: dict[int, Sequence[str]] = field(default_factory=dict)


_known: ContextVar[_Known | None] = ContextVar("known", default=None)


@contextmanager
def packs_kept() -> Iterator[None]:
    """Keep to the packs in force now, and to where regions lie now, for one action: both are asked for once."""
    if _known.get() is not None:
        yield
        return
    catalogue = current()
    token = _known.set(_Known(catalogue))
    try:
        with pinned(catalogue):
            yield
    finally:
        _known.reset(token)


def in_force() -> Catalogue:
    """The packs in force; during an action those that were at its beginning."""
    known = _known.get()
    return current() if known is None else known.catalogue


def codes_above(region: Region) -> Sequence[str]:
    """The codes of `region` and what stands above it today, nearest first (`codes_upwards`)."""
    known = _known.get()
    if known is None:
        return codes_upwards(region)
    if region.pk not in known.codes:
        known.codes[region.pk] = codes_upwards(region)
    return known.codes[region.pk]


def types_at(region: Region, day: date) -> Mapping[str, MatterSpec]:
    """The matter types that hold at `region` on `day`, by the key under which records know them."""
    catalogue = in_force()
    found = catalogue.section("matters", codes_above(region), day)
    return {canonical(catalogue, "matters", key): spec for key, spec in found.items()}


def type_label(key: str) -> str:
    """What a type is called in the language in force; its key where no pack in force has it any more."""
    return current().label(key, vocabulary="matters")


def flow_for(key: str, spec: MatterSpec) -> Flow:
    """The kept wording of `spec`; kept now, inside the write in progress, where it is new."""
    text = json.dumps(spec.written, ensure_ascii=False, separators=(",", ":"), sort_keys=False)
    digest = sm3(f"{spec.pack}\x1f{text}")
    rows = Flow.objects.filter(key=key, digest=digest)
    return rows.first() or _kept(Flow(key=key, pack=spec.pack, digest=digest, text=text), _terms(spec))


def _kept(flow: Flow, terms: Iterable[str]) -> Flow:
    """Keep a new wording; of two who are the first to need it at once, one does."""
    try:
        with transaction.atomic():
            flow.save()
    except IntegrityError:
        found: Flow = Flow.objects.get(key=flow.key, digest=flow.digest)
        return found
    for term in sorted(terms):
        FlowKey(flow=flow, term=term).save()
    return flow


def _terms(spec: MatterSpec) -> set[str]:
    """Terms that the wording names by key, so that they stay for as long as matters follow it."""
    steps, clocks = spec.steps.values(), spec.clocks.values()
    doers = [*spec.raised_by, *(doer for step in steps for doer in step.who)]
    limits = [limit for clock in clocks for limit in clock.limits]
    conditions = (
        [part.when for part in steps] + [part.when for part in limits] + [r.when for r in spec.routes]
    )
    return {
        *spec.channels, *spec.reporters,
        *(term for field in spec.fields.values() for term in field.below),
        *(kind for route in spec.routes for kind in route.kinds),
        *(kind for doer in doers for kind in (doer.at, doer.shares) if kind),
        *(term for condition in conditions for term in _named(condition)),
        *(term for _where, effect in effects_of(spec) for term in terms_of(effect.settings)),
    }  # fmt: skip


def _named(condition: Node) -> Iterator[str]:
    """The terms that a condition compares with."""
    for node in walk(condition):
        if isinstance(node, TermIn):
            yield from node.terms
        elif isinstance(node, RankAtLeast):
            yield node.term


def spec_of(flow: Flow) -> MatterSpec:
    """The type as worded in `flow`."""
    catalogue = in_force()
    return _spec(flow.pk, flow.pack, flow.text, catalogue)


@lru_cache(maxsize=512)
def _spec(_pk: int, pack: str, text: str, catalogue: Catalogue) -> MatterSpec:
    bases = tuple(manifest.id for manifest in catalogue.packs.values() if manifest.base)
    items = {key: catalogue.section(key) for key in all_sections()}
    resolver = Resolver(pack, bases, catalogue.vocabularies, items)
    return MatterSpec.model_validate(json.loads(text), context=resolver)


def holds(node: Node, row: Row, day: date) -> bool:
    """Whether a condition of a flow holds for a matter (`inputs.MatterRow`) on `day`."""
    return node == EVERYTHING or matches(node, row, day, Lookup(in_force()))


def in_vocabulary(name: str, region: Region, day: date) -> Sequence[tuple[str, str]]:
    """The living terms of a vocabulary at a place, as (key, label), in the packs' order."""
    catalogue = in_force()
    if name not in catalogue.vocabularies:
        return []
    terms = catalogue.vocabulary(name, codes_above(region), day)
    return [(key, catalogue.label(key, vocabulary=name)) for key, term in terms.items() if not term.retired]


def vocabulary_of(spec: MatterSpec, field: FieldSpec) -> str:
    """The vocabulary of a term field; a category's or grade's, which the type names once."""
    if field.vocabulary:
        return field.vocabulary
    return spec.categories if field.column == "category" else spec.grades


def terms_for(
    spec: MatterSpec, field: FieldSpec, region: Region, day: date, under: str = ""
) -> Sequence[tuple[str, str]]:
    """What may be chosen in a term field at a place, as (key, label). `under` is what the field that it names
    (`FieldSpec.under`) holds; without it such a field offers nothing.
    """
    name = vocabulary_of(spec, field)
    found = in_vocabulary(name, region, day)
    tops = [under] if field.under else field.below
    if field.under and not under:
        return []
    if not tops:
        return found
    tree = in_force().descendants
    kept = frozenset().union(*(tree(name, top) for top in tops)) - ({under} if field.under else frozenset())
    return [(key, label) for key, label in found if key in kept]
