"""`jiceng matter raise` and `act`."""

import argparse

from jiceng.cli.commands.matters.fields import dispatch_of, given_for
from jiceng.cli.commands.matters.naming import acting_named, matter_named, now_for, region_named
from jiceng.cli.commands.matters.telling import event_told, matter_told, state_label
from jiceng.cli.main import emit
from jiceng.matters.actions import Acting, Report, act, raise_matter
from jiceng.matters.flows import spec_of, types_at
from jiceng.organisations.terms import with_attr
from jiceng.records.refusals import Refusal


def register_raise(command: argparse.ArgumentParser) -> None:
    """What `raise` takes."""
    command.add_argument(
        "type", metavar="TYPE", help="the type's key, as pack:key or as it holds at the region"
    )
    command.add_argument("--region", metavar="CODE", required=True)
    command.add_argument("--channel", metavar="TERM", default="")
    _register_values(command)
    command.set_defaults(run=run_raise)


def register_act(command: argparse.ArgumentParser) -> None:
    """What `act` takes."""
    command.add_argument("number", metavar="NUMBER")
    command.add_argument("step", metavar="STEP")
    command.add_argument("--dispatch", metavar="UNIT", default="", help="credit code or name of the receiver")
    _register_values(command)
    command.set_defaults(run=run_act)


def _register_values(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--field",
        metavar="KEY=VALUE",
        action="append",
        default=[],
        help="a field; several of one key make a list",
    )
    command.add_argument("--note", metavar="TEXT", default="")
    command.add_argument(
        "--key", metavar="KEY", default="", help="makes it happen once, however often it is sent"
    )


def run_raise(arguments: argparse.Namespace) -> int:
    access, region = acting_named(arguments), region_named(arguments.region)
    types = types_at(region, access.day)
    key = next((key for key in types if arguments.type in (key, key.partition(":")[2])), None)
    if key is None:
        raise Refusal(f"这里没有“{arguments.type}”类事项", region.name, f"可用的有：{'、'.join(types)}")
    matter = raise_matter(
        by=Acting.person(access),
        type=key,
        region=region,
        channel=arguments.channel or with_attr("matter_channels", "visit").key,
        report=Report(given=given_for(types[key], arguments.field)),
        note=arguments.note,
        key=arguments.key,
    )
    emit(arguments, matter_told(matter, now_for(access)), f"已提出 {matter.number}")
    return 0


def run_act(arguments: argparse.Namespace) -> int:
    access = acting_named(arguments)
    matter = matter_named(arguments.number, access)
    spec = spec_of(matter.flow)
    step = spec.steps.get(arguments.step)
    if step is None:
        raise Refusal(f"流程里没有“{arguments.step}”这一步", matter.number, f"有：{'、'.join(spec.steps)}")
    event = act(
        by=Acting.person(access),
        matter=matter.pk,
        step=arguments.step,
        given=given_for(spec, arguments.field),
        note=arguments.note,
        dispatch=dispatch_of(matter, arguments.dispatch) if step.on == "dispatch" else None,
        key=arguments.key,
    )
    matter = matter_named(arguments.number, None)  # it may have left her sight with this
    said = event_told(event, spec) | {"number": matter.number, "state": matter.state}
    emit(arguments, said, f"{matter.number}：{step.label}，现在{state_label(spec, matter.state)}")
    return 0
