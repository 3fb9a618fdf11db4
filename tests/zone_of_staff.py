"""The addresses of a server that has the pages of staff only."""

from jiceng.urls import addresses, handler400, handler403, handler404, handler500

__all__ = ["handler400", "handler403", "handler404", "handler500", "urlpatterns"]
urlpatterns = addresses("staff")
