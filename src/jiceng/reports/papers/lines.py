"""Titles in lines: even, none with a lonely letter, broken where a word ends (GB/T 9704: 词意完整、排列对称)."""

from jiceng.reports.tables import breadth

NOT_FIRST = frozenset("，。、；：？！）》〉」』】〕”’％%的了地得和与及")
NOT_LAST = frozenset("（《〈「『【〔“‘第不各本")
AFTER = frozenset("的、，》）”：于对在")
BEFORE = frozenset("《（“关")
WITH_NUMBERS = frozenset("年月日号期个家名户件条项次届批级")
_WORDS = """
党组织 组织部 党支部 党小组 委员会 党员 党委 党建 支部 组织 基层 社区 街道
乡镇 村级 网格 小区 居民 群众 单位 部门 企业 社会 机关 干部 书记 指导员 两新
两个 覆盖 治理 服务 建设 工作 活动 行动 整治 攻坚 专项 集中 排查 摸排 督办
督导 督查 检查 考核 评议 评价 通知 通报 请示 批复 报告 意见 方案 办法 决定
纪要 情况 事项 问题 清单 台账 措施 制度 机制 做法 经验 典型 先进 优秀 集体
个人 进一步 开展 推进 推动 加强 做好 落实 规范 完善 建立 健全 成立 调整 印发
召开 表扬 表彰 命名 有关 相关 全面 全市 全县 全区 年度 季度 月份 上半年
下半年 期间 会议 培训 学习 教育 管理 监督 领导 小组 实施 试点 示范
"""
WORDS = tuple(_WORDS.split())
"""The field's words, which a title's lines do not part."""


def in_lines(title: str, most: float) -> list[str]:
    """The title in as few lines as take it, each at most so many characters wide and all much alike. Line
    breaks that the title has are kept.
    """
    return [line for part in title.split("\n") if part.strip() for line in _split(part.strip(), most)]


def _split(text: str, most: float) -> list[str]:
    found = []
    while breadth(text) > most:
        lines = -(-breadth(text) // most)
        cut = _cut(text, breadth(text) / lines, most)
        found.append(text[:cut])
        text = text[cut:]
    return [*found, text]


def _cut(text: str, wanted: float, most: float) -> int:
    """Where the first line ends: near `wanted` characters, rather at a natural place, never wider than
    `most`.
    """
    best, worst = 1, float("inf")
    for cut in range(1, len(text)):
        wide = breadth(text[:cut])
        if wide > most:
            break
        badness = (
            abs(wide - wanted) + _unfit(text[cut - 1], text[cut]) + (8.0 if _parts_word(text, cut) else 0)
        )
        if badness < worst:
            best, worst = cut, badness
    return best


def _unfit(last: str, first: str) -> float:
    """How bad it is to break between the two."""
    if first in NOT_FIRST or last in NOT_LAST or (last + first).isascii():
        return 100.0
    if last.isdigit() and first in WITH_NUMBERS:
        return 100.0
    return 0.0 if last in AFTER or first in BEFORE else 2.0


def _parts_word(text: str, cut: int) -> bool:
    """Whether a break there stands within a word."""
    around = text[max(0, cut - 2) : cut + 2]
    at = min(2, cut)
    return any(
        start < at < start + len(word)
        for word in WORDS
        for start in range(len(around))
        if around.startswith(word, start)
    )
