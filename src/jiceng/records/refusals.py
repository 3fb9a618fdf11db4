"""A refusal: what a person asked for cannot be done, said so that the person can mend it."""

from dataclasses import dataclass


@dataclass
class Refusal(Exception):
    """`what` is wrong, `where` it stands (file, row or line, column), and the `remedy`. Shown to people as
    it is.
    """

    what: str
    where: str = ""
    remedy: str = ""

    def __str__(self) -> str:
        place = f"{self.where}: " if self.where else ""
        mend = f"（{self.remedy}）" if self.remedy else ""
        return f"{place}{self.what}{mend}"


class Refusals(Exception):
    """Several refusals found in one pass, so that a person mends them all at once."""

    def __init__(self, refusals: list[Refusal]) -> None:
        super().__init__("\n".join(str(r) for r in refusals))
        self.refusals = refusals
