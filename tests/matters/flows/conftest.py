"""The places, each built once for a module with the packs that come with the program; every test is rolled back."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.conf import settings
from django.db import transaction

from jiceng.packs.catalogue import shipped
from tests.matters.flows.place import MORNING, Place
from tests.staging import in_force


@pytest.fixture(scope="module")
def built(request, django_db_setup, django_db_blocker) -> Iterator[Place]:
    """The place that the module's `PLACE` names, all packs in force; the module's end takes it back."""
    fast = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    with django_db_blocker.unblock(), pytest.MonkeyPatch.context() as patch, transaction.atomic():
        patch.setattr(settings, "PASSWORD_HASHERS", fast)
        in_force(*shipped())
        yield Place(request.module.PLACE)
        transaction.set_rollback(True)


@pytest.fixture
def place(built, db) -> Place:
    """The place on Monday morning, as it was built."""
    built.now, built.pace = MORNING, timedelta(minutes=1)
    return built
