"""Lines that cannot be: each is refused at its column, in words for whoever has to mend the cell."""

from datetime import date

from jiceng.protection.scopes import Scope
from tests.matters.importing.conftest import HEADER, at, faults, line, workbook

WRONG = (
    ({"办结时间": at(5)}, "办结时间", "办结时间 2022-06-05 09:00 早于答复时间 2022-06-08 15:00"),
    ({"派单时间": at(1)}, "派单时间", "派单时间 2022-06-01 09:00 早于提出时间 2022-06-06 09:00"),
    ({"受理时间": None}, "提出时间", "缺少提出时间"),
    ({"受理时间": "去年"}, "提出时间", "看不出是哪一天"),
    ({"受理时间": "1922-06-06"}, "提出时间", "年份不对"),
    ({"办结时间": date(2022, 6, 21)}, "办结时间", "晚于数据日期 2022-06-20"),
    ({"承办单位": "青山县外星事务局"}, "主办单位", "没有叫“青山县外星事务局”的"),
    ({"协办单位": "青府商务局、无此局"}, "协办单位", "没有叫“无此局”的"),
    ({"承办单位": None, "协办单位": None}, "主办单位", "写了派单时间，缺少主办单位"),
    ({"问题分类": "外星人"}, "类别", "没有“外星人”；可填："),
    ({"所在区域": "无此村"}, "所在区域", "没有区域“无此村”"),
    ({"诉求内容": None}, "标题", "缺少标题或内容"),
    ({"办结时间": None}, "结果", "写了结果，缺少办结时间"),
    ({"联系电话": "不留电话"}, "反映人电话", "不是电话号码"),
    ({"诉求内容": "长" * 20_001}, "内容", "过长：20001 字"),
    ({"工单状态": "已归档", "办结时间": None, "办理结果": None}, "办结时间", "状态是“已归档”，缺少办结时间"),
    ({"工单状态": "办理中"}, "状态", "已有办结时间，状态却是“办理中”"),
    ({"工单状态": "飞走了"}, "状态", "没有状态“飞走了”；可填：待派单、办理中"),
    ({"事项类型": "外星接触"}, "事项类型", "这里没有事项类型“外星接触”"),
    ({"事项类型": "督办"}, "事项类型", "“督办”挂在别的事项上，不能单独导入"),
)  # fmt: skip
MORE = (*HEADER, "工单状态", "事项类型")


def test_every_line_is_refused_where_it_is_wrong(importing):
    lines = [line(str(n), **wrong) for n, (wrong, _label, _words) in enumerate(WRONG)]
    run = importing.staged(data=workbook(lines, header=MORE))
    rows = list(run.rows.order_by("place"))
    assert len(rows) == len(WRONG)
    for row, (wrong, label, words) in zip(rows, WRONG, strict=True):
        found = [(fault["label"], fault["text"]) for fault in row.faults()]
        assert any(where == label and words in text for where, text in found), (wrong, found)


def test_a_named_state_is_taken_over(importing):
    waiting = {
        "工单状态": "暂停计时",
        "反馈时间": None,
        "办理情况": None,
        "办结时间": None,
        "办理结果": None,
        "回访结果": None,
    }
    importing.brought(data=workbook([line() | waiting], header=(*HEADER, "工单状态")))
    matter = importing.one()
    assert (matter.state, matter.phase) == ("waiting", "paused")


def test_two_lines_of_one_number(importing):
    found = faults(importing.staged(line("1"), line("1")))
    assert [(where, "是同一条" in text) for where, text in found] == [("编号", True)]


def test_nobody_brings_in_what_lies_elsewhere(importing):
    there = Scope(territory=(importing.here.other_town.path,))
    [(_where, words)] = faults(importing.staged(line(), scope=there))
    assert "不在您的管辖范围内" in words
    assert faults(importing.staged(line(), scope=Scope(territory=(importing.here.town.path,)))) == []


def test_control_characters_are_left_out(importing):
    importing.brought(line(诉求内容="噪音\u200b\ufeff扰民"))
    assert importing.one().text == "噪音扰民"
