"""Growth against the period before and the year before, on the boundaries of the period's end."""

from datetime import date

from jiceng.indicators.periods import calendar_period
from jiceng.indicators.snapshot.refreshing import rebuild
from jiceng.periods.growth import courses
from tests.accounts.cast import membership, person
from tests.organisations.restructuring.ordering import restructure
from tests.periods.closings import MAY


def test_growth_on_comparable_boundaries(world):
    """A town takes in its neighbour in May: its members grow by those who joined, not by those who were there."""
    town, other = world.qingshan.town, world.qingshan.other_town
    membership(person("青五月", town), world.qingshan.branch, valid_from=date(2022, 5, 10))
    restructure({"merge": {"into": town.code, "from": [other.code]}}, day=date(2022, 5, 20))
    rebuild()
    members, admitted, rate = courses(
        ["core:members", "core:members_transferred_in", "core:two_new_organised_rate"], town.pk, MAY
    )
    assert members.value.value == members.last.now.value == 5
    assert (members.last.then.value, members.last.difference) == (4, 1)
    assert float(members.last.share) == 25.0
    assert members.year.difference == 1
    assert admitted.last.share is None or admitted.last.then.value
    assert rate.last.share is None  # a share changes by points
    early = courses(["core:members", "core:two_new_organised_rate"], town.pk, calendar_period("2018-01"))
    assert early[0].last.then.value == 0
    assert early[0].last.share is None  # nothing to grow from
    assert early[1].last.then.value is None  # a zero denominator is no nought
    assert early[1].last.difference is None
