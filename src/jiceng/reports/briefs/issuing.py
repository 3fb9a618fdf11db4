"""Papers about an area and a period: which there are, what each says, and its file."""

from collections.abc import Callable, Mapping
from contextlib import nullcontext
from dataclasses import dataclass, replace

from django.utils import translation
from django.utils.translation import gettext as _

from jiceng.accounts.exports import note_export
from jiceng.accounts.permissions import Permission
from jiceng.accounts.scoping import Access
from jiceng.exchange.tables import table_of
from jiceng.packs.catalogue import current
from jiceng.packs.filters.resolving import meant
from jiceng.protection.actors import Actor
from jiceng.protection.scopes import scoped
from jiceng.records.refusals import Refusal
from jiceng.records.writing import write
from jiceng.reports.asking import Asked
from jiceng.reports.briefs.annexes import figures_annex
from jiceng.reports.briefs.figures import areas_of, figures_of
from jiceng.reports.documents import fill
from jiceng.reports.papers import Paper, Table, docx
from jiceng.reports.sections import DOCUMENTS, Document
from jiceng.reports.sheets import workbook
from jiceng.reports.sources import Lists, Values, Wanted, all_sources
from jiceng.reports.tracing import Mark, Traced, unmarked

LANGUAGE = "zh-hans"
"""What papers are written in, whoever asks for them."""


@dataclass(frozen=True, slots=True)
class Known:
    """A document that can be made for an area and a period, with its qualified key."""

    key: str
    document: Document

    @property
    def permissions(self) -> frozenset[Permission]:
        """What its maker needs: to see what it is about, and the figures in it."""
        own = all_sources()[self.document.about].permission
        figures = bool(self.document.figures or self.document.lists)
        return frozenset(({own} if own else set()) | ({Permission.FIGURES_VIEW} if figures else set()))


def papers_at(asked: Asked) -> list[Known]:
    """The documents in force for the area that an area and a period are enough for."""
    found = current().section(DOCUMENTS.key, asked.codes, min(asked.last, asked.today))
    return [Known(key, each) for key, each in found.items() if all_sources()[each.about].gather]


def paper_named(key: str, asked: Asked) -> Known:
    """The document of that key: qualified, or bare as it holds in the area. Raises Refusal where there is none."""
    known = papers_at(asked)
    for each in known:
        if key in (each.key, each.key.partition(":")[2]):
            return each
    what = _("%(region)s没有文书“%(key)s”") % {"region": asked.region.name, "key": key[:60]}
    raise Refusal(what, remedy=meant(key, [each.key.partition(":")[2] for each in known]))


def made(known: Known, asked: Asked, *, annex: bool = False, mark: Mark = unmarked) -> Paper:
    """The paper, in Chinese; with `annex` every figure in it is explained behind it. `mark` is told of every traced
    value that it writes.
    """
    used: list[Traced] = []

    def noted(text: str, traced: Traced) -> str:
        used.append(traced)
        return mark(text, traced)

    with translation.override(LANGUAGE):
        values, lists = gathered(known.document, asked)
        paper = fill(known.document, values, lists, dated=asked.today, mark=noted)
        behind = figures_annex(used) if annex else None
    return replace(paper, blocks=(*paper.blocks, behind)) if behind is not None else paper


def gathered(document: Document, asked: Asked) -> tuple[Values, Lists]:
    """What the document may write: of its area and period, of what it is about, and its own figures."""
    source = all_sources()[document.about]
    assert source.gather is not None
    with scoped(asked.sight(source.permission)) if source.permission else nullcontext():
        own, lists = source.gather(asked, Wanted(document.of or "", document.posts))
    values = {**asked.values, **own, **figures_of(document.figures, asked)}
    areas = {key: areas_of(key, spec, asked, values) for key, spec in document.lists.items()}
    return values, {**lists, **areas}


def record_leaving(
    known: Known, paper: Paper, asked: Asked, *, by: Actor, access: Access | None, before: int = 0
) -> int:
    """Record that the paper leaves, and give how many records it holds; `before` have left with it already.

    Raises Denied without the right to take out, Refusal where so many of a sensitive ledger need a second person. The
    machine's own administrator (no `access`) needs neither.
    """
    title, rows = (
        paper.title.replace("\n", ""),
        max((len(table.rows) for table in tables_in(paper)), default=0),
    )
    table = all_sources()[known.document.about].table
    if table and access is not None:
        note_export(access=access, table=table_of(table), rows=rows + before, what=title[:200])
        return rows
    with write(by=by, action="export.paper", reason=title[:200]) as writing:
        writing.note("region", asked.region.pk, "read", None, {"paper": known.key, "rows": rows})
    return rows


# ------------------------------------------------------------------------------------------------- files
def tables_in(paper: Paper) -> list[Table]:
    """The tables of a paper, its annexes' behind; one without a title of its own has that of what it stands in."""
    bodies = [(paper.title, paper.body), *((annex.title, annex.blocks) for annex in paper.annexes)]
    return [
        table if table.title else replace(table, title=title.replace("\n", ""))
        for title, blocks in bodies
        for table in blocks
        if isinstance(table, Table)
    ]


def as_word(paper: Paper) -> bytes:
    """The paper as a Word file."""
    return docx(paper)


def as_workbook(paper: Paper) -> bytes:
    """The paper's tables as a workbook, a sheet each. Raises Refusal for a paper without any."""
    tables = tables_in(paper)
    if not tables:
        raise Refusal(_("“%(title)s”里没有表格") % {"title": paper.title[:60]}, remedy=_("下载 Word 文件"))
    return workbook(tables)


FILES: Mapping[str, Callable[[Paper], bytes]] = {"docx": as_word, "xlsx": as_workbook}
"""How a paper leaves the house, by the ending of its file's name."""
