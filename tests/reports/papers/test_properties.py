"""What holds of any paper: headings count on, signatures stand where the standard says, tables say what they hold."""

from datetime import date
from io import BytesIO

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jiceng.reports.numerals import chinese_number
from jiceng.reports.papers import Field, Form, Heading, Paper, Paragraph, Signature, Table, docx, gaps
from jiceng.reports.papers.blocks import Count
from jiceng.reports.papers.frame import signature
from jiceng.reports.sheets import workbook
from jiceng.reports.tables import Column, Share, text_of, totalled
from tests.reports.geometry import deviations
from tests.reports.word import W, Word, attribute

LETTERS = "某县委组织部东街社区党支部一二三"
NAMES = st.text(alphabet=LETTERS, min_size=1, max_size=24)
DAYS = st.dates(date(1949, 10, 1), date(2100, 1, 1))


def breadth(text: str) -> float:
    return sum(0.5 if letter.isascii() else 1 for letter in text)


# ---------------------------------------------------------------------------------------------- headings
@given(st.lists(st.integers(1, 4), max_size=60))
def test_a_heading_s_number_is_how_many_of_its_level_stand_below_the_last_higher_one(levels):
    count = Count()
    for place, level in enumerate(levels):
        since = max((n for n, other in enumerate(levels[:place]) if other < level), default=-1)
        number = sum(other == level for other in levels[since + 1 : place + 1])
        shown = chinese_number(number) if level < 3 else str(number)
        assert (
            count.next(level)
            == {1: f"{shown}、", 2: f"（{shown}）", 3: f"{shown}.", 4: f"（{shown}）"}[level]
        )


# --------------------------------------------------------------------------------------------- signature
def placed(element) -> tuple[float, float]:
    """Where a right-aligned line begins and ends, in characters from the right edge."""
    right = int(attribute(element, "rightChars", "pPr", "ind")) / 100
    text = "".join(part.text for part in element.iter(W + "t"))
    return right + breadth(text), right


@given(NAMES, DAYS)
def test_a_sealed_date_stands_four_in_with_the_name_in_the_middle_over_it(issuer, day):
    name, dated = signature(Signature(issuer, day), 16)
    (name_from, name_to), (day_from, day_to) = placed(name), placed(dated)
    assert day_to == 4
    if name_to > 0:
        assert name_from + name_to == pytest.approx(day_from + day_to, abs=0.02)
    else:  # too long to stand in the middle: it ends at the edge
        assert breadth(issuer) >= day_from + day_to


@given(NAMES, DAYS)
def test_an_unsealed_date_begins_two_right_of_the_name_and_the_longer_ends_two_in(issuer, day):
    name, dated = signature(Signature(issuer, day, sealed=False), 16)
    (name_from, name_to), (day_from, day_to) = placed(name), placed(dated)
    assert name_from - day_from == pytest.approx(2, abs=0.02)
    assert min(name_to, day_to) == pytest.approx(2, abs=0.02)


# ------------------------------------------------------------------------------------------------ tables
COLUMNS = (
    Column("单位"),
    Column("派单", group="办理", kind="integer", adds=True),
    Column("办结率", group="办理", kind="share", adds=True),
    Column("经费", kind="number", decimals=2, adds=True),
    Column("日期", kind="day"),
)
CELLS = st.tuples(
    st.text(alphabet=LETTERS, max_size=30),
    st.one_of(st.none(), st.integers(0, 10**6)),
    st.one_of(st.none(), st.builds(Share, st.integers(0, 99), st.integers(0, 99))),
    st.one_of(st.none(), st.decimals(0, 10**6, places=2)),
    st.one_of(st.none(), st.dates(date(1950, 1, 1), date(2100, 1, 1))),
)


def shown(table: Table) -> list[list[str]]:
    """The table's rows as they read."""
    rows = [*table.rows, *([table.total] if table.total is not None else [])]
    return [[text_of(cell, column) for cell, column in zip(row, COLUMNS, strict=True)] for row in rows]


@given(st.lists(CELLS, max_size=8))
@settings(max_examples=25, deadline=None)
def test_a_paper_s_table_says_every_cell_and_keeps_the_standard(rows):
    table = totalled(Table("表", COLUMNS, tuple(rows)))
    word = Word(docx(Paper(title="题", blocks=(Paragraph("见下表。"), table))))
    (found,) = word.tables
    assert found.rows[2:] == shown(table)
    assert sum(found.grid) == 8844
    assert min(found.grid) > 0
    assert deviations(word) == []


@given(st.lists(CELLS, max_size=8))
@settings(max_examples=25, deadline=None)
def test_a_workbook_and_a_paper_say_the_same(rows):
    table = totalled(Table("表", COLUMNS, tuple(rows)))
    sheet = openpyxl.load_workbook(BytesIO(workbook(table))).active
    read = [list(row) for row in sheet.iter_rows(min_row=4, max_col=len(COLUMNS), values_only=True)]
    assert len(read) == len(rows) + 1
    for cells, texts, given_ in zip(read, shown(table), [*table.rows, table.total], strict=True):
        for value, text, cell in zip(cells, texts, given_, strict=True):
            if isinstance(cell, Share) and cell.value is not None:
                assert value == pytest.approx(float(cell.value))
            elif text and not isinstance(cell, str) and text != "—":
                assert str(value).startswith(text) or float(value) == pytest.approx(float(text))
            else:
                assert (value or "") == text


@given(
    st.lists(
        st.lists(st.builds(Field, NAMES, NAMES, st.integers(1, 5)), min_size=1, max_size=4),
        min_size=1,
        max_size=6,
    )
)
@settings(max_examples=25, deadline=None)
def test_a_form_s_rows_all_fill_its_width(rows):
    word = Word(docx(Paper(title="题", blocks=(Form(tuple(map(tuple, rows))),))))
    (form,) = word.tables
    for row, fields in zip(form.cells, rows, strict=True):
        assert len(row) == 2 * len(fields)
        assert sum(int(attribute(cell, "w", "tcPr", "tcW")) for cell in row) == sum(form.grid) == 8844
        spans = [int(attribute(cell, "val", "tcPr", "gridSpan") or 1) for cell in row]
        edges = [sum(form.grid[: sum(spans[: n + 1])]) for n in range(len(spans))]
        widths = [int(attribute(cell, "w", "tcPr", "tcW")) for cell in row]
        assert edges == [sum(widths[: n + 1]) for n in range(len(widths))]


# ------------------------------------------------------------------------------------------------- whole
BLOCKS = st.lists(
    st.one_of(
        st.builds(Paragraph, NAMES),
        st.builds(Heading, NAMES, st.integers(1, 4), st.one_of(st.just(""), NAMES)),
        st.builds(Signature, NAMES, DAYS),
    ),
    max_size=8,
)


@given(
    NAMES,
    BLOCKS,
    st.sampled_from(["official", "circular", "supervision"]),
    st.booleans(),
    st.one_of(st.none(), DAYS),
)
@settings(max_examples=40, deadline=None)
def test_any_upright_paper_keeps_the_standard(name, blocks, kind, sealed, day):
    paper = Paper(
        kind=kind,
        title=name,
        head=name,
        number="某组通〔2022〕5号",
        addressee=name,
        issuer=name,
        date=day,
        sealed=sealed,
        blocks=tuple(blocks),
        copies_to=(name, name),
    )
    word = Word(docx(paper))
    assert deviations(word) == []
    assert gaps(paper) == []
    assert (word.of("Date")[-1].text == "【待填：成文日期】") == (day is None)
