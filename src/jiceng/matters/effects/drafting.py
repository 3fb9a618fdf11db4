"""Matters that come of matters: what the system drafts a person signs, sends on or lets fall."""

from typing import Annotated

from django.utils.translation import gettext_noop
from pydantic import Field

from jiceng.matters.actions.context import Acting, Turning
from jiceng.matters.actions.raising import Report, raise_matter
from jiceng.matters.enums import LinkKind
from jiceng.matters.registry import Effect, Names, register_effect
from jiceng.organisations.terms import with_attr
from jiceng.packs.references import ItemRef, TermRef
from jiceng.packs.sections import PackModel
from jiceng.records.numbering import document_number, issuing, next_number


class DraftSettings(PackModel):
    """What to draft."""

    type: Annotated[str, ItemRef("matters")] = Field(description="起草哪类事项")
    link: LinkKind = Field(LinkKind.SUPERVISES, description="与本件的关系：supervises、follows、appeals")
    channel: Annotated[str | None, TermRef("matter_channels")] = Field(
        None, description="来源；不写则为带 system 属性的词条"
    )


class NumberSettings(PackModel):
    """The document number a step gives."""

    prefix: str = Field(min_length=1, max_length=20, description="发文机关代字，如“×两新工委”")
    field: Annotated[str, Names("fields", ("text",))] = Field(description="存到哪个字段")


def draft(turning: Turning, settings: DraftSettings) -> None:
    """Raise a matter that hangs on this one, at the same place and about the same subject; in the same
    transaction, as the system's own."""
    matter = turning.matter
    made = raise_matter(
        by=Acting.system("matters"),
        type=settings.type,
        region=matter.region,
        channel=settings.channel or with_attr("matter_channels", "system").key,
        report=Report(given={}),
        hangs_on=(settings.link, matter),
        note=turning.note,
        at=turning.at,
    )
    turning.data[f"drafted_{settings.link}"] = made.pk


def number(turning: Turning, settings: NumberSettings) -> None:
    """Give the step's paper the next number of its series and year."""
    prefix = issuing(settings.prefix)
    serial = next_number(f"paper:{prefix}:{turning.matter.region_path[:12]}", turning.day.year)
    said = document_number(prefix, turning.day.year, serial)
    turning.keep(settings.field, said)


register_effect(Effect("draft", gettext_noop("起草另一件事项"), draft, DraftSettings))
register_effect(Effect("number", gettext_noop("编文号"), number, NumberSettings))
