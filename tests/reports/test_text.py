"""Text on its way onto paper."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from jiceng.reports.text import clean


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("", ""),
        ("某县委　组织部", "某县委　组织部"),
        ("甲\r\n乙\r丙\u2028丁\u2029戊\x85己", "甲\n乙\n丙\n丁\n戊\n己"),
        ("甲\t乙", "甲 乙"),
        ("\x00\x01\x08\x0b\x0c\x0e\x1f\x7f", ""),
        ("\ud800甲\udfff", "甲"),
        ("\ufffe甲\uffff", "甲"),
        ("𠮷😀é", "𠮷😀é"),
    ],
)
def test_what_cannot_be_printed_is_left_out(written, kept):
    assert clean(written) == kept


@given(st.text())
def test_what_is_left_goes_into_xml_and_comes_out_again(text):
    element = etree.Element("t")
    element.text = clean(text)
    assert (etree.fromstring(etree.tostring(element)).text or "") == clean(text)


@given(st.text())
def test_cleaning_twice_changes_nothing_more(text):
    assert clean(clean(text)) == clean(text)
