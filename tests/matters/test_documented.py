"""The type in docs/packs.md does what the page says: it is installed at the little county and walked."""

import re
from pathlib import Path

import pytest

from jiceng.matters.actions import Report, act, raise_matter
from jiceng.matters.models import Clock, Dispatch, Event, Matter
from jiceng.packs.installing import install
from jiceng.records.refusals import Refusal
from tests.accounts.cast import SETTER

DOCS = Path(__file__).resolve().parents[2] / "docs"
PACK = "pack: {id: documented, name: 例, version: 1.0.0, binds: [{region: '990101', from: 2012-01-01}]}\n"
KIND = "documented:ferry_report"


def example(page: str) -> str:
    """The YAML of the chapter on matters."""
    text = (DOCS / page).read_text(encoding="utf-8")
    (found,) = [b for b in re.findall(r"```yaml\n(.*?)```", text, re.DOTALL) if "ferry_report:" in b]
    return found


def test_both_pages_show_the_same_type():
    bare = [re.sub(r" +#.*", "", example(page)) for page in ("packs.md", "packs.zh-CN.md")]
    assert bare[0] == bare[1]


@pytest.fixture
def ferry(office, tmp_path):
    (tmp_path / "pack.yaml").write_text(PACK + example("packs.md"), encoding="utf-8")
    install(folders=[tmp_path], by=SETTER)
    return office


def raised(office, **given) -> Matter:
    given = {"text": "栏杆松动", "category": "documented:ferry_safety"} | given
    return raise_matter(
        by=office.person("village_clerk"), type=KIND, region=office.here.village, channel="core:community",
        report=Report(given=given), at=office.tick(),
    )  # fmt: skip


def step(office, matter, key, who, **more):
    return act(by=office.person(who), matter=matter.pk, step=key, at=office.tick(), **more)


def test_the_documented_type_goes_its_whole_way(ferry):
    matter = raised(ferry)
    assert matter.number == "990101-ferry_report-20220001"
    step(ferry, matter, "progress", "village_clerk", note="已设警戒线")
    send = {"lead": ferry.here.bureau.pk, "until": "2022-06-25"}
    sent = step(ferry, matter, "send", "street_officer", given=send)
    assert sent.tells == "已转青府商务局办理"
    assert Clock.objects.get(matter=matter, key="solve").limit == "5 d"
    part = Dispatch._base_manager.get(matter=matter).pk
    step(ferry, matter, "sign", "department_officer", dispatch=part)
    step(ferry, matter, "answer", "department_officer", dispatch=part, given={"answer": "已加固"})
    assert ferry.again(matter).state == "checking"
    with pytest.raises(Refusal):  # who sent it out does not verify it
        step(ferry, matter, "strike_off", "street_officer")
    step(ferry, matter, "again", "village_clerk", note="还有一处")
    step(ferry, matter, "answer", "department_officer", dispatch=part, given={"answer": "已全部加固"})
    step(ferry, matter, "strike_off", "village_clerk")
    assert ferry.again(matter).outcome == "solved"
    assert [e.step for e in Event.objects.filter(matter=matter)][-2:] == ["all_answered", "strike_off"]


def test_its_limits_and_its_categories_are_as_the_page_says(ferry):
    assert Clock.objects.get(matter=raised(ferry), key="solve").limit == "7 d"
    urgent = raised(ferry, grade="core:urgent")
    assert Clock.objects.get(matter=urgent, key="solve").limit == "2 h"
    with pytest.raises(Refusal, match="不在可选之列"):  # below: [ferry]
        raised(ferry, category="core:noise_pollution")


def test_sent_back_by_all_and_paused_it_goes_on_as_the_page_says(ferry):
    matter = raised(ferry)
    send = {"lead": ferry.here.bureau.pk, "until": "2022-06-25"}
    step(ferry, matter, "send", "street_officer", given=send)
    part = Dispatch._base_manager.get(matter=matter).pk
    step(ferry, matter, "wait", "street_officer", note="等枯水期")
    assert Clock.objects.get(matter=matter, key="solve").due_at is None
    step(ferry, matter, "resume", "street_officer")
    step(ferry, matter, "refuse", "department_officer", dispatch=part, note="不属职责")
    assert ferry.again(matter).state == "reported"
