"""What a card offers beside change and end: each act through its room, in reach only, with day and reason."""

from datetime import date

import pytest

from jiceng.organisations.models import Designation, PartyOrg, PartyOrgCover
from jiceng.people.models import Appointment, Charge, Household, Membership, Participation, Team
from jiceng.protection.scopes import Scope, scoped
from jiceng.records.models import AuditEntry
from jiceng.web.registry.forms.acts import ACTS
from tests.accounts.cast import keep

DAY = {"day": "2021-06-01", "reason": "演示〔2021〕7号"}


@pytest.fixture(autouse=True)
def _packs(core):
    """Terms are checked against the packs in force."""


def act(visitor, table, record, key, **values):
    return visitor.post(f"/registry/{table}/{record.pk}/act/{key}/", DAY | values)


def done(response):
    assert response.status_code == 302, response.content.decode()
    return response.url


def picked(name, record):
    return {name: str(record.pk), f"{name}.typed": str(record)}


def everything(model, **found):
    with scoped(Scope.all()):
        return list(model.objects.filter(**found))


def test_every_act_of_a_card_opens(clerk, world):
    county = world.qingshan
    cards = {"units": county.firm, "party-orgs": county.branch, "people": county.people["member"],
             "memberships": county.memberships["member"], "appointments": county.posts["secretary"],
             "households": county.household, "regions": county.town}  # fmt: skip
    assert cards.keys() == ACTS.keys()
    for table, record in cards.items():
        offered = clerk.get(f"/registry/{table}/{record.pk}/").context["acts"]
        assert offered, table
        for _label, url in offered:
            assert clerk.get(url).status_code == 200, url


def test_a_membership_is_transferred_from_the_persons_card(clerk, world):
    county = world.qingshan
    member = county.people["member"]
    done(act(clerk, "people", member, "transfer", **picked("to", county.committee)))
    before, after = everything(Membership, person=member)
    assert (before.valid_to, after.valid_from) == (date(2021, 6, 1), date(2021, 6, 1))
    assert after.party_org == county.committee
    assert AuditEntry.objects.latest("seq").reason == "演示〔2021〕7号"


def test_nobody_is_transferred_into_another_county(clerk, world):
    member = world.qingshan.people["member"]
    answer = act(clerk, "people", member, "transfer", **picked("to", world.baishui.branch))
    assert answer.status_code == 403
    assert len(everything(Membership, person=member)) == 1


def test_an_appointment_is_made_renewed_charged_and_ended(clerk, world):
    county = world.qingshan
    person = county.people["commuter"]
    url = done(act(clerk, "people", person, "appoint", post="core:party_building_instructor",
                   **picked("region", county.town), term_until="2023-06-01"))  # fmt: skip
    assert url == f"/registry/people/{person.pk}/"
    post = everything(Appointment, person=person, post="core:party_building_instructor")[0]
    done(act(clerk, "appointments", post, "renew", term_until="2024-06-01"))
    done(act(clerk, "appointments", post, "charge", **picked("unit", county.firm)))
    done(clerk.post(f"/registry/appointments/{post.pk}/end/", DAY | {"day": "2021-09-01"}))
    post.refresh_from_db()
    assert (post.term_until, post.valid_to) == (date(2024, 6, 1), date(2021, 9, 1))
    assert Charge.objects.get(appointment=post).valid_to == date(2021, 9, 1)


def test_an_act_without_what_it_needs_is_refused_in_words(clerk, world):
    answer = act(clerk, "people", world.qingshan.people["commuter"], "appoint")
    assert answer.status_code == 422
    assert "没有填写职务" in answer.content.decode()


def test_a_participation_begins_and_ends(clerk, world):
    county = world.qingshan
    person = county.people["commuter"]
    before = len(everything(Participation, person=person))
    done(
        act(
            clerk,
            "people",
            person,
            "participate",
            kind="core:floating",
            **picked("party_org", county.committee),
        )
    )
    made = max(everything(Participation, person=person), key=lambda p: p.pk)
    assert len(everything(Participation, person=person)) == before + 1
    done(clerk.post(f"/registry/participations/{made.pk}/end/", DAY | {"day": "2021-08-01"}))
    made.refresh_from_db()
    assert made.valid_to == date(2021, 8, 1)


def test_an_organisation_dissolves_with_its_members_into_another(clerk, world):
    county = world.qingshan
    members = everything(Membership, party_org=county.branch, valid_to=None)
    assert members
    done(act(clerk, "party-orgs", county.branch, "dissolve", **picked("into", county.committee)))
    assert PartyOrg._base_manager.get(pk=county.branch.pk).valid_to == date(2021, 6, 1)
    moved = everything(Membership, party_org=county.committee, valid_to=None)
    assert {m.person_id for m in members} <= {m.person_id for m in moved}


def test_a_refused_dissolution_moves_nobody(clerk, world):
    county = world.qingshan
    answer = act(
        clerk, "party-orgs", county.branch, "dissolve", day="1990-01-01", **picked("into", county.committee)
    )
    assert answer.status_code == 422
    assert everything(Membership, party_org=county.branch, valid_to=None)


def test_a_cover_and_a_designation_come_and_go(clerk, world):
    county = world.qingshan
    done(
        act(
            clerk,
            "party-orgs",
            county.branch,
            "cover",
            kind="core:joint",
            **picked("unit", county.other_firm),
        )
    )
    cover = PartyOrgCover.objects.get(unit=county.other_firm)
    done(clerk.post(f"/registry/covers/{cover.pk}/end/", DAY | {"day": "2021-08-01"}))
    cover.refresh_from_db()
    assert cover.valid_to == date(2021, 8, 1)
    done(act(clerk, "units", county.firm, "designate", kind="core:mass_group"))
    assert Designation.objects.get(unit=county.firm, kind="core:mass_group").valid_from == date(2021, 6, 1)


def test_households_and_teams_are_made_changed_and_ended_on_pages(clerk, world):
    town = world.qingshan.town
    done(
        clerk.post(
            "/registry/households/new/",
            DAY | {"code": "99010177", "head_name": "青新户"} | picked("region", town),
        )
    )
    household = everything(Household, code="99010177")[0]
    url = f"/registry/households/{household.pk}/"
    done(
        clerk.post(
            f"{url}change/",
            {"code": "99010177", "head_name": "青改户", "reason": ""} | picked("region", town),
        )
    )
    done(clerk.post(f"{url}end/", DAY | {"day": "2021-07-01"}))
    household.refresh_from_db()
    assert (household.head_name, household.valid_to) == ("青改户", date(2021, 7, 1))
    kind = "core:volunteer_team"
    done(clerk.post("/registry/teams/new/", DAY | {"name": "青新队", "kind": kind} | picked("region", town)))
    team = everything(Team, name="青新队")[0]
    done(clerk.post(f"/registry/teams/{team.pk}/end/", DAY | {"day": "2021-07-01"}))
    team.refresh_from_db()
    assert team.valid_to == date(2021, 7, 1)


def test_many_are_transferred_at_once_or_none(clerk, world):
    county = world.qingshan
    before = everything(Membership, party_org=county.branch, valid_to=None)
    assert len(before) > 1
    rows = [membership.pk for membership in before]
    url = "/registry/memberships/many/transfer/"
    assert clerk.get(url, {"row": rows}).status_code == 200
    assert (
        done(clerk.post(url, DAY | {"row": rows} | picked("to", county.committee)))
        == "/registry/memberships/"
    )
    assert not everything(Membership, party_org=county.branch, valid_to=None)
    assert AuditEntry.objects.latest("seq").action == "membership.transfer"


def test_of_many_one_refused_takes_all_back(clerk, world):
    county = world.qingshan
    first, second, *_others = everything(Membership, party_org=county.branch, valid_to=None)
    act(clerk, "memberships", second, "transfer", **picked("to", county.committee))
    moved = everything(Membership, person=second.person, valid_to=None)[0]
    sent = DAY | {"day": "2021-08-01", "row": [first.pk, moved.pk]} | picked("to", county.committee)
    refused = clerk.post("/registry/memberships/many/transfer/", sent)
    assert refused.status_code == 422
    assert moved.person.name in refused.content.decode()
    assert everything(Membership, pk=first.pk)[0].valid_to is None


def test_many_reach_no_further_than_ones_own(visit, world):
    row = world.qingshan.memberships["member"].pk
    answer = visit("baishui.organisation_department").get(
        "/registry/memberships/many/transfer/", {"row": row}
    )
    assert answer.status_code == 404
    assert (
        visit("baishui.organisation_department").get("/registry/memberships/many/transfer/").status_code
        == 422
    )


def test_rows_that_name_others_have_a_way_to_their_own_card(clerk, world):
    membership = world.qingshan.memberships["member"]
    assert f'href="/registry/memberships/{membership.pk}/"' in clerk.text("/registry/memberships/")
    card = clerk.text(f"/registry/people/{membership.person_id}/")
    assert f'href="/registry/memberships/{membership.pk}/"' in card


def test_a_name_is_found_by_its_initials(clerk, world):
    firm = world.qingshan.firm
    firm.initials = "qsmygs"
    keep(firm)
    assert firm.name in clerk.text("/registry/units/", {"name": "QSM"})
    assert firm.name not in clerk.text("/registry/units/", {"name": "smy"})
