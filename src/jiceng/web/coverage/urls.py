"""Addresses of the coverage board."""

from django.urls import path

from jiceng.web.coverage import exclusions, records, views

app_name = "coverage"

urlpatterns = [
    path("", views.board, name="board"),
    path("map/", views.area_map, name="map"),
    path("findings/", views.findings, name="findings"),
    path("records/", records.records, name="records"),
    path("records/export/", records.export, name="export"),
    path("units/<int:key>/", exclusions.unit, name="unit"),
    path("units/<int:key>/exclude/", exclusions.ask, name="ask"),
    path("exclusions/", exclusions.listing, name="exclusions"),
    path("exclusions/<int:key>/decide/", exclusions.decide, name="decide"),
    path("exclusions/<int:key>/end/", exclusions.end, name="end"),
    path("split/<int:key>/", views.split, name="split"),
]
