"""Ledgers of party organisations: the basic table, terms that end, the tree in which they hang."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from jiceng.accounts.permissions import Permission
from jiceng.organisations.models import PartyOrg, PartyOrgCover, PartyOrgSpan
from jiceng.people.models import Appointment
from jiceng.people.queries import MemberCounts, member_counts
from jiceng.protection.scopes import SEGMENT
from jiceng.records.bases import valid_on
from jiceng.records.calendar import months_later
from jiceng.reports.asking import Asked
from jiceng.reports.sources import POST, Lists, Name, Rows, Source, Values, Wanted, register_source

AHEAD = 6
"""So many months before its end a term is told of."""

ORG: Mapping[str, Name] = {
    "name": Name("党组织"), "code": Name("党组织编码"), "form": Name("组织形式"), "mode": Name("组建方式"),
    "nature": Name("组织性质"), "sector": Name("领域"), "industry": Name("行业"), "superior": Name("上级党组织"),
    "region": Name("所在区域"), "host": Name("依托单位或区域"), "units": Name("覆盖单位", "texts"),
    "approval": Name("批复文号"), "founded": Name("成立日期", "day"), "elected": Name("选举日期", "day"),
    "term_from": Name("本届起始", "day"), "term_until": Name("本届届满", "day"), "term": Name("换届情况"),
    "members": Name("党员", "integer"), "full_members": Name("正式党员", "integer"),
    "probationary": Name("预备党员", "integer"), "depth": Name("层级", "integer"),
    "in_tree": Name("党组织（按隶属缩进）"),
}  # fmt: skip


def _gather(asked: Asked, wanted: Wanted) -> tuple[Values, Lists]:
    """The organisations in the area as they were on the last day, each below its superior."""
    spans = org_spans(asked)
    keys = [span.party_org_id for span in spans]
    counts, holders, units = member_counts(asked.last), _holders(keys, asked, wanted), _units(keys, asked)
    tops = {span.path for span in spans}
    told = []
    for span in spans:
        row = _of_org(span, counts.get(span.party_org_id, MemberCounts(0, 0)), asked)
        row["depth"] = depth = _depth(span.path, tops)
        row["in_tree"] = "　" * depth + span.name
        row["units"] = units[span.party_org_id]
        told.append({**row, **{POST + key: holders[key, span.party_org_id] for key in wanted.posts}})
    due = sorted((row for row in told if row["term"] in DUE), key=lambda row: row["term_until"])
    values = {
        "orgs_count": len(told),
        "members_count": sum(row["members"] for row in told),
        "overdue_count": sum(row["term"] == OVERDUE for row in told),
        "expiring_count": sum(row["term"] == EXPIRING for row in told),
    }
    return values, {"orgs": told, "due": due}


def org_spans(asked: Asked) -> list[PartyOrgSpan]:
    """The organisations in the area on the last day as their spans have them, in the order of the hierarchy."""
    seen = PartyOrg.objects.filter(asked.inside("region_path"))
    rows = PartyOrgSpan.objects.filter(valid_on(asked.last), living=True, party_org__in=seen.values("pk"))
    related = ("party_org__host_unit", "party_org__host_region", "superior", "region")
    return list(rows.select_related(*related).order_by("path", "party_org"))


OVERDUE, EXPIRING, RUNNING = "届满未换届", "半年内届满", "任期内"
DUE = (OVERDUE, EXPIRING)


def _of_org(span: PartyOrgSpan, counts: MemberCounts, asked: Asked) -> dict[str, Any]:
    org, label = span.party_org, asked.label
    return {
        "name": span.name,
        "code": org.code,
        "form": label(span.form, "party_org_forms"),
        "mode": label(span.mode, "party_org_modes"),
        "nature": label(span.nature, "party_org_natures"),
        "sector": label(span.sector, "sectors"),
        "industry": label(span.industry, "industries"),
        "superior": str(span.superior or ""),
        "region": span.region.name,
        "host": str(org.host_unit or org.host_region or ""),
        "approval": org.approval,
        "founded": org.valid_from,
        "elected": org.elected_on,
        "term_from": org.term_from,
        "term_until": org.term_until,
        "term": term_on(org.term_until, asked.last),
        "members": counts.total,
        "full_members": counts.full,
        "probationary": counts.probationary,
    }


def term_on(until: date | None, day: date) -> str:
    """How a term stands on a day; empty without an end."""
    if until is None:
        return ""
    if until < day:
        return OVERDUE
    return EXPIRING if until <= months_later(day, AHEAD) else RUNNING


def _depth(path: str, tops: set[str]) -> int:
    """How many of those above are in the list."""
    return sum(path[:end] in tops for end in range(SEGMENT, len(path), SEGMENT))


def _holders(keys: Sequence[int], asked: Asked, wanted: Wanted) -> dict[tuple[str, int], list[str]]:
    """Who holds each wanted post where."""
    found: dict[tuple[str, int], list[str]] = defaultdict(list)
    below = {key: asked.catalogue.below("posts", post) for key, post in wanted.posts.items()}
    if not below:
        return found
    posts = {post for terms in below.values() for post in terms}
    rows = Appointment._base_manager.filter(valid_on(asked.last), party_org__in=keys, post__in=posts)
    for each in rows.select_related("person").order_by("pk"):
        for key, terms in below.items():
            if each.post in terms and each.party_org_id is not None:
                found[key, each.party_org_id].append(each.person.name)
    return found


def _units(keys: Sequence[int], asked: Asked) -> dict[int, list[str]]:
    found: dict[int, list[str]] = defaultdict(list)
    rows = PartyOrgCover.objects.filter(valid_on(asked.last), party_org__in=keys, unit__isnull=False)
    for cover in rows.select_related("unit").order_by("pk"):
        found[cover.party_org_id].append(str(cover.unit))
    return found


PARTY_ORGS = register_source(
    Source(
        key="party_orgs",
        label="区域的党组织",
        names={
            "orgs_count": Name("党组织数", "integer"),
            "members_count": Name("党员数", "integer"),
            "overdue_count": Name("届满未换届数", "integer"),
            "expiring_count": Name("半年内届满数", "integer"),
        },
        lists={
            "orgs": Rows("全部党组织，按隶属排列", ORG, posts=True),
            "due": Rows("届满和半年内届满的党组织", ORG, posts=True),
        },
        gather=_gather,
        permission=Permission.REGISTRY_VIEW,
        table="party-orgs",
    )
)
