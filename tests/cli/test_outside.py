"""`jiceng api-key`, `jiceng webhook` and `jiceng zone`, as an administrator of the server types them."""

import json


def test_a_key_is_shown_once_and_can_be_revoked(jiceng):
    made = json.loads(jiceng("api-key", "add", "市民随手报", "--json"))
    assert len(made["key"]) > 20
    assert "已有叫" in jiceng("api-key", "add", "市民随手报", code=1)
    assert made["key"] not in jiceng("api-key", "list")
    jiceng("api-key", "revoke", "市民随手报", "--reason", "合同到期")
    assert "已收回" in jiceng("api-key", "list")


def test_keys_of_the_other_zone_are_trusted_by_their_fingerprint(jiceng, tmp_path):
    out = tmp_path / "mine.json"
    made = json.loads(jiceng("zone", "key", "--out", str(out), "--json"))
    assert "指纹不一致" in jiceng("zone", "trust", str(out), "--fingerprint", "0" * 64, code=1)
    trusted = json.loads(jiceng("zone", "trust", str(out), "--fingerprint", made["fingerprint"], "--json"))
    assert trusted["fingerprint"] == made["fingerprint"]
    assert (tmp_path / "keys" / "zone.key").stat().st_mode & 0o077 == 0


def test_what_a_person_decides_needs_an_account(jiceng, tmp_path):
    assert "由哪个账号" in jiceng("zone", "propose", code=1)
    assert "没有第 7 个交换包" in jiceng("zone", "show", "7", code=1)
    assert "读不了这个文件" in jiceng("zone", "import", str(tmp_path / "none.json"), code=1)


def test_webhooks_are_kept_and_tried_on_the_command_line(jiceng):
    jiceng.env["JICENG_WEBHOOK_HOSTS"] = "127.0.0.0/8"
    add = ("webhook", "add", "省平台", "http://127.0.0.1:9/in", "--event", "period.closed")
    made = json.loads(jiceng(*add, "--json"))
    assert made["secret"].startswith("whsec_")
    assert "没有选事件" in jiceng(*add[:-1], "period.forgotten", code=1)
    assert made["secret"] not in jiceng("webhook", "list")
    assert json.loads(jiceng("webhook", "send", "--json")) == {"arrived": 0, "failed": 0}
    assert "没有推送过" in jiceng("webhook", "log")
    jiceng("webhook", "end", str(made["key"]), "--reason", "换系统")
    assert "没有推送" in jiceng("webhook", "end", "99", "--reason", "换系统", code=1)
    assert "已停用" in jiceng("webhook", "list")
