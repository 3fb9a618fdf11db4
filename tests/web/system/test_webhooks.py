"""The pages of subscriptions and their log."""

import pytest

from jiceng.records.models import Delivery, Subscription
from jiceng.records.outbox.sending import deliver

PAGE = "/system/webhooks/"


@pytest.fixture
def keeper(visit, settings):
    settings.WEBHOOK_HOSTS = ("127.0.0.1",)
    return visit("system_administrator")


def said(**more):
    return {
        "name": "省平台",
        "url": "http://127.0.0.1/in",
        "event": ["period.closed", "period.returned"],
    } | more


def test_made_tried_out_sent_again_and_ended(keeper):
    page = keeper.post(PAGE, said()).content.decode()
    assert "whsec_" in page
    found = Subscription.objects.get()
    log = f"{PAGE}{found.pk}/"
    assert "还没有推送过" in keeper.text(log)
    assert "whsec_" not in keeper.text(log)
    assert keeper.post(f"{log}test/").status_code == 302
    assert "待发送" in keeper.text(log)
    deliver(send=lambda *_sent: 503)
    assert "将重试" in keeper.text(log)
    assert "503" in keeper.text(log)
    delivery = Delivery.objects.get()
    assert keeper.post(f"{PAGE}deliveries/{delivery.pk}/again/").status_code == 302
    deliver(send=lambda *_sent: 200)
    assert "已送达" in keeper.text(PAGE)
    assert keeper.text(log, {"after": delivery.pk}).count("再发一次") == 0
    assert keeper.post(f"{log}end/", {"reason": "换系统"}).status_code == 302
    assert "已停用" in keeper.text(PAGE)
    assert keeper.post(f"{log}test/").status_code == 422


def test_what_is_wrong_is_said_and_what_was_typed_stays(keeper):
    answer = keeper.post(PAGE, said(url="http://192.168.0.1/"))
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "内部地址" in page
    assert 'value="省平台"' in page
    assert 'value="period.closed" checked' in page


def test_it_stands_in_the_navigation_of_who_keeps_it(keeper, clerk):
    assert PAGE in keeper.text("/")
    assert PAGE not in clerk.text("/")
