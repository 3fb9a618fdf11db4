"""The county of residents, and Chinese unless a test asks for another language."""

import pytest
from django.core.cache import cache
from django.utils import translation

from tests.residents.county import County


@pytest.fixture(autouse=True)
def _in_chinese(settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    cache.clear()
    with translation.override("zh-hans"):
        yield


@pytest.fixture
def county(db):
    return County()
