"""The work calendar of a place: whose hours, whose days, and what is wrong with a pack's."""

from datetime import date

import pytest

from jiceng.packs.calendars import CALENDAR, CalendarDays, CalendarPart, calendar_at
from jiceng.packs.catalogue import current, of_folders, shipped
from jiceng.packs.installing import check, install
from jiceng.packs.schema import schema
from jiceng.protection.actors import Actor
from jiceng.records.calendar import Hours, Limit, due_at
from jiceng.records.refusals import Refusal
from tests.records.calendar.offices import at

ACTOR = Actor("test:1", "测试")
VILLAGE = ("511602101201", "511602101", "511602", "5116", "51")
PREFECTURE = VILLAGE[3:]
ELSEWHERE = ("510681", "5106", "51")
DAY = date(2026, 11, 30)

USUAL = """
    calendar:
      working_hours: {label: 默认作息时间, hours: [08:30-12:00, 14:00-17:30]}
"""
SUMMER = """
    calendar:
      working_hours:
        label: 作息时间
        hours: [08:30-12:00, 14:30-18:00]
        seasons: [{label: 夏令, from: 05-01, to: 09-30, hours: [08:30-12:00, 15:00-18:00]}]
        basis: 某县关于调整作息时间的通知
"""

SEASON = "label: 季, hours: [08:00-12:00]"


@pytest.fixture
def calendars(pack, ground):
    """`calendars(base, county="…")`: the catalogue of a base pack and packs bound to the prefecture and the county."""

    def build(base=USUAL, since="2012-01-01", **places):
        folders = [ground]
        if base:
            pack("ground", (ground / "pack.yaml").read_text(encoding="utf-8"), calendar=base)
        for name, content in places.items():
            node = {"prefecture": "5116", "county": "511602"}[name]
            binds = f"[{{region: '{node}', from: {since}}}]"
            manifest = f"pack: {{id: {name}, name: {name}, version: 1.0.0, binds: {binds}}}"
            folders.append(pack(name, manifest, practice=content))
        return of_folders(*folders)

    return build


def hours_at(codes, catalogue, day=DAY):
    return str(calendar_at(codes, day, catalogue).hours)


# --------------------------------------------------------------------------------------- whose hours
def test_the_base_pack_s_hours_hold_where_nobody_says_otherwise(calendars):
    found = calendar_at(VILLAGE, DAY, calendars())
    assert found.hours == Hours.parse(["08:30-12:00", "14:00-17:30"])
    assert found.seasons == ()
    assert found.special == ()


def test_the_nearest_hours_hold(calendars):
    catalogue = calendars(
        prefecture="calendar: {working_hours: {label: 市, hours: [09:00-17:00]}}", county=SUMMER
    )
    assert hours_at(VILLAGE, catalogue) == "08:30–12:00 14:30–18:00"
    assert hours_at(PREFECTURE, catalogue) == "09:00–17:00"
    assert hours_at(ELSEWHERE, catalogue) == "08:30–12:00 14:00–17:30"


def test_so_they_do_under_another_key(calendars):
    catalogue = calendars(county="calendar: {hall: {label: 便民服务中心, hours: [09:00-17:00]}}")
    assert hours_at(VILLAGE, catalogue) == "09:00–17:00"
    assert hours_at(PREFECTURE, catalogue) == "08:30–12:00 14:00–17:30"


def test_seasons_come_with_the_hours_they_stand_beside(calendars):
    catalogue = calendars(
        prefecture=SUMMER, county="calendar: {working_hours: {label: 县, hours: [09:00-17:00]}}"
    )
    assert calendar_at(VILLAGE, DAY, catalogue).seasons == ()
    (season,) = calendar_at(PREFECTURE, DAY, catalogue).seasons
    assert (season.since, season.until, str(season.hours)) == ((5, 1), (9, 30), "08:30–12:00 15:00–18:00")


def test_hours_hold_from_the_day_on_which_the_pack_does(calendars):
    catalogue = calendars(since="2026-07-01", county=SUMMER)
    assert hours_at(VILLAGE, catalogue, date(2026, 6, 30)) == "08:30–12:00 14:00–17:30"
    assert hours_at(VILLAGE, catalogue, date(2026, 7, 1)) == "08:30–12:00 14:30–18:00"


def test_without_any_hours_it_is_said_what_to_do(calendars):
    catalogue = calendars(
        base="", county="calendar: {feast: {label: 节, days_off: [{day: 2026-04-20, reason: 节}]}}"
    )
    with pytest.raises(Refusal) as found:
        calendar_at(VILLAGE, DAY, catalogue)
    assert "没有作息时间" in found.value.what
    assert "hours" in found.value.remedy


# ---------------------------------------------------------------------------------------- whose days
def test_the_days_of_all_parts_count_and_the_nearest_goes_for_one_day(calendars):
    catalogue = calendars(
        USUAL
        + """
      all: {label: 全省, days_off: [{from: 2026-04-20, to: 2026-04-22, reason: 省}]}
""",
        prefecture="""
    calendar:
      own: {label: 全市, days_off: [{day: 2026-04-23, reason: 市}], working_days: [{day: 2026-04-21, reason: 值班}]}
""",
        county="calendar: {own: {label: 本县, days_off: [{day: 2026-04-21, reason: 县}]}}",
    )

    def off(codes):
        calendar = calendar_at(codes, DAY, catalogue)
        days = [date(2026, 4, n) for n in range(20, 25)]
        return {day.day: calendar.reason(day) for day in days if not calendar.is_working(day)}

    assert off(ELSEWHERE) == {20: "省", 21: "省", 22: "省"}
    assert off(PREFECTURE) == {20: "省", 22: "省", 23: "市"}
    # the county's part has the prefecture's key and goes before it whole, as everywhere in packs
    assert off(VILLAGE) == {20: "省", 21: "县", 22: "省"}


def test_a_weekend_on_duty_is_worked(calendars):
    catalogue = calendars(
        county="calendar: {flood: {label: 防汛, working_days: [{from: 2026-07-18, to: 2026-07-19, reason: 值班}]}}"
    )
    assert due_at(
        at("2026-07-17 10:00"), Limit.parse("1 wd"), [], calendar_at(VILLAGE, DAY, catalogue)
    ) == at("2026-07-18 17:30")


def test_a_pack_may_give_a_year_that_the_program_does_not_know(calendars):
    known = calendar_at(VILLAGE, DAY, calendars()).known_until.year
    off = f"[{{day: {known + 1}-03-03, reason: 假}}]"
    year = f"{{label: 放假安排, year: {known + 1}, days_off: {off}, basis: 国办通知}}"
    catalogue = calendars(f"{USUAL}      next_year: {year}\n", county=SUMMER)
    found = calendar_at(VILLAGE, DAY, catalogue)
    assert found.known_until == date(known + 1, 12, 31)
    assert not found.is_working(date(known + 1, 3, 3))
    assert str(found.hours) == "08:30–12:00 14:30–18:00"  # the county keeps its hours


# ------------------------------------------------------------------------------------------- kept
def test_the_same_parts_give_the_same_calendar(calendars):
    catalogue = calendars(county=SUMMER)
    assert calendar_at(VILLAGE, DAY, catalogue) is calendar_at(VILLAGE[1:], date(2026, 1, 1), catalogue)
    assert calendar_at(PREFECTURE, DAY, catalogue) is calendar_at(ELSEWHERE, DAY, catalogue)
    assert calendar_at(VILLAGE, DAY, catalogue) is not calendar_at(PREFECTURE, DAY, catalogue)


def test_calendars_of_two_catalogues_are_not_mixed_up(calendars):
    before = calendars(county=SUMMER)
    kept = calendar_at(VILLAGE, DAY, before)
    after = calendars(county=SUMMER.replace("14:30-18:00", "14:30-18:30"))
    assert str(calendar_at(VILLAGE, DAY, after).hours) == "08:30–12:00 14:30–18:30"
    assert calendar_at(VILLAGE, DAY, after).fingerprint != kept.fingerprint
    assert calendar_at(VILLAGE, DAY, before) is kept


@pytest.mark.django_db
def test_the_calendar_in_force_follows_installations(pack, ground, django_assert_num_queries):
    install(
        folders=[pack("ground", (ground / "pack.yaml").read_text(encoding="utf-8"), calendar=USUAL)], by=ACTOR
    )
    first = calendar_at(VILLAGE, DAY)
    with django_assert_num_queries(1):
        assert calendar_at(VILLAGE, DAY) is first
    binds = "[{region: '511602', from: 2012-01-01}]"
    place = pack("place", f"pack: {{id: place, name: 某县, version: 1.0.0, binds: {binds}}}", practice=SUMMER)
    install(folders=[place], by=ACTOR)
    assert str(calendar_at(VILLAGE, DAY).hours) == "08:30–12:00 14:30–18:00"


@pytest.mark.django_db
def test_without_installed_packs_there_is_no_calendar():
    assert current().packs == {}
    with pytest.raises(Refusal, match="作息时间"):
        calendar_at(VILLAGE, DAY)


# -------------------------------------------------------------------------------------- what is wrong
@pytest.mark.parametrize(
    ("part", "what"),
    [
        ("{label: 空}", "写 hours、days_off、working_days 中至少一项"),
        ("{label: 空, year: 2027}", "写 hours、days_off、working_days 中至少一项"),
        ("{hours: [08:30-12:00]}", "缺少字段“label”"),
        ("{label: 乱, hours: [上午]}", "“上午”不是一段工作时间"),
        ("{label: 倒, hours: [14:00-17:30, 08:30-12:00]}", "工作时段应先后分明、互不重叠，至少一段"),
        ("{label: 夜, hours: [22:00-02:00]}", "工作时段应先后分明、互不重叠，至少一段"),
        ("{label: 文, hours: 08:30-12:00}", "“hours”应为列表，写的是“08:30-12:00”"),
        (
            "{label: 季, days_off: [{day: 2026-04-20, reason: 节}], "
            "seasons: [{from: 05-01, to: 09-30, hours: [08:00-12:00]}]}",
            "写了 seasons，没有写 hours",
        ),
        (f"{{{SEASON}, seasons: [{{from: 5-1, to: 09-30, hours: [08:00-12:00]}}]}}", "“5-1”不是几月几日"),
        (f"{{{SEASON}, seasons: [{{from: 02-30, to: 09-30, hours: [08:00-12:00]}}]}}", "“02-30”不是几月几日"),
        (f"{{{SEASON}, seasons: [{{from: 05-01, to: 09-30, hours: []}}]}}", "“hours”太少，至少 1 项"),
        (
            "{label: 季, hours: [08:00-12:00], seasons: [{from: 10-01, to: 05-01, hours: [08:00-12:00]}, "
            "{from: 05-01, to: 09-30, hours: [08:00-11:00]}]}",
            "05-01 有两个时期",
        ),
        ("{label: 日, days_off: [{reason: 节}]}", "写 day，或者写 from 和 to"),
        ("{label: 日, days_off: [{from: 2026-04-20, reason: 节}]}", "写 day，或者写 from 和 to"),
        ("{label: 日, days_off: [{day: 2026-04-20, to: 2026-04-21, reason: 节}]}", "写 day，或者写 from 和 to"),
        ("{label: 日, days_off: [{from: 2026-04-22, to: 2026-04-20, reason: 节}]}", "to 不应早于 from"),
        ("{label: 日, days_off: [{from: 2026-01-01, to: 2026-12-31, reason: 节}]}", "连续的日子太多，最多 62 天"),
        ("{label: 日, days_off: [{day: 2026-02-30, reason: 节}]}", "“2026-02-30”不是日期"),
        ("{label: 日, days_off: [{day: 2026-04-20}]}", "缺少字段“reason”"),
        (
            "{label: 日, days_off: [{from: 2026-04-20, to: 2026-04-22, reason: 节}], "
            "working_days: [{day: 2026-04-21, reason: 班}]}",
            "2026-04-21 既放假又上班",
        ),
        ("{label: 年, year: 1999, days_off: [{day: 1999-04-20, reason: 节}]}", "“year”应不小于 2004，写的是“1999”"),
        ("{label: 错, hour: [08:30-12:00]}", "未知的字段“hour”"),
    ],
)  # fmt: skip
def test_faults_are_told_by_line(faults, part, what):
    (fault,) = faults(f"calendar:\n  own: {part}\n")
    assert fault.what == what
    assert fault.where.split(":")[-1] == "2"


@pytest.mark.parametrize(
    ("first", "second", "what", "line"),
    [
        ("hours: [08:00-12:00]", "hours: [09:00-12:00]", "“one”里已有作息时间", 3),
        (
            "days_off: [{day: 2026-04-20, reason: 节}]",
            "working_days: [{day: 2026-04-20, reason: 班}]",
            "2026-04-20 既放假又上班",
            3,
        ),
    ],
)
def test_two_parts_of_one_pack_do_not_contradict_each_other(faults, first, second, what, line):
    (fault,) = faults(f"calendar:\n  one: {{label: 一, {first}}}\n  two: {{label: 二, {second}}}\n")
    assert fault.what == what
    assert fault.where.endswith(f"practice.yaml:{line}")
    assert fault.remedy


def test_two_parts_may_say_the_same_day_alike(pack, ground):
    days = "days_off: [{day: 2026-04-20, reason: 节}]"
    content = f"calendar:\n  one: {{label: 一, {days}}}\n  two: {{label: 二, {days}}}\n"
    assert check([ground, pack("place", practice=content)])


def test_another_pack_may_say_otherwise(pack, ground):
    one = pack("one", practice=SUMMER)
    other = pack("other", practice="calendar: {working_hours: {label: 别处, hours: [09:00-17:00]}}")
    assert check([ground, one, other])


# ------------------------------------------------------------------------------------ what is shipped
@pytest.fixture(scope="module")
def whole():
    return of_folders(*shipped())


def test_every_place_has_a_calendar(whole):
    for manifest in whole.packs.values():
        for binding in manifest.binds:
            calendar = calendar_at([binding.region], binding.since, whole)
            assert calendar.hours.length > 0


def test_the_base_pack_says_that_its_hours_are_a_default(whole):
    (base,) = [manifest.id for manifest in whole.packs.values() if manifest.base]
    part = whole.item(CALENDAR.key, f"{base}:working_hours")
    assert str(Hours.parse(part.hours)) == "08:30–12:00 14:00–17:30"
    assert "默认" in part.label
    assert "默认" in part.basis
    assert part.en.isascii()
    assert part.en


def test_editors_are_told_how_hours_and_days_are_written():
    found = schema()["$defs"]
    for model in (CalendarPart, CalendarDays):
        assert set(found[model.__name__]["properties"]) == {
            field.alias or name for name, field in model.model_fields.items()
        }
    season = found["CalendarSeason"]["properties"]
    assert season["from"]["pattern"].startswith("^")
    assert season["hours"]["items"]["pattern"].startswith("^")
