"""`jiceng tick`: what time and the world bring about in matters, now; the server does it every half minute."""

import argparse
from collections import Counter
from dataclasses import asdict

from jiceng.cli.main import emit
from jiceng.matters.ticking import tick

SAID = {
    "late": "超时 {} 件",
    "settled": "因情况变化而推进 {} 件",
    "handed_over": "承办单位撤销而移交 {} 件",
    "recomputed": "因日历变化而重算期限 {} 个",
    "failed": "未能办理 {} 件，详见日志，下次再办",
}


def register(command: argparse.ArgumentParser) -> None:
    """What `tick` takes: nothing."""
    command.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    counts: Counter[str] = Counter()
    more = True
    while more:
        done = asdict(tick())
        more = done.pop("more")
        counts.update(done)
    told = {key: counts[key] for key in SAID}
    lines = [words.format(told[key]) for key, words in SAID.items() if told[key]]
    emit(arguments, told, "，".join(lines) or "没有到时的事")
    return 1 if told["failed"] else 0
