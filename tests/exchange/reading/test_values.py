from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jiceng.exchange.reading import values
from jiceng.exchange.reading.dates import DateError, as_date
from jiceng.exchange.reading.values import CLEAR, BadValueError


@pytest.mark.parametrize(
    ("cell", "meant"),
    [
        ("１２３ＡＢＣ", "123ABC"),
        ("张　三", "张三"),
        ("张 三", "张三"),
        ("王\n五", "王五"),
        ("ABC 公司", "ABC 公司"),
        ("买买提•艾力", "买买提·艾力"),
        ("\ufeff宏达\u200b公司\xa0", "宏达公司"),
        ("演示（集团）有限公司", "演示（集团）有限公司"),
        (30.0, "30"),
        (2.5, "2.5"),
        (date(2021, 3, 5), "2021-03-05"),
        ('=HYPERLINK("http://x","y")', '=HYPERLINK("http://x","y")'),
        (None, ""),
    ],
)
def test_a_cell_as_clean_text(cell, meant):
    assert values.plain(cell) == meant


@pytest.mark.parametrize("cell", ["", "/", "—", "无", "暂无", "不详", " ", "#N/A"])
def test_words_that_mean_nothing_is_there(cell):
    assert values.text(cell) is None


@pytest.mark.parametrize(
    ("cell", "count"),
    [
        (30, 30),
        (30.0, 30),
        ("30", 30),
        ("３０", 30),
        ("约30人", 30),
        ("30余人", 30),
        ("近30名", 30),
        ("1,200", 1200),
        ("1，200人", 1200),
        (" 30 ", 30),
        ("1.2万人", 12000),
        ("30左右", 30),
        ("30人以上", 30),
        ("无", 0),
        ("30.0", 30),
    ],
)
def test_counts_as_people_write_them(cell, count):
    assert values.integer(cell) == count


@pytest.mark.parametrize(
    "cell", [30.5, "30.5", -3, "若干", "30-40人", "10~20", "三十", "=SUM(A1:A9)", "1e400"]
)
def test_what_is_no_count_is_said_to_be_none(cell):
    with pytest.raises(BadValueError):
        values.integer(cell)


def test_a_formula_without_a_result_says_what_to_do():
    with pytest.raises(BadValueError, match="粘贴为数值"):
        values.integer("=SUM(A1:A9)")


@pytest.mark.parametrize("cell", ["是", "√", "✔", "有", "Y", "1", 1, True, "true", "规上"])
def test_yes(cell):
    assert values.boolean({"规上": True, "规下": False})(cell) is True


@pytest.mark.parametrize("cell", ["否", "×", "无", "N", "0", 0, False, "x", "规下"])
def test_no(cell):
    assert values.boolean({"规上": True, "规下": False})(cell) is False


def test_what_is_neither_yes_nor_no():
    assert values.boolean({})("") is None
    with pytest.raises(BadValueError, match="也许"):
        values.boolean({})("也许")


# ------------------------------------------------------------------------------------------------ dates
@pytest.mark.parametrize(
    "cell",
    [
        "2021-03-05",
        "2021/3/5",
        "2021.3.5",
        "2021.03.05",
        "2021年3月5日",
        "2021年03月05日",
        "20210305",
        20210305,
        "２０２１年３月５日",
        "2021-03-05 00:00:00",
        "2021-03-05T08:30:00",
        44260,
        44260.0,
        "44260",
        44260.75,
        date(2021, 3, 5),
        datetime.fromisoformat("2021-03-05T12:30"),
        "二〇二一年三月五日",
        " 2021 / 3 / 5 ",
        20210305.0,
    ],
)
def test_one_day_in_all_its_forms(cell):
    assert as_date(cell) == date(2021, 3, 5)


@pytest.mark.parametrize(
    ("cell", "day"),
    [
        ("2021.3", date(2021, 3, 1)),
        (2021.3, date(2021, 3, 1)),
        ("2021年3月", date(2021, 3, 1)),
        ("2021-03", date(2021, 3, 1)),
        ("202103", date(2021, 3, 1)),
        (202103, date(2021, 3, 1)),
        (2021.12, date(2021, 12, 1)),
        ("2021.10", date(2021, 10, 1)),
        (2021.03, date(2021, 3, 1)),
        (2021, date(2021, 1, 1)),
        ("2021年", date(2021, 1, 1)),
        ("一九九八年十二月", date(1998, 12, 1)),
        ("二〇二一年三月二十一日", date(2021, 3, 21)),
    ],
)
def test_a_month_means_its_first_day(cell, day):
    assert as_date(cell) == day


@pytest.mark.parametrize("cell", ["至今", "长期", "现在"])
def test_an_open_end_is_no_date(cell):
    assert as_date(cell) is None


@pytest.mark.parametrize(
    "cell", ["2021.2.30", "3月5日", "21/3/5", "去年", 12, 99999999, "2021.13", 3000, "5/3/2021"]
)
def test_what_is_no_day_is_refused(cell):
    with pytest.raises(DateError):
        as_date(cell)


def test_excel_writes_january_and_october_alike():
    with pytest.raises(DateError, match="2021-10"):
        as_date(2021.1)
    assert as_date("2021.1") == date(2021, 1, 1)


@given(st.dates(date(1900, 1, 1), date(2149, 12, 31)))
def test_every_day_is_read_back_from_every_form(day):
    for form in (
        "{0:%Y-%m-%d}",
        "{0:%Y%m%d}",
        "{0.year}.{0.month}.{0.day}",
        "{0.year}年{0.month}月{0.day}日",
    ):
        assert as_date(form.format(day)) == day


# ------------------------------------------------------------------------------------------------ codes
@pytest.mark.parametrize(
    ("cell", "code"),
    [
        (511602100201.0, "511602100201"),
        (511602100201, "511602100201"),
        ("5.11602100201E+11", "511602100201"),
        ("'0123", "0123"),
        ('="0123"', "0123"),
        ("５１１６０２", "511602"),
        ("511602.0", "511602"),
    ],
)
def test_codes_that_excel_took_for_numbers_are_recovered(cell, code):
    assert values.code(cell) == code


@pytest.mark.parametrize("cell", ["5.1162E+11", "5.1e+17", 9.1350100000100004e17, 110105194912310022])
def test_codes_that_excel_cut_short_say_what_to_do(cell):
    with pytest.raises(BadValueError, match="文本格式"):
        values.code(cell)


@pytest.mark.parametrize(
    ("cell", "number"),
    [
        ("100 1234 5678", "10012345678"),
        ("+86-10012345678", "10012345678"),
        (10012345678.0, "10012345678"),
        ("0999-1234567", "09991234567"),
        ("（0999）1234567", "09991234567"),
    ],
)
def test_telephones(cell, number):
    assert values.phone(cell) == number


@pytest.mark.parametrize("cell", ["10012345678/10087654321", "没有电话", "123"])
def test_what_is_no_telephone(cell):
    with pytest.raises(BadValueError):
        values.phone(cell)


def test_an_emptied_cell_is_not_a_blank_one():
    assert values.text("（清空）") is CLEAR
    assert values.integer("（清空）") is CLEAR
    assert values.day("清空") is CLEAR
    assert values.text("") is None


def test_a_text_too_long_for_its_column_is_refused():
    short = values.at_most(5, values.text)
    assert short("一二三四五") == "一二三四五"
    with pytest.raises(BadValueError, match="6 字"):
        short("一二三四五六")
