"""What is asked of a figure."""

from dataclasses import dataclass
from typing import Any, Literal
from uuid import UUID

from django.utils.translation import gettext as _
from ninja import Field, Schema

from jiceng.accounts.permissions import Permission as P
from jiceng.api.rest.answering import Code, Day, Line, NotFound
from jiceng.api.rest.places import cut, region_asked, standing, today
from jiceng.indicators.answering.declared import Declared, codes_at, declared
from jiceng.indicators.answering.question import Question
from jiceng.indicators.figures import period_of
from jiceng.indicators.sections import Indicator
from jiceng.organisations.models import PartyOrg, Region, Unit
from jiceng.packs.catalogue import current
from jiceng.protection.scopes import TREES
from jiceng.records.refusals import Refusal

YEAR, DAY = r"(19|20|21)\d\d", r"(19|20|21)\d\d-\d\d-\d\d"
PERIOD = rf"^(|{YEAR}(-(0[1-9]|1[0-2])|Q[1-4]|H[12])?|{DAY}\.\.{DAY})$"
"""A period as it is asked for."""


class At(Schema):
    """Where."""

    region: Code = Field(
        "", description="Code of a region; default: the token's region, else the owner's own."
    )


class Asked(At):
    """Of what, when, and by which map. A stock is asked for on a day, a flow within a period."""

    tree: Literal["territory", "party", "industry"] = Field(
        "territory", description="The tree in which `node` stands."
    )
    node: UUID | None = Field(
        None,
        description="uid of a party organisation or an authority; in the territory tree `region` is asked for.",
    )
    as_of: Day | None = Field(None, description="The day of a stock; default: today.")
    period: str = Field(
        "",
        max_length=24,
        pattern=PERIOD,
        description="2021, 2021-03, 2021Q1, 2021H1 or 2021-01-01..2021-06-30; default: the year up to `as_of`.",
    )
    map: Literal["then", "today"] = Field(
        "then", description="Whether regions are those of the time counted for, or today's."
    )


class Parted(Asked):
    """And in which parts."""

    by: Line = Field(
        "",
        max_length=80,
        description="A tree, or a column that the figure offers as a breakdown; default: no parts.",
    )


@dataclass(frozen=True, slots=True)
class Posed:
    """A question with the declaration that answers it."""

    known: Declared
    question: Question
    region: Region | None

    @property
    def indicator(self) -> Indicator:
        """What is declared."""
        return self.known.indicator


def indicators_at(region: Region | None) -> dict[str, Indicator]:
    """The indicators in force at a region, everywhere without one."""
    at = codes_at("territory", region.pk) if region is not None else None
    return dict(current().section("indicators", at))


def posed(request: Any, key: str, asked: Asked, by: str = "") -> Posed:
    """The question that is asked of the indicator `key`.

    Raises NotFound for an indicator, a region or a node that is not there, Refusal for a period that is none and for
    parts that the figure does not offer.
    """
    narrowed = region_asked(request, asked.region)
    region = standing(request, narrowed)
    day = asked.as_of or today(request, region)
    question = Question(
        scope=cut(request, request.access.scope(P.FIGURES_VIEW), narrowed),
        node=_node(asked, region),
        tree=asked.tree,
        as_of=day,
        period=period_of(asked.period) if asked.period else None,
        map=asked.map,
        today=max(day, today(request, region)),
        by=by,
    )
    try:
        known = declared(key, question)
    except Refusal as refusal:
        raise NotFound(refusal.what, refusal.remedy) from None
    offered = (*TREES, *map(str, known.indicator.breakdowns))
    if by and by not in offered:
        raise Refusal(_("这个指标不能按“%(by)s”分组") % {"by": by[:40]}, "by", "、".join(offered))
    return Posed(known, question, region)


def _node(asked: Asked, region: Region | None) -> int | None:
    if asked.tree == "territory":
        return region.pk if region is not None else None
    if asked.node is None:
        return None
    rows = PartyOrg.objects if asked.tree == "party" else Unit.objects
    found: int | None = rows.filter(uid=asked.node).values_list("pk", flat=True).first()
    if found is None:
        raise NotFound(_("没有这个组织或单位，或不在令牌的范围内"))
    return found
