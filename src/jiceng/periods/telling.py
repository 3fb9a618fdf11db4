"""Other systems are told of what becomes of a closed period: which, of which region, never what is in it."""

from jiceng.periods.models import Closing
from jiceng.records.outbox import announce


def tell(closing: Closing) -> None:
    """Announce the state that a closing has come to, inside the write that brings it there."""
    announce(f"period.{closing.state}", {"period": closing.period, "region": closing.region.code})
