"""Tokens by which programs act in somebody's name: made once, shown once, never more than their owner may."""

import secrets
from collections.abc import Collection
from datetime import date, datetime, timedelta

from django.conf import settings
from django.db.models import Max, QuerySet, Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from jiceng.accounts.models import ApiToken, ApiUse, User
from jiceng.accounts.permissions import Permission
from jiceng.accounts.scoping import Access, actor_of, denied
from jiceng.organisations.models import Region
from jiceng.protection.actors import Actor
from jiceng.protection.ciphers import blind_index
from jiceng.records.refusals import Refusal
from jiceng.records.texts import clean_line, given_reason
from jiceng.records.writing import write

P = Permission

OFFERED = (
    P.FIGURES_VIEW, P.REGISTRY_VIEW, P.PEOPLE_VIEW, P.MEMBERS_VIEW, P.MATTERS_VIEW, P.EXPORT, P.UNMASK,
    P.IMPORT, P.REGIONS_EDIT, P.UNITS_EDIT, P.PARTY_ORGS_EDIT, P.PEOPLE_EDIT, P.MEMBERS_EDIT, P.MATTERS_ACT,
    P.CODE_OVERRIDE,
)  # fmt: skip
"""What the interface asks for, in the order in which it is offered. Nothing that administers is among it."""

MOST = 20
"""So many tokens in force one person may have."""

LONGEST = timedelta(days=366)
MARK = "jct_"
"""What every token begins with: so one that lies where it should not is known for what it is."""

MINUTE = timedelta(minutes=1)


def offered(access: Access) -> list[Permission]:
    """The permissions that `access` may put into a token."""
    return [permission for permission in OFFERED if permission in access.permissions]


def make_token(
    *,
    access: Access,
    name: str,
    permissions: Collection[str],
    expires_on: date | None,
    region: Region | None = None,
) -> tuple[ApiToken, str]:
    """A token of this person's and its text, which is shown once and kept nowhere.

    Raises Refusal without a name, for a permission that the person has not or that no token carries, for a region
    outside the person's own, an expiry that is past, missing or more than a year away, and for too many tokens.
    """
    called = clean_line(name, _("名称"), 80)
    if not called:
        raise Refusal(_("没有写名称"), remedy=_("写明哪个系统用它"))
    wanted = [permission for permission in offered(access) if permission.value in permissions]
    if not wanted or len(wanted) != len(set(permissions)):
        raise Refusal(_("没有选权限，或选了自己没有的权限"), remedy=_("只能选自己有的权限"))
    if region is not None and not any(region.path.startswith(root) for root in access.roots()):
        raise Refusal(_("区域不在自己的范围内"), str(region), _("选自己范围内的区域"))
    today = timezone.localdate()
    if expires_on is None or not today < expires_on <= today + LONGEST:
        raise Refusal(_("有效期应在明天和一年之内"), remedy=_("改有效期"))
    text = MARK + secrets.token_urlsafe(32)
    with write(by=actor_of(access.user), action="token.make"):
        User.objects.select_for_update().get(pk=access.user.pk)
        if living(access.user).count() >= MOST:
            raise Refusal(_("最多可有%(most)d个有效的令牌") % {"most": MOST}, remedy=_("先收回不用的"))
        made = ApiToken(
            user=access.user, name=called, digest=_digest(text), permissions=[p.value for p in wanted],
            region=region, expires_on=expires_on,
        )  # fmt: skip
        made.save()
    return made, text


def revoke_token(*, token: ApiToken, by: Actor, access: Access, reason: str = "") -> None:
    """Let a token open nothing any more: its owner's work, or the security administrator's, who says why.

    Raises Denied for anybody else, Refusal for a missing reason. One that was revoked stays as it is.
    """
    own = token.user_id == access.user.pk
    if not own and not access.may(Permission.ACCESS_MANAGE):
        raise denied(Permission.ACCESS_MANAGE)
    if not own:
        reason = given_reason(reason, _("收回令牌的原因"), str(token))
    if token.revoked_at is None:
        with write(by=by, action="token.revoke", reason=reason):
            token.revoked_at = timezone.now()
            token.save()


def living(user: User) -> QuerySet[ApiToken]:
    """The tokens of `user` that are neither revoked nor expired."""
    rows: QuerySet[ApiToken] = ApiToken.objects.filter(user=user, revoked_at__isnull=True)
    return rows.filter(expires_on__gte=timezone.localdate())


def tokens_of(user: User) -> QuerySet[ApiToken]:
    """All tokens of `user`, the newest first, each with when it was used last (`used_at`)."""
    rows: QuerySet[ApiToken] = ApiToken.objects.filter(user=user).select_related("region")
    return rows.annotate(used_at=Max("uses__at")).order_by("-pk")


def token_of(text: str) -> ApiToken | None:
    """The token with that text; None for none, and for one that is revoked, expired or whose account is closed."""
    if not text.startswith(MARK) or len(text) > 100 or not text.isascii():
        return None
    today = timezone.localdate()
    rows = ApiToken.objects.filter(digest=_digest(text), revoked_at__isnull=True, expires_on__gte=today)
    found: ApiToken | None = rows.filter(user__is_active=True).select_related("user", "region").first()
    return found


def note_use(token: ApiToken, now: datetime | None = None) -> None:
    """Remember that a token was used, at most once a minute: it costs a write."""
    moment = now or timezone.now()
    use, made = ApiUse.objects.get_or_create(
        token=token, day=timezone.localdate(moment), defaults={"at": moment}
    )
    if not made and moment - use.at >= MINUTE:
        ApiUse.objects.filter(pk=use.pk).update(at=moment)


def take_rows(token: ApiToken, rows: int) -> None:
    """Count `rows` sensitive records as read today, inside a write. What one person's tokens read in a day is bounded
    by what may be exported without a second person.

    Raises Refusal where it would be more; nothing is counted then.
    """
    today, now = timezone.localdate(), timezone.now()
    User.objects.select_for_update().get(pk=token.user_id)  # one after the other
    read = (
        ApiUse.objects.filter(token__user=token.user_id, day=today).aggregate(rows=Sum("rows"))["rows"] or 0
    )
    if read + rows > settings.EXPORT_ROWS:
        raise Refusal(
            _("今天通过接口读取的敏感记录已到%(most)d条") % {"most": settings.EXPORT_ROWS},
            remedy=_("明天再读，或在网页上提交导出申请，由另一人审批"),
        )
    use, _made = ApiUse.objects.get_or_create(token=token, day=today, defaults={"at": now})
    ApiUse.objects.filter(pk=use.pk).update(rows=use.rows + rows)


def _digest(text: str) -> str:
    # letters of a token differ by case, which a blind index folds: it is taken of the token's bytes
    return blind_index("api token", text.encode().hex())
