"""Papers that steps of matters name are looked for when a pack is checked."""

from pathlib import Path
from shutil import copytree

import pytest
from django.conf import settings

from jiceng.packs.installing import install
from jiceng.protection.actors import Actor
from jiceng.records.refusals import Refusals

CHECKER = Actor.system("tests")


@pytest.fixture
def copied(tmp_path):
    """The base pack in a folder of its own."""
    folder = tmp_path / "core"
    copytree(Path(settings.PACKS) / "core", folder)
    return folder


def changed(folder: Path, old: str, new: str) -> Path:
    """The pack whose supervision names another paper."""
    file = folder / "matters_supervision.yaml"
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new), encoding="utf-8")
    return folder


@pytest.mark.django_db
@pytest.mark.parametrize("key", ["no_such_paper", "bulletin"])
def test_a_step_that_names_no_paper_about_matters_is_refused(copied, key):
    changed(copied, "document: supervision_order", f"document: {key}")
    with pytest.raises(Refusals) as refused:
        install(folders=[copied], by=CHECKER)
    [fault] = refused.value.refusals
    assert key in fault.what
    assert "matters_supervision.yaml" in fault.where


@pytest.mark.django_db
def test_what_the_base_pack_names_is_there(copied):
    install(folders=[copied], by=CHECKER)
