"""Answers in the two forms of the specification: JSON, and XML with a name for every item of a list."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from xml.etree import ElementTree

from django.http import HttpResponse
from django.utils import timezone

ITEMS = {
    "services": "service", "service_requests": "request", "attributes": "attribute", "values": "value",
    "errors": "error", "endpoints": "endpoint", "formats": "format",
}  # fmt: skip
"""What an item is called in XML, by the list that it stands in."""

MEDIA = {"json": "application/json; charset=utf-8", "xml": "text/xml; charset=utf-8"}


class ApiError(Exception):
    """An error as the specification words them: a status and what was wrong."""

    def __init__(self, status: int, *said: str) -> None:
        super().__init__(*said)
        self.status, self.said = status, said


def answer(form: str, root: str, content: Any, status: int = 200) -> HttpResponse:
    """`content`, a list or a mapping, under the name `root`, which JSON leaves out."""
    body = json.dumps(content, ensure_ascii=False).encode() if form == "json" else _document(root, content)
    return HttpResponse(body, status=status, content_type=MEDIA[form])


def refused(form: str, error: ApiError) -> HttpResponse:
    """An error in the form asked for."""
    listed = [{"code": error.status, "description": said} for said in error.said]
    return answer(form, "errors", listed, error.status)


def moment(at: datetime | None) -> str:
    """A moment as the specification wants it: ISO 8601 with the offset, in whole seconds; empty for none."""
    return timezone.localtime(at).replace(microsecond=0).isoformat() if at is not None else ""


def _document(root: str, content: Any) -> bytes:
    element = ElementTree.Element(root)
    _fill(element, content)
    body: bytes = ElementTree.tostring(element, encoding="utf-8", xml_declaration=True)
    return body


def _fill(element: ElementTree.Element, content: Any) -> None:
    if isinstance(content, Mapping):
        for name, value in content.items():
            _fill(ElementTree.SubElement(element, name), value)
    elif isinstance(content, Sequence) and not isinstance(content, str):
        for each in content:
            _fill(ElementTree.SubElement(element, ITEMS[element.tag]), each)
    elif isinstance(content, bool):
        element.text = "true" if content else "false"
    elif content is not None:
        element.text = str(content)
