"""The few words of matters that the engine itself knows; everything else is a pack's."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Phase(TextChoices):
    """What a state means for clocks and lists, whatever a pack calls it."""

    OPEN = "open", _("办理中")
    PAUSED = "paused", _("暂停")
    DONE = "done", _("已办结")


class Outcome(TextChoices):
    """How a matter ended. Closed and solved are different things."""

    SOLVED = "solved", _("已解决")
    UNSOLVED = "unsolved", _("未解决")
    REFUSED = "refused", _("不予受理")
    WITHDRAWN = "withdrawn", _("撤回")
    JOINED = "joined", _("并入他件")


class DispatchState(TextChoices):
    """How far one receiver has come."""

    SENT = "sent", _("待签收")
    SIGNED = "signed", _("办理中")
    ARRIVED = "arrived", _("已到场")
    ANSWERED = "answered", _("已答复")
    ASKED_OUT = "asked_out", _("申请剔除")
    ACCEPTED = "accepted", _("已认可")
    REFUSED = "refused", _("已退回")
    PASSED = "passed", _("已转出")
    EXCLUDED = "excluded", _("已剔除")
    WITHDRAWN = "withdrawn", _("已撤回")


WORKING = frozenset(
    {DispatchState.SENT, DispatchState.SIGNED, DispatchState.ARRIVED, DispatchState.ASKED_OUT}
)
"""The receiver still has something to do."""

COUNTED = WORKING | {DispatchState.ANSWERED, DispatchState.ACCEPTED}
"""The receiver has, or has had, the matter to deal with: neither sent back nor taken out."""


class Hand(TextChoices):
    """Whose hand a step is for."""

    PERSON = "person", _("工作人员")
    REPORTER = "reporter", _("反映人")
    SYSTEM = "system", _("系统")


class Part(TextChoices):
    """What a receiver does in a matter that several share."""

    LEAD = "lead", _("主办")
    SUPPORT = "support", _("协办")


class LinkKind(TextChoices):
    """How two matters hang together."""

    SUPERVISES = "supervises", _("督办")
    SERVES = "serves", _("一并解决")
    JOINS = "joins", _("并入")
    FOLLOWS = "follows", _("由来")
    APPEALS = "appeals", _("申诉")


class Reason(TextChoices):
    """Why somebody has a matter before her."""

    STEP = "", _("待办")
    LATE = "late", _("超时")
