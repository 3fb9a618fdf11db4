"""What checks come to at a place in a period, and the records that make them fail."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from django.apps import apps
from django.utils.translation import gettext as _

from jiceng.indicators.answering.declared import Declared, codes_at, find
from jiceng.indicators.answering.question import Question
from jiceng.indicators.answering.values import Record, Records, Value
from jiceng.indicators.checks.declaring import SECTION, Check, Jump
from jiceng.indicators.definition import english, measured, name_of
from jiceng.indicators.figures import PAGE, answer, list_records
from jiceng.indicators.periods import CalendarPeriod
from jiceng.indicators.sections import Indicator
from jiceng.packs.catalogue import current
from jiceng.protection.scopes import Scope
from jiceng.records.facts import all_facts
from jiceng.records.refusals import Refusal

EVERY = 100_000
"""Records that are read at once where all of them are looked at."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """A check at a place in a period.

    `holds` is None where it cannot be told, and `said` then says why. `figures` are those that it looks at, by
    key. `finding`: it is an indicator whose records should be none, and `key` is that indicator's.
    """

    key: str
    name: str
    holds: bool | None
    said: str
    figures: Mapping[str, Value]
    asks: str
    cites: str = ""
    closing: bool = True
    finding: bool = False

    @property
    def failed(self) -> bool:
        """Whether it surely does not hold."""
        return self.holds is False


@dataclass(frozen=True, slots=True)
class Checking:
    """Where and for which period checks are asked, and what the asker sees."""

    period: CalendarPeriod
    node: int | None
    scope: Scope

    @property
    def question(self) -> Question:
        """What is asked of each figure: stocks as of the last day, flows within the period."""
        return Question(
            scope=self.scope,
            node=self.node,
            as_of=self.period.last,
            period=self.period.days,
            today=self.period.last,
        )

    def earlier(self, jump: Jump) -> CalendarPeriod:
        """The period that a jump is measured from."""
        return self.period.years_before(jump.years) if jump.years else self.period.before()


def outcomes(asked: Checking) -> Iterator[Outcome]:
    """Every check that holds at the place: what a pack's checks say, then the findings."""
    yield from comparisons(asked)
    for key, indicator in current().section("indicators", _place(asked)).items():
        if indicator.finding is not None:
            yield _of_finding(key, indicator, asked)


def comparisons(asked: Checking) -> Iterator[Outcome]:
    """The checks of packs alone: comparisons and jumps."""
    for key, check in current().section(SECTION, _place(asked)).items():
        yield outcome(key, check, asked)


def _place(asked: Checking) -> list[str] | None:
    return codes_at("territory", asked.node) if asked.node is not None else None


def outcome(key: str, check: Check, asked: Checking) -> Outcome:
    """One check. Figures that cannot be told leave it open."""
    asks = check.asks_en if english() and check.asks_en else check.asks
    name = check.name_en if english() and check.name_en else check.name
    try:
        holds, why, figures = _jumped(check.jump, asked) if check.jump else _compared(check, asked)
    except Refusal as refusal:
        holds, why, figures = None, str(refusal), {}
    return Outcome(key, name, holds, why, figures, asks, closing=check.closing)


def _of_finding(key: str, indicator: Indicator, asked: Checking) -> Outcome:
    finding = indicator.finding
    assert finding is not None
    asks = finding.asks_en if english() and finding.asks_en else finding.asks
    told = Outcome(key, name_of(indicator), None, "", {}, asks, finding.cites, finding.closing, finding=True)
    try:
        value = answer(find(key), asked.question)
    except Refusal as refusal:
        return replace(told, said=str(refusal))
    said = f"{value.value or 0} {measured(indicator.unit)}".strip()
    return replace(told, holds=not value.value, said=said, figures={key: value})


def _compared(check: Check, asked: Checking) -> tuple[bool | None, str, Mapping[str, Value]]:
    comparison = check.compare
    assert comparison is not None
    figures = {name: answer(find(name), asked.question) for name in comparison.names()}
    values = {name: number(value.value) for name, value in figures.items()}
    holds = comparison.holds(values, Decimal(str(check.spare)))
    if holds is None:
        return None, _("有的指标算不出来（分母为零或没有数据）"), figures
    left, right = comparison.left.value(values), comparison.right.value(values)
    assert left is not None
    assert right is not None
    said = {"left": plain(left), "right": plain(right), "sign": comparison.sign, "gap": plain(left - right)}
    if holds:
        return True, _("%(left)s %(sign)s %(right)s") % said, figures
    return False, _("%(left)s 与 %(right)s 不符，相差 %(gap)s") % said, figures


def _jumped(jump: Jump, asked: Checking) -> tuple[bool | None, str, Mapping[str, Value]]:
    """Both times on the map of the period's last day, so that moved boundaries are no change."""
    value = answer(_change(jump, asked), replace(asked.question, map="today"))
    was, now = (number(each.value) for each in value.compared)
    figures = {jump.of: value.compared[1]}
    if was is None or now is None:
        return None, _("有的指标算不出来（分母为零或没有数据）"), figures
    said = {"was": plain(was), "now": plain(now), "then": asked.earlier(jump).label}
    if not was:
        text = _("%(then)s为 0，不能算增减幅；现为 %(now)s") % said
        return (True if abs(now) <= jump.least else None), text, figures
    share = (now - was) / abs(was) * 100
    said["share"] = f"{share:+.1f}%"
    calm = abs(share) <= Decimal(str(jump.share)) or abs(now - was) < Decimal(str(jump.least))
    return calm, _("%(then)s %(was)s，现 %(now)s，%(share)s") % said, figures


def _change(jump: Jump, asked: Checking) -> Declared:
    """The change that a jump looks at, as an indicator of its own."""
    other, earlier = find(jump.of), asked.earlier(jump)
    written = {"name": other.indicator.name, "unit": other.indicator.unit, "measure": "change", "of": jump.of}
    flow = other.indicator.time == "flow"
    since = {"from": earlier.first, "to": earlier.last} if flow else {"as_of": earlier.last}
    return Declared(jump.of, Indicator.model_validate(written | {"from": since}), other.catalogue)


def number(value: Any) -> Decimal | None:
    """The value as a number for arithmetic; None for dates and for nothing."""
    return Decimal(str(value)) if isinstance(value, int | float | Decimal) else None


def plain(found: Decimal) -> str:
    """A number without needless digits."""
    text = f"{found.quantize(Decimal('0.0001')):f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


# --------------------------------------------------------------------------------------------- records
def records_behind(key: str, asked: Checking, *, after: int = 0, limit: int = PAGE) -> Records | None:
    """The records that make a check fail, by key; None where a comparison has none of its own: it is no
    plain sum of counts of one fact, and each of its figures opens by itself.
    """
    catalogue = current()
    check = catalogue.section(SECTION).get(key)
    if check is None:
        return list_records(find(key), asked.question, after=after, limit=limit)
    if check.jump is not None:
        question = replace(asked.question, map="today")
        return list_records(_change(check.jump, asked), question, counted=True, after=after, limit=limit)
    return _unmatched(check, asked, after, limit)


def _unmatched(check: Check, asked: Checking, after: int, limit: int) -> Records | None:
    """The records that one side of a comparison counts and the other does not."""
    assert check.compare is not None
    weights = check.compare.weights()
    known = {name: find(name) for name in check.compare.names()}
    facts = {one.indicator.fact for one in known.values()}
    counts = all(one.indicator.measure == "count" for one in known.values())
    if weights is None or len(facts) != 1 or not counts:
        return None
    sums: Counter[int] = Counter()
    for name, weight in weights.items():
        for record in _every(known[name], asked.question):
            sums[record.id] += weight
    above = check.compare.sign in (">", ">=")
    equal = check.compare.sign == "="
    wrong = sorted(
        k for k, s in sums.items() if k > after and (s != 0 if equal else (s < 0) == above and s != 0)
    )
    (fact,) = facts
    rows = tuple(Record(each, True, sums[each]) for each in wrong[:limit])
    return Records(apps.get_model(all_facts()[fact].model)._meta.label_lower, rows, len(wrong) > limit)


def _every(asked: Declared, question: Question) -> Iterator[Record]:
    after, more = 0, True
    while more:
        page = list_records(asked, question, after=after, limit=EVERY)
        yield from page.rows
        more, after = page.more, page.rows[-1].id if page.rows else 0
