"""Run everything that says whether Jiceng is sound, as far as this machine can.

    test.py [--full] [PART ...]

Parts: `checks` (lint, types, imports), `sqlite`, `postgresql` (those that touch a database again, on the
other engine; needs a server, JICENG_TEST_POSTGRES says which), `browser` (needs a Chromium, JICENG_CHROMIUM says which)
and `spark` (figures from a cluster on this machine; needs Java, and installs Spark the first time).
Without a part all five run. `--full` adds the tests at the size of a county or prefecture.

The last line says what was left out, and why. The exit code is 0 only if nothing that ran failed.
"""

import argparse
import os
import re
import secrets
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

ROOT = Path(__file__).resolve().parent.parent
JAVA = 17
BIN = Path(sys.executable).parent

sys.path.insert(0, str(ROOT))
import psycopg  # noqa: E402
from psycopg import sql  # noqa: E402

from tools import chromium  # noqa: E402


@dataclass
class Run:
    """One run of the suite: what was asked for, and what came of it."""

    full: bool
    parts: list[str]
    home: Path
    results: list[tuple[str, bool, float]] = field(default_factory=list)
    left_out: dict[str, str] = field(default_factory=dict)

    def step(self, name: str, command: list[str], **env: str) -> None:
        """Run one command with its output in plain sight; it fails with any exit code but 0."""
        words = [Path(word).name if word.startswith(str(BIN)) else word for word in command]
        print(f"\n== {name}: {' '.join(words)}", flush=True)
        began = time.monotonic()
        own = {"JICENG_HOME": str(self.home)} | env
        inherited = {key: value for key, value in os.environ.items() if key != "DATABASE_URL"}
        done = subprocess.run(command, check=False, cwd=ROOT, env=inherited | own, stdin=subprocess.DEVNULL)
        self.results.append((name, done.returncode == 0, time.monotonic() - began))

    def pytest(self, name: str, marks: str, at_once: int = 2, **env: str) -> None:
        """Run the tests that `marks` select, so many at once. That there are none (exit code 5) is a failure too."""
        if self.full:
            env["JICENG_FULLSIZE"] = "1"
        else:
            marks = f"({marks}) and not fullsize"
        self.step(name, [sys.executable, "-m", "pytest", "-n", str(at_once), "-m", marks], **env)


# ----------------------------------------------------------------------------------------- the parts
def checks(run: Run) -> None:
    django = [sys.executable, "-m", "django"]
    run.step("lint", [str(BIN / "ruff"), "check", "--output-format", "concise", "."])
    run.step("format", [str(BIN / "ruff"), "format", "--check", "--output-format", "concise", "."])
    run.step("types", [str(BIN / "mypy")])
    run.step("imports", [str(BIN / "lint-imports")])
    templates = sorted({str(path) for path in ROOT.glob("src/jiceng/**/templates")})
    if templates:
        run.step("templates", [str(BIN / "djlint"), "--lint", "--quiet", *templates])
    settings = {"DJANGO_SETTINGS_MODULE": "jiceng.settings"}
    run.step("django", [*django, "check"], **settings)
    run.step("migrations", [*django, "makemigrations", "--check", "--dry-run"], **settings)
    if "sqlite" not in run.parts:  # there they run among the others
        run.step("house rules", [sys.executable, "-m", "pytest", "-q", "tests/test_house.py"])


def sqlite(run: Run) -> None:
    run.pytest("sqlite", "not browser and not spark")


def postgresql(run: Run) -> None:
    server = os.environ.get("JICENG_TEST_POSTGRES") or "postgresql:///postgres"
    if refusal := why_not(server):
        run.left_out["postgresql"] = refusal
        return
    with fresh_database(server) as url:
        run.pytest("postgresql", "database and not browser and not spark", DATABASE_URL=url)


def browser(run: Run) -> None:
    path, driver = chromium.found(), chromium.driver_trouble()
    if not path:
        run.left_out["browser"] = f"no Chromium found ({', '.join(chromium.NAMES)} or JICENG_CHROMIUM)"
    elif driver:
        run.left_out["browser"] = f"Playwright does not start ({driver})"
    else:
        run.pytest("browser", "browser", JICENG_CHROMIUM=path)


def spark(run: Run) -> None:
    if refusal := no_java():
        run.left_out["spark"] = refusal
        return
    run.step("Spark", ["make", "--no-print-directory", ".venv/.spark"])
    run.pytest("spark", "spark", at_once=0)  # one cluster for all of them


PARTS: dict[str, Callable[[Run], None]] = {
    "checks": checks,
    "sqlite": sqlite,
    "postgresql": postgresql,
    "browser": browser,
    "spark": spark,
}


def no_java() -> str | None:
    """Why Spark cannot run here, if it cannot."""
    home = os.environ.get("JAVA_HOME")
    command = str(Path(home) / "bin" / "java") if home else "java"
    try:
        said = subprocess.run([command, "-version"], capture_output=True, text=True, check=True).stderr
    except (OSError, subprocess.CalledProcessError):
        return f"no Java {JAVA} found ({command} or JAVA_HOME)"
    found = re.search(r'version "(\d+)', said)
    return None if found and int(found[1]) >= JAVA else f"Spark needs Java {JAVA}, not {said.splitlines()[0]}"


# ---------------------------------------------------------------------------------------- PostgreSQL
def why_not(server: str) -> str | None:
    """Why the tests cannot use this server, if they cannot."""
    try:
        with psycopg.connect(server, connect_timeout=3) as connection:
            row = connection.execute(
                "SELECT rolcreatedb OR rolsuper FROM pg_roles WHERE rolname = current_user"
            ).fetchone()
    except psycopg.Error as error:
        reason = " ".join(str(error).split())
        return f"no PostgreSQL answers ({reason}); JICENG_TEST_POSTGRES says where one is"
    return None if row and row[0] else "the PostgreSQL user may not create databases"


@contextmanager
def fresh_database(server: str) -> Iterator[str]:
    """A URL that names a database of this run alone; whatever was made under that name is dropped."""
    name, parts = f"jiceng_{os.getpid()}_{secrets.token_hex(3)}", urlsplit(server)
    try:
        yield f"{parts.scheme}://{parts.netloc}/{name}"  # not geturl(): it drops the // of an empty host
    finally:
        with psycopg.connect(server, autocommit=True) as connection:
            made = connection.execute(
                "SELECT datname FROM pg_database WHERE starts_with(datname, %s) OR starts_with(datname, %s)",
                [name, f"test_{name}"],
            ).fetchall()
            for (database,) in made:
                drop = sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(database))
                connection.execute(drop)


# --------------------------------------------------------------------------------------------- report
def report(run: Run) -> int:
    print("\n== result")
    for name, good, seconds in run.results:
        print(f"{'ok    ' if good else 'FAILED'} {name} ({seconds:.0f} s)")
    for name in PARTS:
        if name not in run.parts:
            run.left_out[name] = "not asked for"
    if not run.full:
        run.left_out["full size"] = "not asked for (--full)"
    print("Left out:", "; ".join(f"{name}: {why}" for name, why in run.left_out.items()) or "nothing")
    return 0 if run.results and all(good for _, good, _ in run.results) else 1


def main() -> int:
    parser = argparse.ArgumentParser(description="Run Jiceng's tests and checks.")
    parser.add_argument("--full", action="store_true", help="also the tests at full size")
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"of {', '.join(PARTS)}; all by default")
    asked = parser.parse_args()
    if unknown := set(asked.parts) - set(PARTS):
        parser.error(f"no part is called {', '.join(sorted(unknown))}; there are {', '.join(PARTS)}")
    with tempfile.TemporaryDirectory(prefix="jiceng-test-") as home:
        run = Run(full=asked.full, parts=asked.parts or list(PARTS), home=Path(home))
        for name in PARTS:
            if name in run.parts:
                PARTS[name](run)
        return report(run)


if __name__ == "__main__":
    sys.exit(main())
