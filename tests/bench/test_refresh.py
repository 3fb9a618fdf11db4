"""The benchmarks of fresh figures and of the cluster can be asked for, and the figures follow what they change."""

from jiceng.bench import refresh
from jiceng.bench.battery import FACTORS
from jiceng.bench.ground.prefecture import SIZES, Prefecture
from jiceng.cli.commands.bench import names
from jiceng.indicators.snapshot.refreshing import rebuild
from jiceng.indicators.snapshot.refreshing import refresh as brought_up


def test_figures_follow_changes_in_three_tables(transactional_db, settings, tmp_path, monkeypatch):
    settings.HOME = tmp_path
    monkeypatch.setitem(SIZES, "hundredth", SIZES["hundredth"].__class__(1, 50, 50, 80, 200, 150, 150))
    Prefecture("hundredth").store()
    rebuild()
    before = refresh._figures()
    changed = refresh._change(100)
    assert sum(changed) == 100
    assert max(changed) - min(changed) <= 1
    assert refresh._figures() == before  # the snapshot is of before
    brought_up()
    assert refresh._figures() == refresh._after(before, changed)


def test_they_can_be_asked_for_by_name():
    assert {"battery", "refresh", "spark"} <= set(names())


def test_two_sizes_are_compared_and_one_is_larger():
    for sizes in refresh.SIZES.values():
        small, large = (SIZES[size].members for size in sizes)
        assert small * 10 == large
    assert list(FACTORS.values()) == sorted(FACTORS.values())
