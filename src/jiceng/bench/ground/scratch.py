"""A database and data home that last for one benchmark, on the engine that the installation runs on."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.db import connection

from jiceng.protection import keys


@contextmanager
def scratch() -> Iterator[Path]:
    """An empty, migrated database in the place of the installation's own, and a data home; gives the home.

    SQLite in a file, as in real life. Both are gone afterwards; what the installation holds is never touched.
    """
    kept_home, kept_name = settings.HOME, connection.settings_dict["NAME"]
    with tempfile.TemporaryDirectory(prefix="jiceng-bench-") as folder:
        settings.HOME = Path(folder)
        _forget_keys()
        test = connection.settings_dict.setdefault("TEST", {})
        if connection.vendor == "sqlite":
            test["NAME"] = str(Path(folder) / "bench.sqlite3")
        connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
        try:
            yield Path(folder)
        finally:
            connection.creation.destroy_test_db(kept_name, verbosity=0)
            settings.HOME = kept_home
            _forget_keys()


def _forget_keys() -> None:
    """The keys of one data home are not those of another."""
    keys.provider.cache_clear()
    keys.derived.cache_clear()
