"""`jiceng period`: how far areas have come with a period, submitting and accepting it, what was corrected since."""

import argparse
from collections.abc import Callable, Iterator
from typing import Any

from django.utils import timezone

from jiceng.cli.commands.matters.naming import access_named
from jiceng.cli.commands.periods.closing import told
from jiceng.cli.commands.periods.naming import add_period, area, author, closing_of, period_of, today
from jiceng.cli.main import emit
from jiceng.indicators.checks.running import number, plain
from jiceng.indicators.definition import name_of
from jiceng.packs.catalogue import current
from jiceng.periods.corrections import Correction, corrections
from jiceng.periods.models import Closing
from jiceng.periods.reporting import accept, give_back, require_accepting, require_closing, submit
from jiceng.periods.returns import lower_of, standings

Run = Callable[[argparse.Namespace], int]


def register(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    what = commands.add_parser(
        "period", help="reporting periods: show, submit, accept, return"
    ).add_subparsers(dest="what", required=True)
    _add(what, "show", "a period of an area and of those below it", show)
    _add(what, "submit", "hand a closed period to the level above", hand_up, remark=True)
    _add(what, "accept", "accept what an area has submitted", take, remark=True)
    _add(what, "return", "return it with remarks", send_back, remark=True)
    _add(what, "corrections", "closed figures that differ now, and the writes that did it", corrected)


def _add(what: Any, name: str, said: str, run: Run, *, remark: bool = False) -> None:
    command = what.add_parser(name, help=said)
    add_period(command)
    if remark:
        command.add_argument("--remark", metavar="TEXT", default="", help="said with it")
    command.set_defaults(run=run)


def show(arguments: argparse.Namespace) -> int:
    access = access_named(arguments)
    region, period = area(arguments, access), period_of(arguments)
    own, *below = standings([region, *lower_of(region, period)], period, today(region, access))
    lines = [f"{region} {period.label}  {own.said}"]
    lines += [f"  {one.region.code}  {one.region}  {one.said}" for one in below]
    lower = [
        {"region": one.region.code, "state": one.state, "late": one.late, "missing": one.missing}
        for one in below
    ]
    emit(
        arguments,
        {"state": own.state, **(told(own.closing) if own.closing else {}), "lower": lower},
        "\n".join(lines),
    )
    return 0


def hand_up(arguments: argparse.Namespace) -> int:
    access = access_named(arguments)
    region = area(arguments, access)
    if access is not None:
        require_closing(access, region)
    found = closing_of(region, period_of(arguments))
    submit(by=author(arguments, access), closing=found, day=today(region, access), remark=arguments.remark)
    return _done(arguments, found)


def take(arguments: argparse.Namespace) -> int:
    return _decided(arguments, accept)


def send_back(arguments: argparse.Namespace) -> int:
    return _decided(arguments, give_back)


def _decided(arguments: argparse.Namespace, decide: Callable[..., None]) -> int:
    access = access_named(arguments)
    found = closing_of(area(arguments, access), period_of(arguments))
    if access is not None:
        require_accepting(access, found)
    decide(by=author(arguments, access), closing=found, remark=arguments.remark)
    return _done(arguments, found)


def _done(arguments: argparse.Namespace, found: Closing) -> int:
    emit(arguments, told(found), f"{found}：{found.get_state_display()}")
    return 0


def corrected(arguments: argparse.Namespace) -> int:
    access = access_named(arguments)
    found = closing_of(area(arguments, access), period_of(arguments))
    differing = corrections(found)
    emit(arguments, {"corrections": [_told(one) for one in differing]}, "\n".join(_lines(found, differing)))
    return 0


def _told(one: Correction) -> dict[str, Any]:
    records = [
        {
            "id": each.id,
            "was": each.was,
            "now": each.now,
            "writes": [
                {"at": w.at.isoformat(), "by": w.by, "action": w.action, "reason": w.reason}
                for w in each.writes
            ],
        }
        for each in one.records
    ]
    return {
        "indicator": one.key,
        "was": one.was.value,
        "now": one.now.value,
        "records": records,
        "others": one.others,
    }


def _lines(closing: Closing, differing: list[Correction]) -> Iterator[str]:
    known = current().section("indicators")
    yield f"{closing}：关账后{len(differing)}个指标有更正" if differing else f"{closing}：关账后没有更正"
    for one in differing:
        name = name_of(known[one.key]) if one.key in known else one.key
        yield f"{name}  {_said(one.was.value)} → {_said(one.now.value)}（{_said(one.difference)}）"
        for each in one.records:
            who = "；".join(
                f"{w.by} {timezone.localtime(w.at):%Y-%m-%d %H:%M} {w.action} {w.reason}" for w in each.writes
            )
            yield f"  {one.model} {each.id}  {who or '—'}"
        if one.others:
            yield f"  另有 {one.others} 条"


def _said(value: Any) -> str:
    found = number(value)
    return "—" if found is None else plain(found)
