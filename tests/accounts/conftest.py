"""The cast as fixtures, fast password hashes, and a little site without the web room's pages."""

from copy import deepcopy

import pytest
from django.core.cache import cache

from tests.accounts.cast import PASSWORD, build_cast, build_world


@pytest.fixture(autouse=True)
def _fast_hashes(settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def world(db):
    return build_world()


@pytest.fixture
def cast(world):
    return build_cast(world)


@pytest.fixture
def site(settings, client):
    """A client on `tests.accounts.pages`: what is tested is the gate, not the pages behind it."""
    settings.ROOT_URLCONF = "tests.accounts.pages"
    settings.MIDDLEWARE = [name for name in settings.MIDDLEWARE if not name.startswith("jiceng.web.")]
    templates = deepcopy(settings.TEMPLATES)
    for engine in templates:
        engine["DIRS"] = []
        processors = engine["OPTIONS"]["context_processors"]
        engine["OPTIONS"]["context_processors"] = [p for p in processors if not p.startswith("jiceng.web.")]
    settings.TEMPLATES = templates
    settings.AXES_LOCKOUT_TEMPLATE = None
    settings.ADMIN_TWO_FACTOR = False
    cache.clear()
    return client


@pytest.fixture
def sign_in(site):
    """`sign_in("username")` through the sign-in page; gives the answer."""

    def post(username: str, password: str = PASSWORD):
        return site.post("/account/login/", {"login": username, "password": password})

    return post
