"""A small place of one county, street and community, with all who have a hand in its matters.

It bears the codes of a real one, so that the packs that come with the program hold there. Whoever acts is called by a
short name: `leader` and `street_leader`, `street` and `clerk` (of the community), `centre` and `centre2`, officers of
units by the unit's name (`bureau`, `power`, `firm`, `social`, `property`), `committee`, `secretary`, `instructor`,
`two_new`, `department` and `department2` (of the organisation department), `inspector`.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from jiceng.accounts.scoping import Access, access_of, actor_of
from jiceng.coverage.models import CoverageSpan
from jiceng.matters.actions import Acting
from jiceng.organisations.models import PartyOrg, PartyOrgCover, Region, Unit
from jiceng.people.models import Charge, Household, Person, Team
from jiceng.records.attachments import DOCUMENT, store
from jiceng.records.calendar import SHANGHAI
from tests.accounts.cast import SINCE, grant, keep, membership, party_org, person, region, unit, user
from tests.accounts.cast import appointment as appointed

TODAY = date(2022, 6, 20)
"""A Monday: the day on which matters begin."""


@dataclass(frozen=True)
class Chain:
    """Codes and kinds from the province down to the community."""

    codes: tuple[str, str, str, str, str]
    kinds: tuple[str, str, str, str, str] = (
        "core:province", "core:prefecture", "core:district", "core:street", "core:community",
    )  # fmt: skip


CHAINS = {
    "ganzhou": Chain(("36", "3607", "360702", "360702001", "360702001001")),
    "guangan": Chain(("51", "5116", "511602", "511602001", "511602001001")),
    "sihui": Chain(
        ("44", "4412", "441284", "441284001", "441284001001"),
        ("core:province", "core:prefecture", "core:county_city", "core:street", "core:community"),
    ),
    "qianwei": Chain(
        ("51", "5111", "511123", "511123100", "511123100201"),
        ("core:province", "core:prefecture", "core:county", "core:town", "core:village"),
    ),
    "guanghan": Chain(
        ("51", "5106", "510681", "510681100", "510681100201"),
        ("core:province", "core:prefecture", "core:county_city", "core:town", "core:village"),
    ),
}
NAMES = ("甲省", "乙市", "丙县", "丁街", "戊社")

OFFICES = {
    "leader": ("leader", "county"), "street_leader": ("leader", "street"), "street": ("street_officer", "street"),
    "clerk": ("village_clerk", "community"), "centre": ("case_centre", "county"),
    "centre2": ("case_centre", "county"), "two_new": ("two_new_office", "county"),
    "two_new2": ("two_new_office", "county"), "department": ("organisation_department", "county"),
    "department2": ("organisation_department", "county"), "inspector": ("inspector", "county"),
    "inspector2": ("inspector", "county"), "bureau": ("department_officer", "bureau"),
    "power": ("department_officer", "power"), "water": ("department_officer", "water"),
    "firm": ("unit_officer", "firm"), "social": ("unit_officer", "social"),
    "social2": ("unit_officer", "social2"), "property": ("unit_officer", "property"),
    "committee": ("party_committee_officer", "committee"), "committee2": ("party_committee_officer", "committee"),
    "secretary": ("branch_secretary", "branch"), "instructor": ("instructor", "post"),
    "elsewhere": ("department_officer", "faraway"),
}  # fmt: skip
"""Name → role, and what of the place it is granted on."""


MORNING = datetime(2022, 6, 20, 9, tzinfo=SHANGHAI)


@dataclass
class Place:
    """The place `key` names, on `TODAY`."""

    key: str
    now: datetime = MORNING
    pace: timedelta = timedelta(minutes=1)
    """How long every step takes."""

    def __post_init__(self) -> None:
        chain, above = CHAINS[self.key], None
        places: list[Region] = []
        for code, kind, name in zip(chain.codes, chain.kinds, NAMES, strict=True):
            above = region(code, name, kind, above)
            places.append(above)
        _province, self.prefecture, self.county, self.street, self.community = places
        self._bodies()
        self._people()
        self.users = {name: user(f"{self.key}.{name}", name) for name in OFFICES}
        for name, (role, node) in OFFICES.items():
            grant(self.users[name], role, getattr(self, node))
        self._accesses: dict[str, Access] = {}

    def _bodies(self) -> None:
        agency = {"kind": "core:government_agency"}
        self.bureau: Unit = unit("丙县城市管理局", self.county, path="0001", **agency)
        self.power: Unit = unit("丙县供电公司", self.county, path="0002", **agency)
        self.water: Unit = unit("丙县水务局", self.county, path="0003", **agency)
        self.office: Unit = unit("丁街街道办事处", self.street, kind="core:town_government")
        self.committee_office: Unit = unit("戊社居民委员会", self.community, kind="core:residents_committee")
        self.firm: Unit = unit("戊社木业公司", self.community, employees=30)
        self.shop: Unit = unit("戊社粮油店", self.community, employees=12)
        self.social: Unit = unit("乙市义工联合会", self.county, kind="core:social_org")
        self.social2: Unit = unit("乙市书法家协会", self.county, kind="core:social_org")
        self.property: Unit = unit("戊社物业公司", self.community, kind="core:property_company")
        self.far = region("99", "庚省", "core:province", None)
        self.faraway: Unit = unit("庚省某局", self.far, path="0009", **agency)
        self.committee: PartyOrg = party_org("丁街党工委", self.street, form="core:committee")
        self.branch: PartyOrg = party_org(
            "戊社木业支部", self.community, superior=self.committee, host_unit=self.firm
        )
        keep(PartyOrgCover(party_org=self.branch, unit=self.firm, kind="core:own", valid_from=SINCE))

    def _people(self) -> None:
        here = self.community
        self.household: Household = keep(
            Household(code=f"H-{self.key}", region=here, region_path=here.path, valid_from=SINCE)
        )
        self.members: list[Person] = [person(f"党员{n}", here) for n in "一二三四"]
        for member in self.members:
            membership(member, self.branch)
        self.probationer: Person = person("预备", here)
        membership(self.probationer, self.branch, full_on=None)
        self.guide: Person = person("导航", self.street)
        self.post = appointed(self.guide, "core:party_building_instructor", self.street)
        keep(Charge(appointment=self.post, unit=self.firm, party_org=self.branch, valid_from=SINCE))

    def found_team(self) -> Team:
        """Give the community its stationed contact team."""
        placed = {"region": self.community, "region_path": self.community.path, "valid_from": SINCE}
        return keep(Team(name="戊社驻点团队", kind="core:stationed_contact_team", **placed))

    # ------------------------------------------------------------------------------------- who acts
    def access(self, who: str) -> Access:
        if who not in self._accesses:
            self._accesses[who] = access_of(self.users[who], TODAY)
        return self._accesses[who]

    def acting(self, who: str) -> Acting:
        return Acting.reporter("who reported") if who == "reporter" else Acting.person(self.access(who))

    def tick(self, **more: int) -> datetime:
        self.now += timedelta(**more) if more else self.pace
        return self.now

    # ------------------------------------------------------------------------------------- the world
    def covers(self, subject: Unit, *, organised: bool, in_scope: bool = True) -> None:
        """What the coverage ledger says of the unit from now on."""
        CoverageSpan.objects.filter(unit=subject).delete()
        CoverageSpan(
            unit=subject, ledger="core:two_new", base="units", in_scope=in_scope, obliged=True, members=3,
            full_members=3, organised=organised, worked=organised, valid_from=SINCE,
        ).save()  # fmt: skip

    def paper(self, who: str) -> str:
        """A file that `who` has sent in."""
        by = actor_of(self.users[who])
        return str(store(by=by, data="证明材料".encode(), name="证明.txt", purpose=DOCUMENT).uid)
