"""The product's addresses, and beside them the same pages from constant rows."""

from django.urls import path

from jiceng import urls
from jiceng.web.measuring import views

urlpatterns = [
    *urls.urlpatterns,
    path("constant/units/", views.units),
    path("constant/figures/<str:key>/", views.figure),
    path("constant/boards/<str:key>/", views.board),
    path("constant/matters/", views.inbox),
    path("constant/matters/all/", views.all_matters),
]
handler400, handler403 = urls.handler400, urls.handler403
handler404, handler500 = urls.handler404, urls.handler500
