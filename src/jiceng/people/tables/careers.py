"""Work, experience, titles and standings in workbooks."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from jiceng.exchange.tables import Field, Identity, Reference, Table, register_table
from jiceng.exchange.writing.rows import Row
from jiceng.organisations.tables.dated import VALID_FROM, VALID_TO, body_fields, region_fields
from jiceng.people.models import Employment, Experience, Qualification, Standing
from jiceng.people.tables.fields import person_fields
from jiceng.people.tables.naming import NamingWriter

_person, _person_ref = person_fields()
_unit, _unit_ref = body_fields("unit", gettext_noop("工作单位"), "unit", stored="unit_id", required=True)
_place, _place_ref = region_fields(stored="", required=False)
PLACE = tuple(Field(f.key, f.label, f.kind, fold=f.fold, offered=False) for f in _place)
"""Where a person lives whom a row makes along the way; nothing of the record itself."""

register_table(
    Table(
        key="employments",
        label=gettext_noop("就业"),
        model=Employment,
        writer=NamingWriter,
        fields=(
            *_person,
            *_unit,
            Field(
                "channel", gettext_noop("招聘渠道"), "term", stored="channel", vocabulary="hiring_channels"
            ),
            Field(
                "valid_from",
                gettext_noop("入职日期"),
                "date",
                stored="valid_from",
                note=gettext_noop("不填则为数据日期"),
            ),
            Field(
                "valid_to",
                gettext_noop("离职日期"),
                "date",
                stored="valid_to",
                note=gettext_noop("已离职的才填"),
            ),
        ),
        references=(_person_ref, _unit_ref),
        identities=(Identity(("person_id", "unit_id"), "person_id"),),
        trees={"territory": ("unit__region_path",), "industry": ("unit__authority_path",)},
        order=("unit_id", "id"),
    )
)

register_table(
    Table(
        key="experiences",
        label=gettext_noop("工作经历"),
        model=Experience,
        writer=NamingWriter,
        fields=(
            *_person,
            *PLACE,
            Field(
                "kind",
                gettext_noop("经历类型"),
                "term",
                stored="kind",
                vocabulary="experience_kinds",
                required=True,
            ),
            Field("place", gettext_noop("单位及职务"), stored="place", most=160),
            VALID_FROM,
            VALID_TO,
        ),
        references=(_person_ref, _place_ref),
        identities=(Identity(("person_id", "kind", "valid_from"), "person_id"),),
        trees={"territory": ("person__region_path",)},
        order=("person_id", "id"),
    )
)

_titled_by, _titled_by_ref = body_fields("unit", gettext_noop("工作单位"), "unit", stored="unit_id")

register_table(
    Table(
        key="qualifications",
        label=gettext_noop("称号与技能"),
        model=Qualification,
        writer=NamingWriter,
        fields=(
            *_person,
            *PLACE,
            Field(
                "title",
                gettext_noop("称号或等级"),
                "term",
                stored="title",
                vocabulary="titles",
                required=True,
            ),
            Field("industry", gettext_noop("行业"), "term", stored="industry", vocabulary="industries"),
            *_titled_by,
            Field("document", gettext_noop("证书编号"), stored="document", most=80),
            Field(
                "valid_from",
                gettext_noop("取得日期"),
                "date",
                stored="valid_from",
                note=gettext_noop("不填则为数据日期"),
            ),
            Field(
                "valid_to",
                gettext_noop("失效日期"),
                "date",
                stored="valid_to",
                note=gettext_noop("已失效的才填"),
            ),
        ),
        references=(_person_ref, _titled_by_ref, _place_ref),
        identities=(Identity(("person_id", "title"), "person_id", also=("industry",)),),
        trees={"territory": ("person__region_path",)},
        order=("person_id", "id"),
    )
)


class StandingWriter(NamingWriter):
    """A person or a household holds a standing."""

    def complete(self, row: Row) -> None:
        named = [key for key in ("person", "household") if key in row.found or key in row.drafts]
        wrong = {fault.field for fault in row.faults}
        if len(named) != 1 and not wrong.intersection(("person", "household", "citizen_id")):
            row.refuse("person", _("应填写且只填写一个人或一户"))


_somebody, _somebody_ref = person_fields(required=False)

register_table(
    Table(
        key="standings",
        label=gettext_noop("身份认定"),
        model=Standing,
        writer=StandingWriter,
        sensitive=True,
        fields=(
            Field("kind", gettext_noop("身份"), "term", stored="kind", vocabulary="standings", required=True),
            *_somebody,
            *PLACE,
            Field("household", gettext_noop("户编号"), "code", source="household__code"),
            Field("document", gettext_noop("文号"), stored="document", most=80),
            VALID_FROM,
            VALID_TO,
            Field(
                "ended_as", gettext_noop("结束方式"), "term", stored="ended_as", vocabulary="standing_ends"
            ),
        ),
        references=(
            _somebody_ref,
            Reference("household", gettext_noop("户"), "household", ("household",), "household_id"),
            _place_ref,
        ),
        identities=(
            Identity(("person_id", "kind"), "person_id"),
            Identity(("household_id", "kind"), "household_id"),
        ),
        trees={"territory": ("person__region_path", "household__region_path")},
    )
)
