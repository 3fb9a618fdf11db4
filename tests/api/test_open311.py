"""Open311 GeoReport v2, held against its specification in both forms, and with the public client from PyPI."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone
from georeport import GeoReport
from jsonschema import validate

from jiceng.matters.models import Clock
from jiceng.residents.keys import add_key, revoke_key
from jiceng.residents.throttling import API_REPORTS, LOOKS_ADDRESS
from tests.accounts.cast import SETTER, keep
from tests.api import specification as spec
from tests.api.conftest import BASE
from tests.residents.county import reporters
from tests.residents.county import told as matters_told

LIGHTING = "core-hotline.core-lighting"
TOLD = {"service_code": LIGHTING, "description": "巷口的路灯不亮", "address_string": "解放巷口"}


def both(program, path, schema, data=None, status=200, method="get"):
    """The answer in JSON, once it holds against the specification and the XML says the same."""
    found = program.json(path, data, status, method)
    validate(found, schema)
    if method == "get":
        element = program.xml(path, data, status, method)
        assert spec.told(element, schema) == found
    return found


def post(program, key, there, status=201, **more):
    return program.json("requests", {"api_key": key, **there, **TOLD, **more}, status, "post")


def matter():
    return matters_told().get()


# ------------------------------------------------------------------------------------------------ services
def test_discovery_says_where_and_how(program):
    found = both(program, "discovery", spec.DISCOVERY)
    assert found["endpoints"][0]["url"] == f"http://testserver{BASE}"
    assert "12345" in found["contact"]


def test_services_are_the_public_types_by_their_categories(program, there):
    found = {each["service_code"]: each for each in both(program, "services", spec.SERVICES, there)}
    assert (found[LIGHTING]["service_name"], found[LIGHTING]["group"]) == ("路灯照明", "公用事业")
    assert "qingshan-snapshot" in found
    assert not any(
        code.startswith(("qingshan-difficulty", "core-supervision", "core-offer")) for code in found
    )


def test_services_in_english(program, there):
    program.cookies["django_language"] = "en"
    found = {each["service_code"]: each for each in program.json("services", there)}
    assert found[LIGHTING]["service_name"] == "Street lighting"


def test_a_definition_asks_what_the_type_asks_residents(program, there):
    found = both(program, "services/qingshan-snapshot", spec.DEFINITION, there)
    (danger,) = found["attributes"]
    assert (danger["code"], danger["datatype"], danger["required"]) == ("danger", "singlevaluelist", True)
    hotline = both(program, f"services/{LIGHTING}", spec.DEFINITION, there)
    assert [each["code"] for each in hotline["attributes"]] == ["address"]
    assert hotline["attributes"][0]["required"] is False


@pytest.mark.parametrize(
    ("path", "data", "status", "said"),
    [
        ("services", {"jurisdiction_id": "nowhere"}, 404, "jurisdiction_id provided was not found"),
        ("services/core-hotline.core-nothing", {}, 404, "service_code provided was not found"),
        ("requests/990101-hotline-2022000001", {}, 404, "service_request_id provided was not found"),
        ("tokens/AAAAAAAAAA", {}, 404, "token was not found"),
        ("requests", {"status": "lost"}, 400, "status is open, closed, or both"),
        ("requests", {"start_date": "yesterday"}, 400, "start_date is not a date in ISO 8601"),
        (
            "requests",
            {"start_date": "2022-01-01T00:00:00Z", "end_date": "2022-06-01T00:00:00Z"},
            400,
            "start_date and end_date may not span more than 90 days",
        ),
    ],
)
def test_errors_are_as_specified(program, there, path, data, status, said):
    found = both(program, path, spec.ERRORS, {**there, **data}, status)
    assert found == [{"code": status, "description": said}]


def test_the_only_jurisdiction_need_not_be_named(program, county):
    assert program.json("services") == program.json("services", {"jurisdiction_id": county.here.region.code})


# ------------------------------------------------------------------------------------------------- reports
def test_a_report_becomes_a_matter(program, key, county, there):
    (made,) = post(program, key, there, first_name="大妈", last_name="赵", phone="13800001111")
    validate([made], spec.POSTED)
    found = matter()
    assert (found.number, found.category) == (made["service_request_id"], "core:lighting")
    assert found.text == TOLD["description"]
    assert found.values()["address"] == "解放巷口"
    assert reporters().get().phone != b""


def test_the_answer_in_xml_says_the_same(program, key, there):
    data = {"api_key": key, **there, **TOLD}
    element = program.xml("requests", data, 201, "post")
    validate(spec.told(element, spec.POSTED), spec.POSTED)
    assert element.find("request/service_request_id").text == matter().number


def test_a_position_and_a_village_by_its_code_are_kept(program, key, county, there):
    post(program, key, there, address_string="", address_id=county.village.code, lat="30.47", long="106.63")
    found = matter()
    assert (found.longitude, found.latitude, found.region_id) == (106.63, 30.47, county.village.pk)


def test_attributes_are_kept(program, key, there):
    post(program, key, there, service_code="qingshan-snapshot", **{"attribute[danger]": "true"})
    assert matter().values()["danger"] is True


def test_a_picture_elsewhere_is_named_and_never_fetched(program, key, there):
    post(program, key, there, media_url="http://127.0.0.1:1/secret.jpg")
    assert "http://127.0.0.1:1/secret.jpg" in matter().text


@pytest.mark.parametrize(
    ("more", "status", "said"),
    [
        ({"api_key": ""}, 403, "API Key"),
        ({"api_key": "wrong"}, 403, "API Key"),
        ({"service_code": ""}, 400, "service_code was not provided"),
        ({"service_code": "core-hotline"}, 404, "service_code provided"),
        ({"jurisdiction_id": "110101"}, 404, "jurisdiction_id provided"),
        ({"description": " "}, 400, "description was not provided"),
        ({"description": "长" * 20_000}, 400, "过长"),
        ({"address_string": ""}, 400, "was not provided"),
        ({"address_id": "110101001"}, 404, "address_id provided"),
        ({"lat": "north", "long": "106"}, 400, "not numbers"),
        ({"lat": "106.63", "long": "30.47"}, 400, "经纬度"),
        ({"attribute[households]": "5"}, 400, "is not one of this service"),
        ({"media_url": "javascript:alert(1)"}, 400, "media_url"),
        ({"phone": "call me"}, 400, "电话"),
    ],
)
def test_a_report_with_something_wrong_is_refused_whole(program, key, there, more, status, said):
    found = post(program, key, there, status, **more)
    validate(found, spec.ERRORS)
    assert {each["code"] for each in found} == {status}
    assert said in found[0]["description"]
    assert not matters_told().exists()


def test_a_revoked_key_opens_nothing(program, there):
    given = add_key(name="旧系统", by=SETTER)
    revoke_key(name="旧系统", by=SETTER, reason="合同到期")
    post(program, given, there, 403)


def test_too_much_is_refused_with_how_long_to_wait(program, key, there, monkeypatch):
    monkeypatch.setattr("jiceng.api.views.API_REPORTS", type(API_REPORTS)("few", 2, 3600.0))
    for _time in range(2):
        post(program, key, there)
    answer = program.post(f"{BASE}/requests.json", {"api_key": key, **there, **TOLD})
    assert answer.status_code == 429
    assert int(answer["Retry-After"]) > 0
    monkeypatch.setattr("jiceng.api.views.LOOKS_ADDRESS", type(LOOKS_ADDRESS)("fewer", 1, 3600.0))
    program.json("services", there)
    program.json("services", there, 429)


# ------------------------------------------------------------------------------------------------- reading
def test_only_what_was_released_is_told_and_only_its_words(program, county, there):
    found, _code = county.answered(text="青赵大妈家门口3栋2单元的路灯不亮")
    assert program.json("requests", there) == []
    county.released(found)
    (told,) = both(program, "requests", spec.REQUESTS, there)
    assert told["description"] == "路灯不亮\n某巷的路灯坏了，正在修"
    people = [str(who) for who in county.cast.values() if str(who)]
    hidden = [*county.here.names, *people, "青赵大妈", "3栋", "13800001111", "青王科长"]
    assert [name for name in hidden if name in str(told)] == []
    assert told["agency_responsible"] == ""


def test_the_expected_moment_is_that_of_the_clock_for_solving(program, county, there):
    found, _code = county.reported()
    county.released(found)
    (told,) = program.json(f"requests/{found.number}", there)
    due = Clock.objects.get(matter=found, key="solve").due_at
    assert told["expected_datetime"] == timezone.localtime(due).replace(microsecond=0).isoformat()


def test_positions_are_coarsened_and_those_of_households_left_out(program, county, there):
    found = county.released(county.reported()[0])
    wish = county.wish()
    for each in (found, wish):
        each.longitude, each.latitude = 106.63219, 30.46551
        keep(each)
    told = {each["service_request_id"]: each for each in program.json("requests", there)}
    assert (told[found.number]["long"], told[found.number]["lat"]) == (106.63, 30.47)
    assert (told[wish.number]["long"], told[wish.number]["lat"]) == (None, None)
    assert told[wish.number]["address"] == county.here.town.name


def test_requests_are_found_by_service_status_number_and_period(program, county, there):
    found = county.released(county.reported(text="路灯照明坏了")[0])
    other = county.released(county.reported(text="供水停了")[0])
    other.raised_at -= timedelta(days=120)
    keep(other)

    def numbers(**asked):
        return {each["service_request_id"] for each in program.json("requests", {**there, **asked})}

    assert numbers() == {found.number}, "the last 90 days"
    assert numbers(service_code=LIGHTING) == {found.number}
    assert numbers(service_code="core-hotline.core-parking") == set()
    assert numbers(status="open") == {found.number}
    assert numbers(status="closed") == set()
    assert numbers(service_request_id=f"{found.number},{other.number}") == {found.number, other.number}
    start = (other.raised_at - timedelta(days=1)).isoformat()
    assert numbers(start_date=start, end_date=(other.raised_at + timedelta(days=1)).isoformat()) == {
        other.number
    }


def test_a_program_sees_how_its_own_reports_stand_and_no_other_does(program, key, there):
    (made,) = post(program, key, there)
    path = f"requests/{made['service_request_id']}"
    program.json(path, there, 404)
    (told,) = both(program, path, spec.REQUESTS, {**there, "api_key": key})
    assert (told["status"], told["description"]) == ("open", "")
    other = add_key(name="别的系统", by=SETTER)
    program.json(path, {**there, "api_key": other}, 404)


def test_a_token_is_the_code_of_the_reporter(program, key, there):
    (made,) = post(program, key, there)
    code = made["service_notice"]
    assert re.fullmatch(r"\w{5}-\w{5}", code)
    (found,) = both(program, f"tokens/{code}", spec.TOKENS)
    assert found["service_request_id"] == made["service_request_id"]


# ----------------------------------------------------------------------------------------- the public client
@pytest.mark.parametrize("form", ["json", "xml"])
def test_the_public_client_works(live_server, county, form):
    found = county.released(county.reported(text="路灯照明坏了")[0])
    second = county.released(county.reported(text="供水停了")[0])
    client = GeoReport(f"{live_server.url}{BASE}/", jurisdiction=county.here.region.code, output_format=form)
    codes = [each["service_code"] for each in client.get_service_list()]
    assert LIGHTING in codes
    assert client.get_service_definition("qingshan-snapshot")["service_code"] == "qingshan-snapshot"
    assert client.get_service_request(found.number)["service_code"] == LIGHTING
    listed = client.get_service_requests(status="open")
    assert {each["service_request_id"] for each in listed} == {found.number, second.number}
