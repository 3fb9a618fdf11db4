"""Addresses of exports."""

from django.urls import path

from jiceng.web.exports import views

app_name = "exports"
urlpatterns = [
    path("", views.requests, name="list"),
    path("<int:key>/decide/", views.decide, name="decide"),
    path("<int:key>/take/", views.take, name="take"),
    path("<slug:table>/", views.make, name="make"),
]
