"""Addresses of the subscriptions."""

from django.urls import path

from jiceng.web.webhooks import views

app_name = "webhooks"
urlpatterns = [
    path("", views.subscriptions, name="list"),
    path("<int:key>/", views.subscription, name="log"),
    path("<int:key>/test/", views.test, name="test"),
    path("<int:key>/end/", views.end, name="end"),
    path("deliveries/<int:key>/again/", views.again, name="again"),
]
