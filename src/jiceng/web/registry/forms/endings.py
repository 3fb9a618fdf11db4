"""Which records' lives are ended on a page, and by which action of which room."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Model
from django.utils.translation import gettext_lazy as _

from jiceng.organisations.actions.standings import end_designation
from jiceng.organisations.actions.ties import end_cover, end_tie
from jiceng.organisations.actions.units import close_unit
from jiceng.people.actions.appointments import end_appointment, end_charge
from jiceng.people.actions.careers import end_employment, end_qualification, end_standing
from jiceng.people.actions.households import end_household
from jiceng.people.actions.memberships import end_membership, end_participation
from jiceng.people.actions.persons import depart
from jiceng.people.actions.teams import end_slot, end_team
from jiceng.web.registry.forms.inputs import Input

Ended = Callable[..., Model | None]


@dataclass(frozen=True, slots=True)
class Ending:
    """How a record's life is ended on a page: `ended` takes `by`, the record, the day, the reason and the
    inputs' values.
    """

    label: Any
    inputs: tuple[Input, ...]
    ended: Ended


def _of(name: str, action: Ended) -> Ended:
    """`action` with the record under the name by which it takes it."""

    def ended(*, record: Any, **given: Any) -> Model | None:
        return action(**{name: record}, **given)

    return ended


ENDINGS: Mapping[str, Ending] = {
    "units": Ending(
        _("注销"),
        (
            Input("status", _("注销后的状态"), "term", "unit_statuses"),
            Input(
                "successor", _("承接单位"), "units", hint=_("它还没有办完的事项转给谁；不填则由主管部门承接")
            ),
        ),
        _of("unit", close_unit),
    ),
    "people": Ending(
        _("去世或离开"),
        (Input("membership_exit", _("组织关系离开方式"), "term", "membership_exits"),),
        _of("person", depart),
    ),
    "households": Ending(_("注销户"), (), _of("household", end_household)),
    "memberships": Ending(
        _("组织关系终止"),
        (Input("exit", _("离开方式"), "term", "membership_exits", must=True),),
        _of("membership", end_membership),
    ),
    "participations": Ending(_("结束参加"), (), _of("participation", end_participation)),
    "appointments": Ending(_("离任"), (), _of("appointment", end_appointment)),
    "charges": Ending(_("解除联系指导"), (), _of("charge", end_charge)),
    "employments": Ending(_("结束就业"), (), _of("employment", end_employment)),
    "qualifications": Ending(_("失效"), (), _of("qualification", end_qualification)),
    "standings": Ending(
        _("结束身份"),
        (Input("ended_as", _("结束方式"), "term", "standing_ends"),),
        _of("standing", end_standing),
    ),
    "teams": Ending(_("解散"), (), _of("team", end_team)),
    "post-slots": Ending(_("撤销岗位"), (), _of("slot", end_slot)),
    "covers": Ending(_("解除覆盖"), (), _of("cover", end_cover)),
    "party-org-ties": Ending(_("解除关系"), (), _of("tie", end_tie)),
    "designations": Ending(_("取消认定"), (), _of("designation", end_designation)),
}
"""Table → the ending its cards offer. Regions end by restructuring, party organisations by an act of their
own."""
