"""The operations on figures."""

from typing import Annotated, Any

from django.http import HttpResponse
from ninja import Field, Path, Query, Router

from jiceng.accounts.permissions import Permission as P
from jiceng.api.rest.answering import Key, Line, problems
from jiceng.api.rest.figures import shaping
from jiceng.api.rest.figures.asking import Asked, At, Parted, Posed, indicators_at, posed
from jiceng.api.rest.guarding import Bearer
from jiceng.api.rest.places import region_asked, standing
from jiceng.api.rest.reading import counted_reading
from jiceng.api.rest.tabular import CSV, CSVW, Sheet, as_csv, as_metadata, next_page
from jiceng.indicators.answering.question import points
from jiceng.indicators.answering.values import part_of
from jiceng.indicators.definition import name_of, sentences
from jiceng.indicators.figures import ANY, Question, Value, answer, list_records

router = Router(auth=Bearer(P.FIGURES_VIEW), tags=["figures"])

PAGE = 500
"""So many records a page has at most."""

IndicatorKey = Path[
    Annotated[Key, Field(description="Qualified (`pack:key`), or bare as it holds at the region.")]
]


class Search(At):
    """Which indicators."""

    q: Line = Field("", max_length=60, description="Words of the name.")


class Course(Asked):
    """How far back."""

    points: int = Field(
        6, ge=1, le=36, description="Days at the ends of months, or the period in earlier years."
    )


class Listed(Parted):
    """Which records."""

    part: Line | None = Field(None, max_length=120, description="`key` of one of the parts `by` gives.")
    counted: bool | None = Field(None, description="Only those that the numerator counts, or does not.")
    after: int = Field(0, ge=0, le=2**62, description="`next` of the page before.")
    limit: int = Field(100, ge=1, le=PAGE)


@router.get("", response={200: shaping.Figures, **problems()}, summary="指标")
def figures(request: Any, asked: Query[Search]) -> Any:
    """The indicators in force at a region, with what they mean."""
    region = standing(request, region_asked(request, asked.region))
    words = asked.q.lower().split()
    return {
        "region": region.code if region is not None else None,
        "items": [
            shaping.described(key, indicator)
            for key, indicator in indicators_at(region).items()
            if all(word in f"{indicator.name} {indicator.name_en}".lower() for word in words)
        ],
    }


@router.get("/{key}", response={200: shaping.Figure, **problems()}, summary="一个指标的数值")
def figure(request: Any, key: IndicatorKey, asked: Query[Parted]) -> Any:
    """One figure: value, numerator, denominator, definition, and its parts where `by` asks for some."""
    found = posed(request, key, asked, asked.by)
    return shaping.shaped(found, answer(found.known, found.question))


@router.get("/{key}/trend", response={200: shaping.Trend, **problems()}, summary="一个指标的变化")
def figure_trend(request: Any, key: IndicatorKey, asked: Query[Course]) -> Any:
    """The figure at earlier points: ends of months for a stock, the same period of earlier years for a flow."""
    found = posed(request, key, asked)
    course = _course(found, asked.points)
    return {"key": found.known.key, "name": name_of(found.indicator), "points": course}


def _course(found: Posed, number: int) -> list[dict[str, Any]]:
    question, values = found.question, []
    for point in points(found.known.flow, question.day, question.between, number):
        then = {"period": point} if isinstance(point, tuple) else {"as_of": point}
        values.append(answer(found.known, _at(question, then)))
    return [shaping.measured(value) | shaping.when(value) for value in values]


def _at(question: Question, then: dict[str, Any]) -> Question:
    said = {name: getattr(question, name) for name in ("scope", "node", "tree", "map", "today")}
    return Question(**said, **then)


@router.get("/{key}/records", response={200: shaping.BehindPage, **problems()}, summary="一个指标背后的记录")
def figure_records(request: Any, key: IndicatorKey, asked: Query[Listed]) -> Any:
    """The records behind a figure or one of its parts, as far as the token's scope shows them, by key."""
    found = posed(request, key, asked, asked.by)
    lines, after = _page(request, found, asked)
    return {"key": found.known.key, "items": lines, "next": after}


def _page(request: Any, found: Posed, asked: Listed) -> tuple[list[dict[str, Any]], int | None]:
    """A page of records, noted as read, and the key it ends with where more follow."""
    page = list_records(
        found.known,
        found.question,
        part=ANY if asked.part is None or not asked.by else part_of(asked.part),
        counted=asked.counted,
        after=asked.after,
        limit=asked.limit,
    )
    lines = shaping.behind(page, request.permissions)
    counted_reading(request, page.model, len(lines), what=f"{found.known.key} {request.GET.urlencode()}")
    return lines, page.rows[-1].id if page.more else None


# ------------------------------------------------------------------------------------------- as tables
@router.get("/{key}/parts.csv", summary="一个指标的分项（CSV）", **CSV)
def figure_parts_csv(request: Any, key: IndicatorKey, asked: Query[Parted]) -> HttpResponse:
    """The parts of a figure, a line each; without `by` the figure itself."""
    return as_csv(request, _parts(request, key, asked))


@router.get("/{key}/parts.csv-metadata.json", summary="分项各列的含义", **CSVW)
def figure_parts_metadata(request: Any, key: IndicatorKey, asked: Query[Parted]) -> HttpResponse:
    """What the columns of the table mean (CSV on the Web)."""
    return as_metadata(request, _parts(request, key, asked))


def _parts(request: Any, key: str, asked: Parted) -> Sheet:
    found = posed(request, key, asked, asked.by)
    value = answer(found.known, found.question)
    whole = shaping.measured(value) | {"key": "", "label": name_of(found.indicator)}
    lines = shaping.shares(value, asked.by) if asked.by else [whole]
    columns = shaping.part_columns(found.indicator.unit)
    return Sheet(
        name_of(found.indicator),
        columns,
        shaping.picked(columns, lines),
        _definition(found),
        _said(found, value),
    )


@router.get("/{key}/trend.csv", summary="一个指标的变化（CSV）", **CSV)
def figure_trend_csv(request: Any, key: IndicatorKey, asked: Query[Course]) -> HttpResponse:
    """The course of a figure, a line for each point."""
    return as_csv(request, _trend(request, key, asked))


@router.get("/{key}/trend.csv-metadata.json", summary="变化各列的含义", **CSVW)
def figure_trend_metadata(request: Any, key: IndicatorKey, asked: Query[Course]) -> HttpResponse:
    """What the columns of the table mean (CSV on the Web)."""
    return as_metadata(request, _trend(request, key, asked))


def _trend(request: Any, key: str, asked: Course) -> Sheet:
    found = posed(request, key, asked)
    columns = shaping.point_columns(found.indicator.unit)
    lines = _course(found, asked.points)
    return Sheet(name_of(found.indicator), columns, shaping.picked(columns, lines), _definition(found))


@router.get("/{key}/records.csv", summary="一个指标背后的记录（CSV）", **CSV)
def figure_records_csv(request: Any, key: IndicatorKey, asked: Query[Listed]) -> HttpResponse:
    """A page of the records behind a figure; the answer's links name the next page."""
    found = posed(request, key, asked, asked.by)
    lines, after = _page(request, found, asked)
    columns = shaping.record_columns()
    sheet = Sheet("", columns, shaping.picked(columns, lines), following=next_page(request, after))
    return as_csv(request, sheet)


@router.get("/{key}/records.csv-metadata.json", summary="记录各列的含义", **CSVW)
def figure_records_metadata(request: Any, key: IndicatorKey, asked: Query[Listed]) -> HttpResponse:
    """What the columns of the table mean (CSV on the Web)."""
    found = posed(request, key, asked, asked.by)
    return as_metadata(
        request, Sheet(name_of(found.indicator), shaping.record_columns(), (), _definition(found))
    )


def _definition(found: Posed) -> str:
    return "\n".join(sentences(found.known))


def _said(found: Posed, value: Value) -> dict[str, Any]:
    """When, where and from what: what a table of a figure says of itself."""
    moment = shaping.when(value)
    since, until = moment["since"], moment["until"]
    return {
        "identifier": value.key,
        "source": "Jiceng",
        "modified": value.created,
        "temporal": moment["as_of"].isoformat() if moment["as_of"] else f"{since}/{until}",
        "spatial": found.region.code if found.region is not None else "",
    }
