"""Every column that holds keys of packs is known to, so that no pack takes away a key that a record holds."""

import pytest
from django.apps import apps
from django.db import models

from jiceng.exchange.tables import all_tables
from jiceng.packs.catalogue import of_folders, shipped
from jiceng.packs.usages import Usage, all_usages

ROOMS = ("organisations", "people", "coverage")
KEY = 60
"""How long a key may be, and so how long every column is that holds one."""
WORDS = {"name", "initials", "principal", "head_name"}
"""Columns of that length that people fill with words of their own."""


def columns(room: str) -> set[tuple[str, str]]:
    """Model and column of every text in a room that has a key's length."""
    return {
        (model._meta.label_lower, field.attname)
        for model in apps.get_app_config(room).get_models()
        for field in model._meta.concrete_fields
        if type(field) is models.CharField and field.max_length == KEY
    }


@pytest.mark.parametrize("room", ROOMS)
def test_no_model_keeps_keys_in_a_column_that_nobody_knows_of(room):
    known = {(usage.model, usage.column) for usage in all_usages()}
    unknown = {(model, column) for model, column in columns(room) - known if column not in WORDS}
    assert unknown == set()


def test_what_workbooks_take_for_terms_is_known_as_such():
    written = {
        Usage(field.vocabulary, table.model._meta.label_lower, field.stored)
        for table in all_tables().values()
        for field in table.fields
        if field.vocabulary and field.stored
    }
    assert len(written) > 20
    assert written - set(all_usages()) == set()


def test_every_usage_is_of_something_that_packs_have():
    whole = of_folders(*shipped())
    kinds = {*whole.vocabularies, "coverage", "completeness", "matters"}
    assert whole.section("coverage").keys()
    assert whole.section("completeness").keys()
    assert whole.section("matters").keys()
    assert [usage for usage in all_usages() if usage.kind not in kinds] == []
    for usage in all_usages():
        assert apps.get_model(usage.model)._meta.get_field(usage.column), usage
