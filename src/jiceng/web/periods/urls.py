"""Addresses of the pages of reporting periods."""

from django.urls import path

from jiceng.web.periods import moving, reconciling, views

app_name = "periods"

urlpatterns = [
    path("", views.index, name="index"),
    path("<str:period>/<int:key>/", views.period_page, name="period"),
    path("<str:period>/<int:key>/corrections/", views.corrections_part, name="corrections"),
    path("<str:period>/<int:key>/close/", moving.close_period, name="close"),
    path("<str:period>/<int:key>/reconcile/", reconciling.page, name="reconcile"),
    path("<str:period>/<int:key>/reconcile/upload/", reconciling.upload, name="reconcile_upload"),
    path("<str:period>/<int:key>/reconcile/assign/", reconciling.assign, name="assign"),
    path("<str:period>/<int:key>/reconcile/reasons/", reconciling.give_reasons, name="reasons"),
    path("<str:period>/<int:key>/reconcile/names/", reconciling.names, name="reconcile_names"),
    path("closing/<int:key>/records/<str:figure>/", views.records_page, name="records"),
    path("closing/<int:key>/submit/", moving.submit_closing, name="submit"),
    path("closing/<int:key>/decide/", moving.decide_closing, name="decide"),
]
