"""Roles: classes that list what they allow and on what they may be granted."""

from collections.abc import Mapping
from enum import StrEnum
from typing import ClassVar

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from jiceng.accounts.permissions import AUDIT, SECURITY, SYSTEM, Permission

P = Permission


class Node(StrEnum):
    """What a grant of a role stands on."""

    REGION = "region"
    PARTY_ORG = "party_org"
    AUTHORITY = "authority"
    APPOINTMENT = "appointment"
    SYSTEM = "system"
    """No node at all: the administrators' roles, which show no records."""


class Role:
    """Base of all roles. `key` is stored in grants; it is never reused."""

    key: ClassVar[str]
    label: ClassVar[Promise]
    node: ClassVar[Node]
    permissions: ClassVar[frozenset[Permission]]


class OrganisationDepartment(Role):
    key = "organisation_department"
    label = _("组织部门")
    node = Node.REGION
    permissions = frozenset(
        {
            P.REGISTRY_VIEW, P.PEOPLE_VIEW, P.MEMBERS_VIEW, P.COVERAGE_VIEW, P.FIGURES_VIEW,
            P.FIGURES_BUILD, P.PACKS_VIEW,
            P.UNMASK, P.REGIONS_EDIT, P.RESTRUCTURE, P.UNITS_EDIT, P.PARTY_ORGS_EDIT, P.PEOPLE_EDIT,
            P.MEMBERS_EDIT, P.COVERAGE_EXCLUDE, P.CODE_OVERRIDE, P.IMPORT, P.MERGE, P.EXPORT,
            P.EXPORT_APPROVE, P.PERIODS_CLOSE, P.PERIODS_ACCEPT,
            P.MATTERS_VIEW, P.MATTERS_ACT, P.MATTERS_RELEASE,
            P.FORMS_DESIGN, P.FORMS_ISSUE, P.FORMS_ANSWER,
        }
    )  # fmt: skip


class TwoNewOffice(Role):
    """Keeps the two-new ledger where that is handed to a body of its own."""

    key = "two_new_office"
    label = _("两新工委")
    node = Node.REGION
    permissions = frozenset(
        {
            P.REGISTRY_VIEW, P.MEMBERS_VIEW, P.COVERAGE_VIEW, P.FIGURES_VIEW, P.PACKS_VIEW, P.UNITS_EDIT,
            P.PARTY_ORGS_EDIT, P.COVERAGE_EXCLUDE, P.CODE_OVERRIDE, P.IMPORT, P.MERGE, P.EXPORT,
            P.MATTERS_VIEW, P.MATTERS_ACT,
            P.FORMS_DESIGN, P.FORMS_ANSWER,
        }
    )  # fmt: skip


class Leader(Role):
    """Answers for an area and reads how it stands; names of persons are not needed for that."""

    key = "leader"
    label = _("分管领导")
    node = Node.REGION
    permissions = frozenset(
        {
            P.REGISTRY_VIEW, P.COVERAGE_VIEW, P.FIGURES_VIEW, P.PACKS_VIEW,
            P.MATTERS_VIEW, P.MATTERS_ACT,
        }
    )  # fmt: skip


class Instructor(Role):
    """Sees and surveys the units and party organisations in charge, nothing else."""

    key = "instructor"
    label = _("党建指导员")
    node = Node.APPOINTMENT
    permissions = frozenset(
        {
            P.REGISTRY_VIEW, P.MEMBERS_VIEW, P.COVERAGE_VIEW, P.FIGURES_VIEW, P.PACKS_VIEW, P.UNITS_EDIT,
            P.MATTERS_VIEW, P.MATTERS_ACT,
            P.FORMS_ANSWER,
        }
    )  # fmt: skip


class StreetOfficer(Role):
    key = "street_officer"
    label = _("街道（乡镇）工作人员")
    node = Node.REGION
    permissions = frozenset(
        {
            P.REGISTRY_VIEW, P.PEOPLE_VIEW, P.MEMBERS_VIEW, P.COVERAGE_VIEW, P.FIGURES_VIEW,
            P.FIGURES_BUILD, P.PACKS_VIEW,
            P.UNMASK, P.REGIONS_EDIT, P.UNITS_EDIT, P.PARTY_ORGS_EDIT, P.PEOPLE_EDIT, P.MEMBERS_EDIT,
            P.IMPORT, P.MERGE, P.EXPORT, P.PERIODS_CLOSE, P.PERIODS_ACCEPT,
            P.MATTERS_VIEW, P.MATTERS_ACT, P.REPORTERS_VIEW, P.MATTERS_RELEASE,
            P.FORMS_ANSWER,
        }
    )  # fmt: skip


class VillageClerk(Role):
    key = "village_clerk"
    label = _("村（社区）工作人员")
    node = Node.REGION
    permissions = frozenset(
        {
            P.REGISTRY_VIEW, P.PEOPLE_VIEW, P.MEMBERS_VIEW, P.COVERAGE_VIEW, P.FIGURES_VIEW, P.PACKS_VIEW,
            P.UNITS_EDIT, P.PEOPLE_EDIT, P.IMPORT, P.PERIODS_CLOSE,
            P.MATTERS_VIEW, P.MATTERS_ACT, P.REPORTERS_VIEW,
            P.FORMS_ANSWER,
        }
    )  # fmt: skip


class DepartmentOfficer(Role):
    """A department sees the units of its trade, wherever they are in its area."""

    key = "department_officer"
    label = _("部门工作人员")
    node = Node.AUTHORITY
    permissions = frozenset(
        {
            P.REGISTRY_VIEW, P.COVERAGE_VIEW, P.FIGURES_VIEW, P.PACKS_VIEW, P.EXPORT,
            P.MATTERS_VIEW, P.MATTERS_ACT,
        }
    )  # fmt: skip


class UnitOfficer(Role):
    """A body that is no authority and yet is given matters: a social organisation, a property company, an
    enterprise. Sees what is about it or was sent to it, nothing else.
    """

    key = "unit_officer"
    label = _("承办单位经办人")
    node = Node.AUTHORITY
    permissions = frozenset({P.MATTERS_VIEW, P.MATTERS_ACT})


class CaseCentre(Role):
    """Takes calls and reports in, sends them out, reviews and calls back (热线、网格、城运中心)."""

    key = "case_centre"
    label = _("受理中心工作人员")
    node = Node.REGION
    permissions = frozenset(
        {
            P.REGISTRY_VIEW, P.FIGURES_VIEW, P.PACKS_VIEW, P.IMPORT, P.EXPORT,
            P.MATTERS_VIEW, P.MATTERS_ACT, P.REPORTERS_VIEW, P.MATTERS_RELEASE,
        }
    )  # fmt: skip


class PartyCommitteeOfficer(Role):
    key = "party_committee_officer"
    label = _("党（工）委工作人员")
    node = Node.PARTY_ORG
    permissions = frozenset(
        {
            P.REGISTRY_VIEW, P.PEOPLE_VIEW, P.MEMBERS_VIEW, P.COVERAGE_VIEW, P.FIGURES_VIEW, P.PACKS_VIEW,
            P.PARTY_ORGS_EDIT, P.MEMBERS_EDIT, P.IMPORT, P.EXPORT,
            P.MATTERS_VIEW, P.MATTERS_ACT,
            P.FORMS_ANSWER,
        }
    )  # fmt: skip


class BranchSecretary(Role):
    key = "branch_secretary"
    label = _("党支部书记")
    node = Node.PARTY_ORG
    permissions = frozenset(
        {
            P.REGISTRY_VIEW, P.PEOPLE_VIEW, P.MEMBERS_VIEW, P.FIGURES_VIEW, P.PACKS_VIEW, P.MEMBERS_EDIT,
            P.MATTERS_VIEW, P.MATTERS_ACT,
        }
    )  # fmt: skip


class Inspector(Role):
    """Reads the lists and the evidence behind each; changes and takes away nothing."""

    key = "inspector"
    label = _("督导员")
    node = Node.REGION
    permissions = frozenset(
        {
            P.REGISTRY_VIEW, P.MEMBERS_VIEW, P.COVERAGE_VIEW, P.FIGURES_VIEW, P.PACKS_VIEW,
            P.MATTERS_VIEW, P.MATTERS_ACT,
        }
    )  # fmt: skip


class SystemAdministrator(Role):
    key = "system_administrator"
    label = _("系统管理员")
    node = Node.SYSTEM
    permissions = SYSTEM


class SecurityAdministrator(Role):
    key = "security_administrator"
    label = _("安全保密管理员")
    node = Node.SYSTEM
    permissions = SECURITY


class AuditAdministrator(Role):
    key = "audit_administrator"
    label = _("安全审计员")
    node = Node.SYSTEM
    permissions = AUDIT


_ALL: tuple[type[Role], ...] = (
    OrganisationDepartment,
    TwoNewOffice,
    Leader,
    Instructor,
    StreetOfficer,
    VillageClerk,
    DepartmentOfficer,
    UnitOfficer,
    CaseCentre,
    PartyCommitteeOfficer,
    BranchSecretary,
    Inspector,
    SystemAdministrator,
    SecurityAdministrator,
    AuditAdministrator,
)

ROLES: Mapping[str, type[Role]] = {role.key: role for role in _ALL}
"""Every role by key, in the order in which they are offered."""

ADMINISTRATORS = frozenset({SystemAdministrator.key, SecurityAdministrator.key, AuditAdministrator.key})
"""The three roles that no one may hold together, nor beside a role that shows records (三权分立)."""


def role_of(key: str) -> type[Role]:
    """The role called `key`. Raises KeyError for a role that is no longer known: its grants give nothing."""
    return ROLES[key]
