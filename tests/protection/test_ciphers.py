"""Sealed values: the standards' own vectors, a key a person, erasure by destroying it, the blind index."""

import os

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jiceng.people.models import Person
from jiceng.protection import ciphers, keys
from jiceng.protection.ciphers import (
    UnreadableValueError,
    blind_index,
    decrypt,
    encrypt,
    new_key,
    seal,
    unseal,
)
from jiceng.protection.masking import masked_citizen_id, masked_name, masked_phone
from jiceng.records.audit.verifying import verify
from jiceng.records.chain import sm3
from jiceng.records.models import AuditRow
from tests.accounts.cast import build_world, keep


# -------------------------------------------------------------------------------- the standards' vectors
def test_sm3_is_that_of_gb_t_32905():
    assert sm3("abc") == "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"
    assert sm3("abcd" * 16) == "debe9ff92275b8a138604889c18e5a4d6fdb70e5387e5765293dcba39c0c5732"


def test_sm4_is_that_of_gb_t_32907():
    key = bytes.fromhex("0123456789abcdeffedcba9876543210")
    block = Cipher(algorithms.SM4(key), modes.ECB()).encryptor()
    assert block.update(key).hex() == "681edf34d206965e86b3e94f536e4246"


def test_a_sealed_value_is_sm4_gcm_with_a_fresh_nonce():
    key = b"0123456789abcdef"
    sealed = ciphers._seal(key, "证件".encode())
    nonce, body, tag = sealed[:12], sealed[12:-16], sealed[-16:]
    opened = Cipher(algorithms.SM4(key), modes.GCM(nonce, tag)).decryptor()
    assert (opened.update(body) + opened.finalize()).decode() == "证件"
    assert ciphers._seal(key, "证件".encode())[:12] != nonce


# ------------------------------------------------------------------------------------------------- values
@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.text(max_size=80))
def test_what_is_sealed_comes_back(value):
    key = new_key()
    assert decrypt(key, encrypt(key, value)) == value


def test_every_person_has_another_key_and_the_empty_text_stays_empty():
    one, other = new_key(), new_key()
    assert one != other
    assert encrypt(one, "") == b""
    assert decrypt(one, b"") == ""
    with pytest.raises(UnreadableValueError):
        decrypt(other, encrypt(one, "13812345678"))


@pytest.mark.parametrize("place", [0, 5, 13, -1])
def test_a_changed_byte_is_found(place):
    key = new_key()
    sealed = bytearray(encrypt(key, "11010519491231002X"))
    sealed[place] ^= 1
    with pytest.raises(UnreadableValueError):
        decrypt(key, bytes(sealed))


def test_secrets_of_the_deployment_are_kept_apart_by_purpose():
    sealed = seal("one-time codes", "JBSWY3DPEHPK3PXP")
    assert unseal("one-time codes", sealed) == "JBSWY3DPEHPK3PXP"
    with pytest.raises(UnreadableValueError):
        unseal("something else", sealed)


def test_a_destroyed_key_makes_its_person_unreadable_and_leaves_the_chain_whole(db):
    who = build_world().qingshan.people["member"]
    number = decrypt(who.sealed_key, who.citizen_id)
    sealed = bytes(who.citizen_id)
    who.sealed_key = b""
    keep(who)
    kept = Person._base_manager.get(pk=who.pk)
    with pytest.raises(UnreadableValueError, match="destroyed"):
        decrypt(kept.sealed_key, kept.citizen_id)
    assert bytes(kept.citizen_id) == sealed
    assert verify().whole
    told = "".join(row.before + row.after for row in AuditRow.objects.all())
    assert number not in told


def test_no_stored_row_holds_the_number_itself(db):
    build_world()
    for who in Person._base_manager.all():
        number = decrypt(who.sealed_key, who.citizen_id)
        assert number.encode() not in bytes(who.citizen_id)
        assert number not in who.citizen_id_index


# -------------------------------------------------------------------------------------------- blind index
@pytest.mark.parametrize(
    "written",
    [
        "11010519491231002X",
        "11010519491231002x",
        "１１０１０５１９４９１２３１００２Ｘ",
        " 110105 19491231 002x ",
    ],
)
def test_spellings_of_one_number_meet(written):
    assert blind_index("citizen_id", written) == blind_index("citizen_id", "11010519491231002X")


def test_the_index_depends_on_number_and_purpose_and_hides_both():
    index = blind_index("citizen_id", "11010519491231002X")
    assert len(index) == 64
    assert index != blind_index("citizen_id", "110105194912310021")
    assert index != blind_index("phone", "11010519491231002X")
    assert index != sm3("11010519491231002X")
    assert blind_index("phone", "") == blind_index("phone", "　 ") == ""


# --------------------------------------------------------------------------------------------------- keys
def test_keys_come_from_one_file_that_only_its_owner_reads(tmp_path):
    path = tmp_path / "keys" / "master.key"
    first = keys.FileKeys(path)
    assert os.stat(path).st_mode & 0o777 == 0o600
    again = keys.FileKeys(path)
    assert first.key("a", 16) == again.key("a", 16)
    assert len(first.key("a", 32)) == 32
    assert first.key("a", 16) != first.key("b", 16)
    assert keys.FileKeys(tmp_path / "other.key").key("a", 16) != first.key("a", 16)


# ----------------------------------------------------------------------------------------------- masking
def test_masks_keep_just_enough_to_recognise():
    assert masked_citizen_id("11010519491231002X") == "110105***********X"
    assert masked_citizen_id("123") == "***"
    assert masked_phone("13812345678") == "138****5678"
    assert masked_phone("12345") == "*****"
    assert masked_name("张桂英") == "张**"
    assert masked_name("") == masked_phone("") == masked_citizen_id("") == ""
