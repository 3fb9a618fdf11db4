"""A party organisation that comes of a matter: it exists from the approval on; its election is noted later."""

from datetime import date
from typing import Annotated, Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from pydantic import Field

from jiceng.coverage.compiling import Lookup
from jiceng.matters.actions.context import Turning
from jiceng.matters.effects.appointing import years_after
from jiceng.matters.registry import Effect, Names, register_effect
from jiceng.organisations.actions.party_orgs import found_party_org, record_election
from jiceng.organisations.actions.ties import cover
from jiceng.organisations.models import Unit
from jiceng.organisations.queries import codes_upwards
from jiceng.packs.catalogue import current
from jiceng.packs.references import ItemRef, TermRef
from jiceng.packs.rules import Rule
from jiceng.packs.sections import PackModel
from jiceng.people.actions.memberships import transfer
from jiceng.people.models import Membership, Person
from jiceng.records.bases import valid_on
from jiceng.records.refusals import Refusal


class SetUpSettings(PackModel):
    """What is set up, from which fields. The matter's own unit hosts it."""

    name: Annotated[str, Names("fields")] = Field(description="党组织名称取自哪个字段")
    code: Annotated[str, Names("fields")] = Field(description="党组织编码取自哪个字段")
    form: Annotated[str, Names("fields", ("term",))] = Field(
        description="组织形式取自哪个字段（词表 party_org_forms）"
    )
    mode: Annotated[str, Names("fields", ("term",))] = Field(
        description="组建方式取自哪个字段（词表 party_org_modes）"
    )
    cover: Annotated[str, Names("fields", ("term",))] = Field(
        description="覆盖方式取自哪个字段（词表 cover_kinds）"
    )
    nature: Annotated[str, TermRef("party_org_natures")] = Field(description="组织性质")
    sector: Annotated[str, TermRef("sectors")] = Field(description="领域")
    superior: Annotated[str, Names("fields", ("party_org",))] = Field(
        description="上级党组织取自哪个字段（kind: party_org）"
    )
    approval: Annotated[str, Names("fields")] = Field(description="批复文号取自哪个字段")
    roster: Annotated[str, Names("fields", ("people",))] = Field(
        description="党员名册取自哪个字段（kind: people）"
    )
    rule: Annotated[str | None, ItemRef("rules")] = Field(
        None, description="名册中的正式党员人数要符合哪条规则，如 branch_full_members"
    )
    units: Annotated[str, Names("fields", ("units",))] = Field(
        "", description="一并覆盖的其他单位取自哪个字段（kind: units）"
    )
    transfer: bool = Field(False, description="名册中党员的组织关系是否随之转入")
    field: Annotated[str, Names("fields", ("party_org",))] = Field(
        description="新党组织存到哪个字段（kind: party_org）"
    )


class ElectionSettings(PackModel):
    """Whose election, on which day, for how long."""

    party_org: Annotated[str, Names("fields", ("party_org",))] = Field(
        description="党组织取自哪个字段（kind: party_org）"
    )
    on: Annotated[str, Names("fields", ("date",))] = Field(description="选举日期取自哪个字段")
    rule: Annotated[str, ItemRef("rules")] = Field(description="任期按哪条规则，如 term_years")


class ShareSettings(PackModel):
    """Two numbers of the step whose share must keep a rule."""

    part: Annotated[str, Names("fields", ("integer",))] = Field(description="分子取自哪个字段，如实到人数")
    of: Annotated[str, Names("fields", ("integer",))] = Field(description="分母取自哪个字段，如应到人数")
    rule: Annotated[str, ItemRef("rules")] = Field(description="百分比要符合哪条规则，如 quorum_percent")
    over: bool = Field(False, description="要超过规则的数字，而不只是达到，如“过半数”")


def set_up(turning: Turning, settings: SetUpSettings) -> None:
    """Found the organisation on the day of the step (its approval), with the units it covers. Raises Refusal for a
    roster with too few full members, and as founding does: a code in use, a superior that has ended.
    """
    matter, day, actor = turning.matter, turning.day, turning.by.actor
    roster: list[Person] = turning.value(settings.roster) or []
    _refuse_too_few(turning, settings, roster)
    region = matter.unit.region if matter.unit is not None else matter.region
    terms = {name: turning.value(getattr(settings, name)) for name in ("name", "code", "form", "mode")}
    made = found_party_org(
        by=actor, day=day, nature=settings.nature, sector=settings.sector, region=region,
        superior=turning.value(settings.superior), host_unit=matter.unit,
        approval=str(turning.value(settings.approval) or ""), **terms,
    )  # fmt: skip
    others: list[Unit] = turning.value(settings.units) or []
    for unit in dict.fromkeys([*([matter.unit] if matter.unit else []), *others]):
        cover(by=actor, party_org=made, kind=str(turning.value(settings.cover)), day=day, unit=unit)
    for person in roster if settings.transfer else ():
        transfer(by=actor, person=person, to=made, day=day)
    turning.keep(settings.field, made)


def _refuse_too_few(turning: Turning, settings: SetUpSettings, roster: list[Person]) -> None:
    if settings.rule is None:
        return
    rule = _rule(turning, settings.rule)
    members = Membership._base_manager.filter(valid_on(turning.day), person__in=roster)
    full = members.filter(full_on__lte=turning.day).count()
    if not rule.holds(full):
        said = {"full": full, "least": int(rule.number), "basis": rule.basis}
        what = _("名册中正式党员%(full)s名，不足%(least)s名（%(basis)s）") % said
        raise Refusal(what, str(turning.matter), _("补充名册，或改为联合组建"))


def _rule(turning: Turning, key: str) -> Rule:
    """The rule as it holds where the matter is."""
    at = codes_upwards(turning.matter.region)
    found: Rule = current().item("rules", key.partition(":")[2], at)
    return found


def keep_share(turning: Turning, settings: ShareSettings) -> None:
    """Raise Refusal where the share of two numbers does not keep the rule: a meeting without a quorum."""
    part, whole = turning.value(settings.part), turning.value(settings.of)
    rule = _rule(turning, settings.rule)
    share = 100 * (part or 0) / whole if whole else 0
    kept = share > rule.number if settings.over else rule.holds(share)
    if not whole or part is None or part > whole or not kept:
        fields = turning.spec.fields
        said = {"part": fields[settings.part].label, "of": fields[settings.of].label, "rule": rule.label,
                "share": f"{share:.1f}", "basis": rule.basis}  # fmt: skip
        what = _("%(part)s占%(of)s的%(share)s%%，不符合“%(rule)s”（%(basis)s）") % said
        raise Refusal(what, str(turning.matter), _("核对人数；不足的重新召开"))


def note_election(turning: Turning, settings: ElectionSettings) -> None:
    """Note the election and the term that follows by the rule, which may differ by kind of organisation."""
    org, elected = turning.value(settings.party_org), turning.value(settings.on)
    elected = date.fromisoformat(elected) if isinstance(elected, str) else elected
    if org is None or elected is None:
        raise Refusal(_("没有写明党组织或选举日期"), str(turning.matter), _("填写后再办"))
    catalogue = current()
    rule: Rule = catalogue.item("rules", settings.rule.partition(":")[2], codes_upwards(org.region))
    lookup = Lookup(catalogue)
    row: Any = lookup.row("party_org", org.pk, turning.day)
    years = int(rule.bounds_for(row, turning.day, lookup).number)
    until = years_after(elected, years)
    record_election(by=turning.by.actor, party_org=org, elected_on=elected, term_until=until)


register_effect(Effect("set_up_party_org", gettext_noop("成立党组织"), set_up, SetUpSettings))
register_effect(Effect("require_share", gettext_noop("核对比例"), keep_share, ShareSettings))
register_effect(Effect("record_election", gettext_noop("登记选举"), note_election, ElectionSettings))
