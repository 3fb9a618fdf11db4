"""Addresses of the pack pages."""

from django.urls import path

from jiceng.web.packs import views

app_name = "packs"

urlpatterns = [
    path("", views.packs, name="list"),
    path("install/", views.install, name="install"),
    path("<slug:pack>/", views.pack, name="pack"),
    path("<slug:pack>/flows/<str:key>/", views.flow, name="flow"),
]
