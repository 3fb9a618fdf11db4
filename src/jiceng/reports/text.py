"""Text on its way onto paper."""

import re

UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")
"""What no XML may hold, and control characters that no paper should."""

LINE_ENDS = re.compile("\r\n|[\r\x85\u2028\u2029]")


def clean(text: str) -> str:
    """The text without what cannot be printed; tabs are blanks, every line end is a line feed."""
    return UNPRINTABLE.sub("", LINE_ENDS.sub("\n", text)).replace("\t", " ")
