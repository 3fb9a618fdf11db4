"""Regions, units and party organisations, each with the dated stretches of its life."""

from jiceng.organisations.models.designations import Competence, Designation
from jiceng.organisations.models.party_orgs import PartyOrg, PartyOrgCover, PartyOrgSpan, PartyOrgTie
from jiceng.organisations.models.regions import Region, RegionHolding, RegionSpan, Restructuring
from jiceng.organisations.models.units import Unit, UnitSpan

__all__ = [
    "Competence",
    "Designation",
    "PartyOrg",
    "PartyOrgCover",
    "PartyOrgSpan",
    "PartyOrgTie",
    "Region",
    "RegionHolding",
    "RegionSpan",
    "Restructuring",
    "Unit",
    "UnitSpan",
]
