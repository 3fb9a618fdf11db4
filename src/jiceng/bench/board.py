"""A board of more than thirty tiles, one request: the first after the server's start, then again and again against
the same signed-in page from constant rows, then for twenty people at once.
"""

import http.client
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from jiceng.bench.ground.places import first_county, install_bases, person, signed_in
from jiceng.bench.ground.prefecture import Prefecture
from jiceng.bench.ground.scratch import scratch
from jiceng.bench.ground.served import compared, p95, served
from jiceng.coverage.rebuilding import rebuild as derive
from jiceng.indicators.snapshot.refreshing import rebuild
from jiceng.indicators.stored import prepare
from jiceng.packs.catalogue import current

REQUESTS = {"county": 20, "prefecture": 60}
CROWD, TURNS = 20, 3
"""So many people ask at once, each so many times."""

BOARD = "overview"


def run(scale: str = "prefecture") -> dict[str, Any]:
    """p95 of the board and of its constant twin; `parts` have the first request, and the longest that anyone of many
    waited.
    """
    with scratch() as home:
        Prefecture(scale).store()
        install_bases()
        derive()
        rebuild()
        for _done in prepare(current()):
            pass  # as a server that has stood for some minutes
        people = [person(f"bench{n}", "organisation_department", region=first_county()) for n in range(CROWD)]
        cookies = [signed_in(one) for one in people]
        key = next(key for key in current().section("boards") if key.partition(":")[2] == BOARD)
        page, tiles = f"/boards/{key}/", sum(1 for _tile in current().item("boards", key).tiles())
        with served(home) as port:
            _took(port, "/boards/", cookies[0])
            cold = _took(port, page, cookies[0])
            warm = compared(port, cookies[0], (page, f"/constant{page}"), REQUESTS[scale])
            waits = _crowd(port, page, cookies)
    return {
        "name": "board",
        "scale": scale,
        "rows": tiles,
        **warm,
        "baseline": "the same signed-in page from constant rows, same server; p95 of each",
        "parts": [
            {"name": "the first request", "seconds": round(cold, 3)},
            {"name": f"{CROWD} at once, the longest", "seconds": round(max(waits), 3)},
            {"name": f"{CROWD} at once, p95", "seconds": round(p95(waits), 3)},
        ],
    }


def _took(port: int, page: str, cookie: str) -> float:
    """Seconds until the page is there. Raises RuntimeError for anything but a page."""
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
    start = time.perf_counter()
    line.request("GET", page, headers={"Cookie": cookie})
    answer = line.getresponse()
    body = answer.read()
    took = time.perf_counter() - start
    line.close()
    if answer.status != 200 or len(body) < 1_000:
        raise RuntimeError(f"{page}: {answer.status}")
    return took


def _crowd(port: int, page: str, cookies: list[str]) -> list[float]:
    """How long each of so many at once waited, every time."""
    with ThreadPoolExecutor(len(cookies)) as people:
        return list(people.map(lambda cookie: _took(port, page, cookie), cookies * TURNS))
