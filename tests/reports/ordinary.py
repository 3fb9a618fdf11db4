"""An ordinary paper, of which each test changes what it is about."""

from datetime import date

from jiceng.reports.papers import Heading, Paper, Paragraph

DAY = date(2022, 6, 3)


def paper(**said) -> Paper:
    """An ordinary paper; `said` replaces what it says."""
    whole = {
        "title": "关于规范党支部设置的通知",
        "blocks": (Heading("总体要求"), Paragraph("各党支部要对照检查。")),
        "head": "中共某县委组织部文件",
        "number": "某组通〔2022〕5号",
        "addressee": "各乡镇党委",
        "issuer": "中共某县委组织部",
        "date": DAY,
    }
    return Paper(**(whole | said))
