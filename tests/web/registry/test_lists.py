"""Lists of registry tables: what they show to whom, filters, order, pages, columns."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from jiceng.accounts.models import SavedView
from tests.accounts import cast as people
from tests.web.visiting import element

UNITS = "/registry/units/"


@pytest.fixture
def firms(world):
    """Thirty firms of one town, with head counts but for every fifth."""
    place = world.qingshan.town
    return [
        people.unit(f"青企{n:02d}", place, employees=None if n % 5 == 0 else n, code=f"91{n:02d}")
        for n in range(30)
    ]


def names(html):
    return [line.split("<")[0] for line in html.split('/">')[1:] if line.startswith("青企")]


def walk(visitor, url, link):
    """The names on `url` and on every page that `link` leads on to."""
    found = []
    while url:
        html = visitor.text(url)
        found.append(names(html))
        part = html.split(link)[0].rpartition('href="')[2] if link in html else ""
        url = part.partition('"')[0].replace("&amp;", "&")
    return found


def test_everyone_sees_the_own_part(visit, world):
    for who in ("organisation_department", "street_officer", "village_clerk", "department_officer"):
        html = visit(f"qingshan.{who}").text(UNITS)
        assert world.qingshan.firm.name in html
        assert not any(name in html for name in world.baishui.names)
    assert world.qingshan.other_firm.name not in visit("qingshan.street_officer").text(UNITS)


def test_an_outsider_and_administrators_see_none(visit, world):
    for who in ("outsider", "system_administrator", "audit_administrator"):
        response = visit(who).get(UNITS)
        assert response.status_code == 403
        assert world.qingshan.firm.name not in response.content.decode()


def test_a_table_needs_its_own_permission(visit):
    inspector = visit("qingshan.inspector")
    assert inspector.get("/registry/memberships/").status_code == 200
    assert inspector.get("/registry/people/").status_code == 403
    assert inspector.get("/registry/nothing/").status_code == 404


def test_every_table_opens(clerk):
    index = clerk.text("/registry/")
    links = {part.partition('"')[0] for part in index.split('href="/registry/')[1:]} - {""}
    assert len(links) > 10
    for link in links:
        clerk.text(f"/registry/{link}")


@pytest.mark.parametrize(
    ("asked", "number"),
    [
        ("name=企07", 1),
        ("code=910", 10),
        ("employees.from=10&employees.to=13", 3),
        ("employees.from=x&name=青企", 25),
        ("kind=core:enterprise&name=企0", 10),
        ("kind=core:agency&name=青企", 0),
        ("above_scale=-&name=企0", 10),
        ("above_scale=yes", 0),
        ("valid_from.to=2000-01-01", 0),
        ("region=石镇&name=青企1", 10),
        ("life=ended", 0),
        ("unknown=1&sort=nothing&cols=nothing&name=青企", 25),
    ],
)
def test_filters(clerk, firms, asked, number):
    assert len(names(clerk.text(f"{UNITS}?{asked}"))) == number


def test_ended_records_are_asked_for(clerk, firms):
    gone = people.unit("青企已注销", firms[0].region, valid_to=date(2020, 1, 1))
    assert gone.name not in clerk.text(UNITS + "?name=注销")
    assert gone.name in clerk.text(UNITS + "?name=注销&life=ended")
    assert gone.name in clerk.text(UNITS + "?name=注销&life=all")


def test_a_filter_is_said_and_taken_away(clerk, firms):
    html = clerk.text(UNITS + "?name=企07&employees.from=1")
    assert '<span class="chip">单位名称：企07<a href="/registry/units/?employees.from=1"' in html


@pytest.mark.parametrize("sort", ["", "name", "-name", "employees", "-employees", "region"])
def test_pages_hold_every_row_once_both_ways(clerk, firms, sort):
    url = f"{UNITS}?name=青企&sort={sort}"
    pages = walk(clerk, url, ">下一页</a>")
    assert [len(page) for page in pages] == [25, 5]
    assert sorted([*pages[0], *pages[1]]) == sorted(firm.name for firm in firms)
    last = clerk.text(url).split(">下一页</a>")[0].rpartition('href="')[2].partition('"')[0]
    back = walk(clerk, last.replace("&amp;", "&"), ">上一页</a>")
    assert back == [pages[1], pages[0]]


def test_rows_without_a_value_come_last(clerk, firms):
    for sort in ("employees", "-employees"):
        first, second = walk(clerk, f"{UNITS}?name=青企&sort={sort}", ">下一页</a>")
        unknown = {firm.name for firm in firms if firm.employees is None}
        assert set((first + second)[-6:]) == unknown


def test_a_forged_mark_is_passed_over(clerk, firms):
    for mark in ("x", "W10", "WzEsICJhIl0", "[]"):
        assert clerk.get(f"{UNITS}?after={mark}").status_code == 200


def test_columns_are_chosen(clerk, firms):
    html = element(clerk.text(UNITS + "?cols=name&cols=principal"), "list")
    heads = html.split("</thead>")[0]
    assert "负责人" in heads
    assert 'name="industry"' not in heads


def test_the_part_is_the_page_without_its_frame(clerk, firms):
    url = UNITS + "?name=企1&sort=-name"
    whole, part = clerk.text(url), clerk.part(url).content.decode()
    assert "<html" not in part
    assert element(part, "list") == element(whole, "list")


def test_rows_cost_no_queries(clerk, world):
    def queries(asked):
        with CaptureQueriesContext(connection) as captured:
            assert len(names(clerk.text(f"{UNITS}?name={asked}"))) == int(asked[-1])
        return len(captured)

    for group, size in (("青企一", 1), ("青企三", 3)):
        for n in range(size):
            people.unit(f"{group}{n}-{group[-1]}{size}", world.qingshan.town)
    clerk.text(UNITS)  # the session's clock and the packs' catalogue, once
    assert queries("一1") == queries("三3")


def test_counting_is_a_request_of_its_own(clerk, firms):
    assert "count/" in clerk.text(UNITS)
    assert clerk.text(UNITS + "count/?name=青企1").strip() == "共 10 条"


def test_a_view_is_kept_found_and_given_up(clerk, visit):
    kept = clerk.post(UNITS + "views/", {"name": "规上企业", "query": "above_scale=yes&sort=-employees"})
    assert kept.url == UNITS + "?above_scale=yes&sort=-employees"
    html = clerk.text(UNITS)
    assert 'href="/registry/units/?above_scale=yes&amp;sort=-employees">规上企业</a>' in html
    assert "规上企业" not in visit("qingshan.street_officer").text(UNITS)
    view = SavedView.objects.get()
    assert visit("qingshan.street_officer").post(UNITS + "views/", {"drop": view.pk}).status_code == 404
    clerk.post(UNITS + "views/", {"drop": view.pk})
    assert not SavedView.objects.exists()


def test_a_view_needs_a_name(clerk):
    response = clerk.post(UNITS + "views/", {"name": " ", "query": ""})
    assert response.status_code == 422
    assert "起一个短的名称" in response.content.decode()


def test_an_empty_list_says_what_to_do(visit):
    visitor = visit("qingshan.village_clerk")
    html = visitor.text("/registry/designations/")
    assert "这里还没有记录" in html
    assert "没有符合筛选的记录" in visitor.text(UNITS + "?name=没有的")


def test_terms_are_offered_as_the_packs_have_them(clerk, core):
    head = element(clerk.text(UNITS), "f-kind")
    assert '<option value="core:enterprise">' in head or "core:" in head
    chosen = element(clerk.text(UNITS + "?kind=core:private_enterprise"), "f-kind")
    assert '<option value="core:private_enterprise" selected>' in chosen
