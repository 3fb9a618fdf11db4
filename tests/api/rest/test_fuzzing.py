"""Whatever the interface's own description allows, and some of what it does not: no failure of the server's own, and
no answer that is not described.
"""

from pathlib import Path

import pytest
import schemathesis
from django.conf import settings as configured
from django.core.wsgi import get_wsgi_application
from hypothesis import HealthCheck, given, settings
from schemathesis import GenerationMode
from schemathesis.specs.openapi.checks import ignored_auth, positive_data_acceptance

from jiceng.api.rest.interface import api
from jiceng.coverage.rebuilding import rebuild as derive
from jiceng.indicators.snapshot.refreshing import rebuild
from tests.accounts.cast import build_cast, build_world
from tests.api.rest.conftest import BASE, CLERK, token_for
from tests.staging import in_force

EXAMPLES = 3
"""For each operation, of what is allowed and of what is not: a few each time the tests run."""


@pytest.fixture
def stage(transactional_db, settings, tmp_path, monkeypatch):
    """A world with figures, and no end of requests."""
    settings.HOME = tmp_path
    settings.EXPORT_ROWS = 20
    monkeypatch.setattr("jiceng.api.rest.guarding.spend", lambda *_what: None)
    in_force(Path(configured.PACKS) / "core")
    world = build_world()
    derive()
    rebuild()
    return world, token_for(build_cast(world)[CLERK])


def known(world):
    """What is really there, beside what is made up: else nearly every answer would be 404."""
    return {
        "key": ["core:two_new_organised_rate", "members", "core:nothing"],
        "table": ["units", "memberships", "people", "nothing"],
        "uid": [str(world.qingshan.firm.uid), "1", "7f"],
        "region": ["", world.qingshan.town.code, world.baishui.town.code],
        "by": ["", "territory", "party", "unit.kind"],
    }


def described(world):
    """The interface's description, with the values that are there."""
    schema, names = dict(api.get_openapi_schema(path_prefix=f"{BASE}/")), known(world)
    for methods in schema["paths"].values():
        for operation in methods.values():
            for parameter in operation["parameters"]:
                if parameter["name"] in names and "import" not in operation["tags"][0]:
                    parameter["schema"] = {"type": "string", "enum": names[parameter["name"]]}
    for name in ("Rows", "Brought"):
        schema["components"]["schemas"][name]["properties"]["table"]["enum"] = names["table"]
    return schema


def test_every_answer_is_described(stage):
    world, text = stage
    schema = schemathesis.openapi.from_dict(described(world))
    schema.app = get_wsgi_application()
    statuses = set()
    for result in schema.get_all_operations():
        for mode in GenerationMode:
            statuses |= fuzzed(result.ok(), text, mode)
    assert {200, 404, 422} <= statuses


def fuzzed(operation, text, mode):
    """What the operation answers to all that is tried."""
    statuses = set()

    @given(case=operation.as_strategy(generation_mode=mode))
    @settings(
        max_examples=EXAMPLES, deadline=None, database=None, derandomize=True,
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    def each(case):
        answer = case.call(headers={"Authorization": f"Bearer {text}"})
        statuses.add(answer.status_code)
        case.validate_response(answer, excluded_checks=[ignored_auth, positive_data_acceptance])

    each()
    return statuses
