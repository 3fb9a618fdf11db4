"""Official papers (GB/T 9704-2012) as values, and as Word files."""

from jiceng.reports.papers.paper import (
    Annex,
    Bar,
    Block,
    Chart,
    Field,
    Form,
    Heading,
    Paper,
    Paragraph,
    Roll,
    Signature,
    gap,
    gaps,
)
from jiceng.reports.papers.writing import docx
from jiceng.reports.tables import Table

__all__ = [
    "Annex",
    "Bar",
    "Block",
    "Chart",
    "Field",
    "Form",
    "Heading",
    "Paper",
    "Paragraph",
    "Roll",
    "Signature",
    "Table",
    "docx",
    "gap",
    "gaps",
]
