"""The columns by which workbooks name persons and say what they are."""

from django.utils import timezone
from django.utils.translation import gettext_noop

from jiceng.exchange.tables import Field, Reference
from jiceng.people import codes


def citizen_id_fault(citizen_id: str) -> str:
    """Why a folded number can be no citizen ID today; empty where it can."""
    return codes.citizen_id_fault(citizen_id, timezone.localdate())


def stored_citizen_id(written: str) -> str:
    """A citizen ID as it is kept: plain characters, a capital X, eighteen places."""
    return codes.lengthened(codes.folded(written))


def number_fields(prefix: str = "") -> tuple[Field, ...]:
    """Citizen ID and telephone, sealed; `prefix` leads from the table's record to the person."""
    return (
        Field(
            "citizen_id",
            gettext_noop("公民身份号码"),
            "citizen_id",
            source=f"{prefix}citizen_id",
            sensitive=True,
            fold=stored_citizen_id,
            fault=citizen_id_fault,
            note=gettext_noop("18位，设为文本格式"),
        ),
        Field("phone", gettext_noop("联系电话"), "phone", source=f"{prefix}phone", sensitive=True),
    )


def trait_fields(*, stored: bool) -> tuple[Field, ...]:
    """What a person is; not `stored` where a row of another table only describes whom it makes along the
    way.
    """
    described = (
        Field(
            "sex",
            gettext_noop("性别"),
            "term",
            vocabulary="sexes",
            stored="sex",
            note=gettext_noop("不填则按身份号码判断"),
        ),
        Field(
            "birth_date",
            gettext_noop("出生日期"),
            "date",
            stored="birth_date",
            note=gettext_noop("不填则按身份号码判断"),
        ),
        Field("ethnicity", gettext_noop("民族"), "term", vocabulary="ethnicities", stored="ethnicity"),
        Field("education", gettext_noop("学历"), "term", vocabulary="educations", stored="education"),
        Field(
            "full_time_education",
            gettext_noop("全日制学历"),
            "term",
            vocabulary="educations",
            stored="full_time_education",
        ),
    )
    if stored:
        return described
    return tuple(Field(f.key, f.label, f.kind, vocabulary=f.vocabulary, offered=False) for f in described)


TRAITS = tuple(field.key for field in trait_fields(stored=True))


def person_fields(
    key: str = "person",
    label: str = gettext_noop("姓名"),
    *,
    stored: str = "person_id",
    required: bool = True,
) -> tuple[tuple[Field, ...], Reference]:
    """The columns by which a row names a person (name, citizen ID, telephone, system number), and the
    reference.
    """
    lookup = stored.removesuffix("_id")
    fields = (
        Field(key, label, "person", source=f"{lookup}__name", most=60),
        *number_fields(f"{lookup}__"),
        Field(
            "person_uid",
            gettext_noop("人员编号"),
            "code",
            source=f"{lookup}__uid",
            note=gettext_noop("由系统生成；不清楚的留空"),
        ),
        *trait_fields(stored=False),
    )
    parts = ("person_uid", "citizen_id", "phone", key)
    return fields, Reference(key, label, "person", parts, stored, required)
