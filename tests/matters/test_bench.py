"""The benchmark of steps writes as its baseline exactly what the steps wrote."""

import pytest

from jiceng.bench.matters import APART, RECORDED, _write_plainly, _written
from jiceng.cli.commands.bench import names
from jiceng.matters.actions import Report, raise_matter
from jiceng.matters.models import Turn
from jiceng.records.models import AuditEntry, AuditRow, ChainHead, CommandKey


def turns_of(matter, seen):
    rows = list(Turn.objects.filter(matter=matter).exclude(pk__in=seen).order_by("pk").values())
    rows = [{**row, "role": f"{row['role']} {len(seen)} {place}"} for place, row in enumerate(rows)]
    seen.update(row["id"] for row in rows)
    return rows


@pytest.fixture
def steps(office):
    """A case raised and sent; the last entry before, and the turns of either step."""
    office.raised()  # with the first of its type its wording is kept
    last, seen = ChainHead.objects.get().seq, set()
    matter = raise_matter(
        by=office.person("case_centre"), type="qingshan:case", region=office.here.village, channel="core:hotline",
        report=Report(given={"text": "半夜施工噪音扰民", "category": "qingshan:noise"}), at=office.tick(), key="one",
    )  # fmt: skip
    made = [turns_of(matter, seen)]
    office.step(matter, "send", given={"lead": office.here.bureau.pk}, key="two")
    return last, [*made, turns_of(matter, seen)]


def test_the_same_rows_are_written_again_beside_those_that_are_there(steps):
    last, turns = steps
    written = list(_written(last, turns))
    models = (*RECORDED, AuditEntry, AuditRow, CommandKey, Turn)
    before = {model: model._base_manager.count() for model in models}
    count = sum(len(rows) for rows in written)
    assert _write_plainly(written, APART) > 0
    again = {model: model._base_manager.count() - before[model] for model in models}
    assert sum(again.values()) == count
    assert (again[AuditEntry], again[CommandKey]) == (2, 2)
    assert all(entry.seq > APART for entry in AuditEntry.objects.order_by("-seq")[:2])


def test_steps_without_an_entry_of_their_own_are_no_baseline(steps):
    last, turns = steps
    with pytest.raises(RuntimeError, match="3 steps, 2 entries"):
        list(_written(last, [*turns, []]))


def test_every_benchmark_of_matters_can_be_asked_for():
    assert {"matters", "inbox", "clocks", "crowd"} <= set(names())
    assert "ground" not in names()
