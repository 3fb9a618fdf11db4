"""Blanks put to whoever can answer, once, and their answers."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.utils import timezone
from django.utils.translation import gettext as _

from jiceng.accounts.permissions import Permission as P
from jiceng.accounts.scoping import Access, actor_of, denied
from jiceng.exchange.tables import Table
from jiceng.forms.known import tables
from jiceng.forms.models import Ask, Form
from jiceng.forms.periods import Period
from jiceng.forms.queries import asks_of, can_answer, standing
from jiceng.forms.returning import return_answers, takes_back
from jiceng.organisations.models import Region
from jiceng.records import bulk
from jiceng.records.refusals import Refusal
from jiceng.records.texts import clean_line
from jiceng.records.uids import new_uid
from jiceng.records.writing import write

COLUMNS = (
    *("uid", "form", "at", "text", "region", "first", "last", "table", "record", "field", "value"),
    *("kept", "asked_at"),
)
AT_ONCE = 20_000
MOST = 500


@dataclass(frozen=True, slots=True)
class Asked:
    """How many blanks were put to people, and how many had been already, by this form or by another."""

    new: int
    before: int


def ask_gaps(*, access: Access, form: Form, region: Region, period: Period) -> Asked:
    """Put the blanks of a filling to whoever can answer. What has been asked is not asked again; a field of a record
    is asked for by one form only.

    Raises Denied as `queries.standing`; Refusal for a form that is not in force, or too many blanks at once.
    """
    if form.state != Form.State.ISSUED or form.is_over(access.day):
        raise Refusal(_("这张表没有在用，不能向基层要数"), str(form), _("先下发，或更新有效期"))
    stands = standing(form, region=region, period=period, access=access)
    gaps = list(stands.filler.gaps(stands.filled))
    if len(gaps) > AT_ONCE:
        raise Refusal(
            _("空缺 %(count)s 处，一次最多问 %(most)s 处") % {"count": len(gaps), "most": AT_ONCE}, str(form),
            _("按镇街分别填报，或把可不填的列设为“可空”"),
        )  # fmt: skip
    known = set(asks_of(form, region, period).filter(form=form).values_list("at", flat=True))
    fields = _asked_fields(gap.record for gap in gaps if gap.field)
    fresh = [gap for gap in gaps if gap.at not in known and (gap.table, gap.record, gap.field) not in fields]
    now = timezone.now()
    rows = [
        (
            new_uid(), form.pk, gap.at, gap.text[:200], gap.region, *period, gap.table, gap.record, gap.field,
            "", False, now,
        )
        for gap in fresh
    ]  # fmt: skip
    with write(by=actor_of(access.user), action="form.ask", reason=str(form)):
        bulk.insert(Ask, COLUMNS, rows)
    return Asked(len(fresh), len(gaps) - len(fresh))


def _asked_fields(records: Iterable[int | None]) -> set[tuple[str, int | None, str]]:
    wanted = set(records)
    rows = Ask.objects.filter(answered_at=None).exclude(field="")
    return {key for key in rows.values_list("table", "record", "field") if key[1] in wanted}


def answer(*, access: Access, said: Mapping[int, str]) -> Mapping[int, str]:
    """Take answers by the key of what was asked; empty ones are left open. Gives, for those that could not be taken,
    why.

    An answer to a field of a record goes into the record and nowhere else. Raises Denied for what someone cannot
    answer.
    """
    given = {key: clean_line(text, "", MOST) for key, text in said.items() if text.strip()}
    asks = list(Ask.objects.filter(pk__in=given, answered_at=None).select_related("form", "region"))
    for ask in asks:
        if not can_answer(ask, access):
            raise denied(P.FORMS_ANSWER, ask.text)
    wrong: dict[int, str] = {}
    groups: dict[tuple[str, str], list[Ask]] = {}
    for ask in asks:
        groups.setdefault((ask.table, ask.field), []).append(ask)
    for (key, name), some in groups.items():
        table = tables().get(key)
        if name and table is not None and takes_back(table, name):
            wrong |= _into_records(access, table, some, given)
        else:
            _keep(access, some, given, kept=False)
    return wrong


def _into_records(access: Access, table: Table, asks: list[Ask], given: Mapping[int, str]) -> dict[int, str]:
    said = {ask.record: given[ask.pk] for ask in asks if ask.record is not None}
    reason = _("一表通：%(form)s") % {"form": asks[0].form}
    refused = return_answers(
        table, asks[0].field, said, by=actor_of(access.user), scope=access.scope(P.FORMS_ANSWER), day=access.day,
        reason=reason,
    )  # fmt: skip
    _keep(access, [ask for ask in asks if ask.record not in refused], given, kept=True)
    return {ask.pk: refused[ask.record] for ask in asks if ask.record is not None and ask.record in refused}


def _keep(access: Access, asks: list[Ask], given: Mapping[int, str], *, kept: bool) -> None:
    with write(by=actor_of(access.user), action="form.answer"):
        for ask in asks:
            ask.value, ask.kept = given[ask.pk], kept
            ask.answered_by, ask.answered_at = access.user, timezone.now()
            ask.save()
