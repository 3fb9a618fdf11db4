"""Changing records chosen at random, through the actions by which the product changes them."""

from collections import Counter
from datetime import timedelta

from jiceng.organisations.actions.party_orgs import change_party_org, dissolve_party_org
from jiceng.organisations.actions.regions import end_region
from jiceng.organisations.actions.standings import end_designation
from jiceng.organisations.actions.ties import end_cover
from jiceng.organisations.actions.units import change_unit, close_unit
from jiceng.organisations.models import Designation, PartyOrg, PartyOrgCover, Region, Unit
from jiceng.people.actions.appointments import end_appointment
from jiceng.people.actions.memberships import end_membership, end_participation, transfer, transfer_all
from jiceng.people.actions.persons import change_person
from jiceng.people.models import (
    Appointment,
    Employment,
    Experience,
    Membership,
    Participation,
    PostSlot,
    Qualification,
    Standing,
    Team,
)
from jiceng.protection.actors import Actor
from jiceng.protection.scopes import Scope, scoped
from jiceng.records.refusals import Refusal, Refusals
from jiceng.records.writing import write

BY = Actor("test:upheaval", "随机变更")
EACH = 4
"""How many records of a kind are changed, where there are any that may be."""


class Upheaval:
    """What happens to a place's records up to `day`."""

    def __init__(self, catalogue, chance, day) -> None:
        self.catalogue, self.chance, self.day = catalogue, chance, day
        self.done: Counter[str] = Counter()

    def happen(self) -> Counter[str]:
        """Every kind of change to some records; gives how many of each there were."""
        ways = [way for name, way in sorted(vars(Upheaval).items()) if name.startswith("_some_")]
        self.chance.shuffle(ways)
        with scoped(Scope.all()):
            for way in ways:
                way(self)
            for model in (Qualification, Standing, Experience, Employment, Participation, Team, PostSlot):
                self._deleted(model)
        return self.done

    # ---------------------------------------------------------------------------------------- choosing
    def _living(self, model, **met):
        """Records of today in random order; a thousand at most are looked at."""
        keys = list(
            model._base_manager.filter(valid_to=None, valid_from__lt=self.day, **met)
            .order_by("pk")
            .values_list("pk", flat=True)
        )
        for key in self.chance.sample(keys, min(1_000, len(keys))):
            if (record := model._base_manager.filter(pk=key, valid_to=None).first()) is not None:
                yield record

    def _before(self, since):
        """A day shortly before the last, and after the record began."""
        span = min(300, (self.day - since).days - 1)
        return self.day - timedelta(days=self.chance.randrange(max(span, 1)))

    def _each(self, name, records, change):
        """Do `change` to the first records that allow it."""
        for record in records:
            if self.done[name] == EACH:
                break
            try:
                change(record)
            except (Refusal, Refusals, StopIteration):
                continue
            self.done[name] += 1

    def _term(self, vocabulary, *other):
        terms = [t.key for t in self.catalogue.vocabulary(vocabulary).values() if not t.retired]
        return self.chance.choice([key for key in terms if key not in other])

    # ----------------------------------------------------------------------------------------- changing
    def _some_appointments_end(self):
        self._each("appointment ended", self._living(Appointment), lambda record: end_appointment(
            by=BY, appointment=record, day=self._before(record.valid_from)))  # fmt: skip

    def _some_memberships_end(self):
        self._each("membership ended", self._living(Membership), lambda record: end_membership(
            by=BY, membership=record, day=self._before(record.valid_from), exit=self._term("membership_exits")
        ))  # fmt: skip

    def _some_members_move(self):
        def move(record):
            to = next(self._living(PartyOrg, form=record.party_org.form))
            transfer(by=BY, person=record.person, to=to, day=self._before(record.valid_from))

        self._each("member transferred", self._living(Membership), move)

    def _some_participations_end(self):
        self._each("participation ended", self._living(Participation), lambda record: end_participation(
            by=BY, participation=record, day=self._before(record.valid_from)))  # fmt: skip

    def _some_organisations_are_dissolved(self):
        def dissolve(record):
            day = self.day - timedelta(days=self.chance.randrange(1, 40))
            with write(by=BY, action="party_org.dissolve", reason="随机"):
                into = next(org for org in self._living(PartyOrg, form=record.form) if org.pk != record.pk)
                transfer_all(by=BY, source=record, to=into, day=day)
                dissolve_party_org(by=BY, party_org=record, day=day, into=into)

        above = PartyOrg._base_manager.exclude(superior=None).values("superior")
        leaves = (org for org in self._living(PartyOrg) if not above.filter(superior=org).exists())
        self._each("organisation dissolved", leaves, dissolve)

    def _some_organisations_change(self):
        self._each("organisation changed", self._living(PartyOrg), lambda record: change_party_org(
            by=BY, party_org=record, day=self._before(record.valid_from),
            nature=self._term("party_org_natures", record.nature)))  # fmt: skip

    def _some_units_change(self):
        self._each("unit changed", self._living(Unit, above_scale=True), lambda record: change_unit(
            by=BY, unit=record, day=self._before(record.valid_from), above_scale=False,
            employees=self.chance.randrange(2, 9), industry=self._term("industries", record.industry)))  # fmt: skip

    def _some_units_close(self):
        self._each("unit closed", self._living(Unit), lambda record: close_unit(
            by=BY, unit=record, day=self._before(record.valid_from)))  # fmt: skip

    def _some_covers_end(self):
        self._each("cover ended", self._living(PartyOrgCover), lambda record: end_cover(
            by=BY, cover=record, day=self._before(record.valid_from)))  # fmt: skip

    def _some_designations_end(self):
        self._each("designation ended", self._living(Designation), lambda record: end_designation(
            by=BY, designation=record, day=self._before(record.valid_from)))  # fmt: skip

    def _some_members_turn_out_younger(self):
        self._each("person changed", (m.person for m in self._living(Membership)), lambda record: change_person(
            by=BY, person=record, birth_date=record.birth_date + timedelta(days=365 * self.chance.randrange(1, 4)),
            education=self._term("educations", record.education)))  # fmt: skip

    def _some_villages_merge(self):
        def merge(record):
            into = next(
                v for v in self._living(Region, parent=record.parent, kind=record.kind) if v != record
            )
            end_region(
                by=BY, region=record, day=self.day - timedelta(days=self.chance.randrange(1, 60)), into=into
            )

        level = Region._base_manager.filter(valid_to=None, level=5, kind__endswith=":village")
        kinds = level.values_list("kind", flat=True).distinct()
        self._each("village merged", self._living(Region, level=5, kind__in=list(kinds)), merge)

    def _deleted(self, model):
        """Records that nobody refers to may simply go."""

        def delete(record):
            with write(by=BY, action="test.delete", reason="误录"):
                record.delete()

        self._each(f"{model._meta.model_name} deleted", self._living(model), delete)
