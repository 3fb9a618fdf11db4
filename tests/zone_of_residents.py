"""The addresses of a server that has residents' pages only."""

from jiceng.urls import addresses, handler400, handler403, handler404, handler500

__all__ = ["handler400", "handler403", "handler404", "handler500", "urlpatterns"]
urlpatterns = addresses("resident")
