"""Who outside is told of events: the system administrator's work, who thereby sees no record."""

from collections.abc import Collection

from django.utils import timezone
from django.utils.translation import gettext as _

from jiceng.accounts.actions.authority import authorise
from jiceng.accounts.permissions import Permission
from jiceng.protection.actors import Actor
from jiceng.records.models.outbox import Delivery, Subscription
from jiceng.records.outbox import events
from jiceng.records.outbox.announcing import TEST, put_out
from jiceng.records.outbox.sending import new_secret
from jiceng.records.outbox.targets import target_of
from jiceng.records.refusals import Refusal
from jiceng.records.texts import clean_line, given_reason
from jiceng.records.writing import write


def subscribe(*, name: str, url: str, wanted: Collection[str], by: Actor) -> tuple[Subscription, str]:
    """Tell `url` of the events `wanted`; gives the subscription and its secret, which is shown once.

    Needs `settings.manage`. Raises Refusal without a name or an event, for an event there is not, and for an address
    that may not be sent to.
    """
    authorise(by, Permission.SETTINGS_MANAGE)
    called, address = clean_line(name, _("名称"), 80), clean_line(url, _("地址"), 500)
    if not called:
        raise Refusal(_("没有写名称"), remedy=_("写明哪个单位的哪个系统"))
    offered = [key for key in events() if key != TEST.key]
    if not wanted or not set(wanted) <= set(offered):
        raise Refusal(_("没有选事件，或没有这个事件"), remedy="、".join(offered))
    target_of(address)
    shown, secret = new_secret()
    with write(by=by, action="webhook.subscribe"):
        made = Subscription(name=called, url=address, secret=secret, events=sorted(wanted))
        made.save()
    return made, shown


def end_subscription(*, subscription: Subscription, by: Actor, reason: str) -> None:
    """Tell it nothing any more; what is still on its way is not sent. Needs `settings.manage`.

    Raises Refusal without a reason.
    """
    authorise(by, Permission.SETTINGS_MANAGE)
    reason = given_reason(reason, _("停用推送的原因"), str(subscription))
    if subscription.ended_at is None:
        with write(by=by, action="webhook.end", reason=reason):
            subscription.ended_at = timezone.now()
            subscription.save()


def try_out(*, subscription: Subscription, by: Actor) -> Delivery:
    """Send it an event that says nothing. Needs `settings.manage`. Raises Refusal for one that has ended."""
    authorise(by, Permission.SETTINGS_MANAGE)
    _refuse_ended(subscription)
    with write(by=by, action="webhook.test"):
        return put_out(subscription, TEST.key, {})


def send_again(*, delivery: Delivery, by: Actor) -> None:
    """Send a delivery once more, with as many attempts as a new one. Needs `settings.manage`. Raises Refusal for a
    subscription that has ended.
    """
    authorise(by, Permission.SETTINGS_MANAGE)
    _refuse_ended(delivery.subscription)
    Delivery.objects.filter(pk=delivery.pk).update(next_at=timezone.now(), attempts=0, arrived_at=None)


def _refuse_ended(subscription: Subscription) -> None:
    if subscription.ended_at is not None:
        raise Refusal(_("这个推送已停用"), str(subscription), _("另建一个"))
