"""Addresses of the home page and its parts."""

from django.urls import path

from jiceng.web.home import views

urlpatterns = [
    path("", views.home, name="home"),
    path("home/figures/", views.headlines, name="home_figures"),
    path("home/findings/", views.findings, name="home_findings"),
    path("home/changes/", views.changed, name="home_changes"),
]
