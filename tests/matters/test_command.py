"""`jiceng matter`: the inbox without a browser, within the rights of whoever is named."""

import json

import pytest
from django.utils import timezone

from jiceng.cli.main import main
from jiceng.matters.models import Dispatch, Event, Matter
from tests.accounts.cast import unit


@pytest.fixture
def said(office, monkeypatch, capsys):
    """Runs a command on the day of the office, after its last moment; gives what it prints."""
    monkeypatch.setattr(timezone, "now", office.tick)

    def run(*arguments: str, code: int = 0):
        assert main(["matter", *arguments]) == code
        out, err = capsys.readouterr()
        if code:
            assert out == ""
            assert err.count("\n") == 1  # errors are one line
            return err.strip()
        return json.loads(out) if "--json" in arguments else out.strip()

    return run


CENTRE, OFFICER = ("--as", "qingshan.case_centre"), ("--as", "qingshan.department_officer")


def test_a_case_goes_its_way_by_commands_alone(said, office):
    made = said(
        "raise", "case", "--region", office.here.village.code, "--channel", "core:hotline",
        "--field", "text=半夜施工噪音", "--field", "category=qingshan:noise", *CENTRE, "--json",
    )  # fmt: skip
    number = made["number"]
    assert (made["state"], made["title"], made["light"]) == ("received", "半夜施工噪音", "good")
    sent = said(
        "act", number, "send", "--field", f"lead={office.here.bureau.name}",
        "--field", f"support={office.here.firm.name}", "--field", f"support={office.here.other_firm.name}", *CENTRE,
    )  # fmt: skip
    assert sent == f"{number}：派单，现在办理中"
    assert Dispatch._base_manager.filter(matter__number=number).count() == 3
    done = said("act", number, "sign", "--dispatch", office.here.bureau.name, *OFFICER, "--json")
    assert (done["before"], done["after"], done["after_label"]) == ("sent", "signed", "办理中")
    whole = said("show", number, *CENTRE, "--json")
    assert [event["step"] for event in whole["timeline"]] == ["raise", "send", "sign"]
    assert {each["unit"]: each["state"] for each in whole["dispatches"]} == {
        office.here.bureau.name: "signed", office.here.firm.name: "sent", office.here.other_firm.name: "sent",
    }  # fmt: skip
    assert {clock["key"] for clock in whole["clocks"]} == {"respond", "solve", "sign", "answer"}
    assert "progress" in whole["steps"]


def test_what_is_shown_to_people(said, office):
    matter, _dispatch = office.sent()
    text = said("show", matter.number)
    assert text.splitlines()[:2] == [f"{matter.number}  半夜施工噪音扰民", "热线派单  青桥村  办理中"]
    assert "时限 响应时限  24 h  按时" in text
    assert f"派单 {office.here.bureau.name}  待签收" in text
    assert "青受理中心工作人员  派单  待派单 → 办理中" in text


def test_the_list_is_what_waits_for_oneself_or_what_lies_in_the_area(said, office):
    mine, _dispatch = office.sent()
    other = office.raised(text="供水浑浊", category="qingshan:water")
    assert [m["number"] for m in said("list", *OFFICER, "--json")["matters"]] == [mine.number]
    assert [m["number"] for m in said("list", *CENTRE, "--json")["matters"]] == [other.number]
    both = said("list", "--area", "--state", "open", *CENTRE, "--json")
    assert {m["number"] for m in both["matters"]} == {other.number, mine.number, office.here.matter.number}
    assert both["more"] is False
    assert other.number not in said("list", "--area", "--as", "baishui.case_centre")
    assert said("list", "--as", "qingshan.leader") == "没有符合的事项"
    everything = said("list")
    assert everything.splitlines()[0].split("\t")[1:4] == [other.number, "待派单", "青桥村"]


def test_the_list_is_narrowed(said, office):
    case, _dispatch = office.sent()
    other = office.raised(region=office.here.other_town, text="凉亭漏雨", category="qingshan:noise")

    def numbers(*arguments):
        found = {m["number"] for m in said("list", *arguments, "--json")["matters"]}
        return found - {office.here.matter.number, office.world.baishui.matter.number}

    assert numbers("--region", office.here.village.code) == {case.number}
    assert numbers("--state", "received") == {other.number}
    assert numbers("--state", "open") == {case.number, other.number}
    assert numbers("--state", "done") == set()
    assert numbers("--words", "凉亭") == {other.number}
    assert numbers("--type", "case") == numbers("--type", "qingshan:case") == {case.number, other.number}
    assert numbers("--limit", "1") == {other.number}
    assert numbers("--late") == set()
    office.tick(days=20)
    assert numbers("--late") == {case.number, other.number}


def test_nobody_does_more_by_a_command_than_in_the_browser(said, office):
    matter = office.raised()
    denied = said(
        "act", matter.number, "send", "--field", f"lead={office.here.bureau.name}", *OFFICER, code=1
    )
    assert "不在范围内" in denied
    denied = said("act", matter.number, "send", "--field", f"lead={office.here.bureau.name}",
                  "--as", "qingshan.village_clerk", code=1)  # fmt: skip
    assert "受理中心工作人员" in denied
    assert "没有写明由谁办理" in said("act", matter.number, "send", code=1)
    assert "没有用户" in said("list", "--as", "nobody", code=1)
    assert Event.objects.filter(matter=matter).count() == 1


def test_wrong_words_are_told_in_one_line_with_what_there_is(said, office):
    matter, dispatch = office.sent()
    number = matter.number
    for arguments, told in [
        (("show", "X-1"), "没有编号为 X-1"),
        (("act", number, "fly", *CENTRE), "流程里没有“fly”"),
        (("act", number, "wait", *CENTRE), "没有填写说明"),
        (("act", number, "send", "--field", "lead", *CENTRE), "不是 字段=值"),
        (("act", number, "send", "--field", "chief=x", *CENTRE), "没有字段“chief”"),
        (("act", number, "send", "--field", "lead=无此单位", *CENTRE), "没有“无此单位”"),
        (
            ("act", number, "sign", "--dispatch", "无此单位", *OFFICER),
            f"用 --dispatch 写承办单位：{dispatch.unit.name}",
        ),
        (("raise", "nothing", "--region", office.here.village.code, *CENTRE), "可用的有"),
        (("raise", "case", "--region", "000000", *CENTRE), "没有区域 000000"),
        (("list", "--type", "nothing"), "现有的：core:hotline、qingshan:case"),
        (("list", "--words", "灯"), "太短"),
    ]:
        assert told in said(*arguments, code=1), arguments


def test_of_several_units_of_a_name_the_code_says_which(said, office):
    matter = office.raised()
    for _time in range(2):
        unit("青府水务局", office.here.region)
    told = said("act", matter.number, "send", "--field", "lead=青府水务局", *CENTRE, code=1)
    assert "有几个“青府水务局”" in told


def test_the_one_dispatch_that_there_is_need_not_be_named(said, office):
    matter, dispatch = office.sent()
    said("act", matter.number, "sign", *OFFICER)
    assert office.again(dispatch).state == "signed"


def test_a_key_makes_it_happen_once(said, office):
    matter = office.raised()
    for _time in range(2):
        said("act", matter.number, "progress", "--note", "已去电", "--key", "k7", *CENTRE)
    assert Event.objects.filter(matter=matter, step="progress").count() == 1


def test_the_index_of_words_is_made_anew(said, office):
    office.raised()
    assert said("index") == f"已为 {Matter._base_manager.count()} 件事项重建字词索引"
    assert said("list", "--words", "噪音扰民").count("\n") == 0
