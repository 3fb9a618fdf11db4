"""The cast of accounts, each with a browser of its own."""

from pathlib import Path

import pytest
from django.conf import settings as configured
from django.core.cache import cache
from django.utils import translation

from jiceng.coverage.rebuilding import rebuild as derive
from jiceng.indicators.snapshot.refreshing import rebuild
from tests.accounts.cast import build_cast, build_world, unit
from tests.staging import in_force
from tests.web.visiting import BACKEND, Visitor


@pytest.fixture(autouse=True)
def _as_in_an_office(settings):
    """Fast hashes, no one-time codes, Chinese unless a test asks for another language."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.ADMIN_TWO_FACTOR = False
    cache.clear()
    with translation.override("zh-hans"):
        yield


@pytest.fixture
def world(db):
    return build_world()


@pytest.fixture
def cast(world):
    return build_cast(world)


@pytest.fixture
def told(transactional_db, settings, tmp_path, core, world):
    """Both counties with derived coverage and a snapshot of their own."""
    settings.HOME = tmp_path
    for number in range(4):
        unit(f"青加{number}公司", world.qingshan.other_town, employees=20)
    derive()
    rebuild()
    return world


@pytest.fixture
def visit(cast):
    """`visit("qingshan.street_officer")`: that person's browser, signed in."""

    def sign_in(name):
        visitor = Visitor()
        visitor.force_login(cast[name], backend=BACKEND)
        return visitor

    return sign_in


@pytest.fixture
def clerk(visit):
    """The county's organisation department, which may do most."""
    return visit("qingshan.organisation_department")


@pytest.fixture
def core(db):
    """The base pack in force, so that terms have labels."""
    return in_force(Path(configured.PACKS) / "core")
