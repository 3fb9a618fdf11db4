"""Every table is classified: a new one fails here until someone has said who may read and what records it."""

import ast
from pathlib import Path

import pytest
from django.apps import apps

from jiceng.protection.scopes import Scope, ScopedModel, UnscopedQueryError, scoped
from jiceng.records.bases import Dated, Recorded
from jiceng.records.chain import UnrecordedWriteError
from jiceng.records.writing import write
from tests.accounts.cast import SETTER, build_cast, build_world

SOURCE = Path(__file__).resolve().parents[2] / "src" / "jiceng"
OURS = [m for m in apps.get_models() if m.__module__.startswith("jiceng.")]

# Read under a scope; the manager raises without one.
SCOPED = {
    "organisations.Unit",
    "organisations.PartyOrg",
    "people.Household",
    "people.Person",
    "people.Membership",
    "people.Participation",
    "people.Appointment",
    "people.Team",
    "people.PostSlot",
    "matters.Matter",
    "matters.Dispatch",
    "matters.Reporter",
}
# Read through the scoped record that they belong to: owner by column.
OWNED = {
    "organisations.UnitSpan": {"unit"},
    "organisations.PartyOrgSpan": {"party_org"},
    "organisations.PartyOrgCover": {"party_org"},
    "organisations.PartyOrgTie": {"party_org"},
    "organisations.Designation": {"unit", "party_org"},
    "people.Charge": {"appointment"},
    "people.Employment": {"person"},
    "people.Experience": {"person"},
    "people.Qualification": {"person"},
    "people.Standing": {"person", "household"},
    "coverage.CoverageSpan": {"unit"},
    "coverage.CompletenessSpan": {"unit"},
    "coverage.Exclusion": {"unit"},
    "matters.MatterLink": {"matter"},
    "matters.Event": {"matter"},
    "matters.Clock": {"matter"},
    "matters.Turn": {"matter"},
}
# The territory and what packs say: anyone with an account may read them.
PUBLIC = {
    "organisations.Region",
    "organisations.RegionSpan",
    "organisations.RegionHolding",
    "organisations.Restructuring",
    "organisations.Competence",
    "packs.PackVersion",
    "packs.PackFile",
    "matters.Flow",
    "matters.FlowKey",
}
# Guarded by permissions of their own, in the actions and pages that show them.
GOVERNED = {
    "residents.ApiKey",
    "residents.Package",
    "accounts.User",
    "accounts.Grant",
    "accounts.ExportRequest",
    "accounts.SavedView",
    "records.AuditEntry",
    "records.AuditRow",
    "records.Attachment",  # who may see its holder
    "records.Draft",  # its owner alone
    "exchange.ImportRun",
    "exchange.ImportRow",
    "exchange.Layout",
    "accounts.ApiToken",  # its owner, and who guards the accounts
    "periods.Closing",  # by the region that closed
    "periods.Step",
    "periods.Reconciled",
    "forms.Form",  # by the region that asks
    "forms.Filing",  # by the region that it is filled for
    "forms.Ask",
    "records.Subscription",
}
# The machine's own.
TECHNICAL = {
    "matters.TickMark",
    "residents.Budget",
    "residents.Crossed",
    "residents.Taken",
    "records.ChainHead",
    "records.CommandKey",
    "records.Series",
    "coverage.RebuildMark",
    "indicators.CompiledQuery",
    "accounts.ApiUse",
    "records.Delivery",
}

# Not recorded row by row, and why that is right.
UNRECORDED = {
    "accounts.User",  # Django stores sign-ins and hashes; its actions note what they change
    "records.AuditEntry",  # the record itself
    "records.AuditRow",
    "records.ChainHead",
    "records.CommandKey",
    "records.Series",  # the numbers stand in what they were taken for
    "records.Draft",  # nobody's record yet
    "exchange.ImportRun",  # the workshop; what comes of it is recorded
    "exchange.ImportRow",
    "coverage.CoverageSpan",  # derived, rebuilt from recorded tables
    "coverage.CompletenessSpan",
    "matters.Turn",  # derived from the matter's state after every step
    "coverage.RebuildMark",
    "matters.TickMark",  # how far the tick has looked, not what it did
    "residents.Budget",  # how much a stranger has asked for of late
    "indicators.CompiledQuery",
    "accounts.ApiUse",  # how much a token has read today
    "records.Delivery",  # what has been sent, and when it is tried again
}


def label(model):
    return model._meta.label


def named(labels):
    return [pytest.param(m, id=label(m)) for m in OURS if label(m) in labels]


RECORDED = [pytest.param(m, id=label(m)) for m in OURS if issubclass(m, Recorded)]


# ------------------------------------------------------------------------------------------ classification
def test_every_model_is_in_exactly_one_class():
    classes = [SCOPED, set(OWNED), PUBLIC, GOVERNED, TECHNICAL]
    found = {label(m): sum(label(m) in c for c in classes) for m in OURS}
    assert {name: count for name, count in found.items() if count != 1} == {}


def test_no_class_names_a_model_that_is_gone():
    assert set().union(SCOPED, OWNED, PUBLIC, GOVERNED, TECHNICAL, UNRECORDED) <= {label(m) for m in OURS}


def test_what_is_scoped_says_so_itself():
    assert {label(m) for m in OURS if issubclass(m, ScopedModel)} == SCOPED


def test_everything_else_of_ours_is_recorded():
    assert {label(m) for m in OURS if not issubclass(m, Recorded)} == UNRECORDED


@pytest.mark.parametrize("model", named(OWNED))
def test_what_belongs_to_a_record_belongs_to_a_scoped_one(model):
    for column in OWNED[label(model)]:
        owner = model._meta.get_field(column).related_model
        assert issubclass(owner, ScopedModel)


@pytest.mark.parametrize("model", named(SCOPED))
def test_scope_columns_exist_and_name_known_trees(model):
    assert set(model.scope_paths) <= {"territory", "party", "industry"}
    assert "territory" in model.scope_paths  # by which a picked territory narrows everything
    for column in (*model.scope_paths.values(), *model.held_by.values()):
        _reached(model, column)
    for other, _column in model.seen_through:
        assert issubclass(apps.get_model(other), Dated)
    for other, column in (*model.seen_through, *model.reached_through):
        pointing = apps.get_model(other)
        assert issubclass(pointing, ScopedModel)
        assert pointing._meta.get_field(column).related_model is model


def _reached(model, lookup):
    """The field that a lookup ends at; raises FieldDoesNotExist where it leads nowhere."""
    first, _dots, rest = lookup.partition("__")
    field = model._meta.get_field(first)
    return _reached(field.related_model, rest) if rest else field


# ----------------------------------------------------------------------------------------------- reading
@pytest.fixture
def world(db):
    return build_world()


@pytest.mark.parametrize("model", named(SCOPED))
def test_an_unscoped_query_raises(model, db):
    for read in (
        lambda: list(model.objects.all()),
        model.objects.count,
        lambda: model.objects.filter(pk=1).exists(),
        lambda: model.objects.get(pk=1),
        lambda: model.objects.in_bulk([1]),
        lambda: model.objects.order_by("pk").first(),
        lambda: list(model.objects.values_list("pk")),
    ):
        with pytest.raises(UnscopedQueryError):
            read()


def test_an_empty_scope_reads_nothing(world):
    for model in (m for m in OURS if label(m) in SCOPED):
        with scoped(Scope.all()):
            assert model.objects.exists(), model
        with scoped(Scope()):
            assert not model.objects.exists(), model


# ----------------------------------------------------------------------------------------------- writing
@pytest.mark.parametrize("model", RECORDED)
def test_saving_outside_a_write_is_refused(model, db):
    with pytest.raises(UnrecordedWriteError):
        model().save()
    with pytest.raises(UnrecordedWriteError):
        model(pk=1).delete()
    assert not model._base_manager.exists()


@pytest.mark.parametrize("model", RECORDED)
def test_bulk_writes_of_django_are_refused(model, db):
    with scoped(Scope.all()):
        rows = model.objects.all()
        for attempt in (
            lambda: rows.update(pk=1),
            rows.delete,
            lambda: rows.bulk_create([model()]),
            lambda: rows.bulk_update([model(pk=1)], ["pk"]),
            lambda: model.objects.update(pk=1),
            model.objects.create,
        ):
            with pytest.raises(UnrecordedWriteError):
                attempt()


def test_stored_records_cannot_be_changed_outside_a_write(world):
    build_cast(world)
    tried = set()
    for model in (m for m in OURS if issubclass(m, Recorded)):
        row = model._base_manager.first()
        if row is None:  # a table that the cast has no use for
            continue
        for attempt in (row.save, row.delete):
            with pytest.raises(UnrecordedWriteError):
                attempt()
        assert model._base_manager.filter(pk=row.pk).exists()
        tried.add(label(model))
    assert tried >= SCOPED


def test_no_code_goes_round_the_recorded_managers():
    """`_base_manager` reads everything and would also write everything: it is for reading."""
    writing = {
        "update",
        "delete",
        "bulk_create",
        "bulk_update",
        "create",
        "get_or_create",
        "update_or_create",
    }
    found = []
    for path in sorted(SOURCE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if not (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Attribute)
                and node.func.attr in writing
            ):
                continue
            chain = ast.unparse(node.func.value)
            if "_base_manager" in chain or ("QuerySet(" in chain and "bulk.py" not in path.name):
                found.append(f"{path.relative_to(SOURCE)}:{node.lineno}")
    assert found == []


def test_inside_a_write_they_go_through(world):
    team = world.qingshan.team
    with write(by=SETTER, action="test.rename"):
        team.name = "青夏志愿队"
        team.save()
    team.refresh_from_db()
    assert team.name == "青夏志愿队"
