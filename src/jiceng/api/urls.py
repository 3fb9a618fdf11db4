"""Addresses of Open311 GeoReport v2, as the specification names them."""

from django.urls import re_path

from jiceng.api import views

app_name = "open311"
FORM = r"\.(?P<form>json|xml)$"
urlpatterns = [
    re_path(rf"^discovery{FORM}", views.discovery, name="discovery"),
    re_path(rf"^services{FORM}", views.services, name="services"),
    re_path(rf"^services/(?P<code>[\w.-]+){FORM}", views.definition, name="definition"),
    re_path(rf"^requests{FORM}", views.requests, name="requests"),
    re_path(rf"^requests/(?P<number>[^/]+){FORM}", views.request, name="request"),
    re_path(rf"^tokens/(?P<token>[\w-]+){FORM}", views.token, name="token"),
]
