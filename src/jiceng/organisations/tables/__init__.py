"""This room's tables in workbooks, and how rows name regions, units and party organisations."""

from jiceng.exchange.writing.references import register_area, register_resolver
from jiceng.organisations.tables import party_orgs, regions, ties, units
from jiceng.organisations.tables.bodies import PartyOrgResolver, UnitResolver, everywhere
from jiceng.organisations.tables.places import RegionResolver, find_area

__all__ = ["party_orgs", "regions", "ties", "units"]

register_area(find_area)
register_resolver("region", RegionResolver)
register_resolver("unit", UnitResolver)
register_resolver("party_org", PartyOrgResolver)
register_resolver("any_unit", everywhere(UnitResolver))
register_resolver("any_party_org", everywhere(PartyOrgResolver))
