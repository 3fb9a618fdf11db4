"""Which registry tables the web shows, to whom, and under which columns."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.db.models import Q, QuerySet
from django.http import Http404
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from jiceng.accounts.permissions import Permission as P
from jiceng.accounts.scoping import Access
from jiceng.accounts.tables import permission_for
from jiceng.exchange.tables import Field, Table, all_tables
from jiceng.exchange.writing.scoping import condition
from jiceng.protection.scopes import active_scope
from jiceng.records.bases import Dated, valid_on
from jiceng.web.registry.listing.columns import Column, Kind
from jiceng.web.registry.listing.lines import lines_of
from jiceng.web.registry.listing.paging import Order
from jiceng.web.registry.listing.source import Line
from jiceng.web.registry.listing.terms import Words

KINDS: Mapping[str, Kind] = {
    "text": "text",
    "integer": "integer",
    "number": "integer",
    "date": "date",
    "boolean": "boolean",
    "term": "term",
    "code": "code",
    "uscc": "code",
    "area_code": "code",
}

FIRST: Mapping[str, tuple[str, ...]] = {
    "units": ("name", "code", "kind", "region", "industry", "status", "employees", "above_scale"),
    "party-orgs": ("name", "code", "form", "mode", "superior", "region", "term_until"),
    "regions": ("name", "code", "kind", "parent", "valid_from"),
    "people": ("name", "sex", "birth_date", "education", "region", "household", "relation"),
    "memberships": ("person", "party_org", "admitted_on", "full_on", "entry", "valid_from"),
    "appointments": ("person", "post", "unit", "party_org", "region", "valid_from", "term_until"),
}
"""Which columns a list shows, and in which order, before anybody has chosen; else its first ones."""

TITLES: Mapping[str, Promise] = {
    "party-orgs": pgettext_lazy("ledger", "党组织"),
    "covers": pgettext_lazy("ledger", "党组织覆盖"),
    "regions": pgettext_lazy("ledger", "区域"),
    "designations": pgettext_lazy("ledger", "认定"),
    "party-org-ties": pgettext_lazy("ledger", "党组织关系"),
    "holdings": pgettext_lazy("ledger", "托管"),
    "competences": pgettext_lazy("ledger", "台账主管机构"),
    "units": pgettext_lazy("ledger", "单位"),
    "employments": pgettext_lazy("ledger", "就业"),
    "experiences": pgettext_lazy("ledger", "工作经历"),
    "qualifications": pgettext_lazy("ledger", "称号与技能"),
    "standings": pgettext_lazy("ledger", "身份认定"),
    "memberships": pgettext_lazy("ledger", "党员"),
    "participations": pgettext_lazy("ledger", "参加活动关系"),
    "households": pgettext_lazy("ledger", "住户"),
    "people": pgettext_lazy("ledger", "人员"),
    "appointments": pgettext_lazy("ledger", "任职"),
    "charges": pgettext_lazy("ledger", "联系指导"),
    "teams": pgettext_lazy("ledger", "队伍"),
    "post-slots": pgettext_lazy("ledger", "岗位"),
}
"""Table → what its list is called, where a language tells one from many."""

MACHINE = frozenset({"uid"})
"""Fields for exchange between machines."""

MOST_SHOWN = 8
"""So many at most: more do not fit a desk's screen."""


LIVES: Mapping[str, Promise] = {"": _("存续的"), "ended": _("已终止的"), "all": _("含已终止的")}

HINT = _("把手里的工作簿导入进来，或把顶部的区域改大一级")


@dataclass(frozen=True, slots=True)
class Ledger:
    """A registry table with what the web adds to its declaration."""

    table: Table
    permission: P
    columns: tuple[Column, ...]

    @property
    def key(self) -> str:
        """The table's key, as it stands in addresses."""
        return self.table.key

    @property
    def label(self) -> str:
        """What the list is called in the active language: all of its records."""
        return title_of(self.key)

    @property
    def one(self) -> str:
        """What one of its records is called."""
        return gettext(self.table.label)

    @property
    def model(self) -> type[models.Model]:
        """The model of its records."""
        return self.table.model

    def has(self, column: str) -> bool:
        """Whether the model has a database column of this name."""
        return _field(self.model, column) is not None

    # ------------------------------------------------------------------ what a list asks of its source
    @property
    def address(self) -> str:
        """The page of its list."""
        return reverse("registry:list", args=[self.key])

    @property
    def lives(self) -> Mapping[str, Promise]:
        """The stretches of life that may be asked for."""
        return LIVES

    @property
    def counts(self) -> bool:
        """The list says how many there are."""
        return True

    @property
    def hint(self) -> Promise:
        """What to do where there is nothing yet."""
        return HINT

    @property
    def extras(self) -> tuple[str, ...]:
        """Its lines need nothing besides their columns."""
        return ()

    def lived(self, life: str, day: date) -> Q:
        """Records without dates live always."""
        if not issubclass(self.model, Dated) or life == "all":
            return Q()
        return Q(valid_to__lte=day) if life == "ended" else valid_on(day)

    def order(self) -> Order:
        """By territory, along the index on (path, key); by key alone where a record has no place of its own."""
        return Order(next((name for name in ("region_path", "path") if self.has(name)), "pk"))

    def visible(self) -> QuerySet[Any]:
        """The records that the scope in force shows. Tables without a scope of their own (ties, charges, regions)
        are seen where the records are that they hang on.
        """
        return self.model._base_manager.filter(condition(self.table, active_scope()))

    def lines(
        self, columns: Sequence[Column], rows: Iterable[tuple[Any, ...]], words: Words
    ) -> Iterable[Line]:
        """Its rows as the list shows them."""
        return lines_of(self.key, columns, rows, words)


def ledger_tables() -> Mapping[str, Table]:
    """The tables that are ledgers of the registry, by key; others have pages of their own."""
    return {key: table for key, table in all_tables().items() if table.ledger}


def ledger_of(key: str, access: Access) -> Ledger:
    """The table called `key` for someone who may see it. Raises Http404 for none, Denied without the
    right.
    """
    table = ledger_tables().get(key)
    if table is None:
        raise Http404(key)
    access.require(permission_for(key))
    return Ledger(table, permission_for(key), columns_of(key))


def ledgers_for(access: Access) -> list[Ledger]:
    """Every table that someone may see, in the order of their declaration."""
    return [
        Ledger(table, permission_for(key), columns_of(key))
        for key, table in ledger_tables().items()
        if access.may(permission_for(key))
    ]


def title_of(key: str) -> str:
    """What the list of the table called `key` is called in the active language."""
    return str(TITLES[key]) if key in TITLES else gettext(all_tables()[key].label)


@cache
def table_of_model(model: type[models.Model]) -> str:
    """The key of the table whose records are of `model`, or ''."""
    return next((key for key, table in ledger_tables().items() if table.model is model), "")


@cache
def columns_of(key: str) -> tuple[Column, ...]:
    """The columns of a table's list: what an export of it reads, but for values that are sealed."""
    table = all_tables()[key]
    found = [_column(table, f) for f in table.offered() if f.read_from and not f.sensitive]
    first = FIRST.get(key) or tuple(c.key for c in found if c.shown)[:MOST_SHOWN]
    found.sort(key=lambda c: first.index(c.key) if c.key in first else len(first))
    return tuple(replace(c, shown=c.key in first) for c in found)


def _column(table: Table, field: Field) -> Column:
    path = field.read_from.partition("|")[0]
    head, _double, tail = path.partition("__")
    own = _field(table.model, head)
    made = Column(
        key=field.key,
        label=field.label,
        kind=KINDS.get(field.kind, "reference" if tail else "text"),
        path=path,
        vocabulary=field.vocabulary,
        nullable=bool(own and own.null),
        shown=not (tail and tail != "name") and field.key not in MACHINE,
    )
    if not tail:
        initials = "initials" if path == "name" and _field(table.model, "initials") else ""
        return replace(made, sort=path, initials=initials)
    if own is None or not own.is_relation or tail != "name":
        return made
    ordered = "region_path" if head == "region" and _field(table.model, "region_path") else ""
    link_table = table_of_model(own.related_model) if isinstance(own.related_model, type) else ""
    spelled = isinstance(own.related_model, type) and _field(own.related_model, "initials") is not None
    return replace(
        made, kind="reference", sort=ordered, nullable=False, link=f"{head}_id", link_table=link_table,
        initials=f"{head}__initials" if spelled else "",
    )  # fmt: skip


def _field(model: type[models.Model], name: str) -> "models.Field[object, object] | None":
    try:
        found = model._meta.get_field(name)
    except FieldDoesNotExist:
        return None
    return found if isinstance(found, models.Field) else None
