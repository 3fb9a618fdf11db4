"""Households: where people live together."""

from datetime import date
from typing import TypedDict, Unpack

from django.utils.translation import gettext as _

from jiceng.organisations.actions.ends import end_record, missing, refuse_reversed
from jiceng.organisations.codes import folded
from jiceng.organisations.models import Region
from jiceng.organisations.queries import paths_today
from jiceng.people.models import Household, Person, Standing
from jiceng.protection.actors import Actor
from jiceng.records.refusals import Refusal
from jiceng.records.writing import write


class HouseholdChanges(TypedDict, total=False):
    """What may be changed about a household; what is left out stays."""

    code: str
    region: Region
    address: str
    head_name: str


def found_household(
    *, by: Actor, day: date, until: date | None = None, reason: str = "", **fields: Unpack[HouseholdChanges]
) -> Household:
    """Add a household that lives somewhere from `day` on; `code` and `region` are needed.

    Raises Refusal for what is missing and a code that another living household bears.
    """
    refuse_reversed(day, until)
    household = Household(valid_from=day, valid_to=until)
    _fill(household, fields)
    with write(by=by, action="household.found", reason=reason):
        household.save()
    return household


def change_household(
    *, by: Actor, household: Household, reason: str = "", **changes: Unpack[HouseholdChanges]
) -> Household:
    """Change a household."""
    row: Household = Household._base_manager.get(pk=household.pk)
    _fill(row, changes)
    with write(by=by, action="household.change", reason=reason):
        row.save()
    return row


def end_household(*, by: Actor, household: Household, day: date, reason: str = "") -> Household:
    """End a household on `day`, its standings with it. Raises Refusal while persons belong to it."""
    row: Household = Household._base_manager.get(pk=household.pk)
    left = Person._base_manager.filter(household=row, valid_to__isnull=True).count()
    if left:
        raise Refusal(_("该户还有%(count)s人") % {"count": left}, remedy=_("先把成员转到别的户"))
    with write(by=by, action="household.end", reason=reason):
        for standing in Standing._base_manager.filter(
            household=row, valid_to__isnull=True, valid_from__lt=day
        ):
            end_record(standing, day)
        end_record(row, day)
    return row


def _fill(household: Household, values: HouseholdChanges) -> None:
    for column, value in values.items():
        setattr(household, column, folded(str(value)) if column == "code" else value)
    for column in ("code", "region_id"):
        if not getattr(household, column):
            raise missing(Household, column.removesuffix("_id"))
    if "region" in values:
        household.region_path = paths_today([household.region_id])[household.region_id]
    same = Household._base_manager.filter(code=household.code, valid_to__isnull=True).exclude(pk=household.pk)
    if household.valid_to is None and same.exists():
        raise Refusal(
            _("户编号 %(code)s 已有") % {"code": household.code}, remedy=_("核对编号；同一户的，更新原记录")
        )
