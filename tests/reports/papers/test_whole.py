"""Whole papers, line by line, as they come out; the same paper again and again, alone and together."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from typing import get_args

import pytest

from jiceng.reports.papers import Annex, Field, Form, Heading, Paper, Paragraph, Roll, Table, docx
from jiceng.reports.papers.layouts import LAYOUTS
from jiceng.reports.papers.paper import Kind
from jiceng.reports.papers.styles import styles_of
from jiceng.reports.tables import Column, Share, totalled
from tests.reports.word import Paragraph as WordParagraph
from tests.reports.word import Word


def lines(paper: Paper) -> list[tuple[str, str]]:
    """What stands on the paper from above: the name of each paragraph's style with its text; tables by rows."""
    found = []
    for block in Word(docx(paper)).blocks:
        if isinstance(block, WordParagraph):
            if block.text:
                found.append((block.style_name, block.text))
        else:
            found += [("表", "｜".join(cell.replace("\n", "") for cell in row)) for row in block.rows]
    return found


def test_a_bulletin():
    columns = (
        Column("单位"),
        Column("派单", kind="integer", adds=True),
        Column("办结率", kind="share", adds=True),
    )
    rows = (("东街道", 40, Share(38, 40)), ("西街道", 60, Share(51, 60)))
    paper = Paper(
        kind="circular",
        title="关于2022年6月份全市热线办理情况的通报",
        head="中共某市委社会工作部文件",
        number="某社通〔2022〕6号",
        addressee="各县（市、区）委社会工作部，市直各单位",
        blocks=(
            Paragraph("现将6月份热线办理情况通报如下。"),
            Heading("总体情况"),
            Paragraph("全市派单100件，办结率89%。"),
            Heading("存在问题"),
            Heading("办结不及时", 2, "西街道9件未办结。"),
            Heading("下步要求"),
            Paragraph("各单位要对照检查。"),
            Annex("办理情况表", (totalled(Table("", columns, rows, unit="件"), "全市"),)),
        ),
        issuer="中共某市委社会工作部",
        date=date(2022, 7, 1),
        copies_to=("市委办公室", "市政府办公室"),
        printed_by="中共某市委社会工作部办公室",
        printed_on=date(2022, 7, 1),
    )
    assert lines(paper) == [
        ("发文机关标志", "中共某市委社会工作部文件"),
        ("发文字号", "某社通〔2022〕6号"),
        ("Title", "关于2022年6月份全市热线办理情况的通报"),
        ("主送机关", "各县（市、区）委社会工作部，市直各单位："),
        ("公文正文", "现将6月份热线办理情况通报如下。"),
        ("heading 1", "一、总体情况"),
        ("公文正文", "全市派单100件，办结率89%。"),
        ("heading 1", "二、存在问题"),
        ("heading 2", "（一）办结不及时。西街道9件未办结。"),
        ("heading 1", "三、下步要求"),
        ("公文正文", "各单位要对照检查。"),
        ("附件说明", "附件：办理情况表"),
        ("发文机关署名", "中共某市委社会工作部"),
        ("成文日期", "2022年7月1日"),
        ("附件序号", "附件"),
        ("附件标题", "办理情况表"),
        ("表头说明", "\t单位：件"),
        ("表", "单位｜派单｜办结率"),
        ("表", "东街道｜40｜95.0%"),
        ("表", "西街道｜60｜85.0%"),
        ("表", "全市｜100｜89.0%"),
        ("表", "抄送：市委办公室，市政府办公室。"),
        ("表", "中共某市委社会工作部办公室\t2022年7月1日印发"),
    ]


def test_an_order_of_supervision():
    paper = Paper(
        kind="supervision",
        title="督办单",
        number="某督〔2022〕12号",
        addressee="某市城市管理局",
        blocks=(
            Paragraph("下列事项已超过办理时限，请办理并书面答复。"),
            Form(
                (
                    (Field("督办事项", "夜市占道"),),
                    (Field("派单日期", "2022年6月3日"), Field("办理时限", "2022年6月10日")),
                    (Field("办理情况", lines=6),),
                )
            ),
        ),
        issuer="中共某市委社会工作部",
        date=date(2022, 6, 20),
    )
    assert lines(paper) == [
        ("Title", "督办单"),
        ("发文字号", "某督〔2022〕12号"),
        ("主送机关", "某市城市管理局："),
        ("公文正文", "下列事项已超过办理时限，请办理并书面答复。"),
        ("表", "督办事项｜夜市占道"),
        ("表", "派单日期｜2022年6月3日｜办理时限｜2022年6月10日"),
        ("表", "办理情况｜"),
        ("发文机关署名", "中共某市委社会工作部"),
        ("成文日期", "2022年6月20日"),
    ]


def test_minutes():
    paper = Paper(
        kind="minutes",
        head="某街道吹哨联席会议纪要",
        title="研究夜市占道问题",
        number="第3期",
        blocks=(
            Paragraph("会议议定如下："),
            Heading("清理占道", 3, "由城管局主办，6月30日前完成。"),
            Heading("增设车位", 3, "由住建局主办。"),
            Roll("出席", "张某某　李某某"),
            Roll("列席", "王某某"),
        ),
        issuer="某街道党工委",
        date=date(2022, 6, 20),
        copies_to=("市城管局", "市住建局"),
    )
    assert lines(paper) == [
        ("发文机关标志", "某街道吹哨联席会议纪要"),
        ("发文字号", "第3期"),
        ("版头分隔线", "　某街道党工委\t2022年6月20日"),
        ("Title", "研究夜市占道问题"),
        ("公文正文", "会议议定如下："),
        ("heading 3", "1.清理占道。由城管局主办，6月30日前完成。"),
        ("heading 3", "2.增设车位。由住建局主办。"),
        ("出席", "出席：张某某　李某某"),
        ("出席", "列席：王某某"),
        ("表", "抄送：市城管局，市住建局。"),
    ]


def test_a_request_to_those_above():
    paper = Paper(
        title="关于成立党支部的请示",
        head="中共某镇委员会",
        number="某委〔2022〕3号",
        signer="李某某",
        urgency="特急",
        addressee="中共某县委组织部",
        blocks=(Paragraph("现申请成立中共某某有限公司支部委员会。\n妥否，请批示。"),),
        issuer="中共某镇委员会",
        date=date(2022, 6, 3),
        sealed=False,
    )
    assert lines(paper) == [
        ("紧急程度", "特急"),
        ("发文机关标志", "中共某镇委员会"),
        ("发文字号", "　某委〔2022〕3号\t签发人：李某某"),
        ("Title", "关于成立党支部的请示"),
        ("主送机关", "中共某县委组织部："),
        ("公文正文", "现申请成立中共某某有限公司支部委员会。"),
        ("公文正文", "妥否，请批示。"),
        ("发文机关署名", "中共某镇委员会"),
        ("成文日期", "2022年6月3日"),
    ]


def test_a_register():
    columns = (
        Column("序号", kind="serial"),
        Column("单位"),
        Column("职工", group="队伍", kind="integer", unit="名", adds=True),
        Column("党员", group="队伍", kind="integer", unit="名", adds=True),
        Column("时限", kind="day"),
        Column("销号"),
    )
    rows = (
        (1, "某某有限公司", 120, 2, date(2022, 6, 30), ""),
        (2, "某某商会", 35, 0, date(2022, 9, 30), True),
    )
    table = totalled(
        Table("", columns, rows, above="填报单位：某县两新工委", notes=("注：截至2022年6月20日。",))
    )
    paper = Paper(kind="register", title="两新组织党建攻坚作战图", blocks=(table,))
    assert lines(paper) == [
        ("Title", "两新组织党建攻坚作战图"),
        ("表头说明", "填报单位：某县两新工委\t"),
        ("表", "序号｜单位｜队伍｜时限｜销号"),
        ("表", "｜｜职工（名）｜党员（名）｜｜"),
        ("表", "1｜某某有限公司｜120｜2｜2022-06-30｜"),
        ("表", "2｜某某商会｜35｜0｜2022-09-30｜是"),
        ("表", "合计｜｜155｜2｜｜"),
        ("表注", "注：截至2022年6月20日。"),
    ]
    assert [section.landscape for section in Word(docx(paper)).sections] == [True]


def test_a_letter_of_appointment():
    paper = Paper(
        kind="appointment",
        title="聘书",
        number="演示〔2022〕1号",
        addressee="张某某同志",
        blocks=(Paragraph("兹聘请您担任红色向导，聘期自2022年6月20日起至2024年6月19日止。"),),
        issuer="中共某县委两新工委",
        date=date(2022, 6, 20),
        sample=True,
    )
    assert lines(paper) == [
        ("Title", "聘　书"),
        ("发文字号", "演示〔2022〕1号"),
        ("主送机关", "张某某同志："),
        ("公文正文", "兹聘请您担任红色向导，聘期自2022年6月20日起至2024年6月19日止。"),
        ("发文机关署名", "中共某县委两新工委"),
        ("成文日期", "2022年6月20日"),
    ]
    word = Word(docx(paper))
    assert {run.size for p in word.of("PaperText") for run in p.runs} == {22.0}
    assert word.one("Date").indent("right") == 4


# ------------------------------------------------------------------------------------------------- kinds
def test_every_kind_of_paper_has_its_layout():
    assert set(LAYOUTS) == set(get_args(Kind))


@pytest.mark.parametrize("kind", get_args(Kind))
def test_every_kind_makes_a_file(kind):
    word = Word(docx(Paper(kind=kind, title="题", issuer="某县委", date=date(2022, 1, 1))))
    assert "2022年1月1日" in "".join(text for text in word.texts)


@pytest.mark.parametrize("kind", get_args(Kind))
def test_styles_have_keys_and_names_of_their_own(kind):
    styles = list(styles_of(LAYOUTS[kind]))
    assert len({style.key for style in styles}) == len({style.name for style in styles}) == len(styles)
    assert styles[0].key == "Normal"


# --------------------------------------------------------------------------------------- again, together
def parts(paper: Paper) -> dict[str, bytes]:
    """The file's parts but what it says of its making."""
    return {name: part for name, part in Word(docx(paper)).parts.items() if name != "docProps/core.xml"}


def test_the_same_paper_comes_out_the_same_again():
    paper = Paper(title="题", head="某县委", blocks=(Paragraph("甲"),), sample=True)
    assert parts(paper) == parts(paper)


def test_papers_that_are_written_at_once_do_not_mix():
    kinds = get_args(Kind)
    papers = [
        Paper(
            kind=kinds[n % len(kinds)], title=f"第{n}件", blocks=(Paragraph(f"正文{n}"),), sample=n % 2 == 0
        )
        for n in range(48)
    ]
    with ThreadPoolExecutor(8) as pool:
        together = list(pool.map(parts, papers))
    assert together == [parts(paper) for paper in papers]
