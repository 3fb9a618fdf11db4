"""What the figures' tests share: a county of plain rows with a snapshot, and ways to ask."""

from datetime import date

import pytest

from jiceng.indicators.answering.declared import Declared
from jiceng.indicators.answering.question import Question
from jiceng.indicators.figures import answer, list_records
from jiceng.indicators.sections import Indicator
from jiceng.indicators.snapshot.refreshing import rebuild
from jiceng.packs.references import Resolver
from jiceng.protection.scopes import Scope
from tests.indicators.vocabularies import VOCABULARIES, catalogue
from tests.indicators.world import World

LAST = date(2022, 12, 31)


@pytest.fixture(autouse=True)
def own_home(settings, tmp_path):
    """Every test has snapshots of its own."""
    settings.HOME = tmp_path


@pytest.fixture
def county(request, db):
    """A random county with a snapshot, in the database too; the seed is the test's parameter."""
    world = World(getattr(request, "param", 1))
    world.store()
    world.publish()
    return world


@pytest.fixture
def recorded_county(request, transactional_db):
    """The same, committed, with a snapshot made from the database: it follows what is written."""
    world = World(getattr(request, "param", 1))
    world.store()
    rebuild()
    return world


def declared(written, others=None) -> Indicator:
    """The indicator that a pack would write so, beside others."""
    resolver = Resolver("core", ("core",), VOCABULARIES, {"indicators": others or {}})
    return Indicator.model_validate({"name": "指标", "unit": "个", **written}, context=resolver)


def of(written, **others) -> Declared:
    """The indicator as it is found: `core:one`, among `others` by key."""
    items = {f"core:{key}": declared(other) for key, other in others.items()}
    one = declared(written, items)
    return Declared("core:one", one, catalogue({"core:one": one, **items}))


def ask(written, *, scope=None, as_of=LAST, **asked):
    """The value of an indicator written as in a pack, by default all of it on the last day."""
    question = Question(scope=scope or Scope.all(), as_of=as_of, **asked)
    return answer(written if isinstance(written, Declared) else of(written), question)


def records_of(written, *, scope=None, as_of=LAST, part=None, counted=None, after=0, limit=10_000, **asked):
    """The records behind the same."""
    question = Question(scope=scope or Scope.all(), as_of=as_of, **asked)
    one = written if isinstance(written, Declared) else of(written)
    only = {} if part is None else {"part": part}
    return list_records(one, question, counted=counted, after=after, limit=limit, **only)
