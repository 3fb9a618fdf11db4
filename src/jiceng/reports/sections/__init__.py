"""The part of the pack language that says what papers look like: the section `documents`.

Political wording is the fixed text of a template. A template names values, and nothing in it computes.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Annotated, Any

from django.utils.translation import gettext as _
from pydantic import AfterValidator, Field, ValidationError, ValidationInfo, model_validator

from jiceng.packs.catalogue import current
from jiceng.packs.filters.resolving import meant
from jiceng.packs.references import ItemRef, Resolver, TermRef, refuse
from jiceng.packs.sections import PackModel, Section, register_section
from jiceng.records.numbering import YEARS, document_number, issuing
from jiceng.records.refusals import Refusal
from jiceng.reports.papers.paper import Kind
from jiceng.reports.sections.blocks import AnyBlock, Short
from jiceng.reports.sections.conditions import Key
from jiceng.reports.sections.figures import AREA, FigureSpec, ListSpec
from jiceng.reports.sections.naming import Use, faults, names_at, uses_in
from jiceng.reports.sources import FIELD, POST, Name, Rows, Source, all_sources


def _known_source(key: str) -> str:
    if key not in all_sources():
        raise refuse(_("没有可写成文书的“%(key)s”") % {"key": key[:60]}, meant(key, all_sources()))
    return key


def _series(code: str) -> str:
    """The issuing body's own word, as `records.numbering` takes it."""
    try:
        document_number(code, YEARS[0], 1)
    except Refusal as found:
        raise refuse(found.what, found.remedy) from None
    return code


class Document(PackModel):
    """An official paper as a template. See docs/packs.md."""

    label: str = Field(min_length=1, max_length=60, description="名称")
    en: str = Field("", max_length=120, description="英文名称")
    kind: Kind = Field(
        "official",
        description="文种：official 公文、circular 通报、supervision 督办单、appointment 聘书、"
        "minutes 会议纪要、register 表册",
    )
    about: Annotated[Key, AfterValidator(_known_source)] = Field(description="关于什么：决定可以写哪些名称")
    figures: dict[Key, FigureSpec] = Field(
        {}, max_length=200, description="指标：正文里可以写的名称，每个由指标算出"
    )
    lists: dict[Key, ListSpec] = Field({}, max_length=30, description="指标清单：下级区域一行一个")
    of: Annotated[str | None, ItemRef("matters")] = Field(
        None, description="哪一类事项：清单写事项或作战情况时"
    )
    posts: dict[Key, Annotated[str, TermRef("posts")]] = Field(
        {}, max_length=20, description="要写姓名的职务：清单每行可写 post_名称"
    )
    series: Annotated[str, AfterValidator(_series)] | None = Field(
        None, max_length=20, description="发文机关代字，如“某组通”：文号为 某组通〔2022〕5号；不编号则不写"
    )
    issue: bool = Field(False, description="按期编号：第5期（纪要、通报等）")
    head: Short = Field("", description="发文机关标志（红头），如“中共某县委组织部文件”；没有红头则不写")
    issuer: Short = Field("", description="署名的机关；不署名则不写")
    title: Short = Field(min_length=1, description="标题")
    addressee: Short = Field("", description="主送机关，不写冒号")
    signer: Short = Field("", description="签发人：上行文才写")
    urgency: str = Field("", max_length=4, description="紧急程度：特急、加急")
    sealed: bool = Field(True, description="是否盖章；不盖章的署名、日期位置不同")
    blocks: list[AnyBlock] = Field(min_length=1, max_length=100, description="正文、表格、附件，依次写")
    copies_to: tuple[Short, ...] = Field((), max_length=40, description="抄送机关；没有值的略去")
    printed_by: Short = Field("", description="印发机关；印发日期即成文日期")
    note: str = Field("", max_length=400, description="说明")
    note_en: str = Field("", max_length=600, description="说明（英文）")

    @model_validator(mode="after")
    def names_are_offered(self, info: ValidationInfo) -> "Document":
        """Every name is one that the document's source offers, all that are not are said at once."""
        if self.issue and not self.series:
            raise refuse(_("按期编号也要写 series"), _("series 区分各种刊物的期号"))
        self._need_room()
        wrong = faults(self.uses(), self._offering(_fields_written(self.of, info.context)))
        if wrong:
            raise ValidationError.from_exception_data("Document", wrong)
        return self

    def _need_room(self) -> None:
        """Figures stand only in papers about an area and a period, under names of their own."""
        base = all_sources()[self.about]
        if (self.figures or self.lists) and base.gather is None:
            about = [key for key, source in all_sources().items() if source.gather]
            raise refuse(_("“%(about)s”的文书不能写指标") % {"about": self.about}, "、".join(about))
        own = [name for key, spec in self.figures.items() for name in spec.names(key)]
        taken = {*names_at(base), *base.lists, AREA}
        for name in [*own, *self.lists]:
            if name in taken:
                raise refuse(_("名称“%(name)s”已有了") % {"name": name}, _("换一个名称"))
            taken.add(name)

    @property
    def source(self) -> Source:
        """What the document may write: what it is about, and the figures that it declares itself."""
        spec = current().section("matters").get(self.of) if self.of else None
        return self._offering(
            {} if spec is None else {key: field.label for key, field in spec.fields.items()}
        )

    def _offering(self, fields: Mapping[str, str]) -> Source:
        """The source, given the labels of the fields of the type in `of`."""
        base = all_sources()[self.about]
        names: Mapping[str, Name] = {
            name: said for key, spec in self.figures.items() for name, said in spec.names(key).items()
        }
        own = {key: spec.rows() for key, spec in self.lists.items()}
        theirs = {key: self._rows(rows, fields) for key, rows in base.lists.items()}
        return replace(base, names={**base.names, **names}, lists={**theirs, **own})

    def _rows(self, rows: Rows, fields: Mapping[str, str]) -> Rows:
        columns = dict(rows.columns)
        if rows.fields:
            columns |= {FIELD + key: Name(label) for key, label in fields.items()}
        if rows.posts:
            columns |= {POST + key: Name(key) for key in self.posts}
        return replace(rows, columns=columns)

    def numbered(self, year: int, n: int) -> str:
        """The paper's number: 某组通〔2022〕5号, or 第5期. A demonstration's reads 演示〔2022〕5号 and cannot be taken
        for a real one. Raises Refusal as `records.numbering.document_number` does.
        """
        if self.issue:
            return f"{issuing('')}第{n}期"
        return document_number(issuing(self.series or ""), year, n)

    def uses(self) -> Iterator[Use]:
        """Every template, list and condition in it, with its place."""
        for name in ("head", "issuer", "title", "addressee", "signer", "printed_by"):
            yield Use((name,), getattr(self, name))
        for number, copy in enumerate(self.copies_to):
            yield Use(("copies_to", number), copy)
        for key, spec in self.lists.items():
            for number, condition in enumerate(spec.only):
                for name in condition.names():
                    yield Use(("lists", key, "only", number), name, "when", rows=key)
        yield from uses_in(self.blocks, ("blocks",))


def _fields_written(of: str | None, resolver: Any) -> Mapping[str, str]:
    """The fields of a type as packs write them, with their labels."""
    if not of or not isinstance(resolver, Resolver):
        return {}
    written = resolver.items.get("matters", {}).get(of)
    fields = written.get("fields") if isinstance(written, Mapping) else None
    if not isinstance(fields, Mapping):
        return {}
    return {
        str(key): str(field.get("label", key)) for key, field in fields.items() if isinstance(field, Mapping)
    }


DOCUMENTS = register_section(
    Section(
        key="documents",
        model=Document,
        keyed=True,
        label="文书",
        description="公文、通报、督办单、聘书、会议纪要、表册的模板：固定文字加 {名称}，按 GB/T 9704 排版",
    )
)
