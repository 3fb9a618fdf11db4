"""What the demonstration shows besides its records: the identities that one can take, and what is still on its way."""

import json
from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.utils.translation import get_language

from jiceng.accounts.demo_identities import Identity, identities
from jiceng.packs.catalogue import current


@dataclass(frozen=True, slots=True)
class Place:
    """A place of the demonstration with the identities that can be taken there."""

    name: str
    day: date | None
    identities: tuple[Identity, ...]


def places() -> list[Place]:
    """Every place whose records are in, in the order of the packs."""
    grouped: dict[str, list[Identity]] = {}
    for identity in identities():
        grouped.setdefault(identity.key.partition(":")[0], []).append(identity)
    packs = current().packs
    english = (get_language() or "").startswith("en")
    found = []
    for key, those in grouped.items():
        pack = packs.get(key)
        name = (english and pack.en) or pack.name if pack else key
        found.append(Place(name, pack.day if pack else None, tuple(those)))
    return found


@dataclass(frozen=True, slots=True)
class Loading:
    """`done` of `total` steps; `label` says which one is under way."""

    label: str
    done: int
    total: int

    @property
    def percent(self) -> int:
        """0 to 100."""
        return min(100, 100 * self.done // max(1, self.total))


def loading() -> Loading | None:
    """What is still being loaded; None outside the demonstration and once everything is in."""
    if not settings.DEMO:
        return None
    try:
        said = json.loads((settings.HOME / "demo.json").read_text(encoding="utf-8"))
        found = Loading(str(said.get("label", "")), int(said["done"]), int(said["total"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None  # not there, or just being written
    return found if found.done < found.total else None
