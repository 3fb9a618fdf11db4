"""A plain export of tables to Parquet, as they come: `python -m jiceng.bench.ground.plain_export` (see
`bench.snapshot`).
"""

import json
import sys

import pyarrow.parquet

from jiceng.records.isolated.columnar import Source, columnar_reader


def main() -> None:
    """Export the tables that standard input names."""
    told = json.load(sys.stdin)
    with columnar_reader(Source(**told["source"])) as reader:
        for table, columns in told["tables"].items():
            with reader.batches(table, columns) as batches:
                rows = batches.read_all()
            pyarrow.parquet.write_table(rows, f"{told['folder']}/{table}.parquet", compression="zstd")


if __name__ == "__main__":
    main()
