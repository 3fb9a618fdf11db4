"""Packs, people and places of a scratch installation: who acts in benchmarks, and where."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.db import models
from django.utils import timezone

from jiceng.accounts.demo_identities import BACKEND
from jiceng.accounts.models import Grant, User
from jiceng.matters.flows import in_vocabulary
from jiceng.organisations.models import Region, Unit
from jiceng.packs.installing import install
from jiceng.protection.actors import Actor
from jiceng.records.writing import write

BY = Actor.system("bench")
SINCE = date(2012, 1, 1)

CENTRE, CALLER, BUREAU = "centre", "caller", "bureau"
ROLES = {CENTRE: "case_centre", CALLER: "case_centre", BUREAU: "department_officer"}
"""Who takes the steps of the hotline's cases: the centre's own people and a bureau's, by role."""


@dataclass(frozen=True, slots=True)
class Hotline:
    """Where cases come from, who has them, and what they are about."""

    village: Region
    bureau: Unit
    category: str


def install_bases() -> None:
    """Install the packs that hold everywhere."""
    found = (path for path in sorted(settings.PACKS.glob("*/pack.yaml")) if "base: true" in path.read_text())
    folders: list[Path] = [path.parent for path in found]
    install(folders=folders, by=BY)


def first_county() -> Region:
    """The county where everybody is at work."""
    found: Region = Region.objects.filter(level=2).order_by("path")[0]
    return found


def person(name: str, role: str, **node: Any) -> User:
    """An account with one grant, at a `region` or for an `authority_id`."""
    user = User(username=name, full_name=name, must_change_password=False)
    user.set_unusable_password()
    user.save()
    with write(by=BY, action="grant.give"):
        Grant(user=user, role=role, valid_from=SINCE, **node).save()
    return user


def signed_in(user: User) -> str:
    """The cookie of a session that `user` has begun."""
    session = SessionStore()
    session[SESSION_KEY], session[BACKEND_SESSION_KEY] = str(user.pk), BACKEND
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.save()
    return f"{settings.SESSION_COOKIE_NAME}={session.session_key}"


def hotline() -> Hotline:
    """A village, a bureau of its county and a category of cases, with an account for everybody in `ROLES`."""
    county = first_county()
    village = Region.objects.filter(level=4, path__startswith=county.path).order_by("path")[0]
    rows: models.QuerySet[Unit] = models.QuerySet(Unit)
    bureau = rows.order_by("pk")[0]
    models.QuerySet.update(
        rows.filter(pk=bureau.pk),
        region=county,
        region_path=county.path,
        authority_path="0001",
        valid_to=None,
    )
    for name, role in ROLES.items():
        node: dict[str, Any] = {"authority_id": bureau.pk} if name == BUREAU else {"region": county}
        person(name, role, **node)
    category, _label = in_vocabulary("matter_categories", village, timezone.localdate())[0]
    return Hotline(village, rows.get(pk=bureau.pk), category)
