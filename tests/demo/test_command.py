"""`jiceng demo` and `jiceng serve` as their user meets them: processes, a browser's requests, a second run."""

import json
import os
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from contextlib import contextmanager
from pathlib import Path

import pytest

from jiceng.cli.commands.demo import parsed
from jiceng.records.refusals import Refusal
from tests.conftest import PATIENCE, until

PLACE = "qianwei"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def page(port: int, path: str = "/account/login/") -> str:
    """A page's text; '' where nobody answers."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=30) as answer:
            return answer.read().decode()
    except (urllib.error.URLError, ConnectionError, TimeoutError):
        return ""


@contextmanager
def running(installation, *arguments: str):
    command = [Path(sys.executable).with_name("jiceng"), *arguments]
    process = subprocess.Popen(command, env=installation.env, stdin=subprocess.DEVNULL)
    try:
        yield process
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
        process.wait(timeout=PATIENCE)


def alive(home: Path) -> list[str]:
    """The command lines of all processes that work with a data home."""
    mark, found = f"JICENG_HOME={home}".encode(), []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if mark in (process / "environ").read_bytes().split(b"\0"):
                found.append((process / "cmdline").read_bytes().replace(b"\0", b" ").decode())
        except OSError:
            continue  # ended meanwhile, or somebody else's
    return found


def test_the_demonstration_from_an_empty_home_to_a_page_and_again(jiceng):
    port = free_port()
    with running(jiceng, "demo", "--place", PLACE, "--scale", "50", "--port", str(port)) as demo:
        text = until(lambda: page(port), "the sign-in page")
        assert "演示" in text
        until(lambda: not (jiceng.home / "demo.json").exists(), "the end of the load")
        assert demo.poll() is None, "it goes on serving"
    until(lambda: not alive(jiceng.home), "all its processes are gone")
    assert not page(port)

    told = json.loads(jiceng("demo", "--place", PLACE, "--scale", "50", "--no-serve", "--json"))
    assert told == {"places": [PLACE], "loaded": {}}, "a second run keeps the data"
    said = jiceng("demo", "--place", PLACE, "--scale", "50", "--no-serve")
    assert f"{PLACE}：" in said
    assert "✓" in said
    refused = jiceng("demo", "--place", PLACE, "--scale", "10", "--no-serve", code=1)
    assert f"按其他参数装入的 {PLACE}" in refused

    with running(jiceng, "serve", "--port", str(port), "--workers", "1"):
        until(lambda: page(port), "a page of jiceng serve")
        current = jiceng.home / "figures" / "current"
        before = current.read_text()
        jiceng("user", "create", "wang", "--name", "王五")
        until(lambda: current.read_text() != before, "a snapshot that follows what was written")
    until(lambda: not alive(jiceng.home), "server and refresher are gone")


def test_what_cannot_be_loaded_is_said_in_one_line(jiceng):
    told = jiceng("demo", "--no-serve", "--place", PLACE, "--set", f"{PLACE}.castles.count=3", code=1)
    assert "剧本里没有 castles.count" in told
    assert not (jiceng.home / "demo.json").exists()


def test_replaced_values_are_told_apart_by_place():
    found = parsed(["a.firms.count=3", "b.firms.with.name=甲=乙", "a.units.count=4"], ["a", "b"])
    assert found == {"a": {"firms.count": "3", "units.count": "4"}, "b": {"firms.with.name": "甲=乙"}}


@pytest.mark.parametrize("written", ["a.firms.count", "c.firms.count=3", "a=3", "=3"])
def test_replaced_values_that_say_nothing_are_refused(written):
    with pytest.raises(Refusal, match="看不懂"):
        parsed([written], ["a", "b"])


def test_the_same_under_any_seed_of_python_s_hashes(tmp_path):
    """Sets and dictionaries of texts come in another order in every process."""
    code = (
        "import django; django.setup()\n"
        "from tests.demo.factories import make\nfrom jiceng.records.chain import sm3\n"
        "world = make()\n"
        "print(sm3(repr(({n: dict(t.columns) for n, t in world.tables.items()}, world.territory.areas))))"
    )
    told = set()
    for seed in ("1", "2", "77"):
        env = os.environ | {
            "PYTHONHASHSEED": seed, "DJANGO_SETTINGS_MODULE": "jiceng.settings", "PYTHONPATH": f"src{os.pathsep}.",
            "JICENG_HOME": str(tmp_path),
        }  # fmt: skip
        done = subprocess.run(
            [sys.executable, "-c", code], env=env, capture_output=True, text=True, check=True
        )
        told.add(done.stdout)
    assert len(told) == 1


def test_a_pack_from_outside_is_demonstrated_from_its_installed_version(jiceng, tmp_path):
    folder = tmp_path / "ferry"
    folder.mkdir()
    (folder / "pack.yaml").write_text(
        "pack: {id: ferry, name: 渡口, version: 1.0.0, binds: [{region: '990102', from: 2018-01-01}],"
        " day: 2022-12-31, data: {regions: regions.csv, operations: operations.yaml}}"
    )
    (folder / "regions.csv").write_text(
        "code,name,kind,parent,valid_from,valid_to,tags\n99,样省,province,,2018-01-01,,\n"
        "9901,样市,prefecture,99,2018-01-01,,\n990102,江湾县,county,9901,2018-01-01,,\n"
        "990102101,渡口镇,town,990102,2018-01-01,,\n990102101201,上渡村,village,990102101,2018-01-01,,\n"
    )
    (folder / "operations.yaml").write_text(
        "operations:\n  - document: 演示〔2020〕1号\n    effective: 2020-06-10\n"
        "    steps: [rename: {region: '990102101201', name: 下渡村}]\n"
    )
    (folder / "all.yaml").write_text(
        "scenario:\n  shops: {label: 店, make: unit, count: 7, in: {kind: village},"
        " with: {kind: enterprise, name: 某店, status: operating, valid_from: 2019-03-04}}\n"
        "indicators:\n  shops: {name: 店, unit: 家, fact: unit, time: stock, measure: count}\n"
        "reference:\n  - {id: f-1, quote: 店7家, value: 7, indicator: shops}\n"
        "names: {local: {surnames: sichuan, given_names: sichuan}}\n"
        "identities:\n  nobody: {label: 无处, role: village_clerk, region: '990102101999'}\n"
    )
    jiceng("pack", "install", str(folder))
    for file in folder.iterdir():
        file.unlink()
    told = jiceng("demo", "--place", "ferry", "--no-serve")
    assert "nobody" in told
    assert json.loads(jiceng("figures", "check", "--place", "ferry", "--json"))["ok"] == 1
    jiceng("export", "regions", "--out", str(tmp_path / "regions.xlsx"))
    assert "应为 1 或更大的整数" in jiceng("demo", "--scale", "0", code=2)
