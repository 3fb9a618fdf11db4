"""What a pack may say of figures, and what it is told where it says something else."""

from datetime import date

import pytest
from pydantic import ValidationError

from jiceng.indicators.sections import Indicator, Reference
from jiceng.packs.filters.nodes import Compare, TermIn
from jiceng.packs.references import Resolver
from tests.indicators.conftest import declared
from tests.indicators.vocabularies import VOCABULARIES

SHARE = {"fact": "unit", "measure": "share", "part": {"above_scale": True}}


def test_keys_filters_and_columns_come_out_checked_and_qualified():
    found = declared({**SHARE, "where": {"kind": "enterprise"}, "breakdowns": ["region.kind", "industry"]})
    assert isinstance(found.where, TermIn)
    assert found.where.terms == ("core:enterprise",)
    assert isinstance(found.part, Compare)
    assert [str(column) for column in found.breakdowns] == ["region.kind", "industry"]


def test_a_change_names_another_indicator():
    other = declared({"fact": "region"})
    written = {
        "measure": "change",
        "of": "villages",
        "from": {"as_of": "2019-12-01"},
        "as": "reduction_share",
    }
    found = declared(written, {"core:villages": other})
    assert (found.of, found.earlier.as_of, found.change) == (
        "core:villages",
        date(2019, 12, 1),
        "reduction_share",
    )


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ({"fact": "units"}, "没有事实表“units”"),
        ({"fact": "unit", "measur": "count"}, "measur"),
        ({"fact": "unit", "where": {"knd": "enterprise"}}, "没有列“knd”"),
        ({"fact": "unit", "where": {"kind": "enterprize"}}, "没有“enterprize”"),
        ({"fact": "unit", "measure": "average"}, "average 与 of 不配"),
        ({"fact": "unit", "of": "employees"}, "count 与 of 不配"),
        ({"fact": "unit", "measure": "average", "of": "kind"}, "是 code 列"),
        ({"fact": "unit", "measure": "average", "of": "nothing"}, "没有列“nothing”"),
        ({"fact": "unit", "measure": "share"}, "share 与 part 不配"),
        ({"fact": "unit", "part": {"above_scale": True}}, "count 与 part 不配"),
        ({"measure": "count"}, "count 与 fact 不配"),
        ({"fact": "unit", "from": {"years": 1}}, "count 与 from 不配"),
        ({"measure": "change", "of": "nothing", "from": {"years": 1}}, "没有“nothing”"),
        ({"fact": "unit", "time": "flow", "event": "kind"}, "不是这个事实表自己的日期列"),
        ({"fact": "appointment", "time": "flow", "event": "person.birth_date"}, "不是这个事实表自己的日期列"),
        ({"fact": "unit", "time": "flow", "event": "born"}, "没有列“born”"),
        ({"fact": "unit", "scope": "everyone"}, "scope"),
    ],
)
def test_what_does_not_fit_is_refused(written, said):
    with pytest.raises(ValidationError, match=said):
        declared(written)


@pytest.mark.parametrize(
    "earlier",
    [{}, {"years": 0}, {"from": "2019-01-01"}, {"as_of": "2019-01-01", "years": 1}, {"as_of": "1 January"}],
)
def test_a_change_is_measured_from_one_thing(earlier):
    with pytest.raises(ValidationError):
        declared({"measure": "change", "of": "one", "from": earlier}, {"core:one": declared(SHARE)})


def test_changes_that_go_round_in_a_circle_are_refused():
    rise = {"measure": "change", "of": "fall", "from": {"years": 1}}
    fall = {**rise, "of": "place:rise"}
    items = {
        "core:rise": {**rise, "of": "share"},
        "core:share": SHARE,
        "place:rise": rise,
        "place:fall": fall,
    }
    for pack, of, circling in (
        ("core", "rise", ""),
        ("place", "rise", "place:rise"),
        ("place", "fall", "place:fall"),
        ("place", "place:fall", "place:fall"),
        ("place", "core:rise", ""),
    ):
        resolver = Resolver(pack, ("core",), VOCABULARIES, {"indicators": items})
        written = {"name": "变化", **rise, "of": of}
        if not circling:
            assert Indicator.model_validate(written, context=resolver).of == "core:rise"
            continue
        with pytest.raises(ValidationError, match=f"“{circling}”绕了一圈又回到自己"):
            Indicator.model_validate(written, context=resolver)


def test_a_change_of_another_pack_s_change_is_read_with_that_pack_s_words():
    """The base pack's change of its `share` is of its own, whatever a place calls `share`."""
    rise = {"measure": "change", "of": "share", "from": {"years": 1}}
    items = {"core:rise": rise, "core:share": SHARE, "place:share": {**rise, "of": "core:rise"}}
    resolver = Resolver("place", ("core",), VOCABULARIES, {"indicators": items})
    found = Indicator.model_validate({"name": "变化", **rise, "of": "core:rise"}, context=resolver)
    assert found.of == "core:rise"


def test_a_reference_s_filter_is_about_the_rows_of_its_indicator():
    items = {"indicators": {"core:rise": {"measure": "change", "of": "share"}, "core:share": SHARE}}
    resolver = Resolver("core", ("core",), VOCABULARIES, items)
    written = {"id": "x-1", "quote": "提高", "value": 1, "indicator": "rise", "where": {"kind": "market"}}
    found = Reference.model_validate(written, context=resolver)
    assert found.where == TermIn(found.where.column, ("core:market",))
    with pytest.raises(ValidationError, match="没有列“sex”"):
        Reference.model_validate({**written, "where": {"sex": "female"}}, context=resolver)
    with pytest.raises(ValidationError, match="没有“shares”"):
        Reference.model_validate({**written, "indicator": "shares"}, context=resolver)


def test_a_reference_needs_no_indicator_yet():
    found = Reference.model_validate({"id": "x-2", "quote": "评选48个", "value": 48, "indicator": None})
    assert found.indicator is None
