"""Names in a flow that lead nowhere: fields, states and steps that there are not."""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from jiceng.matters.enums import DispatchState, LinkKind
from jiceng.matters.registry import Names
from jiceng.matters.sections.fields import OF_DISPATCH
from jiceng.matters.telling import named_in, tellable
from jiceng.packs.filters.resolving import meant

if TYPE_CHECKING:
    from jiceng.matters.sections.flows import MatterSpec
    from jiceng.matters.sections.steps import EffectSpec

Where = tuple[str | int, ...]
Fault = tuple[Where, str, str]
"""Where it stands in the item, what is wrong, and the remedy."""


def _unknown(what: str, keys: Iterable[str], known: Iterable[str], *where: str | int) -> Iterator[Fault]:
    for key in keys:
        if key not in set(known):
            yield where, _("没有%(what)s“%(key)s”") % {"what": what, "key": key}, meant(key, known)


def naming_faults(spec: "MatterSpec") -> Iterator[Fault]:
    """Every name in the type that leads nowhere."""
    fields, states, steps = spec.fields, spec.states, spec.steps
    yield from _unknown(_("字段"), spec.form, fields, "form")
    yield from _unknown(_("字段"), spec.optional, fields, "optional")
    yield from _unknown(_("状态"), [spec.start], states, "start")
    for key, step in steps.items():
        yield from _unknown(_("字段"), step.fields, fields, "steps", key, "fields")
        yield from _unknown(_("字段"), step.optional, fields, "steps", key, "optional")
        own = [named for named in step.not_by if ":" not in named]
        yield from _unknown(_("步骤"), own, [*steps, "raise"], "steps", key, "not_by")
        there = [named.partition(":")[0] for named in step.not_by if ":" in named]
        yield from _unknown(_("事项关联"), there, LinkKind.values, "steps", key, "not_by")
        if step.on == "matter":
            yield from _unknown(_("状态"), step.of, states, "steps", key, "from")
            yield from _unknown(_("状态"), [step.to] if step.to else [], states, "steps", key, "to")
        else:
            yield from _unknown(_("状态"), step.in_, states, "steps", key, "in")
    for key, clock in spec.clocks.items():
        known = states if clock.on == "matter" else DispatchState.values
        yield from _unknown(_("状态"), clock.starts, known, "clocks", key, "starts")
        yield from _unknown(_("状态"), clock.stops, known, "clocks", key, "stops")
        yield from _unknown(_("步骤"), clock.restarts, steps, "clocks", key, "restarts")
        for limit in clock.limits:
            days = [name for name, field in fields.items() if field.kind == "date"]
            until = [limit.until] if limit.until else []
            yield from _unknown(_("日期字段"), until, days, "clocks", key, "limits")
    yield from _columns(spec)
    yield from _told(spec)
    yield from _settings(spec)


def effects_of(spec: "MatterSpec") -> Iterator[tuple[Where, "EffectSpec"]]:
    """Every effect of the type, with where it stands: those of steps, and those of clocks that have run out."""
    for key, step in spec.steps.items():
        for n, effect in enumerate(step.does):
            yield ("steps", key, "does", n), effect
    for key, clock in spec.clocks.items():
        for n, effect in enumerate(clock.late):
            yield ("clocks", key, "late", n), effect


def _settings(spec: "MatterSpec") -> Iterator[Fault]:
    """Fields, steps and states that the settings of effects name (`registry.Names`)."""
    for where, effect in effects_of(spec):
        for name, info in type(effect.settings).model_fields.items():
            for mark in info.metadata:
                written = getattr(effect.settings, name)
                if isinstance(mark, Names) and written:
                    yield from _unknown(mark.label, [written], _parts(spec, mark), *where, name)


def _parts(spec: "MatterSpec", mark: Names) -> list[str]:
    """What a setting so marked may name."""
    if mark.part == "fields":
        return [key for key, field in spec.fields.items() if not mark.kinds or field.kind in mark.kinds]
    return list(spec.steps if mark.part == "steps" else spec.states)


def _told(spec: "MatterSpec") -> Iterator[Fault]:
    """What reporters are told names fields of the step itself, and none that holds a person or a file."""
    for key, step in spec.steps.items():
        for where, sentence in (("tells", step.tells), ("tells_en", step.tells_en)):
            asked = [*step.fields, *step.optional]
            yield from _unknown(_("字段"), named_in(sentence), asked, "steps", key, where)
            for name in named_in(sentence):
                if name in asked and not tellable(spec.fields[name]):
                    what = _("字段“%(key)s”不能告诉反映人") % {"key": name}
                    yield ("steps", key, where), what, _("从 tells 里删去")


def _columns(spec: "MatterSpec") -> Iterator[Fault]:
    """Fields of one receiver's part belong to steps on a dispatch; a field that narrows another one is a term."""
    asked = {"form": [*spec.form, *spec.optional]}
    asked |= {k: [*s.fields, *s.optional] for k, s in spec.steps.items() if s.on == "matter"}
    for where, keys in asked.items():
        for key in keys:
            if key in spec.fields and spec.fields[key].column in OF_DISPATCH:
                what = _("字段“%(key)s”是一张派单的，不能在整件事上填") % {"key": key}
                yield (where,) if where == "form" else ("steps", where, "fields"), what, _("写 on: dispatch")
    terms = [key for key, field in spec.fields.items() if field.kind == "term"]
    for key, field in spec.fields.items():
        above = [field.under] if field.under else []
        yield from _unknown(_("词条字段"), above, terms, "fields", key, "under")
