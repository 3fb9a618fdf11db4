"""What follows from published figures: agreeing, a gap, against a rule; over print and over records."""

from pathlib import Path

import pytest
import yaml
from pydantic import ValidationError

from jiceng.indicators.checking import Checked, Place
from jiceng.indicators.checks import published
from jiceng.indicators.checks.declaring import ReferenceCheck
from jiceng.indicators.sections import Reference
from jiceng.packs.references import Resolver
from tests.indicators.vocabularies import catalogue

PACKS = Path(__file__).resolve().parents[3] / "packs"
PLACES = sorted(path.parent.name for path in PACKS.glob("*/reference_checks.yaml"))

FIGURES = {"x-1": (40, 41), "x-2": (2, 2), "x-3": (42, None), "x-4": (33, 33), "x-5": (5, 5)}
"""By id what is printed, and what the records come to."""


def told(**written):
    return ReferenceCheck.model_validate(
        {"id": "ck", "what": "核对", "result": 0, "status": "derived_only", **written}
    )


def consistent(monkeypatch, **written):
    """The check, among the figures above."""
    known = {
        f"p:{key}": Reference.model_validate({"id": key, "quote": "文", "value": v})
        for key, (v, _) in FIGURES.items()
    }
    found = catalogue({})
    found._items |= {"reference": known, "reference_checks": {"p:ck": told(**written)}}
    monkeypatch.setattr(published, "current", lambda: found)
    figures = [Checked(key, "文", v, ours, True, "core:one", 1) for key, (v, ours) in FIGURES.items()]
    (one,) = published.consistencies(Place("p", tuple(figures)))
    return one


@pytest.mark.parametrize(
    ("written", "printed", "computed", "sound"),
    [
        ({"expr": "x-1+x-2", "result": 42}, (42, None), (43, None), True),
        ({"expr": "x-1 + x-2", "result": 41}, (42, None), (43, None), False),
        ({"expr": "x-1+x-2", "result": 42, "agrees_with": "x-3", "status": "consistent"},
         (42, True), (43, False), True),
        ({"expr": "x-1+x-2", "result": 42, "agrees_with": "x-3"}, (42, True), (43, False), False),  # says less
        ({"expr": "x-3-x-1", "result": 2, "expect": 0, "status": "gap", "note": "因为"}, (2, False), None, True),
        ({"expr": "x-3-x-1", "result": 2, "expect": 0, "status": "consistent"}, (2, False), None, False),
        ({"expr": "x-1/x-5", "result": 8, "between": [5, 7], "status": "inconsistent", "note": "因为"}, (8, False),
         ("8.2", False), True),
        ({"expr": "x-2<=x-1", "result": True, "status": "consistent"}, (True, True), (True, True), True),
        ({"expr": "x-1<=x-2", "result": True, "status": "consistent"}, (False, False), (False, False), False),
        ({"expr": "x-1/(x-2-2)", "result": 0}, (None, None), None, False),
        ({"expr": "x-1/y-9", "given": {"y-9": 4}, "result": 10}, (10, None), ("10.25", None), True),
        ({"expr": "x-1/3", "result": 13.3333}, ("13.3333", None), ("13.6667", None), True),
    ],
)  # fmt: skip
def test_over_print_and_over_records(monkeypatch, written, printed, computed, sound):
    found = consistent(monkeypatch, **written)
    assert (_plain(found.printed.value), found.printed.holds) == (_plain(printed[0]), printed[1])
    ours = found.computed and (_plain(found.computed.value), found.computed.holds)
    assert ours == (computed and (_plain(computed[0]), computed[1]))
    assert found.sound is sound


def _plain(value):
    return value if value is None or isinstance(value, bool) else round(float(value), 4)


def test_lines_tell_what_does_not_agree_and_why(monkeypatch):
    gap = {
        "expr": "x-3-x-1",
        "result": 2,
        "expect": 0,
        "status": "gap",
        "note": "两个还没有开通",
        "unit": "个",
    }
    found = consistent(monkeypatch, **gap)
    line, summary = published.lines([found])
    assert line == "≠ ck  核对  2个  两个还没有开通"
    assert "有差距 1" in summary
    (one,) = published.as_json([found])
    assert (one["printed"], one["holds"], one["ok"], one["computed"]) == (2.0, False, True, None)


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ({"expr": "x-1", "status": "gap"}, "没有说明"),
        ({"expr": "x-1", "status": "inconsistent"}, "没有说明"),
        ({"expr": "x-1 +", "note": "…"}, "读不懂"),
        ({"expr": "x-1 + x-7"}, "没有“x-7”"),
        ({"expr": "x-1", "agrees_with": "x-7"}, "没有“x-7”"),
        ({"expr": "x-1", "status": "perhaps"}, "Input should be"),
    ],
)
def test_what_is_wrong_is_said(written, said):
    resolver = Resolver("p", ("core",), {}, {"reference": {"p:x-1": {}}})
    with pytest.raises(ValidationError, match=said):
        ReferenceCheck.model_validate({"id": "ck", "what": "核对", "result": 0, "status": "derived_only", **written},
                                      context=resolver)  # fmt: skip


# ------------------------------------------------------------------------------------- what packs hold
def shipped(place):
    read = {name: yaml.safe_load((PACKS / place / f"{name}.yaml").read_text("utf-8"))[name]
            for name in ("reference", "reference_checks")}  # fmt: skip
    references = {one["id"]: one for one in read["reference"]}
    resolver = Resolver(
        place, ("core",), {}, {"reference": {f"{place}:{key}": one for key, one in references.items()}}
    )
    bare = {
        key: {k: v for k, v in one.items() if k not in ("indicator", "where")}
        for key, one in references.items()
    }
    known = {key: Reference.model_validate(one) for key, one in bare.items()}
    return known, [ReferenceCheck.model_validate(one, context=resolver) for one in read["reference_checks"]]


def test_the_hundred_checks_are_all_there():
    statuses = [check.status for place in PLACES for check in shipped(place)[1]]
    assert len(statuses) == 100
    assert (statuses.count("consistent"), statuses.count("gap"), statuses.count("inconsistent")) == (20, 4, 1)


@pytest.mark.parametrize("place", PLACES)
def test_each_comes_out_over_print_as_its_pack_says(place, monkeypatch):
    known, checks = shipped(place)
    found = catalogue({})
    found._items |= {
        "reference": {f"{place}:{key}": one for key, one in known.items()},
        "reference_checks": {f"{place}:{check.id}": check for check in checks},
    }
    monkeypatch.setattr(published, "current", lambda: found)
    results = published.consistencies(Place(place, ()))
    assert [one.id for one in results if not one.sound] == []
    assert all(one.note for one in results if one.printed.holds is False)
