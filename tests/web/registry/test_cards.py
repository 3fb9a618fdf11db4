"""Cards: facts on a day, the timeline, what is tied to the record, masked values."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from jiceng.organisations.actions.units import change_unit
from jiceng.people.actions.persons import change_person
from jiceng.protection.actors import Actor
from jiceng.records.models import AuditEntry
from tests.accounts import cast as people

CLERK = Actor("user:7", "李经办")


def card(record, table="units"):
    return f"/registry/{table}/{record.pk}/"


@pytest.fixture
def firm(world):
    return world.qingshan.firm


def test_a_card_shows_the_day_asked_for(clerk, firm):
    change_unit(by=CLERK, unit=firm, day=date(2021, 3, 1), reason="年报", name="青松新材公司", employees=45)
    today, before = clerk.text(card(firm)), clerk.text(card(firm) + "?as_of=2020-05-05")
    assert "<h1>青松新材公司" in today
    assert "<dd>45" in today
    assert "<h1>青松木业公司" in before
    assert "<dd>30" in before
    assert "这是 2020-05-05 当日的样子" in before


def test_the_timeline_tells_life_and_hand(clerk, firm):
    change_unit(by=CLERK, unit=firm, day=date(2021, 3, 1), reason="年报", employees=45, principal="青云")
    html = clerk.text(card(firm))
    assert "职工人数：<del>30</del> → <ins>45</ins>" in html
    assert "负责人：<del>（空）</del> → <ins>青云</ins>" in html
    assert "变更单位" in html
    assert "李经办" in html
    assert "事由：年报" in html
    assert html.index("2021-03-01") > html.index("变更单位")  # newest first


def test_what_a_past_card_does_not_know_yet(clerk, firm):
    change_unit(by=CLERK, unit=firm, day=date(2021, 3, 1), employees=45)
    assert "<ins>45</ins>" not in clerk.text(card(firm) + "?as_of=2020-05-05")


def test_a_moved_unit_names_where_it_was(clerk, world, firm):
    change_unit(by=CLERK, unit=firm, day=date(2021, 3, 1), region=world.qingshan.other_town)
    assert "青田镇" in clerk.text(card(firm)).split("</h1>")[0]
    assert "青桥村" in clerk.text(card(firm) + "?as_of=2020-05-05").split("</h1>")[0]


@pytest.mark.parametrize("asked", ["2999-01-01", "x", ""])
def test_a_day_that_is_none_is_today(clerk, firm, asked):
    assert "当日的样子" not in clerk.text(f"{card(firm)}?as_of={asked}")


def test_before_its_life_a_record_says_so(clerk, firm):
    assert "当日不存续" in clerk.text(card(firm) + "?as_of=2010-01-01")


def test_what_is_tied_leads_on(clerk, world, firm):
    html = clerk.text(card(firm))
    county = world.qingshan
    for table, record in (
        ("party-orgs", county.branch),
        ("people", county.people["instructor"]),
        ("units", county.bureau),
        ("regions", county.village),
    ):
        assert f'href="/registry/{table}/{record.pk}/">{record}</a>' in html


def test_what_is_tied_obeys_each_permission(visit, world, firm):
    instructor = world.qingshan.people["instructor"].name
    assert instructor in visit("qingshan.inspector").text(card(firm))
    assert instructor not in visit("qingshan.leader").text(card(firm))


def test_a_member_is_seen_through_the_membership(visit, world):
    commuter = world.qingshan.people["commuter"]
    secretary = visit("qingshan.branch_secretary")
    assert commuter.name in secretary.text(card(commuter, "people"))
    assert secretary.get(card(world.qingshan.people["stranger"], "people")).status_code == 404


@pytest.mark.parametrize("who", ["baishui.organisation_department", "outsider", "system_administrator"])
def test_nobody_else_sees_it(visit, firm, who):
    response = visit(who).get(card(firm))
    assert response.status_code in (403, 404)
    assert firm.name not in response.content.decode()


def test_every_kind_of_card_opens(clerk, world):
    county = world.qingshan
    for table, record in (
        ("regions", county.town),
        ("party-orgs", county.committee),
        ("people", county.people["secretary"]),
        ("households", county.household),
        ("memberships", county.memberships["member"]),
        ("appointments", county.posts["instructor"]),
    ):
        assert "基本情况" in clerk.text(card(record, table))


def test_tied_rows_cost_no_queries(clerk, world):
    def queries(unit):
        with CaptureQueriesContext(connection) as captured:
            clerk.text(card(unit))
        return len(captured)

    county, units = world.qingshan, []
    for number in (1, 3):
        units.append(people.unit(f"青数{number}", county.town))
        for n in range(number):
            who = people.person(f"青工{number}{n}", county.town)
            people.appointment(who, "core:union_chair", county.town, unit=units[-1])
            people.party_org(f"青支{number}{n}", county.town, host_unit=units[-1])
    clerk.text(card(units[0]))
    assert queries(units[0]) == queries(units[1])


# ---------------------------------------------------------------------------------------- sealed values
@pytest.fixture
def member(world):
    who = world.qingshan.people["member"]
    return change_person(by=CLERK, person=who, phone="12800001234")


def test_numbers_are_masked(clerk, member):
    html = clerk.text(card(member, "people"))
    assert "128****1234" in html
    assert "12800001234" not in html


def test_unmasking_asks_a_reason_and_is_kept(clerk, member):
    url = f"/registry/people/{member.pk}/unmask/"
    refused = clerk.post(url, {"field": "phone", "reason": " "})
    assert refused.status_code == 422
    assert "填写事由" in refused.content.decode()
    shown = clerk.post(url, {"field": "phone", "reason": "核对名册"})
    assert "12800001234" in shown.content.decode()
    entry = AuditEntry.objects.get(action="person.unmask")
    assert (entry.reason, entry.actor_name) == ("核对名册", "青组织部门")


def test_unmasking_needs_the_right(visit, world, member):
    assert "查看完整" not in visit("qingshan.village_clerk").text(card(member, "people"))
    for who in ("qingshan.village_clerk", "qingshan.inspector", "baishui.street_officer"):
        answer = visit(who).post(f"/registry/people/{member.pk}/unmask/", {"field": "phone", "reason": "看"})
        assert answer.status_code in (403, 404)
        assert "12800001234" not in answer.content.decode()


def test_a_changed_number_stays_sealed_in_the_timeline(clerk, member):
    html = clerk.text(card(member, "people"))
    assert "（已加密）" in html
    assert bytes(member.phone).hex() not in html
