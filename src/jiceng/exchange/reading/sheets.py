"""A workbook as sheets of rows, read by a worker process under limits of memory, time and size."""

import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

import jiceng
from jiceng.records.refusals import Refusal

Cell = str | int | float | bool | date | datetime | None

MAX_BYTES = 100_000_000
LIMITS: dict[str, int] = {
    "memory": 6_000_000_000,  # address space, of which a sheet of 500,000 rows takes about a quarter
    "seconds": 300,
    "rows": 1_000_000,
    "cells": 40_000_000,
    "columns": 2_000,
    "merged": 200_000,
}


@dataclass(slots=True)
class Sheet:
    """One sheet: where its merged cells are, and its rows from the first line on (empty lines are empty
    lists).

    `rows()` may be walked once; it streams from the worker.
    """

    name: str
    hidden: bool
    merged: tuple[tuple[int, int, int, int], ...]
    height: int
    batches: Iterator[list[list[Cell]]] = field(repr=False)

    def rows(self) -> Iterator[list[Cell]]:
        """The rows one by one."""
        for batch in self.batches:
            yield from batch


def reasons() -> dict[str, tuple[str, str]]:
    """What is wrong and what to do, for each reason the worker may give."""
    other = _("用 Excel 或 WPS 打开后另存为 xlsx 再导入")
    smaller = _("删去多余的行列，或拆成几个文件分别导入")
    return {
        "empty": (_("文件是空的"), _("重新选择文件")),
        "wrong": (_("这不是表格文件"), _("请选择 xlsx、xls、ods 或 csv 文件")),
        "html": (_("这是网页文件，只是扩展名像表格"), other),
        "xml": (_("这是 XML 文件，不是表格"), other),
        "encrypted": (_("文件有打开密码"), _("去掉密码后另存，再导入")),
        "macros": (_("文件含有宏"), _("另存为不含宏的 xlsx 再导入")),
        "broken": (_("文件已损坏，无法读取"), other),
        "bomb": (_("压缩内容异常：解开后过大，或与声明不符"), _("不要打开该文件；向提供者要一份正常的")),
        "encoding": (_("看不出文字编码"), _("另存为 UTF-8 或 GBK 编码的 csv，或另存为 xlsx")),
        "memory": (_("表格过大，内存不足"), smaller),
        "time": (_("读取超时"), smaller),
        "rows": (_("行数超过 %(most)s") % {"most": LIMITS["rows"]}, smaller),
        "cells": (_("单元格超过 %(most)s 个") % {"most": LIMITS["cells"]}, smaller),
        "columns": (_("列数超过 %(most)s") % {"most": LIMITS["columns"]}, smaller),
        "merged": (_("合并的单元格超过 %(most)s 处") % {"most": LIMITS["merged"]}, _("取消合并后再导入")),
        "formulas": (_("没有结果的公式过多"), _("复制后“粘贴为数值”，再导入")),
        "size": (_("文件超过 %(most)s MB") % {"most": MAX_BYTES // 1_000_000}, smaller),
    }


def unfit(code: str, where: str) -> Refusal:
    """The refusal that goes with a reason of the worker."""
    what, remedy = reasons().get(code, reasons()["broken"])
    return Refusal(what, where=where, remedy=remedy)


def sheets_of(data: bytes, name: str) -> Iterator[Sheet]:
    """The sheets of a workbook (.xlsx, .xls, .ods, .csv in UTF-8, UTF-16 or GBK), hidden ones included.

    `name` is only for messages. Walk each sheet's rows before asking for the next one: the worker streams.
    Raises Refusal for a file that is no workbook, is encrypted, carries macros, or is larger than the
    limits.
    """
    if len(data) > MAX_BYTES:
        raise unfit("size", name)
    with _Worker(data, name) as worker:
        yield from worker.sheets()


def _parsed(line: str) -> Any:
    return json.loads(line, object_hook=_dated) if '{"' in line else json.loads(line)


def _dated(found: dict[str, Any]) -> Any:
    if len(found) == 1:
        if "d" in found:
            return date.fromisoformat(found["d"])
        if "t" in found:
            return datetime.fromisoformat(found["t"])
    return found


class _Worker:
    """The worker process of one file, killed when its time is over or when nobody reads on."""

    def __init__(self, data: bytes, name: str) -> None:
        self._name, self._late = name, False
        source = str(Path(jiceng.__file__).parents[1])
        self._process = subprocess.Popen(  # noqa: S603 - our own interpreter and module
            [sys.executable, "-m", "jiceng.exchange.reading.worker", json.dumps(LIMITS)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={"PYTHONPATH": source, "PATH": os.environ.get("PATH", ""), "PYTHONUTF8": "1"},
        )
        self._timer = threading.Timer(LIMITS["seconds"], self._stop)
        self._timer.daemon = True
        self._feeder = threading.Thread(target=self._feed, args=(data,), daemon=True)

    def __enter__(self) -> "_Worker":
        self._timer.start()
        self._feeder.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._timer.cancel()
        self._process.kill()
        if self._process.stdout:
            self._process.stdout.close()
        self._process.wait()
        self._feeder.join()

    def _feed(self, data: bytes) -> None:
        assert self._process.stdin
        with suppress(OSError):  # a worker that gave up early closes its end
            self._process.stdin.write(data)
        with suppress(OSError):
            self._process.stdin.close()

    def _stop(self) -> None:
        self._late = True
        self._process.kill()

    def _lines(self) -> Iterator[Any]:
        assert self._process.stdout
        for line in self._process.stdout:
            found = _parsed(line.decode())
            if isinstance(found, dict) and "unfit" in found:
                raise unfit(found["unfit"], self._name)
            if isinstance(found, dict) and "end" in found:
                return
            yield found
        code = self._process.wait()  # it ended without a word: out of memory or time
        raise unfit("time" if self._late or code == -24 else "memory", self._name)

    def sheets(self) -> Iterator[Sheet]:
        lines = self._lines()
        opened: list[dict[str, Any]] = []

        def batches() -> Iterator[list[list[Cell]]]:
            for found in lines:
                if isinstance(found, dict):
                    opened.append(found)
                    return
                yield found

        first = next(lines, None)
        if isinstance(first, dict):
            opened.append(first)
        while opened:
            head = opened.pop()
            sheet = Sheet(
                name=head["sheet"],
                hidden=head["hidden"],
                merged=tuple((a, b, c, d) for a, b, c, d in head["merged"]),
                height=head["height"],
                batches=batches(),
            )
            yield sheet
            for _rest in sheet.batches:  # whoever did not read to the end still gets the next sheet
                pass
