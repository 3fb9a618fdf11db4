"""The list of figures: findings first, then by theme, what has nothing to say folded away."""

from collections.abc import Container, Iterable
from typing import Any

from django.urls import reverse
from django.utils.translation import get_language, gettext

from jiceng.indicators.answering.declared import codes_at
from jiceng.indicators.definition import name_of
from jiceng.indicators.figures import figure
from jiceng.indicators.sections import Indicator
from jiceng.packs.catalogue import current
from jiceng.records.facts import all_facts
from jiceng.records.refusals import Refusal
from jiceng.web.figures.asking import Asked, asked_of, day_of
from jiceng.web.figures.shaping import NOTHING, shown, troubled
from jiceng.web.shell.territory import standing

Line = dict[str, Any]


def indicators_of(request: Any) -> dict[str, Indicator]:
    """The indicators that hold where the visitor looks; all of them for someone who looks at several places."""
    here = standing(request)
    at = codes_at("territory", here.pk) if here is not None else None
    return dict(current().section("indicators", at))


def catalogue_of(request: Any) -> dict[str, Any]:
    """What the list shows: the figures whose name has the text asked for (`q`), each on the day asked for.
    `themes`: label, lines, and those whose value is nothing or none.
    """
    wanted = request.GET.get("q", "").strip()
    known = indicators_of(request)
    findings: list[Line] = []
    themes: dict[str, list[Line]] = {}
    for key, indicator in known.items():
        if not _named(indicator, wanted):
            continue
        line = _line(key, indicator, asked_of(request, indicator))
        if indicator.finding is not None:
            findings.append(line | finding_words(indicator))
        else:
            themes.setdefault(_theme(indicator, known), []).append(line)
    return {
        "day": day_of(request),
        "q": wanted,
        "open": [line for line in findings if not line["nothing"]],
        "settled": [line for line in findings if line["nothing"]],
        "themes": [
            (label, _split(lines, nothing=False), _split(lines, nothing=True))
            for label, lines in themes.items()
        ],
        "trouble": _trouble([*findings, *(line for lines in themes.values() for line in lines)]),
        "number": len(findings) + sum(map(len, themes.values())),
    }


def _trouble(lines: Iterable[Line]) -> str:
    """The first trouble that any of the figures had."""
    return next((line["trouble"] for line in lines if line.get("trouble")), "")


def findings_on(request: Any, facts: Container[str] | None = None) -> list[Line]:
    """The findings about records of these facts (of all: None), each with its value where the visitor looks."""
    found = []
    for key, indicator in indicators_of(request).items():
        if indicator.finding is not None and (facts is None or indicator.fact in facts):
            line = _line(key, indicator, asked_of(request, indicator))
            found.append(line | finding_words(indicator))
    return found


def finding_words(indicator: Indicator) -> dict[str, str]:
    """What a finding asks for and the document it cites; empty for a figure that is none."""
    said = indicator.finding
    if said is None:
        return {}
    english = (get_language() or "").startswith("en")
    return {"asks": said.asks_en if english and said.asks_en else said.asks, "cites": said.cites}


def _named(indicator: Indicator, wanted: str) -> bool:
    return all(word.lower() in f"{indicator.name} {indicator.name_en}".lower() for word in wanted.split())


def _line(key: str, indicator: Indicator, asked: Asked) -> Line:
    try:
        found = figure(key, **asked.question)
        value = shown(found) | {"trouble": troubled([found])}
    except Refusal as refusal:
        value = {"value": NOTHING, "unit": "", "why": str(refusal)}
    address = f"{reverse('figures:figure', args=[key])}{asked.link(by='', map='')}"
    nothing = value["value"] in ("0", NOTHING)
    return value | {"key": key, "name": name_of(indicator), "url": address, "nothing": nothing}


def _theme(indicator: Indicator, known: dict[str, Indicator]) -> str:
    """What the figure counts, in words; of a change, what the compared figure counts."""
    while indicator.measure == "change":
        other = known.get(str(indicator.of)) or current().section("indicators")[str(indicator.of)]
        indicator = other
    return gettext(all_facts()[indicator.fact].label)


def _split(lines: list[Line], *, nothing: bool) -> list[Line]:
    return [line for line in lines if line["nothing"] == nothing]
