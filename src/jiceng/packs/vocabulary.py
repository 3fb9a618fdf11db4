"""Terms and the trees they form."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from pydantic import Field

from jiceng.packs.sections import PackModel

Attribute = bool | int | float | str


class TermSpec(PackModel):
    """A term as a pack writes it."""

    label: str = Field(min_length=1, max_length=60, description="中文名称")
    en: str = Field("", max_length=120, description="英文名称；不写则用中文名称")
    parent: str | None = Field(None, description="上级词条：同一词表里的键；不带冒号时先找本包，再找基础包")
    attrs: dict[str, Attribute] = Field(
        default_factory=dict, max_length=20, description="附加属性，如区域类型的 level、学历的 rank"
    )
    note: str = Field("", max_length=400, description="说明：口径、依据")
    retired: bool = Field(False, description="已停用：不能再选，旧记录仍可读")
    replaced_by: str | None = Field(None, description="停用后由哪个词条代替：统计时旧记录计入该词条")


class VocabularySpec(PackModel):
    """A vocabulary, or what a pack adds to one."""

    label: str = Field("", max_length=60, description="词表名称；给基础包的词表添词条时不写")
    en: str = Field("", max_length=120, description="词表的英文名称；不写则用中文名称")
    note: str = Field("", max_length=400, description="说明")
    terms: dict[str, TermSpec] = Field(
        description="词条：键（小写字母、数字、下划线）→ 词条", max_length=5_000
    )


@dataclass(frozen=True, slots=True)
class Term:
    """A term of the merged catalogue. Keys are qualified (`pack:key`), also in `parent` and `replaced_by`."""

    key: str
    label: str
    en: str
    parent: str = ""
    attrs: Mapping[str, Attribute] = field(default_factory=dict)
    retired: bool = False
    replaced_by: str = ""
    note: str = ""

    def attr(self, name: str, otherwise: Any = None) -> Any:
        """The attribute `name`, or `otherwise`."""
        return self.attrs.get(name, otherwise)

    @property
    def pack(self) -> str:
        """The pack that brings the term."""
        return self.key.partition(":")[0]


class Vocabulary(Mapping[str, Term]):
    """A tree of terms by qualified key, in the order they were written (the base pack's first)."""

    def __init__(self, name: str, label: str, terms: Mapping[str, Term], en: str = "") -> None:
        self.name, self.label, self.en, self._terms = name, label, en, dict(terms)
        self._below: dict[str, frozenset[str]] = {}

    def __getitem__(self, key: str) -> Term:
        return self._terms[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._terms)

    def __len__(self) -> int:
        return len(self._terms)

    def only(self, packs: frozenset[str]) -> "Vocabulary":
        """The terms that these packs bring."""
        terms = {k: t for k, t in self._terms.items() if t.pack in packs}
        return Vocabulary(self.name, self.label, terms, self.en)

    def children(self, key: str = "") -> list[Term]:
        """The terms directly below `key`, or the roots."""
        return [t for t in self._terms.values() if t.parent == key]

    def ancestors(self, key: str) -> list[str]:
        """`key` and every term above it, nearest first. Raises KeyError."""
        found = []
        while key:
            found.append(key)
            key = self._terms[key].parent
        return found

    def below(self, key: str) -> frozenset[str]:
        """`key`, every term below it, and the retired terms that any of them replaces.

        A key that is not in the vocabulary has only itself below: a record may hold a term of a pack no
        longer active.
        """
        if key not in self._below:
            found = {key}
            while True:
                more = {
                    t.key
                    for t in self._terms.values()
                    if t.key not in found and (t.parent in found or t.replaced_by in found)
                }
                if not more:
                    break
                found |= more
            self._below[key] = frozenset(found)
        return self._below[key]

    def ranked(self, at_least: float) -> frozenset[str]:
        """The terms whose `rank` attribute is at least that."""
        return frozenset(
            k for k, t in self._terms.items() if t.attr("rank") is not None and t.attr("rank") >= at_least
        )
