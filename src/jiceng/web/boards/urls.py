"""Addresses of the boards."""

from django.urls import path

from jiceng.web.boards import views

app_name = "boards"

urlpatterns = [
    path("", views.index, name="index"),
    path("<str:key>/", views.board, name="board"),
    path("<str:key>/screen/", views.screen, name="screen"),
]
