"""Who knows the code follows the matter: the flow's public words, and the reporter's own steps."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from jiceng.matters.models import Event
from jiceng.residents.throttling import WRONG_CODES_VISIT
from tests.accounts.cast import keep
from tests.residents.county import told

FOLLOW = reverse("residents:follow", urlconf="tests.zones")
STEP = reverse("residents:step", urlconf="tests.zones")


def story(resident, code, status=200):
    answer = resident.post(FOLLOW, {"code": code})
    assert answer.status_code == status
    return answer.content.decode()


def take(resident, code, step, **data):
    """Press one of the reporter's own buttons on the open page."""
    html = story(resident, code)
    return resident.send(FOLLOW, html, {"code": code, **data}, action=STEP, step=step)


def test_the_code_leads_to_where_it_stands(resident, county):
    matter, code = county.reported()
    html = story(resident, code)
    assert matter.number in html
    assert "已受理" in html
    assert "预计" in html


@pytest.mark.parametrize("typed", [str.lower, lambda c: f"{c[:5]}-{c[5:]}", lambda c: f" {c[:3]} {c[3:]} "])
def test_a_code_is_found_however_it_is_typed(resident, county, typed):
    matter, code = county.reported()
    assert matter.number in story(resident, typed(code))


def test_the_story_tells_what_the_flow_says_and_nothing_else(resident, county):
    """Neither who acted, nor the unit, nor what it wrote, nor who reported."""
    _matter, code = county.answered()
    html = story(resident, code)
    assert "已转有关单位办理" in html
    assert "已办理，待回访" in html
    people = [str(who) for who in county.cast.values() if str(who)]
    hidden = [*county.here.names, *people, "青经办人", "青王科长", "青赵大妈", "13800001111", "巷口的路灯"]
    assert [name for name in hidden if name in html] == []


def test_a_flow_may_tell_what_was_filled_in(resident, county):
    matter, code = county.reported(kind="qingshan:snapshot", text="井盖没了", given={"danger": "true"})
    county.step(matter, "close", "street_officer", given={"answer": "换了<新>井盖"})
    assert "办好了：换了&lt;新&gt;井盖" in story(resident, code)


def test_it_is_told_in_english_too(resident, county):
    _matter, code = county.answered()
    resident.cookies["django_language"] = "en"
    html = story(resident, code)
    assert "Handled; a call will follow" in html
    assert "Passed to the units responsible" in html


def test_rating_keeps_what_the_reporter_thinks(resident, county):
    matter, code = county.answered()
    answer = take(resident, code, "rate", solved="false", satisfaction="core:dissatisfied")
    assert answer.status_code == 200
    kept = county.again(matter)
    assert (kept.solved, kept.satisfaction, kept.state) == (False, "core:dissatisfied", "callback")


def test_rating_asks_for_what_it_needs(resident, county):
    _matter, code = county.answered()
    answer = take(resident, code, "rate")
    assert answer.status_code == 422
    assert "没有填写" in answer.content.decode()


@pytest.fixture
def closed(county):
    matter, code = county.answered()
    kept = county.again(matter)
    kept.state, kept.phase, kept.outcome = "archived", "done", "solved"
    kept.closed_at, kept.closed_on, kept.days_taken = timezone.now(), timezone.localdate(), 0
    keep(kept)
    return kept, code


def test_reopening_brings_it_back_to_work(resident, county, closed):
    matter, code = closed
    assert take(resident, code, "reopen", note="又不亮了").status_code == 200
    kept = county.again(matter)
    assert (kept.state, kept.phase, kept.reopened) == ("received", "open", 1)
    assert Event.objects.filter(matter=matter, step="reopen").get().note == "又不亮了"


def test_reopening_twice_with_one_form_happens_once(resident, county, closed):
    matter, code = closed
    html = story(resident, code)
    for _time in range(2):
        resident.send(FOLLOW, html, {"code": code, "note": "又不亮了"}, action=STEP, step="reopen")
    assert Event.objects.filter(matter=matter, step="reopen").count() == 1


def test_reopening_needs_a_reason(resident, closed):
    answer = take(resident, closed[1], "reopen", note="")
    assert answer.status_code == 422
    assert "没有填写说明" in answer.content.decode()


def test_after_the_days_of_the_type_it_cannot_be_reopened(resident, county, closed):
    matter, code = closed
    page = story(resident, code)
    assert 'value="reopen"' in page
    kept = county.again(matter)
    kept.closed_on = timezone.localdate() - timedelta(days=16)
    keep(kept)
    assert 'value="reopen"' not in story(resident, code)
    late = resident.send(FOLLOW, page, {"code": code, "note": "又不亮了"}, action=STEP, step="reopen")
    assert late.status_code == 422
    assert county.again(matter).phase == "done"


def test_withdrawing_ends_it(resident, county):
    matter, code = county.reported()
    assert take(resident, code, "withdraw").status_code == 200
    kept = county.again(matter)
    assert (kept.phase, kept.outcome) == ("done", "withdrawn")


def test_no_other_step_can_be_taken_by_who_has_the_code(resident, county):
    matter, code = county.answered()
    html = story(resident, code)
    form = resident.form_in(html, "rate")
    answer = resident.post(STEP, {"code": code, "step": "archive", "form": form, "reached": "true"})
    assert answer.status_code == 422
    assert county.again(matter).state == "callback"


# ----------------------------------------------------------------------------------------------- guessing
@pytest.mark.parametrize("code", ["", "-----", "AAAAA-AAAAA", "长" * 500])
def test_a_wrong_code_shows_nothing(resident, county, code):
    matter, _code = county.reported()
    assert matter.number not in story(resident, code, 422)


def test_guessing_soon_has_to_wait_and_then_even_the_right_code_does(resident, county):
    _matter, code = county.reported()
    resident.get(FOLLOW)  # a browser that keeps its mark
    for _time in range(int(WRONG_CODES_VISIT.holds)):
        story(resident, "AAAAA-AAAAA", 422)
    story(resident, "AAAAA-AAAAA", 429)
    assert "tel:12345" in story(resident, code, 429)


def test_codes_never_stand_in_an_address(resident, county):
    _matter, code = county.reported()
    answer = resident.get(f"{FOLLOW}?code={code}")
    assert told().get().number not in answer.content.decode()
    assert "no-store" in resident.post(FOLLOW, {"code": code})["Cache-Control"]
