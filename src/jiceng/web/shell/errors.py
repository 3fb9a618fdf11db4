"""Pages for what went wrong, in words and with what to do next."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from jiceng.accounts.scoping import Denied
from jiceng.records.refusals import Refusal, Refusals

Respond = Callable[[HttpRequest], HttpResponse]


def refused(request: Any, refusals: list[Refusal], status: int = 422) -> HttpResponse:
    """A page that says what was refused and how to mend it; for htmx, the same as an alert."""
    part = request.headers.get("HX-Request-Type") == "partial"
    template = "shell/refusals.html" if part else "shell/refused.html"
    if _for_residents(request):
        template = "residents/refused.html"
    return render(request, template, {"refusals": refusals, "heading": _heading(status)}, status=status)


def _for_residents(request: Any) -> bool:
    """Whether the visitor is on a page for everybody: then no frame of the staff's is shown."""
    found = getattr(request, "resolver_match", None)
    return settings.ZONE == "resident" or (found is not None and found.app_name == "residents")


def _heading(status: int) -> str:
    return _("没有权限") if status == 403 else _("没有完成")


class RefusalPages:
    """A refusal that a view has not shown itself becomes a page: 403 where a right is missing, else 422."""

    def __init__(self, get_response: Respond) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """The page for a refusal; None for anything else."""
        if isinstance(exception, Denied):
            return refused(request, [exception], 403)
        if isinstance(exception, Refusal):
            return refused(request, [exception])
        return refused(request, exception.refusals) if isinstance(exception, Refusals) else None


def bad_request(request: Any, exception: Exception) -> HttpResponse:
    """400: the address or form is not one of ours."""
    said = Refusal(_("这个请求看不懂"), remedy=_("返回上一页重新操作"))
    return refused(request, [said], 400)


def forbidden(request: Any, exception: Exception) -> HttpResponse:
    """403: signed in, but not entitled."""
    if isinstance(exception, Refusal):
        return refused(request, [exception], 403)
    said = Refusal(_("你没有打开这个页面的权限"), remedy=_("需要这项权限时，请安全保密管理员授权"))
    return refused(request, [said], 403)


def forged(request: Any, reason: str = "") -> HttpResponse:
    """403: a form that does not come from a page of ours, or from one that lay open too long."""
    said = Refusal(
        _("这张表单不是从打开的页面提交的，或放得太久"), remedy=_("重新打开页面再填；浏览器须允许 Cookie")
    )
    return refused(request, [said], 403)


def not_found(request: Any, exception: Exception) -> HttpResponse:
    """404: nothing there, or nothing there for this visitor; the two are not told apart."""
    remedy = _("记录可能不在你的管理范围或当前所选区域内：把顶部的区域改大一级，或用搜索查找")
    return refused(request, [Refusal(_("没有找到这个页面或记录"), remedy=remedy)], 404)


def failed(request: Any) -> HttpResponse:
    """500: our fault."""
    said = Refusal(_("系统出错，刚才的操作没有保存"), remedy=_("请重试；仍不行时把时间和操作告诉系统管理员"))
    return refused(request, [said], 500)
