"""Cases of the hotline taken all the way by the actions: raised, sent, signed for, answered, approved, archived."""

from collections.abc import Iterator
from typing import Any

from django.utils import timezone

from jiceng.accounts.models import User
from jiceng.accounts.scoping import access_of
from jiceng.bench.ground.places import BUREAU, CALLER, CENTRE, ROLES, Hotline
from jiceng.matters.actions import Acting, Report, act, raise_matter
from jiceng.matters.flows import types_at
from jiceng.matters.models import Dispatch, Matter
from jiceng.organisations.terms import with_attr

LINES = 7
"""Lines of the timeline of a case that went all the way: six that people take, one that follows."""


STEPS = 6
"""Steps that people take in such a case, raising it included: as many transactions."""


class Cases:
    """Takes cases all the way, as the people of a hotline."""

    def __init__(self, hotline: Hotline) -> None:
        today = timezone.localdate()
        users = {user.username: user for user in User.objects.filter(username__in=ROLES)}
        self._people = {who: Acting.person(access_of(users[who], today)) for who in ROLES}
        self._village = hotline.village
        self._report = Report(given={"text": "路灯不亮", "category": hotline.category})
        # the type that other systems' cases come in as is the one that every county has
        self._type = next(key for key, spec in types_at(self._village, today).items() if spec.imports)
        self._channel = with_attr("matter_channels", "imports").key
        self._way: tuple[tuple[str, str, dict[str, Any]], ...] = (
            ("send", CENTRE, {"lead": hotline.bureau.pk}),
            ("sign", BUREAU, {}),
            ("answer", BUREAU, {"answer": "已整改"}),
            ("approve", CENTRE, {}),
            ("archive", CALLER, {"reached": True, "solved": True}),
        )

    def take(self, key: str) -> Iterator[Matter]:
        """Take one case all the way; gives the matter after every step. `key` names it among all others."""
        matter = raise_matter(
            by=self._people[CENTRE], type=self._type, region=self._village, channel=self._channel,
            report=self._report, key=key,
        )  # fmt: skip
        yield matter
        dispatch: int | None = None
        for step, who, given in self._way:
            act(
                by=self._people[who],
                matter=matter.pk,
                step=step,
                given=given,
                dispatch=dispatch if who == BUREAU else None,
                key=f"{matter.pk}:{step}",
            )
            if dispatch is None:
                dispatch = Dispatch._base_manager.filter(matter=matter).values_list("pk", flat=True).get()
            yield matter
