"""This room's tables in workbooks, and how rows name persons, households and appointments."""

from jiceng.exchange.writing.references import register_resolver
from jiceng.people.tables import careers, memberships, persons, posts

__all__ = ["careers", "memberships", "persons", "posts"]

register_resolver("person", persons.PersonResolver)
register_resolver("household", persons.HouseholdResolver)
register_resolver("appointment", posts.AppointmentResolver)
