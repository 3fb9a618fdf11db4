"""What went wrong, in the form of RFC 9457, and the kinds of values that are asked and answered."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Annotated, Any

from django.core.exceptions import RequestDataTooBig
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import Field, NinjaAPI, Schema
from ninja.errors import AuthenticationError, HttpError, ValidationError
from pydantic import BeforeValidator, StringConstraints, WithJsonSchema

from jiceng.accounts.scoping import Denied
from jiceng.records.refusals import Refusal, Refusals
from jiceng.residents.throttling import Throttled

MEDIA = "application/problem+json"

Number = int | float | str | None
"""A value: a whole number as it is, any other as a decimal fraction, a day as text; null where nothing can be said."""


class Fault(Schema):
    """One of several things that are wrong."""

    detail: str
    where: str = ""
    remedy: str = ""


class Problem(Schema):
    """Why a request was not answered, and what to do about it."""

    status: int
    title: str
    detail: str
    where: str = ""
    remedy: str = ""
    faults: list[Fault] = Field(default_factory=list)


class NotFound(Exception):
    """What is asked for is not there, or not there for who asks; `detail` says what."""

    def __init__(self, detail: str, remedy: str = "") -> None:
        super().__init__(detail)
        self.detail, self.remedy = detail, remedy


def problems(*more: int) -> dict[int, type[Problem]]:
    """The answers that every operation may give beside its own, and `more` statuses."""
    return dict.fromkeys((401, 403, 404, 422, 429, *more), Problem)


def problem(status: int, detail: str, **said: Any) -> HttpResponse:
    """An answer that says what went wrong."""
    title = {
        400: _("请求看不懂"), 401: _("没有有效的令牌"), 403: _("没有权限"), 404: _("没有找到"),
        413: _("内容过大"), 422: _("没有办理"), 429: _("请求太频繁"),
    }.get(status, _("没有办理"))  # fmt: skip
    body = Problem(status=status, title=title, detail=detail, **said).model_dump_json()
    return HttpResponse(body, status=status, content_type=MEDIA)


def answer_problems(api: NinjaAPI) -> None:
    """Let `api` answer what its operations raise."""
    handlers: Mapping[type[Exception], Any] = {
        AuthenticationError: _unknown,
        Denied: lambda _request, exc: _refused(exc, 403),
        Throttled: _throttled,
        Refusal: lambda _request, exc: _refused(exc, 422),
        Refusals: _several,
        NotFound: lambda _request, exc: problem(404, exc.detail, remedy=exc.remedy),
        Http404: lambda _request, _exc: problem(404, _("没有这个地址或记录")),
        ValidationError: _malformed,
        HttpError: lambda _request, exc: problem(exc.status_code, str(exc)),
        RequestDataTooBig: lambda _request, _exc: problem(
            413, _("内容过大"), remedy=_("改为上传文件，或分几次")
        ),
    }
    for raised, handler in handlers.items():
        api.add_exception_handler(raised, handler)


def _unknown(_request: HttpRequest, _exc: Exception) -> HttpResponse:
    remedy = _("请求头写 Authorization: Bearer 令牌；在网页的账号菜单里建令牌")
    response = problem(401, _("没有带令牌，或令牌不对、已过期、已收回"), remedy=remedy)
    response.headers["WWW-Authenticate"] = "Bearer"
    return response


def _refused(refusal: Refusal, status: int) -> HttpResponse:
    return problem(status, refusal.what, where=refusal.where, remedy=refusal.remedy)


def _throttled(_request: HttpRequest, exc: Throttled) -> HttpResponse:
    seconds = int(exc.wait.total_seconds()) + 1
    response = problem(429, _("请求太频繁，请过%(seconds)d秒再试") % {"seconds": seconds})
    response.headers["Retry-After"] = str(seconds)
    return response


def _several(_request: HttpRequest, exc: Refusals) -> HttpResponse:
    faults = [Fault(detail=each.what, where=each.where, remedy=each.remedy) for each in exc.refusals]
    return problem(422, _("有%(number)d处不对") % {"number": len(faults)}, faults=faults)


def _malformed(_request: HttpRequest, exc: ValidationError) -> HttpResponse:
    faults = [
        Fault(detail=str(error["msg"])[:500], where=".".join(map(str, error["loc"]))[:200])
        for error in exc.errors
    ]
    return problem(422, _("参数不对"), faults=faults)


# ---------------------------------------------------------------------------------------------- values
def number(value: Any) -> Number:
    """A value of a figure or a record as JSON has it."""
    if value is None or isinstance(value, bool):
        return None if value is None else str(value).lower()
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, int | float):
        return value
    return value.isoformat() if hasattr(value, "isoformat") else str(value)


def _day(given: Any) -> Any:
    """A day as text alone: a number is none."""
    if not isinstance(given, str):
        return given
    day = date.fromisoformat(given) if len(given) == 10 else None
    if day is None or not 1900 <= day.year < 2200:
        raise ValueError("a day between 1900-01-01 and 2199-12-31, as 2022-12-31")
    return day


Day = Annotated[
    date,
    BeforeValidator(_day),
    WithJsonSchema(
        {
            "type": "string",
            "format": "date",
            "pattern": r"^(19|20|21)\d\d-\d\d-\d\d$",
            "examples": ["2022-12-31"],
        }
    ),
]
"""A day, as 2022-12-31."""


Line = Annotated[str, StringConstraints(pattern=r"^[^\x00-\x1f\x7f]*$")]
"""A line of text, without what no database keeps. How long it may be is said where it is asked."""

Key = Annotated[str, StringConstraints(min_length=1, max_length=120, pattern=r"^[A-Za-z0-9_:.@-]+$")]
"""The key of an indicator, a table or a column."""

Code = Annotated[str, StringConstraints(max_length=20, pattern=r"^[A-Za-z0-9-]*$")]
"""The code of a region."""
