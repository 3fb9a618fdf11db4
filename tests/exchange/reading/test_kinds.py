"""Workbooks are told by their content; what their formulas lack is found before calamine reads them."""

import zipfile
from io import BytesIO

import pytest

from jiceng.exchange.reading import kinds
from jiceng.exchange.reading.kinds import kind_of, unanswered_formulas
from jiceng.records.isolated import archives
from jiceng.records.isolated.archives import UnfitFileError
from tests.exchange.workbooks import xls, xlsx

BOOK = '<workbook xmlns:r="r"><sheets><sheet name="{name}" sheetId="1" r:id="rId7"/></sheets></workbook>'
RELS = '<Relationships><Relationship Id="rId7" Target="{target}" Type="t"/></Relationships>'


def archive(compression: int = zipfile.ZIP_DEFLATED, **parts: str | bytes) -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(out, "w", compression) as made:
        for name, content in parts.items():
            made.writestr(name.replace("__", "/").replace("_xml", ".xml"), content)
    return out.getvalue()


def workbook(sheet: str, name: str = "表", target: str = "worksheets/sheet1.xml") -> bytes:
    return archive(
        xl__workbook_xml=BOOK.format(name=name),
        **{"xl/_rels/workbook.xml.rels": RELS.format(target=target)},
        xl__worksheets__sheet1_xml=f"<worksheet><sheetData>{sheet}</sheetData></worksheet>",
    )


def code_of(data: bytes) -> str:
    with pytest.raises(UnfitFileError) as caught:
        kind_of(data)
    return caught.value.code


def test_kinds_are_told_by_content():
    assert kind_of(xlsx([["a"]])) == "xlsx"
    assert kind_of(xls([["a"]])) == "xls"
    assert kind_of("名称,人数".encode("gbk")) == "csv"
    assert kind_of("名称\t人数".encode("utf-16")) == "csv"


# ------------------------------------------------------------------------------------------- formulas
@pytest.mark.parametrize(
    ("cell", "shown"),
    [
        ('<c r="B2"><f>A1&amp;"x"</f></c>', '=A1&"x"'),
        ('<c r="B2" t="str"><f>A1&amp;"x"</f><v>done</v></c>', None),
        ('<c r="B2"><f>A1-A1</f><v>0</v></c>', None),
        ('<c r="B2"><f>HYPERLINK(&quot;u&quot;)</f><v>0</v></c>', '=HYPERLINK("u")'),
        ('<c r="B2" s="1"><f t="shared" si="0"/><v/></c>', "="),
        ('<c r="B2"><f>SUM(A1)</f><v>7</v></c>', None),
        ('<c r="B2"><v>7</v></c>', None),
    ],
)
def test_formulas_without_an_answer(cell, shown):
    found = unanswered_formulas(workbook(f'<row r="2">{cell}</row>'))
    assert found == ({"表": {(1, 1): shown}} if shown else {})


def test_columns_beyond_z_and_targets_from_the_root():
    found = unanswered_formulas(
        workbook('<row><c r="AB10"><f>X</f></c></row>', "A&amp;B", "/xl/worksheets/sheet1.xml")
    )
    assert found == {"A&B": {(9, 27): "=X"}}


def test_a_formula_across_two_pieces(monkeypatch):
    monkeypatch.setattr(archives, "CHUNK", 64)
    filler = "".join(f'<c r="A{n}"><v>{n}</v></c>' for n in range(1, 60))
    assert unanswered_formulas(workbook(f'<row>{filler}<c r="B77"><f>X1</f></c></row>')) == {
        "表": {(76, 1): "=X1"}
    }


def test_too_many_formulas(monkeypatch):
    monkeypatch.setattr(kinds, "MAX_FORMULAS", 3)
    cells = "".join(f'<c r="A{n}"><f>X{n}</f></c>' for n in range(1, 9))
    with pytest.raises(UnfitFileError, match="formulas"):
        unanswered_formulas(workbook(cells))


def test_a_workbook_without_parts_has_no_formulas():
    assert unanswered_formulas(archive(a=b"x")) == {}
    assert unanswered_formulas(workbook("", target="worksheets/gone.xml")) == {}
