"""When a block is written, as packs say it."""

from typing import Annotated, Literal

from django.utils.translation import gettext as _
from pydantic import Field, StringConstraints, model_validator

from jiceng.indicators.sections import Aliased
from jiceng.packs.references import refuse

Key = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$", max_length=60)]

BEFORE = "_before"
"""What the name of a figure's earlier value ends with."""

COMPARED = ("rose", "fell", "unchanged")


class Condition(Aliased):
    """What a figure must have come to."""

    figure: Key = Field(description="指标的名称")
    is_: Literal["rose", "fell", "unchanged", "zero", "some", "above", "below"] = Field(
        alias="is",
        description="rose 上升、fell 下降、unchanged 持平（都要写 against）；zero 为零、some 不为零；"
        "above 高于、below 低于 than",
    )
    than: Key | float | None = Field(None, description="与什么数比，占比写百分数；或另一个指标的名称")

    @model_validator(mode="after")
    def says_what_with(self) -> "Condition":
        """`above` and `below` say than what, the others do not."""
        if (self.than is not None) != (self.is_ in ("above", "below")):
            raise refuse(_("above、below 要写 than，其他不写"), "{figure: x, is: below, than: 90}")
        return self

    def names(self) -> list[str]:
        """The names whose values it looks at."""
        earlier = [self.figure + BEFORE] if self.is_ in COMPARED else []
        return [self.figure, *earlier, *([self.than] if isinstance(self.than, str) else [])]
