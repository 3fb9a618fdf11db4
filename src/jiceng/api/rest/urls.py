"""Addresses of the REST interface."""

from jiceng.api.rest.interface import addresses

app_name = "rest"
urlpatterns = addresses()
