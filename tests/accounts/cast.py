"""The named cast of every permission test: two counties with all who work there, and one who sees nothing.

    world = build_world()            # records of 青山县 and 白水县 (inside a database test)
    cast = build_cast(world)         # a user of every role in each county, three administrators, an outsider
    cast["qingshan.street_officer"]  # users by county and role
    cast["outsider"]                 # an account without any grant

Names in 青山县 begin with 青, those in 白水县 with 白: a page that shows one to the other is found at once.
`world.qingshan.names` are those that only insiders of 青山县 may read.
"""

import json
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache
from itertools import count

from jiceng.accounts.models import Grant, User
from jiceng.accounts.roles import ADMINISTRATORS, ROLES, Node
from jiceng.matters.models import Dispatch, Flow, Matter, Reporter
from jiceng.organisations.models import (
    Competence,
    PartyOrg,
    PartyOrgCover,
    PartyOrgSpan,
    Region,
    RegionHolding,
    RegionSpan,
    Unit,
    UnitSpan,
)
from jiceng.packs.installing import shipped_bases
from jiceng.people.models import (
    Appointment,
    Charge,
    Household,
    Membership,
    Participation,
    Person,
    PostSlot,
    Team,
)
from jiceng.protection import ciphers
from jiceng.protection.actors import Actor
from jiceng.records.calendar import SHANGHAI
from jiceng.records.chain import sm3
from jiceng.records.writing import write
from tests.staging import staged

SETTER = Actor("system:tests", "布景")
SINCE = date(2018, 1, 1)
TODAY = date(2022, 6, 20)
RAISED_AT = datetime(2022, 6, 20, 9, 0, tzinfo=SHANGHAI)
_numbers = count(1)
_segments = count(1)
"""Steps of paths, which have four digits: counted anew for every world."""


@dataclass
class County:
    """One county: its regions, bodies and people, all named with `mark`."""

    mark: str
    region: Region
    town: Region = None
    village: Region = None
    other_town: Region = None
    zone: Region = None  # a functional area that holds `other_town`
    bureau: Unit = None  # an authority of trade
    firm: Unit = None  # in the town, under the bureau, looked after by the instructor
    other_firm: Unit = None  # in the other town, under nobody
    committee: PartyOrg = None
    branch: PartyOrg = None  # in the firm, led by the secretary
    other_branch: PartyOrg = None
    household: Household = None
    people: dict[str, Person] = field(default_factory=dict)
    memberships: dict[str, Membership] = field(default_factory=dict)
    posts: dict[str, Appointment] = field(default_factory=dict)
    competence: Competence = None
    team: Team = None
    slot: PostSlot = None
    participation: Participation = None
    matter: Matter = None  # in the village, about nobody
    dispatch: Dispatch = None  # of it, to the bureau
    reporter: Reporter = None

    @property
    def names(self) -> list[str]:
        """What nobody outside may read: names of persons, units and party organisations."""
        records = [self.bureau, self.firm, self.other_firm, self.committee, self.branch, self.other_branch]
        return [str(r) for r in (*records, *self.people.values(), self.team, self.matter)]


@dataclass
class World:
    """Both counties and the prefecture above them."""

    prefecture: Region
    qingshan: County
    baishui: County


# ----------------------------------------------------------------------------------------- small makers
def keep(*records):
    """Save records in one write; gives the last."""
    with write(by=SETTER, action="test.keep"):
        for record in records:
            record.save()
    return records[-1]


def _spanned(record, span):
    """Save a dated entity with the span that its whole life is."""
    keep(record)
    model = type(span)
    own = {f.attname for f in model._meta.concrete_fields} - {"id", "valid_from", "valid_to", "living"}
    for name in own & {f.attname for f in record._meta.concrete_fields}:
        setattr(span, name, getattr(record, name))
    span.valid_from, span.valid_to = record.valid_from, record.valid_to
    keep(span)
    return record


def region(code: str, name: str, kind: str, parent: Region | None, **more) -> Region:
    """A region below `parent`, from `SINCE` on."""
    path = (parent.path if parent else "") + f"{next(_segments):04d}"
    values = {"valid_from": SINCE} | more
    made = Region(code=code, name=name, kind=kind, parent=parent, path=path, level=len(path) // 4, **values)
    return _spanned(made, RegionSpan(region=made))


def unit(name: str, place: Region, *, authority: Unit | None = None, path: str = "", **more) -> Unit:
    """A unit in `place`; with `authority` under it, with `path` itself a node of the industry tree."""
    values = {"kind": "core:enterprise", "status": "core:operating", "valid_from": SINCE} | more
    made = Unit(
        name=name,
        region=place,
        region_path=place.path,
        authority=authority,
        authority_path=path or (authority.authority_path + f"{next(_segments):04d}" if authority else ""),
        **values,
    )
    return _spanned(made, UnitSpan(unit=made))


def party_org(name: str, place: Region, *, superior: PartyOrg | None = None, **more) -> PartyOrg:
    """A party organisation in `place` under `superior`."""
    number = next(_numbers)
    values = {
        "form": "core:branch",
        "mode": "core:single",
        "nature": "core:entity",
        "sector": "core:two_new",
        "valid_from": SINCE,
    } | more
    made = PartyOrg(
        code=f"D{number:08d}",
        name=name,
        region=place,
        region_path=place.path,
        superior=superior,
        path=(superior.path if superior else "") + f"{next(_segments):04d}",
        **values,
    )
    return _spanned(made, PartyOrgSpan(party_org=made))


def person(name: str, place: Region, **more) -> Person:
    """A person living in `place`, with a sealed citizen ID."""
    key = ciphers.new_key()
    number = f"990101199001{next(_numbers):05d}X"
    made = Person(
        name=name,
        region=place,
        region_path=place.path,
        sealed_key=key,
        citizen_id=ciphers.encrypt(key, number),
        citizen_id_index=ciphers.blind_index("citizen_id", number),
        valid_from=SINCE,
        **more,
    )
    return keep(made)


def membership(who: Person, org: PartyOrg, **more) -> Membership:
    """`who` belongs to `org`, as a full member."""
    values = {"valid_from": SINCE, "admitted_on": SINCE, "full_on": date(2019, 1, 1)} | more
    made = Membership(
        person=who,
        party_org=org,
        entry="core:admission",
        region_path=org.region_path,
        party_path=org.path,
        **values,
    )
    return keep(made)


def appointment(who: Person, post: str, place: Region, **more) -> Appointment:
    """`who` holds `post` in `place`."""
    values = {"valid_from": SINCE} | more
    return keep(Appointment(person=who, post=post, region=place, region_path=place.path, **values))


def user(username: str, full_name: str = "", **more) -> User:
    """An account that can sign in with `PASSWORD` and owes no further step."""
    made = User(username=username, full_name=full_name or username, must_change_password=False, **more)
    made.set_password(PASSWORD)
    made.save()
    return made


PASSWORD = "Mountain-7-River"


def grant(who: User, role: str, node=None, **more) -> Grant:
    """A grant, made without asking anybody."""
    kinds = {Region: "region", PartyOrg: "party_org", Unit: "authority", Appointment: "appointment"}
    placed = {kinds[type(node)]: node} if node is not None else {}
    return keep(Grant(user=who, role=role, **{"valid_from": SINCE} | placed | more))


# ------------------------------------------------------------------------------------------ the world
def build_world() -> World:
    """Two counties of one prefecture that know nothing of each other."""
    global _segments  # a run of all tests makes more nodes than four digits number
    world, following = staged("world", _make_world)
    _segments = count(following)
    return world


def _make_world() -> tuple[World, int]:
    """The world, and the step of a path that comes next."""
    global _segments
    _segments = count(1)
    province = region("99", "甲省", "core:province", None)
    prefecture = region("9901", "甲市", "core:prefecture", province)
    counties = _county("青", "990101", prefecture, "0001"), _county("白", "990102", prefecture, "0002")
    return World(prefecture, *counties), next(_segments)


def _county(mark: str, code: str, above: Region, industry: str) -> County:
    county = County(mark, region(code, f"{mark}{'山' if mark == '青' else '水'}县", "core:county", above))
    county.town = region(f"{code}101", f"{mark}石镇", "core:town", county.region)
    county.village = region(f"{code}101201", f"{mark}桥村", "core:village", county.town)
    county.other_town = region(f"{code}102", f"{mark}田镇", "core:town", county.region)
    county.zone = region(f"{code}F1", f"{mark}云开发区", "core:functional_area", above)
    keep(RegionHolding(holder=county.zone, held=county.other_town, valid_from=SINCE))
    _bodies(county, industry)
    _people(county)
    _matter(county)
    return county


def _bodies(county: County, industry: str) -> None:
    mark = county.mark
    county.bureau = unit(f"{mark}府商务局", county.region, kind="core:agency", path=industry)
    county.firm = unit(f"{mark}松木业公司", county.village, authority=county.bureau, employees=30)
    county.other_firm = unit(f"{mark}禾粮油公司", county.other_town, employees=12)
    county.committee = party_org(f"{mark}石镇党委", county.town, form="core:committee")
    county.branch = party_org(
        f"{mark}松木业支部", county.village, superior=county.committee, host_unit=county.firm
    )
    county.other_branch = party_org(f"{mark}田粮油支部", county.other_town)
    keep(PartyOrgCover(party_org=county.branch, unit=county.firm, kind="core:own", valid_from=SINCE))
    county.competence = keep(
        Competence(ledger="core:two_new", region=county.region, body=county.bureau, valid_from=SINCE)
    )


def _people(county: County) -> None:
    mark, village = county.mark, county.village
    county.household = keep(
        Household(code=f"H{next(_numbers)}", region=village, region_path=village.path, valid_from=SINCE)
    )
    folk = county.people
    folk["secretary"] = person(f"{mark}云书记", village, household=county.household)
    folk["member"] = person(f"{mark}水生", village)
    # lives in the other town, belongs to the branch here: seen through the party hierarchy alone
    folk["commuter"] = person(f"{mark}远行", county.other_town)
    folk["instructor"] = person(f"{mark}导航", county.town)
    folk["stranger"] = person(f"{mark}田农", county.other_town)
    for name in ("secretary", "member", "commuter"):
        county.memberships[name] = membership(folk[name], county.branch)
    county.memberships["stranger"] = membership(folk["stranger"], county.other_branch)
    county.posts["secretary"] = appointment(
        folk["secretary"], "core:branch_secretary", village, party_org=county.branch
    )
    county.posts["instructor"] = appointment(
        folk["instructor"], "core:party_building_instructor", county.town
    )
    keep(
        Charge(
            appointment=county.posts["instructor"],
            unit=county.firm,
            party_org=county.branch,
            valid_from=SINCE,
        )
    )
    placed = {"region": village, "region_path": village.path, "valid_from": SINCE}
    county.team = keep(Team(name=f"{mark}春志愿队", kind="core:volunteers", **placed))
    county.slot = keep(PostSlot(name=f"{mark}先锋岗", kind="core:pioneer", **placed))
    org = county.other_branch
    county.participation = keep(
        Participation(
            person=folk["member"],
            party_org=org,
            kind="core:floating",
            region_path=org.region_path,
            party_path=org.path,
            valid_from=SINCE,
        )
    )


def _matter(county: County) -> None:
    """A matter that a resident of the village told the county's centre of, sent to the bureau."""
    place = {"region": county.village, "region_path": county.village.path}
    moment = {"raised_at": RAISED_AT, "raised_on": TODAY}
    county.matter = keep(
        Matter(
            number=f"{county.region.code}-{next(_numbers)}", type="core:hotline", flow=_flow(),
            state="sent", title=f"{county.mark}桥路灯不亮", text=f"{county.mark}桥头三盏路灯不亮",
            channel="core:hotline", raised_by=SETTER.key, raised_by_name=SETTER.name, **place, **moment,
        )
    )  # fmt: skip
    county.dispatch = keep(
        Dispatch(
            matter=county.matter, unit=county.bureau, region=county.region, region_path=county.region.path,
            sent_by=SETTER.key, sent_by_name=SETTER.name, sent_at=RAISED_AT, sent_on=TODAY,
        )
    )  # fmt: skip
    key = ciphers.new_key()
    county.reporter = keep(
        Reporter(
            matter=county.matter, sealed_key=key,
            name=ciphers.encrypt(key, f"{county.mark}水反映人"),
        )
    )  # fmt: skip


def _flow() -> Flow:
    """The wording that the matters of all counties follow: that of the base pack's hotline, as it stands."""
    found = Flow.objects.filter(key="core:hotline").first()
    if found is not None:
        return found
    text = _hotline()
    return keep(Flow(key="core:hotline", pack="core", digest=sm3(text), text=text))


@cache
def _hotline() -> str:
    """The hotline as the base pack writes it; reading the packs takes a second, so they are read once."""
    items = shipped_bases([])[0].items("matters")
    return json.dumps(next(item for key, item in items if key == "hotline"), ensure_ascii=False)


# ------------------------------------------------------------------------------------------- the cast
PLACES = {
    Node.REGION: {
        "organisation_department": "region",
        "two_new_office": "region",
        "leader": "region",
        "street_officer": "town",
        "village_clerk": "village",
        "inspector": "region",
        "case_centre": "region",
    },
    Node.PARTY_ORG: {"party_committee_officer": "committee", "branch_secretary": "branch"},
    Node.AUTHORITY: {"department_officer": "bureau", "unit_officer": "firm"},
}
"""Role → what of a county it is granted on."""


def build_cast(world: World) -> dict[str, User]:
    """Users: `qingshan.<role>`, `baishui.<role>`, the three administrators by role, `outsider`."""
    return staged("cast", lambda: _make_cast(world))


def _make_cast(world: World) -> dict[str, User]:
    cast = {"outsider": user("outsider", "局外人")}
    for key in sorted(ADMINISTRATORS):
        cast[key] = user(key, str(ROLES[key].label))
        grant(cast[key], key)
    for name in ("qingshan", "baishui"):
        county: County = getattr(world, name)
        for key in ROLES:
            if key not in ADMINISTRATORS:
                cast[f"{name}.{key}"] = _member_of_cast(county, f"{name}.{key}", key)
    return cast


def _member_of_cast(county: County, username: str, role: str) -> User:
    who = user(username, f"{county.mark}{ROLES[role].label}", unit=county.bureau)
    if ROLES[role].node == Node.APPOINTMENT:
        grant(who, role, county.posts["instructor"])
    else:
        grant(who, role, getattr(county, PLACES[ROLES[role].node][role]))
    return who
