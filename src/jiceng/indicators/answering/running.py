"""Running a question's query on the engine."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from jiceng.indicators.answering.declared import Declared
from jiceng.indicators.answering.question import Question, bound, shape_of
from jiceng.indicators.answering.trees import Root, heads, places, roots
from jiceng.indicators.compile.dialects import Dialect
from jiceng.indicators.engine import Engine, Row, engine
from jiceng.indicators.sections import Indicator
from jiceng.indicators.shapes import NODES, Shape, What
from jiceng.indicators.stored import stored

ADDITIVE = ("count", "sum", "share", "average")
"""The measures of which the whole is the sum of its parts: numerators and denominators, never values."""


@dataclass(frozen=True, slots=True)
class Running:
    """One question on one snapshot: all of its queries see the same records."""

    asked: Declared
    question: Question
    engine: Engine
    whole: bool

    def rows(self, what: What, *, by: str | None = None) -> Sequence[Row]:
        """The rows of the query in that shape."""
        return self.engine.facts(lambda dialect: self.query(what, dialect, by=by))

    def query(self, what: What, dialect: Dialect, *, by: str | None = None) -> tuple[str, dict[str, Any]]:
        """The query in that shape and its parameters. Records always obey the scope."""
        indicator = self.asked.indicator
        whole = self.question.scope.everything if what == "records" else self.whole
        shape = shape_of(self.question, indicator, what, not whole, self.question.by if by is None else by)
        compiled = stored(indicator, shape, self.asked.catalogue, self.question.narrowed, dialect)
        told = bound(self.question, shape)
        return self._placed(compiled.sql, shape, dialect), {name: told[name] for name in compiled.parameters}

    def adds_up(self) -> bool:
        """Whether the parts asked for are all there is, each counted once: then they give the whole."""
        if self.asked.indicator.measure not in ADDITIVE:
            return False
        return self.question.by not in NODES or not any(root.head for root in self.heads())

    def heads(self) -> list[Root]:
        """The subtrees that parts by a tree are made of."""
        question, day = self.question, self.question.map_day(self.asked.indicator.time == "flow")
        node = question.node if question.by == question.tree else None
        return heads(self.engine, question.by, node, day, question.steps)

    def _placed(self, query: str, shape: Shape, dialect: Dialect) -> str:
        """The query with the tables of the nodes that are asked for."""
        question, day = self.question, self.question.map_day(self.asked.indicator.time == "flow")
        if shape.tree and shape.tree != shape.by:
            found = roots(self.engine, shape.tree, question.node, day)
            query = query.replace(dialect.quoted("asked_places"), places(self.engine, shape.tree, found, day))
        if shape.by in NODES:
            query = query.replace(
                dialect.quoted("asked_parts"), places(self.engine, shape.by, self.heads(), day)
            )
        return query


def running(asked: Declared, question: Question) -> Running:
    """The question on the snapshot in force. Raises Refusal where there is none."""
    current = engine()
    return Running(asked, question, current, sees_whole(asked.indicator, question, current))


def sees_whole(indicator: Indicator, question: Question, current: Engine) -> bool:
    """Whether the asker is shown the value over all records, not only those that the scope shows.

    A figure for the place is shown to everyone whose rights lie in the node asked for, or above it.
    """
    if question.scope.everything or indicator.scope == "public":
        return True
    return indicator.scope == "place" and question.node is not None and _is_of_the_place(question, current)


def _is_of_the_place(question: Question, current: Engine) -> bool:
    fact, column, _above = NODES[question.tree]
    query = f'SELECT "{column}" FROM "{fact}" WHERE id = $node'
    own = getattr(question.scope, question.tree)
    for (path,) in current.looked_up(query, {"node": question.node}):
        if path and any(path.startswith(mine) or mine.startswith(path) for mine in own):
            return True
    if question.tree == "territory":
        return False
    query = f'SELECT r.path FROM "{fact}" n JOIN region r ON r.id = n.region WHERE n.id = $node'
    found = current.looked_up(query, {"node": question.node})
    return any(path.startswith(mine) for (path,) in found for mine in question.scope.territory)
