"""Addresses of briefs and reports."""

from django.urls import path, re_path

from jiceng.web.reports import taking, views

app_name = "reports"
urlpatterns = [
    path("", views.index, name="index"),
    path("bundles/<str:token>/", taking.bundle_page, name="bundle"),
    path("bundles/<str:token>/step/", taking.bundle_step, name="bundle_step"),
    path("bundles/<str:token>/file/", taking.bundle_file, name="bundle_file"),
    re_path(r"^(?P<key>[\w:]+)\.(?P<ending>docx|xlsx)$", taking.file, name="file"),
    re_path(r"^(?P<key>[\w:]+)\.(?P<ending>docx|xlsx)\.zip$", taking.begin_bundle, name="begin_bundle"),
    path("<str:key>/", views.paper, name="paper"),
]
