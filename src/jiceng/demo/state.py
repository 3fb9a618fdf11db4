"""How far a load has come, beside the data: the web shows it as a bar while other places still load."""

import json
import os
import time
from dataclasses import dataclass, field
from pathlib import Path

from django.conf import settings

MOMENT = 0.4
"""Seconds between two notes of one step."""


def path() -> Path:
    """The file that says how far the load is: `label`, `done`, `total`."""
    return Path(settings.HOME) / "demo.json"


def is_loading() -> bool:
    """Whether a load says that it is under way."""
    try:
        said = json.loads(path().read_text(encoding="utf-8"))
        return int(said["done"]) < int(said["total"])
    except (OSError, ValueError, KeyError, TypeError):
        return False


@dataclass(slots=True)
class Bar:
    """Notes the progress of several places as one: every place is worth 100."""

    places: int
    finished: int = 0
    label: str = ""
    _noted: float = field(default=0.0, repr=False)

    def step(self, label: str, share: float) -> None:
        """`share` (0 to 1) of the place under way is done; `label` says what is being done."""
        now = time.monotonic()
        if label != self.label or now - self._noted > MOMENT:
            self.label, self._noted = label, now
            self._write(label, 100 * self.finished + int(100 * min(share, 1.0)))

    def place_done(self) -> None:
        """One more place is in."""
        self.finished += 1
        self._write(self.label, 100 * self.finished)

    def close(self) -> None:
        """Nothing is being loaded any more, be it finished or given up."""
        path().unlink(missing_ok=True)

    def _write(self, label: str, done: int) -> None:
        text = json.dumps({"label": label, "done": done, "total": 100 * self.places}, ensure_ascii=False)
        draft = path().with_suffix(f".{os.getpid()}")
        draft.write_text(text, encoding="utf-8")
        draft.replace(path())
