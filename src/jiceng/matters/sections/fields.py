"""The fields of a matter type's form and of its steps."""

from typing import Literal, get_args

from django.utils.translation import gettext as _
from pydantic import Field, ValidationInfo, field_validator, model_validator

from jiceng.packs.filters.resolving import Unresolved, meant
from jiceng.packs.references import Resolver, refuse
from jiceng.packs.sections import PackModel

Kind = Literal[
    "text", "lines", "integer", "number", "boolean", "date", "datetime", "term", "point", "file", "photo",
    "unit", "units", "party_org", "person", "people", "region", "household", "matter", "terms", "matters",
]  # fmt: skip
"""`lines` is text of several lines; `units`, `people`, `terms`, `matters` are lists; `point` is longitude and
latitude.
"""

Column = Literal[
    "title", "text", "category", "grade", "households", "unit", "party_org", "person", "household", "point",
    "reached", "solved", "satisfaction", "means", "lead_person", "promised_on",
]  # fmt: skip
"""Fields that every type may have and that figures count: kept in columns of the matter itself."""

DispatchColumn = Literal["answer", "coming", "cooperation", "effect"]
"""The same for one receiver's part."""

CALLED_BACK = ("reached", "solved", "satisfaction")
"""What a call-back brings, or reporters say by themselves: the day on which one of them is filled in is kept beside."""

OF_DISPATCH = frozenset(get_args(DispatchColumn))

COLUMN_KINDS: dict[str, str] = {
    "title": "text", "text": "lines", "category": "term", "grade": "term", "households": "integer",
    "unit": "unit", "party_org": "party_org", "person": "person", "household": "household",
    "point": "point", "reached": "boolean", "solved": "boolean", "satisfaction": "term", "means": "term",
    "lead_person": "person", "promised_on": "date", "answer": "lines", "coming": "term",
    "cooperation": "term", "effect": "term",
}  # fmt: skip


class FieldSpec(PackModel):
    """One field. With `column` its value is one that figures count; without, it is kept with the matter."""

    label: str = Field(min_length=1, max_length=40, description="字段名称")
    label_en: str = Field("", max_length=80, description="英文名称")
    kind: Kind = Field("text", description="类型：单行、多行、整数、日期、词条、单位、人员、附件、照片……")
    column: Column | DispatchColumn | None = Field(
        None, description="可统计的通用字段；写了就存到该列，类型须与之一致"
    )
    vocabulary: str = Field("", max_length=60, description="词条取自哪个词表（kind: term、terms）")
    below: list[str] = Field([], max_length=40, description="只取词表中这些词条及其下级；不写则全部")
    under: str = Field(
        "", max_length=40, description="只取另一字段所选词条之下的，例如各类党组织自己的清单；写那个字段的键"
    )
    most: int = Field(2_000, ge=1, le=20_000, description="最多多少字（文字）或最大值（整数）")
    personal: bool = Field(False, description="个人信息：不公开、不出工作网")
    note: str = Field("", max_length=200, description="填写说明")
    note_en: str = Field("", max_length=400, description="填写说明的英文")

    @field_validator("vocabulary")
    @classmethod
    def is_a_vocabulary(cls, vocabulary: str, info: ValidationInfo) -> str:
        """A vocabulary that there is."""
        keys = info.context
        if vocabulary and isinstance(keys, Resolver) and not keys.is_vocabulary(vocabulary):
            what = _("没有词表“%(name)s”") % {"name": vocabulary}
            raise refuse(what, meant(vocabulary, keys.vocabularies))
        return vocabulary

    @field_validator("below")
    @classmethod
    def are_terms(cls, below: list[str], info: ValidationInfo) -> list[str]:
        """Terms of the field's own vocabulary, by their full keys."""
        keys, vocabulary = info.context, info.data.get("vocabulary", "")
        if not vocabulary or not isinstance(keys, Resolver):
            return below
        try:
            return [keys.term(vocabulary, term) for term in below]
        except Unresolved as wrong:
            raise refuse(wrong.what, wrong.remedy) from None

    @model_validator(mode="after")
    def kind_fits(self) -> "FieldSpec":
        """A counted column has a kind of its own; a term has a vocabulary."""
        if self.column and COLUMN_KINDS[self.column] != self.kind:
            kind = COLUMN_KINDS[self.column]
            what = _("%(column)s 列的类型应为 %(kind)s") % {"column": self.column, "kind": kind}
            raise refuse(what, f"kind: {kind}")
        of_type = self.column in ("category", "grade")
        if self.kind in ("term", "terms") and not self.vocabulary and not of_type:
            raise refuse(_("词条字段没有写词表"), "vocabulary: …")
        if (self.below or self.under) and (not self.vocabulary or self.kind not in ("term", "terms")):
            raise refuse(_("below、under 只用于词条字段，并且要写词表"), "kind: term, vocabulary: …")
        return self
