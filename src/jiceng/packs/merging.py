"""The vocabularies of all packs merged into one set of trees."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import partial

from django.utils.translation import gettext as _
from pydantic import ValidationError

from jiceng.packs.filters.resolving import Unresolved, meant
from jiceng.packs.loading.faults import refusals
from jiceng.packs.loading.folder import WrittenPack
from jiceng.packs.loading.manifest import KEY
from jiceng.packs.loading.reading import Place
from jiceng.packs.references import Resolver
from jiceng.packs.vocabulary import Term, TermSpec, Vocabulary, VocabularySpec
from jiceng.records.refusals import Refusal

VOCABULARIES = "vocabularies"
MAX_KEY = 60
"""Length of a qualified key: what the registry's columns hold."""


def checked_key(pack: WrittenPack, section: str, item: str | int, place: Place, key: str) -> list[Refusal]:
    """What is wrong with the key that stands at that place."""
    where = pack.where(section, item, place)
    if not re.fullmatch(KEY, key):
        remedy = _("用小写字母、数字和下划线，字母开头，不带冒号")
        return [Refusal(_("键“%(key)s”写法不对") % {"key": key[:80]}, where, remedy)]
    if len(pack.id) + 1 + len(key) > MAX_KEY:
        return [Refusal(_("键“%(key)s”太长") % {"key": key[:80]}, where, f"{pack.id}:… ≤ {MAX_KEY}")]
    return []


@dataclass(slots=True)
class _Tree:
    """A vocabulary while it is put together: every term with the pack and the words it was written in."""

    label: str = ""
    en: str = ""
    terms: dict[str, Term] = field(default_factory=dict)
    written: dict[str, tuple[WrittenPack, TermSpec]] = field(default_factory=dict)


def merge_vocabularies(packs: Sequence[WrittenPack]) -> tuple[dict[str, Vocabulary], list[Refusal]]:
    """All vocabularies by name, base packs first, and what is wrong with them."""
    faults: list[Refusal] = []
    trees: dict[str, _Tree] = {}
    for pack in sorted(packs, key=lambda p: (not p.manifest.base, p.id)):
        for name, spec in _specs(pack, faults):
            _add(trees, pack, name, spec, faults)
    bases = tuple(p.id for p in packs if p.manifest.base)
    for name, tree in trees.items():
        _link(name, tree, bases, faults)
        _refuse_cycles(name, tree, faults)
    return {name: Vocabulary(name, tree.label, tree.terms, tree.en) for name, tree in trees.items()}, faults


def _specs(pack: WrittenPack, faults: list[Refusal]) -> Iterator[tuple[str, VocabularySpec]]:
    for name, plain in pack.items(VOCABULARIES):
        try:
            yield str(name), VocabularySpec.model_validate(plain)
        except ValidationError as error:
            faults += refusals(error, VocabularySpec, plain, partial(pack.where, VOCABULARIES, name))


def _add(
    trees: dict[str, _Tree], pack: WrittenPack, name: str, spec: VocabularySpec, faults: list[Refusal]
) -> None:
    if name not in trees:
        faults += checked_key(pack, VOCABULARIES, name, (), name)
        if not spec.label:
            what, where = _("没有词表“%(name)s”") % {"name": name}, pack.where(VOCABULARIES, name)
            faults.append(Refusal(what, where, meant(name, trees) or _("新词表要写 label")))
        trees[name] = _Tree(spec.label, spec.en)
    tree = trees[name]
    base_keys = {
        key.partition(":")[2]: key for key, (owner, _spec) in tree.written.items() if owner.manifest.base
    }
    for key, term in spec.terms.items():
        faults += checked_key(pack, VOCABULARIES, name, ("terms", key), key)
        if key in base_keys:
            what = _("基础包已有词条“%(key)s”") % {"key": base_keys[key]}
            remedy = _("直接用它；要细分就另取键，写 parent: %(key)s") % {"key": key}
            faults.append(Refusal(what, pack.where(VOCABULARIES, name, ("terms", key)), remedy))
        qualified = f"{pack.id}:{key}"
        tree.terms[qualified] = Term(
            qualified, term.label, term.en, attrs=term.attrs, retired=term.retired, note=term.note
        )
        tree.written[qualified] = (pack, term)


def _link(name: str, tree: _Tree, bases: tuple[str, ...], faults: list[Refusal]) -> None:
    """Resolve what terms say of each other."""
    for key, (pack, spec) in tree.written.items():
        resolver = Resolver(pack.id, bases, {})
        found = {"parent": "", "replaced_by": ""}
        for relation, written in (("parent", spec.parent), ("replaced_by", spec.replaced_by)):
            where = pack.where(VOCABULARIES, name, ("terms", key.partition(":")[2], relation))
            if written is None:
                continue
            try:
                found[relation] = resolver.qualified(written, tree.terms, tree.label or name)
            except Unresolved as unknown:
                faults.append(Refusal(unknown.what, where, unknown.remedy))
            if relation == "replaced_by" and not spec.retired:
                faults.append(Refusal(_("写了 replaced_by，却没有停用"), where, "retired: true"))
        tree.terms[key] = replace(tree.terms[key], parent=found["parent"], replaced_by=found["replaced_by"])


def _refuse_cycles(name: str, tree: _Tree, faults: list[Refusal]) -> None:
    """Say every term that comes back to itself, and cut its ties so that nobody walks in a circle."""
    for relation in ("parent", "replaced_by"):
        circling = [key for key in tree.terms if _circles(tree, key, relation)]
        for key in circling:
            where = tree.written[key][0].where(VOCABULARIES, name, ("terms", key.partition(":")[2], relation))
            what = _("“%(key)s”绕了一圈又回到自己") % {"key": key}
            faults.append(Refusal(what, where, _("改 %(name)s") % {"name": relation}))
            tree.terms[key] = replace(tree.terms[key], parent="", replaced_by="")


def _circles(tree: _Tree, key: str, relation: str) -> bool:
    seen: set[str] = set()
    at: str = getattr(tree.terms[key], relation)
    while at and at != key and at not in seen:
        seen.add(at)
        at = getattr(tree.terms[at], relation)
    return at == key
