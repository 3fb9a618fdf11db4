"""Records by the interface: the columns, the scope, the masks and the bounds of an export."""

import csv
import io

import pytest

from jiceng.accounts.models import ApiUse
from jiceng.api.rest.tabular import Column, Sheet, as_csv
from jiceng.exchange.tables import all_tables
from jiceng.exchange.workbooks.exporting import columns_of
from jiceng.records.models import AuditEntry, AuditRow
from tests.accounts.cast import unit


def names(page):
    return [item["values"]["name"] for item in page["items"]]


def test_tables_are_those_that_may_be_seen(program):
    listed = {table["key"]: table for table in program().json("records")["items"]}
    assert "matters" not in listed
    assert listed["memberships"]["limited"]
    assert not listed["units"]["limited"]
    assert [c["key"] for c in listed["units"]["columns"]] == [
        f.key for f in columns_of(all_tables()["units"])
    ]
    office = {table["key"] for table in program("qingshan.two_new_office").json("records")["items"]}
    assert "units" in office
    assert "people" not in office


def test_pages_by_key_within_the_scope(program, world):
    asking, county = program(), world.qingshan
    for number in range(5):
        unit(f"青加{number}公司", county.other_town)
    found, after = [], 0
    while after is not None:
        page = asking.json("records/units", {"limit": 3, "after": after})
        assert len(page["items"]) <= 3
        found, after = found + names(page), page["next"]
    assert len(found) == len(set(found)) >= 7
    assert not any(name.startswith("白") for name in found)
    assert {"青加0公司", county.firm.name} <= set(found)
    town = names(asking.json("records/units", {"region": county.town.code}))
    assert county.firm.name in town
    assert county.other_firm.name not in town
    assert names(asking.json("records/units", {"as_of": "2017-01-01"})) == []
    assert AuditEntry.objects.filter(action="api.read").count() >= 4
    assert "数据中台" in AuditRow.objects.filter(verb="read").last().after


def test_one_record_by_its_uid(program, world):
    firm = world.qingshan.firm
    one = program().json(f"records/units/{firm.uid}")
    assert (one["id"], one["uid"], one["values"]["name"]) == (firm.pk, str(firm.uid), firm.name)
    membership = world.qingshan.memberships["member"]
    assert program().json(f"records/memberships/{membership.pk}")["uid"] is None
    for gone in (world.baishui.firm.uid, "0", firm.pk, "--"):
        program().json(f"records/units/{gone}", status=404)
    program().json(f"records/memberships/{world.baishui.memberships['member'].pk}", status=404)
    program().json("records/nothing", status=404)
    program("qingshan.two_new_office").json("records/people", status=403)


def test_sealed_values_are_masked_unless_a_reason_is_given(program, world, settings):
    asking, uid = program(), world.qingshan.people["member"].uid
    masked = asking.json(f"records/people/{uid}")["values"]
    asking.json(f"records/people/{uid}", {"unmasked": True}, 422)
    shown = asking.json(f"records/people/{uid}", {"unmasked": True, "reason": "核对"})["values"]
    assert all("*" in masked[key] for key in ("citizen_id", "phone") if shown[key])
    assert all("*" not in shown[key] for key in ("citizen_id", "phone"))
    assert AuditEntry.objects.filter(action="api.read", reason="核对").exists()
    without = program(permissions=["people.view", "records.export"])
    without.json(f"records/people/{uid}", {"unmasked": True, "reason": "核对"}, 403)
    settings.EXPORT_ROWS = 1
    asking.json(f"records/people/{uid}", {"unmasked": True, "reason": "核对"}, 422)
    asking.json(f"records/people/{uid}")


def test_sensitive_tables_are_no_way_round_the_second_person(program, world, settings):
    settings.EXPORT_ROWS = 4
    assert len(program().json("records/memberships")["items"]) == 4
    refused = program().json("records/memberships", {"limit": 1}, 422)
    assert "今天" in refused["detail"]
    assert ApiUse.objects.get(rows__gt=0).rows == 4
    assert not program().json("records/units")["next"]
    assert len(program("baishui.organisation_department").json("records/memberships")["items"]) == 4


def test_csv_with_what_its_columns_mean(program, world):
    asking = program()
    answer = asking.ask("records/units/rows.csv", {"limit": 1})
    (row,) = csv.DictReader(io.StringIO(answer.content.decode()))
    links = answer["Link"].split(", ")
    described = asking.get(links[0].partition(">")[0].strip("<")).json()
    assert [column["name"] for column in described["tableSchema"]["columns"]] == list(row)
    assert described["dc:title"] == "单位"
    following = asking.get(links[1].partition(">")[0].strip("<"))
    (next_row,) = csv.DictReader(io.StringIO(following.content.decode()))
    assert int(next_row["_id"]) > int(row["_id"])
    asking.ask("records/units/rows.csv-metadata.json", {"region": world.baishui.region.code}, 404)


@pytest.mark.parametrize("text", ["=1+1", "+86", "-1", "@x", "\tx", "\rx"])
def test_no_text_becomes_a_formula(rf, text):
    answer = as_csv(rf.get("/x.csv"), Sheet("", [Column("a", "A"), Column("n", "N")], [[text, -1]]))
    (_header, row) = csv.reader(io.StringIO(answer.content.decode(), newline=""))
    assert row == [f"'{text}", "-1"]
