"""Who told of it, sealed under a key of that report's own; found again by the code alone."""

import secrets
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from jiceng.accounts.permissions import Permission
from jiceng.accounts.scoping import Access, Denied, actor_of
from jiceng.matters.models import Matter, Reporter
from jiceng.matters.rights import held_over
from jiceng.protection.actors import Actor
from jiceng.protection.ciphers import blind_index, decrypt, encrypt, new_key
from jiceng.records.refusals import Refusal
from jiceng.records.texts import clean_line
from jiceng.records.writing import write

if TYPE_CHECKING:
    from jiceng.matters.actions.raising import Report

CODE_LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
"""No 0, O, 1, I, L: a code is read aloud and copied by hand."""

CODE_LENGTH = 10


def new_code() -> str:
    """A code by which a reporter without an account follows the matter: 31^10 of them, written 5-5."""
    return "".join(secrets.choice(CODE_LETTERS) for _place in range(CODE_LENGTH))


def index_of_code(code: str) -> str:
    """The blind index of a code, however it was typed."""
    plain = "".join(c for c in code.upper() if c in CODE_LETTERS)
    return blind_index("matter code", plain) if plain else ""


def keep_reporter(matter: Matter, report: "Report", actor: Actor) -> Reporter | None:
    """Keep who reported, inside the write; None where nothing is known of them."""
    if not (report.name or report.phone or report.code or report.kind):
        return None
    name = clean_line(report.name, _("姓名"), 40)
    phone = clean_line(report.phone, _("电话"), 30)
    key = new_key()
    kept = Reporter(
        matter=matter,
        sealed_key=key,
        name=encrypt(key, name) if name else b"",
        phone=encrypt(key, phone) if phone else b"",
        phone_index=blind_index("phone", phone) if phone else "",
        code_index=index_of_code(report.code),
        actor=actor.key,
        kind=report.kind,
    )
    try:
        with transaction.atomic():
            kept.save()
    except IntegrityError:
        raise Refusal(_("这个查询码已经用过"), remedy=_("刷新后再提交")) from None
    return kept


def clear_reporter(reporter: Reporter) -> tuple[str, str]:
    """Name and telephone in clear; callers check the right, and record the reading with its reason."""
    key = bytes(reporter.sealed_key)
    name, phone = bytes(reporter.name), bytes(reporter.phone)
    return decrypt(key, name) if name else "", decrypt(key, phone) if phone else ""


def read_reporter(*, access: Access, reporter: int, reason: str) -> tuple[str, str]:
    """Name and telephone of who reported it, in clear; that they were read, by whom and why, is recorded.

    For those to whom the area is entrusted in which the matter lies. Raises Denied for all others: whoever has it as
    its receiver only, and whoever belongs to the unit complained of, whatever else they may do; Refusal without a
    reason.
    """
    found = Reporter._base_manager.select_related("matter").filter(pk=reporter).first()
    if found is None or held_over(access, Permission.REPORTERS_VIEW, found.matter) is None:
        raise Denied(_("反映人只对事项所在区域的受理人员开放"))
    if _complained_of(access, found.matter):
        raise Denied(_("反映人不对被反映的单位开放"), str(found.matter))
    text = clean_line(reason, _("查看事由"))
    if not text:
        raise Refusal(_("查看反映人要写明事由"), str(found.matter), _("填写事由"))
    told = clear_reporter(found)
    with write(by=actor_of(access.user), action="reporter.read", reason=text) as writing:
        writing.note(Reporter._meta.db_table, found.pk, "read", None, {"matter_id": found.matter_id})
    return told


def _complained_of(access: Access, matter: Matter) -> bool:
    """Whether the visitor works for, or acts for, the unit that the matter is about."""
    own = {access.user.unit_id, *(held.unit for held in access.held)}
    return matter.unit_id is not None and matter.unit_id in own
