"""Figures worked out row by row in Python, from a world's plain rows: slow, short, and nobody's idea of an
engine.
"""

from collections import defaultdict
from datetime import timedelta

from jiceng.packs.filters.matching import matches, value_of
from jiceng.packs.filters.resolving import column_of
from jiceng.records.facts import all_facts
from tests.indicators.world import holds

PATHS = {
    "territory": ("region", "path"),
    "party": ("party_org", "path"),
    "industry": ("unit", "authority_path"),
}


class Evaluator:
    """What an indicator comes to in a world."""

    def __init__(self, world, vocabularies) -> None:
        self.world, self.vocabularies = world, vocabularies

    # what filters ask for
    def row(self, fact, key, day):
        return self.world.on(fact, key, day)

    def rows(self, fact, match, valid, day):
        for key, row in self.world.rows[fact].items():
            if valid is not None and not holds(row, valid):
                continue
            seen = self.world.on(fact, key, day)
            if all(self.at(fact, seen, column, day) == wanted for column, wanted in match.items()):
                yield seen

    def below(self, vocabulary, key):
        return self.vocabularies[vocabulary].below(key)

    def ranked(self, vocabulary, at_least):
        return self.vocabularies[vocabulary].ranked(at_least)

    def at(self, fact, row, dotted, day):
        return value_of(column_of(all_facts()[fact], dotted), row, day, self)

    # the rows that count
    def counted(self, indicator, question):
        """Every row that the indicator counts, with the day it is read for and its node."""
        fact = all_facts()[indicator.fact]
        for key, row in self.world.rows[fact.key].items():
            day = self.day_of(indicator, fact, row, question)
            if day is None:
                continue
            seen = self.world.on(fact.key, key, day)
            if matches(indicator.where, seen, day, self) and matches(question.narrowed, seen, day, self):
                yield seen, day

    def day_of(self, indicator, fact, row, question):
        if indicator.time == "stock":
            return question.day if holds(row, question.day) else None
        column = {"begins": fact.begins, "ends": fact.ends}.get(indicator.event, indicator.event)
        first, last = question.between
        event = row[column]
        if event is None or not first <= event <= last:
            return None
        return event - timedelta(days=1) if column == fact.ends else event

    # places
    def node_of(self, fact, row, day, tree):
        ways = [getattr(fact, tree), *(fact.or_territory if tree == "territory" else ())]
        if ways[0] is None:
            return None
        found = (row["id"] if not way else self.at(fact.key, row, ".".join(way), day) for way in ways)
        return next((node for node in found if node is not None), None)

    def path(self, tree, node, day):
        fact, column = PATHS[tree]
        span = self.world.span(fact, node, day)
        return span[column] if span else None

    def own_path(self, tree, node, day):
        """The path of a node of its own: not of one that only stands at its authority."""
        span, path = self.world.span(PATHS[tree][0], node, day), self.path(tree, node, day)
        if tree != "industry" or span is None or span["authority"] is None:
            return path
        above = {s["authority_path"] for s in self.world.spans["unit"][span["authority"]]}
        return None if path in above else path

    def territory(self, tree, node, day):
        """The paths that belong to a node on that day: its own, and what it holds."""
        found = [self.own_path(tree, node, day)]
        if tree == "territory":
            held = [
                h["held"]
                for h in self.world.rows["holding"].values()
                if h["holder"] == node and holds(h, day)
            ]
            found += [self.path(tree, region, day) for region in held]
        return [path for path in found if path]

    def is_in(self, tree, inner, outer, day):
        path = self.path(tree, inner, day) if inner is not None else None
        return path is not None and any(path.startswith(root) for root in self.territory(tree, outer, day))

    def map_day(self, indicator, question, day):
        placed = question.map_day(indicator.time == "flow")
        return placed or day

    def at_node(self, indicator, question):
        fact = all_facts()[indicator.fact]
        for row, day in self.counted(indicator, question):
            node = self.node_of(fact, row, day, question.tree)
            placed = self.map_day(indicator, question, day)
            if question.node is None or self.is_in(question.tree, node, question.node, placed):
                yield row, day

    # measures
    def value(self, indicator, rows):
        """Numerator, denominator, number of rows."""
        rows = list(rows)
        measured = [self.measured(indicator, row, day) for row, day in rows]
        known = [m for m in measured if m is not None]
        count = len(rows)
        match indicator.measure:
            case "count":
                return count, None, count
            case "distinct":
                return len(set(known)), None, count
            case "sum":
                return sum(known), None, count
            case "average":
                return sum(known), len(known), count
            case "minimum":
                return min(known, default=None), None, count
            case "share":
                return sum(known), count, count

    def measured(self, indicator, row, day):
        if indicator.part is not None:
            return int(matches(indicator.part, row, day, self))
        return value_of(indicator.column, row, day, self) if indicator.column else 1

    def parts(self, indicator, question):
        """By part, what `value` gives."""
        found = defaultdict(list)
        for row, day in self.at_node(indicator, question):
            for part in self.parts_of(indicator, question, row, day):
                found[part].append((row, day))
        return {part: self.value(indicator, rows) for part, rows in found.items()}

    def parts_of(self, indicator, question, row, day):
        fact = all_facts()[indicator.fact]
        if question.by not in PATHS:
            dotted, _, level = question.by.partition("@")
            column = column_of(fact, dotted)
            found = value_of(column, row, day, self)
            if level and found in self.vocabularies[column.vocabulary]:
                line = self.vocabularies[column.vocabulary].ancestors(found)
                found = line[-int(level)] if len(line) > int(level) else found
            return [found]
        placed = self.map_day(indicator, question, day)
        node = self.node_of(fact, row, day, question.by)
        parts = [p for p in self.heads(question, placed) if self.is_in(question.by, node, p, placed)]
        return parts or [None]

    def heads(self, question, day):
        """The nodes that are parts on that day: so many steps below the root, or held by it."""
        tree = question.by
        fact = PATHS[tree][0]
        root = question.node if tree == question.tree else None
        roots = [""] if root is None else self.territory(tree, root, day)
        own = "" if root is None else self.own_path(tree, root, day)
        lengths = {r: len(r) + 4 * (question.steps if r == own else question.steps - 1) for r in roots}
        return [
            key
            for key in self.world.rows[fact]
            for path in [self.own_path(tree, key, day)]
            if path and any(path.startswith(r) and len(path) == lengths[r] for r in roots)
        ]
