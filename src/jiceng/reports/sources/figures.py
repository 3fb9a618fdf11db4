"""Papers that are nothing but figures: briefs, bulletins, reports. All their names but the area's are their own."""

from jiceng.reports.asking import Asked
from jiceng.reports.sources import Lists, Source, Values, Wanted, register_source


def _nothing_else(_asked: Asked, _wanted: Wanted) -> tuple[Values, Lists]:
    return {}, {}


FIGURES = register_source(Source(key="figures", label="区域和时期的指标", names={}, gather=_nothing_else))
