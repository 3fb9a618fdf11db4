"""A unit that ends while it holds a dispatch: who takes over, and that it is written down."""

import pytest

from jiceng.matters.models import Clock, Dispatch, Event, TickMark, Turn
from jiceng.matters.queries.inbox import turns_of
from jiceng.matters.ticking import tick
from jiceng.organisations.actions.units import change_unit, close_unit
from jiceng.organisations.duplicates import merge_units
from jiceng.records.models import AuditEntry
from jiceng.records.refusals import Refusal
from tests.accounts.cast import SETTER, keep, unit
from tests.matters.conftest import TODAY
from tests.matters.ticking.conftest import steps


@pytest.fixture
def works(office, time):
    """Units of the village that no other answers to, and the cases sent to them."""
    return Works(office)


class Works:
    def __init__(self, office) -> None:
        self.office, self.here = office, office.here

    def body(self, name: str, **more):
        return unit(name, self.here.village, **more)

    def sent(self, to, *support):
        """A case with `to` as its lead."""
        matter = self.office.raised()
        given = {"lead": to.pk, "support": [each.pk for each in support]}
        self.office.step(matter, "send", given=given)
        return matter, Dispatch._base_manager.get(matter=matter, unit=to)

    def end(self, gone, **more) -> None:
        close_unit(by=SETTER, unit=gone, day=TODAY, **more)

    def live(self, matter) -> list[Dispatch]:
        return list(Dispatch._base_manager.filter(matter=matter, ended_on__isnull=True).order_by("pk"))

    def by_hand(self, dispatch, **values) -> None:
        """The dispatch as it may have come to be stored."""
        for name, value in values.items():
            setattr(dispatch, name, value)
        keep(dispatch)

    def by_unit(self, dispatch, step: str, **more) -> None:
        """A step on a dispatch, whoever's it is: what is tested is what comes of it."""
        row = self.office.again(dispatch)
        self.office.step(row.matter, step, "department_officer", dispatch=row.pk, **more)


def test_the_successor_has_it_to_sign_for(works, office):
    old, new = works.body("青河水务所"), works.body("青河水务公司")
    matter, dispatch = works.sent(old)
    works.end(old, successor=new)
    done = tick()
    assert (done.handed_over, done.failed) == (1, 0)
    (mine,) = works.live(matter)
    assert (mine.unit, mine.state, mine.part, mine.sent_by, mine.passes) == (
        new,
        "sent",
        "lead",
        dispatch.sent_by,
        0,
    )
    gone = office.again(dispatch)
    assert (gone.state, gone.ended_on) == ("passed", TODAY)
    line = Event.objects.get(matter=matter, step="succeed")
    assert line.values() == {"unit": old.pk, "to": new.pk, "dispatch": mine.pk}
    assert (line.dispatch_id, line.before, line.after, line.hand) == (dispatch.pk, "sent", "passed", "system")
    assert set(Turn.objects.filter(matter=matter, unit__isnull=False).values_list("unit", flat=True)) == {
        new.pk
    }
    running = Clock.objects.filter(matter=matter, stopped_at__isnull=True, dispatch__isnull=False)
    assert set(running.values_list("dispatch", flat=True)) == {mine.pk}
    assert office.again(matter).state == "working"
    assert not tick()
    assert AuditEntry.objects.filter(action="matter.succeed").count() == 1


def test_a_successor_that_has_ended_is_followed_by_its_own(works):
    first, second, third = (works.body(f"青河{name}所") for name in "甲乙丙")
    matter, _dispatch = works.sent(first)
    works.end(first, successor=second)
    works.end(second, successor=third)
    tick()
    assert [d.unit for d in works.live(matter)] == [third]


def test_without_a_successor_the_authority_above_takes_over(works, office):
    firm = office.here.firm
    matter, _dispatch = works.sent(firm)
    works.end(firm)
    tick()
    assert [d.unit for d in works.live(matter)] == [office.here.bureau]
    assert matter.pk in {t.matter_id for t in turns_of(office.access("department_officer"))}


def test_where_nobody_can_it_is_back_with_who_sent_it(works, office):
    alone = works.body("青河农机站")
    matter, dispatch = works.sent(alone)
    works.end(alone)
    tick()
    assert office.again(dispatch).state == "withdrawn"
    assert office.again(matter).state == "received"
    assert steps(matter)[-2:] == ["succeed", "none_left"]
    assert Event.objects.get(matter=matter, step="succeed").values()["to"] is None


def test_one_that_has_it_already_is_not_given_it_twice(works, office):
    old, new = works.body("青河水务所"), works.body("青河水务公司")
    matter, dispatch = works.sent(old, new)
    works.end(old, successor=new)
    tick()
    (mine,) = works.live(matter)
    assert mine.unit == new
    assert office.again(dispatch).state == "passed"


def test_an_answer_that_was_given_stays_given(works, office):
    bureau = office.here.bureau
    matter, dispatch = office.answered()
    new = unit("青府商务和粮食局", office.here.region, kind="core:agency")
    change_unit(by=SETTER, unit=office.here.firm, day=TODAY, authority=None)
    works.end(bureau, successor=new)
    tick()
    (mine,) = works.live(matter)
    assert (mine.unit, mine.state, mine.answer) == (new, "answered", "已责令停工")
    assert (mine.answered_on, mine.late) == (office.again(dispatch).answered_on, False)
    assert office.again(matter).state == "review"
    office.step(matter, "again", dispatch=mine.pk, note="没有到现场")
    assert office.again(matter).state == "working"


def test_what_it_had_passed_on_waits_for_the_same_signature(works, office):
    bureau, firm = office.here.bureau, office.here.firm
    new = unit("青府商务和粮食局", office.here.region, kind="core:agency")
    matter, dispatch = works.sent(bureau)
    works.by_unit(dispatch, "sign")
    works.by_unit(dispatch, "pass", note="属于企业", given={"to": firm.pk})
    change_unit(by=SETTER, unit=firm, day=TODAY, authority=None)
    works.end(bureau, successor=new)
    tick()
    assert {d.unit for d in works.live(matter)} == {firm, new}
    passed = Dispatch._base_manager.get(matter=matter, unit=firm)
    office.step(matter, "sign", "unit_officer", dispatch=passed.pk)
    assert [d.unit for d in works.live(matter)] == [firm]


def test_the_successor_of_one_to_whom_it_was_passed_stands_in_its_place(works, office):
    old, new = works.body("青河甲所"), works.body("青河乙所")
    matter, dispatch = works.sent(office.here.bureau)
    works.by_unit(dispatch, "sign")
    works.by_unit(dispatch, "pass", note="属于镇上", given={"to": old.pk})
    works.end(old, successor=new)
    tick()
    assert {d.unit for d in works.live(matter)} == {office.here.bureau, new}
    mine = Dispatch._base_manager.get(matter=matter, unit=new)
    assert (mine.before, mine.passes, office.again(matter).passes) == (dispatch, 1, 1)


def test_a_dispatch_that_met_the_end_of_its_unit_is_found_as_well(works, office):
    """Sent by someone who saw the unit alive, stored after the tick had looked at its end."""
    old, new = works.body("青河水务所"), works.body("青河水务公司")
    works.end(old, successor=new)
    assert tick().handed_over == 0
    matter, dispatch = works.sent(new)
    works.by_hand(dispatch, unit=old)
    assert tick().handed_over == 1
    assert [d.unit for d in works.live(matter)] == [new]


def test_what_has_ended_and_who_lives_on_are_left_alone(works, office):
    old, new = works.body("青河水务所"), works.body("青河水务公司")
    refused, dispatch = works.sent(old)
    works.by_hand(dispatch, state="refused", ended_on=TODAY)
    kept, _other = works.sent(new)
    works.end(old, successor=new)
    change_unit(by=SETTER, unit=new, day=TODAY, name="青河水务集团")
    before = steps(refused), steps(kept)
    assert tick().handed_over == 0
    assert (steps(refused), steps(kept)) == before


def test_the_first_look_finds_what_ended_before_there_was_a_tick(works, office):
    old, new = works.body("青河水务所"), works.body("青河水务公司")
    matter, _dispatch = works.sent(old)
    works.end(old, successor=new)
    TickMark.objects.all().delete()
    assert tick().handed_over == 1
    assert [d.unit for d in works.live(matter)] == [new]


# ----------------------------------------------------------------------------------------------- the close
def test_a_successor_must_live_and_be_another(works):
    old, new = works.body("青河水务所"), works.body("青河水务公司")
    with pytest.raises(Refusal, match="不能由自己承接"):
        works.end(old, successor=old)
    works.end(new)
    with pytest.raises(Refusal, match="不存在"):
        works.end(old, successor=new)


def test_two_units_that_have_the_same_matter_do_not_become_one(works, office):
    one, other = works.body("青河水务所"), works.body("青河水务站")
    matter, _dispatch = works.sent(one, other)
    with pytest.raises(Refusal, match="先了结其中一份"):
        merge_units(by=SETTER, kept=one, merged=other, reason="重复")
    assert len(works.live(matter)) == 2
