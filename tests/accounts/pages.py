"""A little site for the tests of signing in and of the gate: one view of every kind of door."""

from django.http import HttpResponse, JsonResponse
from django.urls import include, path

from jiceng.accounts.permissions import Permission
from jiceng.accounts.routes import needs, open_to_all, signed_in
from jiceng.organisations.models import Unit
from jiceng.people.models import Person


def _names(model):
    return JsonResponse({"names": sorted(row.name for row in model.objects.all())})


@signed_in
def home(request):
    return HttpResponse(f"{request.user} {request.today} {request.region or ''}")


@needs(Permission.REGISTRY_VIEW)
def units(request):
    return _names(Unit)


@needs(Permission.UNITS_EDIT, Permission.PARTY_ORGS_EDIT)
def edit(request):
    return _names(Unit)


@needs(Permission.PEOPLE_VIEW)
def people(request):
    return _names(Person)


@open_to_all
def public(request):
    return HttpResponse("公开")


@open_to_all
def careless(request):
    return _names(Unit)


def unmarked(request):
    return HttpResponse("谁都不该看到")


urlpatterns = [
    path("", home, name="home"),
    path("units/", units, name="units"),
    path("edit/", edit, name="edit"),
    path("people/", people, name="people"),
    path("public/", public, name="public"),
    path("careless/", careless, name="careless"),
    path("unmarked/", unmarked, name="unmarked"),
    path("account/", include("jiceng.accounts.urls")),
]
