"""How the engines' SQL differs, as far as queries are put together here: Ibis writes the rest."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Dialect:
    """One engine's way of writing SQL. `name` is that of the engine, `ibis` what Ibis calls its SQL.

    `mark` stands before a parameter. `types` says what the kinds of bound lists are called.
    """

    name: str
    ibis: str
    quote: str
    mark: str
    types: Mapping[str, str]

    def quoted(self, name: str) -> str:
        """The name of a table or column, as it stands in a query."""
        return f"{self.quote}{name}{self.quote}"

    def bound(self, name: str) -> str:
        """The parameter `name`, as it stands in a query."""
        return f"{self.mark}{name}"

    def listed(self, columns: Mapping[str, tuple[str, str]]) -> str:
        """The query for a table out of lists: for every column, the parameter that holds it and its kind."""
        made = [
            f"unnest(CAST({self.bound(parameter)} AS {self.types[kind]}[])) AS {column}"
            for column, (parameter, kind) in columns.items()
        ]
        return f"SELECT {', '.join(made)}"


@dataclass(frozen=True, slots=True)
class SparkDialect(Dialect):
    """Spark takes no list as a parameter that is quickly made: they come as JSON."""

    def listed(self, columns: Mapping[str, tuple[str, str]]) -> str:
        """As in `Dialect`."""
        lists = [
            f"from_json({self.bound(parameter)}, 'ARRAY<{self.types[kind]}>')"
            for parameter, kind in columns.values()
        ]
        return f"SELECT inline(arrays_zip({', '.join(lists)})) AS ({', '.join(columns)})"


DUCKDB = Dialect("duckdb", "duckdb", '"', "$", {"string": "VARCHAR", "int64": "BIGINT"})
SPARK = SparkDialect("spark", "pyspark", "`", ":", {"string": "STRING", "int64": "BIGINT"})
