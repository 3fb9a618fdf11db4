"""A file arrives, is held by a record, and goes: file before row, so that a crash leaves at most a file too many."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Protocol
from uuid import UUID

from django.db.models import Model, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from jiceng.protection.actors import Actor
from jiceng.records.attachments.judging import judged
from jiceng.records.attachments.kinds import KINDS
from jiceng.records.attachments.purposes import Purpose
from jiceng.records.attachments.storing import DamagedFileError, files
from jiceng.records.drafts import KEPT_FOR as WAITS_FOR  # a draft may name what was sent in with it
from jiceng.records.models import Attachment
from jiceng.records.refusals import Refusal
from jiceng.records.writing import write

ORPHANS_FOR = timedelta(days=1)
AT_ONCE = 500


class Readable(Protocol):
    """A file that can be read: an upload, an open file."""

    def read(self, size: int, /) -> bytes:
        """At most `size` bytes."""


def store(
    *, by: Actor, data: bytes | Readable, name: str, purpose: Purpose, holder: Model | None = None
) -> Attachment:
    """Take a file in for `purpose`: judged by what it holds, pictures encoded anew, stored, then recorded.

    `name` is what its sender calls it; nothing is ever concluded from it. Without a `holder` it waits until `attach`
    gives it one. Call it before the write that it belongs to, not inside: judging takes time. Raises Refusal for a
    file that is too large, of a kind not taken, damaged, or dangerous.
    """
    found = judged(_read(data, purpose.most), name, purpose)
    digest = files().keep(found.content)
    with write(by=by, action="attachment.store"):
        attachment = Attachment(
            digest=digest, name=found.name, media_type=KINDS[found.kind].media_type, size=len(found.content),
            purpose=purpose.key, added_by=by.key[:80], added_at=timezone.now(),
        )  # fmt: skip
        if holder is not None:
            _hold(attachment, holder)
        attachment.save()
    return attachment


def _read(data: bytes | Readable, most: int) -> bytes:
    """The whole content, or one byte more than `most` of it: enough to refuse it."""
    return data if isinstance(data, bytes) else data.read(most + 1)


def _hold(attachment: Attachment, holder: Model) -> None:
    attachment.holder_table, attachment.holder_id = holder._meta.db_table, holder.pk


def waiting(uids: Iterable[UUID | str], *, by: Actor) -> list[Attachment]:
    """The attachments with these uids that the actor has added and no record holds yet, in the order asked for.

    What else the uids name is left out.
    """
    return _named(uids, Attachment.objects.filter(added_by=by.key[:80], holder_table=""))


def attach(uids: Iterable[UUID | str], *, by: Actor, holder: Model) -> list[Attachment]:
    """Let `holder` (a stored record) hold the waiting attachments with these uids, inside the caller's write.

    Those it already holds stay as they are. Raises Refusal where one is not there, waits for somebody else, or is
    held by another record; UnrecordedWriteError outside a write.
    """
    asked = list(uids)
    ours = Q(holder_table=holder._meta.db_table, holder_id=holder.pk)
    rows = Attachment.objects.filter(ours | Q(holder_table="", added_by=by.key[:80]))
    found = _named(asked, rows.select_for_update().order_by("pk"))
    if len(found) != len(set(map(_uid, asked))):
        raise Refusal(_("附件没有上传成功"), remedy=_("重新上传"))
    for attachment in found:
        if not attachment.holder_table:
            _hold(attachment, holder)
            attachment.save()
    return found


def _named(uids: Iterable[UUID | str], rows: QuerySet[Attachment]) -> list[Attachment]:
    """Those of `rows` with these uids, in their order, each once."""
    wanted = [uid for uid in dict.fromkeys(map(_uid, uids)) if uid]
    by_uid = {each.uid: each for each in rows.filter(uid__in=wanted)}
    return [by_uid[uid] for uid in wanted if uid in by_uid]


def _uid(given: UUID | str) -> UUID | None:
    """A uid as forms send it; None for what is none, which names nothing."""
    try:
        return given if isinstance(given, UUID) else UUID(given)
    except ValueError:
        return None


def attachments_of(holders: Iterable[Model]) -> Mapping[int, list[Attachment]]:
    """The attachments of records of one table, by the key of the record, in the order they were added: one query."""
    kept = list(holders)
    found: dict[int, list[Attachment]] = {holder.pk: [] for holder in kept}
    if kept:
        held = Attachment.objects.filter(holder_table=kept[0]._meta.db_table, holder_id__in=list(found))
        for attachment in held:
            assert attachment.holder_id is not None
            found[attachment.holder_id].append(attachment)
    return found


def content_of(attachment: Attachment) -> bytes:
    """What the attachment holds. Raises Refusal where the disk no longer has it as it was."""
    try:
        return files().fetch(attachment.digest)
    except DamagedFileError:
        raise Refusal(
            _("文件已丢失或被改动"), where=attachment.name, remedy=_("请系统管理员从备份中恢复")
        ) from None


def remove(attachment: Attachment, *, by: Actor, reason: str) -> None:
    """Take an attachment away from its record; its content goes with the next sweep, unless another holds it too."""
    with write(by=by, action="attachment.remove", reason=reason):
        attachment.delete()


def sweep_attachments(now: datetime | None = None) -> tuple[int, int]:
    """Forget what has waited for a record longer than `WAITS_FOR`, and remove files without a row older than a day.

    Gives how many of each. At most `AT_ONCE` rows a time: it is called often.
    """
    moment = now or timezone.now()
    with write(by=Actor.system("sweep"), action="attachment.sweep"):
        late = Attachment.objects.select_for_update().filter(holder_table="", added_at__lt=moment - WAITS_FOR)
        rows = list(late[:AT_ONCE])
        for attachment in rows:
            attachment.delete()
    return len(rows), files().sweep(_known, moment - ORPHANS_FOR)


def _known(digests: set[str]) -> set[str]:
    return set(Attachment.objects.filter(digest__in=digests).values_list("digest", flat=True))
