"""What a pack says of superiors' forms: the words by which blanks ask for their own particulars, and what answering
costs.
"""

from pydantic import Field

from jiceng.packs.sections import PackModel, Section, register_section


class FormWordsSpec(PackModel):
    """Labels that stand beside what a form says of itself (填报单位, 填报日期); the key says which it is."""

    words: list[str] = Field(min_length=1, max_length=60, description="表上的写法")


class BurdenSpec(PackModel):
    """What it costs a person to fill in one blank that the ledgers do not answer."""

    label: str = Field(max_length=40, description="名称")
    label_en: str = Field("", max_length=80, description="英文名称")
    minutes: float = Field(gt=0, le=240, description="填一个空平均要几分钟（查找、核对、填写）")
    cites: str = Field("", max_length=200, description="依据")


FORM_WORDS = register_section(
    Section(
        "form_words", FormWordsSpec, keyed=True, label="表头用语", description="报表上填报单位、日期等的写法"
    )
)
BURDEN = register_section(
    Section("burden", BurdenSpec, keyed=True, label="填报用时", description="填一个空平均要几分钟")
)
