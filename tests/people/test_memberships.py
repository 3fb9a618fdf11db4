"""Formal membership is one a day and alone counts; participation never does."""

from datetime import date, timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jiceng.organisations.actions.party_orgs import change_party_org, dissolve_party_org
from jiceng.organisations.models import PartyOrg
from jiceng.people.actions.memberships import (
    confirm_full,
    drafted_membership,
    end_membership,
    end_participation,
    enter_membership,
    enter_memberships,
    take_part,
    transfer,
    transfer_all,
)
from jiceng.people.models import Membership, Participation
from jiceng.people.queries import MemberCounts, life, member_counts, members_on, membership_on
from jiceng.protection.scopes import Scope, scoped
from jiceng.records.models import AuditEntry
from jiceng.records.refusals import Refusal, Refusals
from tests.organisations.factories import CLERK, START, org
from tests.people.factories import member, person

DAY = date(2020, 1, 1)


def told(one) -> list[tuple[str, str, str, str]]:
    rows = Membership._base_manager.filter(person=one).order_by("valid_from")
    return [(m.party_org.name, str(m.valid_from), str(m.valid_to), m.exit) for m in rows]


# ------------------------------------------------------------------------------------------------- entering
def test_a_membership_is_seen_where_its_organisation_is(county, branches):
    made = member(county["丙村"], branches["甲村党支部"])
    assert made.region_path == county["甲村"].path
    with scoped(Scope(party=(branches["东镇党委"].path,))):
        assert Membership.objects.get() == made
    with scoped(Scope(territory=(county["西乡"].path,))):
        assert not Membership.objects.exists()


@pytest.mark.parametrize("nature", ["core:temporary", "core:functional"])
def test_temporary_and_functional_branches_take_no_members(county, branches, nature):
    branch = org(county["甲村"], branches["东镇党委"], "某党支部", nature=nature)
    with pytest.raises(Refusal, match="不接转组织关系") as refused:
        member(county["甲村"], branch)
    assert "登记为参加" in refused.value.remedy
    one = member(county["甲村"], branches["甲村党支部"]).person
    with pytest.raises(Refusal, match="不接转组织关系"):
        transfer(by=CLERK, person=one, to=branch, day=DAY)
    assert told(one)[0][2] == "None"
    assert take_part(by=CLERK, person=one, party_org=branch, kind="core:temporary_branch", day=DAY).pk


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"entry": "core:birth"}, "不在词表"),
        ({"full_on": date(2009, 1, 1)}, "转正日期早于入党日期"),
        ({"admitted_on": date(2013, 1, 1), "full_on": None}, "晚于组织关系起始"),
        ({"day": date(2011, 1, 1)}, "不存在"),
        ({"until": START}, "应晚于起始"),
    ],
)
def test_a_membership_that_cannot_be_is_refused(county, branches, fields, said):
    with pytest.raises(Refusal, match=said):
        member(county["甲村"], branches["甲村党支部"], **fields)
    assert not Membership._base_manager.exists()


@pytest.mark.parametrize(
    ("day", "until", "fits"),
    [
        (date(2014, 1, 1), date(2015, 1, 1), True),
        (date(2014, 1, 1), date(2015, 1, 2), False),
        (date(2016, 1, 1), None, False),
        (date(2020, 1, 1), None, True),
        (date(2014, 1, 1), None, False),
        (date(2016, 1, 1), date(2017, 1, 1), False),
    ],
)
def test_memberships_never_overlap(county, branches, day, until, fits):
    one = member(
        county["甲村"], branches["甲村党支部"], day=date(2015, 1, 1), until=DAY, exit="core:transfer_out"
    ).person
    fields = {
        "person": one,
        "party_org": branches["乙村党支部"],
        "day": day,
        "until": until,
        "entry": "core:initial",
    }
    if fits:
        assert enter_membership(by=CLERK, **fields).pk
    else:
        with pytest.raises(Refusal, match="自 2015-01-01 起已有组织关系"):
            enter_membership(by=CLERK, **fields)


def test_many_are_entered_together_or_not_at_all(county, branches):
    one, two = person(county["甲村"]), person(county["甲村"])
    drafts = [
        drafted_membership(person=p, party_org=branches["甲村党支部"], day=START, entry="core:initial")
        for p in (one, two, one)
    ]
    with pytest.raises(Refusals) as refused:
        enter_memberships(by=CLERK, memberships=drafts)
    assert [r.where for r in refused.value.refusals] == ["第3条"]
    assert not Membership._base_manager.exists()
    enter_memberships(by=CLERK, memberships=drafts[:2])
    assert Membership._base_manager.count() == 2


# ------------------------------------------------------------------------------------------------ transfers
def test_a_transfer_ends_one_membership_and_begins_another(county, branches):
    one = member(county["甲村"], branches["甲村党支部"]).person
    new = transfer(by=CLERK, person=one, to=branches["乙村党支部"], day=DAY)
    assert told(one) == [
        ("甲村党支部", "2012-01-01", "2020-01-01", "core:transfer_out"),
        ("乙村党支部", "2020-01-01", "None", ""),
    ]
    assert (new.entry, new.admitted_on, new.full_on) == (
        "core:transfer_in",
        date(2010, 7, 1),
        date(2011, 7, 1),
    )
    assert membership_on(one, date(2019, 12, 31)).party_org == branches["甲村党支部"]
    assert membership_on(one, DAY) == new
    assert AuditEntry.objects.latest("seq").action == "membership.transfer"


@pytest.mark.parametrize(
    ("to", "day", "said"),
    [
        ("甲村党支部", DAY, "本来就在"),
        ("乙村党支部", START, "应晚于"),
        ("乙村党支部", date(2011, 1, 1), "不存在"),
    ],
)
def test_a_transfer_that_cannot_be_changes_nothing(county, branches, to, day, said):
    one = member(county["甲村"], branches["甲村党支部"]).person
    with pytest.raises(Refusal, match=said):
        transfer(by=CLERK, person=one, to=branches[to], day=day)
    assert told(one) == [("甲村党支部", "2012-01-01", "None", "")]
    with pytest.raises(Refusal, match="没有可转的组织关系"):
        transfer(by=CLERK, person=person(county["甲村"]), to=branches["乙村党支部"], day=DAY)


def test_a_merged_branch_hands_its_members_on(county, branches):
    source, to = branches["甲村党支部"], branches["乙村党支部"]
    people = [member(county["甲村"], source).person for _ in range(3)]
    dissolve_party_org(by=CLERK, party_org=source, day=DAY, into=to)
    begun = transfer_all(by=CLERK, source=source, to=to, day=DAY)
    assert {m.person for m in begun} == set(people)
    assert told(people[0])[0] == ("甲村党支部", "2012-01-01", "2020-01-01", "core:reassigned")
    assert begun[0].entry == "core:founding"
    assert member_counts(DAY) == {to.pk: MemberCounts(3, 3)}
    assert member_counts(date(2019, 12, 31)) == {source.pk: MemberCounts(3, 3)}


def test_members_of_a_merged_branch_count_under_its_successor_even_before_they_are_handed_on(
    county, branches
):
    source, to = branches["甲村党支部"], branches["乙村党支部"]
    member(county["甲村"], source)
    dissolve_party_org(by=CLERK, party_org=source, day=DAY, into=to)
    assert members_on(to, DAY).count() == 1
    assert members_on(to, date(2019, 12, 31)).count() == 0


def test_a_branch_that_moves_takes_the_copies_of_its_path_along(county, branches):
    west = org(county["西乡"], name="西乡党委", form="core:committee")
    one = member(county["甲村"], branches["甲村党支部"])
    take_part(
        by=CLERK, person=one.person, party_org=branches["甲村党支部"], kind="core:attached_member", day=DAY
    )
    change_party_org(
        by=CLERK, party_org=branches["甲村党支部"], day=DAY, superior=west, region=county["丙村"]
    )
    moved = PartyOrg._base_manager.get(name="甲村党支部")
    for model in (Membership, Participation):
        kept = model._base_manager.get()
        assert (kept.party_path, kept.region_path) == (moved.path, county["丙村"].path)
    assert members_on(west, DAY).count() == 1
    assert members_on(west, date(2019, 12, 31)).count() == 0


# --------------------------------------------------------------------------------------- probation, endings
def test_a_member_on_probation_becomes_full(county, branches):
    one = member(county["甲村"], branches["甲村党支部"], admitted_on=date(2011, 7, 1), full_on=None)
    assert member_counts(DAY)[branches["甲村党支部"].pk].probationary == 1
    with pytest.raises(Refusal, match="早于入党日期"):
        confirm_full(by=CLERK, membership=one, day=date(2011, 6, 30))
    confirm_full(by=CLERK, membership=one, day=date(2012, 7, 1))
    assert member_counts(date(2012, 6, 30))[branches["甲村党支部"].pk] == MemberCounts(1, 0)
    assert member_counts(DAY)[branches["甲村党支部"].pk] == MemberCounts(1, 1)
    with pytest.raises(Refusal, match="已于 2012-07-01 转正"):
        confirm_full(by=CLERK, membership=one, day=DAY)


def test_a_membership_ends_once_and_says_how(county, branches):
    one = member(county["甲村"], branches["甲村党支部"])
    with pytest.raises(Refusal, match="不在词表"):
        end_membership(by=CLERK, membership=one, day=DAY, exit="core:boredom")
    end_membership(by=CLERK, membership=one, day=DAY, exit="core:withdrawal")
    assert told(one.person) == [("甲村党支部", "2012-01-01", "2020-01-01", "core:withdrawal")]
    with pytest.raises(Refusal, match="已于 2020-01-01 结束"):
        end_membership(by=CLERK, membership=one, day=date(2021, 1, 1), exit="core:death")


def test_members_are_counted_in_a_part_of_the_hierarchy(county, branches):
    member(county["甲村"], branches["甲村党支部"])
    member(county["乙村"], branches["乙村党支部"])
    outside = org(county["西乡"], name="西乡党委", form="core:committee")
    member(county["丙村"], outside)
    assert set(member_counts(DAY, branches["东镇党委"].path)) == {
        branches["甲村党支部"].pk,
        branches["乙村党支部"].pk,
    }
    assert members_on(branches["东镇党委"], DAY).count() == 2
    assert members_on(org(county["西乡"], day=date(2021, 1, 1)), DAY).count() == 0


# --------------------------------------------------------------------------------------------- participation
def test_participation_never_counts(county, branches):
    one = member(county["甲村"], branches["甲村党支部"]).person
    take_part(
        by=CLERK, person=one, party_org=branches["乙村党支部"], kind="core:double_registration", day=DAY
    )
    assert member_counts(DAY) == {branches["甲村党支部"].pk: MemberCounts(1, 1)}
    assert [len(life(one, DAY)[kind]) for kind in ("membership", "participation")] == [1, 1]
    assert life(one, START)["participation"] == []


def test_the_same_participation_does_not_overlap(county, branches):
    one = person(county["甲村"])
    fields = {"by": CLERK, "person": one, "party_org": branches["乙村党支部"], "kind": "core:floating"}
    first = take_part(**fields, day=DAY)
    with pytest.raises(Refusal, match="时间重叠"):
        take_part(**fields, day=date(2021, 1, 1))
    end_participation(by=CLERK, participation=first, day=date(2020, 6, 1))
    assert take_part(**fields, day=date(2021, 1, 1)).pk
    with pytest.raises(Refusal, match="不在词表"):
        take_part(**{**fields, "kind": "core:guest"}, day=DAY)


# ------------------------------------------------------------------------------------------- whatever is done
DAYS = st.dates(date(2012, 1, 1), date(2022, 12, 31))
DEEDS = st.one_of(
    st.tuples(
        st.just("transfer"), DAYS, st.sampled_from(["甲村党支部", "乙村党支部", "东镇党委", "临时党支部"])
    ),
    st.tuples(st.just("end"), DAYS, st.just("")),
    st.tuples(st.just("enter"), DAYS, st.sampled_from(["甲村党支部", "乙村党支部"])),
)


@given(st.lists(DEEDS, max_size=8))
@settings(
    max_examples=20,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_whatever_is_done_nobody_belongs_twice_on_a_day(county, branches, deeds):
    with transaction.atomic():
        one = member(county["甲村"], branches["甲村党支部"]).person
        for verb, day, name in deeds:
            try:
                with transaction.atomic():
                    if verb == "transfer":
                        transfer(by=CLERK, person=one, to=branches[name], day=day)
                    elif verb == "enter":
                        enter_membership(
                            by=CLERK, person=one, party_org=branches[name], day=day, entry="core:restored"
                        )
                    else:
                        current = Membership._base_manager.filter(person=one, valid_to=None).first()
                        if current:
                            end_membership(by=CLERK, membership=current, day=day, exit="core:removal")
            except Refusal:
                continue
        rows = list(Membership._base_manager.filter(person=one))
        for day in {m.valid_from + timedelta(days=n) for m in rows for n in (-1, 0, 1)}:
            assert sum(m.valid_from <= day and (m.valid_to is None or day < m.valid_to) for m in rows) <= 1
        transaction.set_rollback(True)
