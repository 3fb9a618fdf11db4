"""Figures of a region's own, declared without writing YAML.

They are a pack like any other, which holds in the region from which it takes its name: the same declaration, checked
by the same model, so that lists, boards and briefs take them as they take every figure, and the text can be moved into
a pack by hand. Every change is a version of that pack.
"""

from collections.abc import Mapping
from typing import Any

import yaml
from django.utils.translation import gettext as _
from django.utils.translation import override
from pydantic import ValidationError

from jiceng.indicators.answering.declared import SECTION, Declared
from jiceng.indicators.persons import is_of_a_person
from jiceng.indicators.sections import Indicator
from jiceng.organisations.models import Region
from jiceng.packs.catalogue import Catalogue, current
from jiceng.packs.installing import in_force, put_in_force
from jiceng.packs.loading import Manifest, WrittenPack
from jiceng.packs.loading.faults import refusals
from jiceng.packs.models import PackVersion
from jiceng.packs.references import Resolver
from jiceng.packs.sections import all_sections
from jiceng.protection.actors import Actor
from jiceng.records.refusals import Refusal, Refusals
from jiceng.records.writing import write

PREFIX = "own_"
DRAFT = "draft"
MOST = 200
"""So many figures a region may have of its own."""

Written = Mapping[str, Any]


def pack_of(region: Region) -> str:
    """The pack that holds the region's own figures. Raises Refusal for a region without a code."""
    if not region.code:
        raise Refusal(_("“%(region)s”没有代码") % {"region": region.name}, remedy=_("选上一级区域"))
    return f"{PREFIX}{region.code.lower()}"


def own_of(region: Region) -> dict[str, dict[str, Any]]:
    """The region's own figures as they are written, by bare key, the latest last."""
    kept = _kept(region)
    found = kept.sections.get(SECTION, {}) if kept is not None else {}
    return dict(found) if isinstance(found, dict) else {}  # type: ignore[arg-type]


def tried(written: Written, region: Region) -> Declared:
    """A declaration as it would be read in the region, to be looked at before it is kept. Raises Refusals with
    everything that is wrong with it.
    """
    catalogue, pack = current(), pack_of(region)
    try:
        indicator = Indicator.model_validate(dict(written), context=_resolver(catalogue, pack))
    except ValidationError as error:
        raise Refusals(refusals(error, Indicator, dict(written), _called)) from None
    _refuse_looking_in(indicator)
    return Declared(f"{pack}:{DRAFT}", indicator, catalogue)


def keep(*, by: Actor, region: Region, written: Written, key: str = "") -> str:
    """Keep a figure of the region's own, in place of the one called `key` or beside the others; gives its qualified
    key. Raises Refusals as `tried` does, and Refusal for too many.
    """
    tried(written, region)
    pack = pack_of(region)
    with write(by=by, action="indicator.keep") as writing:
        own = own_of(region)
        version = _next(pack)
        if key and key not in own:
            raise Refusal(_("没有自建指标“%(key)s”") % {"key": key[:60]}, remedy=_("另存为新的"))
        if not key and len(own) >= MOST:
            raise Refusal(_("自建指标太多"), remedy=_("最多 %(n)d 个；先删去不用的") % {"n": MOST})
        key = key or f"figure_{version}"
        put_in_force(_pack(region, {**own, key: dict(written)}, version), by=by)
        writing.result = f"{pack}:{key}"
    return f"{pack}:{key}"


def drop(*, by: Actor, region: Region, key: str) -> None:
    """Take away a figure of the region's own. Raises Refusals where another pack still names it."""
    with write(by=by, action="indicator.drop") as writing:
        own = own_of(region)
        if key not in own:
            raise Refusal(_("没有自建指标“%(key)s”") % {"key": key[:60]})
        rest = {name: item for name, item in own.items() if name != key}
        put_in_force(_pack(region, rest, _next(pack_of(region))), by=by)
        writing.result = f"{pack_of(region)}:{key}"


def as_yaml(key: str, written: Written) -> str:
    """The figure as a pack writes it."""
    return yaml.safe_dump({SECTION: {key: dict(written)}}, allow_unicode=True, sort_keys=False, width=110)


# ------------------------------------------------------------------------------------------------ the pack
def _kept(region: Region) -> WrittenPack | None:
    pack = pack_of(region)
    return next((kept for kept in in_force() if kept.id == pack), None)


def _next(pack: str) -> int:
    """The number of the pack's next version, which no figure had before."""
    return PackVersion.objects.filter(pack=pack).count() + 1


def _pack(region: Region, own: Mapping[str, Written], version: int) -> WrittenPack:
    named = {}
    for field, language in (("name", "zh-hans"), ("en", "en")):
        with override(language):
            named[field] = _("%(region)s自建指标") % {"region": region.name[:40]}
    manifest = Manifest.model_validate(
        {
            "id": pack_of(region),
            "version": f"1.0.{version}",
            "binds": [{"region": region.code, "from": region.valid_from}],
            **named,
        }
    )
    return WrittenPack(manifest, {SECTION: {key: dict(item) for key, item in own.items()}})


def _resolver(catalogue: Catalogue, pack: str) -> Resolver:
    bases = tuple(manifest.id for manifest in catalogue.packs.values() if manifest.base)
    items = {key: catalogue.section(key) for key in all_sections()}
    return Resolver(pack, bases, catalogue.vocabularies, items)


def _called(place: tuple[str | int, ...]) -> str:
    """How a place in a declaration is called: its field."""
    return str(place[0]) if place else ""


def _refuse_looking_in(indicator: Indicator) -> None:
    """A value for everybody, over persons picked by whatever conditions, would tell of single ones what the records
    behind it would not show.
    """
    if indicator.fact and indicator.scope != "scope" and is_of_a_person(indicator.fact):
        what = _("统计到人的自建指标，只能按查看人的权限计数")
        raise Refusals([Refusal(what, "scope", _("谁看得到：选“权限内”"))])
