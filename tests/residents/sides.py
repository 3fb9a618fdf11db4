"""The two deployments of the exchange, played on one server: what one does is taken back before the other looks."""

from contextlib import contextmanager

from django.db import transaction
from django.utils import timezone

from jiceng.accounts.scoping import access_of
from jiceng.residents.zones import identities
from jiceng.residents.zones.packing import decide, propose, written_out


class Sides:
    """Two deployments, each with keys of its own, that trust each other."""

    def __init__(self, county, settings, tmp_path) -> None:
        self.county, self.settings = county, settings
        self.homes = {zone: tmp_path / zone for zone in ("staff", "resident")}
        self.open = access_of(county.cast["qingshan.organisation_department"], timezone.localdate())
        other = county.cast["qingshan.case_centre"]
        self.second = access_of(other, timezone.localdate())
        public = {}
        for zone in self.homes:
            self.at(zone)
            public[zone] = identities.own()
        for zone, peer in (("staff", "resident"), ("resident", "staff")):
            self.at(zone)
            identities.trust(public[peer].text(), public[peer].fingerprint)

    def at(self, zone) -> None:
        self.settings.ZONE, self.settings.HOME = zone, self.homes[zone]

    def package(self, zone) -> str:
        """List, approve by somebody else, write out."""
        self.at(zone)
        made = propose(access=self.open)
        decide(package=made, access=self.second, approve=True)
        return written_out(package=made, access=self.open)


@contextmanager
def elsewhere():
    """What happens here happens on the other server: nothing of it is left."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)
