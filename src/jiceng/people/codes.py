"""Citizen identity numbers (GB 11643-1999): 18 characters, or the 15 digits given out before 1999.

The address part is not looked up: numbers outlive the counties that issued them. `id-validator`, which does
look it up in a table of its own, refuses real people's numbers for that reason; it serves the tests as a
second opinion.
"""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from operator import mul

from django.utils.translation import gettext as _

WEIGHTS = tuple(pow(2, 17 - place, 11) for place in range(17))
CHECK_CHARACTERS = "10X98765432"
EARLIEST_BIRTH = date(1880, 1, 1)


def folded(citizen_id: str) -> str:
    """`citizen_id` as it is compared and stored: plain characters, no spaces, a capital X."""
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", citizen_id)).upper()


def check_character(first_17: str) -> str:
    """The 18th character that belongs to 17 digits (mod 11-2, ISO 7064)."""
    if len(first_17) != len(WEIGHTS):
        raise ValueError(f"17 digits, not {len(first_17)}")
    return CHECK_CHARACTERS[sum(map(mul, map(int, first_17), WEIGHTS)) % 11]


def lengthened(citizen_id: str) -> str:
    """The 18 characters of a 15-digit number (born in the 1900s); anything else comes back as it is."""
    if not re.fullmatch(r"\d{15}", citizen_id):
        return citizen_id
    body = f"{citizen_id[:6]}19{citizen_id[6:]}"
    return body + check_character(body)


def _born(citizen_id: str) -> date | None:
    try:
        return date(int(citizen_id[6:10]), int(citizen_id[10:12]), int(citizen_id[12:14]))
    except ValueError:
        return None


def citizen_id_fault(citizen_id: str, today: date) -> str:
    """Why `citizen_id` (folded) cannot be one on `today`; empty where it can. The reason never repeats the
    number.
    """
    if len(citizen_id) not in (15, 18):
        return _("公民身份号码应为18位（旧号15位），这里是%(length)s位") % {"length": len(citizen_id)}
    if not re.fullmatch(r"[1-9]\d{14}|[1-9]\d{16}[0-9X]", citizen_id):
        return _("公民身份号码只含数字，末位可为X")
    longer = lengthened(citizen_id)
    born = _born(longer)
    if born is None or not EARLIEST_BIRTH <= born <= today:
        return _("公民身份号码中的出生日期不成立")
    if longer[17] != check_character(longer[:17]):
        return _("公民身份号码校验位不符")
    return ""


@dataclass(frozen=True, slots=True)
class Told:
    """What a valid number says of its holder."""

    birth_date: date
    sex: str  # code of GB/T 2261.1, which terms of the vocabulary `sexes` carry: 1 male, 2 female


def told_by(citizen_id: str) -> Told | None:
    """Birth date and sex in a folded number that passes its check; None for one that does not tell them."""
    longer = lengthened(citizen_id)
    born = _born(longer) if re.fullmatch(r"\d{17}[0-9X]", longer) else None
    return Told(born, "1" if int(longer[16]) % 2 else "2") if born else None
