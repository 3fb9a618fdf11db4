"""Where this machine has a Chromium, for the browser tests. None is ever downloaded."""

import os
import shutil
import subprocess
import sys

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")

# As root there is no sandbox; the others keep the browser from calling home in a closed network.
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def found() -> str | None:
    """The browser's path: JICENG_CHROMIUM where it is set, else the first on the PATH."""
    given = os.environ.get("JICENG_CHROMIUM")
    names = (given,) if given else NAMES
    return next((path for name in names if (path := shutil.which(name))), None)


def driver_trouble() -> str | None:
    """Why Playwright, which drives it, does not start here: on a bare Debian libatomic1 is missing."""
    done = subprocess.run(
        [sys.executable, "-m", "playwright", "--version"], capture_output=True, text=True, check=False
    )
    return None if done.returncode == 0 else " ".join((done.stderr or done.stdout).split())[-200:]
