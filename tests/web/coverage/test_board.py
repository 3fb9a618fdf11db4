"""The coverage board over the cast's two counties, under the visitor's scope."""

from jiceng.coverage.models import CoverageSpan
from jiceng.coverage.rebuilding import rebuild
from tests.accounts.cast import keep
from tests.web.visiting import PART

BOARD = "/coverage/"


def test_the_board_shows_gaps_with_their_rule_and_only_the_own_county(core, world, visit):
    rebuild()
    assert CoverageSpan.objects.filter(unit=world.qingshan.other_firm).exists()
    page = visit("qingshan.organisation_department").text(BOARD)
    assert "组织覆盖率" in page
    assert not [name for name in world.baishui.names if name in page]
    gap = CoverageSpan.objects.filter(
        unit__region_path__startswith=world.qingshan.region.path, organised=False
    )
    for span in gap.filter(in_scope=True):
        assert span.unit.name in page


def test_the_gap_list_is_a_part_of_its_own(core, world, visit):
    rebuild()
    clerk = visit("qingshan.organisation_department")
    part = clerk.get(BOARD, headers=PART).content.decode()
    assert part.lstrip().startswith('<div class="panel">')
    assert "<html" not in part


def test_a_past_day_and_a_comparison_and_an_industry_view(core, world, visit):
    rebuild()
    clerk = visit("qingshan.organisation_department")
    for query in ({"day": "2017-01-01"}, {"compare": "2019-01-01"}, {"by": "industry"}, {"day": "nonsense"}):
        assert clerk.get(BOARD, query).status_code == 200


def test_the_map_gives_counts_for_the_areas_listed(core, world, visit):
    rebuild()
    found = visit("qingshan.organisation_department").get("/coverage/map/").json()
    assert {row["label"] for row in found["rows"]} <= {
        world.qingshan.town.name,
        world.qingshan.other_town.name,
    }
    assert sum(row["in_scope"] for row in found["rows"]) > 0
    assert visit("qingshan.organisation_department").get("/coverage/map/", {"by": "industry"}).json() == found


def test_rates_are_left_out_where_there_are_too_few_units(core, world, visit):
    rebuild()
    found = visit("qingshan.organisation_department").get("/coverage/map/").json()
    assert {row["value"] for row in found["rows"] if row["in_scope"] < 3} <= {"—"}


def test_a_split_is_proposed_for_a_branch_in_sight_only(core, world, visit):
    clerk = visit("qingshan.organisation_department")
    page = clerk.text(f"/coverage/split/{world.qingshan.branch.pk}/")
    assert "支部工作条例" in page
    assert "不用拆分" in page
    assert clerk.get(f"/coverage/split/{world.baishui.branch.pk}/").status_code == 404


def test_without_rules_the_page_says_what_to_do(world, visit):
    assert "做法包" in visit("qingshan.organisation_department").text(BOARD)


def test_a_struck_unit_disappears_from_the_gaps_at_once(core, world, visit):
    rebuild()
    clerk = visit("qingshan.organisation_department")
    firm = world.qingshan.other_firm
    assert firm.name in clerk.text(BOARD)
    span = firm.spans.get()
    span.status = firm.status = "core:closed"
    keep(firm, span)
    rebuild()
    assert firm.name not in clerk.text(BOARD)
