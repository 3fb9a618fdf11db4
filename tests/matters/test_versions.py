"""A matter keeps the wording it began with; a new version of the pack is for those raised from then on."""

import shutil

import pytest

from jiceng.matters.models import Flow
from jiceng.packs.installing import install
from jiceng.records.refusals import Refusal, Refusals
from tests.accounts.cast import SETTER
from tests.matters.conftest import TOWN


@pytest.fixture
def newer(office, tmp_path):
    """`newer(old=new, …)`: installs the next version of the little county's pack, with words replaced."""
    folder = tmp_path / "town"
    versions = iter(range(1, 100))

    def change(*replaced: tuple[str, str]) -> None:
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(TOWN, folder)
        pack = folder / "pack.yaml"
        text = pack.read_text(encoding="utf-8")
        pack.write_text(text.replace("version: 1.0.0", f"version: 1.0.{next(versions)}"), encoding="utf-8")
        matters = folder / "matters.yaml"
        text = matters.read_text(encoding="utf-8")
        for old, new in replaced:
            assert text.count(old) == 1, old
            text = text.replace(old, new)
        matters.write_text(text, encoding="utf-8")
        install(folders=[folder], by=SETTER)

    return change


# a county does away with the review: what is answered goes straight to be called back
REVIEWED = (
    "from: [working], to: review, by: system, when: {receivers_working: 0, receivers_answered: {gte: 1}}"
)
UNREVIEWED = (
    (REVIEWED, REVIEWED.replace("to: review", "to: callback")),
    ("      review: {label: 待审核}\n", ""),
    ("rework: {label: 重办, from: [review],", "rework: {label: 重办, from: [callback],"),
    ("side: sender, in: [review]", "side: sender, in: [callback]"),
    ("      approve: {label: 审核通过, from: [review], to: callback, who: [{role: case_centre}]}\n", ""),
    ("not_by: [approve], ", ""),
)  # fmt: skip


def test_a_running_matter_goes_on_as_it_began_and_new_ones_go_the_new_way(office, newer):
    running, dispatch = office.sent()
    newer(*UNREVIEWED)
    fresh, other = office.sent()
    assert running.flow_id != fresh.flow_id
    for matter, part, state in ((running, dispatch, "review"), (fresh, other, "callback")):
        office.step(matter, "sign", "department_officer", dispatch=part.pk)
        office.step(matter, "answer", "department_officer", dispatch=part.pk, given={"answer": "已办"})
        assert office.again(matter).state == state
    office.step(running, "approve")
    with pytest.raises(Refusal, match="流程里没有这一步"):
        office.step(fresh, "approve")


def test_the_same_wording_is_kept_once(office, newer):
    first = office.raised()
    newer(("title: {label: 心愿,", "title: {label: 愿望,"))  # another type changes
    second = office.raised()
    assert first.flow_id == second.flow_id
    assert Flow.objects.filter(key="qingshan:case").count() == 1


def test_a_term_that_a_kept_wording_names_cannot_be_taken_away(office, newer):
    office.raised()  # its flow says: when: {category: burst}
    without = (
        ("      burst: {label: 爆管, parent: water}\n", ""),
        ("{when: {category: burst}, within: 24 h}, ", ""),
    )
    with pytest.raises(Refusals, match="“qingshan:burst”不能去掉"):
        newer(*without)


def test_a_term_that_none_names_may_go(office, newer):
    newer(
        ("      burst: {label: 爆管, parent: water}\n", ""),
        ("{when: {category: burst}, within: 24 h}, ", ""),
    )
