"""Codes, citizen IDs and phone numbers that pass every check and belong to nobody.

Area codes have 99 where the prefecture stands: none was ever numbered so, and no register issued them. Phones
begin with 12, which no operator has. Serial numbers are permuted, so that neighbours do not look alike.
"""

from datetime import date

from jiceng.organisations.codes import uscc_check_character
from jiceng.people.codes import check_character

# The largest primes of eight and nine digits: multiplying by anything below them modulo them is one to one.
PRIME_8 = 99_999_989
PRIME_9 = 999_999_937
PER_DAY = 500
ORGANISATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
"""Of the nine-character organisation code inside the credit code (GB 11714)."""


def unassigned_area(code: str) -> str:
    """Six digits of an area that does not exist, in the province of the region `code`; each has its own."""
    return f"{code[:2]}99{int(code) % 100:02d}"


def credit_code(authority: str, area: str, serial: int) -> str:
    """A unified social credit code. `authority`: its first two characters, 91 for a firm."""
    body = f"{(serial + 1) * 61_803_398 % PRIME_8:08d}"
    total = sum(int(d) * w for d, w in zip(body, ORGANISATION_WEIGHTS, strict=True))
    check = (11 - total % 11) % 11
    first_17 = f"{authority}{area}{body}{'X' if check == 10 else check}"
    return first_17 + uscc_check_character(first_17)


def citizen_id(area: str, born: int, male: bool, serial: int) -> str:
    """A citizen ID of an `unassigned_area`. `serial` tells people apart who were born the same day.

    Raises ValueError from the 500th of a sex on: there are no more numbers.
    """
    if serial >= PER_DAY:
        raise ValueError("no citizen ID is left for that day")
    birth = date.fromordinal(born).isoformat().replace("-", "")
    body = f"{area}{birth}{serial * 2 + (1 if male else 0):03d}"
    return body + check_character(body)


def phone(serial: int) -> str:
    """An eleven-digit number of no operator."""
    return f"12{(serial + 1) * 618_033_989 % PRIME_9:09d}"
