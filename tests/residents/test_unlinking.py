"""What has come of a link keeps it: an offer about a wish, a report that was settled along with another."""

import pytest
from django.utils import timezone

from jiceng.accounts.scoping import access_of
from jiceng.matters.actions import link, unlink
from jiceng.matters.enums import LinkKind
from jiceng.matters.models import Matter, MatterLink
from jiceng.records.refusals import Refusal
from jiceng.residents.reporting import Told, take_on


def access(county, role="organisation_department"):
    return access_of(county.cast[f"qingshan.{role}"], timezone.localdate())


@pytest.fixture
def served(county):
    """A snapshot that settles a report of the hotline along with itself: the report, and the link."""
    report, _code = county.reported()
    snapshot, _code = county.reported(kind="qingshan:snapshot", text="路灯线断了", given={"danger": False})
    kept = link(access=access(county), matter=snapshot, other=report, kind=LinkKind.SERVES)
    return county, report, snapshot, kept


def test_an_offer_hangs_on_its_wish(county):
    wish = county.wish()
    take_on(matter=wish, told=Told(name="青好心人", phone="13900002222"), key="one offer")
    kept = MatterLink.objects.get()
    with pytest.raises(Refusal, match="离开它就不成立"):
        unlink(access=access(county), link=kept, reason="错")
    assert MatterLink.objects.filter(pk=kept.pk).exists()


def test_before_anything_has_come_of_it_it_may_go(served):
    county, report, snapshot, kept = served
    unlink(access=access(county), link=kept, reason="不是一回事")
    county.step(snapshot, "close", "street_officer", given={"answer": "接好了"})
    assert county.again(report).state == "received", "it no longer hangs on the snapshot"


def test_what_was_settled_along_with_it_keeps_the_link(served):
    county, report, snapshot, kept = served
    county.step(snapshot, "close", "street_officer", given={"answer": "接好了"})
    assert county.again(report).state == "callback"
    with pytest.raises(Refusal, match="已因这个关联由系统办了“一并解决”"):
        unlink(access=access(county), link=kept, reason="错")
    assert MatterLink.objects.filter(pk=kept.pk).exists()
    assert Matter._base_manager.get(pk=report.pk).version == county.again(report).version


def test_once_a_person_has_moved_it_on_the_link_may_go(served):
    county, report, snapshot, kept = served
    county.step(snapshot, "close", "street_officer", given={"answer": "接好了"})
    county.step(report, "archive", given={"reached": True, "solved": True, "satisfaction": "core:satisfied"})
    unlink(access=access(county), link=kept, reason="不是一回事")
    assert not MatterLink.objects.filter(pk=kept.pk).exists()
