"""The section `rules`: numbers that hold for party organisations, with their basis."""

from datetime import date
from typing import Annotated, Any

from django.utils.translation import gettext as _
from pydantic import Field, model_validator

from jiceng.packs.filters.matching import Lookup, matches
from jiceng.packs.filters.nodes import Node
from jiceng.packs.references import FilterOn, refuse
from jiceng.packs.sections import PackModel, Section, register_section


class Bounds(PackModel):
    """A number, or what lies between two."""

    value: float | None = Field(None, description="数值；或者写 at_least、at_most")
    at_least: float | None = Field(None, description="不少于")
    at_most: float | None = Field(None, description="不多于")

    @model_validator(mode="after")
    def says_something(self) -> "Bounds":
        """Either a value or bounds, in order."""
        bounds = self.at_least is not None or self.at_most is not None
        if bounds == (self.value is not None):
            raise refuse(_("value 与 at_least、at_most 写其中一种"))
        if self.at_least is not None and self.at_most is not None and self.at_most < self.at_least:
            raise refuse(_("at_most 应不小于 at_least"))
        return self

    @property
    def number(self) -> float:
        """The value; without one the upper bound, else the lower."""
        return next(n for n in (self.value, self.at_most, self.at_least) if n is not None)

    def holds(self, number: float) -> bool:
        """Whether `number` keeps the rule: equals the value, or lies within the bounds (both inclusive)."""
        if self.value is not None:
            return number == self.value
        return (self.at_least is None or number >= self.at_least) and (
            self.at_most is None or number <= self.at_most
        )


class Case(Bounds):
    """What the rule says for some party organisations."""

    where: Annotated[Node, FilterOn("party_org")] = Field(description="对哪些党组织（过滤条件）")
    basis: str = Field("", max_length=400, description="依据")


class Rule(Bounds):
    """One rule. Among its `cases` the first that fits goes before the rule's own numbers."""

    label: str = Field(min_length=1, max_length=80, description="规则名称，如“成立党支部所需正式党员”")
    en: str = Field("", max_length=160, description="英文名称")
    unit: str = Field("", max_length=20, description="单位：名、个、年……")
    basis: str = Field("", max_length=400, description="依据：文件名称与条款")
    note: str = Field("", max_length=400, description="说明")
    cases: tuple[Case, ...] = Field((), max_length=40, description="例外：按次序取第一个符合的")

    def bounds_for(self, party_org: Any, day: date, lookup: Lookup) -> Bounds:
        """The numbers for that party organisation (a row of the fact `party_org`) on `day`."""
        for case in self.cases:
            if matches(case.where, party_org, day, lookup):
                return case
        return self


RULES = register_section(
    Section(
        key="rules",
        model=Rule,
        keyed=True,
        label="党组织规则",
        description="党组织设置的数字：人数、规模、任期、法定人数、指导员联系个数。键由程序读取，可增不可改名。",
    )
)
