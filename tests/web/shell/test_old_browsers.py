"""What old desks run: the oldest Chromium that shows everything is 109, the last for Windows 7."""

import re
from pathlib import Path

import pytest
from django.conf import settings

STATIC = Path(settings.ROOT) / "src" / "jiceng" / "web" / "static" / "jiceng"
VENDOR = Path(settings.ROOT) / "build" / "vendor"

NEWER = (
    "light-dark(", "oklch(", "oklab(", "color-mix(", "@layer", "@container", "@property", "@scope", "text-wrap",
    "field-sizing", "anchor-name",
)  # fmt: skip
"""What Chromium learned only after 109 (or just then), in style sheets."""

NEWER_SCRIPT = (
    ".toSorted(", ".toReversed(", ".findLast(", "Object.groupBy", "Array.fromAsync", "using ", "navigation.",
    "startViewTransition", ".showPopover(", "URLPattern",
)  # fmt: skip

COLOURS = ("body-color", "body-bg", "border-color", "link-color", "primary", "secondary-color", "bg-forms")
"""Tabler's variables that newer functions compute, and that everything on a page hangs on."""


@pytest.mark.parametrize("path", sorted(STATIC.glob("*.css")), ids=lambda path: path.name)
def test_own_styles_ask_for_nothing_newer(path):
    text = path.read_text(encoding="utf-8")
    assert [word for word in NEWER if word in text] == []
    assert not re.search(r"^\s*&", text, re.MULTILINE), "nested rules"


@pytest.mark.parametrize("path", sorted(STATIC.glob("*.js")), ids=lambda path: path.name)
def test_own_scripts_ask_for_nothing_newer(path):
    text = path.read_text(encoding="utf-8")
    assert [word for word in NEWER_SCRIPT if word in text] == []


def test_what_tabler_computes_anew_has_a_plain_value_here():
    tabler = (VENDOR / "tabler.min.css").read_text(encoding="utf-8")
    ours = (STATIC / "base.css").read_text(encoding="utf-8")
    for name in COLOURS:
        assert f"--tblr-{name}:" in tabler
        assert re.search(rf"--tblr-{name}: *(#|var\(--(ink|line|brand|soft))", ours), name
