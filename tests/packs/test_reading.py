"""One YAML file: values, lines, and everything a file may not be."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jiceng.packs.loading import reading
from jiceng.packs.loading.reading import read_yaml


def read(tmp_path: Path, text: str | bytes):
    path = tmp_path / "a.yaml"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return read_yaml(path, "a.yaml")


def value(tmp_path: Path, text: str):
    root, faults = read(tmp_path, text)
    assert faults == []
    return root.plain()


def fault(tmp_path: Path, text: str | bytes) -> tuple[str, str]:
    root, faults = read(tmp_path, text)
    assert root is None
    return faults[-1].where, faults[-1].what


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("3", 3),
        ("-3", -3),
        ("0", 0),
        ("2.5", 2.5),
        ("1.5e3", 1500.0),
        ("true", True),
        ("false", False),
        ("", None),
        ("~", None),
        ("null", None),
        # what YAML 1.1 would turn into something nobody meant
        ("no", "no"),
        ("on", "on"),
        ("0571", "0571"),
        ("1:30", "1:30"),
        ("1_000", "1_000"),
        ("0x1F", "0x1F"),
        ("2021-12-31", "2021-12-31"),
        ("1.0.0", "1.0.0"),
        ("'3'", "3"),
        ('"true"', "true"),
        ("99999999999999999999", "99999999999999999999"),
    ],
)
def test_plain_scalars_are_what_they_look_like(tmp_path, written, meant):
    found = value(tmp_path, f"key: {written}")["key"]
    assert found == meant
    assert type(found) is type(meant)


def test_every_value_knows_its_line(tmp_path):
    root, _faults = read(tmp_path, "a: 1\nb:\n  c: [x,\n    y]\n  d: {e: 2}\n")
    assert root.line_of(("a",)) == 1
    assert root.line_of(("b", "c")) == 3
    assert root.line_of(("b", "c", 1)) == 4
    assert root.line_of(("b", "d", "e")) == 5


def test_a_place_the_file_does_not_have_falls_back_to_the_nearest_line_that_it_has(tmp_path):
    root, _faults = read(tmp_path, "a: 1\nb:\n  c: 2\n")
    assert root.line_of(("b", "str", "c", "missing")) == 3
    assert root.line_of(("b", "missing")) == 2


def test_a_doubled_key_names_both_lines_and_reading_goes_on(tmp_path):
    root, faults = read(tmp_path, "a: 1\nb: 2\na: 3\nb: 4\n")
    assert [(f.where, f.what) for f in faults] == [("a.yaml:3", "“a”写了两遍"), ("a.yaml:4", "“b”写了两遍")]
    assert "第 1 行" in faults[0].remedy
    assert root.plain() == {"a": 1, "b": 2}


def test_the_same_key_in_different_mappings_is_no_double(tmp_path):
    assert value(tmp_path, "a: {x: 1}\nb: {x: 2}\n") == {"a": {"x": 1}, "b": {"x": 2}}


@pytest.mark.parametrize("text", ["a: &x [1]\n", "a: 1\nb: *x\n", "a: &x {k: 1}\n", "a: &x 5\n"])
def test_anchors_and_aliases_are_refused(tmp_path, text):
    where, what = fault(tmp_path, text)
    assert "锚点" in what
    assert where in ("a.yaml:1", "a.yaml:2")


def test_an_alias_bomb_is_refused_at_its_first_line(tmp_path):
    bomb = "a: &a [x, x]\n" + "".join(
        f"{c}: &{c} [*{p}, *{p}]\n" for p, c in zip("abcdefgh", "bcdefghi", strict=True)
    )
    assert fault(tmp_path, bomb)[0] == "a.yaml:1"


def test_nesting_is_bounded_however_deep_it_is_written(tmp_path):
    where, what = fault(tmp_path, "a:\n " + "[" * 50_000 + "]" * 50_000)
    assert what == "嵌套太深"
    assert where == "a.yaml:2"


def test_bytes_items_and_texts_are_bounded(tmp_path, monkeypatch):
    monkeypatch.setattr(reading, "MAX_ITEMS", 10)
    assert "内容太多" in fault(tmp_path, "a: [" + "1," * 20 + "]")[1]
    assert "文字太长" in fault(tmp_path, "a: " + "字" * (reading.MAX_TEXT + 1))[1]
    monkeypatch.setattr(reading, "MAX_BYTES", 100)
    assert "文件太大" in fault(tmp_path, "# " + "x" * 200)[1]


def test_a_text_at_the_bound_is_read(tmp_path):
    text = "字" * reading.MAX_TEXT
    assert value(tmp_path, f"a: {text}") == {"a": text}


def test_gbk_is_refused_at_the_line_where_it_shows(tmp_path):
    where, what = fault(tmp_path, "a: 1\nb: 四会市\n".encode("gb18030"))
    assert (where, what) == ("a.yaml:2", "不是 UTF-8 编码")


def test_a_byte_order_mark_is_no_fault(tmp_path):
    root, faults = read(tmp_path, b"\xef\xbb\xbfa: 1\n")
    assert faults == []
    assert root.plain() == {"a": 1}


@pytest.mark.parametrize(
    ("text", "line"),
    [("a: [1, 2\nb: 3\n", 2), ("a: 1\n  b: 2\n", 2), ('a: "x\n', 2), ("a: 1\n\tb: 2\n", 2)],
)
def test_broken_yaml_says_the_line(tmp_path, text, line):
    where, what = fault(tmp_path, text)
    assert where == f"a.yaml:{line}"
    assert "YAML" in what


def test_control_characters_are_refused(tmp_path):
    assert "字符" in fault(tmp_path, b"a: \x00\n")[1]


@pytest.mark.parametrize(
    "text", ["a: !!python/object:os.system x\n", "a: !include b.yaml\n", "a: !!binary x\n"]
)
def test_tags_are_refused(tmp_path, text):
    where, what = fault(tmp_path, text)
    assert where == "a.yaml:1"
    assert "标签" in what


def test_one_file_holds_one_document(tmp_path):
    assert fault(tmp_path, "a: 1\n---\nb: 2\n")[0] == "a.yaml:2"


def test_keys_are_text(tmp_path):
    assert value(tmp_path, "5116: 1\ntrue: 2\n") == {"5116": 1, "true": 2}
    assert "键应为文本" in fault(tmp_path, "? [a, b]\n: 1\n")[1]


def test_an_empty_file_holds_nothing(tmp_path):
    assert read(tmp_path, "# only a comment\n") == (None, [])


@given(st.binary(max_size=200))
def test_no_bytes_make_the_reader_fail(tmp_path_factory, content):
    path = tmp_path_factory.mktemp("fuzz") / "a.yaml"
    path.write_bytes(content)
    root, faults = read_yaml(path, "a.yaml")
    assert root is None or faults == [] or all(f.what for f in faults)
