"""A browser's stand-in that looks at every page it is given."""

import re
from html.parser import HTMLParser

from django.test import Client

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
PART = {"HX-Request": "true", "HX-Request-Type": "partial"}


class _Handlers(HTMLParser):
    """Collects what a strict content policy would refuse: event attributes and scripts in the page."""

    def __init__(self):
        super().__init__()
        self.found = []

    def handle_starttag(self, tag, attrs):
        names = dict(attrs)
        self.found += [f"<{tag} {name}>" for name in names if name.startswith("on")]
        if tag == "script" and "src" not in names:
            self.found.append("<script> without src")
        if tag == "style":
            self.found.append("<style>")


def checked(response):
    """`response`, once nothing in it is left of a template and nothing the content policy refuses."""
    if not response.headers.get("Content-Type", "").startswith("text/html"):
        return response
    text = response.content.decode()
    assert not re.search(r"\{%|%\}|\{\{|\}\}|\{#", text), "a template tag was not rendered"
    parser = _Handlers()
    parser.feed(text)
    assert parser.found == []
    return response


class Visitor(Client):
    """A signed-in client. `part` asks for a part of a page as htmx does."""

    def request(self, **request):
        return checked(super().request(**request))

    def part(self, path, data=None):
        return self.get(path, data, headers=PART)

    def text(self, path, data=None, status=200):
        """The page's source."""
        response = self.get(path, data)
        assert response.status_code == status, f"{path}: {response.status_code}"
        return response.content.decode()


def element(html, key):
    """The source of the element whose id is `key`, without the white space between tags."""
    start = html.index(f'id="{key}"')
    start = html.rindex("<", 0, start)
    tag = re.match(r"<(\w+)", html[start:])[1]
    depth = 0
    for match in re.finditer(rf"<(/?){tag}\b[^>]*>", html[start:]):
        depth += -1 if match[1] else 1
        if depth == 0:
            return re.sub(r">\s+<", "><", html[start : start + match.end()])
    raise AssertionError(f"{key} is never closed")
