"""Small packs written for one test each."""

from collections.abc import Callable
from pathlib import Path
from textwrap import dedent

import pytest

from jiceng.packs import sections
from jiceng.packs.catalogue import Catalogue, of_folders
from jiceng.packs.installing import check
from jiceng.records.refusals import Refusal, Refusals

BASE = """
    pack: {id: ground, name: 基础, version: 1.0.0, base: true}
    vocabularies:
      unit_kinds:
        label: 单位类型
        terms:
          two_new: {label: 两新组织, en: Two-new organisation}
          enterprise: {label: 非公有制企业, en: Non-public enterprise, parent: two_new}
          social_org: {label: 社会组织, en: Social organisation, parent: two_new}
          agency: {label: 机关, en: Agency}
      unit_statuses:
        label: 经营状态
        terms: {operating: {label: 正常经营}}
      region_kinds:
        label: 区域类型
        terms: {village: {label: 村}, community: {label: 社区}, county: {label: 县}}
      posts:
        label: 职务
        terms: {secretary: {label: 书记}, director: {label: 主任}, instructor: {label: 指导员}}
      educations:
        label: 学历
        terms:
          senior_secondary: {label: 高中, attrs: {rank: 3}}
          junior_college: {label: 大专, attrs: {rank: 4}}
          bachelor: {label: 本科, attrs: {rank: 5}}
          other: {label: 其他}
      party_org_forms:
        label: 组织形式
        terms: {committee: {label: 党委}, branch: {label: 党支部}}
      party_org_modes: {label: 组建方式, terms: {single: {label: 单独}, joint: {label: 联合}}}
      sectors: {label: 领域, terms: {village_community: {label: 村和社区}, two_new: {label: 两新组织}}}
      sexes: {label: 性别, terms: {male: {label: 男}, female: {label: 女}}}
    rules:
      branch_size: {label: 党支部党员人数, at_most: 50, unit: 名}
"""

Writer = Callable[..., Path]


@pytest.fixture
def pack(tmp_path) -> Writer:
    """`pack("place", "…")` writes a pack's folder: the text is pack.yaml, further files by name."""

    def write(name: str, manifest: str = "", **files: str) -> Path:
        folder = tmp_path / name
        folder.mkdir(exist_ok=True)
        text = dedent(manifest).strip() or f"pack: {{id: {name}, name: {name}, version: 1.0.0}}"
        (folder / "pack.yaml").write_text(text + "\n", encoding="utf-8")
        for stem, content in files.items():
            (folder / f"{stem}.yaml").write_text(dedent(content).strip() + "\n", encoding="utf-8")
        return folder

    return write


@pytest.fixture
def ground(pack) -> Path:
    """A base pack with the words that the tests use."""
    return pack("ground", BASE)


@pytest.fixture
def place(pack, ground) -> Callable[..., Catalogue]:
    """The catalogue of the base pack and one pack with these sections. Raises Refusals."""

    def build(content: str = "", **files: str) -> Catalogue:
        return of_folders(ground, pack("place", **({"practice": content} if content else {}), **files))

    return build


@pytest.fixture
def faults(pack, ground) -> Callable[[str], list[Refusal]]:
    """What is wrong with a pack that has these sections in `practice.yaml`, checked beside the base pack."""

    def find(content: str) -> list[Refusal]:
        with pytest.raises(Refusals) as found:
            check([ground, pack("place", practice=content)])
        return found.value.refusals

    return find


@pytest.fixture
def section(monkeypatch) -> Callable[[sections.Section], sections.Section]:
    """Registers a section for one test."""
    monkeypatch.setattr(sections, "_sections", dict(sections.all_sections()))
    return sections.register_section
