"""The arithmetic of checks: sums, products and comparisons of figures, `women + men = members`.

A name is a key (`members`, `core:members`) or the id of a published figure (`gh-017`). Nothing else is known: no
functions, no powers, no texts. A quotient by zero has no value, and neither has anything made of what has none.
"""

import operator
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from jiceng.records.refusals import Refusal

MOST, DEEPEST = 400, 20
"""So long an expression may be, and so deep its brackets."""

TOKEN = re.compile(
    r"\s*(?:(?P<number>\d+(?:\.\d+)?)|(?P<name>[A-Za-z]\w*(?::\w+)?(?:-\d+)*)|(?P<sign><=|>=|[-+*/()<>=]))"
)
COMPARED: Mapping[str, Callable[[Decimal, Decimal], bool]] = {
    "=": operator.eq,
    "<=": operator.le,
    ">=": operator.ge,
    "<": operator.lt,
    ">": operator.gt,
}
SIGNS: Mapping[str, Callable[[Decimal, Decimal], Decimal]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
}

Values = Mapping[str, Decimal | None]
"""What each name stands for."""


@dataclass(frozen=True, slots=True)
class Term:
    """A number, a name, or two terms with a sign between them."""

    number: Decimal | None = None
    name: str = ""
    sign: str = ""
    left: "Term | None" = None
    right: "Term | None" = None

    def value(self, of: Values) -> Decimal | None:
        """What it comes to; None where something in it has no value, or nothing is divided by."""
        if self.left is None or self.right is None:
            return of[self.name] if self.name else self.number
        left, right = self.left.value(of), self.right.value(of)
        if left is None or right is None or (self.sign == "/" and not right):
            return None
        return SIGNS[self.sign](left, right)

    def names(self) -> Iterator[str]:
        """Every name in it, from left to right, as often as it stands there."""
        if self.name:
            yield self.name
        for side in (self.left, self.right):
            if side is not None:
                yield from side.names()

    def renamed(self, names: Mapping[str, str]) -> "Term":
        """The same with other names."""
        left = self.left.renamed(names) if self.left else None
        right = self.right.renamed(names) if self.right else None
        return Term(self.number, names.get(self.name, self.name), self.sign, left, right)

    def weights(self) -> Mapping[str, int] | None:
        """How often each name is added (or taken away), where it is nothing but a sum of names; else None."""
        if self.name:
            return {self.name: 1}
        if self.sign not in ("+", "-") or self.left is None or self.right is None:
            return None
        left, right = self.left.weights(), self.right.weights()
        if left is None or right is None:
            return None
        sign = 1 if self.sign == "+" else -1
        return {name: left.get(name, 0) + sign * right.get(name, 0) for name in {**left, **right}}


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two terms and how they should compare."""

    left: Term
    sign: str
    right: Term

    def holds(self, of: Values, spare: Decimal = Decimal(0)) -> bool | None:
        """Whether it holds, give or take `spare`; None where a side has no value."""
        left, right = self.left.value(of), self.right.value(of)
        if left is None or right is None:
            return None
        return COMPARED[self.sign](left, right) or (spare > 0 and abs(left - right) <= spare)

    def names(self) -> list[str]:
        """Every name in it once, from left to right."""
        return list(dict.fromkeys([*self.left.names(), *self.right.names()]))

    def renamed(self, names: Mapping[str, str]) -> "Comparison":
        """The same with other names."""
        return Comparison(self.left.renamed(names), self.sign, self.right.renamed(names))

    def weights(self) -> Mapping[str, int] | None:
        """The weights of its left side less its right side."""
        return Term(sign="-", left=self.left, right=self.right).weights()


def comparison(written: str) -> Comparison:
    """The comparison that `written` is. Raises Refusal for anything else."""
    found = parse(written)
    if not isinstance(found, Comparison):
        raise Refusal(_("“%(text)s”没有比较") % {"text": written[:80]}, remedy="women + men = members")
    return found


def parse(written: str) -> Term | Comparison:
    """The term or the comparison that `written` is. Raises Refusal for anything else."""
    if len(written) > MOST:
        raise Refusal(_("算式超过 %(most)d 个字") % {"most": MOST}, remedy=_("分成几条核对"))
    reading = _Reading(written)
    left = reading.sum()
    if reading.sign not in COMPARED:
        reading.end()
        return left
    sign = reading.take()
    found = Comparison(left, sign, reading.sum())
    reading.end()
    return found


class _Reading:
    """Reads an expression from left to right: sums of products of values."""

    def __init__(self, written: str) -> None:
        self._written = written
        self._place = self._depth = 0
        self._next: re.Match[str] | None = None
        self._step()

    @property
    def sign(self) -> str:
        """The sign that comes next; '' where none does."""
        return (self._next["sign"] or "") if self._next else ""

    def take(self) -> str:
        """The text that comes next; what stands behind it comes next then."""
        found = self._next
        self._step()
        return found[0].strip() if found else ""

    def sum(self) -> Term:
        return self._chain(("+", "-"), self._product)

    def end(self) -> None:
        """Raises Refusal where something is left."""
        if self._next is not None or self._written[self._place :].strip():
            raise self._refused()

    def _product(self) -> Term:
        return self._chain(("*", "/"), self._value)

    def _chain(self, signs: tuple[str, ...], inner: Callable[[], Term]) -> Term:
        found = inner()
        while self.sign in signs:
            sign = self.take()
            found = Term(sign=sign, left=found, right=inner())
        return found

    def _value(self) -> Term:
        if self.sign == "(" and self._depth < DEEPEST:
            self._depth += 1
            self.take()
            found = self.sum()
            if self.take() != ")":
                raise self._refused()
            self._depth -= 1
            return found
        if self._next is None or self.sign:
            raise self._refused()
        number, name = self._next["number"], self._next["name"]
        self.take()
        return Term(number=Decimal(number)) if number else Term(name=name)

    def _step(self) -> None:
        if self._next is not None:
            self._place = self._next.end()
        self._next = TOKEN.match(self._written, self._place)

    def _refused(self) -> Refusal:
        said = {"text": self._written[:80], "place": self._place + 1}
        return Refusal(
            _("算式“%(text)s”从第 %(place)d 个字起读不懂") % said,
            remedy=_("只用指标、数、+ - * / ( ) 和一个比较：= <= >= < >"),
        )
