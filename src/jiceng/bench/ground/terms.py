"""The terms that made-up records hold: those of the base pack, whatever it is called."""

from functools import cache

from jiceng.packs.installing import shipped_bases


@cache
def base() -> str:
    """The id of the base pack that comes with the program."""
    return shipped_bases([])[0].id


def term(key: str) -> str:
    """The base pack's term `key` as records hold it."""
    return f"{base()}:{key}"
