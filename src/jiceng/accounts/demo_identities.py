"""The demonstration's identities: who they are is pack data, and anyone may take their place with one click.

They exist only in a demonstration: without `JICENG_DEMO` none is made and none can be signed in as.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any

from django.conf import settings
from django.db.models import Count, Q
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from pydantic import Field, field_validator

from jiceng.accounts.actions.grants import NodeRecord, grant_role
from jiceng.accounts.actions.users import audited
from jiceng.accounts.days import codes_above
from jiceng.accounts.models import Grant, User
from jiceng.accounts.roles import ROLES, Node
from jiceng.accounts.scoping import Denied, actor_of
from jiceng.organisations.models import PartyOrg, Region, Unit
from jiceng.packs.catalogue import current
from jiceng.packs.references import TermRef, refuse
from jiceng.packs.sections import PackModel, Section, register_section
from jiceng.people.models import Appointment
from jiceng.protection.actors import Actor
from jiceng.protection.scopes import within
from jiceng.records.bases import valid_on
from jiceng.records.refusals import Refusal
from jiceng.records.writing import write

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
"""The authentication backend to sign a demonstration identity in with."""


class IdentitySpec(PackModel):
    """An identity as a pack writes it. What it stands on is looked for below the pack's first bound node."""

    label: str = Field(min_length=1, max_length=40, description="按钮上的名称，如“组织部”")
    en: str = Field("", max_length=80, description="英文名称；不写则用中文名称")
    role: str = Field(description="角色：accounts 里的角色键，如 street_officer")
    region: str = Field(
        "", max_length=20, description="区划代码（加引号）：角色授予的区域；不写则按 region_kind 找"
    )
    region_kind: Annotated[str | None, TermRef("region_kinds")] = Field(
        None, description="区域类型：授予其中代码最小的一个；也不写则授予本包所在区域"
    )
    post: Annotated[str | None, TermRef("posts")] = Field(
        None, description="职务：授予任该职务的人所在的党组织或本职"
    )
    form: Annotated[str | None, TermRef("party_org_forms")] = Field(
        None, description="党组织形式：没有人任该职务时，授予最早的一个这种组织"
    )
    unit: str = Field("", max_length=160, description="行业主管部门的名称；不写则用主管单位最多的一个")

    @field_validator("role")
    @classmethod
    def is_a_role(cls, role: str) -> str:
        """The role exists."""
        if role not in ROLES:
            raise refuse(_("没有角色“%(role)s”") % {"role": role}, "、".join(ROLES))
        return role


IDENTITIES = register_section(
    Section(
        key="identities",
        model=IdentitySpec,
        keyed=True,
        label="演示身份",
        description="演示时一键登录的身份：名称、角色、授予在哪里。",
    )
)


@dataclass(frozen=True, slots=True)
class Identity:
    """A button of the demonstration's sign-in page. `key` is `place:key`."""

    key: str
    label: str
    role: str
    node: str


@dataclass(frozen=True, slots=True)
class Made:
    """The users of a place, and which identities found nothing to stand on."""

    users: tuple[User, ...]
    left_out: tuple[str, ...]


def identities(place: str = "") -> list[Identity]:
    """The identities that can be signed in as, of one place or of all, in the order of the packs."""
    users = User.objects.filter(is_active=True).exclude(demo_key="").order_by("id")
    if place:
        users = users.filter(demo_key__startswith=f"{place}:")
    found = []
    for user in users.prefetch_related("grants__region", "grants__party_org", "grants__authority"):
        grant: Grant | None = next(iter(user.grants.all()), None)
        if grant is None or grant.role_class is None:
            continue
        node = grant.region or grant.party_org or grant.authority
        said = str(node) if node else ""
        found.append(Identity(user.demo_key, _label(user), str(grant.role_class.label), said))
    return found


def _label(user: User) -> str:
    """The button's words in the reader's language; the account's own name where the pack no longer has it."""
    place, _colon, key = user.demo_key.partition(":")
    spec = _specs(place).get(key)
    if spec is None:
        return user.full_name
    english = (get_language() or "").startswith("en")
    return spec.en if english and spec.en else spec.label


def _specs(place: str) -> dict[str, IdentitySpec]:
    """The identities that hold at the place of a pack, by their bare key; none without a place."""
    catalogue = current()
    manifest = catalogue.packs.get(place)
    if manifest is None or not manifest.binds:
        return {}
    region = Region.objects.current().filter(code=manifest.binds[0].region).first()
    at = codes_above(region.path) if region else [manifest.binds[0].region]
    return {key.partition(":")[2]: item for key, item in catalogue.section("identities", at=at).items()}


def create_demo_identities(*, place: str, by: Actor) -> Made:
    """Accounts and grants for the identities of the pack `place`, from its records as they are; again
    changes nothing.

    Raises Denied outside the demonstration, Refusal for a pack that is not installed, has no day or no
    region.
    """
    _only_in_the_demonstration()
    manifest = current().packs.get(place)
    if manifest is None or manifest.day is None or not manifest.binds:
        raise Refusal(
            _("做法包“%(place)s”没有演示日期或区域") % {"place": place},
            remedy=_("在 pack.yaml 里写 day 和 binds"),
        )
    root = Region.objects.current().filter(code=manifest.binds[0].region).first()
    if root is None:
        raise Refusal(_("没有区域 %(code)s") % {"code": manifest.binds[0].region}, remedy=_("先导入区域"))
    users, left_out = [], []
    with write(by=by, action="demo.identities"):
        for key, spec in _specs(place).items():
            user = _made(f"{place}:{key}", spec, root, manifest.day, by)
            if user is None:
                left_out.append(key)
            else:
                users.append(user)
    return Made(tuple(users), tuple(left_out))


def _made(key: str, spec: IdentitySpec, root: Region, day: date, by: Actor) -> User | None:
    """The account of one identity with its grant; None where there is nothing for it to stand on."""
    if kept := User.objects.filter(demo_key=key).first():
        return kept
    kind = ROLES[spec.role].node
    node = _node(spec, kind, root, day)
    if node is None and kind != Node.SYSTEM:
        return None
    post = node if isinstance(node, Appointment) else None
    if post is not None and kind == Node.PARTY_ORG:
        node = post.party_org
    user = User(
        username=key.replace(":", "."),
        full_name=f"{root.name}{spec.label}",
        person=post.person if post else None,
        demo_key=key,
        must_change_password=False,
    )
    user.set_unusable_password()
    with write(by=by, action="user.create") as writing:
        user.save()
        writing.note(User._meta.db_table, user.pk, "insert", None, audited(user))
        begin = date(day.year, 1, 1)
        grant_role(
            user=user, role=spec.role, node=node, by=by, valid_from=begin, appointment=post, document="演示"
        )
    return user


def _node(spec: IdentitySpec, kind: Node, root: Region, day: date) -> NodeRecord | None:
    """What the identity stands on; for a party organisation the appointment that leads there, if there is
    one.
    """
    if kind == Node.REGION:
        return _region(spec, root)
    if kind == Node.AUTHORITY:
        return _authority(spec, root, day)
    if kind == Node.APPOINTMENT:
        return _appointment(spec, root, day, Q())
    if kind == Node.PARTY_ORG:
        return _appointment(
            spec, root, day, Q(party_org__valid_to__isnull=True, party_org__isnull=False)
        ) or _org(spec, root, day)
    return None


def _region(spec: IdentitySpec, root: Region) -> Region | None:
    below = Region.objects.current().filter(within("path", root.path))
    if spec.region:
        return below.filter(code=spec.region).first()
    if spec.region_kind:
        return below.filter(kind__in=_terms("region_kinds", spec.region_kind)).order_by("code").first()
    return root


def _appointment(spec: IdentitySpec, root: Region, day: date, also: Q) -> Appointment | None:
    """The holder of the post with the most in charge; the earliest of equals."""
    if spec.post is None:
        return None
    rows = Appointment._base_manager.filter(valid_on(day), also, within("region_path", root.path))
    rows = rows.filter(post__in=_terms("posts", spec.post)).annotate(load=Count("charges"))
    return rows.order_by("-load", "id").first()


def _org(spec: IdentitySpec, root: Region, day: date) -> PartyOrg | None:
    if spec.form is None:
        return None
    rows = PartyOrg._base_manager.filter(valid_on(day), within("region_path", root.path))
    rows = rows.filter(form__in=_terms("party_org_forms", spec.form), memberships__isnull=False)
    return rows.order_by("id").first()


def _authority(spec: IdentitySpec, root: Region, day: date) -> Unit | None:
    rows = Unit._base_manager.filter(valid_on(day), within("region_path", root.path))
    if spec.unit:
        return rows.filter(name=spec.unit).first()
    ranked = (
        Unit._base_manager.filter(within("region_path", root.path), authority__isnull=False)
        .values("authority")
        .annotate(units=Count("pk"))
        .order_by("-units", "authority")[:1]
    )
    return rows.filter(pk__in=[r["authority"] for r in ranked]).first()


def _terms(vocabulary: str, key: str) -> Sequence[str]:
    return sorted(current().descendants(vocabulary, key))


def sign_in_as(key: str) -> User:
    """The demonstration's user `place:key`, audited as signed in; the page logs it in with `BACKEND`.

    Raises Denied outside the demonstration, Refusal for an identity that does not exist.
    """
    _only_in_the_demonstration()
    user = User.objects.filter(demo_key=key, is_active=True).exclude(demo_key="").first()
    if user is None:
        raise Refusal(_("没有演示身份“%(key)s”") % {"key": key[:80]}, remedy=_("从登录页选择"))
    with write(by=actor_of(user), action="user.sign_in") as writing:
        said: dict[str, Any] = {"demo": True}
        writing.note(User._meta.db_table, user.pk, "sign_in", None, said)
    return user


def _only_in_the_demonstration() -> None:
    if not settings.DEMO:
        raise Denied(_("演示身份只在演示中可用"), remedy=_("使用本人账号登录"))
