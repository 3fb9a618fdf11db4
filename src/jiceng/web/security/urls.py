"""Addresses of the pages for users and grants."""

from django.urls import path

from jiceng.web.security import views

app_name = "security"

urlpatterns = [
    path("", views.users, name="users"),
    path("new/", views.new_user, name="new_user"),
    path("<int:key>/", views.user, name="user"),
    path("<int:key>/active/", views.set_active, name="set_active"),
    path("<int:key>/password/", views.password, name="password"),
    path("<int:key>/release/", views.release, name="release"),
    path("<int:key>/grant/", views.grant, name="grant"),
    path("tokens/<int:key>/revoke/", views.revoke_access_token, name="revoke_token"),
    path("grants/<int:key>/revoke/", views.revoke, name="revoke"),
]
