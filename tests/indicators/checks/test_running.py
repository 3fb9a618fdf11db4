"""Checks over a small county: what holds, what does not, and exactly the records that make it fail."""

from datetime import date

import pytest

from jiceng.indicators.answering import declared as finding
from jiceng.indicators.checks import running
from jiceng.indicators.checks.declaring import Check
from jiceng.indicators.checks.running import Checking, outcome, outcomes, records_behind
from jiceng.indicators.periods import calendar_period
from jiceng.packs.references import Resolver
from jiceng.protection.scopes import Scope
from tests.indicators.conftest import ask, declared, of, records_of
from tests.indicators.vocabularies import VOCABULARIES, catalogue

PERIOD = calendar_period("2022-05")
UNITS = {
    "one": {"fact": "unit", "breakdowns": ["kind"]},
    "small": {"fact": "unit", "where": {"employees": {"lt": 10}}},
    "large": {"fact": "unit", "where": {"employees": {"gte": 10}}},
    "unsized": {
        "fact": "unit", "where": {"employees": {"empty": True}},
        "finding": {"cites": "台账要求", "asks": "补全职工人数", "closing": True},
    },
    "markets": {"fact": "unit", "where": {"kind": "market"}, "finding": {"cites": "某文", "asks": "看看"}},
    "parents": {"fact": "region"},
    "share": {"fact": "unit", "unit": "%", "measure": "share", "where": {"employees": {"gte": 10**6}},
              "part": {"above_scale": True}},
    "founded": {"fact": "unit", "time": "flow"},
}  # fmt: skip


def check(**written):
    resolver = Resolver(
        "core", ("core",), VOCABULARIES, {"indicators": {f"core:{key}": UNITS[key] for key in UNITS}}
    )
    return Check.model_validate({"name": "核对", **written}, context=resolver)


CHECKS = {
    "core:sizes": check(compare="small + large = one", asks="补全"),
    "core:within": check(compare="large <= one"),
    "core:wrong_way": check(compare="one <= large", closing=False),
    "core:by_share": check(compare="share <= 100"),
    "core:other_facts": check(compare="parents >= one"),
    "core:jump": check(jump={"of": "one", "share": 1}),
    "core:calm": check(jump={"of": "one", "share": 1000}),
    "core:founded": check(jump={"of": "founded", "share": 1, "years": 1}),
}


@pytest.fixture
def asked(county, monkeypatch):
    found = catalogue({f"core:{key}": declared(written) for key, written in UNITS.items()})
    found._items["checks"] = CHECKS
    for module in (finding, running):
        monkeypatch.setattr(module, "current", lambda: found)
    return Checking(PERIOD, county.county, Scope.all())


def value(key, day=PERIOD.last, **asked):
    return ask(UNITS[key], as_of=day, **asked).value


def run(key, asked):
    return outcome(key, CHECKS[key], asked)


def test_parts_that_do_not_make_the_whole_open_to_the_records_in_none_or_in_two(asked, county):
    found = run("core:sizes", asked)
    one, small, large = (value(key, node=county.county) for key in ("one", "small", "large"))
    missing = value("unsized", node=county.county)
    assert one - small - large == missing > 0
    assert found.failed
    assert f"相差 {-missing}" in found.said
    assert {key: figure.value for key, figure in found.figures.items()} == {
        "core:small": small, "core:large": large, "core:one": one,
    }  # fmt: skip
    behind = records_behind("core:sizes", asked)
    assert behind.model == "organisations.unit"
    assert behind.ids() == records_of(UNITS["unsized"], as_of=PERIOD.last, node=county.county).ids()
    assert found.asks == "补全"


def test_records_of_a_check_are_paged(asked):
    every = records_behind("core:sizes", asked).ids()
    first = records_behind("core:sizes", asked, limit=1)
    assert (first.ids(), first.more) == (every[:1], len(every) > 1)
    assert records_behind("core:sizes", asked, after=every[0]).ids() == every[1:]


def test_what_is_within_bounds_holds_and_what_is_beyond_opens_to_what_is_too_much(asked, county):
    assert run("core:within", asked).holds
    assert records_behind("core:within", asked).ids() == []
    found = run("core:wrong_way", asked)
    assert (found.failed, found.closing) == (True, False)
    whole = records_of(UNITS["one"], as_of=PERIOD.last, node=county.county).ids()
    large = records_of(UNITS["large"], as_of=PERIOD.last, node=county.county).ids()
    assert records_behind("core:wrong_way", asked).ids() == sorted({*whole} - {*large})


def test_a_zero_denominator_is_neither_right_nor_wrong(asked):
    found = run("core:by_share", asked)
    assert found.holds is None
    assert "分母为零" in found.said


def test_figures_of_several_facts_have_no_records_in_common(asked):
    assert run("core:other_facts", asked).holds is not None
    assert records_behind("core:other_facts", asked) is None


def test_a_jump_opens_to_what_came_and_went(asked, county, monkeypatch):
    """Whatever changed in the month: the records of one of the two days only."""
    period = next(p for p in map(PERIOD.before, range(40)) if _moved(p, county))
    asked = Checking(period, county.county, Scope.all())
    was, now = (value("one", day.last, node=county.county) for day in (period.before(), period))
    found = run("core:jump", asked)
    assert found.failed == (abs(now - was) * 100 > was)
    assert f"{period.before().label} {was}，现 {now}" in found.said
    old, new = (
        {*records_of(UNITS["one"], as_of=day.last, node=county.county, map="today", today=period.last).ids()}
        for day in (period.before(), period)
    )
    assert records_behind("core:jump", asked).ids() == sorted(old ^ new)
    assert run("core:calm", asked).holds


def _moved(period, county):
    return value("one", period.last, node=county.county) != value(
        "one", period.before().last, node=county.county
    )


def test_a_flow_is_compared_with_the_same_period_of_the_year_before(asked, county):
    found = run("core:founded", asked)
    assert calendar_period("2021-05").label in found.said
    assert found.figures["core:founded"].period == PERIOD.days


def test_growth_from_nothing_is_not_told(asked):
    early = Checking(calendar_period("2014"), None, Scope.all())
    found = run("core:jump", early)
    assert found.holds or found.holds is None
    assert "不能算增减幅" in found.said


def test_findings_are_checks_like_the_others(asked, county):
    found = {one.key: one for one in outcomes(Checking(PERIOD, None, Scope.all()))}
    assert set(found) == {*CHECKS, "core:unsized", "core:markets"}
    unsized = found["core:unsized"]
    assert (unsized.finding, unsized.failed, unsized.closing) == (True, True, True)
    assert (unsized.asks, unsized.cites) == ("补全职工人数", "台账要求")
    assert not found["core:markets"].closing
    everything = Checking(PERIOD, None, Scope.all())
    assert (
        records_behind("core:unsized", everything).ids()
        == records_of(UNITS["unsized"], as_of=PERIOD.last).ids()
    )


def test_who_sees_little_gets_few_records_and_the_same_check(asked):
    nobody = Checking(PERIOD, asked.node, Scope())
    assert records_behind("core:sizes", nobody).ids() == []


def test_a_period_before_all_records_has_nothing_to_complain_of(asked):
    found = list(outcomes(Checking(calendar_period("1999-01"), None, Scope.all())))
    assert not any(one.failed for one in found if not one.key.endswith("other_facts"))
    assert of(UNITS["one"]).indicator.fact == "unit"
    assert date(1999, 1, 31) == calendar_period("1999-01").last
