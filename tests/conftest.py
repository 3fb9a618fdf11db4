"""What every test may use: a data home and database of its own, the command line, a browser."""

import os
import secrets
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg
import pytest
from django.conf import settings
from django.db import connection
from django.test import TransactionTestCase
from hypothesis import HealthCheck
from hypothesis import settings as examples
from playwright.sync_api import Browser, Page, sync_playwright
from psycopg import sql

from tools import chromium as chromiums

PATIENCE = 300
"""Seconds that a test waits for what comes in its own time: how fast a busy machine is, is not what is tested."""


def until(condition: Callable[[], Any], what: str) -> Any:
    """Ask again and again until `condition` gives something true, and give that; `what` says what never
    happened.
    """
    end = time.monotonic() + PATIENCE
    while not (found := condition()):
        assert time.monotonic() < end, f"never happened: {what}"
        time.sleep(0.3)
    return found


# How long an example takes is not what is tested; continuous integration tries the same ones every time.
examples.register_profile(
    "jiceng",
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    derandomize=bool(os.environ.get("CI")),
    print_blob=True,
)
examples.load_profile("jiceng")

DATABASES = frozenset({"db", "transactional_db", "live_server", "jiceng"})
"""The fixtures that bring a database."""


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what touches a database. Everything else gives the same whatever the engine, and pytest-django lets no
    other test reach one: the run on a second engine leaves it out.
    """
    for item in items:
        brought = DATABASES & set(getattr(item, "fixturenames", ()))
        if brought or item.get_closest_marker("django_db"):
            item.add_marker("database")


@pytest.fixture(scope="session", autouse=True)
def data_home(tmp_path_factory) -> Path:
    """No test touches the developer's own data home: keys, snapshots and uploads live in a fresh one."""
    home = tmp_path_factory.mktemp("home")
    settings.HOME = home
    os.environ["JICENG_HOME"] = str(home)
    return home


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings, tmp_path_factory) -> None:
    """SQLite in a file as in real life: other connections and other readers can open it."""
    database = settings.DATABASES["default"]
    if database["ENGINE"].endswith("sqlite3"):
        database.setdefault("TEST", {})["NAME"] = str(tmp_path_factory.mktemp("database") / "test.sqlite3")


# ------------------------------------------------------------------------- tables that refuse to forget
@contextmanager
def triggers_lifted() -> Iterator[None]:
    """Append-only tables refuse the emptying between tests as they should; lift their triggers for that."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
            triggers = cursor.fetchall()
            lift = [f'DROP TRIGGER "{name}"' for name, _ in triggers]
            # emptying ends with the post-migrate signal, which may have put a trigger back by itself
            restore = [
                text.replace("CREATE TRIGGER", "CREATE TRIGGER IF NOT EXISTS", 1) for _, text in triggers
            ]
        else:
            cursor.execute("SELECT DISTINCT tgrelid::regclass::text FROM pg_trigger WHERE NOT tgisinternal")
            tables = [row[0] for row in cursor.fetchall()]
            lift = [f"ALTER TABLE {table} DISABLE TRIGGER USER" for table in tables]
            restore = [f"ALTER TABLE {table} ENABLE TRIGGER USER" for table in tables]
        _settle()
        for statement in lift:
            cursor.execute(statement)
    try:
        yield
    finally:
        _settle()
        with connection.cursor() as cursor:
            for statement in restore:
                cursor.execute(statement)


def _settle() -> None:
    """PostgreSQL changes no trigger while a constraint is still to be looked at."""
    if connection.vendor == "postgresql" and connection.in_atomic_block and not connection.needs_rollback:
        connection.check_constraints()


@pytest.fixture(scope="session", autouse=True)
def _emptying_between_tests() -> Iterator[None]:
    """Tests that commit (`transactional_db`, `live_server`) empty every table when they end."""
    ordinary = TransactionTestCase._fixture_teardown

    def teardown(self: TransactionTestCase) -> None:
        with triggers_lifted():
            ordinary(self)

    with pytest.MonkeyPatch.context() as patch:
        # TestCase, which rolls back instead, has a _fixture_teardown of its own
        patch.setattr(TransactionTestCase, "_fixture_teardown", teardown)
        yield


# ------------------------------------------------------------------------------------ the command line
class Installation:
    """A Jiceng of its own, driven the way its user does: `jiceng …` in another process."""

    def __init__(self, home: Path, database_url: str) -> None:
        self.home = home
        self.env = os.environ | {"JICENG_HOME": str(home), "DATABASE_URL": database_url, "NO_COLOR": "1"}

    def __call__(self, *arguments: str, code: int = 0, timeout: int = 600) -> str:
        """What `jiceng ARGUMENTS` prints, with errors where the exit code, which must be `code`, is not 0."""
        done = subprocess.run(
            [Path(sys.executable).with_name("jiceng"), *arguments],
            env=self.env,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=timeout,
            check=False,
        )
        assert done.returncode == code, f"jiceng {' '.join(arguments)}: exit {done.returncode}\n{done.stderr}"
        return done.stdout if code == 0 else done.stdout + done.stderr


@contextmanager
def installed(home: Path) -> Iterator[Installation]:
    """An empty installation on the engine that the tests run on."""
    given = os.environ.get("DATABASE_URL", "")
    if not given.startswith("postgres"):
        yield Installation(home, f"sqlite://{home / 'jiceng.sqlite3'}")
        return
    parts, name = urlsplit(given), f"{given.rpartition('/')[2]}_{secrets.token_hex(4)}"
    server, quoted = f"{parts.scheme}://{parts.netloc}/postgres", sql.Identifier(name)
    with psycopg.connect(server, autocommit=True) as admin:
        admin.execute(sql.SQL("CREATE DATABASE {}").format(quoted))
        try:
            yield Installation(home, f"{parts.scheme}://{parts.netloc}/{name}")
        finally:
            admin.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(quoted))


@pytest.fixture
def jiceng(tmp_path) -> Iterator[Installation]:
    """`jiceng("figure", "x", "--json")` on an empty installation of this test alone."""
    with installed(tmp_path) as installation:
        yield installation


# ------------------------------------------------------------------------------------------- browser
@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """The machine's own Chromium; tests that use it are marked `browser`, and run only where there is one."""
    path = chromiums.found()
    assert path, "a test marked `browser` needs a Chromium; JICENG_CHROMIUM says where it is"
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        # Playwright keeps an event loop in this thread, and Django would take every query for one from it.
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        browser = playwright.chromium.launch(executable_path=path, args=list(chromiums.FLAGS))
        yield browser
        browser.close()


@pytest.fixture
def page(chromium) -> Iterator[Page]:
    """A fresh window, in Chinese and 1440 wide. A script error or a refused resource fails the test."""
    context = chromium.new_context(viewport={"width": 1440, "height": 900}, locale="zh-CN")
    context.set_default_timeout(PATIENCE * 1_000)
    page = context.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda line: errors.append(line.text) if line.type == "error" else None)
    yield page
    context.close()
    assert not errors, "\n".join(errors)
