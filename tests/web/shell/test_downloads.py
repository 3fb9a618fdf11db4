"""A file that somebody sent in goes out as what it is, to be saved, and can do nothing in the browser."""

import pytest
from django.conf import settings as configured
from django.http import HttpRequest
from django.test import RequestFactory

from jiceng.accounts.middleware import SecurityHeaders
from jiceng.protection.actors import Actor
from jiceng.records.attachments import DOCUMENT, PHOTO, store
from jiceng.records.refusals import Refusal
from jiceng.web.shell.downloads import attachment_response
from tests.records.attachments.samples import DOCX, PDF, encoded, picture

ANNA = Actor("user:1", "安娜")


@pytest.fixture
def sent(db, tmp_path, monkeypatch):
    monkeypatch.setattr(configured, "HOME", tmp_path)

    def send(data, name, purpose=DOCUMENT):
        return store(by=ANNA, data=data, name=name, purpose=purpose)

    return send


def delivered(attachment, access=None, **given):
    """The answer as the browser gets it: past the house's own headers."""
    request = RequestFactory().get("/")
    request.access = access

    def view(_request: HttpRequest):
        return attachment_response(attachment, **given)

    return SecurityHeaders(view)(request)


@pytest.mark.parametrize(
    ("data", "name", "media_type"),
    [
        (PDF, "申请.pdf", "application/pdf"),
        (DOCX, "纪要.docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
        ("一行".encode(), "说明.txt", "text/plain"),
        (encoded(picture()), "路灯.jpg", "image/jpeg"),
    ],
)
def test_a_file_is_saved_under_its_name(sent, data, name, media_type):
    kept = sent(data, name)
    for inline in (False, True):
        answer = delivered(kept, inline=inline)
        shown = inline and media_type == "image/jpeg"
        assert answer["Content-Disposition"].startswith("inline" if shown else "attachment")
        assert answer["Content-Type"] == media_type
        assert len(answer.content) == kept.size


def test_a_name_cannot_leave_its_header(sent):
    answer = delivered(sent(PDF, 'a"\r\nSet-Cookie: x=1;.pdf'))
    assert "Set-Cookie" not in answer.headers
    assert "\n" not in answer["Content-Disposition"]
    assert "filename" in answer["Content-Disposition"]


def test_a_chinese_name_arrives(sent):
    assert (
        "filename*=utf-8''%E7%94%B3%E8%AF%B7.pdf" in delivered(sent(PDF, "申请.pdf"))["Content-Disposition"]
    )


@pytest.mark.parametrize("inline", [False, True])
def test_nothing_in_it_may_run(sent, inline):
    answer = delivered(sent(encoded(picture()), "a.jpg", PHOTO), inline=inline)
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert answer["Cross-Origin-Resource-Policy"] == "same-origin"


def test_no_browser_keeps_what_somebody_signed_in_has_seen(sent):
    assert "no-store" in delivered(sent(PDF, "a.pdf"), access=object())["Cache-Control"]


def test_a_lost_file_is_refused_in_words(sent, tmp_path):
    kept = sent(PDF, "申请.pdf")
    for path in (tmp_path / "files").glob("??/*"):
        path.unlink()
    with pytest.raises(Refusal) as caught:
        attachment_response(kept)
    assert caught.value.where == "申请.pdf"
