"""Granting and revoking: by the security administrator, to others, three powers apart, all of it audited."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from jiceng.accounts.actions.grants import grant_role, revoke_grant
from jiceng.accounts.models import Grant
from jiceng.accounts.roles import ADMINISTRATORS, ROLES, Node
from jiceng.accounts.scoping import Denied, actor_of, permissions_of
from jiceng.protection.actors import Actor
from jiceng.records.models import AuditEntry, AuditRow
from jiceng.records.refusals import Refusal
from tests.accounts.cast import SETTER, TODAY, grant, keep, user

DAY = timedelta(days=1)


@pytest.fixture
def guard(cast):
    return actor_of(cast["security_administrator"])


@pytest.fixture
def newcomer(world):
    return user("newcomer", "新同志")


def test_a_grant_is_audited_with_its_author(world, guard, newcomer):
    made = grant_role(user=newcomer, role="inspector", node=world.qingshan.region, by=guard, valid_from=TODAY)
    entry = AuditEntry.objects.get(action="grant.give")
    row = AuditRow.objects.get(entry=entry.uid)
    assert (entry.actor, row.table, row.record) == (guard.key, "accounts_grant", made.pk)
    assert '"role":"inspector"' in row.after
    assert permissions_of(newcomer, TODAY)


def test_a_grant_begins_today_unless_said_otherwise(world, guard, newcomer):
    made = grant_role(user=newcomer, role="inspector", node=world.qingshan.region, by=guard)
    assert made.valid_from == timezone.localdate()


@pytest.mark.parametrize(
    "name", ["system_administrator", "audit_administrator", "qingshan.organisation_department"]
)
def test_only_the_security_administrator_grants(world, cast, newcomer, name):
    with pytest.raises(Denied, match="授权"):
        grant_role(user=newcomer, role="inspector", node=world.qingshan.region, by=actor_of(cast[name]))
    assert not newcomer.grants.exists()


@pytest.mark.parametrize("key", ["user:999999", "user:x", "anonymous", "guest:1"])
def test_an_author_nobody_knows_grants_nothing(world, newcomer, key):
    with pytest.raises(Denied):
        grant_role(user=newcomer, role="inspector", node=world.qingshan.region, by=Actor(key, "?"))


def test_nobody_grants_to_oneself(world, cast, guard):
    with pytest.raises(Denied, match="自己"):
        grant_role(user=cast["security_administrator"], role="leader", node=world.qingshan.region, by=guard)


@pytest.mark.parametrize("first", sorted(ADMINISTRATORS))
@pytest.mark.parametrize("second", list(ROLES))
def test_the_three_powers_never_meet_in_one_person(world, newcomer, first, second):
    """Whatever the order: an administrator holds nothing else."""
    grant(newcomer, first)
    node = {
        Node.REGION: world.qingshan.region,
        Node.PARTY_ORG: world.qingshan.branch,
        Node.AUTHORITY: world.qingshan.bureau,
        Node.APPOINTMENT: world.qingshan.posts["instructor"],
        Node.SYSTEM: None,
    }[ROLES[second].node]
    with pytest.raises(Refusal):
        grant_role(user=newcomer, role=second, node=node, by=SETTER)
    other = user("other")
    if second not in ADMINISTRATORS:
        grant(other, second, node)
        with pytest.raises(Refusal, match="不同的人"):
            grant_role(user=other, role=first, by=SETTER)


def test_an_administrator_who_has_stepped_down_may_take_another_role(world, newcomer):
    grant(newcomer, "audit_administrator", valid_to=TODAY)
    grant_role(user=newcomer, role="leader", node=world.qingshan.region, by=SETTER, valid_from=TODAY)
    with pytest.raises(Refusal):
        grant_role(
            user=newcomer, role="inspector", node=world.qingshan.region, by=SETTER, valid_from=TODAY - DAY
        )


def test_role_and_node_must_fit(world, guard, newcomer):
    county = world.qingshan
    wrong = {
        "inspector": (None, county.branch, county.bureau, county.posts["instructor"]),
        "branch_secretary": (None, county.region, county.bureau),
        "department_officer": (None, county.region, county.firm.authority and county.branch),
        "instructor": (None, county.region, county.firm),
        "audit_administrator": (county.region,),
    }
    for role, nodes in wrong.items():
        for node in nodes:
            with pytest.raises(Refusal, match="范围"):
                grant_role(user=newcomer, role=role, node=node, by=guard)
    with pytest.raises(Refusal, match="不是行业主管部门"):
        grant_role(user=newcomer, role="department_officer", node=county.other_firm, by=guard)
    with pytest.raises(Refusal, match="没有角色"):
        grant_role(user=newcomer, role="emperor", by=guard)


def test_the_database_itself_refuses_two_nodes(world, newcomer):
    with pytest.raises(IntegrityError), transaction.atomic():
        grant(newcomer, "inspector", world.qingshan.region, party_org=world.qingshan.branch)


def test_a_node_that_is_gone_cannot_be_granted(world, guard, newcomer):
    town = world.qingshan.town
    town.valid_to = TODAY
    keep(town)
    with pytest.raises(Refusal, match="终止"):
        grant_role(user=newcomer, role="street_officer", node=town, by=guard, valid_from=TODAY)
    grant_role(user=newcomer, role="street_officer", node=town, by=guard, valid_from=TODAY - DAY)


def test_the_same_grant_twice_is_refused(world, guard, newcomer):
    node = world.qingshan.region
    grant_role(
        user=newcomer, role="inspector", node=node, by=guard, valid_from=TODAY, valid_to=TODAY + DAY * 9
    )
    with pytest.raises(Refusal, match="已经有效"):
        grant_role(user=newcomer, role="inspector", node=node, by=guard, valid_from=TODAY + DAY)
    grant_role(user=newcomer, role="inspector", node=node, by=guard, valid_from=TODAY + DAY * 9)


def test_dates_in_the_wrong_order_are_refused(world, guard, newcomer):
    with pytest.raises(Refusal, match="终止日期"):
        grant_role(
            user=newcomer,
            role="inspector",
            node=world.qingshan.region,
            by=guard,
            valid_from=TODAY,
            valid_to=TODAY,
        )


def test_a_closed_account_is_granted_nothing(world, guard):
    with pytest.raises(Refusal, match="停用"):
        grant_role(
            user=user("closed", is_active=False), role="inspector", node=world.qingshan.region, by=guard
        )


def test_a_post_must_be_one_s_own(world, guard):
    county = world.qingshan
    who = user("instructor2", person=county.people["member"])
    with pytest.raises(Refusal, match="不是这名用户的"):
        grant_role(user=who, role="instructor", node=county.posts["instructor"], by=guard)
    own = user("instructor3", person=county.people["instructor"])
    assert grant_role(
        user=own, role="instructor", node=county.posts["instructor"], by=guard, valid_from=TODAY
    )


# --------------------------------------------------------------------------------------------- revoking
def test_a_revoked_grant_keeps_its_past(world, cast, guard):
    who = cast["qingshan.leader"]
    held = who.grants.get()
    revoke_grant(grant=held, day=TODAY, by=guard, reason="调离")
    assert permissions_of(who, TODAY - DAY)
    assert not permissions_of(who, TODAY)
    assert AuditEntry.objects.get(action="grant.revoke").reason == "调离"


def test_a_grant_that_has_not_begun_is_taken_out(world, guard, newcomer):
    made = grant_role(user=newcomer, role="inspector", node=world.qingshan.region, by=guard, valid_from=TODAY)
    revoke_grant(grant=made, day=TODAY, by=guard, reason="误授")
    assert not Grant.objects.filter(user=newcomer).exists()
    assert AuditRow.objects.filter(table="accounts_grant", verb="delete").exists()


def test_revoking_says_why_and_is_nobody_else_s(cast, guard):
    held = cast["qingshan.leader"].grants.get()
    with pytest.raises(Refusal, match="原因"):
        revoke_grant(grant=held, day=TODAY, by=guard, reason=" ")
    with pytest.raises(Denied):
        revoke_grant(grant=held, day=TODAY, by=actor_of(cast["system_administrator"]), reason="无权")


def test_what_has_ended_is_not_ended_again(world, guard, newcomer):
    held = grant(newcomer, "inspector", world.qingshan.region, valid_to=TODAY)
    with pytest.raises(Refusal, match="终止"):
        revoke_grant(grant=held, day=TODAY + DAY, by=guard, reason="重复")


def test_a_refused_grant_leaves_no_trace(world, guard, newcomer):
    before = AuditEntry.objects.count()
    with pytest.raises(Refusal):
        grant_role(user=newcomer, role="inspector", node=None, by=guard)
    assert AuditEntry.objects.count() == before
    assert not newcomer.grants.exists()
