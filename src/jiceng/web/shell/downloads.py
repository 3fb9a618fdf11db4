"""Files on their way out."""

from io import BytesIO

from django.http import HttpResponse
from django.utils.http import content_disposition_header

from jiceng.records.attachments import Attachment, content_of

WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"

CONTAINED = "sandbox; default-src 'none'"
"""Nothing in a file that somebody sent in may run, load or send anything."""


def workbook_response(content: BytesIO, name: str) -> HttpResponse:
    """`content` as a workbook to be saved under `name`."""
    headers = {"Content-Disposition": content_disposition_header(True, name) or "attachment"}
    return HttpResponse(content.getvalue(), content_type=WORKBOOK, headers=headers)


def word_response(content: BytesIO, name: str) -> HttpResponse:
    """`content` as a Word file to be saved under `name`."""
    headers = {"Content-Disposition": content_disposition_header(True, name) or "attachment"}
    return HttpResponse(content.getvalue(), content_type=WORD, headers=headers)


def attachment_response(attachment: Attachment, *, inline: bool = False) -> HttpResponse:
    """What an attachment holds, to be saved under its name; with `inline` a picture is shown where it stands.

    The caller has made sure that the visitor may see the record that holds it. Raises Refusal where the file is lost.
    """
    saved = not (inline and attachment.is_picture)
    headers = {
        "Content-Disposition": content_disposition_header(saved, attachment.name) or "attachment",
        "Content-Security-Policy": CONTAINED,
        "Cross-Origin-Resource-Policy": "same-origin",
        "X-Content-Type-Options": "nosniff",
    }
    return HttpResponse(content_of(attachment), content_type=attachment.media_type, headers=headers)
