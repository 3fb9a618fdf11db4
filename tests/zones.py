"""The addresses of a server that has both zones, for tests of residents' pages beside those of staff."""

from jiceng.urls import addresses, handler400, handler403, handler404, handler500

__all__ = ["handler400", "handler403", "handler404", "handler500", "urlpatterns"]
urlpatterns = addresses("both")
