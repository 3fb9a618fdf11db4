"""Appointments, whom instructors look after, teams and posts as such, in workbooks."""

from collections.abc import Mapping
from typing import Any, ClassVar

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from jiceng.exchange.tables import Field, Identity, Reference, Table, register_table
from jiceng.exchange.writing.references import Asked, Context, Found, Trouble
from jiceng.exchange.writing.rows import Row
from jiceng.exchange.writing.stored import chunked
from jiceng.exchange.writing.writers import Writer
from jiceng.organisations.naming import clean_name
from jiceng.organisations.tables.dated import UID, VALID_FROM, VALID_TO, body_fields, region_fields
from jiceng.people.models import Appointment, Charge, PostSlot, Team
from jiceng.people.tables.fields import person_fields
from jiceng.people.tables.naming import NamingWriter
from jiceng.people.tables.persons import PersonResolver

CHUNK = 400
NAMED = 4
HOSTS = ("region", "unit", "party_org")


class SeatedWriter(NamingWriter):
    """Rows that sit somewhere: in a region, or in that of their unit or party organisation."""

    derived: ClassVar[frozenset[str]] = frozenset(("region_path",))

    def complete(self, row: Row) -> None:
        values = row.values
        if name := values.get("name"):
            values["name"] = clean_name(name)
        host = next((row.found[key] for key in HOSTS if key in row.found), None)
        if host is not None:
            values["region_path"] = host.values["region_path"]
            values.setdefault("region_id", host.values.get("region_id") or host.id)
        elif not any(fault.field.startswith(HOSTS) for fault in row.faults):
            row.refuse("region", _("缺少所在区域、单位或党组织，至少填写一项"))
        until = values.get("term_until")
        if until and until <= values.get("valid_from", until):
            row.refuse("term_until", _("任期届满应晚于起始日期"))


_region, _region_ref = region_fields(required=False)
_unit, _unit_ref = body_fields("unit", gettext_noop("所在单位"), "unit", stored="unit_id")
_org, _org_ref = body_fields("party_org", gettext_noop("所在党组织"), "party_org", stored="party_org_id")
HOST_FIELDS = (*_region, *_unit, *_org)
HOST_REFERENCES = (_region_ref, _unit_ref, _org_ref)
ALSO = ("unit_id", "party_org_id")

_person, _person_ref = person_fields()
_sent_by, _sent_by_ref = body_fields(
    "sent_by", gettext_noop("派出单位"), "unit", stored="sent_by_id", everywhere=True
)

register_table(
    Table(
        key="appointments",
        label=gettext_noop("任职"),
        model=Appointment,
        writer=SeatedWriter,
        fields=(
            *_person,
            Field("post", gettext_noop("职务"), "term", stored="post", vocabulary="posts", required=True),
            *HOST_FIELDS,
            Field(
                "mode",
                gettext_noop("任职方式"),
                "term",
                stored="mode",
                vocabulary="appointment_modes",
                note=gettext_noop("专职 或 兼职"),
            ),
            Field(
                "source", gettext_noop("选派来源"), "term", stored="source", vocabulary="appointment_sources"
            ),
            Field("programme", gettext_noop("专项"), "term", stored="programme", vocabulary="programmes"),
            *_sent_by,
            Field(
                "valid_from",
                gettext_noop("任职日期"),
                "date",
                stored="valid_from",
                note=gettext_noop("不填则为数据日期"),
            ),
            Field("term_until", gettext_noop("任期届满"), "date", stored="term_until"),
            Field(
                "valid_to",
                gettext_noop("离任日期"),
                "date",
                stored="valid_to",
                note=gettext_noop("已离任的才填"),
            ),
            Field("document", gettext_noop("任职文号"), stored="document", most=80),
            UID,
        ),
        references=(_person_ref, *HOST_REFERENCES, _sent_by_ref),
        identities=(
            Identity(("uid",), "uid"),
            Identity(("person_id", "post", "region_id"), "person_id", also=ALSO),
        ),
        order=("region_path", "id"),
    )
)


class AppointmentResolver:
    """Appointments by (system number, citizen ID, telephone, name, post) of their holder."""

    def __init__(self, context: Context) -> None:
        self._persons = PersonResolver(context)
        self._rows = Appointment.visible_to(context.scope).filter(
            Q(valid_to__isnull=True) | Q(valid_to__gt=context.as_of), valid_from__lte=context.as_of
        )

    def find(self, asked: set[Asked]) -> Mapping[Asked, Found | Trouble]:
        """An answer for each of them; the holder's only appointment, or the only one to that post."""
        people = self._persons.find({words[:4] for words in asked})
        keys = {found.id for found in people.values() if isinstance(found, Found)}
        held: dict[int, list[Appointment]] = {}
        for some in chunked(sorted(keys), CHUNK):
            for appointment in self._rows.filter(person__in=some):
                held.setdefault(appointment.person_id, []).append(appointment)
        answers: dict[Asked, Found | Trouble] = {}
        for words in asked:
            person = people[words[:4]]
            if isinstance(person, Trouble):
                answers[words] = Trouble(person.text)
            else:
                answers[words] = self._one(person, held.get(person.id, []), words[4])
        return answers

    @staticmethod
    def _one(person: Found, held: list[Appointment], post: str) -> Found | Trouble:
        fitting = [a for a in held if not post or a.post == post]
        if len(fitting) == 1:
            values = {"region_path": fitting[0].region_path}
            return Found(fitting[0].pk, person.label, values, {"territory": fitting[0].region_path})
        if not fitting:
            return Trouble(_("%(name)s 没有这一任职，先导入任职") % {"name": person.label})
        return Trouble(
            _("%(name)s 有 %(count)s 项任职，请填写职务") % {"name": person.label, "count": len(fitting)}
        )


class ChargeWriter(Writer):
    """An instructor looks after a unit, a party organisation, or the one in the other."""

    def complete(self, row: Row) -> None:
        named = [key for key in ("unit", "party_org") if key in row.found]
        if not named and not any(fault.field.startswith(("unit", "party_org")) for fault in row.faults):
            row.refuse("unit", _("缺少联系的单位或党组织，至少填写一项"))

    def paths_of(self, row: Row) -> dict[str, list[str]]:
        appointment: Any = row.found.get("appointment")
        return {"territory": [appointment.paths["territory"]]} if appointment else {}


_holder = person_fields(stored="appointment__person_id")[0]
_charged, _charged_ref = body_fields("unit", gettext_noop("联系单位"), "unit", stored="unit_id")
_charged_org, _charged_org_ref = body_fields(
    "party_org", gettext_noop("联系党组织"), "party_org", stored="party_org_id"
)

register_table(
    Table(
        key="charges",
        label=gettext_noop("联系指导"),
        model=Charge,
        writer=ChargeWriter,
        fields=(
            *(f for f in _holder if f.read_from),
            Field("post", gettext_noop("职务"), "term", source="appointment__post", vocabulary="posts"),
            *_charged,
            *_charged_org,
            VALID_FROM,
            VALID_TO,
        ),
        references=(
            Reference(
                "appointment",
                gettext_noop("指导员"),
                "appointment",
                ("person_uid", "citizen_id", "phone", "person", "post"),
                "appointment_id",
                required=True,
            ),
            _charged_ref,
            _charged_org_ref,
        ),
        identities=(
            Identity(("appointment_id", "unit_id"), "appointment_id", also=("party_org_id",)),
            Identity(("appointment_id", "party_org_id"), "appointment_id", also=("unit_id",)),
        ),
        trees={"territory": ("appointment__region_path",)},
        order=("appointment_id", "id"),
    )
)

_sponsor, _sponsor_ref = body_fields(
    "sponsor", gettext_noop("组建单位"), "unit", stored="sponsor_id", everywhere=True
)

register_table(
    Table(
        key="teams",
        label=gettext_noop("队伍"),
        model=Team,
        writer=SeatedWriter,
        fields=(
            Field("name", gettext_noop("队伍名称"), stored="name", required=True, most=120),
            Field(
                "kind",
                gettext_noop("队伍类型"),
                "term",
                stored="kind",
                vocabulary="team_kinds",
                required=True,
            ),
            *HOST_FIELDS,
            Field("programme", gettext_noop("专项"), "term", stored="programme", vocabulary="programmes"),
            *_sponsor,
            VALID_FROM,
            VALID_TO,
            UID,
        ),
        references=(*HOST_REFERENCES, _sponsor_ref),
        identities=(Identity(("uid",), "uid"), Identity(("name", "region_id"), "region_id", also=ALSO)),
        order=("region_path", "id"),
    )
)

_occupant, _occupant_ref = person_fields(
    "holder", gettext_noop("在岗人员"), stored="holder_id", required=False
)

register_table(
    Table(
        key="post-slots",
        label=gettext_noop("岗位"),
        model=PostSlot,
        writer=SeatedWriter,
        fields=(
            Field("name", gettext_noop("岗位名称"), stored="name", required=True, most=120),
            Field(
                "kind",
                gettext_noop("岗位类型"),
                "term",
                stored="kind",
                vocabulary="post_slot_kinds",
                required=True,
            ),
            *HOST_FIELDS,
            *_occupant,
            VALID_FROM,
            VALID_TO,
            UID,
        ),
        references=(*HOST_REFERENCES, _occupant_ref),
        identities=(
            Identity(("uid",), "uid"),
            Identity(("name", "kind", "region_id"), "region_id", also=ALSO),
        ),
        order=("region_path", "id"),
    )
)
