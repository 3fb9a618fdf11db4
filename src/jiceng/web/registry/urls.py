"""Addresses of lists and cards."""

from django.urls import path

from jiceng.web.registry import duplicates, views
from jiceng.web.registry.forms import many
from jiceng.web.registry.forms import views as forms
from jiceng.web.registry.restructuring import assigning
from jiceng.web.registry.restructuring import views as restructuring

app_name = "registry"
urlpatterns = [
    path("", views.index, name="index"),
    path("names/<slug:table>/", forms.names, name="names"),
    path("regions/restructuring/", restructuring.restructuring, name="restructuring"),
    path("regions/restructuring/<int:key>/", assigning.assigning, name="assigning"),
    path("<slug:table>/", views.listing, name="list"),
    path("<slug:table>/new/", forms.new, name="new"),
    path("<slug:table>/views/", views.views, name="views"),
    path("<slug:table>/duplicates/", duplicates.pairs, name="duplicates"),
    path("<slug:table>/merge/", duplicates.merge, name="merge"),
    path("<slug:table>/count/", views.counted, name="count"),
    path("<slug:table>/many/<slug:act>/", many.many, name="many"),
    path("<slug:table>/<int:key>/", views.card, name="card"),
    path("<slug:table>/<int:key>/change/", forms.change, name="change"),
    path("<slug:table>/<int:key>/end/", forms.end, name="end"),
    path("<slug:table>/<int:key>/act/<slug:act>/", forms.act, name="act"),
    path("people/<int:key>/unmask/", views.unmask, name="unmask"),
]
