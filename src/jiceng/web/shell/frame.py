"""What the frame around every page shows."""

from functools import cached_property
from typing import Any

from django.conf import settings
from django.utils.translation import get_language

from jiceng.accounts.permissions import SEEING
from jiceng.accounts.permissions import Permission as P
from jiceng.matters.queries.inbox import waiting
from jiceng.web.shell.demonstration import Loading, Place, loading, places
from jiceng.web.shell.navigation import rooms_for
from jiceng.web.shell.territory import Picked, picked


class Frame:
    """Computed piece by piece as the templates ask: a part of a page asks for nothing of it."""

    def __init__(self, request: Any) -> None:
        self._request = request
        self.demo: bool = settings.DEMO

    @cached_property
    def english(self) -> bool:
        """Whether the page is in English."""
        return (get_language() or "").startswith("en")

    @cached_property
    def access(self) -> Any:
        """The visitor's access, None on pages without an account."""
        return getattr(self._request, "access", None)

    @cached_property
    def rooms(self) -> list[dict[str, Any]]:
        """The navigation."""
        return rooms_for(self.access.permissions, self._request.path) if self.access else []

    @cached_property
    def territory(self) -> Picked | None:
        """What the territory picker shows."""
        return picked(self._request) if self.access else None

    @cached_property
    def searches(self) -> bool:
        """Whether there is anything to search for."""
        return bool(self.access and self.access.may(*SEEING))

    @cached_property
    def waits(self) -> int | None:
        """How many matters wait for the visitor, counted no further than `TOLD` and one; None for who has none to do
        with them.
        """
        return waiting(self.access) if self.access and self.access.may(P.MATTERS_VIEW) else None

    @cached_property
    def roles(self) -> list[str]:
        """The visitor's roles in words, each once."""
        return list(dict.fromkeys(str(held.role.label) for held in self.access.held)) if self.access else []

    @cached_property
    def identities(self) -> list[Place]:
        """The demonstration's identities by place."""
        return places() if self.demo else []

    @cached_property
    def loading(self) -> Loading | None:
        """The demonstration's data still on their way."""
        return loading()


def frame(request: Any) -> dict[str, Frame]:
    """Context processor: `shell` in every template."""
    return {"shell": Frame(request)}
