"""Addresses of matters."""

from django.urls import path

from jiceng.web.matters import papers
from jiceng.web.matters.bulletin import views as bulletin
from jiceng.web.matters.cards import reporting
from jiceng.web.matters.cards import views as cards
from jiceng.web.matters.forms import beside, drafts, files, names, raising, releasing, steps
from jiceng.web.matters.inbox import many
from jiceng.web.matters.inbox import views as inbox
from jiceng.web.matters.listing import views as listing

app_name = "matters"
urlpatterns = [
    path("", inbox.inbox, name="inbox"),
    path("all/", listing.listing, name="list"),
    path("all/views/", listing.views, name="views"),
    path("take/", inbox.taking, name="take"),
    path("many/", many.many, name="many"),
    path("new/", raising.choose, name="new"),
    path("new/<str:type_key>/", raising.new, name="raise"),
    path("new/<str:type_key>/alike/", raising.likes, name="alike"),
    path("names/<slug:kind>/", names.names, name="names"),
    path("drafts/", drafts.keep, name="draft"),
    path("files/", files.take_in, name="files"),
    path("files/<uuid:uid>/", files.show, name="file"),
    path("paper/<int:event>/", papers.paper, name="paper"),
    path("bulletin/", bulletin.bulletin, name="bulletin"),
    path("bulletin/list/", bulletin.behind, name="bulletin_list"),
    path("bulletin/workbook/", bulletin.as_workbook, name="bulletin_workbook"),
    path("bulletin/paper/", bulletin.as_paper, name="bulletin_paper"),
    path("<str:which>/", cards.card, name="card"),
    path("<str:which>/reporters/<int:key>/", reporting.reveal, name="reporter"),
    path("<str:which>/release/", releasing.releasing, name="release"),
    path("<str:which>/flow/", cards.flow, name="flow"),
    path("<str:which>/do/<slug:step>/", steps.step, name="step"),
    path("<str:which>/also/<slug:deed>/", beside.beside, name="beside"),
]
