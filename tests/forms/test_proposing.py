"""What cells mean is proposed from headings, by the packs' words and the figures' names."""

import pytest

from jiceng.forms.bindings import AREAS, Source
from jiceng.forms.blanks import word, workbook
from jiceng.forms.blanks.grid import place_of
from jiceng.forms.known import Known, fields_of, tables
from jiceng.forms.proposing import Proposer
from tests.forms.blanks import cross_table, list_form, narrative

AREA_NAMES = ["青山县", "青石镇", "青田镇"]


@pytest.fixture
def known(core):
    return Known(())


@pytest.fixture
def propose(known):
    return lambda blank: Proposer(known, AREA_NAMES).propose(blank)


def keys(sources):
    return {place: (source.kind, source.key) for place, source in sources.items()}


def test_a_list_is_one_of_the_ledger_whose_columns_it_names(propose):
    found = propose(workbook.read(list_form(), "表"))
    (rows,) = found.rows
    assert (rows.each, rows.row, rows.last) == ("units", 4, 7)
    assert keys(rows.columns) == {
        1: ("about", "line"), 2: ("field", "name"), 3: ("field", "code"), 4: ("field", "kind"),
        5: ("field", "employees"), 6: ("field", "principal"), 7: ("field", "valid_from"),
    }  # fmt: skip
    assert keys(found.cells) == {
        place_of("0!B2"): ("about", "area"), place_of("0!G2"): ("about", "today"),
        place_of("0!A10.1"): ("about", "filler"),
    }  # fmt: skip


def test_a_cross_table_is_known_by_the_areas_it_names(propose):
    found = propose(workbook.read(cross_table(AREA_NAMES[1:]), "表"))
    (rows,) = found.rows
    assert (rows.each, rows.row, rows.last, rows.names) == (AREAS, 5, 7, 1)
    assert keys(rows.columns) == {
        2: ("figure", "core:two_new_units"), 3: ("figure", "core:two_new_employees"),
        4: ("figure", "core:two_new_party_orgs"),
    }  # fmt: skip
    assert keys(found.cells)[place_of("0!B2")] == ("about", "area")


def test_blanks_of_sentences_are_known_by_the_words_before_them(propose):
    found = keys(propose(word.read(narrative(), "表")).cells)
    assert found[place_of("0!A2.1")] == ("about", "area")
    assert found[place_of("0!A2.2")] == ("about", "period")
    assert found[place_of("0!A3.2")] == ("figure", "core:two_new_party_orgs")
    assert found[place_of("1!B1")] == ("figure", "core:two_new_units")
    assert found[place_of("1!A3.2")] == ("figure", "core:two_new_party_orgs_founded")
    assert place_of("0!A3.3") not in found


def test_hidden_sheets_propose_nothing(propose):
    assert {place.page for place in propose(workbook.read(list_form(), "表")).cells} == {0}


@pytest.mark.parametrize(
    ("text", "held"),
    [
        ("两新组织", "指标“两新组织”"),
        ("法定代表人", "台账“单位”的“负责人”"),
        ("是否愿意提供活动场地", ""),
        ("", ""),
    ],
)
def test_what_the_ledgers_hold_is_known_by_its_words(known, text, held):
    assert next(known.holders(text), "") == held


def test_lists_of_persons_are_no_lines_of_forms(known):
    assert set(tables()) == {"units", "party-orgs", "regions"}
    assert not any(field.sensitive for table in tables().values() for field in fields_of(table))


def test_sources_are_said_in_words(known):
    assert known.label(Source("figure", "core:two_new_units")) == "两新组织"
    assert known.label(Source("field", "principal"), tables()["units"]) == "负责人"
    assert known.label(Source("about", "area")) == "填报区域"
    assert known.label(Source("question", "困难")) == "困难"
    assert known.label(Source("figure", "core:gone")) == "core:gone"
