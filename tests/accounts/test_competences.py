"""Handing a ledger over moves the grants that rest on it; every earlier day answers as before."""

from datetime import timedelta

import pytest

from jiceng.accounts.actions.competences import assign_competence, hand_over
from jiceng.accounts.models import Grant
from jiceng.accounts.scoping import Denied, actor_of, permissions_of, scope_of
from jiceng.organisations.models import Competence
from jiceng.records.models import AuditEntry
from jiceng.records.refusals import Refusal
from tests.accounts.cast import SETTER, SINCE, TODAY, grant, unit, user

DAY = timedelta(days=1)
LEDGER = "core:two_new"
PAPER = "演示〔2022〕5号"


@pytest.fixture
def society_work(world):
    """The body that takes over, with two people."""
    body = unit("青社工部", world.qingshan.region, kind="core:agency")
    return body, [user("sw1", "青甲", unit=body), user("sw2", "青乙", unit=body)]


@pytest.fixture
def keeper(world):
    """Holds the two-new ledger in the county because the bureau keeps it."""
    who = user("keeper", "青原主管")
    grant(who, "two_new_office", world.qingshan.region, competence=world.qingshan.competence)
    return who


def move(world, body, **more):
    values = {
        "ledger": LEDGER,
        "region": world.qingshan.region,
        "day": TODAY,
        "by": SETTER,
        "document": PAPER,
    }
    return hand_over(to=body, **values | more)


def test_the_old_body_loses_and_the_new_one_gains_on_the_same_day(world, keeper, society_work):
    body, people = society_work
    done = move(world, body)
    assert (len(done.ended), len(done.begun)) == (1, 2)
    for day, old, new in ((TODAY - DAY, True, False), (TODAY, False, True)):
        assert bool(permissions_of(keeper, day)) == old
        assert [bool(permissions_of(p, day)) for p in people] == [new, new]
    assert scope_of(people[0], TODAY) == scope_of(keeper, TODAY - DAY)


def test_both_stretches_of_the_competence_stay(world, keeper, society_work):
    body, _people = society_work
    move(world, body)
    told = Competence.objects.filter(ledger=LEDGER, region=world.qingshan.region).order_by("valid_from")
    assert [(c.body.name, c.valid_from, c.valid_to) for c in told] == [
        ("青府商务局", SINCE, TODAY),
        ("青社工部", TODAY, None),
    ]


def test_other_grants_of_the_same_people_stay(world, keeper, society_work):
    grant(keeper, "leader", world.qingshan.region)
    move(world, society_work[0])
    assert [g.role for g in keeper.grants.current()] == ["leader"]


def test_another_county_is_not_touched(world, cast, keeper, society_work):
    who = user("neighbour")
    grant(who, "two_new_office", world.baishui.region, competence=world.baishui.competence)
    move(world, society_work[0])
    assert permissions_of(who, TODAY)


def test_receivers_may_be_named(world, keeper, society_work):
    body, (first, second) = society_work
    move(world, body, receivers=[second])
    assert not permissions_of(first, TODAY)
    assert permissions_of(second, TODAY)


def test_it_is_one_audited_write(world, keeper, society_work):
    before = AuditEntry.objects.count()
    move(world, society_work[0])
    entry = AuditEntry.objects.latest("seq")
    assert AuditEntry.objects.count() == before + 1
    assert (entry.action, entry.reason, entry.rows) == ("competence.hand_over", PAPER, 5)


def test_a_grant_that_was_to_begin_later_moves_whole(world, society_work):
    who = user("later")
    grant(
        who,
        "two_new_office",
        world.qingshan.region,
        competence=world.qingshan.competence,
        valid_from=TODAY + DAY,
    )
    done = move(world, society_work[0])
    assert not who.grants.exists()
    assert {g.valid_from for g in done.begun} == {TODAY + DAY}


def test_it_can_go_on_and_come_back(world, keeper, society_work):
    body, people = society_work
    move(world, body)
    keeper.unit = world.qingshan.bureau
    keeper.save()
    move(world, world.qingshan.bureau, day=TODAY + DAY * 30)
    assert permissions_of(keeper, TODAY + DAY * 30)
    assert not permissions_of(people[0], TODAY + DAY * 30)
    assert permissions_of(people[0], TODAY + DAY * 29)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"ledger": "core:unknown"}, "还没有主管机构"),
        ({"day": SINCE}, "应晚于"),
        ({"document": " "}, "文号"),
        ({"receivers": []}, "还没有用户"),
    ],
)
def test_what_cannot_be_is_refused_whole(world, keeper, society_work, change, said):
    with pytest.raises(Refusal, match=said):
        move(world, society_work[0], **change)
    assert permissions_of(keeper, TODAY)
    assert world.qingshan.region.competences.count() == 1


def test_it_cannot_be_handed_to_whom_it_belongs(world, keeper):
    with pytest.raises(Refusal, match="本来就"):
        move(world, world.qingshan.bureau)


def test_the_three_powers_stay_apart(world, keeper, society_work):
    body, (first, _second) = society_work
    grant(first, "audit_administrator")
    with pytest.raises(Refusal, match="不同的人"):
        move(world, body)
    assert permissions_of(keeper, TODAY)


def test_only_the_security_administrator_and_never_to_oneself(world, cast, keeper, society_work):
    body, _people = society_work
    for name in ("system_administrator", "qingshan.organisation_department"):
        with pytest.raises(Denied):
            move(world, body, by=actor_of(cast[name]))
    guard = cast["security_administrator"]
    with pytest.raises(Denied, match="自己"):
        move(world, body, by=actor_of(guard), receivers=[guard])
    assert move(world, body, by=actor_of(guard)).begun


def test_a_ledger_is_first_assigned_then_handed_over(world):
    told = {"region": world.qingshan.town, "day": TODAY, "by": SETTER, "document": PAPER}
    made = assign_competence(ledger=LEDGER, body=world.qingshan.bureau, **told)
    assert made.valid_from == TODAY
    with pytest.raises(Refusal, match="重叠"):
        assign_competence(ledger=LEDGER, body=world.qingshan.bureau, **told)
    assert Grant.objects.count() == 0
