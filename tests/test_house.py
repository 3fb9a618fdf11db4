"""The rules of the house, which no single test of a room would notice being broken."""

import ast
import csv
import re
import subprocess
import sys
import tomllib
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from django.apps import apps

from tools import messages

ROOT = Path(__file__).resolve().parent.parent
SRC = ROOT / "src"
OURS = (SRC, ROOT / "tests", ROOT / "tools")
PACKS = sorted(path for path in (ROOT / "packs").glob("*/") if path.is_dir())


def files(*suffixes: str, below: tuple[Path, ...] = OURS) -> list[Path]:
    return sorted(
        path
        for folder in below
        for path in folder.rglob("*")
        if path.suffix in suffixes and "__pycache__" not in path.parts and "migrations" not in path.parts
    )


def short(path: Path) -> str:
    return str(path.relative_to(ROOT))


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), short(path))


def texts(path: Path) -> Iterator[tuple[int, str]]:
    """Every text literal of a file, parts of f-strings included, with its line."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.lineno, node.value


def found(pattern: str, paths: list[Path]) -> list[str]:
    """`file:line: text` for every line that matches."""
    search = re.compile(pattern).search
    return [
        f"{short(path)}:{number}: {line.strip()}"
        for path in paths
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        if search(line)
    ]


# ------------------------------------------------------------------------------------- size, finish
def test_no_file_is_longer_than_600_lines():
    lengths = {
        short(p): p.read_text(encoding="utf-8").count("\n") for p in files(".py", ".html", ".js", ".css")
    }
    assert {name: lines for name, lines in lengths.items() if lines > 600} == {}


def test_no_folder_has_more_than_14_python_files():
    counts = Counter(short(path.parent) for path in files(".py"))
    assert {folder: count for folder, count in counts.items() if count > 14} == {}


def test_nothing_is_left_unfinished():
    # put together here, so that this file does not find itself
    words = "|".join(("TO" + "DO", "FIX" + "ME", "XX" + "X", "NotImplemented" + "Error"))
    assert found(rf"\b({words})\b", files(".py", ".html", ".js", ".css")) == []


def test_no_test_is_skipped():
    words = "|".join(
        ("mark.sk" + "ip", "pytest.sk" + r"ip\(", "unittest.sk" + "ip", "xf" + "ail", "importor" + "skip")
    )
    assert found(words, files(".py")) == []


def test_an_import_inside_a_function_gives_its_reason():
    mark = "noqa: " + "PLC0415"
    without = []
    for path in files(".py"):
        above = ""
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
            if mark in line and not line.split(mark)[1].strip() and not above.startswith("#"):
                without.append(f"{short(path)}:{number}")
            above = line.strip()
    assert without == []


# ------------------------------------------------------------------------------ places stay in packs
def names_in_chinese(pack: Path) -> set[str]:
    """The prefectures and counties among its regions, with and without 市, 县, 区."""
    regions = pack / "regions.csv"
    if not regions.is_file():
        return set()
    with regions.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    above = [row["name"] for row in rows if row["kind"] in {"prefecture", "county"}]
    return {name for name in above if len(name) > 2} | {name[:-1] for name in above if len(name) > 2}


def test_no_code_knows_a_pack_or_a_place_by_name():
    names = {pack.name for pack in PACKS}
    # `core` is also part of other people's module names: a pack is named alone, before a key, or as a folder
    named = re.compile(rf"(?:^|packs/)(?:{'|'.join(map(re.escape, names))})(?:$|[:/])")
    places = {name for pack in PACKS for name in names_in_chinese(pack)}
    hits = [
        f"{short(path)}:{line}: {text[:60]!r}"
        for path in files(".py", below=(SRC,))
        for line, text in texts(path)
        if (names and named.search(text)) or any(place in text for place in places)
    ]
    assert hits == []


# ------------------------------------------------------------------------------- the order of rooms
@cache
def layers() -> list[str]:
    """The rooms from top to bottom, as import-linter's contract has them."""
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]
    (contract,) = (c for c in contracts["contracts"] if c["type"] == "layers")
    return [re.sub(r"[()\s]", "", room) for layer in contract["layers"] for room in layer.split("|")]


def room(module: str) -> str | None:
    return next((layer for layer in layers() if f"{module}.".startswith(f"{layer}.")), None)


def test_rooms_import_downwards_only():
    done = subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-cache"],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_room_has_its_place_in_the_order():
    packages = {f"jiceng.{path.parent.name}" for path in (SRC / "jiceng").glob("*/__init__.py")}
    assert packages - set(layers()) == set()


def test_foreign_keys_point_downwards_only():
    order = layers()
    upwards = []
    for model in apps.get_models(include_auto_created=True):
        own = room(model.__module__)
        for field in model._meta.get_fields():
            if own is None or not field.is_relation or field.auto_created or field.related_model is None:
                continue
            other = room(field.related_model.__module__)
            if other is not None and order.index(other) < order.index(own):
                upwards.append(f"{model._meta.label}.{field.name} → {field.related_model._meta.label}")
    assert upwards == []


def test_no_name_in_the_database_is_longer_than_30_characters():
    chosen = [
        item.name
        for model in apps.get_models()
        if room(model.__module__)
        for item in [*model._meta.constraints, *model._meta.indexes]
    ]
    assert [name for name in chosen if len(name) > 30] == []


def test_every_database_can_run_it():
    assert found(r"django\.contrib\.postgres", files(".py", below=(SRC,))) == []


# -------------------------------------------------------------------------------------- lock files
def test_lock_files_name_no_host():
    locks = [*sorted((ROOT / "requirements").iterdir()), ROOT / "package-lock.json", ROOT / ".npmrc"]
    assert found(r"://", locks) == []


@pytest.mark.parametrize("name", ["base", "dev", "tools", "node", "spark"])
def test_locked_packages_have_hashes(name):
    text = (ROOT / "requirements" / f"{name}.txt").read_text(encoding="utf-8").replace("\\\n", " ")
    packages = [line for line in text.splitlines() if re.match(r"[a-z0-9]", line)]
    assert packages
    assert [line for line in packages if "--hash=sha256:" not in line] == []


def test_every_dependency_says_why_it_is_there():
    wanted = [
        line
        for path in (ROOT / "requirements").glob("*.in")
        for line in path.read_text(encoding="utf-8").splitlines()
        if re.match(r"[A-Za-z]", line)
    ]
    assert wanted
    assert [line for line in wanted if not re.search(r"# \w", line)] == []


# ------------------------------------------------------------------------------------------ language
def test_the_interface_is_all_there_in_english():
    catalogue = ROOT / "locale" / "en" / "LC_MESSAGES" / "django.po"
    assert [key.singular for key in messages.missing(catalogue)] == []


def test_a_catalogue_keeps_every_placeholder():
    lost = []
    for po in messages.catalogues():
        for entry in messages.read(po):
            wanted = set(re.findall(r"%\(\w+\)\w", entry.key.singular))
            if entry.key.singular and any(
                set(re.findall(r"%\(\w+\)\w", text)) - wanted for text in entry.translations.values()
            ):
                lost.append(entry.key.singular)
    assert lost == []


# --------------------------------------------------------------------------- what Jiceng never does
NEVER = re.compile(
    r"leader_?board|rank(ing)?_(of_)?(persons?|people|members?|residents?)"
    r"|(persons?|people|members?|residents?)_rank"
    r"|online_?(time|minutes|seconds|duration)|time_online|stay_(time|duration)"
    r"|(forced?|required?|must|compulsory)_?(check_?in|photo|location|gps)"
    r"|(check_?in|photo|location|gps)_(required|forced|compulsory)",
    re.IGNORECASE,
)


def identifiers(path: Path) -> Iterator[tuple[int, str]]:
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield node.lineno, node.name
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.lineno, node.id
        elif isinstance(node, ast.arg | ast.keyword) and node.arg:
            yield node.lineno, node.arg


def test_nobody_is_ranked_watched_or_made_to_check_in():
    """No leaderboard of persons, no forced check-in, no online time, no compulsory photo or location."""
    hits = [
        f"{short(path)}:{line}: {name}"
        for path in files(".py", below=(SRC,))
        for line, name in identifiers(path)
        if NEVER.search(re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name))
    ]
    hits += found(NEVER.pattern, files(".html", ".js", below=(SRC,)))
    hits += found(r"排行榜|在线时长|强制打卡", files(".py", ".html", ".js", below=(SRC,)))
    assert hits == []
