"""A county with a snapshot, people who design and answer, and a form for it."""

from pathlib import Path

import pytest
from django.conf import settings as configured
from django.utils import translation

from jiceng.accounts.scoping import access_of
from jiceng.coverage.rebuilding import rebuild as derive
from jiceng.forms.actions.drafting import draft_form
from jiceng.indicators.snapshot.refreshing import rebuild
from tests.accounts.cast import TODAY, build_cast, build_world, unit
from tests.staging import in_force

SAID = {
    "number": "组1表", "title": "两新组织情况", "issuer": "省委组织部", "approval": "组统制〔2022〕1号",
    "expires": "2024-12-31", "frequency": "month",
}  # fmt: skip


@pytest.fixture(autouse=True)
def _chinese(settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    with translation.override("zh-hans"):
        yield


@pytest.fixture
def core(db):
    return in_force(Path(configured.PACKS) / "core")


@pytest.fixture
def told(transactional_db, settings, tmp_path, core):
    """Both counties of the cast with a snapshot of their own, two more firms in the county's other town."""
    settings.HOME = tmp_path
    world = build_world()
    for number in range(2):
        unit(f"青加{number}公司", world.qingshan.other_town, employees=20)
    derive()
    rebuild()
    return world


@pytest.fixture
def cast(told):
    return build_cast(told)


@pytest.fixture
def access(cast):
    """`access("qingshan.street_officer")`: what that person may do."""
    return lambda name: access_of(cast[name], TODAY)


@pytest.fixture
def designer(access):
    return access("qingshan.organisation_department")


@pytest.fixture
def draft(told, designer):
    """`draft(content)`: a draft for the county from a blank."""

    def made(content, *, name="表.xlsx", **more):
        said = SAID | more
        return draft_form(access=designer, region=told.qingshan.region, data=content, name=name, said=said)

    return made
