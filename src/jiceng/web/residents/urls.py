"""Addresses of the residents' pages."""

from django.urls import path

from jiceng.web.residents import following, reading, reporting, views

app_name = "residents"
urlpatterns = [
    path("", views.begin, name="begin"),
    path("language/", views.language, name="language"),
    path("size/", views.size, name="size"),
    path("elsewhere/", views.channels, name="channels"),
    path("report/", reporting.choose, name="choose"),
    path("report/<slug:code>/", reporting.report, name="report"),
    path("follow/", following.follow, name="follow"),
    path("follow/step/", following.step, name="step"),
    path("wishes/", reading.wishes, name="wishes"),
    path("wishes/<uuid:uid>/", reporting.take_on, name="take_on"),
    path("matters/", reading.matters, name="matters"),
    path("matters/<uuid:uid>/", reading.matter, name="matter"),
]
