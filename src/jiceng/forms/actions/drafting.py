"""A form from its blank to its issue: drafted, bound, put in force, followed by a new version, ended."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db.models import Max
from django.utils.translation import gettext as _

from jiceng.accounts.permissions import Permission as P
from jiceng.accounts.scoping import Access, actor_of
from jiceng.forms.actions.particulars import checked_particulars
from jiceng.forms.bindings import AREAS, MOST_QUESTION, Bindings, Rows, Source, anchored, refuse_unfit
from jiceng.forms.blanks.grid import Place
from jiceng.forms.blanks.receiving import blank_of, receive
from jiceng.forms.burden import burden_of
from jiceng.forms.known import Known, tables
from jiceng.forms.models import Form
from jiceng.forms.proposing import Proposer
from jiceng.forms.queries import known_at
from jiceng.organisations.models import Region
from jiceng.organisations.queries import children
from jiceng.records.attachments import attach
from jiceng.records.refusals import Refusal
from jiceng.records.texts import clean_line
from jiceng.records.writing import write


def draft_form(*, access: Access, region: Region, data: bytes, name: str, said: Mapping[str, str]) -> Form:
    """Take a superior's blank in as a draft, with bindings proposed from its headings; `said` are its particulars as
    they were written.

    Raises Denied where one may not design for `region`; Refusals for particulars that are missing, Refusal for a
    number that is in use there already and for a file that is no blank.
    """
    access.require(P.FORMS_DESIGN, region)
    kept = checked_particulars(said, access.day)
    _refuse_taken(region, kept["number"])
    form = Form(region=region, made_by=access.user, **kept)
    _take_in(access, form, data, name)
    return form


def _refuse_taken(region: Region, number: str) -> None:
    if Form.objects.filter(region=region, number=number).exists():
        what = _("表号“%(number)s”已经有了") % {"number": number}
        raise Refusal(what, "number", _("在那张表里做新版本，或更正表号"))


def _take_in(access: Access, form: Form, data: bytes, name: str) -> None:
    """Store the draft with a blank and what its headings propose."""
    by, region = actor_of(access.user), form.region
    attachment, blank = receive(by=by, data=data, name=name)
    names = [region.name, *(span.name for span in children(region, access.day))]
    proposed = Proposer(known_at(region, access.day), names).propose(blank)
    form.blank, form.kind, form.bindings = attachment, blank.kind, _sound(proposed, blank).as_json()
    with write(by=by, action="form.draft"):
        form.save()
        attach([attachment.uid], by=by, holder=form)


def amend_form(
    *, access: Access, form: Form, said: Mapping[str, str], data: bytes = b"", name: str = ""
) -> None:
    """Correct a draft's particulars, and give it another blank where there is one: that is bound anew by its headings.

    Raises as `draft_form`, and Refusal for a form that is no draft or would leave its earlier versions.
    """
    require_draft(access, form)
    kept = checked_particulars(said, access.day)
    if kept["number"] != form.number:
        if form.version > 1:
            raise Refusal(_("新版本与原来的表号须一致"), "number", _("表号变了的，另传一张空表"))
        _refuse_taken(form.region, kept["number"])
    for key, value in kept.items():
        setattr(form, key, value)
    if data:
        _take_in(access, form, data, name)
        return
    with write(by=actor_of(access.user), action="form.amend"):
        form.save()


def discard_form(*, access: Access, form: Form) -> None:
    """Throw a draft away. Raises as `amend_form`."""
    require_draft(access, form)
    with write(by=actor_of(access.user), action="form.discard", reason=str(form)):
        form.delete()


def _sound(proposed: Bindings, blank: Any) -> Bindings:
    """What was proposed, without what the blank has no room for."""
    kept = Bindings()
    for rows in proposed.rows:
        kept = _with(kept, blank, rows)
    for place, source in proposed.cells.items():
        kept = _with(kept, blank, (place, source))
    return kept


def _with(kept: Bindings, blank: Any, more: Rows | tuple[Place, Source]) -> Bindings:
    tried = kept.with_rows(more) if isinstance(more, Rows) else kept.with_cell(*more)
    try:
        refuse_unfit(blank, tried)
    except Refusal:
        return kept
    return tried


# --------------------------------------------------------------------------------------------- binding
def bind_cell(*, access: Access, form: Form, at: Place, source: Source | None) -> None:
    """Say where a cell comes from (None: it stays as it is); within a list that goes for its column.

    Raises Denied where one may not design; Refusal for a form that is no draft, a cell that cannot be written to, a
    source that there is not, and a question that the ledgers answer, unless the source says why it is asked despite.
    """
    require_draft(access, form)
    blank, bindings = blank_of(form.blank), Bindings.of(form.bindings)
    place = anchored(blank, at)
    rows = bindings.holding(place)
    if source is not None:
        source = _checked(source, rows, known_at(form.region, access.day), blank.said(place))
    bound = bindings.with_cell(at if rows is not None else place, source)
    refuse_unfit(blank, bound)
    _keep(access, form, bound)


def _checked(source: Source, rows: Rows | None, known: Known, where: str) -> Source:
    table = tables().get(rows.each) if rows is not None else None
    if source.kind == "question":
        text = clean_line(source.key, "", MOST_QUESTION)
        if not text:
            raise Refusal(_("没有写要问什么"), where, _("写明要填的内容"))
        held = next(known.holders(text, table), "")
        despite = clean_line(source.despite, "", MOST_QUESTION)
        if held and not despite:
            what = _("“%(text)s”台账里已有：%(held)s，不能重复向基层要") % {"text": text, "held": held}
            raise Refusal(what, where, _("改为从那里取数；确需另填的，写明理由"))
        return Source("question", text, source.optional, despite if held else "")
    if source.kind == "figure" and source.key not in known.indicators:
        raise Refusal(_("没有指标“%(key)s”") % {"key": source.key[:80]}, where)
    if source.kind == "figure" and table is not None:
        raise Refusal(_("逐条记录的表里不能放汇总数"), where, _("改绑字段，或写成要填的内容"))
    if source.kind == "field" and (
        table is None or not table.has(source.key) or table.field(source.key).sensitive
    ):
        raise Refusal(_("这里没有字段“%(key)s”") % {"key": source.key[:80]}, where)
    return source


def bind_rows(*, access: Access, form: Form, rows: Rows) -> None:
    """Say that some lines are a list; columns that were bound there and still fit stay bound.

    Raises as `bind_cell`; also for a figure whose records are not of the list's ledger.
    """
    require_draft(access, form)
    if rows.each != AREAS and rows.each not in tables():
        raise Refusal(_("没有叫“%(key)s”的表") % {"key": rows.each[:40]})
    bound = Bindings.of(form.bindings).with_rows(rows)
    refuse_unfit(blank_of(form.blank), bound)
    _keep(access, form, bound)


def unbind_rows(*, access: Access, form: Form, at: str) -> None:
    """Make of a list single cells again, bound to nothing."""
    require_draft(access, form)
    _keep(access, form, Bindings.of(form.bindings).without_rows(at))


def require_draft(access: Access, form: Form) -> None:
    """Raise Denied unless one may design where the form holds, Refusal unless it is a draft."""
    access.require(P.FORMS_DESIGN, form.region)
    if form.state != Form.State.DRAFT:
        raise Refusal(_("已下发的表不能再改"), str(form), _("做一个新版本"))


def _keep(access: Access, form: Form, bindings: Bindings) -> None:
    with write(by=actor_of(access.user), action="form.bind"):
        form.bindings = bindings.as_json()
        form.save(update_fields=["bindings"])


# ------------------------------------------------------------------------------------ issuing and ending
def issue_form(*, access: Access, form: Form) -> None:
    """Put a draft in force, with what it costs kept beside it; the version before it ends.

    Raises Denied where one may not issue; Refusal for one that is no draft, is past its term, or binds nothing.
    """
    access.require(P.FORMS_ISSUE, form.region)
    if form.state != Form.State.DRAFT:
        raise Refusal(_("这张表已经下发过"), str(form))
    if form.expires < access.day:
        raise Refusal(_("有效期已经过了"), str(form), _("更正有效期，须有新的批准文号"))
    _refuse_known(form, access.day)
    burden = burden_of(form, access=access)
    with write(by=actor_of(access.user), action="form.issue"):
        others = Form.objects.select_for_update().filter(region=form.region, number=form.number)
        for earlier in others.filter(state=Form.State.ISSUED):
            _end(earlier, access.day)
        form.state, form.issued_by, form.issued_on = Form.State.ISSUED, access.user, access.day
        form.burden = burden.as_json()
        form.save()


def _refuse_known(form: Form, day: date) -> None:
    """Raise Refusal where nothing is bound, or a question is answered by the ledgers by now."""
    bindings, known = Bindings.of(form.bindings), known_at(form.region, day)
    if not list(bindings.sources()):
        raise Refusal(_("还没有一格说明从哪里取数"), str(form), _("先对好取数，再下发"))
    blank = blank_of(form.blank)
    for place, source in bindings.cells.items():
        _checked(source, None, known, blank.said(place))
    for rows in bindings.rows:
        for column, source in rows.columns.items():
            _checked(source, rows, known, blank.said(rows.place(column)))


def new_version(*, access: Access, form: Form) -> Form:
    """A draft that begins as the issued `form` is. Raises Denied where one may not design; Refusal where there is a
    draft already.
    """
    access.require(P.FORMS_DESIGN, form.region)
    versions = Form.objects.filter(region=form.region, number=form.number)
    if versions.filter(state=Form.State.DRAFT).exists():
        raise Refusal(_("已有一个新版本在草拟"), str(form), _("在那个草稿里改"))
    last = versions.aggregate(last=Max("version"))["last"]
    copied = ("number", "title", "issuer", "approval", "expires", "frequency", "second_person", "region", "blank",
              "kind", "bindings")  # fmt: skip
    made = Form(version=last + 1, made_by=access.user, **{name: getattr(form, name) for name in copied})
    with write(by=actor_of(access.user), action="form.new_version"):
        made.save()
    return made


def end_form(*, access: Access, form: Form) -> None:
    """Take a form out of force: it asks nobody any more. Raises Denied where one may not issue."""
    access.require(P.FORMS_ISSUE, form.region)
    if form.state != Form.State.ISSUED:
        raise Refusal(_("这张表没有在用"), str(form))
    with write(by=actor_of(access.user), action="form.end"):
        _end(form, access.day)


def _end(form: Form, day: date) -> None:
    form.state, form.ended_on = Form.State.ENDED, day
    form.save(update_fields=["state", "ended_on"])
