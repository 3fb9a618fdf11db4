"""All addresses: each area of the web room brings its own. Which of them there are depends on the zone."""

from collections.abc import Callable

from django.conf import settings
from django.urls import URLPattern, URLResolver, include, path

from jiceng.accounts.routes import open_to_all
from jiceng.web.residents.views import to_begin

Addresses = list[URLPattern | URLResolver]


def addresses(zone: str) -> Addresses:
    """The addresses of a server in `zone`: what a zone does not have answers 404."""
    named: dict[str, Callable[[], Addresses]] = {
        "staff": staff,
        "resident": lambda: [path("", open_to_all(to_begin), name="begin"), *resident()],
        "both": lambda: [*staff(), *resident()],
    }
    return named[zone]()


def staff() -> Addresses:
    """The pages of those who have an account, and the interface for their programs."""
    return [
        path("", include("jiceng.web.home.urls")),
        path("", include("jiceng.web.shell.urls")),
        path("account/", include("jiceng.accounts.urls")),
        path("tokens/", include("jiceng.web.tokens.urls")),
        path("coverage/", include("jiceng.web.coverage.urls")),
        path("matters/", include("jiceng.web.matters.urls")),
        path("system/users/", include("jiceng.web.security.urls")),
        path("system/audit/", include("jiceng.web.audit.urls")),
        path("system/webhooks/", include("jiceng.web.webhooks.urls")),
        path("system/packs/", include("jiceng.web.packs.urls")),
        path("figures/", include("jiceng.web.figures.urls")),
        path("periods/", include("jiceng.web.periods.urls")),
        path("reports/", include("jiceng.web.reports.urls")),
        path("boards/", include("jiceng.web.boards.urls")),
        path("forms/", include("jiceng.web.forms.urls")),
        path("registry/", include("jiceng.web.registry.urls")),
        path("import/", include("jiceng.web.imports.urls")),
        path("export/", include("jiceng.web.exports.urls")),
        path("exchange/", include("jiceng.web.zones.urls")),
        path("api/v1/", include("jiceng.api.rest.urls")),
    ]


def resident() -> Addresses:
    """The pages of everybody, and the Open311 interface."""
    return [
        path("open/", include("jiceng.web.residents.urls")),
        path("open311/v2/", include("jiceng.api.urls")),
    ]


urlpatterns = addresses(settings.ZONE)

handler400 = "jiceng.web.shell.errors.bad_request"
handler403 = "jiceng.web.shell.errors.forbidden"
handler404 = "jiceng.web.shell.errors.not_found"
handler500 = "jiceng.web.shell.errors.failed"
