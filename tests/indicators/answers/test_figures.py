"""Asking for figures: parts and their order, records page by page, points of a trend, what is refused."""

from datetime import date
from decimal import Decimal

import pytest

from jiceng.indicators.answering.question import Question, period_of
from jiceng.indicators.figures import figure, trend
from jiceng.indicators.snapshot.refreshing import refresh
from jiceng.organisations.models import Region
from jiceng.protection.scopes import Scope
from jiceng.records.refusals import Refusal
from tests.indicators import factories as make
from tests.indicators.conftest import LAST, ask, of, records_of

UNITS = {"fact": "unit"}
SHARE = {"fact": "unit", "unit": "%", "measure": "share", "part": {"above_scale": True}}
AGE = {"fact": "person", "measure": "average", "of": "age"}


# -------------------------------------------------------------------------------------- number and list
@pytest.mark.parametrize(
    ("written", "from_records"),
    [
        (UNITS, len),
        ({"fact": "unit", "measure": "sum", "of": "employees"}, lambda rows: sum(r.measured or 0 for r in rows)),
        ({"fact": "appointment", "measure": "distinct", "of": "person"}, lambda rows: len({r.measured for r in rows})),
        (
            {"fact": "unit", "measure": "minimum", "of": "employees"},
            lambda rows: min(r.measured for r in rows if r.counted),
        ),
        (SHARE, lambda rows: 100 * Decimal(sum(r.counted for r in rows)) / len(rows)),
        (AGE, lambda rows: Decimal(sum(r.measured for r in rows if r.counted)) / sum(r.counted for r in rows)),
    ],
)  # fmt: skip
def test_the_value_follows_from_its_records(county, written, from_records):
    rows = records_of(written, node=county.county).rows
    assert len(rows) == ask(written, node=county.county).rows
    assert from_records(rows) == ask(written, node=county.county).value


def test_records_come_by_key_page_by_page(county):
    whole = records_of(UNITS).ids()
    paged, after = [], 0
    while True:
        page = records_of(UNITS, after=after, limit=7)
        paged += page.ids()
        if not page.more:
            break
        assert len(page.rows) == 7
        after = page.rows[-1].id
    assert paged == whole == sorted(whole)
    assert records_of(UNITS).model == "organisations.unit"


def test_records_of_the_numerator_and_of_the_rest(county):
    value = ask(SHARE)
    assert len(records_of(SHARE, counted=True).rows) == value.numerator
    assert len(records_of(SHARE, counted=False).rows) == value.denominator - value.numerator


@pytest.mark.parametrize("by", ["territory", "kind", "above_scale", "employees", "region", "industry"])
def test_every_part_opens_to_its_own_records(county, by):
    value = ask(UNITS, node=county.county, by=by)
    for part in value.parts:
        if part.key is not None:
            found = records_of(UNITS, node=county.county, by=by, part=part.key)
            assert len(found.rows) == part.rows == part.value
    if by != "territory":  # there functional areas count what they hold, too
        assert sum(part.rows for part in value.parts) == value.rows


def test_a_share_is_never_the_mean_of_its_parts(county):
    value = ask(SHARE, by="kind")
    assert value.numerator == sum(part.numerator for part in value.parts)
    assert value.denominator == sum(part.denominator for part in value.parts)
    assert value.value == 100 * Decimal(value.numerator) / Decimal(value.denominator)


def test_a_share_of_nothing_is_no_number(county):
    nothing = ask({**SHARE, "where": {"kind": "agency", "employees": {"gt": 10_000}}})
    assert (nothing.value, nothing.numerator, nothing.denominator) == (None, 0, 0)
    assert (
        ask(
            {"fact": "unit", "measure": "minimum", "of": "employees", "where": {"employees": {"gt": 10_000}}}
        ).value
        is None
    )


# ------------------------------------------------------------------------------------------------ parts
def test_terms_stand_in_the_vocabulary_s_order_with_their_labels(county):
    parts = ask(UNITS, by="kind").parts
    assert [part.key for part in parts] == [
        "core:enterprise",
        "core:market",
        "core:social_org",
        "core:agency",
    ]
    assert parts[0].label == "enterprise（中）"


def test_terms_roll_up_to_a_level(county):
    plain = {part.key: part.value for part in ask(UNITS, by="kind").parts}
    rolled = {part.key: part.value for part in ask(UNITS, by="kind@1").parts}
    assert rolled == {
        "core:two_new": plain["core:enterprise"] + plain["core:market"] + plain["core:social_org"],
        "core:agency": plain["core:agency"],
    }


def test_truth_values_and_missing_ones_are_named(county):
    labels = [part.label for part in ask(UNITS, by="above_scale").parts]
    assert labels == ["是", "否", "（未填）"]


def test_every_living_region_is_a_part_also_with_nothing_in_it(county):
    parts = {
        p.key: p
        for p in ask(
            {"fact": "unit", "where": {"employees": {"gt": 10_000}}}, node=county.county, by="territory"
        ).parts
    }
    assert {*county.towns, county.zone} == set(parts)
    assert all((part.value, part.ended) == (0, False) for part in parts.values())


def test_a_functional_area_counts_what_it_holds_and_says_that_it_overlaps(county):
    value = ask(
        {"fact": "region", "where": {"living": True}},
        node=county.county,
        by="territory",
        as_of=date(2021, 1, 1),
    )
    parts = {part.key: part for part in value.parts}
    assert parts[county.zone].beside
    assert not any(parts[town].beside for town in county.towns)
    assert sum(part.value for part in value.parts) > value.value  # so the whole is not the sum of the parts


def test_what_stands_at_the_node_itself_is_a_part_without_a_key(county):
    here = ask({"fact": "region"}, node=county.county, by="territory").parts[-1]
    assert (here.key, here.value, here.label) == (None, 1, "本级及未定位")


def test_what_a_split_leaves_is_shown_as_pending(recorded_county):
    pending = {v: s[-1] for v, s in recorded_county.spans["region"].items() if s[-1]["pending"]}
    ((village, span),) = pending.items()
    make.unit(Region.objects.get(pk=village))
    refresh()
    parts = {part.key: part for part in ask(UNITS, node=span["parent"], by="territory").parts}
    assert parts[village].pending
    assert parts[village].ended
    assert not any(part.pending for key, part in parts.items() if key != village)


def test_what_was_merged_within_the_period_keeps_its_name(recorded_county):
    """A flow stands on the map of its own days: who asks at the end of the year still wants to know where."""
    town = recorded_county.towns[0]
    above = Region.objects.get(pk=town)
    village = make.region("990101", above, name="旧村")
    make.unit(village, since=date(2020, 3, 3))
    make.respan(village, date(2020, 5, 1), name="后名村")
    make.respan(village, date(2020, 6, 10), living=False, name="后名村", path=f"{above.path}00010009")
    refresh()
    asked = {"node": town, "by": "territory", "period": (date(2020, 1, 1), date(2020, 12, 31))}
    parts = {part.key: part for part in ask({"fact": "unit", "time": "flow"}, **asked).parts}
    assert (parts[village.pk].label, parts[village.pk].value, parts[village.pk].ended) == ("后名村", 1, True)


def test_names_of_records_are_read_under_the_asker_s_scope(county):
    someone = Scope(territory=(county.spans["region"][county.towns[0]][-1]["path"],))
    authority = {"fact": "unit", "scope": "public"}
    named = {part.key: part.label for part in ask(authority, by="authority").parts if part.key}
    hidden = {
        part.key: part.label for part in ask(authority, by="authority", scope=someone).parts if part.key
    }
    assert named.keys() == hidden.keys()
    assert all(label.startswith("名称") for label in named.values())
    assert "—" in hidden.values()


# ------------------------------------------------------------------------------------------------- time
def test_a_trend_is_the_figure_at_every_point(county, monkeypatch):
    key = "core:units"
    monkeypatch.setattr("jiceng.indicators.figures.declared", lambda _key, _question: of(UNITS))
    days = [date(2019, 1, 1), date(2020, 6, 10), LAST]
    assert [value.value for value in trend(key, points=days, scope=Scope.all())] == [
        ask(UNITS, as_of=day).value for day in days
    ]
    years = [period_of("2019"), period_of("2020")]
    monkeypatch.setattr(
        "jiceng.indicators.figures.declared", lambda _key, _question: of({**UNITS, "time": "flow"})
    )
    found = trend(key, points=years, scope=Scope.all())
    assert [value.period for value in found] == years
    assert all(value.as_of is None for value in found)


def test_the_same_flow_on_both_maps(recorded_county):
    """What happened in a merged village belongs to its old town then, and to its successor's today."""
    merged = next(
        v
        for v in recorded_county.villages
        if recorded_county.rows["region"][v]["valid_to"] == date(2020, 6, 10)
    )
    successor = recorded_county.spans["region"][merged][-1]["parent"]
    make.unit(Region.objects.get(pk=merged), since=date(2019, 3, 3))
    refresh()
    asked = {"written": {"fact": "unit", "time": "flow"}, "period": (date(2019, 3, 3), date(2019, 3, 3))}
    then, today = ({**asked, "map": m, "today": LAST, "node": successor} for m in ("then", "today"))
    assert ask(**today).value == ask(**then).value + 1


def test_a_fresh_figure_after_one_changed_record(recorded_county):
    before = ask(UNITS).value
    make.unit(Region.objects.get(pk=recorded_county.towns[0]))
    assert ask(UNITS).value == before  # until the snapshot follows
    refresh()
    assert ask(UNITS).value == before + 1


@pytest.mark.parametrize(
    ("written", "first", "last"),
    [
        ("2021", date(2021, 1, 1), date(2021, 12, 31)),
        ("2020-02", date(2020, 2, 1), date(2020, 2, 29)),
        ("2021Q4", date(2021, 10, 1), date(2021, 12, 31)),
        ("2021h1", date(2021, 1, 1), date(2021, 6, 30)),
        ("2021-03-05..2022-01-01", date(2021, 3, 5), date(2022, 1, 1)),
    ],
)
def test_periods_as_they_are_written(written, first, last):
    assert period_of(written) == (first, last)


@pytest.mark.parametrize("written", ["", "last year", "2021-13", "2021Q5", "2021X1", "2021..2022", "21"])
def test_what_is_no_period_is_refused(written):
    with pytest.raises(Refusal, match="不是时期"):
        period_of(written)


def test_without_days_the_year_up_to_today_is_meant():
    asked = Question(scope=Scope.all(), as_of=date(2021, 5, 6))
    assert asked.between == (date(2021, 1, 1), date(2021, 5, 6))


# -------------------------------------------------------------------------------------------- refusals
def test_questions_that_make_no_sense_are_refused(county):
    with pytest.raises(Refusal, match="没有“village”这棵树"):
        Question(scope=Scope.all(), tree="village")
    with pytest.raises(Refusal, match="末日早于首日"):
        Question(scope=Scope.all(), period=(LAST, date(2020, 1, 1)))
    with pytest.raises(Refusal, match="没有列“knd”"):
        ask(UNITS, by="knd")
    with pytest.raises(Refusal, match="没有指标“nothing”"):
        figure("nothing", scope=Scope.all())


def test_a_node_that_does_not_exist_has_nothing(county):
    assert ask(UNITS, node=999_999).value == 0
    assert ask(UNITS, node=999_999, by="territory").parts == ()
