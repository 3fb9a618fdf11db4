"""The parts of a workbook's file: read as XML without fetching anything, put back beside the untouched ones."""

import posixpath
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any

from lxml import etree

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
LINKS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
STRICT = "http://purl.oclc.org/ooxml/spreadsheetml/main"
DRAWING = "http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing"

Element = Any
"""An element of lxml, which brings no types."""


def m(name: str) -> str:
    """The qualified name of an element of spreadsheets."""
    return f"{{{MAIN}}}{name}"


def parsed(content: bytes) -> Element:
    """The root element. Entities stay unresolved and nothing is fetched."""
    return etree.fromstring(content, etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False))


@dataclass(slots=True)
class Package:
    """An Office file taken apart. What is not asked for stays as it is, byte by byte."""

    content: bytes
    _archive: zipfile.ZipFile = field(init=False)
    _open: dict[str, Element] = field(init=False, default_factory=dict)
    _gone: set[str] = field(init=False, default_factory=set)

    def __post_init__(self) -> None:
        self._archive = zipfile.ZipFile(BytesIO(self.content))

    def has(self, name: str) -> bool:
        """Whether there is a part of that name."""
        return name in self._archive.namelist()

    def part(self, name: str) -> Element:
        """The root of a part to read; changed only where it is asked for with `changed`."""
        return self._open[name] if name in self._open else parsed(self._archive.read(name))

    def changed(self, name: str) -> Element:
        """The root of a part, which is written back as it then is."""
        if name not in self._open:
            self._open[name] = self.part(name)
        return self._open[name]

    def links(self, name: str) -> Mapping[str, tuple[str, str]]:
        """Of a part: its relations by id, each with the last word of its type and the name of the other part."""
        folder, own = posixpath.split(name)
        listed = f"{folder}/_rels/{own}.rels"
        if not self.has(listed):
            return {}
        found = {}
        for link in self.part(listed):
            if link.get("TargetMode") != "External":
                target = link.get("Target", "")
                whole = target[1:] if target.startswith("/") else posixpath.normpath(f"{folder}/{target}")
                found[link.get("Id")] = (link.get("Type", "").rpartition("/")[2], whole)
        return found

    def drop(self, name: str, owner: str) -> None:
        """Leave a part out, with what names it in its owner's relations and in the list of types."""
        folder, own = posixpath.split(owner)
        relations = self.changed(f"{folder}/_rels/{own}.rels")
        for key in [key for key, (_kind, target) in self.links(owner).items() if target == name]:
            for link in [each for each in relations if each.get("Id") == key]:
                relations.remove(link)
        types = self.changed("[Content_Types].xml")
        for entry in [each for each in types if each.get("PartName") == f"/{name}"]:
            types.remove(entry)
        self._gone.add(name)

    def written(self) -> bytes:
        """The file: the changed parts in their new form, all others as they came, in the same order."""
        target = BytesIO()
        with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=4) as out:
            for entry in self._archive.infolist():
                if entry.filename in self._gone:
                    continue
                content = self._archive.read(entry)
                if entry.filename in self._open:
                    root = self._open[entry.filename]
                    content = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
                out.writestr(_entry(entry), content, zipfile.ZIP_DEFLATED)
        return target.getvalue()


def _entry(old: zipfile.ZipInfo) -> zipfile.ZipInfo:
    """The same entry for a new archive: its name and its day."""
    return zipfile.ZipInfo(old.filename, old.date_time)
