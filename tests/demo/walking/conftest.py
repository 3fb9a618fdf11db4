"""The test place with its matters, loaded."""

from pathlib import Path

import pytest
from django.conf import settings as project

from jiceng.demo.generating import generate
from jiceng.demo.places import load_territory
from jiceng.packs.installing import install
from jiceng.protection.actors import Actor
from jiceng.protection.scopes import Scope, scoped
from tests.demo import factories
from tests.staging import staged

BY = Actor("test:loader", "装入")


@pytest.fixture
def loaded(db, settings, tmp_path):
    packs = tmp_path / "packs"
    packs.mkdir()
    (packs / "core").symlink_to(project.PACKS / "core")
    (packs / "testplace").symlink_to(factories.PLACE)
    settings.PACKS = packs
    staged("testplace", lambda: load_everything(packs))
    with scoped(Scope.all()):
        yield


def load_everything(packs: Path) -> None:
    """The packs, the territory, the records."""
    install(folders=[packs / "core", packs / "testplace"], by=BY)
    load_territory("testplace", by=BY)
    generate("testplace", by=BY)
