"""The roster of members (党员花名册). Citizen ID and telephone are masked, whoever asks."""

from collections.abc import Mapping
from typing import Any

from jiceng.accounts.permissions import Permission
from jiceng.people.models import Membership
from jiceng.people.queries import masked
from jiceng.records.bases import valid_on
from jiceng.reports.asking import Asked
from jiceng.reports.sources import Lists, Name, Rows, Source, Values, Wanted, register_source

MEMBER: Mapping[str, Name] = {
    "name": Name("姓名"), "sex": Name("性别"), "born": Name("出生年月", "month"), "ethnicity": Name("民族"),
    "education": Name("学历"), "citizen_id": Name("公民身份号码（隐去中间）"), "phone": Name("电话（隐去中间）"),
    "admitted": Name("入党日期", "day"), "full_on": Name("转正日期", "day"), "standing": Name("党员类别"),
    "party_org": Name("所在党组织"), "since": Name("进入本组织日期", "day"), "entry": Name("进入方式"),
}  # fmt: skip


def _gather(asked: Asked, _wanted: Wanted) -> tuple[Values, Lists]:
    """The formal members in the area on the last day, organisation by organisation."""
    rows = Membership.objects.filter(valid_on(asked.last), asked.inside("region_path"))
    rows = rows.select_related("person", "party_org").order_by("party_path", "party_org", "pk")
    told = [_of_member(row, asked) for row in rows]
    values = {"members_count": len(told), "full_count": sum(row["standing"] == FULL for row in told)}
    return values, {"members": told}


FULL, PROBATIONARY = "正式党员", "预备党员"


def _of_member(row: Membership, asked: Asked) -> dict[str, Any]:
    person, label = row.person, asked.label
    full = row.full_on is not None and row.full_on <= asked.last
    return {
        "name": person.name,
        "sex": label(person.sex, "sexes"),
        "born": person.birth_date,
        "ethnicity": label(person.ethnicity, "ethnicities"),
        "education": label(person.education, "educations"),
        **masked(person),
        "admitted": row.admitted_on,
        "full_on": row.full_on,
        "standing": FULL if full else PROBATIONARY,
        "party_org": row.party_org.name,
        "since": row.valid_from,
        "entry": label(row.entry, "membership_entries"),
    }


MEMBERS = register_source(
    Source(
        key="members",
        label="区域的党员",
        names={"members_count": Name("党员数", "integer"), "full_count": Name("正式党员数", "integer")},
        lists={"members": Rows("党员，按所在党组织排列", MEMBER)},
        gather=_gather,
        permission=Permission.MEMBERS_VIEW,
        table="memberships",
    )
)
