"""Too much is refused by what it declares: before it is read, before it costs memory or disk."""

import http.client
import re
import socket
import subprocess
import sys
import tracemalloc
from contextlib import closing, suppress
from io import BytesIO
from pathlib import Path

import pytest
from django.conf import settings as configured
from django.contrib.auth.models import AnonymousUser
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client, RequestFactory

from jiceng.accounts.routes import open_to_all, signed_in, takes_files
from jiceng.web.shell.uploads import UploadBound
from tests.conftest import PATIENCE, until
from tests.web.visiting import PART

MB = 1_000_000
FIELDS = configured.DATA_UPLOAD_MAX_MEMORY_SIZE
FORM = "multipart/form-data; boundary=border"
HEAD = b'--border\r\nContent-Disposition: form-data; name="file"; filename="a.xlsx"\r\n\r\n'


class Body:
    """A form with a file of so many bytes, made while it is read; it counts how much that was."""

    def __init__(self, size):
        self.left, self.taken, self._head = size, 0, BytesIO(HEAD)

    def read(self, size=-1):
        size = self.left if size < 0 else min(size, self.left)
        found = self._head.read(size)
        found += b"\0" * (size - len(found))
        self.left -= len(found)
        self.taken += len(found)
        return found

    readline = read


def post(client, path, size, declared=None, **more):
    """The answer, and how many bytes of the body were read."""
    body = Body(size)
    length = str(size) if declared is None else declared
    given = {"wsgi.input": body, "CONTENT_LENGTH": length, "CONTENT_TYPE": FORM}
    return client.generic("POST", path, **given, **more), body


# ---------------------------------------------------------------------------------------------- refused
@pytest.mark.parametrize(
    "path", ["/import/", "/system/packs/install/", "/account/login/", "/registry/units/new/"]
)
def test_200_megabytes_are_refused_unread(visit, path):
    clerk = visit("qingshan.organisation_department")
    clerk.get("/")
    tracemalloc.start()
    answer, body = post(clerk, path, 200 * MB)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert (answer.status_code, body.taken) == (413, 0)
    assert peak < 10 * MB
    assert "上传的内容过大：200 MB" in answer.content.decode()


def test_it_is_said_in_english_and_for_a_part_of_a_page_too(clerk):
    answer, _ = post(clerk, "/import/", 200 * MB, HTTP_ACCEPT_LANGUAGE="en")
    assert "Too much to upload: 200 MB, at most 102 MB here" in answer.content.decode()
    answer, body = post(clerk, "/import/", 200 * MB, headers=PART)
    assert (answer.status_code, body.taken) == (413, 0)
    assert "<html" not in answer.content.decode()


def test_a_view_that_says_nothing_takes_no_large_file(clerk):
    answer, body = post(clerk, "/registry/units/new/", 3 * MB)
    assert (answer.status_code, body.taken) == (413, 0)


def test_who_has_not_signed_in_sends_nothing_large_to_what_needs_an_account(world):
    answer, body = post(Client(), "/import/", 3 * MB)
    assert (answer.status_code, body.taken) == (413, 0)
    answer, _body = post(Client(), "/import/", MB)
    assert answer.status_code == 302
    assert "login" in answer["Location"]


def test_what_is_not_declared_is_not_read(clerk):
    """Without a length, or with one that is none, Django reads nothing at all; that is what the bound rests on."""
    for declared, status in (("", 422), ("many", 422), ("-5", 400)):
        answer, body = post(clerk, "/import/", 200 * MB, declared)
        assert (answer.status_code, body.taken) == (status, 0), declared


def test_no_more_is_read_than_was_declared(clerk):
    _answer, body = post(clerk, "/import/", 200 * MB, str(MB))
    assert body.taken == MB


# ----------------------------------------------------------------------------------------------- allowed
def test_what_a_view_takes_reaches_it(clerk):
    large = SimpleUploadedFile("大.csv", "统一社会信用代码\n".encode() + b"x\n" * 2_000_000)
    answer = clerk.post("/import/", {"file": large, "table": "units", "as_of": "2022-06-20"})
    assert answer.status_code in (302, 422)
    assert "上传的内容过大" not in answer.content.decode()


@open_to_all
@takes_files(5 * MB)
def for_residents(request):
    """A page that needs no account."""


@takes_files(5 * MB)
@signed_in
def for_staff(request):
    """A page that does."""


def unmarked(request):
    """A page of somebody else, without a mark of ours."""


@pytest.mark.parametrize(
    ("view", "signed", "most"),
    [
        (for_residents, False, FIELDS + 5 * MB),
        (for_residents, True, FIELDS + 5 * MB),
        (for_staff, True, FIELDS + 5 * MB),
        (for_staff, False, FIELDS),
        (unmarked, True, FIELDS),
        (unmarked, False, FIELDS),
    ],
)
def test_the_bound_is_what_the_view_takes_beside_its_fields(view, signed, most, cast):
    bound = UploadBound(lambda request: None)
    for length, refused in ((most, False), (most + 1, True)):
        request = RequestFactory().generic("POST", "/", CONTENT_LENGTH=str(length))
        request.user = cast["outsider"] if signed else AnonymousUser()
        request.access = None
        request.session = {}
        answer = bound.process_view(request, view, (), {})
        assert (answer is not None and answer.status_code == 413) == refused


# -------------------------------------------------------------------------------------- the real server
def peak_of(process):
    """The most memory that a process and its children have had, in bytes."""
    found = []
    for pid in [process.pid, *children(process.pid)]:
        status = Path(f"/proc/{pid}/status").read_text()
        found.append(int(re.search(r"VmHWM:\s+(\d+) kB", status)[1]) * 1024)
    return max(found)


def children(pid):
    text = Path(f"/proc/{pid}/task/{pid}/children").read_text()
    return [int(child) for child in text.split()]


@pytest.fixture
def server(jiceng):
    """The web server as `jiceng serve` starts it, on an empty installation."""
    jiceng("user", "list")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [Path(sys.executable).with_name("granian"), "--interface", "wsgi", "--workers", "1"]
    command += ["--port", str(port), "jiceng.wsgi:application"]
    source = str(Path(configured.ROOT) / "src")
    process = subprocess.Popen(command, env=jiceng.env | {"PYTHONPATH": source}, stderr=subprocess.DEVNULL)
    try:
        until(lambda: process.poll() is not None or answers(port), "a server that answers")
        assert process.poll() is None, "the server ended"
        yield port, process
    finally:
        process.terminate()
        process.wait(timeout=PATIENCE)


def answers(port):
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=60)) as connection, suppress(OSError):
        connection.request("GET", "/account/login/")
        return connection.getresponse().read()
    return b""


def send(port, size):
    """Send a form of `size` bytes as fast as it is taken; the answer, and how much went out until it came."""
    with socket.create_connection(("127.0.0.1", port), timeout=60) as line:
        head = (
            "POST /import/ HTTP/1.1",
            "Host: 127.0.0.1",
            f"Content-Type: {FORM}",
            f"Content-Length: {size}",
            "",
            "",
        )
        line.sendall("\r\n".join(head).encode())
        body, sent = Body(size), 0
        answer = b""
        with suppress(OSError):  # it has heard enough
            while sent < size:
                sent += line.send(body.read(1 << 16))
        with suppress(OSError):
            while piece := line.recv(1 << 16):
                answer += piece
    return answer, sent


def test_the_server_hangs_up_on_200_megabytes_and_needs_no_memory_for_them(server):
    port, process = server
    send(port, 3 * MB)
    before = peak_of(process)
    for _ in range(3):
        answer, sent = send(port, 200 * MB)
        assert answer.startswith(b"HTTP/1.1 413") or not answer
        assert sent < 50 * MB
    assert peak_of(process) - before < 10 * MB
    assert b"<form" in answers(port)
