"""Nodes of the trees as commands name them: by code."""

from typing import Any

from jiceng.organisations.models import PartyOrg, Region, Unit
from jiceng.records.refusals import Refusal


def node_with(code: str | None, tree: str = "territory") -> int | None:
    """The key of the node that bears `code`; None without one. Raises Refusal where there is none."""
    if not code:
        return None
    model: Any = {"territory": Region, "party": PartyOrg, "industry": Unit}[tree]
    found = model._base_manager.filter(code=code).order_by("-valid_from").values_list("pk", "valid_to")
    nodes = sorted(found, key=lambda node: node[1] is not None)  # one that exists before one that has ended
    if not nodes:
        raise Refusal(f"没有代码 {code}", "--region", "核对代码；党组织、单位用 --tree")
    return int(nodes[0][0])
