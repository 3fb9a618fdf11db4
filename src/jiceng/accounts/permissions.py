"""What one may do, as single permissions. Code asks for a permission, never for a role."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Permission(TextChoices):
    """A thing that a role allows. The value is stable: it stands in audit rows and in the route table of
    the tests.
    """

    # seeing what the ledgers hold
    REGISTRY_VIEW = "registry.view", _("查看区域、单位和党组织")
    PEOPLE_VIEW = "people.view", _("查看人员和住户")
    MEMBERS_VIEW = "members.view", _("查看党员、任职和队伍")
    COVERAGE_VIEW = "coverage.view", _("查看两个覆盖")
    FIGURES_VIEW = "figures.view", _("查看指标")
    FIGURES_BUILD = "figures.build", _("自建指标")
    PACKS_VIEW = "packs.view", _("查看做法包")
    MATTERS_VIEW = "matters.view", _("查看事项")
    REPORTERS_VIEW = "matters.reporters", _("查看反映人")
    UNMASK = "people.unmask", _("查看完整证件号和电话")

    # keeping them
    REGIONS_EDIT = "regions.edit", _("维护区域")
    RESTRUCTURE = "regions.restructure", _("区划与组织调整")
    UNITS_EDIT = "units.edit", _("维护单位")
    PARTY_ORGS_EDIT = "party_orgs.edit", _("维护党组织")
    PEOPLE_EDIT = "people.edit", _("维护人员和住户")
    MEMBERS_EDIT = "members.edit", _("维护党员、任职和队伍")
    COVERAGE_EXCLUDE = "coverage.exclude", _("覆盖剔除")
    CODE_OVERRIDE = "codes.override", _("放行校验不符的代码")
    IMPORT = "records.import", _("导入")
    MATTERS_ACT = "matters.act", _("提出和办理事项")
    MATTERS_RELEASE = "matters.release", _("审核公开事项")
    PERIODS_CLOSE = "periods.close", _("关账和上报")
    PERIODS_ACCEPT = "periods.accept", _("审收下级上报")
    MERGE = "records.merge", _("合并重复记录")
    EXPORT = "records.export", _("导出")
    EXPORT_APPROVE = "exports.approve", _("审批敏感导出")
    FORMS_DESIGN = "forms.design", _("设计报表取数")
    FORMS_ISSUE = "forms.issue", _("下发报表")
    FORMS_ANSWER = "forms.answer", _("填报和签报")

    # running the system
    USERS_MANAGE = "users.manage", _("管理用户")
    SETTINGS_MANAGE = "settings.manage", _("管理系统设置")
    PACKS_MANAGE = "packs.manage", _("安装做法包")

    # guarding it
    GRANTS_MANAGE = "grants.manage", _("授权")
    ACCESS_MANAGE = "access.manage", _("解除锁定")
    COMPETENCE_HAND_OVER = "competences.hand_over", _("移交台账主管权")

    # watching over both
    AUDIT_VIEW = "audit.view", _("查看审计记录")
    AUDIT_VERIFY = "audit.verify", _("核验审计链")


P = Permission

SYSTEM = frozenset({P.USERS_MANAGE, P.SETTINGS_MANAGE, P.PACKS_MANAGE})
SECURITY = frozenset({P.GRANTS_MANAGE, P.ACCESS_MANAGE, P.COMPETENCE_HAND_OVER})
AUDIT = frozenset({P.AUDIT_VIEW, P.AUDIT_VERIFY})
DATA = frozenset(Permission) - SYSTEM - SECURITY - AUDIT
"""Everything that shows or changes what the ledgers hold; no administrator has any of it."""

SEEING = frozenset(
    {P.REGISTRY_VIEW, P.PEOPLE_VIEW, P.MEMBERS_VIEW, P.COVERAGE_VIEW, P.FIGURES_VIEW, P.MATTERS_VIEW}
)
"""Permissions by which records come into sight: only grants with one of these open a scope."""
