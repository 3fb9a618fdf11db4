"""What is announced goes out with the write that brings it about, says what it may, and is signed so that anybody can
check it.
"""

import base64
import hashlib
import hmac
import json
from datetime import timedelta

import pytest
from django.utils import timezone

from jiceng.accounts.actions.webhooks import end_subscription, send_again, subscribe, try_out
from jiceng.accounts.scoping import Denied
from jiceng.protection.actors import Actor
from jiceng.records.chain import UnrecordedWriteError
from jiceng.records.models import AuditRow, Delivery, Subscription
from jiceng.records.outbox import announce, events, register_event
from jiceng.records.outbox.sending import KEPT, LEASE, RETRIES, deliver, sweep_deliveries
from jiceng.records.refusals import Refusal
from jiceng.records.writing import write

BY = Actor("os:tests", "运维")
CLOSED = {"period": "2022-05", "region": "990101"}


@pytest.fixture(autouse=True)
def _a_net_of_our_own(settings):
    settings.WEBHOOK_HOSTS = ("127.0.0.1",)


@pytest.fixture
def hook(db):
    return made()[0]


def made(name="平台", wanted=("period.closed",), url="http://127.0.0.1:9/in?key=1"):
    return subscribe(name=name, url=url, wanted=wanted, by=BY)


def said(event="period.closed", payload=CLOSED):
    with write(by=BY, action="tests.close"):
        return announce(event, payload)


class Receiver:
    """Stands for the other system: keeps what arrives and answers with `statuses`, the last again and again."""

    def __init__(self, *statuses):
        self.statuses, self.got = list(statuses), []

    def __call__(self, target, body, headers):
        self.got.append((target, body, headers))
        answer = self.statuses.pop(0) if len(self.statuses) > 1 else self.statuses[0]
        if isinstance(answer, Exception):
            raise answer
        return answer


# ------------------------------------------------------------------------------------------- announcing
def test_only_who_wants_to_know_is_told(hook):
    made("别处", ("period.returned",))
    assert said() == 1
    delivery = Delivery.objects.get()
    assert delivery.subscription == hook
    told = json.loads(delivery.body)
    assert (told["type"], told["data"]) == ("period.closed", CLOSED)
    end_subscription(subscription=hook, by=BY, reason="换了系统")
    assert said() == 0


def test_what_is_rolled_back_was_never_announced(hook):
    def fails():
        with write(by=BY, action="tests.close"):
            announce("period.closed", CLOSED)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fails()
    with pytest.raises(UnrecordedWriteError):
        announce("period.closed", CLOSED)
    assert not Delivery.objects.exists()


def test_an_event_says_only_what_is_declared(hook):
    with pytest.raises(ValueError, match="name"):
        said(payload=CLOSED | {"name": "张三"})
    with pytest.raises(KeyError):
        said("period.forgotten")
    assert register_event("period.closed", "", "period", "region") is events()["period.closed"]
    with pytest.raises(ValueError, match="twice"):
        register_event("period.closed", "", "person")


# -------------------------------------------------------------------------------------------- the keeper
@pytest.mark.django_db
@pytest.mark.parametrize(
    "wrong",
    [
        {"name": " "},
        {"wanted": ()},
        {"wanted": ("webhook.test",)},
        {"url": "ftp://127.0.0.1/"},
        {"url": "https://10.0.0.1/"},
    ],
)
def test_what_makes_no_subscription(wrong):
    with pytest.raises(Refusal):
        made(**wrong)
    assert not Subscription.objects.exists()


def test_only_the_system_administrator_keeps_them(hook):
    nobody = Actor("user:0", "谁")
    for act in (
        lambda: subscribe(name="x", url="http://127.0.0.1/", wanted=["period.closed"], by=nobody),
        lambda: end_subscription(subscription=hook, by=nobody, reason="x"),
        lambda: try_out(subscription=hook, by=nobody),
        lambda: send_again(delivery=Delivery(subscription=hook), by=nobody),
    ):
        with pytest.raises(Denied):
            act()
    with pytest.raises(Refusal):
        end_subscription(subscription=hook, by=BY, reason=" ")
    end_subscription(subscription=hook, by=BY, reason="不用了")
    with pytest.raises(Refusal):
        try_out(subscription=hook, by=BY)


@pytest.mark.django_db
def test_the_secret_is_kept_sealed():
    _hook, secret = made()
    assert secret.encode() not in bytes(Subscription.objects.get().secret)
    assert secret not in str(AuditRow.objects.values())


# ----------------------------------------------------------------------------------------------- sending
@pytest.mark.django_db
def test_it_is_signed_as_standard_webhooks_has_it():
    _hook, secret = made()
    said()
    receiver = Receiver(204)
    assert deliver(send=receiver).arrived == 1
    ((target, body, headers),) = receiver.got
    assert (target.host, target.port, target.path) == ("127.0.0.1", 9, "/in?key=1")
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    key = base64.b64decode(secret.removeprefix("whsec_"))
    right = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    assert headers["webhook-signature"] == f"v1,{right}"
    assert deliver(send=receiver).arrived == 0
    assert Delivery.objects.get().arrived_at is not None


def test_it_is_tried_again_ever_later_and_then_given_up(hook):
    said()
    receiver, now = Receiver(500, OSError("no route"), 302), timezone.now()
    for wait in RETRIES:
        assert deliver(now, receiver).failed == 1
        assert deliver(now + wait - timedelta(seconds=1), receiver).failed == 0
        now += wait
    delivery = Delivery.objects.get()
    assert (delivery.attempts, delivery.status) == (len(RETRIES), 302)
    assert deliver(now, receiver).failed == 1
    delivery.refresh_from_db()
    assert delivery.next_at is None
    assert len({headers["webhook-id"] for _target, _body, headers in receiver.got}) == 1
    send_again(delivery=delivery, by=BY)
    assert deliver(send=Receiver(200)).arrived == 1


def test_one_that_fails_keeps_nobody_waiting(hook):
    made("别处", url="http://127.0.0.1/well")
    for _number in range(3):
        said()
    tried = []

    def send(target, body, headers):
        tried.append(target.path)
        return 200 if target.path == "/well" else 503

    done = deliver(send=send)
    assert (done.arrived, done.failed) == (3, 1)
    assert tried.count("/well") == 3
    assert len(tried) == 4  # the other is left alone after its first failure


def test_what_another_process_sends_is_left_to_it(hook):
    said()
    now = timezone.now()

    def dies(*_sent):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        deliver(now, dies)
    assert deliver(now, Receiver(200)).arrived == 0
    assert deliver(now + LEASE, Receiver(200)).arrived == 1


def test_an_address_that_may_no_longer_be_sent_to_is_told(hook, settings):
    said()
    settings.WEBHOOK_HOSTS = ()
    assert deliver(send=Receiver(200)).failed == 1
    assert "127.0.0.1" in Delivery.objects.get().trouble


def test_what_was_done_with_long_ago_is_forgotten(hook):
    said()
    later = timezone.now() + KEPT + timedelta(days=1)
    assert sweep_deliveries(later) == 0  # it has not arrived yet
    deliver(send=Receiver(200))
    assert sweep_deliveries(later) == 1
