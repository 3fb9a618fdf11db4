"""Where events may be sent, and that they go where that was found."""

import socket
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from jiceng.records.outbox import targets
from jiceng.records.outbox.targets import post, target_of
from jiceng.records.refusals import Refusal

INSIDE = [
    "127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0",
    "224.0.0.1", "::1", "fe80::1", "fd00::1", "::ffff:10.0.0.1", "64:ff9b::10.0.0.1", "2002:0a00:0001::",
    "2001:0:1:2::3", "ff02::1", "255.255.255.255",
]  # fmt: skip


@pytest.fixture
def names(monkeypatch):
    """`names["host"] = […]`: what looking a name up gives."""
    known, real = {}, socket.getaddrinfo

    def looked_up(host, port, *how, **more):
        if host.replace(".", "").isdecimal():
            return real(host, port, *how, **more)
        if host not in known:
            raise socket.gaierror
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (number, port)) for number in known[host]]

    monkeypatch.setattr(targets.socket, "getaddrinfo", looked_up)
    return known


@pytest.mark.parametrize("number", INSIDE)
def test_nothing_is_sent_inside(names, number):
    names["report.example"] = ["93.184.215.14", number]
    with pytest.raises(Refusal):
        target_of("https://report.example/")


@pytest.mark.parametrize("number", ["93.184.215.14", "2606:2800:21f:cb07::1"])
def test_public_addresses_need_https(names, number):
    names["report.example"] = [number]
    found = target_of("https://report.example/in?a=1")
    assert (found.secure, found.port, found.path, found.number) == (True, 443, "/in?a=1", number)
    with pytest.raises(Refusal):
        target_of("http://report.example/")


def test_a_deployment_may_name_hosts_and_networks_of_its_own(names, settings):
    names["hub.gov"], names["else.gov"] = ["10.8.0.1"], ["10.9.0.1"]
    for said in ("hub.gov", "10.8.0.0/16", "10.8.0.1"):
        settings.WEBHOOK_HOSTS = ("not a host", said)
        assert target_of("http://hub.gov:8080/").port == 8080
        with pytest.raises(Refusal):
            target_of("http://else.gov/")


@pytest.mark.parametrize(
    "url",
    ["", "report.example", "ftp://report.example/", "https:///x", "https://a b/", "https://u:p@report.example/",
     "https://report.example:99999/", "https://[::1/", "https://unknown.example/", "https://\u2028/",
     "https://report.example/接收", "file:///etc"],
)  # fmt: skip
def test_what_is_no_address(names, url):
    names["report.example"] = ["93.184.215.14"]
    with pytest.raises(Refusal):
        target_of(url)


class Answers(BaseHTTPRequestHandler):
    got: list = []  # noqa: RUF012 - what the one server of this test was sent

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.got.append((self.path, self.headers["Host"], body))
        self.send_response(302)
        self.send_header("Location", "http://127.0.0.1:1/")
        self.end_headers()

    def log_message(self, *_said):
        """Say nothing."""


def test_it_goes_where_the_name_led_and_follows_nothing(names, settings):
    with HTTPServer(("127.0.0.1", 0), Answers) as server:
        threading.Thread(target=server.handle_request, daemon=True).start()
        names["hub.gov"] = ["127.0.0.1"]
        settings.WEBHOOK_HOSTS = ("hub.gov",)
        target = target_of(f"http://hub.gov:{server.server_port}/in")
        names["hub.gov"] = ["10.0.0.1"]  # leads elsewhere by now
        assert post(target, b"{}", {"webhook-id": "1"}) == 302
        assert Answers.got == [("/in", f"hub.gov:{server.server_port}", b"{}")]
