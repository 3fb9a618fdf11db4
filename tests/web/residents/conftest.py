"""A browser of somebody without an account, on a server with both zones."""

import re

import pytest
from django.core import signing

from tests.residents.county import County
from tests.web.visiting import Visitor

SALT = "residents' form"


class Resident(Visitor):
    """Fills in forms as people do: a while after they were opened."""

    def fill(self, path, data=None, *, opened=60, follow=False, **more):
        """Open the page, fill in its form and send it `opened` seconds later."""
        html = self.get(path).content.decode()
        return self.send(path, html, data, opened=opened, **more)

    def send(self, path, html, data=None, *, opened=60, action="", step="", **more):
        """Send the form of a page that lies open, `opened` seconds after it came."""
        form = self.form_in(html, step)
        found = signing.loads(form, salt=SALT)
        old = signing.dumps({**found, "at": found["at"] - opened}, salt=SALT)
        return self.post(
            action or path, {"form": old, **({"step": step} if step else {}), **(data or {})}, **more
        )

    @staticmethod
    def form_in(html, step=""):
        """The key that a form carries; of the form for `step` where there are several."""
        if step:
            part = html[: html.index(f'name="step" value="{step}"')]
            return re.findall(r'name="form" value="([^"]+)"', part)[-1]
        return re.search(r'name="form" value="([^"]+)"', html)[1]

    @staticmethod
    def code_in(answer):
        """The code on the page that shows it."""
        return re.search(r'class="code">([^<]+)<', answer.content.decode())[1]


@pytest.fixture(autouse=True)
def _both_zones(settings):
    settings.ROOT_URLCONF = "tests.zones"


@pytest.fixture
def county(db):
    return County()


@pytest.fixture
def resident(county):
    """Somebody in the village, without an account."""
    return Resident()
