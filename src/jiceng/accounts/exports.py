"""Taking records out: every export is audited and bears a watermark; many sensitive ones need a second
person.

A request says what is wanted and for what; someone else who may approve exports there agrees or not; then
the person who asked may download for `EXPORT_HOURS`. The rows themselves are written by `exchange` under
that person's scope.
"""

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from jiceng.accounts.deciding import Decision
from jiceng.accounts.models import ExportRequest, User
from jiceng.accounts.permissions import Permission
from jiceng.accounts.scoping import Access, Denied, actor_of, denied
from jiceng.exchange.tables import Table
from jiceng.protection.scopes import within
from jiceng.records.refusals import Refusal
from jiceng.records.writing import write


def second_person_needed(table: Table, rows: int, *, unmasked: bool = False) -> bool:
    """Whether an export of `rows` rows waits for someone else: sensitive tables (party membership is
    sensitive), and any table with its sealed values shown, beyond `EXPORT_ROWS` rows.
    """
    return watched(table, unmasked=unmasked) and rows > settings.EXPORT_ROWS


def watched(table: Table, *, unmasked: bool = False) -> bool:
    """Whether many records of `table` may not be taken out by one person alone."""
    return table.sensitive or (unmasked and any(column.sensitive for column in table.fields))


def watermark_of(user: User, moment: datetime) -> str:
    """Who took it out, for which body, when: printed into the file."""
    unit = f" {user.unit}" if user.unit else ""
    return f"{user}{unit} {timezone.localtime(moment):%Y-%m-%d %H:%M}"


def note_export(
    *, access: Access, table: Table, rows: int, what: str, unmasked: bool = False, reason: str = ""
) -> str:
    """Audit an export that needs no second person and give its watermark; call it before the file is
    written.

    Raises Denied without `records.export` (and `people.unmask` for sealed values), Refusal where a second
    person is needed, or where sealed values are asked for without a reason.
    """
    _may_take_out(access, unmasked, reason)
    if second_person_needed(table, rows, unmasked=unmasked):
        raise Refusal(
            _("%(label)s超过%(most)d条，导出须由另一人审批")
            % {"label": table.label, "most": settings.EXPORT_ROWS},
            remedy=_("提交导出申请，写明用途"),
        )
    moment = timezone.now()
    mark = watermark_of(access.user, moment)
    with write(by=actor_of(access.user), action="export.take", reason=reason) as writing:
        said = {"table": table.key, "what": what, "rows": rows, "unmasked": unmasked, "watermark": mark}
        writing.note(table.model._meta.db_table, 0, "read", None, said)
    return mark


def request_export(
    *,
    access: Access,
    table: Table,
    rows: int,
    what: str,
    parameters: dict[str, Any],
    reason: str,
    place: str = "",
    unmasked: bool = False,
) -> ExportRequest:
    """Ask for a sensitive export. `what` says it in words, `parameters` let the page make it again, `place`
    is the territory path it covers (default: where the right to export was granted).

    Raises Denied without the right, Refusal without a reason.
    """
    _may_take_out(access, unmasked, reason)
    if not reason.strip():
        raise Refusal(_("没有填写用途"), remedy=_("写明导出的用途"))
    granted = (held.place for held in access.held if Permission.EXPORT in held.role.permissions)
    with write(by=actor_of(access.user), action="export.request", reason=reason):
        made = ExportRequest(
            table=table.key,
            label=what,
            parameters={**parameters, "unmasked": unmasked},
            rows=rows,
            reason=reason,
            place=place or next(granted, ""),
            requested_by=access.user,
        )
        made.save()
    return made


def awaiting(access: Access) -> QuerySet[ExportRequest]:
    """The open requests that this person may decide, oldest first; never one's own."""
    inside = Q(pk__in=[])
    for path in access.scope(Permission.EXPORT_APPROVE).territory:
        inside |= within("place", path)
    rows = ExportRequest.objects.filter(inside, status=Decision.PENDING).exclude(requested_by=access.user)
    return rows.select_related("requested_by").order_by("id")


def decide_export(*, request: ExportRequest, access: Access, approve: bool, decision: str = "") -> None:
    """Agree to a request or not. A refusal says why.

    Raises Denied for one's own request, or a place where one may not approve; Refusal where it is decided
    already.
    """
    if request.requested_by_id == access.user.pk:
        raise Denied(_("不能审批自己的导出申请"), str(request), _("请另一名有审批权的人审批"))
    if not any(request.place.startswith(path) for path in access.scope(Permission.EXPORT_APPROVE).territory):
        raise denied(Permission.EXPORT_APPROVE, str(request))
    if not approve and not decision.strip():
        raise Refusal(_("没有填写未批准的原因"), str(request), _("写明原因"))
    with write(by=actor_of(access.user), action="export.decide", reason=decision):
        kept = ExportRequest.objects.select_for_update().get(pk=request.pk)
        if kept.status != Decision.PENDING:
            raise Refusal(_("该申请已经办结"), str(request))
        kept.status = Decision.APPROVED if approve else Decision.REFUSED
        kept.decided_by, kept.decided_at, kept.decision = access.user, timezone.now(), decision
        kept.expires_at = kept.decided_at + timedelta(hours=settings.EXPORT_HOURS) if approve else None
        kept.save()
    request.refresh_from_db()


def take_export(*, request: ExportRequest, access: Access) -> str:
    """The watermark for an approved export that is about to be written; every download is audited.

    Raises Denied for somebody else's request or a right that is gone, Refusal where it is not approved, or
    no longer open.
    """
    if request.requested_by_id != access.user.pk:
        raise Denied(_("这不是您的导出申请"), str(request))
    _may_take_out(access, bool(request.parameters.get("unmasked")), request.reason)
    moment = timezone.now()
    if request.status != Decision.APPROVED or request.expires_at is None:
        raise Refusal(_("该申请尚未批准"), str(request), _("等待审批"))
    if moment >= request.expires_at:
        raise Refusal(_("下载期限已过"), str(request), _("重新申请"))
    with write(by=actor_of(access.user), action="export.take", reason=request.reason):
        request.watermark = watermark_of(access.user, moment)
        request.save()
    return request.watermark


def _may_take_out(access: Access, unmasked: bool, reason: str) -> None:
    access.require(Permission.EXPORT)
    if unmasked:
        access.require(Permission.UNMASK)
        if not reason.strip():
            raise Refusal(_("查看完整证件号和电话须写明事由"), remedy=_("写明事由"))
