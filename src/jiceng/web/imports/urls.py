"""Addresses of the import wizard."""

from django.urls import path

from jiceng.web.imports import views

app_name = "imports"
urlpatterns = [
    path("", views.start, name="start"),
    path("template/<slug:table>/", views.template, name="template"),
    path("<uuid:uid>/columns/", views.columns, name="columns"),
    path("<uuid:uid>/preview/", views.preview, name="preview"),
    path("<uuid:uid>/errors/", views.errors, name="errors"),
    path("<uuid:uid>/apply/", views.apply, name="apply"),
    path("<uuid:uid>/done/", views.done, name="done"),
    path("<uuid:uid>/discard/", views.discard, name="discard"),
]
