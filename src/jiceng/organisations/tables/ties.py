"""Standings by document, further ties, what functional areas hold, who keeps which ledger."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from jiceng.exchange.tables import Field, Identity, Table, register_table
from jiceng.exchange.writing.rows import Row
from jiceng.exchange.writing.writers import Writer
from jiceng.organisations.models import Competence, Designation, PartyOrgTie, RegionHolding
from jiceng.organisations.tables.dated import VALID_FROM, VALID_TO, body_fields, region_fields
from jiceng.organisations.tables.party_orgs import one_of


class DesignationWriter(Writer):
    """One region, unit or party organisation holds a standing."""

    def complete(self, row: Row) -> None:
        one_of(row, ("unit", "party_org", "region"), _("单位、党组织或区域"))


_unit, _unit_ref = body_fields("unit", gettext_noop("单位"), "unit", stored="unit_id")
_org, _org_ref = body_fields("party_org", gettext_noop("党组织"), "party_org", stored="party_org_id")
_place, _place_ref = region_fields("region", gettext_noop("区域"), stored="region_id", required=False)

register_table(
    Table(
        key="designations",
        label=gettext_noop("认定"),
        model=Designation,
        writer=DesignationWriter,
        fields=(
            Field(
                "kind", gettext_noop("认定"), "term", stored="kind", vocabulary="designations", required=True
            ),
            *_unit,
            *_org,
            *_place,
            Field("document", gettext_noop("文号"), stored="document", most=80),
            VALID_FROM,
            VALID_TO,
        ),
        references=(_unit_ref, _org_ref, _place_ref),
        identities=(
            Identity(("kind", "unit_id"), "unit_id"),
            Identity(("kind", "party_org_id"), "party_org_id"),
            Identity(("kind", "region_id"), "region_id"),
        ),
        trees={
            "territory": ("unit__region_path", "party_org__region_path", "region__path"),
            "party": ("party_org__path",),
            "industry": ("unit__authority_path",),
        },
    )
)


class TieWriter(Writer):
    """A tie leads from one party organisation to another."""

    def complete(self, row: Row) -> None:
        own, other = row.found.get("party_org"), row.found.get("other")
        if own is not None and other is not None and own.id == other.id:
            row.refuse("other", _("不能与自己建立关系"))


_tied, _tied_ref = body_fields(
    "party_org", gettext_noop("党组织"), "party_org", stored="party_org_id", required=True
)
_other, _other_ref = body_fields(
    "other", gettext_noop("对方党组织"), "party_org", stored="other_id", required=True, everywhere=True
)

register_table(
    Table(
        key="party-org-ties",
        label=gettext_noop("党组织关系"),
        model=PartyOrgTie,
        writer=TieWriter,
        fields=(
            *_tied,
            *_other,
            Field("kind", gettext_noop("关系"), "term", stored="kind", vocabulary="tie_kinds", required=True),
            VALID_FROM,
            VALID_TO,
        ),
        references=(_tied_ref, _other_ref),
        identities=(Identity(("party_org_id", "other_id", "kind"), "party_org_id"),),
        trees={"territory": ("party_org__region_path",), "party": ("party_org__path",)},
    )
)


class HoldingWriter(Writer):
    """A functional area holds a node of the tree that is not itself."""

    def complete(self, row: Row) -> None:
        holder, held = row.found.get("holder"), row.found.get("held")
        if holder is not None and held is not None and holder.id == held.id:
            row.refuse("held", _("功能区不能托管自己"))

    def paths_of(self, row: Row) -> dict[str, list[str]]:
        holder = row.found.get("holder")
        return {"territory": [holder.paths["territory"]]} if holder else {}


_holder, _holder_ref = region_fields("holder", gettext_noop("功能区"), stored="holder_id", town=False)
_held, _held_ref = region_fields("held", gettext_noop("托管区域"), stored="held_id", town=False)

register_table(
    Table(
        key="holdings",
        label=gettext_noop("托管"),
        model=RegionHolding,
        writer=HoldingWriter,
        fields=(*_holder, *_held, VALID_FROM, VALID_TO),
        references=(_holder_ref, _held_ref),
        identities=(Identity(("holder_id", "held_id"), "holder_id"),),
        trees={"territory": ("holder__path",)},
    )
)


_body, _body_ref = body_fields(
    "body", gettext_noop("主管机构"), "unit", stored="body_id", required=True, everywhere=True
)
_ledger_place, _ledger_place_ref = region_fields("region", gettext_noop("区域"), stored="region_id")

register_table(
    Table(
        key="competences",
        label=gettext_noop("台账主管机构"),
        model=Competence,
        writer=Writer,
        fields=(
            Field("ledger", gettext_noop("台账"), stored="ledger", required=True, most=60),
            *_ledger_place,
            *_body,
            Field("document", gettext_noop("文号"), stored="document", most=80),
            VALID_FROM,
            VALID_TO,
        ),
        references=(_ledger_place_ref, _body_ref),
        identities=(Identity(("ledger", "region_id"), "region_id"),),
        trees={"territory": ("region__path",)},
    )
)
