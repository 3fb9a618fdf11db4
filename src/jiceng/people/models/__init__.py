"""Persons, their households, memberships, participations, appointments and what else is dated about them."""

from jiceng.people.models.appointments import Appointment, Charge, PostSlot, Team
from jiceng.people.models.memberships import Membership, Participation
from jiceng.people.models.persons import Household, Person
from jiceng.people.models.standings import Employment, Experience, Qualification, Standing

__all__ = [
    "Appointment",
    "Charge",
    "Employment",
    "Experience",
    "Household",
    "Membership",
    "Participation",
    "Person",
    "PostSlot",
    "Qualification",
    "Standing",
    "Team",
]
