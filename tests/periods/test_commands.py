"""`jiceng check`, `close`, `period` and `figure --closed`: what a terminal and a script are told."""

import json

import pytest

from jiceng.cli.main import main
from jiceng.indicators.snapshot.refreshing import refresh
from tests.accounts.cast import membership, person
from tests.periods.closings import MAY, WHY

TOWN = ("--region", "990101101")


@pytest.fixture
def told(world, capsys):
    """What a command prints with `--json`; with `code` what it says beside."""

    def run(*arguments, code=0, plain=False):
        found = main([*arguments, *([] if plain or code else ["--json"])])
        said = capsys.readouterr()
        assert found == code, said
        return said.out + said.err if plain or code else json.loads(said.out)

    return run


@pytest.fixture
def closed(told):
    """The town's May, closed by command."""
    stops = [line.split(": ")[0] for line in told("close", "2022-05", *TOWN, code=1).splitlines()]
    return told("close", "2022-05", *TOWN, *(part for key in stops for part in ("--explain", f"{key}={WHY}")))


def test_checks_are_listed_and_one_opens_to_its_records(told, world):
    said = told("check", *TOWN, "--period", "2022-05", code=1)
    assert said.startswith("2022年5月\n")
    assert "✗ core:members_by_age" in said
    assert "✓ core:members_full_and_probationary" in said
    one = told("check", "members_by_age", *TOWN, "--period", "2022-05", code=1)
    members = world.qingshan.memberships
    assert f"\n  {members['secretary'].pk}\n" in one
    held = told("check", "members_full_and_probationary", *TOWN, "--period", "2022-05")
    assert (held["period"], held["records"], held["checks"][0]["holds"]) == ("2022-05", [], True)
    assert "没有核对项" in told("check", "nothing", code=1)


def test_a_period_goes_up_the_tree(told, closed, cast):
    assert (closed["state"], closed["period"]) == ("closed", "2022-05")
    assert all(one["explained"] for one in closed["checks"] if one["holds"] is False and one["closing"])
    assert "已经关账" in told("close", "2022-05", *TOWN, code=1)
    assert told("period", "submit", "2022-05", *TOWN)["state"] == "submitted"
    account = ("--as", "qingshan.street_officer")
    assert "审收下级上报" in told("period", "accept", "2022-05", *TOWN, *account, code=1)
    chief = ("--as", "qingshan.organisation_department")
    assert told("period", "return", "2022-05", *TOWN, *chief, "--remark", "再核")["state"] == "returned"
    shown = told("period", "show", "2022-05", "--region", "990101")
    assert {one["region"]: one["state"] for one in shown["lower"]} == {
        "990101101": "returned",
        "990101102": "",
    }
    assert "青石镇  已退回，未按期上报" in told("period", "show", "2022-05", "--region", "990101", plain=True)


def test_a_closed_figure_stays_and_the_correction_is_told(told, closed, world):
    asked = ("figure", "members", *TOWN, "--closed", "2022-05", "--records")
    before = told(*asked)
    membership(person("青补录", world.qingshan.town), world.qingshan.branch)
    refresh()
    assert told(*asked) == before
    now = told("figure", "members", *TOWN, "--as-of", MAY.last.isoformat())
    assert now["value"] == before["value"] + 1
    found = told("period", "corrections", "2022-05", *TOWN)["corrections"]
    (members,) = [one for one in found if one["indicator"] == "core:members"]
    assert (members["was"], members["now"]) == (before["value"], now["value"])
    assert members["records"][0]["writes"][0]["by"] == "布景"
    assert "党员  3 → 4（1）" in told("period", "corrections", "2022-05", *TOWN, plain=True)


def test_wrong_usage_is_said(told):
    with pytest.raises(SystemExit) as ended:
        main(["close", "2022-05", "--explain", "members_jump"])
    assert ended.value.code == 2
    assert "不是月、季、半年或年" in told("close", "5月", *TOWN, code=1)
    assert "没有区域" in told("close", "2022-05", "--region", "1", code=1)
    assert "没有写明哪个区域" in told("close", "2022-05", code=1)
    assert "没有关账" in told("figure", "members", *TOWN, "--closed", "2022-05", code=1)
