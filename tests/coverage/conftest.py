"""A base pack and a local one with coverage rules, and a little county to run them on."""

from datetime import date
from pathlib import Path

import pytest

from jiceng.coverage import queries, rebuilding
from jiceng.organisations.models import (
    Designation,
    PartyOrg,
    PartyOrgCover,
    Region,
    RegionSpan,
    Unit,
    UnitSpan,
)
from jiceng.packs.catalogue import of_folders
from jiceng.people.models import Employment, Membership, Person
from jiceng.protection.actors import Actor
from jiceng.records.writing import write

BY = Actor("test:clerk", "clerk")
START = date(2020, 1, 1)

BASE = """
vocabularies:
  unit_kinds:
    label: 单位
    terms: {two_new: {label: 两新}, firm: {label: 企业, parent: two_new}, bureau: {label: 机关}}
  party_org_natures: {label: 性质, terms: {entity: {label: 实体}, temporary: {label: 临时}}}
  cover_kinds: {label: 方式, terms: {own: {label: 单独}, joint: {label: 联合}, instructor_group: {label: 指导员}}}
  posts: {label: 职务, terms: {instructor: {label: 指导员}}}
  designations: {label: 认定, terms: {union: {label: 工会}}}
  unit_statuses: {label: 状态, terms: {operating: {label: 经营}, dormant: {label: 停业}}}
  industries: {label: 行业, terms: {jade: {label: 玉器}}}
coverage:
  ledger:
    label: 台账
    base: units
    kinds: [two_new]
    natures: [entity]
    instructor_posts: [instructor]
    group_designations: [union]
    in_scope: {status: operating, employees: {gte: 10}}
    organised: [own, joint]
    worked: {groups: {gte: 1}}
    needs:
      - {key: own, when: {full_members: {gte: 3}}, ask: own, obliged: true, text: 应单独组建, cites: 条例第四条}
      - {key: joint, when: {members: {gte: 1}}, ask: joint, obliged: false, text: 联合组建, cites: 条例第五条}
      - {key: none, ask: instructor_group, obliged: false, text: 选派指导员, cites: 意见}
completeness:
  staff: {label: 职工清, ledger: ledger, clear: {employees: {empty: false}, surveyed: true}}
"""
LOCAL = """
coverage:
  ledger:
    label: 本地口径
    base: units
    kinds: [two_new]
    natures: [entity]
    instructor_posts: []
    group_designations: []
    in_scope: {}
    organised: [own]
    worked: {not: {}}
    needs: [{key: all, ask: own, obliged: true, text: 应建尽建, cites: 本地文件}]
"""


@pytest.fixture
def packs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Write the two packs; `packs(local=...)` changes the local rules and puts the new catalogue in force."""

    def install(base: str = BASE, local: str = LOCAL) -> None:
        for name, head, text in (
            ("base", "{id: base, name: 基础, version: 1.0.0, base: true}", base),
            (
                "local",
                "{id: local, name: 本地, version: 1.0.0, binds: [{region: '9902', from: 2012-01-01}]}",
                local,
            ),
        ):
            folder = tmp_path / name
            folder.mkdir(exist_ok=True)
            (folder / "pack.yaml").write_text(f"pack: {head}\n", encoding="utf-8")
            (folder / "rules.yaml").write_text(text, encoding="utf-8")
        catalogue = of_folders(tmp_path / "base", tmp_path / "local")
        monkeypatch.setattr(rebuilding, "current", lambda: catalogue)
        monkeypatch.setattr(queries, "current", lambda: catalogue)

    install()
    return install


class County:
    """Two counties of one prefecture, and records made in one line each."""

    def __init__(self) -> None:
        self.count = 0
        self.prefecture = self.region("99", None)
        self.here = self.region("9901", self.prefecture)
        self.local = self.region("9902", self.prefecture)
        self.branch = self.org("entity")

    def region(self, code: str, parent: Region | None) -> Region:
        path = f"{parent.path if parent else ''}{int(code[-2:]):04d}"
        shared = {
            "code": code,
            "name": code,
            "kind": "base:county",
            "parent": parent,
            "path": path,
            "level": 3,
        }
        with write(by=BY, action="test"):
            region = Region(valid_from=START, **shared)
            region.save()
            RegionSpan(region=region, valid_from=START, **shared).save()
        return region

    def unit(
        self, *, region: Region | None = None, employees: int | None = 30, kind: str = "base:firm", **more
    ) -> Unit:
        self.count += 1
        region = region or self.here
        shared = {
            "name": f"单位{self.count}", "kind": kind, "status": "base:operating",
            "region": region, "employees": employees,
        }  # fmt: skip
        with write(by=BY, action="test"):
            unit = Unit(valid_from=START, region_path=region.path, **shared, **more)
            unit.save()
            UnitSpan(unit=unit, valid_from=START, **shared).save()
        return unit

    def org(self, nature: str) -> PartyOrg:
        self.count += 1
        with write(by=BY, action="test"):
            org = PartyOrg(
                valid_from=START, code=f"D{self.count}", name=f"支部{self.count}", form="base:branch",
                mode="base:single", nature=f"base:{nature}", sector="base:two_new", path=f"{self.count:04d}",
                region=self.here, region_path=self.here.path,
            )  # fmt: skip
            org.save()
        return org

    def cover(
        self, unit: Unit, kind: str = "own", nature: str = "entity", day: date = START
    ) -> PartyOrgCover:
        org = self.org(nature)
        with write(by=BY, action="test"):
            cover = PartyOrgCover(party_org=org, unit=unit, kind=f"base:{kind}", valid_from=day)
            cover.save()
        return cover

    def member(self, unit: Unit, *, full_on: date | None = START, day: date = START) -> Membership:
        self.count += 1
        with write(by=BY, action="test"):
            person = Person(
                name=f"党员{self.count}", region=self.here, region_path=self.here.path, valid_from=START
            )
            person.save()
            Employment(person=person, unit=unit, valid_from=day).save()
            membership = Membership(
                person=person, party_org=self.branch, entry="base:admission", admitted_on=day, full_on=full_on,
                valid_from=day, region_path=self.here.path, party_path=self.branch.path,
            )  # fmt: skip
            membership.save()
        return membership

    def union(self, unit: Unit, day: date) -> Designation:
        with write(by=BY, action="test"):
            found = Designation(unit=unit, kind="base:union", valid_from=day)
            found.save()
        return found


@pytest.fixture
def county(db, packs) -> County:
    return County()
