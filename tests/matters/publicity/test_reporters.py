"""Who reported is known to those to whom the area is entrusted; to the unit complained of and to receivers never."""

import json

import pytest

from jiceng.accounts.roles import ROLES
from jiceng.accounts.scoping import Denied, access_of
from jiceng.matters.actions import Acting, Report, raise_matter
from jiceng.matters.actions.reporters import read_reporter
from jiceng.matters.models import Dispatch, Event, Matter, Reporter
from jiceng.records.models import AuditEntry, AuditRow
from jiceng.records.refusals import Refusal
from tests.accounts.cast import grant, keep
from tests.matters.conftest import TODAY

NAME, PHONE = "何秀兰", "13912345678"


@pytest.fixture
def reported(office) -> Matter:
    matter = raise_matter(
        by=Acting.reporter("k1"), type="qingshan:case", region=office.here.village, channel="core:web",
        report=Report({"text": "木业公司夜里排烟", "category": "qingshan:noise"}, name=NAME, phone=PHONE,
                      code="ABCDE23456"),
        at=office.tick(),
    )  # fmt: skip
    office.step(matter, "send", given={"lead": office.here.bureau.pk, "support": [office.here.other_firm.pk]})
    return office.again(matter)


@pytest.fixture
def reporter(reported) -> Reporter:
    return Reporter._base_manager.get(matter=reported)


@pytest.mark.parametrize("who", ["case_centre", "street_officer", "village_clerk"])
def test_those_entrusted_with_the_area_read_it_with_a_reason_and_that_is_recorded(office, reporter, who):
    access = office.access(who)
    assert read_reporter(access=access, reporter=reporter.pk, reason="回访") == (NAME, PHONE)
    entry = AuditEntry.objects.get(action="reporter.read")
    assert (entry.actor, entry.reason) == (f"user:{access.user.pk}", "回访")
    row = AuditRow.objects.get(entry=entry.uid)
    assert (row.verb, row.record, json.loads(row.after)) == (
        "read",
        reporter.pk,
        {"matter_id": reporter.matter_id},
    )


def test_not_without_a_reason(office, reporter):
    with pytest.raises(Refusal, match="事由"):
        read_reporter(access=office.access("case_centre"), reporter=reporter.pk, reason=" \n")
    assert not AuditEntry.objects.filter(action="reporter.read").exists()


@pytest.mark.parametrize("who", sorted(set(ROLES) - {"case_centre", "street_officer", "village_clerk"}))
def test_no_other_role_reads_it(office, reporter, who):
    user = office.cast.get(f"qingshan.{who}") or office.cast[who]
    with pytest.raises(Denied):
        read_reporter(access=access_of(user, TODAY), reporter=reporter.pk, reason="想知道")


@pytest.mark.parametrize("who", ["case_centre", "street_officer", "village_clerk"])
def test_nobody_of_another_area(office, reporter, who):
    with pytest.raises(Denied):
        read_reporter(access=office.access(who, "baishui"), reporter=reporter.pk, reason="想知道")


def test_a_receiver_with_an_area_of_its_own_is_still_a_receiver(office, reported, reporter):
    """The other town's officer sees the matter, for the firm there has part of it."""
    other = office.cast["baishui.street_officer"]
    grant(other, "street_officer", office.here.other_town)
    access = access_of(other, TODAY)
    assert Matter.visible_to(access.scope()).filter(pk=reported.pk).exists()
    with pytest.raises(Denied):
        read_reporter(access=access, reporter=reporter.pk, reason="联系")


def complain_of(matter: Matter, unit) -> None:
    matter.unit = unit
    keep(matter)


def test_nobody_of_the_unit_complained_of_whatever_else_they_may(office, reported, reporter):
    clerk = office.cast["qingshan.village_clerk"]
    complain_of(reported, office.here.firm)
    assert (
        read_reporter(access=office.access("village_clerk"), reporter=reporter.pk, reason="回访")[0] == NAME
    )
    clerk.unit = office.here.firm
    clerk.save()
    with pytest.raises(Denied, match="被反映"):
        read_reporter(access=office.access("village_clerk"), reporter=reporter.pk, reason="回访")


def test_nor_who_acts_for_it_by_a_grant(office, reported, reporter):
    complain_of(reported, office.here.firm)
    clerk = office.cast["qingshan.village_clerk"]
    grant(clerk, "unit_officer", office.here.firm)
    with pytest.raises(Denied, match="被反映"):
        read_reporter(access=office.access("village_clerk"), reporter=reporter.pk, reason="回访")


def test_one_that_is_not_there_says_no_more_than_one_that_may_not_be_read(office, reporter):
    with pytest.raises(Denied) as missing:
        read_reporter(access=office.access("case_centre"), reporter=10**9, reason="回访")
    with pytest.raises(Denied) as foreign:
        read_reporter(access=office.access("case_centre", "baishui"), reporter=reporter.pk, reason="回访")
    assert str(missing.value) == str(foreign.value)


# ------------------------------------------------------------------------------------- by no other route
RECEIVERS = ["department_officer", "unit_officer"]


@pytest.mark.parametrize("who", RECEIVERS)
def test_the_table_shows_receivers_nothing(office, reported, who):
    """`unit_officer` acts for the firm; it is given the matter, too."""
    office.step(reported, "progress", note="转木业公司")
    keep(Dispatch(
        matter=reported, unit=office.here.firm, region=office.here.village, region_path=office.here.village.path,
        sent_by="x", sent_by_name="x", sent_at=office.now, sent_on=TODAY,
    ))  # fmt: skip
    scope = office.access(who).scope()
    assert Matter.visible_to(scope).filter(pk=reported.pk).exists()
    assert not Reporter.visible_to(scope).exists()


def test_what_receivers_see_holds_neither_name_nor_telephone(office, reported, reporter):
    """Everything stored of the matter, but for the sealed reporter itself, in clear."""
    dispatch = Dispatch._base_manager.get(matter=reported, unit=office.here.bureau)
    office.step(reported, "sign", "department_officer", dispatch=dispatch.pk)
    seen = [*Event.objects.filter(matter=reported), *Dispatch._base_manager.filter(matter=reported), reported]
    told = " ".join(str(value) for record in seen for value in vars(record).values())
    assert NAME not in told
    assert PHONE not in told
    assert "反映人" in told  # by whom, and no more
    audit = " ".join(AuditRow.objects.values_list("after", flat=True))
    assert NAME not in audit
    assert PHONE not in audit
    assert NAME.encode() not in bytes(reporter.name)
