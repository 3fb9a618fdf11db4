"""Addresses of the exchange between the zones."""

from django.urls import path

from jiceng.web.zones import coming, going

app_name = "zones"
urlpatterns = [
    path("", going.board, name="board"),
    path("propose/", going.listing, name="propose"),
    path("out/<int:serial>/", going.package, name="package"),
    path("out/<int:serial>/decide/", going.deciding, name="decide"),
    path("out/<int:serial>/file/", going.file, name="file"),
    path("in/", coming.upload, name="upload"),
    path("in/<slug:key>/", coming.preview, name="preview"),
    path("in/<slug:key>/take/", coming.take, name="take"),
    path("in/<slug:key>/discard/", coming.discard, name="discard"),
]
