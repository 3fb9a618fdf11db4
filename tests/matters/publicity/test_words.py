"""Personal data in words that everybody is to read: found, and taken out of what is proposed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jiceng.matters.publicity import IDENTITY, NAME, PHONE, coarse_path, coarse_point, personal_in, stripped
from jiceng.matters.queries.alike import distance


def found(text, *names, people=False) -> list[str]:
    return list(personal_in(text, names, about_people=people))


@pytest.mark.parametrize(
    "text",
    [
        "打13812345678", "联系138-1234-5678", "138 1234 5678", "+8613812345678", "１３８１２３４５６７８",
        "0826-2345678", "08262345678", "一三八一二三四五六七八",
    ],
)  # fmt: skip
def test_telephones(text):
    assert found(text) == ["电话号码"]


@pytest.mark.parametrize(
    "text", ["11010519491231002X", "110105 19491231 002x", "证号511602198001010018", "6222021234567890123"]
)
def test_numbers_of_identity_and_cards(text):
    assert found(text) == ["证件号码"]


@pytest.mark.parametrize(
    "text",
    [
        "2022年6月20日报修，3天没人来", "编号990101-case-2022000001", "涉及1380户", "G42高速旁", "20220620",
        "2022-06-20至2022-06-25", "路灯12盏不亮", "一二三四五，上山打老虎",
    ],
)  # fmt: skip
def test_numbers_that_tell_nothing_of_anybody(text):
    assert found(text) == []


def test_names_that_the_matter_knows():
    assert found("张桂英家门口积水", "张桂英") == ["姓名"]
    assert found("张 桂 英家门口积水", "张桂英") == ["姓名"]
    assert found("门口积水", "张桂英", "李") == []
    assert found("李子树倒了", "李") == []  # one character is no name by itself


@pytest.mark.parametrize("text", ["住3栋2单元", "5幢", "302室", "建设路12号", "A座", "三号楼", "12号院"])
def test_where_somebody_lives(text):
    assert found(text, people=True) == ["门牌号"]


@pytest.mark.parametrize("text", ["6月20号前送到", "地铁3号线", "3号桌"])
def test_what_only_looks_like_a_house_number(text):
    assert found(text, people=True) == []


def test_a_case_may_say_which_staircase_but_not_which_flat():
    assert found("3栋2单元电梯坏了") == []
    assert found("3栋2单元302室漏水") == ["门牌号"]
    assert found("实验小学门口堵车") == []


@pytest.mark.parametrize("text", ["县实验小学", "县一中学", "青桥幼儿园", "希望学校"])
def test_a_wish_names_no_school(text):
    assert found(text, people=True) == ["学校"]


@pytest.mark.parametrize("text", ["孩子想要书包", "9岁，想要一辆自行车", "十二岁", "三年级", "孙女上学用"])
def test_a_wish_names_no_child(text):
    assert found(text, people=True) == ["孩子的情况"]


@pytest.mark.parametrize("text", ["80岁老人想要轮椅", "四十岁", "希望有一张书桌", "想学电脑"])
def test_a_wish_says_what_is_wished(text):
    assert found(text, people=True) == []


def test_every_kind_is_said_once():
    text = "张桂英 13812345678、13812345679，孩子在实验小学，住3栋302室，11010519491231002X"
    assert found(text, "张桂英", people=True) == [
        "电话号码",
        "证件号码",
        "姓名",
        "门牌号",
        "学校",
        "孩子的情况",
    ]


def test_what_is_proposed_has_them_taken_out():
    text = "张桂英（１３８１２３４５６７８，11010519491231002X）反映：3栋电梯坏了"
    assert stripped(text, ["张桂英"]) == f"{NAME}（{PHONE}，{IDENTITY}）反映：3栋电梯坏了"
    assert stripped("门口积水，三天了。", ["张桂英"]) == "门口积水，三天了。"
    assert stripped("张 桂英家，李桂英家", ["张桂英", "桂英"]) == f"{NAME}家，李{NAME}家"


@given(st.text(alphabet="张桂英李0123456789Xx路灯 -。一三八", max_size=60))
def test_what_is_proposed_would_pass(text):
    assert found(stripped(text, ["张桂英"]), "张桂英") in ([], ["门牌号"])


# ---------------------------------------------------------------------------------------------- places
@given(st.floats(73, 136), st.floats(3, 54))
def test_a_point_is_told_within_400_metres_and_no_better(longitude, latitude):
    told = coarse_point(longitude, latitude)
    assert distance((longitude, latitude), told) < 400
    assert coarse_point(*told) == pytest.approx(told, abs=2e-6)


def test_neighbours_are_told_as_one():
    assert coarse_point(106.63121, 30.45551) == coarse_point(106.63099, 30.45489)


def test_the_place_told_is_a_village_or_wider():
    levels = {"0001": 1, "00010001": 3, "000100010001": 4, "0001000100010001": 5, "00010001000100010001": 6}
    village = "0001000100010001"
    assert coarse_path("00010001000100010001", levels) == village
    assert coarse_path(village, levels) == village
    assert coarse_path("000100010001", levels) == "000100010001"
    assert coarse_path("0009", levels) == ""
