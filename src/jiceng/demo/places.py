"""Loading places, one after the other: territory, records, identities, coverage, snapshot."""

import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from csv import DictReader
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from django.conf import settings

from jiceng.accounts.demo_identities import create_demo_identities
from jiceng.coverage.rebuilding import rebuild
from jiceng.demo.generating import generate, is_marked, mark
from jiceng.demo.state import Bar
from jiceng.indicators.snapshot.refreshing import refresh
from jiceng.organisations.actions.regions import hold
from jiceng.organisations.models import Region, RegionHolding, Restructuring
from jiceng.organisations.region_loading import load_file
from jiceng.organisations.restructuring.applying import apply_document
from jiceng.organisations.restructuring.documents import documents_of
from jiceng.organisations.restructuring.files import read_yaml
from jiceng.packs.catalogue import current, shipped
from jiceng.packs.installing import install
from jiceng.packs.loading import Manifest
from jiceng.packs.models import CONTENT, PackFile
from jiceng.protection.actors import Actor
from jiceng.records.refusals import Refusal

Show = Callable[[str, float], None]
"""Told what is being done (Chinese) and how much of the place is done (0 to 1)."""

SHARES = {"territory": 0.08, "making": 0.2, "storing": 0.9, "coverage": 0.95, "snapshot": 1.0}
"""Where in a place's bar each part ends."""


@dataclass(slots=True)
class Took:
    """How long the parts of one place took, in seconds, by what they are called, and which identities found
    nothing to stand on.
    """

    place: str
    parts: dict[str, float] = field(default_factory=dict)
    left_out: tuple[str, ...] = ()

    @property
    def seconds(self) -> float:
        """All parts together."""
        return sum(self.parts.values())


def install_packs(*, by: Actor) -> None:
    """Install the packs that come with the program, in their present versions."""
    install(folders=shipped(), by=by)


def known_places() -> list[str]:
    """Packs that have a demonstration, those with the fewest regions first: they are ready soonest."""
    catalogue = current()
    with_scenario = {key.partition(":")[0] for key in catalogue.section("scenario")}
    found = [pack for pack, manifest in catalogue.packs.items() if pack in with_scenario and manifest.day]
    return sorted(found, key=lambda pack: (_size(pack), pack))


def _size(pack: str) -> int:
    kept = PackFile.objects.filter(version__pack=pack, version__active=True, use="regions")
    return len(kept[0].text) if kept else 0


def chosen_places(wanted: str) -> list[str]:
    """`all`, or the one place named. Raises Refusal for one that has no demonstration."""
    known = known_places()
    if wanted == "all":
        return known
    if wanted not in known:
        raise Refusal(f"没有名为 {wanted} 的演示", "--place", f"可用：{'、'.join(known)}、all")
    return [wanted]


def is_loaded(place: str) -> bool:
    """Whether all of a place is in."""
    return is_marked(place, "done")


def load_place(
    place: str,
    *,
    scale: int = 1,
    overrides: Mapping[str, Any] | None = None,
    by: Actor,
    show: Show = lambda label, share: None,
    pause: float = 0.0,
    figures: bool = True,
) -> Took:
    """Load one place; what an interrupted run has done stays done. Gives how long its parts took.

    Raises Refusal for a pack without data, a scenario that cannot be made, a load with other parameters.
    """
    took = Took(place)
    name = current().packs[place].name
    clock = Clock(took)
    with clock("territory"):
        if not is_marked(place, "territory"):
            load_territory(place, by=by, show=lambda label: show(f"{name}：{label}", 0.0))
            mark(place, "territory", by)
    with clock("records"):
        if not is_marked(place, "done"):
            generate(
                place, scale=scale, overrides=overrides, by=by, pause=pause,
                progress=lambda step, done, total: show(f"{name}：{step}", _share(step, done, total)),
            )  # fmt: skip
    if settings.DEMO:
        took.left_out = create_demo_identities(place=place, by=by).left_out
    if figures:
        with clock("coverage"):
            show(f"{name}：两个覆盖", SHARES["storing"])
            rebuild()
        with clock("snapshot"):
            show(f"{name}：统计快照", SHARES["coverage"])
            refresh()
    return took


def bring_up_to_date() -> None:
    """Coverage by rule and the figures' snapshot as the records are now: at once where nothing changed."""
    rebuild()
    refresh()


def _share(step: str, done: int, total: int) -> float:
    start, end = ("making", "storing") if step == "装入" else ("territory", "making")
    low, high = SHARES[start], SHARES[end]
    return low + (high - low) * done / max(total, 1)


class Clock:
    """Takes the time of the parts of a place."""

    def __init__(self, took: Took) -> None:
        self.took = took
        self._part, self._since = "", 0.0

    def __call__(self, part: str) -> "Clock":
        self._part, self._since = part, time.monotonic()
        return self

    def __enter__(self) -> None:
        self._since = time.monotonic()

    def __exit__(self, *_: object) -> None:
        spent = time.monotonic() - self._since
        self.took.parts[self._part] = self.took.parts.get(self._part, 0.0) + spent


# ------------------------------------------------------------------------------------------ territory
def load_territory(place: str, *, by: Actor, show: Callable[[str], None] = lambda label: None) -> None:
    """Regions as they were, what became of them, and who holds which of them, from the pack's data files."""
    manifest = current().packs[place]
    if "regions" not in manifest.data or not manifest.binds:
        raise Refusal(f"做法包 {place} 没有 regions 数据文件", remedy="在 pack.yaml 的 data 里写 regions")
    with _files(manifest) as files:
        show("区划")
        load_file(files["regions"], by=by, as_of=manifest.binds[0].since)
        if operations := files.get("operations"):
            _restructure(place, operations, by, show)
        if holdings := files.get("holdings"):
            with holdings.open(encoding="utf-8-sig", newline="") as file:
                _hold(list(DictReader(file)), by)


def _restructure(place: str, operations: Path, by: Actor, show: Callable[[str], None]) -> None:
    documents = documents_of(
        read_yaml(operations), folder=operations.parent, file=operations.name, pack=place
    )
    done = set(Restructuring.objects.values_list("document", "effective"))
    for document in documents:
        if (document.number, document.effective) not in done:
            show(document.name)
            apply_document(by=by, document=document)


def _hold(rows: Sequence[Mapping[str, str]], by: Actor) -> None:
    codes = {row["holder"] for row in rows} | {row["held"] for row in rows}
    regions = {r.code: r for r in Region.objects.filter(code__in=codes, valid_to__isnull=True)}
    done = set(RegionHolding.objects.values_list("holder__code", "held__code"))
    for row in rows:
        if (row["holder"], row["held"]) in done:
            continue
        day = date.fromisoformat(row["valid_from"])
        hold(by=by, holder=regions[row["holder"]], held=regions[row["held"]], day=day)


@contextmanager
def _files(manifest: Manifest) -> Iterator[Mapping[str, Path]]:
    """The data files of a pack by use: from its folder for one that comes with the program, else as its
    installed version keeps them.
    """
    folder = settings.PACKS / manifest.id
    if folder.is_dir():
        found = {use: folder / name for use, name in manifest.data.items()}
        yield {use: path for use, path in found.items() if path.is_file()}
        return
    with tempfile.TemporaryDirectory(dir=settings.HOME, prefix="pack-") as kept:
        for file in PackFile.objects.filter(version__pack=manifest.id, version__active=True).exclude(
            use=CONTENT
        ):
            (Path(kept) / file.name).write_text(file.text, encoding="utf-8")
        yield {use: Path(kept) / name for use, name in manifest.data.items()}


def load_places(
    places: Sequence[str],
    *,
    scale: int = 1,
    overrides: Mapping[str, Mapping[str, Any]] | None = None,
    by: Actor,
    show: Show,
    after: Callable[[Took], None],
    pause: float = 0.0,
) -> list[Took]:
    """Load places one after the other, noting how far it is; `after` is told of each that is in."""
    bar, found = Bar(len(places)), []

    def shown(label: str, share: float) -> None:
        bar.step(label, share)
        show(label, (bar.finished + share) / len(places))

    try:
        for place in places:
            given = (overrides or {}).get(place)
            found.append(load_place(place, scale=scale, overrides=given, by=by, show=shown, pause=pause))
            bar.place_done()
            after(found[-1])
    finally:
        bar.close()
    return found
