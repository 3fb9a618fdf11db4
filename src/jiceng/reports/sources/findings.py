"""What the records themselves show to be wrong: the findings that packs declare, as a list of problems."""

from jiceng.accounts.permissions import Permission
from jiceng.reports.asking import Asked
from jiceng.reports.briefs.figures import answered, shown
from jiceng.reports.sections.figures import FigureSpec
from jiceng.reports.sources import Lists, Name, Rows, Source, Values, Wanted, register_source
from jiceng.reports.tracing import Traced, bare


def _gather(asked: Asked, _wanted: Wanted) -> tuple[Values, Lists]:
    """The findings in force in the area that have records on the last day."""
    told = []
    for key, indicator in asked.catalogue.section("indicators", asked.codes, asked.last).items():
        if indicator.finding is None:
            continue
        origin = answered("", FigureSpec.model_validate({"indicator": key}), asked)
        if origin is not None and origin.value.value:
            said = indicator.finding
            count = Traced(shown(origin.value), origin)
            line = {"finding": indicator.name, "count": count, "unit": indicator.unit}
            told.append(line | {"asks": said.asks, "cites": said.cites})
    whole = sum(bare(row["count"]) for row in told)
    return {"findings_count": len(told), "records_count": whole}, {"findings": told}


FINDINGS = register_source(
    Source(
        key="findings",
        label="区域的问题清单",
        names={"findings_count": Name("问题类数", "integer"), "records_count": Name("问题条数", "integer")},
        lists={
            "findings": Rows(
                "有记录的问题",
                {
                    "finding": Name("问题"),
                    "count": Name("条数", "integer"),
                    "unit": Name("单位"),
                    "asks": Name("整改措施"),
                    "cites": Name("依据"),
                },
            )
        },
        gather=_gather,
        permission=Permission.FIGURES_VIEW,
    )
)
