"""What the tests of periods share: two counties with coverage and a snapshot, in the base pack's words."""

from pathlib import Path

import pytest
from django.conf import settings as configured
from django.utils import translation

from jiceng.coverage.rebuilding import rebuild as derive
from jiceng.indicators.snapshot.refreshing import rebuild
from tests.accounts.cast import build_cast, build_world
from tests.staging import in_force


@pytest.fixture(autouse=True)
def _in_chinese(settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    with translation.override("zh-hans"):
        yield


@pytest.fixture
def world(transactional_db, settings, tmp_path):
    """Both counties, committed: the snapshot is read by a process of its own."""
    settings.HOME = tmp_path
    in_force(Path(configured.PACKS) / "core")
    found = build_world()
    derive()
    rebuild()
    return found


@pytest.fixture
def ground(db):
    """The same counties without figures: for what looks at areas and closings alone."""
    in_force(Path(configured.PACKS) / "core")
    return build_world()


@pytest.fixture
def cast(world):
    return build_cast(world)
