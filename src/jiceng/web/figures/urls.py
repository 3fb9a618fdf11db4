"""Addresses of the figure pages."""

from django.urls import path

from jiceng.web.figures import views

app_name = "figures"

urlpatterns = [
    path("", views.index, name="index"),
    path("values/", views.values, name="values"),
    path("<str:key>/", views.figure_page, name="figure"),
    path("<str:key>/map/", views.area_map, name="map"),
    path("<str:key>/records/", views.records_part, name="records"),
]
