"""The board's numbers, the gap list under scope, and the proposed split."""

from datetime import date

from jiceng.coverage.proposals import propose_split
from jiceng.coverage.queries import clear_matrix, funnel, gap_lines, gaps, spans_on
from jiceng.coverage.rebuilding import rebuild
from jiceng.protection.scopes import Scope, scoped
from tests.coverage.conftest import START

DAY = date(2021, 6, 30)
LEDGER = "base:ledger"


def test_the_funnel_counts_parts_not_rates(county):
    obliged, bare, small = county.unit(), county.unit(), county.unit(employees=2)
    for _ in range(3):
        county.member(obliged)
    county.cover(obliged)
    county.union(bare, START)
    rebuild()
    with scoped(Scope.all()):
        found = funnel(spans_on(LEDGER, DAY))
    assert small.pk
    assert (found.known, found.in_scope, found.organised, found.worked) == (3, 2, 1, 2)
    assert (found.obliged, found.obliged_organised) == (1, 1)


def test_gaps_cite_their_rule_obliged_first_and_stay_in_scope(county):
    plain, obliged, elsewhere = county.unit(), county.unit(), county.unit(region=county.local)
    for _ in range(3):
        county.member(obliged)
    rebuild()
    with scoped(Scope(territory=(county.here.path,))):
        assert [g.unit_id for g in gaps(LEDGER, DAY)] == [obliged.pk, plain.pk]
        lines = gap_lines(DAY)
    assert lines[0]["cites"] == "条例第四条"
    assert lines[1]["text"] == "选派指导员"
    with scoped(Scope(territory=(county.local.path,))):
        assert [g.unit_id for g in gaps(LEDGER, DAY)] == [elsewhere.pk]
    with scoped(Scope()):
        assert not gaps(LEDGER, DAY).exists()
        assert clear_matrix(DAY, [(1, county.prefecture.path)]) == []


def test_the_clear_matrix_compares_two_days(county):
    county.unit(surveyed_on=date(2021, 3, 1))
    county.unit(surveyed_on=date(2021, 9, 1))
    rebuild()
    areas = [(county.here.pk, county.here.path)]
    with scoped(Scope.all()):
        before, after = (clear_matrix(day, areas)[0] for day in (DAY, date(2021, 12, 31)))
    assert (before.clear, before.total) == (1, 2)
    assert (after.clear, after.total) == (2, 2)


def test_a_split_keeps_colleagues_together_and_everyone_in_exactly_one_part(county):
    firms = [county.unit() for _ in range(4)]
    members = [
        county.member(firm).pk for firm, n in zip(firms, (30, 25, 20, 45), strict=True) for _ in range(n)
    ]
    parts = propose_split(county.branch, DAY, most=50, least=3)
    assert sorted(m for part in parts for m in part.memberships) == sorted(members)
    assert all(3 <= len(part.memberships) <= 50 for part in parts)
    assert len(parts) == 3
    for firm in firms:
        assert sum(firm.name in part.shared for part in parts) == 1


def test_a_branch_within_its_bound_is_left_whole_and_a_huge_workplace_is_cut(county):
    firm = county.unit()
    for _ in range(40):
        county.member(firm)
    assert len(propose_split(county.branch, DAY, most=50, least=3)) == 1
    for _ in range(62):
        county.member(firm)
    parts = propose_split(county.branch, DAY, most=50, least=3)
    assert sum(len(p.memberships) for p in parts) == 102
    assert max(len(p.memberships) for p in parts) <= 50
    assert min(len(p.memberships) for p in parts) >= 3
