"""A live site with the cast in it, and windows of a desk and of a phone, in both languages."""

import socket
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings as configured
from django.core.cache import cache

from tests.accounts import cast as people
from tests.conftest import PATIENCE, installed, until
from tests.staging import in_force

SCREENS = [(1440, "zh-hans"), (390, "zh-hans"), (1440, "en"), (390, "en")]
WIDTHS = [1440, 390]


@pytest.fixture(autouse=True)
def _as_in_an_office(settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.ADMIN_TWO_FACTOR = False
    cache.clear()


@pytest.fixture
def world(transactional_db):
    in_force(Path(configured.PACKS) / "core")
    return people.build_world()


@pytest.fixture
def officer(world):
    """Someone of the county's organisation department."""
    who = people.user("officer", "青组织部门")
    people.grant(who, "organisation_department", world.qingshan.region)
    return who


class Window:
    """A signed-in browser window of one width, in one language."""

    def __init__(self, page, address, width, language):
        self.page, self.address, self.width, self.language = page, address, width, language
        page.set_viewport_size({"width": width, "height": 900 if width > 500 else 844})

    def sign_in(self, username):
        self.page.goto(f"{self.address}/account/login/")
        self.page.fill("#id_login", username)
        self.page.fill("#id_password", people.PASSWORD)
        self.page.press("#id_password", "Enter")
        self.page.wait_for_selector("nav.side", state="attached")
        if self.language == "en":
            self.page.click("button[name=language][value=en]")
            self.page.wait_for_selector("html[lang=en]", state="attached")

    def open(self, path):
        """Open a page of the site and look whether it fits the window."""
        self.page.goto(f"{self.address}{path}")
        self.page.wait_for_load_state("networkidle")
        self.fits()

    def fits(self):
        """Nothing stands out to the right, nothing is left of a template."""
        wide = self.page.evaluate("document.documentElement.scrollWidth")
        assert wide <= self.width, f"{self.page.url} is {wide} px wide in a window of {self.width}"
        text = self.page.inner_text("body")
        assert "{%" not in text
        assert "{{" not in text


@pytest.fixture
def window(page, live_server, officer):
    """`window(width, language)`: signed in as the officer."""

    def opened(width, language="zh-hans", username="officer"):
        found = Window(page, live_server.url, width, language)
        found.sign_in(username)
        return found

    return opened


# ----------------------------------------------------------------------------------- the demonstration
@pytest.fixture(scope="session")
def console(tmp_path_factory):
    """The address of a served demonstration: one place, a fiftieth of what is many."""
    with installed(tmp_path_factory.mktemp("demonstration")) as jiceng:
        jiceng("demo", "--place", "guangan", "--no-serve", "--scale", "50", timeout=1200)
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        command = [Path(sys.executable).with_name("jiceng"), "serve", "--port", str(port)]
        process = subprocess.Popen(command, env=jiceng.env | {"JICENG_DEMO": "1"}, stdout=subprocess.DEVNULL)
        try:
            until(lambda: process.poll() is not None or _answers(port), "a server that answers")
            assert process.poll() is None, "the server ended"
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()
            process.wait(timeout=PATIENCE)


def _answers(port):
    with socket.socket() as trial:
        return trial.connect_ex(("127.0.0.1", port)) == 0
