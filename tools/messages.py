"""The interface's translations, without GNU gettext, which a bare machine lacks.

    messages.py compile    every locale/*/LC_MESSAGES/*.po to a .mo beside it
    messages.py update     add to each catalogue what the source says and the catalogue does not yet
    messages.py missing    list what has no translation; exits 1 if anything is listed

The source language is Chinese: a msgid is the Chinese text itself.
"""

import ast
import re
import struct
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LOCALE = ROOT / "locale"
SOURCE = ROOT / "src"

# function → where in its arguments stand context, singular, plural
CALLS: dict[str, tuple[int | None, int, int | None]] = {"_": (None, 0, None)}
for _base, _places in {
    "gettext": (None, 0, None),
    "ngettext": (None, 0, 1),
    "pgettext": (0, 1, None),
    "npgettext": (0, 1, 2),
}.items():
    CALLS[_base] = CALLS[f"{_base}_lazy"] = _places
CALLS["gettext_noop"] = (None, 0, None)

TITLED = {"Section": ("label", "description")}
"""Declarations whose texts are translated where they are shown, by the names of those arguments."""

TEMPLATE_CALL = re.compile(r"\b(?:_|n?p?gettext)\(")
PO_LINE = re.compile(r'^(?:(msgctxt|msgid_plural|msgid|msgstr)(?:\[(\d+)\])?\s+)?(".*")$')


@dataclass(frozen=True)
class Key:
    """What identifies a message."""

    context: str | None
    singular: str

    def in_file(self) -> str:
        return self.singular if self.context is None else f"{self.context}\x04{self.singular}"


@dataclass
class Entry:
    """One message of a catalogue; several translations where it has a plural."""

    key: Key
    plural: str | None = None
    translations: dict[int, str] = field(default_factory=dict)
    fuzzy: bool = False

    @property
    def done(self) -> bool:
        return not self.fuzzy and bool(self.translations) and all(self.translations.values())


# ------------------------------------------------------------------------------------- catalogues
def read(po: Path) -> list[Entry]:
    """The entries of a catalogue, the header first. Obsolete ones (`#~`) are comments."""
    entries: list[Entry] = []
    for number, block in blocks(po.read_text(encoding="utf-8")):
        parts: dict[tuple[str, int], str] = {}
        current: tuple[str, int] | None = None
        for line in block:
            if line.startswith("#"):
                continue
            match = PO_LINE.match(line)
            if match and match[1]:
                current = (match[1], int(match[2] or 0))
                parts[current] = ""
            if not match or current is None:
                raise ValueError(f"{po}: cannot read the message at line {number}: {line}")
            parts[current] += ast.literal_eval(match[3])
        if ("msgid", 0) not in parts:
            continue
        key = Key(parts.get(("msgctxt", 0)), parts["msgid", 0])
        translations = {index: text for (kind, index), text in parts.items() if kind == "msgstr"}
        fuzzy = any(line.startswith("#,") and "fuzzy" in line for line in block)
        entries.append(Entry(key, parts.get(("msgid_plural", 0)), translations, fuzzy))
    return entries


def blocks(text: str) -> Iterator[tuple[int, list[str]]]:
    """Messages stand apart by blank lines; with each, the number of its first line."""
    block: list[str] = []
    for number, line in enumerate([*text.splitlines(), ""], start=1):
        if line.strip():
            block.append(line.strip())
        elif block:
            yield number - len(block), block
            block = []


def compiled(entries: list[Entry]) -> bytes:
    """A GNU .mo file: two sorted tables of (length, offset), then the texts."""
    texts = {}
    for entry in entries:
        if not entry.done:
            continue
        ident = entry.key.in_file() + (f"\0{entry.plural}" if entry.plural is not None else "")
        texts[ident.encode()] = "\0".join(entry.translations[i] for i in sorted(entry.translations)).encode()
    idents = sorted(texts)
    tables_end = 7 * 4 + 16 * len(idents)
    data, rows = b"", []
    for text in [*idents, *(texts[ident] for ident in idents)]:
        rows += [len(text), tables_end + len(data)]
        data += text + b"\0"
    head = (0x950412DE, 0, len(idents), 28, 28 + 8 * len(idents), 0, tables_end)
    return struct.pack(f"<{len(head) + len(rows)}I", *head, *rows) + data


def catalogues(locale: Path = LOCALE) -> list[Path]:
    return sorted(locale.glob("*/LC_MESSAGES/*.po"))


# ----------------------------------------------------------------------------------------- source
def in_python(code: str) -> Iterator[tuple[Key, str | None]]:
    """Messages that Python code asks for by a literal; what is not a literal cannot be translated."""
    for node in ast.walk(ast.parse(code)):
        if not isinstance(node, ast.Call):
            continue
        name = getattr(node.func, "id", None) or getattr(node.func, "attr", None)
        titles = TITLED.get(str(name), ())
        for argument in node.keywords:
            if argument.arg in titles and (text := text_of(argument.value)) is not None:
                yield Key(None, text), None
        if name not in CALLS:
            continue
        at_context, at_singular, at_plural = CALLS[name]
        context = literal(node, at_context)
        singular = literal(node, at_singular)
        if singular is not None:
            yield Key(context, singular), literal(node, at_plural)


def literal(call: ast.Call, place: int | None) -> str | None:
    if place is None or place >= len(call.args):
        return None
    return text_of(call.args[place])


def text_of(argument: ast.expr) -> str | None:
    """The text of a literal; None for everything else."""
    return argument.value if isinstance(argument, ast.Constant) and isinstance(argument.value, str) else None


def in_template(text: str) -> Iterator[tuple[Key, str | None]]:
    """Messages of a template. Django itself says how a template reads to gettext: as calls in between X's."""
    # Django is there when messages are gathered, not yet when set-up compiles them.
    from django.utils.translation.template import templatize  # noqa: PLC0415

    calls = templatize(text)
    for match in TEMPLATE_CALL.finditer(calls):
        end = calls.find(")", match.end())
        while end != -1:
            try:
                yield from in_python(calls[match.start() : end + 1])
                break
            except SyntaxError:  # the bracket stood inside a text
                end = calls.find(")", end + 1)


def each_in_source(source: Path = SOURCE) -> Iterator[tuple[Path, Key, str | None]]:
    """Every place of the source that asks for a message, with the plural that it asks for."""
    for path in sorted(source.rglob("*")):
        if path.suffix == ".py":
            messages = in_python(path.read_text(encoding="utf-8"))
        elif path.suffix in {".html", ".txt"} and "templates" in path.parts:
            messages = in_template(path.read_text(encoding="utf-8"))
        else:
            continue
        for key, plural in messages:
            if key.singular:
                yield path, key, plural


def in_source(source: Path = SOURCE) -> dict[Key, str | None]:
    """Every message of the source, with its plural."""
    found: dict[Key, str | None] = {}
    for _path, key, plural in each_in_source(source):
        found[key] = plural or found.get(key)
    return found


def uncounted(source: Path = SOURCE) -> list[str]:
    """Where a message is asked for without its number, though elsewhere it is counted: it would always be
    one.
    """
    asked = list(each_in_source(source))
    counted = {key for _path, key, plural in asked if plural}
    return [f"{path}: {key.singular}" for path, key, plural in asked if key in counted and not plural]


def missing(po: Path, source: Path = SOURCE) -> list[Key]:
    """What the source says and the catalogue does not translate, in one and in many where it counts."""
    done = {entry.key: entry.plural for entry in read(po) if entry.done}
    return [key for key, plural in in_source(source).items() if key not in done or (plural and not done[key])]


def quoted(text: str) -> str:
    escapes = str.maketrans({"\\": "\\\\", '"': '\\"', "\n": "\\n", "\t": "\\t"})
    return f'"{text.translate(escapes)}"'


def as_text(key: Key, plural: str | None) -> str:
    lines = [] if key.context is None else [f"msgctxt {quoted(key.context)}"]
    lines.append(f"msgid {quoted(key.singular)}")
    if plural is None:
        lines.append('msgstr ""')
    else:
        lines += [f"msgid_plural {quoted(plural)}", 'msgstr[0] ""', 'msgstr[1] ""']
    return "\n".join(lines) + "\n"


# --------------------------------------------------------------------------------------- commands
def compile_all() -> int:
    for po in catalogues():
        po.with_suffix(".mo").write_bytes(compiled(read(po)))
    return 0


def update() -> int:
    source = in_source()
    for po in catalogues():
        known = {entry.key for entry in read(po)}
        new = [as_text(key, plural) for key, plural in source.items() if key not in known]
        if new:
            with po.open("a", encoding="utf-8") as file:
                file.write("\n" + "\n".join(new))
        print(f"{po.relative_to(ROOT)}: {len(new)} added")
    return 0


def list_missing() -> int:
    lines = [f"{po.relative_to(ROOT)}: {key.singular}" for po in catalogues() for key in missing(po)]
    print("\n".join(lines) if lines else "everything is translated")
    return 1 if lines else 0


COMMANDS = {"compile": compile_all, "update": update, "missing": list_missing}

if __name__ == "__main__":
    if len(sys.argv) != 2 or sys.argv[1] not in COMMANDS:
        sys.exit(f"usage: messages.py {'|'.join(COMMANDS)}")
    sys.exit(COMMANDS[sys.argv[1]]())
