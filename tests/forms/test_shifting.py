"""What names rows follows them as a list grows from row 4–7 by ten."""

import pytest

from jiceng.forms.blanks.shifting import Shift


@pytest.fixture
def shift():
    return Shift(package=None, part="", title="表 一", first=4, last=7, by=10)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("SUM(C4:C7)", "SUM(C4:C17)"),
        ("SUM($C$4:$C$7)", "SUM($C$4:$C$17)"),
        ("SUM(C4:C6)", "SUM(C4:C6)"),
        ("C8+C3", "C18+C3"),
        ("C7", "C7"),
        ("A1&B7", "A1&B7"),
        ("SUM(C1:C100)", "SUM(C1:C110)"),
        ("'表 一'!C8", "'表 一'!C18"),
        ("其他!C8", "其他!C8"),
        ('"C8"&C8', '"C8"&C18'),
        ("LOG10(C8)", "LOG10(C18)"),
        ("SUM(C:C)", "SUM(C:C)"),
        ("C1048576", "C1048576"),
        ("AB12CD", "AB12CD"),
        ("名称_C8", "名称_C8"),
    ],
)
def test_formulas_of_the_sheet(shift, before, after):
    assert shift._text(before, own=True) == after


def test_formulas_of_other_sheets_name_it(shift):
    assert shift._text("C8+'表 一'!C8", own=False) == "C8+'表 一'!C18"


def test_a_list_of_one_line_grows_in_its_column_only():
    one = Shift(package=None, part="", title="表", first=5, last=5, by=2)
    assert one._ranges("C5:C5 A5:B5 A6:B6") == "C5:C7 A5:B5 A8:B8"
