"""Every word that tables show on a screen can be translated."""

from jiceng.exchange.tables import all_tables
from jiceng.organisations.tables.labels import COMPOSED
from tools import messages


def test_every_label_and_note_of_every_table_is_in_the_catalogues():
    known = {key.singular for key in messages.in_source()}
    tables = all_tables().values()
    shown = {text for t in tables for text in (t.label, t.note)}
    shown |= {text for t in tables for f in t.fields for text in (f.label, f.note)}
    shown |= {r.label for t in tables for r in t.references}
    assert sorted(shown - known - {""}) == []


def test_labels_that_are_put_together_are_all_used():
    labels = {f.label for table in all_tables().values() for f in table.fields}
    assert set(COMPOSED) <= labels
