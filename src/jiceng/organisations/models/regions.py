"""The territory tree. A region's own row says what it is today; its spans say what it was on any day."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from jiceng.records.bases import Dated, DatedQuerySet, Identified, Recorded, RecordedQuerySet, dates_in_order


class Region(Identified, Dated):
    """A node of the territory tree: province to village, residents' group, grid, residential area; or a
    functional area beside the tree, which may hold nodes of it.

    The columns shared with `RegionSpan` repeat its latest span, for lists and links. `valid_to` is set once
    the region no longer exists; its path then leads under its successor, so that its records count there on
    today's map. Territory is public: reading it needs no scope.
    """

    code = models.CharField(_("区划代码"), max_length=20)
    name = models.CharField(_("名称"), max_length=80)
    initials = models.CharField(_("拼音首字母"), max_length=80, blank=True)
    kind = models.CharField(_("类型"), max_length=60)  # pack term, e.g. core:village
    parent = models.ForeignKey(
        "self", models.PROTECT, verbose_name=_("上级区域"), null=True, blank=True, related_name="children"
    )
    path = models.CharField(max_length=80)
    level = models.SmallIntegerField(_("层级"))  # of its kind: 1 province … 5 village, 6 below
    # An imported code that fails its check is allowed with a note by someone entitled.
    code_note = models.CharField(_("代码说明"), max_length=200, blank=True)
    code_noted_by = models.CharField(_("说明人"), max_length=80, blank=True)

    objects = DatedQuerySet.as_manager()

    class Meta:
        verbose_name = _("区域")
        constraints = (
            dates_in_order("region_dates"),
            models.UniqueConstraint(
                fields=["code"], condition=Q(valid_to__isnull=True), name="region_live_code"
            ),
        )
        indexes = (
            models.Index(fields=["code"], name="region_code"),
            models.Index(fields=["path"], name="region_path"),
        )

    def __str__(self) -> str:
        return self.name


class RegionSpan(Recorded, Dated):
    """A stretch in which a region's code, name, kind and place in the tree did not change.

    `living` is false from the day the region was merged, split or dissolved: it then counts as no region any
    more but keeps a place under its successor. `pending` marks what a split has left unattributed.
    """

    # region_span_start finds a region's spans
    region = models.ForeignKey(Region, models.CASCADE, related_name="spans", db_index=False)
    parent = models.ForeignKey(Region, models.PROTECT, null=True, blank=True, related_name="+")
    code = models.CharField(max_length=20)
    name = models.CharField(max_length=80)
    kind = models.CharField(max_length=60)
    path = models.CharField(max_length=80)
    level = models.SmallIntegerField()
    living = models.BooleanField(default=True)
    pending = models.BooleanField(default=False)
    restructuring = models.ForeignKey(
        "organisations.Restructuring",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="spans",
        db_index=False,
    )

    objects = DatedQuerySet.as_manager()

    class Meta:
        constraints = (
            dates_in_order("region_span_dates"),
            models.UniqueConstraint(fields=["region", "valid_from"], name="region_span_start"),
            models.UniqueConstraint(
                fields=["region"], condition=Q(valid_to__isnull=True), name="region_span_open"
            ),
        )
        indexes = (
            models.Index(fields=["path"], name="region_span_path"),
            models.Index(fields=["code"], name="region_span_code"),
            models.Index(
                fields=["restructuring"],
                name="region_span_restructuring",
                condition=Q(restructuring__isnull=False),
            ),
        )


class RegionHolding(Recorded, Dated):
    """A node of the tree that a functional area (开发区, 新区, 片区) holds; it stays where it is in the
    tree.
    """

    holder = models.ForeignKey(Region, models.CASCADE, verbose_name=_("功能区"), related_name="holdings")
    held = models.ForeignKey(Region, models.PROTECT, verbose_name=_("托管区域"), related_name="held_by")

    objects = DatedQuerySet.as_manager()

    class Meta:
        constraints = (
            dates_in_order("region_holding_dates"),
            models.UniqueConstraint(fields=["holder", "held", "valid_from"], name="region_holding_start"),
        )


class Restructuring(Identified):
    """One document by which regions or party organisations were merged, split, renamed, moved, converted,
    dissolved.
    """

    document = models.CharField(_("文号"), max_length=80)
    name = models.CharField(_("名称"), max_length=120)
    effective = models.DateField(_("生效日期"))
    steps = models.JSONField(_("步骤"), default=list)

    objects = RecordedQuerySet.as_manager()

    class Meta:
        verbose_name = _("区划与组织调整")
        constraints = (
            models.UniqueConstraint(fields=["document", "effective"], name="restructuring_document"),
        )

    def __str__(self) -> str:
        return f"{self.name}（{self.document}）"
