"""What all packs in force say together: qualified, checked, and answered for a place."""

import logging
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from pydantic import ValidationError

from jiceng.packs.filters.resolving import meant
from jiceng.packs.loading import Binding, Manifest, WrittenPack, read_folder, stored_pack
from jiceng.packs.loading.faults import refusals
from jiceng.packs.merging import VOCABULARIES, checked_key, merge_vocabularies
from jiceng.packs.models import PackVersion
from jiceng.packs.references import Resolver
from jiceng.packs.sections import PackModel, Section, all_sections
from jiceng.packs.vocabulary import Term, Vocabulary
from jiceng.records.refusals import Refusal, Refusals
from jiceng.records.statements import Compiled

log = logging.getLogger(__name__)

Items = Mapping[str, Any]
"""A section's items by qualified key; each is an instance of the section's model."""


class Catalogue:
    """The merged content of packs. Nothing in it changes; a new set of active versions gives a new
    catalogue.
    """

    def __init__(
        self,
        packs: Iterable[Manifest],
        vocabularies: Mapping[str, Vocabulary],
        items: Mapping[str, Items],
    ) -> None:
        self.packs: Mapping[str, Manifest] = {manifest.id: manifest for manifest in packs}
        self.vocabularies = vocabularies
        self.digests: tuple[tuple[str, str], ...] = ()  # of the packs it was made from: part of cache keys
        self._items = items
        self._terms: dict[str, Term] = {}
        for vocabulary in vocabularies.values():
            for key, term in vocabulary.items():
                self._terms.setdefault(key, term)

    # ------------------------------------------------------------------------------------------- terms
    def term(self, key: str, vocabulary: str = "") -> Term:
        """The term. Raises KeyError. A key may stand in several vocabularies and mean something else in
        each: name the vocabulary, unless it is all the same.
        """
        return self.vocabularies[vocabulary][key] if vocabulary else self._terms[key]

    def label(self, key: str, language: str = "", vocabulary: str = "") -> str:
        """The term's name in `language` (default: the active one); the key itself where there is no such
        term. Columns hold keys of items, too: where `vocabulary` is a section, the name of its item.
        """
        english = (language or get_language() or "").startswith("en")
        if (item := self._items.get(vocabulary, {}).get(key)) is not None:
            return name_of_item(item, english=english) or key
        try:
            term = self.term(key, vocabulary)
        except KeyError:
            return key
        return term.en if english and term.en else term.label

    def vocabulary(self, name: str, at: Sequence[str] | None = None, day: date | None = None) -> Vocabulary:
        """The whole vocabulary, or what of it holds at a place (see `section`). Raises KeyError."""
        whole = self.vocabularies[name]
        return whole if at is None else whole.only(frozenset(self.packs_at(at, day)))

    def descendants(self, vocabulary: str, key: str) -> frozenset[str]:
        """The term, all terms below it, and retired terms that one of them replaces."""
        return self.vocabularies[vocabulary].below(key)

    def below(self, vocabulary: str, key: str) -> frozenset[str]:
        """`descendants`, under the name by which filters ask for it."""
        return self.descendants(vocabulary, key)

    def ranked(self, vocabulary: str, at_least: float) -> frozenset[str]:
        """The terms whose `rank` is at least that."""
        return self.vocabularies[vocabulary].ranked(at_least)

    # ------------------------------------------------------------------------------------------- items
    def section(self, key: str, at: Sequence[str] | None = None, day: date | None = None) -> Items:
        """The section's items by qualified key.

        Without `at` those of every pack. With `at`, the codes of a region and its ancestors from the
        nearest up, the items that hold there (on `day`, if given): packs bound nearer win key by key, base
        packs come last.
        """
        items = self._items.get(key, {})
        if at is None:
            return items
        order = self.packs_at(at, day)
        found: dict[str, str] = {}
        for pack in order:
            for qualified in items:
                owner, _colon, bare = qualified.partition(":")
                if owner == pack:
                    found.setdefault(bare, qualified)
        return {qualified: items[qualified] for qualified in found.values()}

    def item(self, section: str, key: str, at: Sequence[str] | None = None, day: date | None = None) -> Any:
        """One item by qualified key, or by its bare key as it holds at a place. Raises KeyError."""
        if ":" in key:
            return self._items.get(section, {})[key]
        for qualified, item in self.section(section, at, day).items():
            if qualified.partition(":")[2] == key:
                return item
        raise KeyError(key)

    def packs_at(self, at: Sequence[str], day: date | None = None) -> tuple[str, ...]:
        """The packs that hold at a place, nearest binding first, base packs last.

        `at` are codes from the region itself up to its province. Where two packs bind to one node, the
        later binding goes first.
        """
        distance = {code: steps for steps, code in reversed(list(enumerate(at)))}
        found: list[tuple[int, int, str]] = []
        for manifest in self.packs.values():
            near = [
                (distance[b.region], -b.since.toordinal()) for b in manifest.binds if _holds(b, distance, day)
            ]
            if manifest.base:
                near = near or [(len(distance), 0)]
            if near:
                found.append((*min(near), manifest.id))
        return tuple(pack for *_order, pack in sorted(found))


def name_of_item(item: Any, *, english: bool) -> str:
    """What a section's item is called, in Chinese where it has no English name; empty where it has none at
    all.
    """
    fields = (*(("name_en", "label_en", "en") if english else ()), "name", "label", "quote")
    return next((said for name in fields if (said := str(getattr(item, name, "") or ""))), "")


def _holds(binding: Binding, distance: Mapping[str, int], day: date | None) -> bool:
    if binding.region not in distance:
        return False
    return day is None or (binding.since <= day and (binding.until is None or day < binding.until))


# ------------------------------------------------------------------------------------------------ build
def build(packs: Sequence[WrittenPack]) -> tuple[Catalogue, list[Refusal]]:
    """The catalogue of `packs` without what is faulty, and everything that is wrong with them."""
    vocabularies, faults = merge_vocabularies(packs)
    bases = tuple(p.id for p in packs if p.manifest.base)
    written = {key: _written_items(section, packs) for key, section in all_sections().items()}
    items: dict[str, dict[str, Any]] = {key: {} for key in written}
    for pack in packs:
        resolver = Resolver(pack.id, bases, vocabularies, written)
        for section in all_sections().values():
            if section.key in pack.sections:
                items[section.key].update(_read(section, pack, resolver, faults))
        _refuse_unknown_sections(pack, faults)
    return Catalogue([p.manifest for p in packs], vocabularies, items), faults


def _key_of(section: Section, key: str | int, item: Any) -> str:
    """An item's key without its pack: as written, or the `id` of a list's item."""
    if section.keyed:
        return str(key)
    return str(item["id"]) if isinstance(item, dict) and "id" in item else str(key)


def _written_items(section: Section, packs: Sequence[WrittenPack]) -> dict[str, Any]:
    return {
        f"{pack.id}:{_key_of(section, key, item)}": item
        for pack in packs
        for key, item in pack.items(section.key)
    }


def _read(
    section: Section, pack: WrittenPack, resolver: Resolver, faults: list[Refusal]
) -> dict[str, PackModel]:
    """The section's items of one pack, validated; faulty ones are left out and said."""
    if isinstance(pack.sections[section.key], dict) != section.keyed:
        what = _("分节“%(name)s”应为映射") if section.keyed else _("分节“%(name)s”应为列表")
        where = pack.section_places.get(section.key, pack.id)
        faults.append(Refusal(what % {"name": section.key}, where, section.description))
        return {}
    found: dict[str, PackModel] = {}
    for place, item in pack.items(section.key):
        key = _key_of(section, place, item)
        if section.keyed:
            faults += checked_key(pack, section.key, place, (), key)
        elif f"{pack.id}:{key}" in found:
            faults.append(Refusal(_("“%(key)s”写了两遍") % {"key": key[:80]}, pack.where(section.key, place)))
        try:
            found[f"{pack.id}:{key}"] = section.model.model_validate(item, context=resolver)
        except ValidationError as error:
            faults += refusals(error, section.model, item, partial(pack.where, section.key, place))
    return found


def _refuse_unknown_sections(pack: WrittenPack, faults: list[Refusal]) -> None:
    known = {VOCABULARIES, *all_sections()}
    for name in pack.sections:
        if name not in known:
            where = pack.section_places.get(name, pack.id)
            faults.append(
                Refusal(_("没有分节“%(name)s”") % {"name": name}, where, meant(name, known, most=20))
            )


def of_folders(*folders: Path) -> Catalogue:
    """The catalogue of the packs in `folders`. Raises Refusals with everything that is wrong in any of
    them.
    """
    packs, faults = [], []
    for folder in folders:
        pack, wrong = read_folder(folder)
        faults += wrong
        if pack is not None:
            packs.append(pack)
    catalogue, wrong = build(packs)
    if faults + wrong:
        raise Refusals(faults + wrong)
    catalogue.digests = tuple(sorted((pack.id, pack.digest()) for pack in packs))
    return catalogue


# -------------------------------------------------------------------------------------------- in force
Digests = tuple[tuple[str, str], ...]
"""Packs, each with the digest of one version."""

KEPT = 3
"""So many catalogues are remembered: that in force, and those of closed periods that are looked at."""

_kept: dict[Digests, Catalogue] = {}
_asked: ContextVar[Digests | None] = ContextVar("catalogue", default=None)


@contextmanager
def wording(digests: Digests) -> Iterator[None]:
    """Inside, the packs' versions with these digests are in force. Raises Refusal where one was not installed."""
    rows = PackVersion.objects.filter(digest__in=[digest for _pack, digest in digests])
    known = set(rows.values_list("pack", "digest"))
    if missing := [pack for pack, digest in digests if (pack, digest) not in known]:
        said = {"packs": "、".join(missing)}
        raise Refusal(_("当时的做法包版本不在了：%(packs)s") % said, remedy=_("从备份恢复数据库"))
    token = _asked.set(digests)
    try:
        yield
    finally:
        _asked.reset(token)


_active = Compiled(lambda: PackVersion.objects.filter(active=True).order_by("pack").only("pack", "digest"))


def current() -> Catalogue:
    """The catalogue of the installed versions in force; one small query, built anew only when they have
    changed.

    What no longer validates (a section's model may have changed with the program) is left out and logged.
    """
    digests = _asked.get() or in_force()
    kept = _kept.get(digests)
    if kept is None:
        rows = PackVersion.objects.filter(digest__in=[digest for _pack, digest in digests])
        versions = {version.pack: version for version in rows if (version.pack, version.digest) in digests}
        contents = [versions[pack].content() for pack in sorted(versions)]
        kept, faults = build([stored_pack(content["manifest"], content["sections"]) for content in contents])
        for fault in faults:
            log.warning("pack: %s", fault)
        kept.digests = digests
        while len(_kept) >= KEPT:
            _kept.pop(next(iter(list(_kept))), None)
        _kept[digests] = kept
    return kept


def in_force() -> Digests:
    """The installed versions in force."""
    return tuple((version.pack, version.digest) for version in _active())


def shipped() -> list[Path]:
    """The folders of the packs that come with the program."""
    return sorted(path.parent for path in settings.PACKS.glob("*/pack.yaml"))
