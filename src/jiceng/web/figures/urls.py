"""Addresses of the figure pages."""

from django.urls import path

from jiceng.web.figures import checks, views
from jiceng.web.figures.building import views as building

app_name = "figures"

urlpatterns = [
    path("", views.index, name="index"),
    path("values/", views.values, name="values"),
    path("checks/", checks.index, name="checks"),
    path("checks/results/", checks.results, name="check_results"),
    path("checks/published/", checks.published_page, name="published"),
    path("checks/<str:key>/", checks.check_page, name="check"),
    path("own/", building.own, name="own"),
    path("own/<str:key>/text/", building.text, name="own_text"),
    path("own/<str:key>/remove/", building.remove, name="own_remove"),
    path("build/", building.build, name="build"),
    path("build/draft/", building.draft, name="draft"),
    path("<str:key>/", views.figure_page, name="figure"),
    path("<str:key>/map/", views.area_map, name="map"),
    path("<str:key>/records/", views.records_part, name="records"),
]
