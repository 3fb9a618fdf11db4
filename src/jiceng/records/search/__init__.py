"""Finding rows by words, Chinese ones too, among a million: an index that the database keeps with every write."""

from jiceng.records.search.kept import Within, WordIndex, hits, install, key_of, order_of, prepare, rebuild
from jiceng.records.search.words import Asked, asked, folded, pieces

__all__ = [
    "Asked",
    "Within",
    "WordIndex",
    "asked",
    "folded",
    "hits",
    "install",
    "key_of",
    "order_of",
    "pieces",
    "prepare",
    "rebuild",
]
