"""What tiles show: lines, widths, shares of steps, what is told with others; without a database."""

from datetime import date

import pytest

from jiceng.indicators.answering.values import Amount, Part, Value
from jiceng.reports.boards.answering import Answer, Line, Number
from jiceng.reports.boards.declaring import BarsTile, FunnelTile, NumberTile, TableTile, TrendTile
from jiceng.reports.boards.times import Moment
from jiceng.web.boards.asking import address
from jiceng.web.boards.drawing import BOTTOM, SIDE, TOP, WIDTH, labelled, line
from jiceng.web.boards.shaping import Shaper

NOW = Moment(date(2022, 6, 30), (date(2022, 4, 1), date(2022, 6, 30)))
KEY = "core:members"


def stock(value, unit="名", ratio=False, below=None):
    return Value(value, below, 1, unit, ratio, key=KEY, as_of=NOW.day)


def flow(value):
    return Value(value, None, 1, "名", False, key=KEY, period=NOW.period)


def number(amount, moment=NOW, **more):
    return Number(KEY, moment, amount, **more)


def told(tile, *numbers, units=("名",), **more):
    return Shaper("quarter").tile(Answer(tile, ("党员",), units, numbers, **more))


def test_a_line_stands_on_nought_unless_all_is_high():
    drawn, places = line([0, 50, 100])
    assert places == [(SIDE, BOTTOM), (WIDTH / 2, (TOP + BOTTOM) / 2), (WIDTH - SIDE, TOP)]
    assert drawn == " ".join(f"{x},{y}" for x, y in places)
    _drawn, high = line([90, 100])
    assert [y for _x, y in high] == [BOTTOM, TOP]
    _drawn, low = line([40, 100])
    assert low[0][1] < BOTTOM
    drawn, gap = line([10, None, 10])
    assert gap[1] is None
    assert len(drawn.split()) == 2
    assert line([]) == ("", [])


@pytest.mark.parametrize(
    ("count", "found"),
    [(3, {0, 1, 2}), (6, set(range(6))), (12, {1, 3, 5, 7, 9, 11}), (24, {3, 7, 11, 15, 19, 23})],
)
def test_labels_are_few_and_the_last_has_one(count, found):
    assert labelled(count) == found


def test_a_number_stands_beside_what_it_was():
    tile = NumberTile(number=KEY, against="year")
    shown = told(tile, number(stock(110)), earlier=number(stock(100)))
    assert (shown["number"]["value"], shown["earlier"]["value"]) == ("110", "100")
    assert (shown["change"], shown["when"]) == ("+10", "上年同期")
    rate = told(tile, number(stock(9, "%", True, 10)), units=("%",), earlier=number(stock(8, "%", True, 10)))
    assert (rate["number"]["value"], rate["change"], rate["change_unit"]) == ("90", "+10", "个百分点")
    none = told(tile, number(stock(0, "%", True, 0)), units=("%",), earlier=number(stock(8, "%", True, 10)))
    assert (none["number"]["value"], none["number"]["denominator"], none["change"]) == ("—", "0", "")
    assert "earlier" not in told(NumberTile(number=KEY), number(stock(1)))


def test_a_course_says_when_in_the_words_of_its_period():
    points = told(TrendTile(trend=KEY), number(flow(1)), number(flow(2)))["points"]
    assert [point["when"] for point in points] == ["2022Q2", "2022Q2"]
    assert told(TrendTile(trend=KEY), number(stock(1)))["points"][0]["when"] == "2022-06"
    named = {"month": "2022-04", "half": "2022H2", "year": "2022", "ytd": "2022"}
    for span, said in named.items():
        answer = Answer(TrendTile(trend=KEY), ("党员",), ("名",), (number(flow(1)),))
        assert Shaper(span).tile(answer)["points"][0]["when"] == said
    year_end = number(stock(1), Moment(date(2021, 12, 31), NOW.period))
    answer = Answer(TrendTile(trend=KEY), ("党员",), ("名",), (year_end,))
    assert Shaper("ytd").tile(answer)["points"][0]["when"] == "2021"


def test_bars_are_as_wide_as_the_widest_and_shares_as_the_whole():
    bars = told(BarsTile(bars=KEY), number(stock(50)), number(stock(25)), by="区域")
    assert [bar["size"] for bar in bars["bars"]] == [100, 50]
    assert bars["by"] == "按区域"
    shares = told(BarsTile(bars=KEY), number(stock(1, "%", True, 4)), units=("%",))
    assert [bar["size"] for bar in shares["bars"]] == [25]
    assert told(BarsTile(bars=KEY), number(stock(0)))["bars"][0]["size"] == 0
    assert told(BarsTile(bars=KEY, title="各地"), by="区域")["by"] == ""


def test_a_step_is_a_share_of_the_step_before():
    tile = FunnelTile(funnel=[KEY, KEY, KEY])
    steps = told(tile, number(stock(200)), number(stock(0)), number(stock(0)))["bars"]
    assert [step.get("share") for step in steps] == [None, "0.0%", "—"]


def test_few_cases_are_marked_and_none_are_left_blank():
    town = Part(1, None, 1, "名", False, 7, "青山镇")
    few = number(None, by="territory", part=7)
    line_of = Line("青山镇", (number(town, by="territory", part=7), few, None), town)
    shown = told(TableTile(table=[KEY] * 3), lines=(Line("全部", (number(stock(9)),) * 3), line_of), others=1)
    first, second = shown["lines"]
    assert (first["sum"], second["sum"]) == (True, False)
    assert [cell and cell["few"] for cell in second["cells"]] == [False, True, None]
    assert second["cells"][0]["value"] == "1"


def test_what_cannot_be_told_says_why():
    shown = told(NumberTile(number=KEY), why="还没有数据快照")
    assert shown["why"] == "还没有数据快照"
    assert "number" not in shown


def test_a_number_leads_to_the_same_question():
    whole = address(number(stock(1)))
    assert whole == "/figures/core:members/?day=2022-06-30&period=2022-04-01..2022-06-30"
    part = address(number(Amount(1, None, 1), by="person.sex", part="core:female"))
    assert part.endswith("&by=person.sex&part=core%3Afemale#records")
    assert address(number(Amount(1, None, 1), by="territory", part=None)).endswith(
        "&by=territory&part=-#records"
    )
    assert address(number(None, by="territory")).endswith("&by=territory")
