"""Lists as someone likes them, kept under a name. Everyone keeps their own only."""

from django.utils.translation import gettext as _

from jiceng.accounts.models import SavedView, User
from jiceng.accounts.scoping import actor_of
from jiceng.records.refusals import Refusal
from jiceng.records.writing import write

MOST = 20
"""So many views one person may keep of one table."""


def keep_view(*, user: User, table: str, name: str, query: str) -> SavedView:
    """Keep the list that `query` describes under `name`; a view of that name is replaced.

    Raises Refusal for an empty or long name, for filters too long to keep, and for too many views.
    """
    name = name.strip()
    if not name or len(name) > 40:
        raise Refusal(_("视图名称应为1至40个字"), remedy=_("起一个短的名称"))
    if len(query) > 2000:
        raise Refusal(_("筛选条件太长，存不下"), remedy=_("减少筛选条件"))
    rows = SavedView.objects.filter(user=user, table=table)
    with write(by=actor_of(user), action="view.keep"):
        view: SavedView = rows.filter(name=name).first() or SavedView(user=user, table=table, name=name)
        if view._state.adding and rows.count() >= MOST:
            raise Refusal(_("最多保存%(most)d个视图") % {"most": MOST}, remedy=_("先删除不用的"))
        view.query = query
        view.save()
    return view


def drop_view(*, user: User, view: SavedView) -> None:
    """Give a view of one's own up. Raises Refusal for somebody else's."""
    if view.user_id != user.pk:
        raise Refusal(_("这不是你的视图"))
    with write(by=actor_of(user), action="view.drop"):
        view.delete()
