"""The part of the pack language that says what workbooks call things: `headers`, `wordings`, `layouts`."""

from difflib import get_close_matches

from django.utils.translation import gettext as _
from pydantic import Field, field_validator, model_validator

from jiceng.exchange.tables import Table, all_tables
from jiceng.packs.references import refuse
from jiceng.packs.sections import PackModel, Section, register_section

EVERY_TABLE = "every_table"
"""The item of `headers` whose columns are left out everywhere."""

YES_NO = "yes_no"
"""The item of `wordings` that is about 是 and 否 instead of a vocabulary."""


def table_in_pack(key: str) -> Table | None:
    """The table that a pack's key means: `party_orgs` is the table `party-orgs`."""
    return all_tables().get(key.replace("_", "-"))


class Headers(PackModel):
    """What workbooks call the columns of one table; the item's key is the table's."""

    columns: dict[str, list[str]] = Field(
        default_factory=dict, description="字段 → 表头可能的写法", max_length=100
    )
    left_out: list[str] = Field(
        default_factory=list, description="认得但不导入的列：由系统从别的台账得出，或只供人看", max_length=200
    )

    @field_validator("columns")
    @classmethod
    def known_fields(cls, columns: dict[str, list[str]]) -> dict[str, list[str]]:
        """Every key is a field of some table."""
        known = {f.key for table in all_tables().values() for f in table.fields}
        for name in columns:
            if known and name not in known:
                near = "、".join(get_close_matches(name, known, n=3)) or "、".join(sorted(known))
                raise refuse(
                    _("没有字段“%(name)s”") % {"name": name[:40]}, _("可用：%(keys)s") % {"keys": near}
                )
        return columns


class Wordings(PackModel):
    """What workbooks write for the terms of one vocabulary; the item's key is the vocabulary's, or
    `yes_no`.
    """

    terms: dict[str, list[str]] = Field(
        description="词条 → 表格里可能的写法；yes_no 下写 yes、no", max_length=2_000
    )


class LayoutSpec(PackModel):
    """The export of another system: its columns are known beforehand."""

    label: str = Field(min_length=1, max_length=80, description="名称，如“全国党员管理信息系统 党员名册”")
    en: str = Field("", max_length=160, description="英文名称；不写则用中文名称")
    table: str = Field(description="导入到哪张表：units、party_orgs、memberships……")
    columns: dict[str, str] = Field(
        description="表头 → 字段；不导入的列写空文字", min_length=2, max_length=200
    )
    needs: list[str] = Field(
        default_factory=list, description="有这些表头才算这种表；不写就是 columns 里的全部", max_length=200
    )
    note: str = Field("", max_length=400, description="说明：从哪个系统哪个页面导出")

    @field_validator("table")
    @classmethod
    def known_table(cls, key: str) -> str:
        if all_tables() and table_in_pack(key) is None:
            known = "、".join(k.replace("-", "_") for k in all_tables())
            raise refuse(_("没有叫“%(key)s”的表") % {"key": key[:40]}, _("可用：%(keys)s") % {"keys": known})
        return key

    @model_validator(mode="after")
    def known_fields(self) -> "LayoutSpec":
        """Every column leads to a field of the table, every needed title is a column."""
        table = table_in_pack(self.table)
        for title, key in self.columns.items():
            if table is not None and key and not table.has(key):
                known = "、".join(f.key for f in table.fields)
                raise refuse(
                    _("表头“%(title)s”对应的字段“%(key)s”不存在") % {"title": title[:40], "key": key[:40]},
                    _("可用：%(keys)s") % {"keys": known},
                )
        for title in self.needs:
            if title not in self.columns:
                raise refuse(_("needs 里的“%(title)s”不在 columns 里") % {"title": title[:40]})
        return self


register_section(
    Section("headers", Headers, keyed=True, label="表头词汇", description="各表各字段在表格里的写法")
)
register_section(
    Section("wordings", Wordings, keyed=True, label="词条写法", description="词条在表格里的其他写法")
)
register_section(
    Section("layouts", LayoutSpec, keyed=True, label="已知版式", description="其他系统导出表的版式")
)
