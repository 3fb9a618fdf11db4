"""Every number of the board opens to exactly the units it counts, under the visitor's scope."""

import html
import io
import itertools
import re
from datetime import date

import openpyxl
import pytest

from jiceng.coverage.rebuilding import rebuild
from jiceng.organisations.models import PartyOrgCover
from jiceng.people.models import Employment
from tests.accounts.cast import SINCE, TODAY, keep, membership, person, unit

LINK = re.compile(r'<a[^>]*href="(/coverage/records/\?[^"]+)"([^>]*)>(.*?)</a>', re.DOTALL)
OFFICER = "qingshan.organisation_department"


@pytest.fixture
def units(core, world):
    """Units in every state, in two towns, of two industries, above scale and below."""
    county = world.qingshan
    places, trades = (county.village, county.other_town, county.region), ("core:retail", "")
    for number, (place, trade, state) in enumerate(
        itertools.product(places, trades, ("bare", "obliged", "organised", "small", "surveyed"))
    ):
        firm = unit(
            f"青试{number}公司", place, industry=trade, above_scale=number % 3 == 0,
            employees=3 if state == "small" else 20, principal="青某",
            surveyed_on=date(2021, 1, 1) if state == "surveyed" else None,
        )  # fmt: skip
        if state in ("obliged", "organised"):
            for who in range(3):
                member = person(f"青员{number}-{who}", place)
                membership(member, county.branch)
                keep(Employment(person=member, unit=firm, valid_from=SINCE))
        if state == "organised":
            began = date(2020, 6, 1) if number % 2 else SINCE
            keep(PartyOrgCover(party_org=county.branch, unit=firm, kind="core:joint", valid_from=began))
    rebuild()
    return world


def opened(visitor, address):
    """How many units the page behind an address says it has."""
    page = visitor.text(html.unescape(address))
    return int(re.search(r"data-count>\D*(\d+)", page)[1])


def numbers(page):
    """Every link of a board with the number that it shows; of a percentage, its numerator."""
    for address, attributes, text in LINK.findall(page):
        shown = re.sub(r"<[^>]+>", "", text).strip()
        told = re.search(r'title="(\d+) ÷', attributes) if "%" in shown else re.search(r"(\d+)", shown)
        if told:
            yield address, int(told[1])


@pytest.mark.parametrize(
    "query",
    [{}, {"by": "industry"}, {"day": "2019-06-01"}, {"compare": "2019-06-01"}],
    ids=["today", "industry", "past", "compared"],
)
def test_every_number_of_the_board_equals_the_units_behind_it(units, visit, query):
    officer = visit(OFFICER)
    found = dict(numbers(officer.text("/coverage/", query)))
    assert len(found) > 25
    assert sum(found.values()) > 100
    wrong = {address: (n, got) for address, n in found.items() if (got := opened(officer, address)) != n}
    assert wrong == {}


def test_a_street_sees_and_opens_only_its_own(units, visit):
    street = visit("qingshan.street_officer")
    found = dict(numbers(street.text("/coverage/")))
    assert {a: n for a, n in found.items() if opened(street, a) != n} == {}
    elsewhere = units.qingshan.other_town.pk
    assert street.get("/coverage/records/", {"area": elsewhere}).status_code == 404
    page = street.text("/coverage/records/", {"measure": "known"})
    assert units.qingshan.other_firm.name not in page


def test_rates_open_to_the_figure_only_for_who_sees_the_whole_place(units, visit):
    """A department sees the units of its trade: the place's figure would be another number."""
    figure = "/figures/core:two_new_organised_rate/"
    assert figure in visit(OFFICER).text("/coverage/")
    for who in ("qingshan.department_officer", "qingshan.instructor"):
        page = visit(who).text("/coverage/")
        assert figure not in page
        found = dict(numbers(page))
        assert {a: n for a, n in found.items() if opened(visit(who), a) != n} == {}


def test_the_gap_states_divide_the_gaps(units, visit):
    officer = visit(OFFICER)
    count = {m: opened(officer, f"/coverage/records/?measure={m}") for m in
             ("unorganised", "obliged_open", "bare", "worked_only", "in_scope", "organised")}  # fmt: skip
    assert count["unorganised"] == count["obliged_open"] + count["bare"] + count["worked_only"]
    assert count["in_scope"] == count["organised"] + count["unorganised"]
    assert count["obliged_open"] > 0
    assert count["bare"] > 0


def test_filters_narrow_and_a_unit_names_its_rule(units, visit):
    officer = visit(OFFICER)
    page = officer.text("/coverage/records/", {"measure": "obliged_open", "q": "青试"})
    assert "有正式党员3名以上" in page
    assert "支部工作条例" in page
    narrowed = opened(officer, f"/coverage/records/?measure=known&area={units.qingshan.town.pk}&scale=1")
    assert 0 < narrowed < opened(officer, f"/coverage/records/?measure=known&area={units.qingshan.town.pk}")
    assert officer.get("/coverage/records/", {"measure": "no_such"}).status_code == 404


def test_the_workbook_holds_the_same_units(units, visit):
    officer = visit(OFFICER)
    query = "?measure=unorganised&scale=1"
    answer = officer.post(f"/coverage/records/export/{query}")
    sheet = openpyxl.load_workbook(io.BytesIO(answer.content)).active
    rows = list(sheet.iter_rows(min_row=4, values_only=True))
    assert len(rows) == opened(officer, f"/coverage/records/{query}") > 0
    assert "水印" in sheet["A2"].value
    assert {row[7] for row in rows} <= {"应建未建", "两个覆盖均无", "仅工作覆盖"}


def test_the_scale_and_the_industry_are_those_of_the_day(units, visit):
    """A unit that rises above scale later does not change an earlier board."""
    firm = units.qingshan.other_firm
    early = "/coverage/records/?measure=known&scale=1&day=2019-06-01"
    officer = visit(OFFICER)
    before = opened(officer, early)
    span = firm.spans.get()
    span.valid_to = date(2021, 1, 1)
    later = type(span)(unit=firm, valid_from=date(2021, 1, 1), name=firm.name, kind=firm.kind,
                       status=firm.status, region=firm.region, employees=500, above_scale=True)  # fmt: skip
    firm.above_scale = True
    keep(span, later, firm)
    rebuild()
    assert opened(officer, early) == before
    assert opened(officer, early.replace("2019-06-01", TODAY.isoformat())) == before + 1


def test_a_page_costs_as_many_queries_for_one_unit_as_for_many(units, visit, django_assert_max_num_queries):
    officer = visit(OFFICER)
    costs = []
    for query in ({"measure": "known", "q": "青禾粮油公司"}, {"measure": "known"}):
        officer.get("/coverage/records/", query)  # what is asked once for all is asked
        with django_assert_max_num_queries(60) as asked:
            officer.get("/coverage/records/", query)
        costs.append(len(asked))
    assert costs[0] == costs[1]
