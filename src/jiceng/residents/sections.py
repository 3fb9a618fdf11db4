"""What packs say to residents: whom to call, and what goes elsewhere."""

from pydantic import Field, field_validator

from jiceng.packs.sections import PackModel, Section, register_section


class DeskSpec(PackModel):
    """A telephone at which people answer, for whoever cannot or will not use a page."""

    label: str = Field(min_length=1, max_length=40, description="名称，如“12345政务服务便民热线”")
    label_en: str = Field("", max_length=80, description="英文名称")
    telephone: str = Field(pattern=r"^[0-9+\- ]{3,20}$", description="电话号码")
    hours: str = Field("", max_length=60, description="接听时间；不写为全天")
    hours_en: str = Field("", max_length=120, description="接听时间（英文）")


class RedirectSpec(PackModel):
    """A kind of matter that goes elsewhere by law: words that hint at it, and where to go."""

    label: str = Field(min_length=1, max_length=40, description="名称，如“信访事项”")
    label_en: str = Field("", max_length=80, description="英文名称")
    words: list[str] = Field(min_length=1, max_length=200, description="提示这类事项的字样，出现一个即提示")
    text: str = Field(min_length=1, max_length=300, description="请到哪里反映")
    text_en: str = Field("", max_length=500, description="请到哪里反映（英文）")
    telephones: list[str] = Field([], max_length=6, description="电话号码")
    at_once: bool = Field(False, description="紧急：排在最前，醒目提示立即拨打")

    @field_validator("words")
    @classmethod
    def are_words(cls, words: list[str]) -> list[str]:
        """Words of two letters or more, without space around them: one letter hints at nothing."""
        return [word.strip() for word in words if len(word.strip()) > 1]


DESKS = register_section(
    Section(
        key="desks",
        model=DeskSpec,
        keyed=True,
        label="服务电话",
        description="居民可以打的电话，写在每个居民页面上",
    )
)
REDIRECTS = register_section(
    Section(
        key="redirects",
        model=RedirectSpec,
        keyed=True,
        label="其他渠道",
        description="依法由其他渠道受理的事：信访、检举控告、诉讼、紧急警情",
    )
)
