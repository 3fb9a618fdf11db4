"""Taking back a link that was a mistake. What has come of a link cannot be taken back with it."""

from collections.abc import Mapping
from datetime import datetime

from django.db.models import F
from django.utils.translation import gettext as _

from jiceng.accounts.scoping import Access, Denied, covers
from jiceng.matters.actions.beside import BY_HAND
from jiceng.matters.actions.contending import contended
from jiceng.matters.actions.context import Acting
from jiceng.matters.actions.recording import last_line, line, locked, moment_of
from jiceng.matters.actions.stepping import settle
from jiceng.matters.enums import Hand, LinkKind, Outcome, Phase
from jiceng.matters.flows import spec_of
from jiceng.matters.models import Event, Matter, MatterLink
from jiceng.packs.filters.nodes import columns
from jiceng.records.refusals import Refusal
from jiceng.records.texts import given_reason
from jiceng.records.writing import write

UNLINK = "unlink"


@contended
def unlink(*, access: Access, link: MatterLink, reason: str, at: datetime | None = None) -> None:
    """Take a link back (解除关联): neither matter hangs on the other any more, both timelines tell who said so and why,
    and both look at their own conditions again.

    Raises Denied where one does not see both by area, as linking does; Refusal without a reason, where somebody was
    quicker, and for a link on which something depends (`kept_because`).
    """
    one, other = _ends(link)
    if not (covers(access.scope(), one) and covers(access.scope(), other)):
        raise Denied(_("这件不在你的范围内"))
    text = given_reason(reason, _("解除原因"), str(one))
    by = Acting.person(access)
    with write(by=by.actor, action="matter.unlink", reason=text):
        mine = locked(one.pk, other.pk)
        theirs = Matter._base_manager.get(pk=other.pk)
        kept = MatterLink.objects.filter(pk=link.pk).first()
        if kept is None:
            raise Refusal(_("这个关联已经解除"), str(mine), _("刷新后再看"))
        if (barred := kept_because(kept)) is not None:
            raise barred
        kept.delete()
        moment = max(moment_of(each, at, last_line(each)) for each in (mine, theirs))
        for each, former in ((mine, theirs), (theirs, mine)):
            line(
                each, spec_of(each.flow), by, step=UNLINK, at=moment, note=text, data={"unlinked": former.pk}
            )
        for key in sorted((mine.pk, theirs.pk)):  # what hangs together is a condition of steps
            settle(Matter._base_manager.get(pk=key), moment)


def kept_because(link: MatterLink) -> Refusal | None:
    """Why a link cannot be taken back, with what to do instead; None for one that nothing depends on."""
    matter, other = _ends(link)
    said = {"one": matter.number, "other": other.number}
    spec = spec_of(matter.flow)
    if link.kind not in BY_HAND:
        why, instead = _by_steps(LinkKind(link.kind), said)
    elif spec.subject == "matter" and not _hangs_elsewhere(link):
        why = _("%(one)s 是就 %(other)s 提出的，离开它就不成立") % said
        instead = _("提错了的，按流程撤回 %(one)s") % said
    elif matter.phase != Phase.DONE and any(_apart(step.not_by, link.kind) for step in spec.steps.values()):
        why = _("%(one)s 的办理要避开在 %(other)s 里办过的人，靠的是这个关联") % said
        instead = _("办结后再解除")
    elif (moved := _moved_by(link)) is not None:
        who, step = moved
        why = _("%(number)s 已因这个关联由系统办了“%(step)s”") % {"number": who.number, "step": step}
        instead = _("先按流程重办 %(number)s，再解除关联") % {"number": who.number}
    else:
        return None
    return Refusal(_("不能解除：%(why)s") % {"why": why}, str(matter), instead)


def _by_steps(kind: LinkKind, said: Mapping[str, str]) -> tuple[str, str]:
    """Why a link that a step brought about stays, and what to do instead."""
    if kind == LinkKind.JOINS:
        return (
            _("%(one)s 因并入 %(other)s 而办结，反映人已随之转去") % said,
            _("并错了的，就原来的反映另提一件"),
        )
    if kind == LinkKind.SUPERVISES:
        return (
            _("%(one)s 是对 %(other)s 的督办，派给谁、何时了结都看它") % said,
            _("督办错了的，按流程撤销督办件"),
        )
    return _("%(one)s 是对 %(other)s 的申诉") % said, _("申诉错了的，按流程撤回申诉")


def _ends(link: MatterLink) -> tuple[Matter, Matter]:
    rows = Matter._base_manager.select_related("flow").in_bulk([link.matter_id, link.other_id])
    return rows[link.matter_id], rows[link.other_id]


def _hangs_elsewhere(link: MatterLink) -> bool:
    return bool(MatterLink.objects.filter(matter=link.matter_id).exclude(pk=link.pk).exists())


def _apart(not_by: list[str], kind: str) -> bool:
    """Whether a step is kept from who took one in a matter that this one hangs on in that way."""
    return any(named.startswith(f"{kind}:") for named in not_by)


def _moved_by(link: MatterLink) -> tuple[Matter, str] | None:
    """The matter that the system moved because of the link, with the step, and that stands there still."""
    matter, other = _ends(link)
    solved = link.kind == LinkKind.SERVES and matter.phase == Phase.DONE and matter.outcome == Outcome.SOLVED
    for one, column, holds in (
        (other, "served", solved),
        (matter, "other_done", other.phase == Phase.DONE),
    ):
        if not holds:
            continue
        moved = Event.objects.filter(matter=one, dispatch__isnull=True).exclude(before=F("after"))
        last, steps = moved.order_by("-seq").first(), spec_of(one.flow).steps
        step = steps.get(last.step) if last is not None and last.hand == Hand.SYSTEM else None
        if step is not None and any(path.name == column for path in columns(step.when)):
            return one, step.label
    return None
