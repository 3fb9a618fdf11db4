"""Values that know where they come from: a number of a paper leads to its figure."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Traced:
    """A value and its origin, which the paper itself does not look into."""

    value: Any
    origin: Any


Mark = Callable[[str, Traced], str]
"""Takes the text of a traced value and gives what a paper is to write instead."""


def bare(value: Any) -> Any:
    """The value itself."""
    return value.value if isinstance(value, Traced) else value


def unmarked(text: str, _traced: Traced) -> str:
    """The mark of papers that leave the house: none."""
    return text
