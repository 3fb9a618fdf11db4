"""Forms: through the rooms' actions, from a day on, keeping what was typed."""

from datetime import date

import pytest

from jiceng.organisations.models import PartyOrg, Unit, UnitSpan
from jiceng.people.models import Person
from jiceng.protection.scopes import Scope, scoped
from tests.web.visiting import PART

VALID, FAILING = "91350100M000100Y43", "91350100M000100Y44"


@pytest.fixture(autouse=True)
def _packs(core):
    """Terms are checked against the packs in force."""


def asked(visitor, url):
    """What the form at `url` would send if nobody touched it."""
    response = visitor.get(url)
    assert response.status_code == 200
    found = {"day": response.context["day"], "reason": ""}
    for shown in response.context["inputs"]:
        found[shown.input.key] = shown.value
        if shown.typed:
            found[f"{shown.input.key}.typed"] = shown.typed
    return found


def change(visitor, record, table="units", **changes):
    url = f"/registry/{table}/{record.pk}/change/"
    return visitor.post(url, asked(visitor, url) | changes)


def test_a_change_takes_effect_on_its_day(clerk, world):
    firm = world.qingshan.firm
    done = change(
        clerk, firm, employees="45", kind="core:private_enterprise", day="2021-03-01", reason="年报"
    )
    assert done.url == f"/registry/units/{firm.pk}/"
    spans = UnitSpan.objects.filter(unit=firm).order_by("valid_from")
    assert [(s.valid_from, s.employees) for s in spans] == [(firm.valid_from, 30), (date(2021, 3, 1), 45)]


def test_what_is_not_touched_stays(clerk, world):
    firm = world.qingshan.firm
    change(clerk, firm, principal="青云")
    with scoped(Scope.all()):
        kept = Unit.objects.get(pk=firm.pk)
    assert (kept.principal, kept.authority_id, kept.employees) == ("青云", firm.authority_id, 30)
    assert UnitSpan.objects.filter(unit=firm).count() == 1


def test_no_change_is_refused(clerk, world):
    assert "没有改动" in change(clerk, world.qingshan.firm).content.decode()


def test_an_error_keeps_what_was_typed(clerk, world):
    response = change(clerk, world.qingshan.firm, employees="三十", principal="青云", reason="核对")
    html = response.content.decode()
    assert response.status_code == 422
    for typed in ('value="三十"', 'value="青云"', 'value="核对"', "“三十”不是整数"):
        assert typed in html


def test_a_failing_code_passes_with_a_note_by_someone_entitled(clerk, visit, world):
    firm = world.qingshan.firm
    refused = change(clerk, firm, code=FAILING)
    assert "校验码不符" in refused.content.decode()
    assert 'name="code_note"' in refused.content.decode()
    assert change(clerk, firm, code=FAILING, code_note="营业执照如此").status_code == 302
    with scoped(Scope.all()):
        kept = Unit.objects.get(pk=firm.pk)
    assert (kept.code, kept.code_note, kept.code_noted_by) == (FAILING, "营业执照如此", "青组织部门")
    officer = visit("qingshan.street_officer")
    assert 'name="code_note"' not in officer.text(f"/registry/units/{firm.pk}/change/")
    other = change(officer, firm, code="91350100M000100Y45", code_note="硬要通过")
    assert other.status_code == 422


def test_who_may_not_keep_it_may_not_change_it(visit, world):
    firm = world.qingshan.firm
    for who in ("inspector", "leader", "department_officer", "branch_secretary"):
        assert visit(f"qingshan.{who}").get(f"/registry/units/{firm.pk}/change/").status_code == 403
        assert "变更</a>" not in visit(f"qingshan.{who}").text(f"/registry/units/{firm.pk}/")
    assert visit("baishui.street_officer").get(f"/registry/units/{firm.pk}/change/").status_code == 404


def test_nothing_is_moved_out_of_reach(visit, world):
    firm, away = world.qingshan.firm, world.qingshan.other_town
    answer = change(visit("qingshan.street_officer"), firm, region=str(away.pk))
    assert answer.status_code == 403
    with scoped(Scope.all()):
        assert Unit.objects.get(pk=firm.pk).region_id == firm.region_id


def test_a_new_unit(clerk, world):
    given = {
        "name": "青竹编织厂", "code": VALID, "kind": "core:private_enterprise", "status": "core:operating",
        "region": str(world.qingshan.town.pk), "region.typed": "青石镇", "day": "2021-05-01",
    }  # fmt: skip
    done = clerk.post("/registry/units/new/", given)
    assert done.status_code == 302
    with scoped(Scope.all()):
        made = Unit.objects.get(code=VALID)
    assert (made.name, made.valid_from, made.initials) == ("青竹编织厂", date(2021, 5, 1), "qzbzc")
    again = clerk.post("/registry/units/new/", given | {"name": "另一家"})
    assert "已有：青竹编织厂" in again.content.decode()


def test_a_name_alone_is_enough_where_one_bears_it(clerk, world):
    given = {"name": "青竹编织厂", "kind": "core:private_enterprise", "day": "2021-05-01"}
    missing = clerk.post("/registry/units/new/", given)
    assert "没有填写所在区域" in missing.content.decode()
    unknown = clerk.post("/registry/units/new/", given | {"region.typed": "无名镇"})
    assert "没有“无名镇”" in unknown.content.decode()
    assert clerk.post("/registry/units/new/", given | {"region.typed": "青石镇"}).status_code == 302


def test_a_new_party_organisation(clerk, world):
    county = world.qingshan
    given = {
        "name": "中共青禾粮油公司支部委员会", "code": "D99", "form": "core:branch", "mode": "core:single",
        "nature": "core:entity", "sector": "core:two_new", "superior": str(county.committee.pk),
        "region": str(county.other_town.pk), "host_unit": str(county.other_firm.pk), "day": "2021-06-01",
    }  # fmt: skip
    assert clerk.post("/registry/party-orgs/new/", given).status_code == 302
    with scoped(Scope.all()):
        made = PartyOrg.objects.get(code="D99")
    assert made.path.startswith(county.committee.path)
    assert made.host_unit_id == county.other_firm.pk


def test_a_person_is_entered_sealed(clerk, world):
    given = {
        "name": "青新人", "region": str(world.qingshan.village.pk), "citizen_id": "11010519491231002X",
        "phone": "12800005678", "day": "2021-06-01",
    }  # fmt: skip
    assert clerk.post("/registry/people/new/", given).status_code == 302
    with scoped(Scope.all()):
        made = Person.objects.get(name="青新人")
    assert made.birth_date == date(1949, 12, 31)
    url = f"/registry/people/{made.pk}/change/"
    assert "12800005678" not in clerk.text(url)
    clerk.post(url, asked(clerk, url) | {"education": "core:junior_college"})
    with scoped(Scope.all()):
        kept = Person.objects.get(pk=made.pk)
    assert bytes(kept.phone) == bytes(made.phone)  # left empty, left alone


def test_a_life_is_ended(clerk, world):
    firm = world.qingshan.other_firm
    done = clerk.post(f"/registry/units/{firm.pk}/end/", {"day": "2022-01-01", "reason": "注销登记"})
    assert done.status_code == 302
    with scoped(Scope.all()):
        assert Unit.objects.get(pk=firm.pk).valid_to == date(2022, 1, 1)
    assert clerk.get("/registry/regions/1/end/").status_code == 404


def test_names_are_offered_while_typing(clerk, visit, world):
    url = "/registry/names/regions/"
    html = clerk.get(url, {"region.typed": "青石"}, headers=PART).content.decode()
    assert f'data-choose="{world.qingshan.town.pk}"' in html
    assert "白石镇" not in clerk.get(url, {"region.typed": "石镇"}).content.decode()
    assert "没有这样的名称" in clerk.get(url, {"region.typed": "不存在"}).content.decode()
    assert clerk.get("/registry/names/people/", {"x.typed": "青"}).status_code == 404
    assert visit("qingshan.inspector").get(url).status_code == 403
