"""A program with a token: what it asks is answered in JSON, and every answer is looked at."""

import json
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone, translation

from jiceng.accounts.actions.tokens import make_token, offered
from jiceng.accounts.days import today_of
from jiceng.accounts.scoping import access_of
from jiceng.api.rest.interface import api
from tests.accounts.cast import build_cast, build_world

BASE = "/api/v1"
CLERK = "qingshan.organisation_department"
DOCUMENTED = {
    (path, method): {int(status) for status in operation["responses"]}
    for path, methods in api.get_openapi_schema(path_prefix=f"{BASE}/")["paths"].items()
    for method, operation in methods.items()
}


class Program(Client):
    """Asks for addresses below the interface with its token."""

    def __init__(self, text=""):
        super().__init__()
        self.text = text

    def request(self, **request):
        if self.text:
            request["HTTP_AUTHORIZATION"] = f"Bearer {self.text}"
        return super().request(**request)

    def ask(self, path, data=None, status=200, method="get", **more):
        answer = getattr(self, method)(f"{BASE}/{path}", data, **more)
        assert answer.status_code == status, answer.content.decode()[:2000]
        if status >= 400:
            assert answer["Content-Type"] == "application/problem+json"
        return answer

    def json(self, path, data=None, status=200, method="get", **more):
        return json.loads(self.ask(path, data, status, method, **more).content)

    def post_json(self, path, data, status=200, **more):
        return self.json(path, json.dumps(data), status, "post", content_type="application/json", **more)


@pytest.fixture(autouse=True)
def _as_in_an_office(settings):
    settings.ROOT_URLCONF = "tests.zones"
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


def token_for(user, permissions=None, region=None):
    """The text of a token of `user` with `permissions` (all that may be in one, by default)."""
    access = access_of(user, today_of(user))
    keys = [p.value for p in offered(access)] if permissions is None else list(permissions)
    expires = timezone.localdate() + timedelta(days=30)
    return make_token(access=access, name="数据中台", permissions=keys, expires_on=expires, region=region)[1]


@pytest.fixture
def program(cast):
    """`program("qingshan.leader")`: a program with a token of that person's."""

    def make(name=CLERK, permissions=None, region=None):
        return Program(token_for(cast[name], permissions, region))

    return make
