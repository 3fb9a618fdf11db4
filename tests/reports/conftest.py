"""Papers as the tests write them."""

from collections.abc import Callable

import pytest

from jiceng.reports.papers import docx
from tests.reports.ordinary import paper
from tests.reports.word import Word


@pytest.fixture(autouse=True)
def real(settings) -> None:
    """No demonstration, whatever the machine says; tests of one turn it on."""
    settings.DEMO = False


@pytest.fixture
def word() -> Callable[..., Word]:
    """`word(title=…)`: the ordinary paper with that replaced, as a Word file opened again."""
    return lambda **said: Word(docx(paper(**said)))
