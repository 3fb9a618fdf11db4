"""Matters in any number: real ones, taken by the actions to where they are, written again and again with keys, places,
days and words of their own. No audit: nothing is measured here but reading.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from itertools import islice
from typing import Any

from django.db import connection, models, transaction
from django.db.models import Max
from django.utils import timezone

from jiceng.bench.ground.cases import STEPS, Cases
from jiceng.bench.ground.places import Hotline
from jiceng.matters.models import Clock, Dispatch, Event, Matter, Turn
from jiceng.organisations.models import Region
from jiceng.records.engine import copy_rows
from jiceng.records.uids import uid_texts

OPEN = 20
"""One in so many is open, where nothing else is said."""

DAYS = 1_000
"""Over so many days they were raised; the open ones in the last of them."""

CHUNK = 20_000
BELONGING: tuple[type[models.Model], ...] = (Dispatch, Event, Clock, Turn)
TABLES: tuple[type[models.Model], ...] = (Matter, *BELONGING)
WHAT = (
    "路灯不亮",
    "井盖破损",
    "噪音扰民",
    "污水外溢",
    "乱停乱放",
    "道路积水",
    "电梯停用",
    "垃圾未清",
    "违章搭建",
    "水压不足",
)
WHERE = ("东门", "西街", "北桥", "南苑", "新村", "老巷", "河堤", "广场", "学府", "车站", "市场", "工业园")
SINCE_WHEN = ("昨夜以来", "上周开始", "已有半月", "多次反映", "雨后出现")


@dataclass(frozen=True, slots=True)
class Pattern:
    """A real matter and what belongs to it, by table."""

    matter: Mapping[str, Any]
    belonging: Mapping[type[models.Model], Sequence[Mapping[str, Any]]]


def store_many(hotline: Hotline, count: int, *, open_of: int = OPEN) -> None:
    """Store `count` matters of the hotline's county beside the few that they are made from; one of `open_of` is open,
    and only open ones have a timeline and clocks.
    """
    patterns = [_pattern(Cases(hotline), steps) for steps in range(1, STEPS + 1)]
    made = _Made(patterns, hotline.village, open_of)
    with transaction.atomic():
        for first in range(0, count, CHUNK):
            made.store(range(first, min(count, first + CHUNK)))
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def _pattern(cases: Cases, steps: int) -> Pattern:
    """A matter in which so many steps were taken."""
    *_before, matter = islice(cases.take(f"pattern {steps}"), steps)
    rows = {model: list(model._base_manager.filter(matter=matter).values()) for model in BELONGING}
    return Pattern(Matter._base_manager.filter(pk=matter.pk).values().get(), rows)


class _Made:
    """Writes the matters one chunk after the other."""

    def __init__(self, patterns: Sequence[Pattern], village: Region, open_of: int) -> None:
        self._open_of = open_of
        *self._open, self._done = patterns
        county = village.path[: -2 * 4]
        places = Region.objects.filter(level=village.level, path__startswith=county).order_by("pk")
        self._places = list(places.values_list("pk", "path"))
        self._today = timezone.localdate()
        self._next = {model: 1 + self._last(model) for model in TABLES}

    @staticmethod
    def _last(model: type[models.Model]) -> int:
        return int(model._base_manager.aggregate(last=Max("pk"))["last"] or 0)

    def store(self, numbers: range) -> None:
        """Write the matters with these numbers, and what belongs to them."""
        rows: dict[type[models.Model], list[tuple[Any, ...]]] = {model: [] for model in TABLES}
        for number, uid, uid_of_part in zip(
            numbers, uid_texts(len(numbers)), uid_texts(len(numbers)), strict=True
        ):
            self._one(number, uid, uid_of_part, rows)
        for model, found in rows.items():
            copy_rows(model, [field.attname for field in model._meta.concrete_fields], found)

    def _one(
        self, number: int, uid: str, uid_of_part: str, rows: dict[type[models.Model], list[tuple[Any, ...]]]
    ) -> None:
        done = number % self._open_of > 0
        pattern = self._done if done else self._open[number // self._open_of % len(self._open)]
        key = self._key(Matter)
        own = self._own(number, done)
        rows[Matter].append(tuple(({**pattern.matter, **own, "id": key, "uid": uid}).values()))
        dispatches: dict[Any, int | None] = {None: None}
        moments = {name: own[name] for name in ("due_at", "amber_at")}
        for model in (Dispatch,) if done else BELONGING:
            for row in pattern.belonging[model]:
                mine = {**row, "id": self._key(model), "matter_id": key}
                if model is Dispatch:
                    dispatches[row["id"]] = mine["id"]
                    mine["uid"] = uid_of_part
                else:
                    mine["dispatch_id"] = dispatches[row["dispatch_id"]]
                if model is Turn:
                    mine |= moments
                rows[model].append(tuple(mine.values()))

    def _key(self, model: type[models.Model]) -> int:
        key = self._next[model]
        self._next[model] = key + 1
        return key

    def _own(self, number: int, done: bool) -> dict[str, Any]:
        """What is different with every matter."""
        region, path = self._places[number * 7 % len(self._places)]
        raised = self._today - timedelta(days=1 + (number * 13 % DAYS if done else number % 20))
        at = datetime.combine(raised, time(1, number % 60), UTC)
        what, where = WHAT[number * 3 % len(WHAT)], WHERE[number * 5 % len(WHERE)]
        said = f"{where}{number % 997}号附近{what}，{SINCE_WHEN[number % len(SINCE_WHEN)]}"
        own = {
            "number": f"{number:08}", "title": said[:40], "text": f"{said}，请派人处理。", "region_id": region,
            "region_path": path, "raised_at": at, "raised_on": raised, "due_at": None, "amber_at": None,
        }  # fmt: skip
        if done:
            return {**own, "closed_at": at + timedelta(days=3), "closed_on": raised + timedelta(days=3)}
        due = at + timedelta(days=10, minutes=number % 1440)
        return {**own, "due_at": due, "amber_at": due - timedelta(days=2)}
