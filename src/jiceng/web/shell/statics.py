"""Static files are kept by browsers for a year, because their address changes with their content."""

import hashlib
from functools import cache
from pathlib import Path

from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import StaticFilesStorage


@cache
def _mark(name: str) -> str:
    """Eight digits of the file's content; '' for a file that is not there."""
    found = finders.find(name)
    return hashlib.sha256(Path(found).read_bytes()).hexdigest()[:8] if found else ""


class MarkedFiles(StaticFilesStorage):
    """Puts a mark of its content behind a file's address; no step of building is needed."""

    def url(self, name: str | None) -> str:
        """The address of a static file."""
        address: str = super().url(name)
        mark = _mark(name or "")
        return f"{address}?{mark}" if mark else address
