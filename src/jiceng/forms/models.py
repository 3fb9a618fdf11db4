"""Superiors' forms: a blank with what its cells are bound to, its fillings by area and period, and what was asked."""

from datetime import date
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from jiceng.organisations.models import Region
from jiceng.records.bases import Identified, RecordedQuerySet
from jiceng.records.models import Attachment


class Frequency(models.TextChoices):
    """How often a form is filled."""

    MONTH = "month", _("月报")
    QUARTER = "quarter", _("季报")
    HALF = "half", _("半年报")
    YEAR = "year", _("年报")
    ONCE = "once", _("一次性")


class Form(Identified):
    """One version of a superior's form. Once issued it does not change any more: a new version follows it.

    `bindings` says where each cell comes from (`forms.bindings`), `burden` what the gate showed when it was issued.
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("草稿")
        ISSUED = "issued", _("使用中")
        ENDED = "ended", _("已停用")

    number = models.CharField(_("表号"), max_length=40)
    version = models.PositiveSmallIntegerField(_("版次"), default=1)
    title = models.CharField(_("表名"), max_length=120)
    issuer = models.CharField(_("制定机关"), max_length=80)
    approval = models.CharField(_("批准（备案）文号"), max_length=80)
    expires = models.DateField(_("有效期至"))
    frequency = models.CharField(_("报送周期"), max_length=10, choices=Frequency)
    second_person = models.BooleanField(_("须第二人审核"), default=False)
    region = models.ForeignKey(Region, models.PROTECT, verbose_name=_("适用区域"), related_name="+")
    blank = models.ForeignKey(Attachment, models.PROTECT, verbose_name=_("空表"), related_name="+")
    kind = models.CharField(max_length=4)  # xlsx, docx
    bindings = models.JSONField(_("取数"), default=dict)
    burden = models.JSONField(_("负担测算"), default=dict)
    state = models.CharField(_("状态"), max_length=10, choices=State, default=State.DRAFT)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name=_("建表人"), related_name="+"
    )
    made_at = models.DateTimeField(_("建表时间"), default=timezone.now)
    issued_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name=_("下发人"), null=True, related_name="+"
    )
    issued_on = models.DateField(_("下发日期"), null=True)
    ended_on = models.DateField(_("停用日期"), null=True)

    objects = RecordedQuerySet.as_manager()

    class Meta:
        verbose_name = _("报表")
        ordering: ClassVar = ["number", "-version"]
        constraints = (
            models.UniqueConstraint(fields=["region", "number", "version"], name="form_version"),
            models.UniqueConstraint(
                fields=["region", "number"], condition=Q(state="issued"), name="form_in_force"
            ),
            models.CheckConstraint(
                condition=Q(state="draft") | Q(issued_by__isnull=False, issued_on__isnull=False),
                name="form_issued_by",
            ),
        )

    def __str__(self) -> str:
        return f"{self.number} {self.title}"

    def is_over(self, day: date) -> bool:
        """Whether it may no longer be filled on `day`: ended, or past its term."""
        return self.state == self.State.ENDED or self.expires < day


class Filing(Identified):
    """A form filled for one area and period and signed off: the file then is what was reported.

    One whose signature was taken back (`withdrawn_at`) stays, but counts no more.
    """

    form = models.ForeignKey(Form, models.PROTECT, verbose_name=_("报表"), related_name="filings")
    region = models.ForeignKey(Region, models.PROTECT, verbose_name=_("区域"), related_name="+")
    first = models.DateField(_("期初"))
    last = models.DateField(_("期末"))
    file = models.ForeignKey(Attachment, models.PROTECT, verbose_name=_("报表文件"), related_name="+")
    filled = models.PositiveIntegerField(_("台账取数"))  # cells filled from the ledgers
    answered = models.PositiveIntegerField(_("人工填报"))
    missing = models.PositiveIntegerField(_("空缺"))
    signed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name=_("签报人"), related_name="+"
    )
    signed_at = models.DateTimeField(_("签报时间"), default=timezone.now)
    checked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name=_("审核人"), null=True, related_name="+"
    )
    checked_at = models.DateTimeField(_("审核时间"), null=True)
    withdrawn_at = models.DateTimeField(_("撤回时间"), null=True)

    objects = RecordedQuerySet.as_manager()

    class Meta:
        verbose_name = _("报送")
        ordering: ClassVar = ["-last", "-id"]
        constraints = (
            models.UniqueConstraint(
                fields=["form", "region", "first"], condition=Q(withdrawn_at=None), name="filing_once"
            ),
            models.CheckConstraint(
                condition=Q(checked_by__isnull=True) | ~Q(checked_by=F("signed_by")),
                name="filing_second_person",
            ),
        )

    @property
    def is_final(self) -> bool:
        """Whether everybody has signed who must."""
        return self.checked_by_id is not None or not self.form.second_person


class Ask(Identified):
    """One blank that the ledgers could not fill, put to whoever can answer, once.

    `at` is the cell, with the record after an `@` where it stands in a list. With a `field` the answer goes into the
    record; else it is the form's own.
    """

    form = models.ForeignKey(Form, models.PROTECT, verbose_name=_("报表"), related_name="asks")
    at = models.CharField(max_length=60)
    text = models.CharField(_("问题"), max_length=200)
    region = models.ForeignKey(Region, models.PROTECT, verbose_name=_("区域"), related_name="+")
    first = models.DateField(_("期初"))
    last = models.DateField(_("期末"))
    table = models.CharField(_("台账"), max_length=40, blank=True)
    record = models.BigIntegerField(null=True)
    field = models.CharField(_("字段"), max_length=40, blank=True)
    value = models.CharField(_("答复"), max_length=500, blank=True)
    kept = models.BooleanField(_("已入台账"), default=False)
    asked_at = models.DateTimeField(_("提出时间"), default=timezone.now)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name=_("答复人"), null=True, related_name="+"
    )
    answered_at = models.DateTimeField(_("答复时间"), null=True)

    objects = RecordedQuerySet.as_manager()

    class Meta:
        verbose_name = _("待填项")
        ordering: ClassVar = ["id"]
        constraints = (
            models.UniqueConstraint(fields=["form", "region", "first", "at"], name="ask_once"),
            # a field of a record is asked for by one form at a time, whichever needs it first
            models.UniqueConstraint(
                fields=["table", "record", "field"],
                condition=Q(answered_at__isnull=True) & ~Q(field=""),
                name="ask_field_once",
            ),
        )
        indexes = (models.Index(fields=["answered_at", "region"], name="ask_open"),)
