"""Addresses of the figure pages."""

from django.urls import path

from jiceng.web.figures import checks, views

app_name = "figures"

urlpatterns = [
    path("", views.index, name="index"),
    path("values/", views.values, name="values"),
    path("checks/", checks.index, name="checks"),
    path("checks/results/", checks.results, name="check_results"),
    path("checks/published/", checks.published_page, name="published"),
    path("checks/<str:key>/", checks.check_page, name="check"),
    path("<str:key>/", views.figure_page, name="figure"),
    path("<str:key>/map/", views.area_map, name="map"),
    path("<str:key>/records/", views.records_part, name="records"),
]
