"""Taking a unit out of the base: one asks, another approves, the figures follow, and back again."""

from datetime import date

import pytest
from django.db import IntegrityError

from jiceng.accounts.models import User
from jiceng.coverage.models import CoverageSpan, Exclusion
from jiceng.coverage.rebuilding import rebuild
from jiceng.records.bases import valid_on
from jiceng.records.models import AuditEntry
from tests.accounts.cast import TODAY, grant, keep, user
from tests.web.visiting import BACKEND, Visitor

ASKED = {"ledger": "core:two_new", "reason": "core:shell_body", "note": "两次上门无人", "day": "2022-01-10"}


@pytest.fixture
def gap(core, world):
    rebuild()
    return world.qingshan.other_firm


@pytest.fixture
def officer(world, cast):
    """Someone who may approve, beside the county's organisation department."""
    who = user("second", "青二审")
    grant(who, "two_new_office", world.qingshan.region)
    visitor = Visitor()
    visitor.force_login(who, backend=BACKEND)
    return visitor


def ask(visitor, unit, **more):
    return visitor.post(f"/coverage/units/{unit.pk}/exclude/", ASKED | more)


def on(unit, day):
    return CoverageSpan.objects.get(valid_on(day), unit=unit)


def test_a_unit_leaves_the_base_only_when_another_person_approves(gap, visit, officer):
    clerk = visit("qingshan.organisation_department")
    assert ask(clerk, gap).status_code == 302
    rebuild()
    assert on(gap, TODAY).in_scope
    made = Exclusion.objects.get()
    own = clerk.post(f"/coverage/exclusions/{made.pk}/decide/", {"agree": "yes"})
    assert own.status_code == 403
    assert "两次上门无人" in officer.text("/coverage/exclusions/")
    assert "覆盖剔除等你审批" in officer.text("/")
    assert officer.post(f"/coverage/exclusions/{made.pk}/decide/", {"agree": "yes"}).status_code == 302
    rebuild()
    span = on(gap, TODAY)
    assert (span.excluded, span.in_scope, span.obliged, span.organised, span.worked) == (
        True, False, False, False, False,
    )  # fmt: skip
    assert on(gap, date(2022, 1, 9)).in_scope
    page = clerk.text("/coverage/records/", {"measure": "excluded"})
    assert gap.name in page
    assert "空壳" in page
    assert "青二审" in page
    assert gap.name not in clerk.text("/coverage/records/", {"measure": "out_of_scope"})
    assert {"coverage.ask_exclusion", "coverage.decide_exclusion"} <= set(
        AuditEntry.objects.values_list("action", flat=True)
    )


def test_what_was_taken_out_comes_back_on_a_day(gap, visit, officer):
    clerk = visit("qingshan.organisation_department")
    ask(clerk, gap)
    made = Exclusion.objects.get()
    officer.post(f"/coverage/exclusions/{made.pk}/decide/", {"agree": "yes"})
    address = f"/coverage/exclusions/{made.pk}/end/"
    assert clerk.post(address, {"day": "2022-03-01", "reason": ""}).status_code == 422
    assert clerk.post(address, {"day": "2022-03-01", "reason": "复工"}).status_code == 302
    rebuild()
    assert on(gap, TODAY).in_scope
    assert on(gap, date(2022, 2, 28)).excluded
    assert ask(clerk, gap, day="2022-02-01").status_code == 422  # still out on that day
    assert ask(clerk, gap, day="2022-04-01").status_code == 302


def test_a_refused_request_changes_nothing_and_says_why(gap, visit, officer):
    clerk = visit("qingshan.organisation_department")
    ask(clerk, gap)
    made = Exclusion.objects.get()
    address = f"/coverage/exclusions/{made.pk}/decide/"
    assert officer.post(address, {"agree": "no"}).status_code == 422
    officer.post(address, {"agree": "no", "decision": "仍在经营"})
    rebuild()
    assert on(gap, TODAY).in_scope
    assert "仍在经营" in clerk.text(f"/coverage/units/{gap.pk}/")
    assert officer.post(address, {"agree": "yes"}).status_code == 422  # decided already


@pytest.mark.parametrize(
    "wrong",
    [{"reason": "core:no_such"}, {"note": " "}, {"day": "2999-01-01"}, {"ledger": "core:places"}],
    ids=["reason", "note", "future", "ledger"],
)
def test_a_request_that_says_too_little_is_refused(gap, visit, wrong):
    assert ask(visit("qingshan.organisation_department"), gap, **wrong).status_code == 422
    assert not Exclusion.objects.exists()


def test_twice_asked_is_refused(gap, visit):
    clerk = visit("qingshan.organisation_department")
    ask(clerk, gap)
    assert ask(clerk, gap, day="2022-05-01").status_code == 422
    assert Exclusion.objects.count() == 1


def test_only_those_who_keep_units_there_ask_and_only_approvers_there_decide(gap, world, visit):
    assert ask(visit("baishui.organisation_department"), gap).status_code == 404
    assert ask(visit("qingshan.street_officer"), gap).status_code == 404  # of the other town
    assert ask(visit("qingshan.inspector"), gap).status_code == 403
    ask(visit("qingshan.organisation_department"), gap)
    made = Exclusion.objects.get()
    for stranger in ("baishui.organisation_department", "baishui.two_new_office"):
        assert (
            visit(stranger).post(f"/coverage/exclusions/{made.pk}/decide/", {"agree": "yes"}).status_code
            == 404
        )
        assert gap.name not in visit(stranger).text("/coverage/exclusions/")
    street = visit("qingshan.street_officer")
    assert ask(street, world.qingshan.firm).status_code == 302
    assert street.post(f"/coverage/exclusions/{made.pk}/decide/", {"agree": "yes"}).status_code == 403


def test_the_database_itself_keeps_the_second_person(gap, cast):
    who = User.objects.get(pk=cast["qingshan.organisation_department"].pk)
    with pytest.raises(IntegrityError):
        keep(
            Exclusion(
                unit=gap, ledger="core:two_new", reason="core:shell_body", note="x", valid_from=TODAY,
                status="approved", requested_by=who, decided_by=who,
            )
        )  # fmt: skip
