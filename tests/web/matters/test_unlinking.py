"""Taking back a link that was a mistake: from the card, with a reason; what has come of a link keeps it."""

import pytest

from jiceng.accounts.scoping import Denied
from jiceng.matters.actions import join, link, unlink
from jiceng.matters.enums import LinkKind
from jiceng.matters.models import Event, MatterLink
from jiceng.records.models import AuditEntry, AuditRow
from jiceng.records.refusals import Refusal
from tests.accounts.cast import keep
from tests.web.visiting import element


def card(matter):
    return f"/matters/{matter.number}/"


def form(matter, kept):
    return f"{card(matter)}also/unlink/?link={kept.pk}"


@pytest.fixture
def pair(office):
    """Two matters and the link by which the first follows from the other."""
    one, other = office.raised(), office.raised(text="电梯坏了", category="qingshan:noise")
    access = office.access("case_centre")
    return one, other, link(access=access, matter=one, other=other, kind=LinkKind.FOLLOWS, at=office.tick())


def test_a_wrong_link_is_taken_back_on_the_card(office, centre, pair):
    one, other, kept = pair
    assert form(one, kept) in element(centre.text(card(one)), "links")
    page = centre.text(form(one, kept))
    assert other.number in page
    assert "解除原因" in page
    sent = {"link": kept.pk, "reason": "选错了编号"}
    assert centre.post(card(one) + "also/unlink/", sent).url == card(one)
    assert not MatterLink.objects.exists()
    for mine, theirs in ((one, other), (other, one)):
        html = centre.text(card(mine))
        assert 'id="links"' not in html
        line = element(html, "timeline").split("<strong>")[1]
        assert line.startswith("解除关联")
        assert theirs.number in line
        assert "选错了编号" in line


def test_it_may_begin_from_either_end(office, centre, pair):
    _one, other, kept = pair
    assert form(other, kept) in element(centre.text(card(other)), "links")
    assert centre.post(card(other) + "also/unlink/", {"link": kept.pk, "reason": "错"}).url == card(other)
    assert not MatterLink.objects.exists()


def test_it_is_audited_with_its_reason(office, pair):
    _one, _other, kept = pair
    key = kept.pk
    unlink(access=office.access("case_centre"), link=kept, reason="选错了编号", at=office.tick())
    entry = AuditEntry.objects.order_by("-seq").first()
    assert (entry.action, entry.reason) == ("matter.unlink", "选错了编号")
    gone = AuditRow.objects.filter(entry=entry.uid, table="matters_matterlink")
    assert [(row.verb, row.record) for row in gone] == [("delete", key)]


def test_a_reason_is_asked_for(office, centre, pair):
    one, _other, kept = pair
    answer = centre.post(card(one) + "also/unlink/", {"link": kept.pk, "reason": " "})
    assert answer.status_code == 422
    assert "没有填写解除原因" in answer.content.decode()
    assert MatterLink.objects.filter(pk=kept.pk).exists()


def test_they_may_be_linked_again_as_it_should_have_been(office, pair):
    one, other, kept = pair
    access = office.access("case_centre")
    unlink(access=access, link=kept, reason="方向反了", at=office.tick())
    link(access=access, matter=other, other=one, kind=LinkKind.FOLLOWS, at=office.tick())
    assert MatterLink.objects.get().matter == other


def test_the_second_who_takes_it_back_is_told(office, pair):
    _one, _other, kept = pair
    access = office.access("case_centre")
    unlink(access=access, link=kept, reason="错", at=office.tick())
    with pytest.raises(Refusal, match="已经解除"):
        unlink(access=access, link=kept, reason="错", at=office.tick())
    assert Event.objects.filter(step="unlink").count() == 2


# ---------------------------------------------------------------------------------------------------- rights
def test_who_does_not_see_both_has_no_button_and_may_not(office, visit):
    one, other = office.raised(), office.raised(region=office.here.other_town)
    kept = link(
        access=office.access("case_centre"), matter=one, other=other, kind=LinkKind.FOLLOWS, at=office.tick()
    )
    clerk = visit("qingshan.village_clerk")
    assert "also/unlink" not in clerk.text(card(one))
    assert clerk.get(form(one, kept)).status_code == 404
    with pytest.raises(Denied):
        unlink(access=office.access("village_clerk"), link=kept, reason="错", at=office.tick())
    assert visit("baishui.case_centre").get(form(one, kept)).status_code == 404


def test_a_link_of_other_matters_is_not_there(office, centre, pair):
    _one, _other, kept = pair
    third = office.raised()
    assert centre.get(form(third, kept)).status_code == 404
    assert centre.get(card(third) + "also/unlink/").status_code == 404
    assert centre.get(card(third) + "also/unlink/?link=x").status_code == 404


# ------------------------------------------------------------------------------------- what depends on a link
def test_a_joined_matter_stays_joined_and_it_is_said_why(office, centre):
    first, second = office.raised(), office.raised()
    access = office.access("case_centre")
    join(access=access, matter=second, into=first, reason="同一件", at=office.tick())
    kept = MatterLink.objects.get()
    assert "also/unlink" not in centre.text(card(second))
    page = centre.text(form(second, kept))
    assert "反映人已随之转去" in page
    assert 'name="reason"' not in page, "nothing is asked for in vain"
    with pytest.raises(Refusal, match="不能解除"):
        unlink(access=access, link=kept, reason="错", at=office.tick())
    assert MatterLink.objects.filter(pk=kept.pk).exists()


@pytest.mark.parametrize(("kind", "said"), [(LinkKind.SUPERVISES, "的督办"), (LinkKind.APPEALS, "的申诉")])
def test_what_steps_brought_about_is_not_taken_back(office, kind, said):
    kept = keep(MatterLink(kind=kind, matter=office.raised(), other=office.raised()))
    with pytest.raises(Refusal, match=said):
        unlink(access=office.access("case_centre"), link=kept, reason="错", at=office.tick())
    assert MatterLink.objects.filter(pk=kept.pk).exists()
