"""Addresses of one's own tokens."""

from django.urls import path

from jiceng.web.tokens import views

app_name = "tokens"
urlpatterns = [
    path("", views.tokens, name="list"),
    path("<int:key>/revoke/", views.revoke, name="revoke"),
]
