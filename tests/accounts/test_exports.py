"""Taking records out: watermarked, audited, and agreed to by a second person where many are sensitive."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from jiceng.accounts.exports import (
    awaiting,
    decide_export,
    note_export,
    request_export,
    second_person_needed,
    take_export,
    watermark_of,
)
from jiceng.accounts.models import ExportRequest
from jiceng.accounts.scoping import Denied, access_of, actor_of
from jiceng.exchange.tables import Field, Table
from jiceng.people.models import Membership
from jiceng.records.models import AuditEntry, AuditRow
from jiceng.records.refusals import Refusal
from tests.accounts.cast import TODAY, grant, keep, user

ID = Field("citizen_id", "证件号", sensitive=True)


class NoWriter:
    """Nothing is imported here."""


def table(*, sensitive=False, fields=(ID,)):
    return Table("test-members", "党员", Membership, tuple(fields), NoWriter, sensitive=sensitive)


MEMBERS, PLAIN = table(sensitive=True), table()


@pytest.fixture
def clerk(cast):
    return access_of(cast["qingshan.street_officer"], TODAY)


@pytest.fixture
def head(cast):
    return access_of(cast["qingshan.organisation_department"], TODAY)


@pytest.fixture
def asked(clerk):
    return request_export(
        access=clerk,
        table=MEMBERS,
        rows=800,
        what="青石镇党员",
        parameters={"kind": "full"},
        reason="年报核对",
    )


@pytest.mark.parametrize(
    ("which", "rows", "unmasked", "needed"),
    [
        (MEMBERS, 501, False, True),
        (MEMBERS, 500, False, False),
        (PLAIN, 10**6, False, False),
        (PLAIN, 501, True, True),
        (table(fields=(Field("name", "名称"),)), 501, True, False),
    ],
)
def test_when_a_second_person_is_needed(settings, which, rows, unmasked, needed):
    settings.EXPORT_ROWS = 500
    assert second_person_needed(which, rows, unmasked=unmasked) == needed


def test_a_small_export_is_audited_and_bears_who_and_when(clerk):
    mark = note_export(access=clerk, table=MEMBERS, rows=12, what="青石镇党员")
    assert mark.startswith("青街道（乡镇）工作人员 青府商务局 20")
    row = AuditRow.objects.get(verb="read")
    assert (row.table, mark in row.after, '"rows":12' in row.after) == ("people_membership", True, True)
    assert AuditEntry.objects.get(uid=row.entry).actor == actor_of(clerk.user).key


def test_a_large_sensitive_export_does_not_go_out_alone(clerk):
    with pytest.raises(Refusal, match="另一人审批"):
        note_export(access=clerk, table=MEMBERS, rows=800, what="青石镇党员")
    assert not AuditRow.objects.filter(verb="read").exists()


def test_sealed_values_need_the_right_and_a_reason(cast, clerk):
    with pytest.raises(Refusal, match="事由"):
        note_export(access=clerk, table=PLAIN, rows=3, what="三人", unmasked=True)
    note_export(access=clerk, table=PLAIN, rows=3, what="三人", unmasked=True, reason="核对")
    officer = access_of(cast["qingshan.party_committee_officer"], TODAY)
    with pytest.raises(Denied, match="完整证件号"):
        note_export(access=officer, table=PLAIN, rows=3, what="三人", unmasked=True, reason="核对")


def test_without_the_right_nothing_goes_out(cast):
    for name in ("qingshan.inspector", "qingshan.branch_secretary", "audit_administrator", "outsider"):
        with pytest.raises(Denied, match="导出"):
            note_export(access=access_of(cast[name], TODAY), table=PLAIN, rows=1, what="一条")


def test_a_request_agreed_to_by_another_opens_the_download(clerk, head, asked):
    assert [r.pk for r in awaiting(head)] == [asked.pk]
    with pytest.raises(Refusal, match="尚未批准"):
        take_export(request=asked, access=clerk)
    decide_export(request=asked, access=head, approve=True)
    mark = take_export(request=asked, access=clerk)
    assert mark == watermark_of(clerk.user, timezone.now()) == asked.watermark
    assert not awaiting(head).exists()
    told = AuditEntry.objects.filter(action__startswith="export.").values_list("action", "actor")
    assert [action for action, _by in told] == ["export.request", "export.decide", "export.take"]
    assert dict(told)["export.decide"] == actor_of(head.user).key


def test_nobody_agrees_to_one_s_own_request(head):
    mine = request_export(access=head, table=MEMBERS, rows=900, what="全县", parameters={}, reason="上报")
    with pytest.raises(Denied, match="自己"):
        decide_export(request=mine, access=head, approve=True)
    assert not awaiting(head).exists()
    mine.status, mine.decided_by = "approved", head.user
    with pytest.raises(IntegrityError), transaction.atomic():
        keep(mine)


def test_only_who_may_approve_there_decides(cast, asked):
    for name in ("baishui.organisation_department", "qingshan.two_new_office", "security_administrator"):
        access = access_of(cast[name], TODAY)
        assert not awaiting(access).exists()
        with pytest.raises(Denied):
            decide_export(request=asked, access=access, approve=True)


def test_a_second_approver_comes_too_late(world, head, asked):
    other = user("head2", "青副部长")
    grant(other, "organisation_department", world.qingshan.region)
    decide_export(request=asked, access=head, approve=False, decision="用途不明")
    with pytest.raises(Refusal, match="办结"):
        decide_export(request=asked, access=access_of(other, TODAY), approve=True)
    assert ExportRequest.objects.get(pk=asked.pk).decision == "用途不明"


def test_a_refusal_says_why(head, asked):
    with pytest.raises(Refusal, match="原因"):
        decide_export(request=asked, access=head, approve=False)


def test_a_refused_request_opens_nothing(clerk, head, asked):
    decide_export(request=asked, access=head, approve=False, decision="超出范围")
    with pytest.raises(Refusal, match="尚未批准"):
        take_export(request=asked, access=clerk)


def test_the_download_closes_after_its_time(clerk, head, asked, settings):
    settings.EXPORT_HOURS = 24
    decide_export(request=asked, access=head, approve=True)
    assert timedelta(hours=23) < asked.expires_at - timezone.now() <= timedelta(hours=24)
    take_export(request=asked, access=clerk)
    asked.expires_at = timezone.now()
    keep(asked)
    with pytest.raises(Refusal, match="期限"):
        take_export(request=asked, access=clerk)


def test_somebody_else_s_request_is_not_for_taking(world, head, asked):
    decide_export(request=asked, access=head, approve=True)
    with pytest.raises(Denied, match="不是您的"):
        take_export(request=asked, access=head)


def test_who_left_the_post_meanwhile_takes_nothing(cast, clerk, head, asked):
    decide_export(request=asked, access=head, approve=True)
    held = clerk.user.grants.get()
    held.valid_to = TODAY
    keep(held)
    with pytest.raises(Denied):
        take_export(request=asked, access=access_of(clerk.user, TODAY))


def test_a_request_needs_a_purpose_and_stands_where_the_right_is(world, clerk, asked):
    assert asked.place == world.qingshan.town.path
    with pytest.raises(Refusal, match="用途"):
        request_export(access=clerk, table=MEMBERS, rows=800, what="党员", parameters={}, reason="  ")
