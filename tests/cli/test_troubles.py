"""Troubles of the machine and wrong usage, as somebody at the command line meets them: a line, a code."""

import socket
import sqlite3

import pytest


def refused(jiceng, *arguments: str, code: int = 1) -> str:
    """What the command says while it fails: one line, no traceback."""
    said = jiceng(*arguments, code=code).strip()
    assert "\n" not in said, said
    return said


def test_a_data_home_that_cannot_be_one(jiceng, tmp_path):
    (tmp_path / "file").write_text("")
    jiceng.env["JICENG_HOME"] = str(tmp_path / "file")
    assert "要的是文件夹" in refused(jiceng, "pack", "list")


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("mysql://somewhere/x", "DATABASE_URL"),
        ("sqlite:////nowhere/x.sqlite3", "数据库打不开"),
        ("postgresql://nobody@127.0.0.1:1/x", "数据库出错"),
    ],
)
def test_a_database_that_is_not_there(jiceng, url, said):
    jiceng.env["DATABASE_URL"] = url
    assert said in refused(jiceng, "pack", "list")


def test_a_file_that_is_no_database(jiceng, tmp_path):
    (tmp_path / "broken.sqlite3").write_bytes(b"\x01" * 8_192)
    jiceng.env["DATABASE_URL"] = f"sqlite://{tmp_path / 'broken.sqlite3'}"
    assert "已损坏" in refused(jiceng, "pack", "list")


def test_a_database_of_a_newer_version_is_left_alone(jiceng, tmp_path):
    jiceng.env["DATABASE_URL"] = f"sqlite://{tmp_path / 'newer.sqlite3'}"
    jiceng("pack", "list")
    with sqlite3.connect(tmp_path / "newer.sqlite3") as database:
        database.execute(
            "INSERT INTO django_migrations (app, name, applied) VALUES ('records', '9999_x', '')"
        )
    assert "records.9999_x" in refused(jiceng, "pack", "list")


def test_a_file_that_cannot_be_written(jiceng, tmp_path):
    jiceng("pack", "install")
    assert "不是普通文件" in refused(jiceng, "export", "units", "--out", "/dev/null")
    assert "没有这个文件夹" in refused(jiceng, "export", "units", "--out", str(tmp_path / "no" / "x.xlsx"))
    assert "没有这个文件" in refused(jiceng, "pack", "schema", str(tmp_path / "no" / "x.json"))


def test_wrong_usage_is_told_in_a_line(jiceng):
    assert "2022-13-01" in refused(jiceng, "coverage", "gaps", "--as-of", "2022-13-01", code=2)
    assert "--help" in refused(jiceng, "nothing", code=2)


def test_an_address_that_cannot_be_served_on(jiceng):
    assert "没有这样的端口" in refused(jiceng, "serve", "--port", "99999")
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        assert "不能在这个地址上服务" in refused(jiceng, "serve", "--port", str(taken.getsockname()[1]))


def test_a_ledger_that_does_not_exist_has_no_gaps_to_be_told(jiceng):
    jiceng("pack", "install")
    assert "没有覆盖台账“nope”" in refused(jiceng, "coverage", "gaps", "--ledger", "nope")
