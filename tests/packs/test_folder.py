"""A pack's folder: its manifest, its files, and what is wrong with them, all in one pass."""

from datetime import date

import pytest

from jiceng.packs.installing import check
from jiceng.packs.loading import read_folder
from jiceng.records.refusals import Refusals

MANIFEST = """
    pack:
      id: place
      name: 某市
      version: 1.2.3
      binds: [{region: "5116", from: 2012-01-01}]
      day: 2021-12-31
      data: {regions: regions.csv}
"""


def test_a_manifest_is_read(pack):
    folder = pack("place", MANIFEST)
    (folder / "regions.csv").write_text("code,name\n")
    found, faults = read_folder(folder)
    assert faults == []
    assert found.manifest.binds[0].region == "5116"
    assert found.manifest.binds[0].since == date(2012, 1, 1)
    assert found.manifest.day == date(2021, 12, 31)
    assert found.manifest.numbers == (1, 2, 3)
    assert found.data == {"regions": folder / "regions.csv"}


def test_every_fault_of_a_manifest_is_said_with_its_line(pack):
    folder = pack(
        "place",
        """
        pack:
          id: Place
          nmae: 某市
          version: "1.0"
          binds: [{region: 5116, from: 1/1/2012}]
          day: 2021-02-30
        """,
    )
    found, faults = read_folder(folder)
    assert found is None
    said = {(f.where.rpartition(":")[2], f.what) for f in faults}
    assert ("3", "未知的字段“nmae”") in said
    assert ("1", "缺少字段“name”") in said
    lines = [line for line, _what in said]
    assert {"2", "4", "5", "6"} <= set(lines)
    remedies = {f.what: f.remedy for f in faults}
    assert remedies["未知的字段“nmae”"] == "是不是“name”？"
    assert "加上引号" in next(f.remedy for f in faults if "region" in f.what)
    assert any("2021-02-30" in f.what for f in faults)


@pytest.mark.parametrize("version", ["1", "1.0", "v1.0.0", "1.0.0-beta", "1.0.x"])
def test_a_version_has_three_numbers(pack, version):
    _found, faults = read_folder(pack("place", f"pack: {{id: place, name: 某市, version: '{version}'}}"))
    assert len(faults) == 1
    assert "version" in faults[0].what


def test_a_folder_without_pack_yaml_is_no_pack(tmp_path):
    assert "pack.yaml" in read_folder(tmp_path)[1][0].what
    assert "没有这个文件夹" in read_folder(tmp_path / "nowhere")[1][0].what


def test_pack_yaml_must_say_pack(pack):
    _found, faults = read_folder(pack("place", "rules: {}"))
    assert [f.what for f in faults] == ["缺少“pack:”"]


def test_a_binding_ends_after_it_begins(pack):
    binds = "[{region: '51', from: 2020-01-01, to: 2020-01-01}]"
    manifest = f"pack: {{id: place, name: 某市, version: 1.0.0, binds: {binds}}}"
    _found, faults = read_folder(pack("place", manifest))
    assert [f.what for f in faults] == ["to 应晚于 from"]


@pytest.mark.parametrize("name", ["../core/pack.yaml", "/etc/passwd", "a/b.csv", ".hidden"])
def test_a_data_file_lies_in_the_folder_itself(pack, name):
    _found, faults = read_folder(
        pack("place", f"pack: {{id: place, name: 某市, version: 1.0.0, data: {{regions: '{name}'}}}}")
    )
    assert len(faults) == 1


def test_a_data_file_must_be_there_and_be_text(pack):
    folder = pack("place", MANIFEST)
    assert [f.what for f in read_folder(folder)[1]] == ["没有数据文件“regions.csv”"]
    (folder / "regions.csv").write_bytes("四会".encode("gb18030"))
    assert [f.what for f in read_folder(folder)[1]] == ["不是 UTF-8 编码"]
    (folder / "regions.csv").unlink()
    (folder / "regions.csv").symlink_to("/etc/hostname")
    assert len(read_folder(folder)[1]) == 1


def test_sections_may_be_spread_over_files_and_yaml_named_as_data_is_none_of_them(pack):
    folder = pack(
        "place",
        "pack: {id: place, name: 某市, version: 1.0.0, data: {operations: operations.yaml}}",
        a="rules: {one: {label: 一, value: 1}}",
        b="rules: {two: {label: 二, value: 2}}",
        operations="operations: [{anything: goes}]",
    )
    found, faults = read_folder(folder)
    assert faults == []
    assert list(found.sections) == ["rules"]
    assert list(found.sections["rules"]) == ["one", "two"]
    assert found.where("rules", "two") == f"{folder}/b.yaml:1"


def test_a_key_given_in_two_files_names_the_other_place(pack):
    folder = pack("place", a="rules:\n  one: {label: 一, value: 1}", b="rules:\n  one: {label: 一, value: 2}")
    _found, faults = read_folder(folder)
    assert [(f.where, f.what) for f in faults] == [(f"{folder}/b.yaml:2", "“one”写了两遍")]
    assert "a.yaml:2" in faults[0].remedy


def test_a_section_is_one_kind_of_thing_in_all_files(pack):
    folder = pack("place", a="rules: {one: {label: 一, value: 1}}", b="rules: [{label: 二}]", c="rules: 3")
    assert [f.where.rpartition("/")[2] for f in read_folder(folder)[1]] == ["b.yaml:1", "c.yaml:1"]


def test_the_manifest_stands_in_pack_yaml_only(pack):
    folder = pack("place", a="pack: {id: other, name: 他, version: 1.0.0}")
    assert [f.where.rpartition("/")[2] for f in read_folder(folder)[1]] == ["a.yaml:1"]


def test_a_file_that_is_a_list_holds_no_sections(pack):
    assert "最外层" in read_folder(pack("place", a="- one\n- two"))[1][0].what


def test_a_broken_file_does_not_hide_the_faults_of_the_others(pack, ground):
    folder = pack("place", a="rules: [", b="rules: {one: {label: 一, valeu: 1}}", c="rulez: {}")
    with pytest.raises(Refusals) as found:
        check([ground, folder])
    files = {f.where.rpartition("/")[2].partition(":")[0] for f in found.value.refusals}
    assert files == {"a.yaml", "b.yaml", "c.yaml"}


def test_one_pack_is_not_given_twice(pack, ground, tmp_path):
    twin = tmp_path / "twin"
    twin.mkdir()
    (twin / "pack.yaml").write_text("pack: {id: ground, name: 又一个, version: 1.0.0}\n")
    with pytest.raises(Refusals) as found:
        check([ground, twin])
    assert "给了两遍" in found.value.refusals[0].what


def test_equal_content_has_an_equal_digest_and_any_change_another(pack):
    folder = pack("place", MANIFEST, a="rules: {one: {label: 一, value: 1}}")
    (folder / "regions.csv").write_text("code,name\n")
    first = read_folder(folder)[0].digest()
    (folder / "a.yaml").write_text("# a remark\nrules:\n  one:\n    value: 1\n    label: 一\n")
    assert read_folder(folder)[0].digest() == first
    (folder / "regions.csv").write_text("code,name\n51,四川省\n")
    second = read_folder(folder)[0].digest()
    (folder / "a.yaml").write_text("rules: {one: {label: 一, value: 2}}\n")
    assert len({first, second, read_folder(folder)[0].digest()}) == 3
