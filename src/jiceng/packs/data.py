"""Checks of what packs say beside their YAML: data files, and what sections say of their content.

A room that reads a data file registers a check when the app is ready; `packs.installing` runs them all
without asking the database.
"""

from collections.abc import Callable

from jiceng.packs.catalogue import Catalogue
from jiceng.packs.loading import WrittenPack
from jiceng.records.refusals import Refusal

DataCheck = Callable[[WrittenPack, Catalogue], list[Refusal]]
"""From a pack as written in its folder, and the catalogue that it will be part of, to what is wrong."""

_checks: list[DataCheck] = []


def register_data_check(check: DataCheck) -> DataCheck:
    """Let every pack be checked by this, too."""
    _checks.append(check)
    return check


def data_faults(pack: WrittenPack, catalogue: Catalogue) -> list[Refusal]:
    """Everything that the registered checks find wrong with a pack, by file and line."""
    return [fault for check in _checks for fault in check(pack, catalogue)]
