"""Addresses of superiors' forms."""

from django.urls import path

from jiceng.web.forms import answering, designing, filling, views

app_name = "forms"
urlpatterns = [
    path("", views.index, name="index"),
    path("board/", views.board, name="board"),
    path("answers/", answering.answers, name="answers"),
    path("new/", views.new, name="new"),
    path("<int:key>/", designing.design, name="design"),
    path("<int:key>/blank/", views.blank, name="blank"),
    path("<int:key>/amend/", designing.amend, name="amend"),
    path("<int:key>/bind/", designing.bind, name="bind"),
    path("<int:key>/rows/", designing.rows, name="rows"),
    path("<int:key>/step/", designing.step, name="step"),
    path("<int:key>/fill/", filling.fill, name="fill"),
    path("<int:key>/ask/", filling.ask, name="ask"),
    path("<int:key>/sign/", filling.sign_off, name="sign"),
    path("<int:key>/file/", filling.file, name="file"),
    path("filings/<int:key>/", filling.filed, name="filed"),
]
