"""What a grant lets see: three trees, what one holds, and not a day longer than the post."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from jiceng.accounts.models import User
from jiceng.accounts.permissions import Permission
from jiceng.accounts.scoping import Denied, access_of, actor_of, permissions_of, require, scope_of, union
from jiceng.organisations.models import PartyOrg, PartyOrgTie, Unit
from jiceng.people.models import Appointment, Membership, Participation, Person
from jiceng.protection.scopes import Scope, scoped
from jiceng.records.writing import write
from tests.accounts.cast import SETTER, TODAY, appointment, grant, keep, membership, person, unit, user


def seen(model, who, *permissions, day=TODAY):
    with scoped(scope_of(who, day, *permissions)):
        return {str(getattr(row, "name", None) or row.pk) for row in model.objects.all()}


def end(record, day):
    with write(by=SETTER, action="test.end"):
        record.valid_to = day
        record.save()


# ------------------------------------------------------------------------------------------- the trees
def test_a_county_sees_itself_and_nothing_of_its_neighbour(cast):
    who = cast["qingshan.organisation_department"]
    assert seen(Unit, who) == {"青府商务局", "青松木业公司", "青禾粮油公司"}
    assert seen(Person, who) == {"青云书记", "青水生", "青远行", "青导航", "青田农"}
    assert seen(PartyOrg, cast["baishui.organisation_department"]) == {
        "白石镇党委",
        "白松木业支部",
        "白田粮油支部",
    }


def test_a_town_sees_its_villages_but_not_the_next_town(cast):
    assert seen(Unit, cast["qingshan.street_officer"]) == {"青松木业公司"}


def test_a_branch_sees_its_members_wherever_they_live(world, cast):
    who = cast["qingshan.branch_secretary"]
    assert seen(PartyOrg, who) == {"青松木业支部"}
    assert len(seen(Membership, who)) == 3
    assert seen(Person, who) == {"青云书记", "青水生", "青远行"}
    assert seen(Unit, who) == {"青松木业公司"}  # the unit it stands in


def test_a_member_who_left_is_no_longer_seen_as_a_person(world, cast):
    end(world.qingshan.memberships["commuter"], TODAY)
    assert "青远行" not in seen(Person, cast["qingshan.branch_secretary"])


def test_a_committee_sees_the_branches_below(cast):
    assert seen(PartyOrg, cast["qingshan.party_committee_officer"]) == {"青石镇党委", "青松木业支部"}


def test_a_department_sees_the_units_of_its_trade(cast):
    assert seen(Unit, cast["qingshan.department_officer"]) == {"青府商务局", "青松木业公司"}
    assert seen(Person, cast["qingshan.department_officer"]) == set()


def test_a_unit_that_only_stands_under_an_authority_is_no_node_and_sees_itself_alone(world):
    county = world.qingshan
    plain = unit("青竹社", county.village, authority=county.bureau)
    with write(by=SETTER, action="test.place"):
        plain.authority_path = county.bureau.authority_path
        plain.save()
    who = user("bamboo")
    grant(who, "department_officer", plain)
    assert seen(Unit, who) == {"青竹社"}


def test_an_instructor_sees_the_charges_and_their_members(world, cast):
    who = cast["qingshan.instructor"]
    assert seen(Unit, who) == {"青松木业公司"}
    assert seen(PartyOrg, who) == {"青松木业支部"}
    assert len(seen(Membership, who)) == 3
    assert seen(Person, who) == {"青云书记", "青水生", "青远行"}
    mine = {str(world.qingshan.posts[name].pk) for name in ("instructor", "secretary")}
    assert seen(Appointment, who) == mine  # one's own post, and the one held in the branch in charge


@pytest.mark.parametrize("charged", ["unit", "party_org"])
def test_an_instructor_sees_the_organisation_of_a_unit_and_the_unit_of_an_organisation(world, cast, charged):
    charge = world.qingshan.posts["instructor"].charges.get()
    setattr(charge, "party_org" if charged == "unit" else "unit", None)
    keep(charge)
    who = cast["qingshan.instructor"]
    assert seen(Unit, who) == {"青松木业公司"}
    assert seen(PartyOrg, who) == {"青松木业支部"}
    assert len(seen(Membership, who)) == 3


def test_a_charge_that_ended_is_out_of_sight(world, cast):
    end(world.qingshan.posts["instructor"].charges.get(), TODAY)
    assert seen(Unit, cast["qingshan.instructor"]) == set()


def test_a_functional_area_sees_the_regions_it_holds(world):
    who = user("zone")
    grant(who, "street_officer", world.qingshan.zone)
    assert seen(Unit, who) == {"青禾粮油公司"}
    end(world.qingshan.zone.holdings.get(), TODAY)
    assert seen(Unit, who) == set()


def test_participation_is_seen_where_it_takes_place(world, cast):
    assert seen(Participation, cast["qingshan.organisation_department"])
    assert not seen(Participation, cast["qingshan.branch_secretary"])


def test_administrators_and_outsiders_see_nothing(cast):
    for name in ("system_administrator", "security_administrator", "audit_administrator", "outsider"):
        assert scope_of(cast[name], TODAY) == Scope()
        for model in (Unit, PartyOrg, Person, Membership, Appointment):
            assert seen(model, cast[name]) == set()


# --------------------------------------------------------------------------- permissions and their place
def test_a_permission_holds_only_where_its_role_was_granted(world):
    who = user("twice")
    grant(who, "leader", world.qingshan.region)
    grant(who, "village_clerk", world.qingshan.village)
    assert "青田农" not in seen(Person, who, Permission.PEOPLE_VIEW)
    assert seen(Unit, who, Permission.REGISTRY_VIEW) == {"青府商务局", "青松木业公司", "青禾粮油公司"}
    assert seen(Unit, who, Permission.UNITS_EDIT) == {"青松木业公司"}


def test_require_looks_at_the_record_too(world, cast):
    who = cast["qingshan.street_officer"]
    require(who, Permission.UNITS_EDIT, day=TODAY, record=world.qingshan.firm)
    require(who, Permission.REGIONS_EDIT, day=TODAY, record=world.qingshan.village)
    for record in (world.qingshan.other_firm, world.baishui.firm):
        with pytest.raises(Denied, match="维护单位"):
            require(who, Permission.UNITS_EDIT, day=TODAY, record=record)
    with pytest.raises(Denied):
        require(who, Permission.REGIONS_EDIT, day=TODAY, record=world.qingshan.region)
    with pytest.raises(Denied, match="区划与组织调整"):
        require(who, Permission.RESTRUCTURE, day=TODAY)


def test_require_refuses_what_no_scope_describes(world, cast):
    tie = PartyOrgTie(party_org=world.qingshan.branch, other=world.qingshan.committee, kind="core:guidance")
    with pytest.raises(Denied):
        require(cast["qingshan.organisation_department"], Permission.PARTY_ORGS_EDIT, day=TODAY, record=tie)


# ------------------------------------------------------------------------------------------------ dates
def test_a_grant_holds_from_its_first_day_to_the_day_before_its_last(world):
    who = user("temp")
    grant(who, "inspector", world.qingshan.region, valid_from=TODAY, valid_to=TODAY + timedelta(days=2))
    held = [bool(permissions_of(who, TODAY + timedelta(days=n))) for n in (-1, 0, 1, 2)]
    assert held == [False, True, True, False]


def test_leaving_the_post_ends_access_the_same_day(world, cast):
    who = cast["qingshan.instructor"]
    assert permissions_of(who, TODAY)
    end(world.qingshan.posts["instructor"], TODAY)
    assert permissions_of(who, TODAY - timedelta(days=1))
    assert permissions_of(who, TODAY) == frozenset()
    assert scope_of(who, TODAY) == Scope()


def test_any_grant_can_be_tied_to_a_post(world):
    county = world.qingshan
    post = appointment(county.people["member"], "core:clerk", county.village)
    who = user("clerk")
    grant(who, "village_clerk", county.village, appointment=post)
    assert seen(Unit, who) == {"青松木业公司"}
    end(post, TODAY)
    assert seen(Unit, who) == set()


def test_a_grant_before_the_post_began_gives_nothing_yet(world):
    county = world.qingshan
    post = appointment(county.people["member"], "core:clerk", county.village, valid_from=TODAY)
    who = user("early")
    grant(who, "village_clerk", county.village, appointment=post)
    assert not permissions_of(who, TODAY - timedelta(days=1))
    assert permissions_of(who, TODAY)


def test_a_dissolved_node_gives_nothing(world, cast):
    for node, who in (
        (world.qingshan.town, "qingshan.street_officer"),
        (world.qingshan.branch, "qingshan.branch_secretary"),
        (world.qingshan.bureau, "qingshan.department_officer"),
    ):
        assert permissions_of(cast[who], TODAY)
        end(node, TODAY)
        assert not permissions_of(cast[who], TODAY)


def test_a_closed_account_has_no_rights(cast):
    who = cast["qingshan.organisation_department"]
    User.objects.filter(pk=who.pk).update(is_active=False)
    assert not permissions_of(User.objects.get(pk=who.pk), TODAY)


def test_a_reset_account_has_no_rights_until_released(cast):
    who = cast["qingshan.organisation_department"]
    User.objects.filter(pk=who.pk).update(awaits_release=True)
    assert scope_of(User.objects.get(pk=who.pk), TODAY) == Scope()


def test_a_role_that_is_no_longer_known_gives_nothing(world):
    who = user("relic")
    grant(who, "abolished_role", world.qingshan.region)
    assert not permissions_of(who, TODAY)


# ------------------------------------------------------------------------------------------------- cost
def test_the_number_of_queries_does_not_depend_on_the_data(world):
    def queries(who):
        with CaptureQueriesContext(connection) as caught:
            access_of(who, TODAY).scope()
        return len(caught)

    county, one, many = world.qingshan, user("one"), user("many")
    grant(one, "street_officer", county.town)
    for node in (county.town, county.other_town, county.village, county.zone):
        grant(many, "street_officer", node)
    assert queries(one) == queries(many)
    for number in range(3):
        who = person(f"青新{number}", county.village)
        membership(who, county.branch)
    secretary = user("secretary2")
    grant(secretary, "branch_secretary", county.branch)
    before = queries(secretary)
    grant(secretary, "branch_secretary", county.other_branch)
    assert queries(secretary) == before


def test_union_keeps_the_outermost_paths():
    both = union(
        [
            Scope(territory=("0001", "00020001"), held={"a.b": frozenset({1})}),
            Scope(territory=("00010003", "0002"), party=("0007",), held={"a.b": frozenset({2})}),
        ]
    )
    assert both == Scope(territory=("0001", "0002"), party=("0007",), held={"a.b": frozenset({1, 2})})


def test_the_author_of_a_write_is_named_by_key_and_name(cast):
    actor = actor_of(cast["qingshan.leader"])
    assert (actor.key, actor.name) == (f"user:{cast['qingshan.leader'].pk}", "青分管领导")
