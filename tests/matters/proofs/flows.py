"""Matter types that nobody would write and that work all the same: random states, steps, clocks and effects."""

from typing import Any

from hypothesis import strategies as st

from jiceng.matters.sections import MatterSpec
from jiceng.packs.catalogue import current
from jiceng.packs.references import Resolver
from jiceng.packs.sections import all_sections

OPEN, PAUSED, DONE = ("s0", "s1", "s2"), "p", ("d0", "d1")
PEOPLE = ("case_centre", "village_clerk", "leader", "department_officer", "street_officer")
RECEIVERS = ("department_officer", "unit_officer")
CONDITIONS = (
    {"receivers_working": 0, "receivers_answered": {"gte": 1}},
    {"receivers": 0},
    {"receivers_working": {"gte": 1}},
    {"passes": {"gte": 1}},
    {"reopened": {"gte": 1}},
    {"serving": {"gte": 1}},
    {"served": True},
    {"other_done": True},
    {"leads_answered": {"gte": 1}},
)
LIMITS = ("20 min", "2 h", "24 h", "1 d", "7 d", "1 wd", "3 wd", "8 wh")
SENT_STATES = ("sent", "signed", "arrived", "answered", "asked_out")
FIELDS = {
    "text": {"label": "内容", "kind": "lines", "column": "text"},
    "lead": {"label": "主办", "kind": "unit"},
    "support": {"label": "协办", "kind": "units"},
    "to": {"label": "转给", "kind": "unit"},
    "answer": {"label": "答复", "kind": "lines", "column": "answer"},
    "households": {"label": "户数", "kind": "integer", "column": "households"},
    "remark": {"label": "备注", "kind": "text"},
    "others": {"label": "一并解决", "kind": "matters"},
    "until": {"label": "限期", "kind": "date", "column": "promised_on"},
    "paper": {"label": "文号", "kind": "text"},
}


def _some(items, least: int = 1, most: int | None = None) -> st.SearchStrategy:
    return st.lists(st.sampled_from(items), min_size=least, max_size=most or len(items), unique=True)


@st.composite
def _moves(draw, key: str) -> dict[str, Any]:
    """A step on the matter, of anybody's, from anywhere to anywhere."""
    states = (*OPEN, PAUSED, *DONE)
    by = draw(st.sampled_from(("person", "person", "person", "system", "reporter")))
    step: dict[str, Any] = {"label": key, "from": draw(_some(states, most=3)), "by": by}
    step["to"] = draw(st.sampled_from((None, *states)))
    if by == "person":
        step["who"] = [{"role": role} for role in draw(_some(PEOPLE, most=3))]
        step["note"] = draw(st.sampled_from(("required", "optional")))
        step["not_by"] = draw(st.sampled_from(([], [], ["raise"])))
        step["waits"] = draw(st.booleans())
        if draw(st.booleans()):
            _asks(draw, step)
    elif by == "system":
        step["when"] = draw(st.sampled_from(CONDITIONS))
        if draw(st.integers(0, 3)) == 0:
            step["does"] = [{"do": "rework"}]
    if step["to"] in DONE:
        step["outcome"] = draw(st.sampled_from(("solved", "unsolved", "withdrawn")))
    return step


def _asks(draw, step: dict[str, Any]) -> None:
    """What a person's step asks, and what it brings about."""
    what = draw(
        st.sampled_from(("dispatch", "link", "draft", "rework", "assign", "number", "households", "until"))
    )
    if what == "dispatch":
        step |= {"fields": ["lead"], "optional": ["support"]}
        step["does"] = [{"do": "dispatch", "lead": "lead", "support": "support"}]
    elif what == "link":
        step |= {"fields": ["others"], "does": [{"do": "link", "field": "others"}]}
    elif what == "draft":
        step["does"] = [{"do": "draft", "type": "qingshan:oversee"}]
    elif what == "rework":
        step["does"] = [{"do": "rework"}]
    elif what == "assign":
        step |= {"fields": ["lead"], "optional": ["support"]}
        step["does"] = [{"do": "assign", "lead": "lead", "support": "support"}]
    elif what == "number":
        step["does"] = [{"do": "number", "prefix": "青督", "field": "paper"}]
    else:
        step["fields"] = [what]


@st.composite
def _parts(draw, key: str) -> dict[str, Any]:
    """A step on one receiver's dispatch."""
    side = draw(st.sampled_from(("receiver", "receiver", "sender")))
    who = RECEIVERS if side == "receiver" else ("case_centre", "leader")
    step: dict[str, Any] = {"label": key, "on": "dispatch", "side": side, "who": [{"role": r} for r in who]}
    step["from"] = draw(_some(SENT_STATES, most=2))
    step["in"] = draw(st.one_of(st.just([]), _some((*OPEN, PAUSED, *DONE), most=3)))
    step["to"] = draw(
        st.sampled_from(
            (None, "signed", "arrived", "answered", "asked_out", "accepted", "refused", "excluded")
        )
    )
    if step["to"] == "answered":
        step["fields"] = ["answer"]
    elif draw(st.integers(0, 3)) == 0:
        step |= {"fields": ["to"], "does": [{"do": "pass_on", "to": "to"}], "to": None}
    return step


@st.composite
def _clocks(draw, key: str, steps: list[str], on: str) -> dict[str, Any]:
    if on == "matter":
        begins, stops = draw(_some(OPEN, most=2)), draw(_some((*OPEN, PAUSED), least=0, most=1))
        stops = [*(s for s in stops if s not in begins), *DONE]
    else:
        begins, stops = ["sent"], draw(_some(("signed", "answered", "refused", "accepted"), most=4))
    limits = [{"when": {"households": {"gte": 3}}, "within": draw(st.sampled_from(LIMITS))}]
    found = {
        "label": key,
        "on": on,
        "starts": begins,
        "stops": stops,
        "restarts": draw(_some(steps, least=0, most=2)),
    }
    late = draw(st.sampled_from(([], [{"do": "draft", "type": "qingshan:oversee"}],
                                 [{"do": "escalate", "role": "leader", "at": "county"}])))  # fmt: skip
    return found | {"limits": [*limits, {"within": draw(st.sampled_from(LIMITS))}], "late": late}


@st.composite
def written(draw) -> dict[str, Any]:
    """A type as a pack might write it; a way from its beginning to its end, through the pause and back, is there."""
    centre, receivers = [{"role": "case_centre"}], [{"role": role} for role in RECEIVERS]
    send = {"do": "dispatch", "lead": "lead", "support": "support"}
    steps: dict[str, Any] = {
        "send": {"label": "派", "from": ["s0"], "to": "s1", "who": centre, "fields": ["lead"],
                 "optional": ["support"], "does": [send]},
        "on": {"label": "续", "from": ["s1"], "to": "s2", "who": centre},
        "end": {"label": "结", "from": ["s2"], "to": "d0", "who": centre, "outcome": "solved"},
        "other_end": {"label": "不结", "from": ["s0", "s2"], "to": "d1", "who": centre, "outcome": "refused"},
        "hold": {"label": "停", "from": ["s1", "s2"], "to": "p", "who": centre, "waits": False},
        "go_on": {"label": "启", "from": ["p"], "to": "s1", "who": centre},
        "reopen": {"label": "再", "from": ["d0"], "to": "s0", "by": "reporter"},
        "sign": {"label": "签", "on": "dispatch", "from": ["sent"], "to": "signed", "who": receivers},
        "answer": {"label": "答", "on": "dispatch", "from": ["signed"], "to": "answered", "fields": ["answer"],
                   "who": receivers},
        "pass": {"label": "转", "on": "dispatch", "from": ["signed"], "fields": ["to"],
                 "does": [{"do": "pass_on", "to": "to"}], "who": [{"role": "department_officer"}]},
        "refuse": {"label": "退", "on": "dispatch", "from": ["sent"], "to": "refused", "who": receivers},
    }  # fmt: skip
    for number in range(draw(st.integers(0, 4))):
        steps[f"move{number}"] = draw(_moves(f"动{number}"))
    for number in range(draw(st.integers(0, 3))):
        steps[f"part{number}"] = draw(_parts(f"分{number}"))
    named = list(steps)
    clocks = {f"c{n}": draw(_clocks(f"时{n}", named, "matter")) for n in range(draw(st.integers(1, 2)))}
    if draw(st.booleans()):
        clocks["part"] = draw(_clocks("签收", named, "dispatch"))
    states = {key: {"label": key} for key in OPEN} | {PAUSED: {"label": "停", "phase": "paused"}}
    states |= {key: {"label": key, "phase": "done"} for key in DONE}
    return {
        "label": "随机", "public": True, "raised_by": [{"role": "case_centre"}, {"role": "village_clerk"}],
        "form": ["text"], "optional": ["households"], "start": "s0", "reopen_days": draw(st.sampled_from((0, 3, 30))),
        "fields": FIELDS, "states": states, "steps": steps, "clocks": clocks,
    }  # fmt: skip


def spec_from(item: dict[str, Any]) -> MatterSpec:
    """The type, checked as one in the place's pack would be. Raises ValidationError."""
    catalogue = current()
    bases = tuple(manifest.id for manifest in catalogue.packs.values() if manifest.base)
    items = {key: catalogue.section(key) for key in all_sections()}
    resolver = Resolver("qingshan", bases, catalogue.vocabularies, items)
    return MatterSpec.model_validate(item, context=resolver)
