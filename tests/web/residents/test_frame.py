"""The frame of the residents' pages: small, without scripts, large letters, two languages; and which zone has what."""

import gzip
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.test import Client
from django.urls import Resolver404, URLResolver, get_resolver, resolve, reverse

from tests.web.visiting import Visitor

PAGES = ("begin", "choose", "follow", "wishes", "matters", "channels")


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_small_and_needs_no_script(resident, name):
    html = resident.text(reverse(f"residents:{name}"))
    css = Path(finders.find("jiceng/open.css")).read_bytes()
    assert "<script" not in html
    assert re.findall(r'rel="stylesheet" href="/static/([^?"]+)', html) == ["jiceng/open.css"]
    assert len(gzip.compress(html.encode())) + len(gzip.compress(css)) < 8_000
    assert 'class="side"' not in html, "nothing of the staff's navigation"


def test_large_letters_stay_until_they_are_switched_off(resident):
    begin = reverse("residents:begin")
    assert '<html lang="zh-hans">' in resident.text(begin)
    resident.post(reverse("residents:size"), {"next": begin})
    assert 'class="large"' in resident.text(begin)
    resident.post(reverse("residents:size"), {"next": begin})
    assert 'class="large"' not in resident.text(begin)


def test_the_language_is_kept(resident):
    resident.post(reverse("residents:language"), {"language": "en", "next": reverse("residents:follow")})
    html = resident.text(reverse("residents:begin"))
    assert "Report a problem" in html
    chinese = re.sub(r"<button[^>]*>中文</button>", "", html)
    assert re.findall(r"[\u4e00-\u9fff]+", chinese) == []


@pytest.mark.parametrize("to", ["https://elsewhere.example/", "//elsewhere.example/", "/account/login/"])
def test_nobody_is_sent_away(resident, to):
    answer = resident.post(reverse("residents:size"), {"next": to})
    assert answer["Location"] == reverse("residents:begin")


# --------------------------------------------------------------------------------------------------- zones
def routes(resolver, prefix=""):
    for entry in resolver.url_patterns:
        if isinstance(entry, URLResolver):
            yield from routes(entry, f"{prefix}{entry.pattern}")
        else:
            yield f"{prefix}{entry.pattern}"


def sample(route):
    """An address that the route takes."""
    route = re.sub(r"\(\?P<\w+>(\w+)\|[^)]*\)", r"\1", route.replace("\\.", "."))  # the first of several
    route = re.sub(r"\(\?P<\w+>[^)]*\)", "x", route).replace("^", "").replace("$", "")
    kinds = {"int": "1", "uuid": "0" * 8 + "-0000-0000-0000-" + "0" * 12, "slug": "x", "str": "x"}
    return "/" + re.sub(r"<(?:(\w+):)?\w+>", lambda m: kinds.get(m[1] or "str", "x"), route)


def there(urlconf):
    """Of every address of a server of both zones: whether one with `urlconf` has it."""

    def has(path):
        try:
            return bool(resolve(path, urlconf))
        except Resolver404:
            return False

    return {path for path in every() if has(path)}


def every():
    return {sample(route) for route in routes(get_resolver("tests.zones"))}


def is_residents(path):
    return path.startswith(("/open/", "/open311/"))


def test_a_server_of_staff_has_no_residents_page(county, settings):
    assert there("tests.zone_of_staff") == {path for path in every() if not is_residents(path)}
    settings.ROOT_URLCONF = "tests.zone_of_staff"
    for path in filter(is_residents, every()):
        assert Client().get(path).status_code == 404, path


def test_a_server_of_residents_has_no_page_of_staff_and_no_sign_in(county, settings):
    assert there("tests.zone_of_residents") == {path for path in every() if is_residents(path)} | {"/"}
    settings.ROOT_URLCONF, settings.ZONE = "tests.zone_of_residents", "resident"
    for path in every() - there("tests.zone_of_residents"):
        assert Client().get(path).status_code == 404, path
    assert Client().get("/")["Location"] == reverse("residents:begin")


def test_every_page_of_residents_is_open_to_all(county, settings):
    settings.ROOT_URLCONF, settings.ZONE = "tests.zone_of_residents", "resident"
    client = Visitor(raise_request_exception=False)
    for route in routes(get_resolver("tests.zone_of_residents")):
        answer = client.get(sample(route))
        assert answer.status_code in (200, 302, 400, 404, 405), route
        assert "account" not in answer.get("Location", ""), route


def test_what_is_not_there_is_said_in_the_residents_frame(county, settings):
    settings.ROOT_URLCONF, settings.ZONE = "tests.zone_of_residents", "resident"
    answer = Visitor(raise_request_exception=False).get("/registry/units/")
    assert answer.status_code == 404
    assert "居民服务" in answer.content.decode()


@pytest.mark.parametrize(
    ("zone", "there", "gone"),
    [
        ("staff", ["account_login", "registry:index"], ["residents:begin", "open311:services"]),
        ("resident", ["residents:begin", "open311:services"], ["account_login", "registry:index", "home"]),
        ("both", ["account_login", "residents:begin", "open311:services"], []),
        ("", ["account_login"], ["residents:begin"]),
    ],
)
def test_the_setting_says_which(tmp_path, zone, there, gone):
    code = (
        "import django; django.setup(); from django.urls import get_resolver\n"
        "def names(r, p=''):\n"
        "    for e in r.url_patterns:\n"
        "        if hasattr(e, 'url_patterns'): yield from names(e, f'{p}{e.namespace}:' if e.namespace else p)\n"
        "        else: yield f'{p}{e.name}'\n"
        "print(*names(get_resolver()))"
    )
    env = {**os.environ, "JICENG_ZONE": zone, "JICENG_HOME": str(tmp_path), "JICENG_DEMO": "0"}
    env["DJANGO_SETTINGS_MODULE"] = "jiceng.settings"
    done = subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, text=True, check=True)
    names = set(done.stdout.split())
    assert set(there) <= names
    assert not set(gone) & names


def test_a_zone_that_is_none_is_refused(tmp_path):
    env = {**os.environ, "JICENG_ZONE": "public", "JICENG_HOME": str(tmp_path)}
    jiceng = Path(sys.executable).with_name("jiceng")
    done = subprocess.run([jiceng, "pack", "list"], env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "JICENG_ZONE" in done.stderr
