"""Which role has which permission, cell by cell; and that the three powers never meet."""

from itertools import combinations

import pytest

from jiceng.accounts.permissions import AUDIT, DATA, SECURITY, SEEING, SYSTEM, Permission
from jiceng.accounts.roles import ADMINISTRATORS, ROLES, Node

COLUMNS = (
    "organisation_department",
    "two_new_office",
    "leader",
    "instructor",
    "street_officer",
    "village_clerk",
    "department_officer",
    "unit_officer",
    "case_centre",
    "party_committee_officer",
    "branch_secretary",
    "inspector",
    "system_administrator",
    "security_administrator",
    "audit_administrator",
)
# Columns in the order above:  O T L I S V D U H C B R | s e a
GRID = """
registry.view          + + + + + + + . + + + + . . .
people.view            + . . . + + . . . + + . . . .
members.view           + + . + + + . . . + + + . . .
coverage.view          + + + + + + + . . + . + . . .
figures.view           + + + + + + + . + + + + . . .
figures.build          + . . . + . . . . . . . . . .
packs.view             + + + + + + + . + + + + . . .
matters.view           + + + + + + + + + + + + . . .
matters.reporters      . . . . + + . . + . . . . . .
people.unmask          + . . . + . . . . . . . . . .
regions.edit           + . . . + . . . . . . . . . .
regions.restructure    + . . . . . . . . . . . . . .
units.edit             + + . + + + . . . . . . . . .
party_orgs.edit        + + . . + . . . . + . . . . .
people.edit            + . . . + + . . . . . . . . .
members.edit           + . . . + . . . . + + . . . .
coverage.exclude       + + . . . . . . . . . . . . .
codes.override         + + . . . . . . . . . . . . .
records.import         + + . . + + . . + + . . . . .
matters.act            + + + + + + + + + + + + . . .
matters.release        + . . . + . . . + . . . . . .
records.merge          + + . . + . . . . . . . . . .
records.export         + + . . + . + . + + . . . . .
exports.approve        + . . . . . . . . . . . . . .
periods.close          + . . . + + . . . . . . . . .
periods.accept         + . . . + . . . . . . . . . .
forms.design           + + . . . . . . . . . . . . .
forms.issue            + . . . . . . . . . . . . . .
forms.answer           + + . + + + . . . + . . . . .
users.manage           . . . . . . . . . . . . + . .
settings.manage        . . . . . . . . . . . . + . .
packs.manage           . . . . . . . . . . . . + . .
grants.manage          . . . . . . . . . . . . . + .
access.manage          . . . . . . . . . . . . . + .
competences.hand_over  . . . . . . . . . . . . . + .
audit.view             . . . . . . . . . . . . . . +
audit.verify           . . . . . . . . . . . . . . +
"""
EXPECTED = {
    (line.split()[0], role): cell == "+"
    for line in GRID.strip().splitlines()
    for role, cell in zip(COLUMNS, line.split()[1:], strict=True)
}


@pytest.mark.parametrize("role", list(ROLES))
@pytest.mark.parametrize("permission", [p.value for p in Permission])
def test_every_permission_of_every_role(permission, role):
    assert (permission in ROLES[role].permissions) == EXPECTED[permission, role]


def test_the_grid_is_complete():
    assert {p for p, _ in EXPECTED} == {p.value for p in Permission}
    assert set(COLUMNS) == set(ROLES)


def test_three_administrators_share_nothing_and_see_no_records():
    kinds = {"system": SYSTEM, "security": SECURITY, "audit": AUDIT, "data": DATA}
    for (_a, one), (_b, other) in combinations(kinds.items(), 2):
        assert not one & other
    for key, allowed in zip(sorted(ADMINISTRATORS), (AUDIT, SECURITY, SYSTEM), strict=True):
        assert ROLES[key].permissions == allowed
        assert not ROLES[key].permissions & SEEING


def test_every_permission_belongs_to_some_kind_and_some_role():
    assert set(Permission) == SYSTEM | SECURITY | AUDIT | DATA
    assert set().union(*(r.permissions for r in ROLES.values())) == set(Permission)


def test_only_administrators_stand_on_no_node():
    assert {r.key for r in ROLES.values() if r.node == Node.SYSTEM} == ADMINISTRATORS


def test_roles_have_their_own_keys_and_chinese_names():
    assert all(key == role.key for key, role in ROLES.items())
    labels = [str(role.label) for role in ROLES.values()]
    assert len(set(labels)) == len(labels)
    assert all("\u4e00" <= label[0] <= "\u9fff" for label in labels)


def test_whoever_changes_records_also_sees_them():
    changing = {p for p in DATA if p.value.endswith(".edit")}
    for role in ROLES.values():
        if role.permissions & changing:
            assert Permission.REGISTRY_VIEW in role.permissions
