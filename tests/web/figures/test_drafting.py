"""A figure being built: from its form to a pack's words and back."""

import pytest
from django.http import QueryDict

from jiceng.records.facts import all_facts
from jiceng.web.figures.building.columns import columns_of, measured_by
from jiceng.web.figures.building.drafting import Draft, Row, posted, read, written


def form(**said):
    data = QueryDict(mutable=True)
    for name, value in {"fact": "unit", "name": "指标", "measure": "count", "time": "stock", **said}.items():
        data.setlist(name.replace("__", "-"), value if isinstance(value, list) else [value])
    return posted(data)


def row(group, number, column, operator, *values):
    at = f"{group}__{number}__"
    return {f"{at}column": column, f"{at}operator": operator, f"{at}value": list(values)}


@pytest.mark.parametrize(
    ("column", "operator", "values", "condition"),
    [
        ("kind", "in", ["core:enterprise", "core:agency"], ["core:enterprise", "core:agency"]),
        ("kind", "not_in", ["core:agency"], {"not_in": ["core:agency"]}),
        ("kind", "empty", [], {"empty": True}),
        ("kind", "filled", [], {"empty": False}),
        ("above_scale", "yes", [], True),
        ("above_scale", "no", [], False),
        ("employees", "eq", ["20"], 20),
        ("employees", "gte", ["20"], {"gte": 20}),
        ("employees", "lte", ["many"], {"lte": "many"}),  # said as it stands, and then refused
        ("surveyed_on", "asked", [], {"lte": "$day"}),
        ("surveyed_on", "gte", ["2021-01-01"], {"gte": "2021-01-01"}),
        ("region.kind", "in", ["core:village"], ["core:village"]),
    ],
)
def test_each_comparison_is_written_as_packs_write_it_and_read_back(column, operator, values, condition):
    draft = form(**row("all", 0, column, operator, *values))
    found = written(draft)
    assert found["where"] == {column: condition}
    assert read(found).rows["all"] == (Row(column, operator, tuple(values)),)


def test_what_says_nothing_yet_is_no_condition():
    draft = form(**row("all", 0, "kind", "in"), **row("all", 1, "employees", "gte"))
    assert [each.column for each in draft.rows["all"]] == ["kind", "employees"]
    assert "where" not in written(draft)


def test_conditions_stand_beside_each_other_and_in_either_group():
    two = {**row("all", 0, "employees", "gte", "20"), **row("all", 1, "employees", "lte", "50")}
    one = {**row("any", 0, "above_scale", "yes"), **row("any", 1, "kind", "in", "core:enterprise")}
    found = written(form(**two, **one))
    assert found["where"] == {
        "all": [{"employees": {"gte": 20}}, {"employees": {"lte": 50}}],
        "any": [{"above_scale": True}, {"kind": ["core:enterprise"]}],
    }
    assert written(read(found)) == found


def test_a_share_has_its_part_and_a_flow_its_date():
    part = row("part", 0, "above_scale", "yes")
    share = written(form(measure="share", time="flow", event="surveyed_on", **part))
    assert (share["part"], share["event"]) == ({"above_scale": True}, "surveyed_on")
    count = written(form(event="surveyed_on", **part))
    assert not {"part", "event"} & count.keys()


def test_another_fact_leaves_out_what_it_has_not():
    said = form(
        fact="membership",
        measure="sum",
        of="employees",
        breakdowns=["kind", "entry"],
        **row("all", 0, "kind", "in", "core:enterprise"),
        **row("all", 1, "entry", "gte", "x"),
    )
    assert said["of"] == ""
    assert said.breakdowns == ("entry",)
    assert said.rows["all"] == (Row("entry", "in", ()),)
    assert written(form(fact="nothing")) == written(form(fact="")) == {
        "name": "指标", "time": "stock", "measure": "count", "scope": "scope",
    }  # fmt: skip


def test_nothing_by_which_one_person_would_be_picked_is_offered():
    for fact in all_facts().values():
        if fact.countable:
            assert {column.kind for column in columns_of(fact)} <= {
                "code", "boolean", "integer", "number", "date",
            }  # fmt: skip
            assert all(column.kind != "text" for column in measured_by(fact, "distinct"))
    assert "employees" in map(str, measured_by(all_facts()["unit"], "average"))
    assert measured_by(all_facts()["unit"], "count") == []


def test_an_empty_draft_is_usual():
    assert Draft()["measure"] == "count"
    assert read({"name": "指标", "fact": "unit"})["time"] == "stock"
