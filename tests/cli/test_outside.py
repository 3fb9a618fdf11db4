"""`jiceng api-key` and `jiceng zone`, as an administrator of the server types them."""

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
