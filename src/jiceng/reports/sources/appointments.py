"""Papers about a person in a post: letters of appointment (聘书), lists of whom an instructor looks after."""

from datetime import date
from typing import Any

from jiceng.packs.catalogue import current
from jiceng.people.models import Appointment
from jiceng.people.queries import charges_on
from jiceng.reports.sources import Name, Rows, Source, register_source

APPOINTMENTS = register_source(
    Source(
        key="appointment",
        label="任职",
        names={
            "person": Name("姓名"),
            "post": Name("职务"),
            "host": Name("所在单位或党组织"),
            "region": Name("所在区域"),
            "sent_by": Name("派出单位"),
            "since": Name("聘期起", "day"),
            "until": Name("聘期止", "day"),
            "issuer": Name("聘任机关"),
        },
        lists={"charges": Rows("联系指导对象", {"name": Name("名称"), "since": Name("联系起", "day")})},
    )
)


def appointment_values(appointment: Appointment, day: date) -> tuple[dict[str, Any], dict[str, Any]]:
    """What the source offers of an appointment that the asker may see, as of `day`: values and lists for
    `documents.filled`. Who issues the paper the record does not know.
    """
    host = appointment.party_org or appointment.unit
    values = {
        "person": appointment.person.name,
        "post": current().label(appointment.post, "zh", "posts"),
        "host": host.name if host else "",
        "region": appointment.region.name,
        "sent_by": appointment.sent_by.name if appointment.sent_by else "",
        "since": appointment.valid_from,
        "until": appointment.term_until,
    }
    charges = [
        {"name": (charge.unit or charge.party_org).name, "since": charge.valid_from}
        for charge in charges_on(day, appointment=appointment)
    ]
    return values, {"charges": charges}
