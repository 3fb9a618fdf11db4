"""`jiceng figure` and `jiceng snapshot`: what a terminal and a script are told."""

import json
from datetime import date

import pytest

from jiceng.cli.commands import snapshot
from jiceng.cli.main import main
from jiceng.indicators.answering import declared as finding
from jiceng.indicators.models import CompiledQuery
from tests.indicators import factories as make
from tests.indicators.conftest import LAST, ask, of, records_of

UNITS = {"fact": "unit", "breakdowns": ["kind"]}
SHARE = {"fact": "unit", "unit": "%", "measure": "share", "part": {"above_scale": True}}
FOUNDED = {"fact": "unit", "time": "flow"}
DAY = ("--as-of", LAST.isoformat())


@pytest.fixture
def told(recorded_county, monkeypatch, capsys):
    """What a command prints with `--json`, and its exit code with what it says else."""
    found = of(UNITS, share=SHARE, founded=FOUNDED).catalogue
    monkeypatch.setattr(finding, "current", lambda: found)
    monkeypatch.setattr(snapshot, "current", lambda: found)

    def run(*arguments, plain=False):
        code = main([*arguments, *([] if plain else ["--json"])])
        said = capsys.readouterr()
        return (code, said.out + said.err) if plain or code else json.loads(said.out)

    return run


def test_a_figure_with_its_parts_and_records(told, recorded_county):
    code = recorded_county.spans["region"][recorded_county.county][-1]["code"]
    found = told("figure", "core:one", "--region", code, *DAY, "--by", "territory", "--records")
    value = ask(UNITS, node=recorded_county.county, by="territory")
    assert (found["indicator"], found["value"], found["as_of"]) == ("core:one", value.value, LAST.isoformat())
    assert {p["key"]: p["value"] for p in found["parts"]} == {p.key: p.value for p in value.parts}
    assert [r["id"] for r in found["records"]] == records_of(UNITS, node=recorded_county.county).ids()
    assert found["model"] == "organisations.unit"


def test_a_share_keeps_its_numerator_and_denominator(told):
    found, value = told("figure", "core:share", *DAY), ask(SHARE)
    assert (found["numerator"], found["denominator"]) == (value.numerator, value.denominator)
    assert found["value"] == pytest.approx(float(value.value), abs=1e-6)
    _code, said = told("figure", "core:share", *DAY, plain=True)
    assert f"（{value.numerator}/{value.denominator}）" in said
    assert "计算：其中规上：是的记录数 ÷ 全部记录数。" in said


@pytest.mark.parametrize(
    ("written", "period"),
    [
        ("2020", (date(2020, 1, 1), date(2020, 12, 31))),
        ("2020H2", (date(2020, 7, 1), date(2020, 12, 31))),
        ("2020-02", (date(2020, 2, 1), date(2020, 2, 29))),
        ("2019-05-06..2020-05-05", (date(2019, 5, 6), date(2020, 5, 5))),
    ],
)
def test_a_flow_in_a_period_as_it_is_written(told, written, period):
    found = told("figure", "core:founded", "--period", written)
    assert found["period"] == [day.isoformat() for day in period]
    assert found["value"] == ask(FOUNDED, period=period).value


def test_nodes_of_the_other_trees_are_named_by_their_codes(told, recorded_county):
    agency = recorded_county.rows["unit"][1]["code"]
    found = told("figure", "core:one", "--tree", "industry", "--region", agency, *DAY)
    assert found["value"] == ask(UNITS, tree="industry", node=1).value > 0


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("core:one", "--region", "R999"), "没有代码 R999"),
        (("core:two",), "没有指标"),
        (("core:one", "--by", "colour"), "colour"),
        (("core:founded", "--period", "2020-13"), "2020-13"),
    ],
)
def test_what_cannot_be_answered_is_said_with_exit_code_one(told, arguments, said):
    code, text = told("figure", *arguments, plain=True)
    assert code == 1
    assert said in text


def test_a_snapshot_takes_in_what_was_written_and_prepares_the_queries(told, recorded_county):
    before = told("figure", "core:one", *DAY)["value"]
    kept = make.region("R77")
    make.unit(kept)
    assert told("figure", "core:one", *DAY)["value"] == before
    found = told("snapshot")
    assert told("figure", "core:one", *DAY)["value"] == before + 1
    assert found["compiled"] == CompiledQuery.objects.count() > 0
    again = told("snapshot", "--full")
    assert again["snapshot"] != found["snapshot"]
    assert again["seq"] == found["seq"]
    assert told("figure", "core:one", *DAY)["value"] == before + 1
