"""Addresses of the audit pages."""

from django.urls import path

from jiceng.web.audit import views

app_name = "audit"

urlpatterns = [
    path("", views.entries, name="entries"),
    path("verify/", views.verify_chain, name="verify"),
    path("<int:seq>/", views.entry, name="entry"),
]
