"""Users and what they may do where."""

from typing import ClassVar

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from jiceng.accounts.deciding import Decided
from jiceng.accounts.permissions import Permission
from jiceng.accounts.roles import ROLES, Role
from jiceng.organisations.models import Competence, PartyOrg, Region, Unit
from jiceng.people.models import Appointment, Person
from jiceng.records.bases import (
    Dated,
    DatedQuerySet,
    Identified,
    Recorded,
    RecordedQuerySet,
    dates_in_order,
)


class UserManager(BaseUserManager["User"]):
    """Finds users by name; they are created by `accounts.actions.users` alone."""


class User(AbstractBaseUser):
    """Someone who signs in. Rights come from grants alone; there is no superuser.

    Django itself stores sign-ins and password hashes, so the table is not `Recorded`: its actions write
    what they change into the audit chain, without the hash.
    """

    username = models.CharField(_("用户名"), max_length=60, unique=True)
    full_name = models.CharField(_("姓名"), max_length=60)
    unit = models.ForeignKey(
        Unit, models.PROTECT, verbose_name=_("工作单位"), null=True, blank=True, related_name="users"
    )
    person = models.ForeignKey(
        Person, models.SET_NULL, verbose_name=_("人员"), null=True, blank=True, related_name="users"
    )
    is_active = models.BooleanField(_("启用"), default=True)
    created_at = models.DateTimeField(_("建立时间"), default=timezone.now)
    password_changed_at = models.DateTimeField(_("密码修改时间"), null=True, blank=True)
    # a password that an administrator has reset opens nothing until another administrator agrees
    awaits_release = models.BooleanField(_("待放行"), default=False)
    must_change_password = models.BooleanField(_("须修改密码"), default=True)
    demo_key = models.CharField(max_length=120, blank=True)  # `pack:key` of a demonstration identity

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["full_name"]

    objects = UserManager()

    class Meta:
        verbose_name = _("用户")
        constraints = (
            models.UniqueConstraint(fields=["demo_key"], condition=~Q(demo_key=""), name="user_demo_key"),
        )

    def __str__(self) -> str:
        return self.full_name or self.username


class Grant(Identified, Dated):
    """A role held by a user on a node from one day to another.

    With `appointment` it lasts no longer than that post, with `competence` no longer than that body keeps
    the ledger. A role of a held post (instructor) has the appointment as its node; an administrator's role
    has none.
    """

    user = models.ForeignKey(User, models.PROTECT, verbose_name=_("用户"), related_name="grants")
    role = models.CharField(_("角色"), max_length=40)
    region = models.ForeignKey(
        Region, models.PROTECT, verbose_name=_("区域"), null=True, blank=True, related_name="grants"
    )
    party_org = models.ForeignKey(
        PartyOrg, models.PROTECT, verbose_name=_("党组织"), null=True, blank=True, related_name="grants"
    )
    authority = models.ForeignKey(
        Unit, models.PROTECT, verbose_name=_("行业主管部门"), null=True, blank=True, related_name="grants"
    )
    appointment = models.ForeignKey(
        Appointment, models.PROTECT, verbose_name=_("任职"), null=True, blank=True, related_name="grants"
    )
    competence = models.ForeignKey(
        Competence, models.PROTECT, verbose_name=_("台账主管权"), null=True, blank=True, related_name="grants"
    )
    document = models.CharField(_("依据"), max_length=120, blank=True)

    objects = DatedQuerySet.as_manager()

    class Meta:
        verbose_name = _("授权")
        constraints = (
            dates_in_order("grant_dates"),
            models.CheckConstraint(
                condition=Q(party_org__isnull=True, authority__isnull=True)
                | Q(region__isnull=True, authority__isnull=True)
                | Q(region__isnull=True, party_org__isnull=True),
                name="grant_one_node",
            ),
        )
        indexes = (models.Index(fields=["user", "valid_from"], name="grant_user"),)

    def __str__(self) -> str:
        label = str(self.role_class.label) if self.role_class else self.role
        return f"{label} · {self.node}" if self.node else label

    @property
    def role_class(self) -> type[Role] | None:
        """The role, or None where it is no longer known: such a grant gives nothing."""
        return ROLES.get(self.role)

    @property
    def node(self) -> Region | PartyOrg | Unit | Appointment | None:
        """What the grant stands on; None for an administrator's."""
        return self.region or self.party_org or self.authority or self.appointment


class ExportRequest(Decided, Identified):
    """Someone wants to take many sensitive records out; someone else must agree, and then not for long."""

    table = models.CharField(_("台账"), max_length=60)
    label = models.CharField(_("内容"), max_length=120)
    parameters = models.JSONField(_("条件"), default=dict)
    rows = models.IntegerField(_("记录数"))
    reason = models.CharField(_("用途"), max_length=200)
    place = models.CharField(max_length=80, blank=True)  # territory path of what is asked for
    expires_at = models.DateTimeField(_("下载期限"), null=True, blank=True)
    watermark = models.CharField(_("水印"), max_length=200, blank=True)  # of the last download

    objects = RecordedQuerySet.as_manager()

    class Meta(Decided.Meta):
        verbose_name = _("导出申请")
        indexes = (models.Index(fields=["status", "id"], name="export_status"),)

    def __str__(self) -> str:
        return f"{self.label}（{self.rows}）"


class SavedView(Recorded):
    """A list as someone likes it: filters, order and columns under a name of their own."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, verbose_name=_("用户"), related_name="saved_views"
    )
    table = models.CharField(_("台账"), max_length=60)
    name = models.CharField(_("名称"), max_length=40)
    query = models.CharField(max_length=2000, blank=True)  # the list's address without the page

    objects = RecordedQuerySet.as_manager()

    class Meta:
        verbose_name = _("视图")
        constraints = (models.UniqueConstraint(fields=["user", "table", "name"], name="saved_view_name"),)

    def __str__(self) -> str:
        return self.name


class ApiToken(Identified):
    """By it a program of its owner's acts in the owner's name, with some of the owner's permissions and perhaps in a
    part of the owner's territory only. The text is shown once; its fingerprint is kept.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, verbose_name=_("用户"), related_name="api_tokens"
    )
    name = models.CharField(_("名称"), max_length=80)
    digest = models.CharField(max_length=64, unique=True)
    permissions = models.JSONField(_("权限"), default=list)
    region = models.ForeignKey(
        Region, models.PROTECT, verbose_name=_("区域"), null=True, blank=True, related_name="api_tokens"
    )
    created_at = models.DateTimeField(_("建立时间"), default=timezone.now)
    expires_on = models.DateField(_("有效期至"))  # the last day on which it opens anything
    revoked_at = models.DateTimeField(_("收回时间"), null=True, blank=True)

    objects = RecordedQuerySet.as_manager()

    class Meta:
        verbose_name = _("接口令牌")

    def __str__(self) -> str:
        return self.name

    @property
    def allowed(self) -> frozenset[Permission]:
        """What it may do at most; a permission that is no longer known gives nothing."""
        return frozenset(Permission(key) for key in self.permissions if key in Permission.values)


class ApiUse(models.Model):
    """One day of a token: when it was used last, and how many sensitive records it has read."""

    token = models.ForeignKey(ApiToken, models.CASCADE, related_name="uses")
    day = models.DateField()
    at = models.DateTimeField(_("最近使用"))
    rows = models.IntegerField(_("敏感记录数"), default=0)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["token", "day"], name="api_use_day"),)
