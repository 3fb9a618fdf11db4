"""Addresses of the frame."""

from django.urls import path
from django.views.i18n import set_language

from jiceng.accounts.routes import open_to_all
from jiceng.web.shell import views

urlpatterns = [
    path("search/", views.search, name="search"),
    path("territory/", views.pick, name="territory"),
    path("territory/set/", views.set_territory, name="set_territory"),
    path("language/", open_to_all(set_language), name="set_language"),
    path("demo/", views.take_identity, name="take_identity"),
    path("loading/", views.loading, name="loading"),
]
