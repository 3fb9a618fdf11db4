"""How much a request may bring: refused by what it declares, before a byte of it has been read.

The check of forged requests reads every form to its end, files included, before a view or the gate is asked. So a view
says what it takes by a mark, and the bound stands before all of them. More than it declares is never read.
"""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from jiceng.accounts.routes import bytes_taken, door_of
from jiceng.records.refusals import Refusal
from jiceng.web.shell.errors import refused

Respond = Callable[[HttpRequest], HttpResponse]


class UploadBound:
    """Refuses (413) what brings more than its view takes. A view that says nothing takes a form without large files;
    so does one that needs an account, from who has not signed in.
    """

    def __init__(self, get_response: Respond) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: Any, kwargs: Any
    ) -> HttpResponse | None:
        """Before anything reads the form: None lets it through."""
        brought, most = _declared(request), _most(request, view)
        if brought <= most:
            return None
        said = {"size": -(-brought // 1_000_000), "most": most // 1_000_000}
        too_large = Refusal(
            _("上传的内容过大：%(size)s MB，这里最多 %(most)s MB") % said, remedy=_("压缩，或分几次上传")
        )
        return refused(request, [too_large], 413)


def _declared(request: HttpRequest) -> int:
    """The length that the request names: no more than that is ever read of it, nothing where it names none."""
    try:
        return int(request.META.get("CONTENT_LENGTH") or 0)
    except ValueError:
        return 0


def _most(request: HttpRequest, view: Callable[..., Any]) -> int:
    fields = settings.DATA_UPLOAD_MAX_MEMORY_SIZE or 0
    limit = bytes_taken(view)
    door = door_of(view)
    is_open = door is not None and not door.sign_in
    return fields + limit if limit and (is_open or request.user.is_authenticated) else fields
