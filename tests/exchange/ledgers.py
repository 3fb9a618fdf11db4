"""Rows of ledgers to import: units, members."""

from jiceng.people.codes import check_character
from tests.exchange.conftest import uscc

HEADER = ["统一社会信用代码", "企业名称", "企业类型", "所属镇街", "村（社区）", "职工数"]


def line(number: int, *rest, **changed) -> list:
    cells = {
        "code": uscc(number),
        "name": f"演示{number}号公司",
        "kind": "私营企业",
        "town": "东镇",
        "village": "甲村",
        "n": 10,
    }
    return [*(cells | changed).values(), *rest]


def citizen_id(number: int, born: str = "19800215") -> str:
    """A valid number of an unassigned area; odd numbers are men."""
    first = f"990121{born}{number:03d}"
    return first + check_character(first)


ROLL = ["姓名", "公民身份号码", "性别", "民族", "学历", "所在党支部", "入党时间", "转正时间"]


def member(number: int, name: str, branch: str, *rest: str) -> list[str]:
    return [name, citizen_id(number), "", "汉", "大专", branch, *(rest or ("2010.7.1", "2011.7.1"))]
