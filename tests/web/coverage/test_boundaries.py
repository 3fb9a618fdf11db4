"""Boundaries come from the installed packs, wherever they were installed from."""

import json
import shutil

import pytest

from jiceng.packs.catalogue import current
from jiceng.packs.installing import install
from jiceng.protection.actors import Actor
from jiceng.web.coverage.boundaries import boundaries

pytestmark = pytest.mark.django_db


def installed(folder, version: str, *areas: tuple[str, str]) -> None:
    folder.mkdir()
    (folder / "pack.yaml").write_text(
        f"pack: {{id: ferry, name: 渡口, version: {version}, binds: [{{region: '9901', from: 2018-01-01}}],"
        " data: {geo: map.json}}"
    )
    shape = {"type": "Polygon", "coordinates": [[[1, 1], [2, 1], [2, 2], [1, 1]]]}
    features = [
        {"type": "Feature", "properties": {"adcode": code, "name": name}, "geometry": shape}
        for code, name in areas
    ]
    geo = {"type": "FeatureCollection", "source": "测绘", "features": features}
    (folder / "map.json").write_text(json.dumps(geo))
    install(folders=[folder], by=Actor("user:7", "管理员"))
    shutil.rmtree(folder)


def named(*codes: str) -> list[str]:
    found = boundaries(current(), codes)
    return [f["properties"]["name"] for f in found["geo"]["features"]] if found else []


def test_a_pack_from_outside_has_its_boundaries_when_its_folder_is_gone(tmp_path):
    installed(tmp_path / "ferry", "1.0.0", ("990102", "江湾县"), ("990103", "河口县"))
    assert named("990102", "990102101") == ["江湾县"]
    assert boundaries(current(), ["990102"])["source"] == "测绘"
    assert named("990199") == []
    assert named() == []


def test_a_new_version_s_boundaries_take_the_place_of_the_old_ones(tmp_path):
    installed(tmp_path / "ferry", "1.0.0", ("990102", "江湾县"))
    assert named("990102", "990103") == ["江湾县"]
    installed(tmp_path / "ferry", "1.1.0", ("990102", "江湾区"), ("990103", "河口县"))
    assert named("990102", "990103") == ["江湾区", "河口县"]
