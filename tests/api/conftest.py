"""The county of residents, a program with a key, and answers read in both forms."""

import json
from xml.etree import ElementTree

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import translation

from jiceng.residents.keys import add_key
from tests.accounts.cast import SETTER
from tests.residents.county import County

BASE = "/open311/v2"


class Program(Client):
    """Another program: asks for addresses below the interface, in JSON or XML."""

    def json(self, path, data=None, status=200, method="get"):
        answer = getattr(self, method)(f"{BASE}/{path}.json", data)
        assert answer.status_code == status, answer.content.decode()
        assert answer["Content-Type"] == "application/json; charset=utf-8"
        return json.loads(answer.content)

    def xml(self, path, data=None, status=200, method="get"):
        answer = getattr(self, method)(f"{BASE}/{path}.xml", data)
        assert answer.status_code == status, answer.content.decode()
        assert answer["Content-Type"] == "text/xml; charset=utf-8"
        assert answer.content.startswith(b"<?xml version='1.0' encoding='utf-8'?>")
        return ElementTree.fromstring(answer.content)


@pytest.fixture(autouse=True)
def _both_zones(settings):
    settings.ROOT_URLCONF = "tests.zones"
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    cache.clear()
    with translation.override("zh-hans"):
        yield


@pytest.fixture
def county(db):
    return County()


@pytest.fixture
def program(county):
    return Program()


@pytest.fixture
def key(county):
    return add_key(name="市民随手报", by=SETTER)


@pytest.fixture
def there(county):
    """The jurisdiction that every request names."""
    return {"jurisdiction_id": county.here.region.code}
