"""The inbox and the list of matters with very many of them, against the same signed-in pages from constant rows under
the same server; and matters found by words.
"""

import time
from datetime import timedelta
from typing import Any

from django.db import connections
from django.utils import timezone

from jiceng.bench.ground.many import store_many
from jiceng.bench.ground.places import hotline, install_bases, person, signed_in
from jiceng.bench.ground.prefecture import Prefecture
from jiceng.bench.ground.scratch import scratch
from jiceng.bench.ground.served import compared, p95, served
from jiceng.matters.models import Matter
from jiceng.matters.queries.words import find
from jiceng.organisations.models import Region
from jiceng.protection.scopes import Scope

MATTERS = {"county": 100_000, "prefecture": 1_000_000}
REQUESTS = {"county": 60, "prefecture": 200}
PAGES = {
    "the own pile": "?pile=ours",
    "the area's pile": "?pile=area",
    "what others have": "?pile=waiting",
    "all matters": "all/",
    "all matters, the open ones": "all/?life=open",
    "all matters, the open ones by light": "all/?life=open&sort=light",
}
SEARCHES = 20
"""So often each search is made."""

WORDS = {
    "hits": "井盖破损",
    "hits, two words": "路灯 东门",
    "nothing": "飞鱼龙卷",
    "nothing, of frequent words": "井盖破损 噪音扰民",
}


def run(scale: str = "prefecture") -> dict[str, Any]:
    """p95 of each page and of its constant twin, taken in turn; p95 of each search, which have no baseline."""
    with scratch() as home:
        Prefecture("county").store()
        install_bases()
        store_many(where := hotline(), MATTERS[scale])
        county = Region.objects.get(path=where.village.path[: -2 * 4])
        cookie = signed_in(person("reader", "case_centre", region=county))
        parts: list[dict[str, Any]] = []
        with served(home) as port:
            for name, address in PAGES.items():
                pages = (f"/matters/{address}", f"/constant/matters/{address}")
                parts.append({"name": name, **compared(port, cookie, pages, REQUESTS[scale])})
        connections.close_all()
        parts += _searches(county)
    worst = max((part for part in parts if "ratio" in part), key=lambda part: part["ratio"])
    return {
        "name": "inbox",
        "scale": scale,
        "rows": MATTERS[scale],
        "seconds": worst["seconds"],
        "baseline": "the same signed-in page from constant rows, same server; p95 of each",
        "baseline_seconds": worst["baseline_seconds"],
        "ratio": worst["ratio"],
        "parts": parts,
    }


def _searches(county: Region) -> list[dict[str, Any]]:
    """p95 of the first page of what is found, within the county, in the last thirty days and in all."""
    scope, since = Scope(territory=(county.path,)), timezone.localdate() - timedelta(days=30)
    found = []
    for name, words in WORDS.items():
        for period, first in (("thirty days", since), ("ever", None)):
            seconds = []
            for _turn in range(SEARCHES):
                began = time.perf_counter()
                hits = len(find(words, Matter.visible_to(scope), scope, since=first).matters)
                seconds.append(time.perf_counter() - began)
            found.append(
                {"name": f"search, {name}, {period} ({hits} hits)", "seconds": round(p95(seconds), 4)}
            )
    return found
