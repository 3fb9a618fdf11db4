"""What `jiceng pack check` finds wrong with a flow: each fault with file, line and what to do."""

import shutil
from pathlib import Path

import pytest

from jiceng.packs.installing import check, shipped_bases
from jiceng.records.refusals import Refusals

SOUND = Path(__file__).parent / "sound"
FLOW = (SOUND / "flow.yaml").read_text(encoding="utf-8")
"""A flow without fault; each test spoils one thing in it."""


def faults(folder: Path, flow: str) -> list[str]:
    """What is wrong with the flow, as `jiceng pack check` says it, without the folder."""
    shutil.copy(SOUND / "pack.yaml", folder)
    (folder / "flow.yaml").write_text(flow, encoding="utf-8")
    try:
        check([folder], shipped_bases([folder]))
    except Refusals as found:
        return [str(fault).replace(f"{folder}/", "") for fault in found.refusals]
    return []


def line_of(flow: str, words: str) -> int:
    """The first line in which `words` stand."""
    return next(n for n, line in enumerate(flow.splitlines(), start=1) if words in line)


def spoiled(old: str, new: str) -> str:
    assert FLOW.count(old) == 1, old
    return FLOW.replace(old, new)


def test_the_flow_that_the_others_spoil_is_sound(tmp_path):
    assert faults(tmp_path, FLOW) == []


STEPS = "    clocks:\n"
FAULTS = {
    # what is spoiled: (old, new, words in the line that is named, what is said, the remedy)
    "a state that nothing leads to": (
        "      working: {label: 办理中}\n", "      working: {label: 办理中}\n      lost: {label: 失落}\n",
        "lost:", "状态“lost”到不了", "写一个到它的步骤，或删去它",
    ),
    "a state that is not there": (
        STEPS, "      stick: {label: 卡住, from: [working], to: stuck, who: [{role: case_centre}]}\n" + STEPS,
        "stick:", "没有状态“stuck”", "closed",
    ),
    "a step for no role": (
        "from: [working], to: closed, who: [{role: case_centre}]", "from: [working], to: closed",
        "close:", "没有任何角色能做这一步", "写 who，或写 by: system、by: reporter",
    ),
    "a role that there is not": (
        "      close: {label: 办结, from: [working], to: closed, who: [{role: case_centre}]",
        "      close: {label: 办结, from: [working], to: closed, who: [{role: case_center}]",
        "close:", "没有角色“case_center”", "case_centre",
    ),
    "a step on dispatches that there are not": (
        "does: [{do: dispatch, lead: lead}]", "does: []",
        "answer: {label: 答复, on", "没有派单会到“sent”，这一步做不了", "写一个派单的动作",
    ),
    "receivers who cannot answer": (
        "on: dispatch, from: [sent], to: answered,", "on: dispatch, from: [sent], to: signed,",
        "steps:", "承办单位既不能答复也不能退回", "直到 answered 或 refused",
    ),
    "a clock that never stops": (
        "starts: [open], stops: [closed]", "starts: [closed], stops: [open]",
        "solve:", "时限“solve”从“closed”开始后永远停不了", "在 stops 里写一个走得到的状态",
    ),
    "a clock that stops as it begins": (
        "starts: [open], stops: [closed]", "starts: [open], stops: [open, closed]",
        "solve:", "时限“solve”一开始就停", "不写同一个状态",
    ),
    "a clock of a dispatch that never stops": (
        "on: dispatch, starts: [sent], stops: [answered]", "on: dispatch, starts: [sent], stops: [arrived]",
        "answer: {label: 答复时限", "从“sent”开始后永远停不了", "在 stops 里写",
    ),
    "a clock without a limit for some": (
        "limits: [{within: 7 d}]", "limits: [{when: {households: {gte: 3}}, within: 7 d}]",
        "solve:", "不是对每件事都有规定", "最后写一条不带 when 的",
    ),
    "numbers that come again every year": (
        "start: open", "number: 'A{n:05}'\n    start: open", "number:", "编号样式“A{n:05}”不能用", "年份 {year}",
    ),
    "numbers with something else in them": (
        "start: open", "number: '{year}{n.real}'\n    start: open", "number:", "“{year}{n.real}”不能用", "流水号",
    ),
    "a limit that is none": ("{within: 7 d}", "{within: soon}", "solve:", "“soon”不是期限", ""),
    "a limit that says two things": (
        "{within: 7 d}", "{within: 7 d, until: until}", "solve:", "within 与 until 只写其一", "",
    ),
    "a limit until a field that is no day": (
        "{until: until}", "{until: text}", "answer: {label: 答复时限", "没有日期字段“text”", "until",
    ),
    "a circle of the system's steps": (
        "to: open, by: system, when: {receivers: 0}}",
        "to: open, by: system}\n      forth: {label: 又去, from: [open], to: working, by: system}",
        "steps:", "系统步骤从“open”出发又回到它，永远停不下来", "给其中一步写条件 when",
    ),
    "a step of the system that nothing triggers": (
        "by: system, when: {receivers: 0}", "by: system, automatic: false",
        "back:", "步骤“back”不会自动做，也没有动作触发它", "删去 automatic: false",
    ),
    "an effect that names a field of another kind": (
        "{do: dispatch, lead: lead}", "{do: dispatch, lead: text}", "send:", "字段“text”", "lead",
    ),
    "an effect that there is not": ("{do: dispatch,", "{do: despatch,", "send:", "没有动作“despatch”", "dispatch"),
    "an answer on the matter as a whole": (
        "fields: [lead], does", "fields: [lead, answer], does",
        "send:", "字段“answer”是一张派单的，不能在整件事上填", "写 on: dispatch",
    ),
    "another person than whom": (
        "to: closed, who: [{role: case_centre}]", "to: closed, who: [{role: case_centre}], not_by: [snd]",
        "close:", "没有步骤“snd”", "send",
    ),
    "another matter's decider, by a relation that there is not": (
        "to: closed, who: [{role: case_centre}]", "to: closed, who: [{role: case_centre}], not_by: [\"apeals:*\"]",
        "close:", "没有事项关联“apeals”", "appeals",
    ),
    "choices below a field that is no term": (
        "under: kind", "under: text", "marks:", "没有词条字段“text”", "kind",
    ),
    "choices below a term that there is not": (
        "kind: {label: 类型, kind: term, vocabulary: dispatch_marks}",
        "kind: {label: 类型, kind: term, vocabulary: dispatch_marks, below: [godo]}",
        "kind: {label: 类型", "没有“godo”", "good",
    ),
    "a vocabulary that there is not": (
        "marks: {label: 清单, kind: terms, vocabulary: dispatch_marks, under: kind}",
        "marks: {label: 清单, kind: terms, vocabulary: dispatch_mark, under: kind}",
        "marks:", "没有词表“dispatch_mark”", "dispatch_marks",
    ),
    "nobody who raises it": (
        "    raised_by: [{role: case_centre}]\n", "", "case:", "没有人能提出这类事项", "写 raised_by，或 public: true",
    ),
    "no end at all": (
        "closed: {label: 办结, phase: done}", "closed: {label: 办结}", "states:", "没有办结状态", "phase: done",
    ),
}  # fmt: skip


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_named_with_file_line_and_remedy(tmp_path, fault):
    old, new, line, said, remedy = FAULTS[fault]
    flow = spoiled(old, new)
    found = faults(tmp_path, flow)
    assert found, fault
    where = f"flow.yaml:{line_of(flow, line)}: "
    mine = [words for words in found if words.startswith(where) and said in words and remedy in words]
    assert mine, "\n".join(found)


def test_a_dead_end_is_named(tmp_path):
    flow = FLOW.replace(
        "      closed: {label: 办结, phase: done}\n",
        "      closed: {label: 办结, phase: done}\n      stuck: {label: 卡住}\n",
    ).replace(
        "    clocks:\n",
        "      stick: {label: 搁置, from: [working], to: stuck, who: [{role: case_centre}]}\n    clocks:\n",
    )
    assert faults(tmp_path, flow) == [
        f"flow.yaml:{line_of(flow, 'stuck: {label: 卡住}')}: 从状态“stuck”办不结（写一个离开它、通向办结的步骤）"
    ]


def test_all_faults_are_said_at_once(tmp_path):
    flow = spoiled("to: closed, who: [{role: case_centre}]", "to: closd, who: [{role: case_center}]")
    assert (
        len(faults(tmp_path, flow)) == 1
    )  # names of a type as a whole are looked at once its parts are sound
    flow = spoiled("to: working, who", "to: wrking, who").replace("starts: [open]", "starts: [opn]")
    assert len(faults(tmp_path, flow)) == 2
