"""Records that may be one, side by side; a person makes them one."""

import pytest

from jiceng.organisations.models import Unit
from jiceng.protection.scopes import Scope, scoped
from tests.accounts import cast as people

URL = "/registry/units/duplicates/"
VALID = "91350100M000100Y43"


@pytest.fixture
def twins(world):
    place = world.qingshan.town
    return (
        people.unit("青竹编织有限公司", place, employees=12),
        people.unit("青竹编织厂有限公司", place, code=VALID, principal="青云"),
    )


def test_candidates_stand_side_by_side(clerk, twins):
    html = clerk.text(URL)
    assert "可能重复的共 1 对" in html
    assert html.count('<tr class="differs">') >= 3  # name, code, head count, principal
    assert "青竹编织厂有限公司" in html


def test_a_person_decides_which_is_kept(clerk, twins):
    first, second = twins
    given = {"first": first.pk, "second": second.pk, "reason": "登记了两次"}
    refused = clerk.post("/registry/units/merge/", given)
    assert refused.status_code == 422
    assert "没有选择保留哪一条" in refused.content.decode()
    clerk.post("/registry/units/merge/", given | {"keep": first.pk})
    with scoped(Scope.all()):
        kept = Unit.objects.get(name__startswith="青竹编织")
    assert (kept.pk, kept.code, kept.principal) == (first.pk, VALID, "青云")
    assert "已合并为一条" in clerk.text(URL)
    assert "没有发现可能重复的记录" in clerk.text(URL)


def test_a_reason_is_asked(clerk, twins):
    first, second = twins
    answer = clerk.post(
        "/registry/units/merge/", {"first": first.pk, "second": second.pk, "keep": first.pk, "reason": " "}
    )
    assert "填写事由" in answer.content.decode()


def test_nobody_merges_what_is_not_theirs(visit, world, twins):
    first, second = twins
    given = {"first": first.pk, "second": second.pk, "keep": first.pk, "reason": "想合并"}
    assert visit("baishui.organisation_department").post("/registry/units/merge/", given).status_code == 404
    assert "没有发现" in visit("baishui.organisation_department").text(URL)
    assert visit("qingshan.inspector").get(URL).status_code == 403
    with scoped(Scope.all()):
        assert Unit.objects.filter(pk__in=[first.pk, second.pk]).count() == 2


def test_persons_are_merged_too(clerk, world):
    home = world.qingshan.village
    first, second = (people.person("青重名", home, birth_date="1980-05-01") for _ in range(2))
    html = clerk.text("/registry/people/duplicates/")
    assert "青重名" not in html  # two citizen IDs, two persons
    assert clerk.get("/registry/regions/duplicates/").status_code == 404
    answer = clerk.post(
        "/registry/people/merge/",
        {"first": first.pk, "second": second.pk, "keep": first.pk, "reason": "同名"},
    )
    assert "公民身份号码不同" in answer.content.decode()
