"""Figures by the interface: the same as on the pages, with the records behind them."""

import csv
import io
from pathlib import Path

import pytest
from django.conf import settings as configured

from jiceng.coverage.rebuilding import rebuild as derive
from jiceng.indicators.figures import figure
from jiceng.indicators.snapshot.refreshing import rebuild
from jiceng.protection.scopes import Scope
from jiceng.records.models import AuditEntry
from tests.accounts.cast import TODAY
from tests.api.rest.conftest import CLERK
from tests.staging import in_force

RATE = "figures/core:two_new_organised_rate"


@pytest.fixture
def told(transactional_db, settings, tmp_path):
    settings.HOME = tmp_path
    in_force(Path(configured.PACKS) / "core")


@pytest.fixture
def counties(told, world):
    """Both counties with derived coverage and a snapshot of their own."""
    derive()
    rebuild()
    return world


def test_a_figure_its_parts_its_course_and_its_records_agree(counties, program, settings):
    asking, county = program(), counties.qingshan
    listed = asking.json("figures", {"q": "组织覆盖率"})
    assert listed["region"] == county.region.code
    (known,) = [item for item in listed["items"] if item["key"] == "core:two_new_organised_rate"]
    assert known["time"] == "stock"
    assert known["definition"]

    whole = asking.json(RATE, {"by": "territory"})
    same = figure("core:two_new_organised_rate", scope=Scope.all(), node=county.region.pk, by="territory")
    assert (whole["numerator"], whole["denominator"]) == (same.numerator, same.denominator) == (1, 2)
    assert whole["value"] == 50
    assert {part["code"]: part["value"] for part in whole["parts"]} == {
        county.town.code: 100, county.other_town.code: 0,
    }  # fmt: skip
    assert whole["definition"] == known["definition"]

    course = asking.json(f"{RATE}/trend", {"points": 3})["points"]
    assert [point["value"] for point in course][-1] == 50
    assert len(course) == 3

    records = asking.json(f"{RATE}/records", {"limit": 1})
    more = asking.json(f"{RATE}/records", {"limit": 1, "after": records["next"]})
    names = [item["name"] for item in (*records["items"], *more["items"])]
    assert sorted(names) == sorted([county.firm.name, county.other_firm.name])
    assert more["next"] is None
    assert {item["table"] for item in more["items"]} == {None}  # coverage has no ledger of its own
    (part,) = [part for part in whole["parts"] if part["code"] == county.town.code]
    one = asking.json(f"{RATE}/records", {"by": "territory", "part": part["key"], "counted": True})
    assert [item["name"] for item in one["items"]] == [county.firm.name]
    assert AuditEntry.objects.filter(action="api.read").count() == 3

    # what is said of other times, maps and trees
    assert asking.json(RATE, {"as_of": "2017-01-01"})["value"] is None
    party = {"tree": "party", "node": str(county.committee.uid)}
    assert asking.json(RATE, party)["rows"] <= whole["rows"]
    flow = next(item["key"] for item in asking.json("figures")["items"] if item["time"] == "flow")
    year = asking.json(f"figures/{flow}", {"period": "2021H1", "map": "today"})
    assert (year["since"], year["until"], year["as_of"]) == ("2021-01-01", "2021-06-30", None)
    assert len(asking.json(f"figures/{flow}/trend")["points"]) == 6

    # nobody's but the own, and nothing that is not there
    neighbour = program("baishui.organisation_department").json(RATE, {"by": "territory"})
    assert county.town.code not in {part["code"] for part in neighbour["parts"]}
    asking.json(RATE, {"region": counties.baishui.region.code}, 404)
    asking.json(RATE, {"tree": "party", "node": str(counties.baishui.committee.uid)}, 404)
    asking.json("figures/core:nothing_such", status=404)
    town = program(region=county.town)
    assert town.json(RATE)["rows"] == 1
    assert town.json(RATE)["region"] == county.town.code
    for wrong in ({"by": "unit.nothing"}, {"period": "2021-13"}, {"as_of": "0"}, {"as_of": "1066-10-14"},
                  {"period": "2021-06-30..2021-01-01"}, {"period": "0001"}):  # fmt: skip
        asking.json(RATE, wrong, 422)

    as_a_table(asking, county)
    people_are_masked_and_bounded(program, county, settings)


def as_a_table(asking, county):
    """CSV, with what it means beside it."""
    answer = asking.ask(f"{RATE}/parts.csv", {"by": "territory"})
    rows = list(csv.DictReader(io.StringIO(answer.content.decode())))
    assert {row["code"]: row["value"] for row in rows} == {
        county.town.code: "100",
        county.other_town.code: "0",
    }
    described, _rel = answer["Link"].split("; ", 1)
    meant = asking.get(described.strip("<>")).json()
    assert [column["name"] for column in meant["tableSchema"]["columns"]] == list(rows[0])
    assert meant["url"].startswith("parts.csv?by=territory")
    assert "计算" in meant["dc:description"]
    assert meant["dc:temporal"] == meant["dc:temporal"][:10]
    whole = list(csv.DictReader(io.StringIO(asking.ask(f"{RATE}/parts.csv").content.decode())))
    assert [row["value"] for row in whole] == ["50"]
    assert len(asking.ask(f"{RATE}/trend.csv", {"points": 4}).content.decode().splitlines()) == 5
    assert (
        asking.ask(f"{RATE}/trend.csv-metadata.json").json()["tableSchema"]["columns"][0]["datatype"]
        == "date"
    )
    page = asking.ask(f"{RATE}/records.csv", {"limit": 1})
    assert 'rel="next"' in page["Link"]
    assert 'rel="next"' not in asking.ask(f"{RATE}/records.csv")["Link"]
    assert asking.ask(f"{RATE}/records.csv-metadata.json").json()["dc:title"]


def people_are_masked_and_bounded(program, county, settings):
    """Names of persons need the permission; party members are counted against the day's bound."""
    members = "figures/core:members/records"
    named = program("qingshan.party_committee_officer").json(members)
    assert county.people["member"].name in {item["name"] for item in named["items"]}
    assert {item["table"] for item in named["items"]} == {"memberships"}
    masked = program("qingshan.leader").json(members)
    assert {item["name"].rstrip("*") for item in masked["items"]} == {"青"}
    settings.EXPORT_ROWS = 2
    assert "另一人" in program().json(members, status=422)["remedy"]
    assert len(program().json(members, {"limit": 2})["items"]) == 2
    program().json(members, {"limit": 1}, 422)


def test_without_a_snapshot_it_says_so(told, program):
    assert program().json(RATE, status=422)["detail"]


def test_today_is_the_day_at_the_place(counties, program, cast):
    assert program(CLERK).json(RATE)["as_of"] >= TODAY.isoformat()
