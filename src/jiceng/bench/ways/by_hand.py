"""Figures as somebody who knows the tables writes them: the shorthand of `battery.yaml` written out as SQL."""

import re
from collections.abc import Callable, Mapping

from jiceng.bench.ground.prefecture import TODAY
from jiceng.bench.ground.terms import base
from jiceng.protection.scopes import SEGMENT

ROOT = "0001"
SINCE = TODAY.replace(month=1, day=1)


def query(item: Mapping[str, str], level: int, *, dates: bool) -> str:
    """The query as it is written by hand, for one level; `dates`: the engine has a type for them."""
    length = len(ROOT) + SEGMENT * level
    on = item.get("event") or "{day}"
    text = (
        f"SELECT substr(r.path, 1, {length}) AS part, {item.get('numerator', 'COUNT(*)')}, "
        f"{item.get('denominator', 'NULL')} FROM {item['from']} "
        f'JOIN region_spans r ON r."of" = {item["node"]} AND {{then:r:{on}}} '
        f"WHERE r.path >= '{ROOT}' AND r.path < '0002' AND length(r.path) >= {length} "
        f"AND {item['where']} GROUP BY 1"
    )
    return _filled(text, dates)


def for_postgresql(text: str) -> str:
    """The same, with what PostgreSQL calls differently."""
    return re.sub(r"\b(month|day|year)\(([^()]*)\)", r"EXTRACT(\1 FROM \2)", text)


def _filled(text: str, dates: bool) -> str:
    """The text with its days, and its few words of shorthand written out."""
    for word, said in SHORTHAND.items():
        found = re.compile(rf"\{{{word}:((?:[^{{}}]|\{{\w+\}})*)\}}")
        text = found.sub(lambda match, said=said: said(dates, *match[1].split(":")), text)  # type: ignore[misc]
    text = text.replace("{base}", base())
    days = {"{day}": TODAY, "{since}": SINCE, "{until}": TODAY}
    for name, day in days.items():
        text = text.replace(name, f"{'DATE ' if dates else ''}'{day}'")
    return text


def _before(dates: bool, day: str) -> str:
    return f"{day} - 1" if dates else f"date({day}, '-1 day')"


def _holds(_dates: bool, row: str, day: str = "{day}") -> str:
    return f"({row}.valid_from <= {day} AND ({row}.valid_to IS NULL OR {row}.valid_to > {day}))"


def _age(dates: bool, born: str) -> str:
    if dates:
        early = f"month({born}) * 100 + day({born}) > {TODAY.month * 100 + TODAY.day}"
        return f"({TODAY.year} - year({born}) - CASE WHEN {early} THEN 1 ELSE 0 END)"
    early = f"substr({born}, 6) > '{TODAY:%m-%d}'"
    return f"({TODAY.year} - CAST(substr({born}, 1, 4) AS INTEGER) - CASE WHEN {early} THEN 1 ELSE 0 END)"


SHORTHAND: dict[str, Callable[..., str]] = {"before": _before, "then": _holds, "on": _holds, "age": _age}
