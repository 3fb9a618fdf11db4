"""`jiceng pack` as its user meets it."""

import json

import pytest

from jiceng.packs.catalogue import shipped

BASE = next(folder for folder in shipped() if "base: true" in (folder / "pack.yaml").read_text())
GOOD = """vocabularies:
  posts:
    terms:
      guide: {label: 向导, en: Guide, parent: party_building_instructor}
"""


@pytest.fixture
def folder(pack):
    return pack(
        "somewhere",
        "pack: {id: somewhere, name: 某县, version: 1.0.0, binds: [{region: '51', from: 2020-01-01}]}",
    )


def test_check_needs_no_database_and_says_that_all_is_well(jiceng, folder):
    (folder / "posts.yaml").write_text(GOOD)
    assert "没有问题" in jiceng("pack", "check", str(folder))
    found = json.loads(jiceng("pack", "check", str(folder), "--json"))
    assert [pack["pack"] for pack in found["packs"]] == ["somewhere"]


def test_check_says_every_fault_in_a_line_of_its_own_and_exits_1(jiceng, folder):
    (folder / "posts.yaml").write_text(GOOD.replace("party_building_instructor", "party_building_instructer"))
    (folder / "rules.yaml").write_text("rules:\n  branch_size:\n    lable: 党支部党员人数\n    at_most: 45\n")
    said = jiceng("pack", "check", str(folder), code=1).splitlines()
    assert (
        f"{folder}/posts.yaml:4: 职务里没有“party_building_instructer”（是不是“party_building_instructor”？）"
        in said
    )
    assert f"{folder}/rules.yaml:3: 未知的字段“lable”（是不是“label”？）" in said
    assert not any("Traceback" in line for line in said)


def test_a_change_of_itself_is_refused_where_it_is_written(jiceng, folder):
    written = "  rise:\n    name: 增长\n    measure: change\n    from: {years: 1}\n    of: rise\n"
    (folder / "figures.yaml").write_text(f"indicators:\n{written}")
    said = jiceng("pack", "check", str(folder), code=1).splitlines()
    assert f"{folder}/figures.yaml:6: “somewhere:rise”绕了一圈又回到自己（改 of）" in said


def test_install_list_install_again_and_be_refused(jiceng, folder):
    (folder / "posts.yaml").write_text(GOOD)
    jiceng("pack", "install", str(BASE), str(folder), "--as", "李四")
    listed = json.loads(jiceng("pack", "list", "--json"))["packs"]
    assert {(p["pack"], p["active"], p["installed_by"]) for p in listed} == {
        (BASE.name, True, "李四"),
        ("somewhere", True, "李四"),
    }
    assert "51 自 2020-01-01" in jiceng("pack", "list")
    jiceng("pack", "install", str(folder))
    (folder / "posts.yaml").write_text("posts: {}")
    assert "没有分节“posts”" in jiceng("pack", "install", str(folder), code=1)
    assert json.loads(jiceng("pack", "list", "--json"))["packs"] == listed
    assert "审计链完整" in jiceng("audit", "verify")


def test_the_base_pack_comes_along_where_none_is_installed(jiceng, folder):
    (folder / "posts.yaml").write_text(GOOD)
    assert jiceng("pack", "install", str(folder)).splitlines() == ["somewhere 1.0.0 某县：已生效"]
    listed = json.loads(jiceng("pack", "list", "--json"))["packs"]
    assert {p["pack"] for p in listed} == {BASE.name, "somewhere"}


def test_wrong_usage_exits_2(jiceng):
    jiceng("pack", "check", code=2)


def test_the_schema_is_written_for_editors(jiceng, tmp_path):
    out = tmp_path / "schema.json"
    jiceng("pack", "schema", str(out))
    assert json.loads(out.read_text(encoding="utf-8"))["properties"]["pack"]
