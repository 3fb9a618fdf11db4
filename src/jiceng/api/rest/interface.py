"""The interface put together: its operations, its errors, its description of itself."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, re_path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from ninja import NinjaAPI
from ninja.openapi.schema import OpenAPISchema
from ninja.operation import Operation
from ninja.renderers import JSONRenderer

from jiceng.accounts.routes import open_to_all, takes_files
from jiceng.api.rest import imports, records
from jiceng.api.rest.answering import MEDIA, answer_problems, problem
from jiceng.api.rest.figures import operations as figures
from jiceng.exchange.reading.sheets import MAX_BYTES

DESCRIPTION = """Figures, records and imports of Jiceng for other programs. A request brings a token, which its owner
makes on the pages (account menu, 接口令牌), and may do and see no more than the owner. Errors are problem details
(RFC 9457). What is read is audited."""


class Interface(NinjaAPI):
    """Ninja's, but for the names of operations and the form of errors in its description."""

    def get_openapi_operation_id(self, operation: Operation) -> str:
        """The name of the function."""
        return operation.view_func.__name__

    def get_root_path(self, path_params: dict[str, Any]) -> str:
        """The address below which the operations stand."""
        return reverse(f"{self.urls_namespace}:openapi-json", kwargs=path_params).rpartition("/")[0] + "/"

    def get_openapi_schema(self, *arguments: Any, **said: Any) -> OpenAPISchema:
        """The description, with problems in their own form."""
        schema = super().get_openapi_schema(*arguments, **said)
        for methods in schema["paths"].values():
            for operation in methods.values():
                for status, response in operation["responses"].items():
                    content = response.get("content", {})
                    if int(status) >= 400 and "application/json" in content:
                        response["content"] = {MEDIA: content["application/json"]}
        return schema


class Readable(JSONRenderer):
    """Chinese as it is written."""

    json_dumps_params = {"ensure_ascii": False}  # noqa: RUF012 - as Ninja declares it


api = Interface(
    title="Jiceng 基层",
    version="1",
    description=DESCRIPTION,
    urls_namespace="rest",
    renderer=Readable(),
    docs_url=None,  # the page that Ninja brings loads its scripts from elsewhere
)
answer_problems(api)
api.add_router("/figures", figures.router)
api.add_router("/records", records.router)
api.add_router("/imports", imports.router)


BRINGING = frozenset({"import_file", "import_rows"})
"""Operations that take large bodies, or say themselves that they are too large."""


@open_to_all
@csrf_exempt
def unknown(request: HttpRequest) -> HttpResponse:
    """What stands at no address of the interface is said in its own form."""
    return problem(404, _("没有这个地址或记录"))


def addresses() -> list[URLPattern]:
    """The interface's addresses. The gate lets everybody through to them: each operation looks at the token itself."""
    found = [entry for entry in api.urls[0] if isinstance(entry, URLPattern) and entry.name != "api-root"]
    for entry in found:
        view = open_to_all(entry.callback)
        entry.callback = takes_files(MAX_BYTES)(view) if entry.name in BRINGING else view
    return [*found, re_path("", unknown, name="unknown")]
