"""Imports by the interface: staged, looked at, written once, by the engine that the pages use."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from jiceng.exchange.models import ImportRun
from jiceng.organisations.models import Unit
from jiceng.records.models import AuditEntry
from tests.exchange.conftest import uscc
from tests.staging import in_force

DAY = "2022-06-20"


@pytest.fixture
def county(program, world, settings, tmp_path):
    """The first county, with a home of its own for what is uploaded."""
    settings.HOME = tmp_path
    from_packs = in_force(settings.PACKS / "core")
    assert from_packs
    return world.qingshan


def row(number, **more):
    return {"name": f"青新{number}公司", "code": uscc(number), "kind": "私营企业", "region": "青石镇"} | more


def said(*rows, **more):
    return {"table": "units", "as_of": DAY, "rows": rows} | more


def stored(name):
    return Unit._base_manager.filter(name=name).first()


def test_rows_are_looked_at_and_then_written(program, county):
    asking = program()
    run = asking.post_json("imports/rows", said(row(1), row(2, employees=30), row(3, region="天涯镇")), 201)
    assert (run["state"], run["counts"]["new"], run["counts"]["bad"]) == ("staged", 2, 1)
    assert run["columns"]["employees"] == "employees"
    assert stored("青新1公司") is None
    page = asking.json(f"imports/{run['uid']}/rows", {"verdict": "bad"})
    (bad,) = page["items"]
    assert (bad["number"], bad["faults"][0]["field"]) == (4, "region")
    first = asking.json(f"imports/{run['uid']}/rows", {"limit": 2})
    assert (len(first["items"]), first["next"]) == (2, 2)
    apply = f"imports/{run['uid']}/apply"
    assert "有误" in asking.post_json(apply, {}, 422)["detail"]
    done = asking.post_json(apply, {"leave_out_bad": True, "reason": "年报"})
    assert done["state"] == "applied"
    assert stored("青新2公司").employees == 30
    assert asking.post_json(apply, {})["counts"] == done["counts"]
    assert AuditEntry.objects.filter(action="import.units", reason="年报").count() == 1
    assert asking.json(f"imports/{run['uid']}")["applied_at"]
    again = asking.post_json("imports/rows", said(row(2, employees=31)), 201)
    (change,) = asking.json(f"imports/{again['uid']}/rows")["items"]
    assert change["verdict"] == "changed"
    assert change["record"] == stored("青新2公司").pk


def test_the_same_key_makes_the_same_import(program, county):
    asking, once = program(), {"HTTP_IDEMPOTENCY_KEY": "nightly-2022-06-20"}
    run = asking.post_json("imports/rows", said(row(1)), 201, **once)
    assert asking.post_json("imports/rows", said(row(1)), 200, **once)["uid"] == run["uid"]
    assert "Idempotency-Key" in asking.post_json("imports/rows", said(row(2)), 422, **once)["where"]
    assert ImportRun.objects.count() == 1
    others = program("qingshan.street_officer").post_json("imports/rows", said(row(1)), 201, **once)
    assert others["uid"] != run["uid"]
    asking.post_json("imports/rows", said(row(1)), 422, HTTP_IDEMPOTENCY_KEY="mit Leerzeichen")


def test_a_file_comes_in_the_same_way(program, county):
    asking = program()
    content = (
        f"单位名称,统一社会信用代码,单位性质,所在区域,闲话\n青新5公司,{uscc(5)},私营企业,青石镇,无\n".encode()
    )
    sent = {"table": "units", "as_of": DAY, "file": SimpleUploadedFile("单位.csv", content)}
    run = asking.json("imports/file", sent, 201, "post")
    assert run["counts"]["rows"] == 1
    assert run["left_out"] == ["闲话"]
    asking.ask(f"imports/{run['uid']}", status=204, method="delete")
    assert asking.json(f"imports/{run['uid']}")["state"] == "discarded"
    wrong = {"table": "units", "file": SimpleUploadedFile("单位.xlsx", b"nothing of the kind")}
    asking.json("imports/file", wrong, 422, "post")


def test_a_token_brings_in_no_more_than_it_reaches(program, county, world):
    narrow = program(region=county.other_town)
    run = narrow.post_json("imports/rows", said(row(1)), 201)
    assert run["counts"]["bad"] == 1
    run = narrow.post_json("imports/rows", said(row(1, region="青田镇")), 201)
    assert run["counts"]["new"] == 1
    program().json(f"imports/{run['uid']}")  # the same person's
    program("qingshan.street_officer").json(f"imports/{run['uid']}", status=404)
    program("qingshan.leader").post_json("imports/rows", said(row(1)), 403)
    program(permissions=["records.import"]).post_json("imports/rows", said(row(1)), 403)
    narrow.post_json("imports/rows", said(row(1), region=world.baishui.region.code), 404)


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (said(), 422),
        (said({}), 422),
        (said({"\0": 1}), 422),
        (said({f"c{n}": 1 for n in range(101)}), 422),
        (said(row(1), as_of="2199-01-01"), 422),
        (said(row(1), table="nothing"), 404),
        (said({"闲话": True, "别的": None}), 422),
    ],
)
def test_what_makes_no_import(program, county, body, status):
    assert program().post_json("imports/rows", body, status)["detail"]
    assert not ImportRun.objects.exclude(state=ImportRun.State.DISCARDED).exists()


def test_what_is_too_large_is_to_come_as_a_file(program, county, settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 100
    answer = program().post_json("imports/rows", said(row(1)), 413)
    assert answer["status"] == 413
