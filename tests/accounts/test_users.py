"""Accounts: who makes, closes and resets them, and how the first ones come to be from the server."""

import json

import pytest

from jiceng.accounts.actions.users import (
    change_user,
    create_user,
    disable_user,
    enable_user,
    release_user,
    reset_password,
    set_own_password,
)
from jiceng.accounts.models import User
from jiceng.accounts.scoping import Denied, actor_of, grants_in_force, permissions_of
from jiceng.cli.main import main
from jiceng.protection.actors import Actor
from jiceng.records.models import AuditEntry, AuditRow
from jiceng.records.refusals import Refusal
from tests.accounts.cast import PASSWORD, SETTER, TODAY, user


@pytest.fixture
def admin(cast):
    return actor_of(cast["system_administrator"])


def test_a_new_account_has_a_password_of_its_own_and_no_rights(world, admin):
    one, first = create_user(username="zhang.san", full_name="张三", unit=world.qingshan.bureau, by=admin)
    two, second = create_user(username="李四", full_name="李四", by=admin)
    assert first != second
    assert one.check_password(first)
    assert one.must_change_password
    assert permissions_of(one, TODAY) | permissions_of(two, TODAY) == frozenset()


def test_no_password_and_no_hash_ever_reaches_the_audit_chain(world, admin):
    made, password = create_user(username="zhang.san", full_name="张三", by=admin)
    again = reset_password(user=made, reason="忘记", by=admin)
    set_own_password(user=made, password=PASSWORD)
    kept = "".join(row.before + row.after for row in AuditRow.objects.filter(table="accounts_user"))
    assert "张三" in kept
    for secret in (password, again, PASSWORD, made.password, "pbkdf2", "md5$"):
        assert secret not in kept


@pytest.mark.parametrize("name", ["", "  ", "a b", "a/b", "x" * 61, "<script>"])
def test_bad_names_are_refused(admin, name):
    with pytest.raises(Refusal, match="用户名"):
        create_user(username=name, full_name="张三", by=admin)


def test_names_are_folded_and_taken_once(admin):
    made, _password = create_user(username=" Ｚhang ", full_name="张三", by=admin)
    assert made.username == "zhang"
    with pytest.raises(Refusal, match="已被使用"):
        create_user(username="ZHANG", full_name="张三", by=admin)
    with pytest.raises(Refusal, match="姓名"):
        create_user(username="wang", full_name=" ", by=admin)


@pytest.mark.parametrize(
    "name", ["security_administrator", "audit_administrator", "qingshan.organisation_department"]
)
def test_only_the_system_administrator_manages_accounts(cast, name):
    by, who = actor_of(cast[name]), cast["outsider"]
    for attempt in (
        lambda: create_user(username="x", full_name="某", by=by),
        lambda: change_user(user=who, full_name="某", unit=None, person=None, by=by),
        lambda: disable_user(user=who, reason="", by=by),
        lambda: enable_user(user=who, reason="", by=by),
        lambda: reset_password(user=who, reason="", by=by),
    ):
        with pytest.raises(Denied, match="管理用户"):
            attempt()
    assert User.objects.get(pk=who.pk).is_active


def test_closing_and_opening_is_audited_and_takes_the_rights_along(cast, admin):
    who = cast["qingshan.leader"]
    disable_user(user=who, reason="离职", by=admin)
    assert not permissions_of(who, TODAY)
    enable_user(user=who, reason="误停", by=admin)
    assert permissions_of(who, TODAY)
    told = AuditEntry.objects.filter(actor=admin.key).values_list("action", "reason")
    assert list(told) == [("user.disable", "离职"), ("user.enable", "误停")]
    with pytest.raises(Denied, match="自己"):
        disable_user(user=cast["system_administrator"], reason="", by=admin)


def test_who_resets_a_password_cannot_use_it(cast, admin):
    who = cast["qingshan.organisation_department"]
    password = reset_password(user=who, reason="忘记密码", by=admin)
    assert who.check_password(password)
    assert not permissions_of(who, TODAY)
    with pytest.raises(Denied):
        release_user(user=who, by=admin)
    release_user(user=who, by=actor_of(cast["security_administrator"]))
    assert permissions_of(who, TODAY)


def test_administrators_passwords_are_reset_on_the_server_only(cast, admin):
    for name in ("security_administrator", "audit_administrator", "system_administrator"):
        with pytest.raises(Denied, match="服务器"):
            reset_password(user=cast[name], reason="夺权", by=admin)
    guard = cast["security_administrator"]
    reset_password(user=guard, reason="忘记", by=Actor("os:root", "root"))
    assert permissions_of(guard, TODAY)


def test_an_account_can_be_corrected(world, cast, admin):
    who = cast["outsider"]
    change_user(
        user=who,
        full_name="王五",
        unit=world.qingshan.bureau,
        person=world.qingshan.people["member"],
        by=admin,
    )
    who.refresh_from_db()
    assert (who.full_name, who.unit, who.person.name) == ("王五", world.qingshan.bureau, "青水生")
    with pytest.raises(Refusal, match="姓名"):
        change_user(user=who, full_name="", unit=None, person=None, by=admin)


def test_a_weak_own_password_is_refused(db):
    who = user("weak")
    with pytest.raises(Refusal):
        set_own_password(user=who, password="short")
    assert who.check_password(PASSWORD)


def test_the_server_itself_is_trusted_and_named(db):
    made, _password = create_user(username="first", full_name="首任", by=SETTER)
    assert AuditEntry.objects.get(action="user.create").actor == SETTER.key
    assert made.pk


# ----------------------------------------------------------------------------------- on the command line
@pytest.fixture
def command(db, capsys):
    """`command("user", "list")` in this process: what it prints, after its exit code has been checked."""

    def run(*arguments, code=0):
        assert main(arguments) == code
        said = capsys.readouterr()
        return said.out if code == 0 else said.err

    return run


def test_a_fresh_installation_has_no_account_until_the_server_makes_one(jiceng):
    made = json.loads(jiceng("user", "create", "anquan", "--name", "安全员", "--json"))
    assert len(made["password"]) == 19
    told = json.loads(jiceng("user", "list", "--json"))["users"]
    assert [(u["username"], u["grants"]) for u in told] == [("anquan", [])]


def test_the_first_administrators_come_from_the_command_line(command):
    made = json.loads(command("user", "create", "anquan", "--name", "安全员", "--json"))
    command("user", "grant", "anquan", "security_administrator")
    assert "系统、安全、审计" in command("user", "grant", "anquan", "system_administrator", code=1)
    told = json.loads(command("user", "list", "--json"))["users"][0]
    assert [g["role"] for g in told["grants"]] == ["security_administrator"]
    command("user", "revoke", str(told["grants"][0]["id"]), "--reason", "换岗")
    command("user", "disable", "anquan", "--reason", "离职", "--as", "root")
    assert "已停用" in command("user", "list")
    command("user", "enable", "anquan", "--reason", "返岗")
    again = json.loads(command("user", "password", "anquan", "--reason", "忘记", "--json"))
    assert again["password"] != made["password"]
    assert "已解除" in command("user", "unlock", "anquan")
    authors = {entry.actor.partition(":")[0] for entry in AuditEntry.objects.all()}
    assert authors == {"os", "cli"}


def test_a_grant_names_its_node_by_code(world, command):
    county = world.qingshan
    command("user", "create", "wang", "--name", "王五", "--unit", county.bureau.name)
    who = User.objects.get(username="wang")
    assert who.unit == county.bureau
    nodes = {
        "street_officer": ("--region", county.town.code),
        "branch_secretary": ("--party-org", county.branch.code),
        "department_officer": ("--authority", county.bureau.name),
        "instructor": ("--appointment", str(county.posts["instructor"].pk)),
    }
    for role, node in nodes.items():
        command("user", "grant", "wang", role, *node, "--from", "2022-01-01", "--to", "2022-12-31")
    assert {g.role for g in grants_in_force(who, TODAY)} == set(nodes)
    assert "青石镇" in command("user", "list")


def test_the_command_line_says_what_is_missing(command):
    command("user", "create", "wang", "--name", "王五")
    for role, node, said in (
        ("inspector", ("--region", "51"), "没有区域 51"),
        ("branch_secretary", ("--party-org", "D1"), "没有党组织 D1"),
        ("department_officer", ("--authority", "某局"), "没有单位 某局"),
        ("instructor", ("--appointment", "7"), "没有任职 7"),
    ):
        assert said in command("user", "grant", "wang", role, *node, code=1)
    assert "没有用户 zhao" in command("user", "disable", "zhao", "--reason", "无", code=1)
    assert "没有授权 1" in command("user", "revoke", "1", "--reason", "无", code=1)


@pytest.mark.parametrize("wrong", [("grant", "wang", "emperor"), ("create", "nameless"), ("revoke", "1")])
def test_wrong_usage_is_told_apart(command, wrong, capsys):
    with pytest.raises(SystemExit) as left:
        main(("user", *wrong))
    assert left.value.code == 2
