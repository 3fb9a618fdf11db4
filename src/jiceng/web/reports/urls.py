"""Addresses of briefs and reports."""

from django.urls import path, re_path

from jiceng.web.reports import views

app_name = "reports"
urlpatterns = [
    path("", views.index, name="index"),
    re_path(r"^(?P<key>[\w:]+)\.(?P<ending>docx|xlsx)$", views.file, name="file"),
    path("<str:key>/", views.paper, name="paper"),
]
