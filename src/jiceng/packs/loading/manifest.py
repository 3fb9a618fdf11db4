"""`pack.yaml`: what a pack is, where it holds, and which data files lie beside it."""

from typing import Annotated

from django.utils.translation import gettext as _
from pydantic import Field, StringConstraints, field_validator, model_validator

from jiceng.packs.references import Day, refuse
from jiceng.packs.sections import PackModel

KEY = r"^[a-z][a-z0-9_]*$"
RegionCode = Annotated[str, StringConstraints(pattern=r"^[0-9A-Z]{2,20}$")]
FileName = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_][A-Za-z0-9_.-]*$", max_length=80)]


class Binding(PackModel):
    """A node of the territory tree from which the pack holds downwards."""

    region: RegionCode = Field(description="区划代码（加引号）：本包对该区域及以下有效")
    since: Day = Field(alias="from", description="自哪天起")
    until: Day | None = Field(None, alias="to", description="到哪天为止（不含该日）；一直有效则不写")

    @model_validator(mode="after")
    def ends_after_it_begins(self) -> "Binding":
        """A binding ends after it begins."""
        if self.until is not None and self.until <= self.since:
            raise refuse(_("to 应晚于 from"))
        return self


class Manifest(PackModel):
    """The mapping under `pack:`."""

    id: str = Field(
        pattern=KEY,
        max_length=30,
        description="包的标识：小写字母、数字、下划线；记录里存为“标识:键”，定后不改",
    )
    name: str = Field(min_length=1, max_length=60, description="中文名称")
    en: str = Field("", max_length=120, description="英文名称")
    version: str = Field(
        pattern=r"^\d{1,5}\.\d{1,5}\.\d{1,5}$", description="版本号，如 1.0.0；内容一变就要加大"
    )
    description: str = Field("", max_length=2_000, description="说明")
    description_en: str = Field("", max_length=4_000, description="英文说明；不写则用中文说明")
    base: bool = Field(False, description="基础包：各地通用，位居最后，任何包都可以直接引用它的键")
    binds: tuple[Binding, ...] = Field(
        (), max_length=200, description="在哪些区域有效；最近的上级优先，逐键比较"
    )
    day: Day | None = Field(None, description="演示数据所在的那一天")
    data: dict[str, FileName] = Field(
        default_factory=dict, max_length=40, description="同一文件夹里的数据文件：用途 → 文件名"
    )

    @field_validator("data")
    @classmethod
    def uses_are_keys(cls, data: dict[str, str]) -> dict[str, str]:
        """Two uses do not share a file."""
        if len(set(data.values())) < len(data):
            raise refuse(_("两种用途写了同一个文件"))
        return data

    @property
    def numbers(self) -> tuple[int, ...]:
        """The version as numbers, for comparing."""
        return tuple(int(part) for part in self.version.split("."))
